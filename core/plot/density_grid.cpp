#include "core/plot/density_grid.h"

#include "core/base/error.h"
#include "core/plot/star_locator.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <numeric>

namespace zscape {

namespace {

Viewport upright(const AxisRange& x, const AxisRange& y, int columns, int rows) {
    Viewport view{x, y, columns, rows};
    view.x.flipped = false;
    view.y.flipped = true; // row 0 at the lower end
    return view;
}

std::vector<float> kernelOf(double sigma) {
    const int reach = static_cast<int>(std::ceil(3 * sigma));
    std::vector<float> kernel;
    for (int k = -reach; k <= reach; ++k) {
        kernel.push_back(static_cast<float>(std::exp(-0.5 * k * k / (sigma * sigma))));
    }
    return kernel;
}

/// One pass along lines of `length` values, `step` apart; line i begins at i * stride.
void smoothLines(const std::vector<float>& from, std::vector<float>& to, int lines, int stride, int length, int step,
                 const std::vector<float>& kernel) {
    const int reach = static_cast<int>(kernel.size() / 2);
    const auto index = [&](int line, int k) {
        return static_cast<std::size_t>(line) * static_cast<std::size_t>(stride) +
               static_cast<std::size_t>(k) * static_cast<std::size_t>(step);
    };
    for (int line = 0; line < lines; ++line) {
        for (int k = 0; k < length; ++k) {
            float sum = 0, weight = 0;
            for (int j = std::max(0, k - reach); j <= std::min(length - 1, k + reach); ++j) {
                const int place = j - k + reach;
                const float part = kernel[static_cast<std::size_t>(place)];
                sum += part * from[index(line, j)];
                weight += part;
            }
            to[index(line, k)] = sum / weight;
        }
    }
}

} // namespace

double DensityGrid::dataX(double column) const {
    return upright(x, y, columns, rows).dataX(column);
}
double DensityGrid::dataY(double row) const {
    return upright(x, y, columns, rows).dataY(row);
}

DensityGrid densityGrid(ThreadPool& pool, std::span<const float> xs, std::span<const float> ys, const BitSet* shown,
                        const AxisRange& x, const AxisRange& y, int columns, int rows) {
    constexpr int kMostBins = 4096;
    if (xs.size() != ys.size() || (shown && shown->size() < xs.size())) {
        throw Error("the columns to count differ in length; give x, y and shown of the same stars");
    }
    if (columns < 1 || rows < 1 || columns > kMostBins || rows > kMostBins) {
        throw Error("a density grid has 1 to 4096 bins a side; choose fewer");
    }
    DensityGrid grid{x, y, columns, rows, {}, 0};
    const Viewport view = upright(x, y, columns, rows);
    const StarGrid cells(view, 1);
    const StarLocator locator(view, cells);
    std::vector<std::vector<std::uint32_t>> counted(static_cast<std::size_t>(pool.threadCount()));
    pool.forChunks(xs.size(), 16 * kStarBlock, [&](std::size_t begin, std::size_t end, int thread) {
        std::vector<std::uint32_t>& counts = counted[static_cast<std::size_t>(thread)];
        counts.resize(cells.storage());
        std::array<float, kStarBlock> blockX, blockY;
        std::array<std::int32_t, kStarBlock> places;
        for (std::size_t block = begin; block < end; block += kStarBlock) {
            const std::size_t count = std::min(kStarBlock, end - block);
            preparedValues(xs.data() + block, block, count, shown, x.logarithmic, blockX.data());
            preparedValues(ys.data() + block, block, count, nullptr, y.logarithmic, blockY.data());
            locator.locate(blockX.data(), blockY.data(), count, cells, places.data());
            for (std::size_t k = 0; k < count; ++k) {
                ++counts[static_cast<std::size_t>(places[k])];
            }
        }
    });
    grid.counts.assign(static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows), 0);
    for (const std::vector<std::uint32_t>& counts : counted) {
        for (int row = 0; row < (counts.empty() ? 0 : rows); ++row) {
            const std::uint32_t* from = counts.data() + cells.cellOf(row, 0);
            std::uint32_t* to = grid.counts.data() + static_cast<std::size_t>(row) * static_cast<std::size_t>(columns);
            std::transform(from, from + columns, to, to, std::plus<>());
        }
    }
    grid.inside = std::accumulate(grid.counts.begin(), grid.counts.end(), std::size_t{0});
    return grid;
}

std::vector<float> smoothedCounts(const DensityGrid& grid, double sigma) {
    std::vector<float> values(grid.counts.begin(), grid.counts.end());
    if (!(sigma > 0)) return values;
    const std::vector<float> kernel = kernelOf(sigma);
    std::vector<float> along(values.size());
    smoothLines(values, along, grid.rows, grid.columns, grid.columns, 1, kernel);
    smoothLines(along, values, grid.columns, 1, grid.rows, grid.columns, kernel);
    return values;
}

} // namespace zscape
