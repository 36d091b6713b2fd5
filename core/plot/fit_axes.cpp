#include "core/plot/fit_axes.h"

#include "core/plot/colour_map.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace zscape {

namespace {

bool drawable(const AxisRange& axis, float value) {
    return std::isfinite(value) && (!axis.logarithmic || value > 0);
}

AxisRange fitted(const AxisRange& axis, std::vector<float>& values, const FitOptions& options) {
    AxisRange range = axis;
    if (values.empty()) {
        range.lower = axis.logarithmic ? 1 : 0;
        range.upper = axis.logarithmic ? 10 : 1;
        return range;
    }
    if (axis.logarithmic) {
        std::transform(values.begin(), values.end(), values.begin(), [](float value) { return std::log10(value); });
    }
    const bool everything = options.lowerPercent <= 0 && options.upperPercent >= 100;
    ValueRange ends =
        everything ? paddedExtent(values, 0) : percentileRange(values, options.lowerPercent, options.upperPercent);
    const double width = ends.upper - ends.lower;
    // Stars of one value stand in the middle of a range about as wide as the value is large.
    const double extra = width > 0 ? options.margin * width : std::max(0.5, 0.1 * std::abs(ends.lower));
    range.lower = axis.logarithmic ? std::pow(10.0, ends.lower - extra) : ends.lower - extra;
    range.upper = axis.logarithmic ? std::pow(10.0, ends.upper + extra) : ends.upper + extra;
    return drawableRange(range);
}

} // namespace

FittedAxes fitAxes(const AxisRange& x, const AxisRange& y, std::span<const float> xs, std::span<const float> ys,
                   const BitSet* shown, const FitOptions& options) {
    std::vector<float> keptX, keptY;
    keptX.reserve(xs.size());
    keptY.reserve(xs.size());
    for (std::size_t star = 0; star < xs.size(); ++star) {
        if ((shown && !shown->test(star)) || !drawable(x, xs[star]) || !drawable(y, ys[star])) continue;
        keptX.push_back(xs[star]);
        keptY.push_back(ys[star]);
    }
    return {fitted(x, keptX, options), fitted(y, keptY, options)};
}

} // namespace zscape
