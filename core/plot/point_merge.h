#pragma once

// What a pixel collects from the cells under a point's shape. Internal to core/plot.

#include "core/plot/star_locator.h"

#include <algorithm>
#include <cstdint>

namespace zscape {

/// Turns each row of cells into its running sums, so that a point's width costs nothing.
template <typename Cell>
void makeRunningSums(const StarGrid& band, Cell* cells) {
    for (Cell* row = cells; row < cells + band.cells(); row += band.stride()) {
        Cell sum = 0;
        for (std::size_t x = 0; x < band.stride(); ++x) {
            sum += row[x];
            row[x] = sum;
        }
    }
}

/// The sums of pixel row y, from running sums.
template <typename Cell>
void pointSums(const StarGrid& band, const PointStencil& stencil, const Cell* running, int y, Cell* out) {
    for (int k = 0; k < stencil.rows(); ++k) {
        const Cell* row = running + band.cellOf(y, stencil.first + k);
        const Cell* to = row + stencil.end[static_cast<std::size_t>(k)];
        const Cell* from = row + stencil.begin[static_cast<std::size_t>(k)] - 1;
        for (int x = 0; x < band.width; ++x) {
            out[x] = k == 0 ? to[x] - from[x] : out[x] + to[x] - from[x];
        }
    }
}

/// Raises cells to the keys of the stars in them.
template <typename Key>
void raise(Key* cells, const std::int32_t* cellOfStar, const Key* keys, std::size_t count) {
    for (std::size_t k = 0; k < count; ++k) {
        // Always written: which of the two is larger is chance, and a branch would be mispredicted.
        const Key before = cells[cellOfStar[k]];
        cells[cellOfStar[k]] = before < keys[k] ? keys[k] : before;
    }
}

/// The largest keys of pixel row y.
template <typename Key>
void pointMaxima(const StarGrid& band, const PointStencil& stencil, const Key* keys, int y, Key* out) {
    std::fill(out, out + band.width, Key{0});
    for (int k = 0; k < stencil.rows(); ++k) {
        const Key* row = keys + band.cellOf(y, stencil.first + k);
        for (int dx = stencil.begin[static_cast<std::size_t>(k)]; dx <= stencil.end[static_cast<std::size_t>(k)];
             ++dx) {
            for (int x = 0; x < band.width; ++x) {
                out[x] = std::max(out[x], row[x + dx]);
            }
        }
    }
}

} // namespace zscape
