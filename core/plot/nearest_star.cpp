#include "core/plot/star_locator.h"
#include "core/plot/star_raster.h"

#include <array>
#include <cmath>
#include <limits>

namespace zscape {

namespace {

struct Candidate {
    float distance2 = std::numeric_limits<float>::infinity();
    std::size_t row = 0;
    bool nearerThan(const Candidate& other) const {
        return distance2 < other.distance2 || (distance2 == other.distance2 && row < other.row);
    }
};

/// Squares of the distances to a pixel, and the smallest of them. A position that cannot be drawn is never nearest.
float distances(const float* x, const float* y, std::size_t count, const PixelLine& lineX, const PixelLine& lineY,
                float atX, float atY, float* out) {
    float smallest = std::numeric_limits<float>::infinity();
    for (std::size_t k = 0; k < count; ++k) {
        const float dx = (x[k] - lineX.reference) * lineX.scale - atX;
        const float dy = (y[k] - lineY.reference) * lineY.scale - atY;
        out[k] = dx * dx + dy * dy;
        smallest = out[k] < smallest ? out[k] : smallest;
    }
    return smallest;
}

} // namespace

std::optional<std::size_t> nearestStar(ThreadPool& pool, std::span<const float> x, std::span<const float> y,
                                       const BitSet* shown, const Viewport& view, double pixelX, double pixelY,
                                       double radius) {
    const PixelLine lineX = pixelLineX(view), lineY = pixelLineY(view);
    const auto atX = static_cast<float>(pixelX), atY = static_cast<float>(pixelY);
    std::vector<Candidate> best(static_cast<std::size_t>(pool.threadCount()));
    pool.forChunks(x.size(), 16 * kStarBlock, [&](std::size_t chunk, std::size_t chunkEnd, int thread) {
        std::array<float, kStarBlock> xs, ys, squares;
        Candidate& mine = best[static_cast<std::size_t>(thread)];
        for (std::size_t begin = chunk; begin < chunkEnd; begin += kStarBlock) {
            const std::size_t count = std::min(kStarBlock, chunkEnd - begin);
            const float* blockX = x.data() + begin;
            const float* blockY = y.data() + begin;
            if (lineX.logarithmic || !allSet(shown, begin, count)) {
                preparedValues(blockX, begin, count, shown, lineX.logarithmic, xs.data());
                blockX = xs.data();
            }
            if (lineY.logarithmic) {
                preparedValues(blockY, begin, count, nullptr, true, ys.data());
                blockY = ys.data();
            }
            const float smallest = distances(blockX, blockY, count, lineX, lineY, atX, atY, squares.data());
            if (!(smallest <= mine.distance2)) continue;
            for (std::size_t k = 0; k < count; ++k) {
                const Candidate other{squares[k], begin + k};
                if (other.nearerThan(mine)) mine = other;
            }
        }
    });
    Candidate nearest;
    for (const Candidate& candidate : best) {
        if (candidate.nearerThan(nearest)) nearest = candidate;
    }
    if (!(std::sqrt(static_cast<double>(nearest.distance2)) <= radius)) return std::nullopt;
    return nearest.row;
}

} // namespace zscape
