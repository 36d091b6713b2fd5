#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <variant>

namespace zscape {

/// float32 as the archive stores it, or float64; empty for none.
using XpNumbers = std::variant<std::span<const float>, std::span<const double>>;

/// One band of many stars, by row; views of somebody else's arrays (a batch of the readers, a catalogue, a test).
struct XpBandView {
    std::size_t count = 0; ///< coefficients of a star; 0 where no star has the band
    std::span<const double> coefficients;
    XpNumbers errors;       ///< rows x count; empty: flux only
    XpNumbers correlations; ///< rows x count (count - 1) / 2, strict lower triangle row by row; empty: independent
    std::span<const std::uint8_t> present{};       ///< 1 where the star has the band; empty: all have it
    std::span<const std::int32_t> relevantBases{}; ///< n_relevant_bases to truncate to, <= 0: all; empty: all
};

struct XpStarsView {
    std::size_t rows = 0;
    XpBandView bp, rp;
};

} // namespace zscape
