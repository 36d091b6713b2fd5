#include "core/plot/colour_map.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <iterator>

namespace zscape {

namespace {

/// Larger for larger values; its upper half is what finite values are counted by.
std::uint32_t orderedBits(float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    return bits ^ (bits >> 31 ? ~0u : 1u << 31);
}

/// Order statistics of the finite values without sorting them: they are counted by the upper half of their bits, and
/// only those that share it with a wanted one are looked at again.
class Ranks {
public:
    explicit Ranks(std::span<const float> values) : m_values(values), m_counts(std::size_t{1} << 16, 0) {
        for (const float value : values) {
            if (!std::isfinite(value)) continue;
            ++m_counts[orderedBits(value) >> 16];
            ++m_finite;
        }
    }
    std::size_t finite() const { return m_finite; }
    /// The value that stands at `rank`, counted from 0, when the finite ones are sorted.
    double value(std::size_t rank) {
        std::uint32_t half = 0;
        for (; rank >= m_counts[half]; ++half) {
            rank -= m_counts[half];
        }
        if (m_alike.empty() || half != m_half) {
            m_half = half;
            m_alike.clear();
            std::copy_if(m_values.begin(), m_values.end(), std::back_inserter(m_alike),
                         [half](float one) { return std::isfinite(one) && orderedBits(one) >> 16 == half; });
        }
        const auto nth = m_alike.begin() + static_cast<std::ptrdiff_t>(rank);
        std::nth_element(m_alike.begin(), nth, m_alike.end());
        return *nth;
    }

private:
    std::span<const float> m_values;
    std::vector<std::uint32_t> m_counts;
    std::size_t m_finite = 0;
    std::uint32_t m_half = 0;
    std::vector<float> m_alike; ///< the values whose upper half is m_half
};

/// Linear interpolation between order statistics, as numpy.percentile does by default.
double percentile(Ranks& ranks, double percent) {
    const double position = std::clamp(percent, 0.0, 100.0) / 100 * static_cast<double>(ranks.finite() - 1);
    const auto below = static_cast<std::size_t>(position);
    const double low = ranks.value(below);
    if (below + 1 == ranks.finite()) return low;
    return low + (position - static_cast<double>(below)) * (ranks.value(below + 1) - low);
}

bool hasPower(const ColourScale& scale) {
    return scale.power != 1 && scale.power > 0 && !scale.logarithmic;
}

/// The entry of a table without a power whose colour the entry `linear` has.
std::size_t entryWithPower(std::size_t linear, double power) {
    const double share = std::pow((static_cast<double>(linear) + 0.5) / 256, power);
    return static_cast<std::size_t>(std::clamp(std::floor(256 * share), 0.0, 255.0));
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
    if (!hasPower(scale)) return table;
    const std::array<Rgb, 256> straight = table;
    for (std::size_t entry = 0; entry < table.size(); ++entry) {
        table[entry] = straight[entryWithPower(entry, scale.power)];
    }
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
    auto entry = static_cast<std::size_t>(step);
    if (hasPower(scale)) entry = entryWithPower(entry, scale.power);
    return colourTable(scale.map)[scale.flipped ? 255 - entry : entry];
}

ValueRange percentileRange(std::span<const float> values, double lowerPercent, double upperPercent) {
    Ranks ranks(values);
    if (ranks.finite() == 0) return {0, 1};
    const double lower = percentile(ranks, lowerPercent);
    return {lower, percentile(ranks, upperPercent)};
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
