#include "widgets/contour_sets.h"

#include "core/plot/colour_map.h"
#include "core/plot/contours.h"

#include <algorithm>
#include <cmath>

namespace zscape {

namespace {

constexpr int bins = 160;

/// Standard deviation of the smoothing in bins: fewer stars need more, as the power -1/6 of their number (Scott 1992).
double smoothingOf(std::size_t stars) {
    return std::clamp(12 * std::pow(std::max<double>(1, static_cast<double>(stars)), -1.0 / 6), 1.0, 8.0);
}

QPolygonF inData(const ContourLine& line, const DensityGrid& grid) {
    QPolygonF data;
    data.reserve(static_cast<qsizetype>(line.points.size()) + 1);
    for (const GridPoint& point : line.points) {
        data.append(QPointF(grid.dataX(point.column), grid.dataY(point.row)));
    }
    if (line.closed && !data.isEmpty()) data.append(data.front());
    return data;
}

} // namespace

AxisRange bulkRange(const AxisRange& axis, std::span<const float> values, const BitSet* shown) {
    constexpr std::size_t most = 100000;
    constexpr double room = 0.25;
    const std::size_t step = std::max<std::size_t>(1, values.size() / most);
    std::vector<float> some;
    for (std::size_t star = 0; star < values.size(); star += step) {
        if (shown && !shown->test(star)) continue;
        const float value = values[star];
        if (!axis.logarithmic) {
            some.push_back(value);
        } else if (value > 0) {
            some.push_back(std::log10(value));
        }
    }
    const ValueRange ends = percentileRange(some, 0.25, 99.75);
    const double extra = std::max(room * (ends.upper - ends.lower), 1e-6 * std::max(1.0, std::abs(ends.upper)));
    AxisRange range = axis;
    range.lower = axis.logarithmic ? std::pow(10, ends.lower - extra) : ends.lower - extra;
    range.upper = axis.logarithmic ? std::pow(10, ends.upper + extra) : ends.upper + extra;
    return drawableRange(range);
}

ContourSet contourSet(ThreadPool& pool, std::span<const float> xs, std::span<const float> ys, const BitSet* shown,
                      const AxisRange& x, const AxisRange& y, std::vector<double> fractions, const QColor& colour) {
    const DensityGrid grid =
        densityGrid(pool, xs, ys, shown, bulkRange(x, xs, shown), bulkRange(y, ys, shown), bins, bins);
    const std::vector<float> values = smoothedCounts(grid, smoothingOf(grid.inside));
    std::sort(fractions.begin(), fractions.end());
    const std::vector<double> levels = enclosedLevels(values, fractions);
    ContourSet set{colour, {}, {}};
    for (std::size_t k = 0; k < levels.size(); ++k) {
        ContourSet::Level level;
        level.width = k == 0 ? 2 : 1.25;
        level.dashed = k > 0 && k + 1 == levels.size();
        for (const ContourLine& line : contourLines(values, bins, bins, levels[k])) {
            level.lines.push_back(inData(line, grid));
        }
        set.levels.push_back(std::move(level));
    }
    return set;
}

std::vector<ContourSet> contourSets(ThreadPool& pool, const ContourRequest& request, const JobContext& job) {
    std::vector<ContourSet> sets;
    const auto add = [&](const BitSet* stars, const QColor& colour) {
        job.throwIfCancelled();
        sets.push_back(
            contourSet(pool, *request.x, *request.y, stars, request.xAxis, request.yAxis, request.fractions, colour));
    };
    if (request.highlights.empty()) add(request.shown.get(), request.colour);
    for (const Highlight& highlight : request.highlights) {
        add(highlight.stars.get(), QColor::fromRgb(highlight.colour));
        sets.back().mark = highlight.mark;
    }
    return sets;
}

} // namespace zscape
