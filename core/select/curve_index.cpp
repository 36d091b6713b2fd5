#include "core/select/curve_index.h"

#include <algorithm>
#include <cmath>

namespace zscape {

namespace {

constexpr std::size_t binCount = 512;

/// Of a line's end piece; a vertical one goes on flat.
double slopeOf(const DataPoint& a, const DataPoint& b) {
    return a.x == b.x ? 0.0 : (b.y - a.y) / (b.x - a.x);
}

} // namespace

CurveIndex::CurveIndex(std::span<const DataPoint> line, bool extended) : m_bins(binCount), m_extended(extended) {
    std::vector<DataPoint> points(line.begin(), line.end());
    if (points.front().x > points.back().x) std::ranges::reverse(points);
    const auto [left, right] = std::ranges::minmax(points, {}, &DataPoint::x);
    m_minX = left.x;
    m_maxX = right.x;
    m_first = points.front();
    m_last = points.back();
    m_firstSlope = slopeOf(points[0], points[1]);
    m_lastSlope = slopeOf(points[points.size() - 2], points.back());
    const double scale = static_cast<double>(binCount) / (m_maxX - m_minX);
    m_scale = std::isfinite(scale) ? scale : 0.0;
    for (std::size_t i = 0; i + 1 < points.size(); ++i) {
        const DataPoint& a = points[i];
        const DataPoint& b = points[i + 1];
        if (a.x == b.x) continue; // upright: at no x of its own
        const std::size_t first = bin(std::min(a.x, b.x));
        const std::size_t last = std::min(bin(std::max(a.x, b.x)) + 1, binCount - 1);
        for (std::size_t k = first > 0 ? first - 1 : 0; k <= last; ++k) {
            m_bins[k].push_back({a.x, a.y, b.x, b.y});
        }
    }
}

std::size_t CurveIndex::bin(double x) const {
    const double position = (x - m_minX) * m_scale;
    if (!(position > 0)) return 0;
    return position >= static_cast<double>(binCount) ? binCount - 1 : static_cast<std::size_t>(position);
}

CurveIndex::Side CurveIndex::sideOf(double x, double y) const {
    int pieces = 0;
    int below = 0;
    bool onIt = false;
    const auto meet = [&](double level) {
        ++pieces;
        below += level < y ? 1 : 0;
        onIt = onIt || level == y;
    };
    if (x >= m_minX && x <= m_maxX) {
        for (const Piece& piece : m_bins[bin(x)]) {
            if ((piece.x0 <= x) != (piece.x1 <= x)) meet(piece.at(x));
        }
    }
    if (m_extended && x < m_first.x) meet(m_first.y + m_firstSlope * (x - m_first.x));
    if (m_extended && x >= m_last.x) meet(m_last.y + m_lastSlope * (x - m_last.x));
    if (pieces == 0 || onIt || !(y == y)) return Side::None;
    return below % 2 == 1 ? Side::Above : Side::Below;
}

} // namespace zscape
