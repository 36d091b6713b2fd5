#include "core/plot/pixel_mask.h"

#include "core/base/error.h"
#include "core/plot/star_locator.h"

#include <array>
#include <numeric>
#include <vector>

namespace zscape {

std::size_t countOnMask(ThreadPool& pool, std::span<const float> xs, std::span<const float> ys, const BitSet* shown,
                        const Viewport& view, std::span<const std::uint8_t> mask, std::size_t stride) {
    const auto width = static_cast<std::size_t>(view.width), height = static_cast<std::size_t>(view.height);
    if (xs.size() != ys.size() || (shown && shown->size() < xs.size())) {
        throw Error("the columns to count differ in length; give x, y and shown of the same stars");
    }
    if (view.width < 1 || view.height < 1 || stride < width || mask.size() < stride * (height - 1) + width) {
        throw Error("the mask of a shape is smaller than the view; make it view.width x view.height bytes");
    }
    const StarGrid grid(view, 1);
    // As a table of cells, with the spare cells of stars outside: one look-up a star.
    std::vector<std::uint8_t> inside(grid.storage(), 0);
    for (std::size_t row = 0; row < height; ++row) {
        for (std::size_t column = 0; column < width; ++column) {
            inside[row * width + column] = mask[row * stride + column] != 0;
        }
    }
    const StarLocator locator(xs, ys, shown, view, grid);
    std::vector<std::size_t> counts(static_cast<std::size_t>(pool.threadCount()), 0);
    pool.forChunks(xs.size(), 16 * kStarBlock, [&](std::size_t begin, std::size_t end, int thread) {
        std::array<std::int32_t, kStarBlock> cells;
        std::size_t found = 0;
        for (std::size_t block = begin; block < end; block += kStarBlock) {
            const std::size_t count = std::min(kStarBlock, end - block);
            locator.locate(block, count, cells.data());
            for (std::size_t k = 0; k < count; ++k) {
                found += inside[static_cast<std::size_t>(cells[k])];
            }
        }
        counts[static_cast<std::size_t>(thread)] += found;
    });
    return std::accumulate(counts.begin(), counts.end(), std::size_t{0});
}

} // namespace zscape
