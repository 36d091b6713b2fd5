#include "core/plot/label_scale.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <vector>

namespace zscape {

namespace {

ValueRange rangeOf(std::span<const float> values, const ScaleChoice& choice) {
    if (choice.logarithmic && std::ranges::any_of(values, [](float one) { return one <= 0; })) {
        std::vector<float> positive;
        std::ranges::copy_if(values, std::back_inserter(positive), [](float one) { return one > 0; });
        return percentileRange(positive, choice.clip, 100 - choice.clip);
    }
    return percentileRange(values, choice.clip, 100 - choice.clip);
}

bool straddlesZero(const ValueRange& range) {
    return range.lower < 0 && range.upper > 0;
}

bool isAroundZero(const ValueRange& range) {
    constexpr double tolerance = 0.02; // of the range: nobody sees by how much the middle is off
    return straddlesZero(range) && std::abs(range.lower + range.upper) <= tolerance * (range.upper - range.lower);
}

} // namespace

ColourScale colourScaleOf(std::span<const float> values, const ScaleChoice& choice) {
    ValueRange range = choice.ends ? *choice.ends : rangeOf(values, choice);
    ColourScale scale;
    scale.flipped = choice.flipped;
    scale.logarithmic = choice.logarithmic;
    scale.power = choice.logarithmic ? 1 : choice.power;
    const bool zeroInside = choice.ends ? isAroundZero(range) : straddlesZero(range);
    // A power would move zero out of the middle.
    const bool diverges = choice.zeroMatters && zeroInside && !scale.logarithmic && scale.power == 1;
    scale.map = choice.map.value_or(diverges ? ColourMapName::BlueRed : ColourMapName::Viridis);
    if (scale.map == ColourMapName::BlueRed && straddlesZero(range) && !choice.ends) {
        range.upper = std::max(range.upper, -range.lower);
        range.lower = -range.upper;
    }
    scale.lower = range.lower;
    scale.upper = range.upper;
    return scale;
}

} // namespace zscape
