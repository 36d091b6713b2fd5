#include "core/plot/pixel_mask.h"

#include "core/base/error.h"
#include "core/plot/star_locator.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <vector>

namespace zscape {

namespace {

/// A mask as a table of cells, with the spare cells of stars outside: one look-up a star.
struct CellMask {
    CellMask(const StarGrid& grid, std::span<const std::uint8_t> mask, std::size_t stride)
        : inside(grid.storage(), 0),
          left(static_cast<float>(grid.width)),
          top(static_cast<float>(grid.height)) {
        for (int row = 0; row < grid.height; ++row) {
            const std::uint8_t* from = mask.data() + static_cast<std::size_t>(row) * stride;
            std::uint8_t* to = inside.data() + grid.cellOf(row, 0);
            for (int column = 0; column < grid.width; ++column) {
                if (from[column] == 0) continue;
                to[column] = 1;
                left = std::min(left, static_cast<float>(column));
                right = std::max(right, static_cast<float>(column + 1));
                top = std::min(top, static_cast<float>(row));
                bottom = std::max(bottom, static_cast<float>(row + 1));
            }
        }
    }
    bool reaches(const OrderedStars::Box& box, const StarLocator& locator) const {
        const auto [x0, x1] = std::minmax({locator.lineX(box.left), locator.lineX(box.right)});
        const auto [y0, y1] = std::minmax({locator.lineY(box.bottom), locator.lineY(box.top)});
        return x1 >= left && x0 < right && y1 >= top && y0 < bottom;
    }
    std::vector<std::uint8_t> inside;
    float left, right = 0, top, bottom = 0; ///< pixels
};

} // namespace

std::size_t countOnMask(ThreadPool& pool, const OrderedStars& stars, const Viewport& view,
                        std::span<const std::uint8_t> mask, std::size_t stride) {
    requireOrderOf(stars, view);
    const auto width = static_cast<std::size_t>(view.width), height = static_cast<std::size_t>(view.height);
    if (view.width < 1 || view.height < 1 || stride < width || mask.size() < stride * (height - 1) + width) {
        throw Error("the mask of a shape is smaller than the view; make it view.width x view.height bytes");
    }
    const StarGrid grid(view, 1);
    const StarLocator locator(view, grid);
    const CellMask cellMask(grid, mask, stride);
    std::vector<std::size_t> counts(static_cast<std::size_t>(pool.threadCount()), 0);
    constexpr std::size_t kGrain = 32;
    pool.forChunks(stars.blocks(), kGrain, [&](std::size_t firstBlock, std::size_t endBlock, int thread) {
        std::array<std::int32_t, OrderedStars::kBlock> cells;
        std::size_t found = 0;
        for (std::size_t block = firstBlock; block < endBlock; ++block) {
            if (!cellMask.reaches(stars.box(block), locator)) continue;
            const std::size_t begin = block * OrderedStars::kBlock;
            const std::size_t count = std::min(OrderedStars::kBlock, stars.size() - begin);
            locator.locate(stars.x() + begin, stars.y() + begin, count, grid, cells.data());
            for (std::size_t k = 0; k < count; ++k) {
                found += cellMask.inside[static_cast<std::size_t>(cells[k])];
            }
        }
        counts[static_cast<std::size_t>(thread)] += found;
    });
    return std::accumulate(counts.begin(), counts.end(), std::size_t{0});
}

} // namespace zscape
