#pragma once

#include "core/base/bit_set.h"
#include "core/base/thread_pool.h"
#include "core/plot/viewport.h"

#include <cstdint>
#include <span>
#include <vector>

namespace zscape {

/// A 2D histogram: `columns` x `rows` bins, equal in data units, on a logarithmic axis in log10. Row 0 is at the lower
/// end of y, whatever way the axes run. Bins hold their lower end and not their upper one.
struct DensityGrid {
    AxisRange x, y;
    int columns = 0, rows = 0;
    std::vector<std::uint32_t> counts; ///< row-major, columns x rows
    std::size_t inside = 0;            ///< stars within the ranges

    std::uint32_t at(int column, int row) const {
        return counts[static_cast<std::size_t>(row) * static_cast<std::size_t>(columns) +
                      static_cast<std::size_t>(column)];
    }
    /// Data position of a place in the grid; bin (i, j) has its centre at (i + 0.5, j + 0.5).
    double dataX(double column) const;
    double dataY(double row) const;
};

/// Counts the stars of `shown` (nullptr: all) whose position is finite (positive on a logarithmic axis). The same on
/// any number of threads. Throws Error when the columns differ in length or the grid is not 1 .. 4096 bins a side.
DensityGrid densityGrid(ThreadPool& pool, std::span<const float> xs, std::span<const float> ys, const BitSet* shown,
                        const AxisRange& x, const AxisRange& y, int columns, int rows);

/// The counts under a Gaussian of `sigma` bins, normalised over what of it lies inside the grid; 0 copies them.
std::vector<float> smoothedCounts(const DensityGrid& grid, double sigma);

} // namespace zscape
