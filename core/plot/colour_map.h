#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace zscape {

/// 0xAARRGGBB, as QImage::Format_ARGB32 has it; alpha 255 unless said.
using Rgb = std::uint32_t;

enum class ColourMapName { Viridis, Cividis, Magma, BlueRed };
std::string_view colourMapLabel(ColourMapName name);
/// 256 colours. Viridis, Cividis, Magma: matplotlib's tables (CC0); BlueRed: Moreland's (2009) colour-blind-safe
/// diverging map.
const std::array<Rgb, 256>& colourTable(ColourMapName name);

/// How label values become colours: a table, the value range, direction and scale, and a colour for missing labels.
struct ColourScale {
    ColourMapName map = ColourMapName::Viridis;
    double lower = 0;
    double upper = 1;
    bool flipped = false;
    bool logarithmic = false;
    double power = 1;   ///< the share of the range to this power says where in the table; not of a logarithmic scale
    double darkest = 0; ///< share of a sequential table's low end left out, 0..0.5, for dark backgrounds
    Rgb missing = 0xFF9A9A9A;

    bool operator==(const ColourScale&) const = default;
};
/// The table of the scale's map, in the scale's direction: entry 0 belongs to `lower`.
std::array<Rgb, 256> directedTable(const ColourScale& scale);
/// The colour of one value, clipped to the range; a value that is not finite, or not positive on a logarithmic scale,
/// gives `missing`.
Rgb colourOf(const ColourScale& scale, double value);
/// Robust range: the given percentiles (0..100) of the finite values; {0, 1} where there are none.
struct ValueRange {
    double lower, upper;
};
ValueRange percentileRange(std::span<const float> values, double lowerPercent, double upperPercent);
/// The extent of the finite values, widened by `margin` of it on both sides; {0,1} where there are none.
ValueRange paddedExtent(std::span<const float> values, double margin);

} // namespace zscape
