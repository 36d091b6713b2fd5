#include "core/plot/colour_map.h"

#include <algorithm>
#include <cmath>

namespace zscape {

namespace {

std::vector<float> finiteValues(std::span<const float> values) {
    std::vector<float> finite;
    finite.reserve(values.size());
    std::copy_if(values.begin(), values.end(), std::back_inserter(finite), [](float v) { return std::isfinite(v); });
    return finite;
}

/// Linear interpolation between order statistics, as numpy.percentile does by default. Reorders `values`.
double percentile(std::vector<float>& values, double percent) {
    const double position = std::clamp(percent, 0.0, 100.0) / 100 * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::ptrdiff_t>(position);
    const auto nth = values.begin() + below;
    std::nth_element(values.begin(), nth, values.end());
    const double low = *nth;
    if (nth + 1 == values.end()) return low;
    const double high = *std::min_element(nth + 1, values.end());
    return low + (position - static_cast<double>(below)) * (high - low);
}

} // namespace

std::string_view colourMapLabel(ColourMapName name) {
    switch (name) {
    case ColourMapName::Viridis:
        return "viridis";
    case ColourMapName::Cividis:
        return "cividis";
    case ColourMapName::Magma:
        return "magma";
    case ColourMapName::BlueRed:
        return "blue-red";
    }
    return "";
}

std::array<Rgb, 256> directedTable(const ColourScale& scale) {
    std::array<Rgb, 256> table = colourTable(scale.map);
    if (scale.darkest > 0 && scale.map != ColourMapName::BlueRed) {
        const std::array<Rgb, 256>& whole = colourTable(scale.map);
        const double first = 255 * std::min(scale.darkest, 0.5);
        for (std::size_t i = 0; i < table.size(); ++i) {
            table[i] =
                whole[static_cast<std::size_t>(std::lround(first + (255 - first) * static_cast<double>(i) / 255))];
        }
    }
    if (scale.flipped) std::reverse(table.begin(), table.end());
    return table;
}

Rgb colourOf(const ColourScale& scale, double value) {
    if (!std::isfinite(value) || (scale.logarithmic && value <= 0)) return scale.missing;
    double lower = scale.lower, upper = scale.upper;
    if (scale.logarithmic) {
        value = std::log10(value);
        lower = std::log10(lower);
        upper = std::log10(upper);
    }
    const double fraction = (value - lower) / (upper - lower);
    // A range without width (fraction NaN) is drawn in the colour of its middle.
    const double step = std::isfinite(fraction) ? std::clamp(std::floor(fraction * 256), 0.0, 255.0) : 127.0;
    const auto entry = static_cast<std::size_t>(step);
    return colourTable(scale.map)[scale.flipped ? 255 - entry : entry];
}

ValueRange percentileRange(std::span<const float> values, double lowerPercent, double upperPercent) {
    std::vector<float> finite = finiteValues(values);
    if (finite.empty()) return {0, 1};
    const double lower = percentile(finite, lowerPercent);
    return {lower, percentile(finite, upperPercent)};
}

ValueRange paddedExtent(std::span<const float> values, double margin) {
    double lower = 0, upper = 1;
    bool any = false;
    for (const double value : values) {
        if (!std::isfinite(value)) continue;
        lower = any ? std::min(lower, value) : value;
        upper = any ? std::max(upper, value) : value;
        any = true;
    }
    if (!any) return {0, 1};
    const double extra = margin * (upper - lower);
    return {lower - extra, upper + extra};
}

} // namespace zscape
