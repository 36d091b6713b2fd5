#pragma once

#include "core/plot/colour_map.h"

#include <optional>
#include <span>

namespace zscape {

/// How labels are to be coloured, before it is known which values there are.
struct ScaleChoice {
    /// Without one the map goes by the quantity: blue-red where zero matters and is inside the range, else viridis.
    std::optional<ColourMapName> map;
    bool zeroMatters = false; ///< of the quantity, as zeroMatters() says
    bool flipped = false;
    bool logarithmic = false;
    double power = 1;               ///< as ColourScale has it
    double clip = 1;                ///< percentage of the values beyond each end of the range
    std::optional<ValueRange> ends; ///< in place of percentiles
};
/// The scale of these values. The blue-red map has zero in its middle where values lie on both sides of it; given ends
/// stay as they are, and have it only where zero is in their middle, unless the map is chosen.
ColourScale colourScaleOf(std::span<const float> values, const ScaleChoice& choice);

} // namespace zscape
