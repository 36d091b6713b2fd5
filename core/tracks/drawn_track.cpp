#include "core/base/error.h"
#include "core/tracks/track_members.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace zscape {

namespace {

/// A polyline in scaled coordinates, by the length walked along it.
class ScaledPath {
public:
    explicit ScaledPath(const DrawnOptions& drawn) {
        for (const auto& [x, y] : drawn.vertices) {
            m_points.emplace_back(x / drawn.xScale, y / drawn.yScale);
        }
        m_lengths.push_back(0);
        for (std::size_t i = 1; i < m_points.size(); ++i) {
            m_lengths.push_back(m_lengths.back() + std::hypot(m_points[i].first - m_points[i - 1].first,
                                                              m_points[i].second - m_points[i - 1].second));
        }
    }
    double length() const { return m_lengths.back(); }

    /// The length at the place nearest to (x, y), if that is within `width`.
    std::optional<double> nearest(double x, double y, double width) const {
        double best = width * width;
        std::optional<double> along;
        for (std::size_t i = 1; i < m_points.size(); ++i) {
            const auto& [fromX, fromY] = m_points[i - 1];
            const double stepX = m_points[i].first - fromX;
            const double stepY = m_points[i].second - fromY;
            const double squared = stepX * stepX + stepY * stepY;
            double part = squared > 0 ? ((x - fromX) * stepX + (y - fromY) * stepY) / squared : 0;
            part = std::clamp(part, 0.0, 1.0);
            const double offX = x - fromX - part * stepX;
            const double offY = y - fromY - part * stepY;
            const double distance = offX * offX + offY * offY;
            if (distance < best) {
                best = distance;
                along = m_lengths[i - 1] + part * (m_lengths[i] - m_lengths[i - 1]);
            }
        }
        return along;
    }

private:
    std::vector<std::pair<double, double>> m_points;
    std::vector<double> m_lengths;
};

} // namespace

Track drawnTrack(const StarTable& table, const DrawnOptions& drawn, std::size_t minimumStars, const TrackStars& among,
                 const JobContext& job) {
    TrackOptions checked;
    checked.drawn = {drawn};
    checkTrackOptions(checked);
    const TrackMembers stars(table, among, job);
    const auto x = stars.need(drawn.x, drawn.name);
    const auto y = stars.need(drawn.y, drawn.name);
    const ScaledPath path(drawn);

    Track track;
    track.name = drawn.name;
    track.kind = TrackKind::Drawn;
    track.alongName = "path";
    track.labelNames = stars.labelNames();
    track.bins = static_cast<std::size_t>(drawn.points);
    std::vector<std::vector<std::uint32_t>> members(track.bins);
    const double step = path.length() / drawn.points;
    for (std::size_t i = 0; i < stars.rows().size(); ++i) {
        if (i % 65536 == 0) job.throwIfCancelled();
        const std::uint32_t row = stars.rows()[i];
        if (!std::isfinite((*x)[row]) || !std::isfinite((*y)[row])) continue;
        const std::optional<double> along =
            path.nearest((*x)[row] / drawn.xScale, (*y)[row] / drawn.yScale, drawn.width);
        if (!along) continue;
        members[std::min(static_cast<std::size_t>(*along / step), track.bins - 1)].push_back(row);
    }
    for (std::size_t bin = 0; bin < members.size(); ++bin) {
        if (members[bin].empty() || members[bin].size() < minimumStars) continue;
        // From 0 at the first vertex to 1 at the last.
        track.points.push_back(stars.point((static_cast<double>(bin) + 0.5) / drawn.points, std::move(members[bin])));
        track.points.back().bin = bin;
    }
    return track;
}

} // namespace zscape
