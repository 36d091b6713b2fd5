#include "core/plot/star_loops.h"

#include <cmath>
#include <limits>

// One source for each loop; the functions below compile it for a set of instructions. Products and sums must not be
// contracted here (see CMakeLists.txt), or they would round differently from one set to another.
#if defined(__x86_64__) && defined(__GNUC__)
#define ZSCAPE_STAR_LOOP inline __attribute__((always_inline))
#else
#define ZSCAPE_STAR_LOOP inline
#endif

namespace zscape {

namespace {

/// Comparisons with NaN and infinities are false, so such stars get a spare cell.
ZSCAPE_STAR_LOOP std::size_t locateLoop(const StarLocator& locator, const float* x, const float* y, std::size_t count,
                                        const StarGrid& grid, std::int32_t* cells) {
    const float refX = locator.lineX.reference, scaleX = locator.lineX.scale;
    const float refY = locator.lineY.reference, scaleY = locator.lineY.scale;
    const float toCell = locator.bias;
    const auto width = static_cast<float>(grid.width), right = static_cast<float>(grid.columns());
    const auto first = static_cast<float>(grid.first), end = static_cast<float>(grid.end);
    const auto top = static_cast<float>(grid.top), bottom = static_cast<float>(grid.bottom);
    const auto stride = static_cast<std::int32_t>(grid.stride());
    const auto spare = static_cast<std::int32_t>(grid.cells());
    const std::int32_t origin = grid.top * stride - 1;
    std::int32_t inside = 0;
    for (std::size_t k = 0; k < count; ++k) {
        const float px = (x[k] - refX) * scaleX;
        const float py = (y[k] - refY) * scaleY;
        const float cx = px + toCell;
        const float cy = py + toCell;
        inside += (px >= 0.0f) & (px < width) & (py >= first) & (py < end);
        const bool drawn = (cx >= 0.0f) & (cx < right) & (cy >= top) & (cy < bottom);
        const auto column = static_cast<std::int32_t>(drawn ? cx : 0.0f);
        const auto row = static_cast<std::int32_t>(drawn ? cy : 0.0f);
        const std::int32_t outside = spare + static_cast<std::int32_t>(k & (StarGrid::kSpare - 1));
        cells[k] = drawn ? row * stride + column - origin : outside;
    }
    return static_cast<std::size_t>(inside);
}

ZSCAPE_STAR_LOOP std::size_t quantiseLoop(const float* labels, std::size_t count, const LevelLine& line,
                                          std::int32_t* levels) {
    const float base = line.base, perUnit = line.perUnit, offset = line.offset, last = line.last;
    std::int32_t missing = 0;
    for (std::size_t k = 0; k < count; ++k) {
        const float label = labels[k];
        const bool finite = std::abs(label) <= std::numeric_limits<float>::max();
        float level = (label - base) * perUnit + offset;
        level = level > 0.0f ? level : 0.0f; // also for NaN
        level = level < last ? level : last;
        levels[k] = finite ? static_cast<std::int32_t>(level) : LabelLevels::kMissing;
        missing += !finite;
    }
    return static_cast<std::size_t>(missing);
}

std::size_t locateBaseline(const StarLocator& locator, const float* x, const float* y, std::size_t count,
                           const StarGrid& grid, std::int32_t* cells) {
    return locateLoop(locator, x, y, count, grid, cells);
}
std::size_t quantiseBaseline(const float* labels, std::size_t count, const LevelLine& line, std::int32_t* levels) {
    return quantiseLoop(labels, count, line, levels);
}

#if defined(__x86_64__) && defined(__GNUC__)

#define ZSCAPE_AVX2 __attribute__((target("avx2")))
#define ZSCAPE_AVX512 __attribute__((target("avx2,avx512f,avx512bw,avx512dq,avx512vl")))

ZSCAPE_AVX2 std::size_t locateAvx2(const StarLocator& locator, const float* x, const float* y, std::size_t count,
                                   const StarGrid& grid, std::int32_t* cells) {
    return locateLoop(locator, x, y, count, grid, cells);
}
ZSCAPE_AVX2 std::size_t quantiseAvx2(const float* labels, std::size_t count, const LevelLine& line,
                                     std::int32_t* levels) {
    return quantiseLoop(labels, count, line, levels);
}
ZSCAPE_AVX512 std::size_t locateAvx512(const StarLocator& locator, const float* x, const float* y, std::size_t count,
                                       const StarGrid& grid, std::int32_t* cells) {
    return locateLoop(locator, x, y, count, grid, cells);
}
ZSCAPE_AVX512 std::size_t quantiseAvx512(const float* labels, std::size_t count, const LevelLine& line,
                                         std::int32_t* levels) {
    return quantiseLoop(labels, count, line, levels);
}

StarLoops best() {
    const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
    if (avx512) return {locateAvx512, quantiseAvx512};
    if (__builtin_cpu_supports("avx2")) return {locateAvx2, quantiseAvx2};
    return {locateBaseline, quantiseBaseline};
}

#else

StarLoops best() {
    return {locateBaseline, quantiseBaseline};
}

#endif

} // namespace

const StarLoops& starLoops() {
    static const StarLoops loops = best();
    return loops;
}

} // namespace zscape
