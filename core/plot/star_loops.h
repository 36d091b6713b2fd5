#pragma once

// The two innermost loops over stars, in the best instructions of the processor. Internal to core/plot.

#include "core/plot/star_locator.h"

namespace zscape {

/// level = (label - base) * perUnit + offset, held to 0 .. last.
struct LevelLine {
    float base, perUnit, offset, last;
};

struct StarLoops {
    std::size_t (*locate)(const StarLocator& locator, const float* x, const float* y, std::size_t count,
                          const StarGrid& grid, std::int32_t* cells);
    std::size_t (*quantise)(const float* labels, std::size_t count, const LevelLine& line, std::int32_t* levels);
};
/// Every set of instructions gives the same cells and levels.
const StarLoops& starLoops();

} // namespace zscape
