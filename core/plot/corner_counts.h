#pragma once

#include "core/base/bit_set.h"
#include "core/base/thread_pool.h"
#include "core/plot/viewport.h"

#include <cstdint>
#include <span>
#include <vector>

namespace zscape {

/// All the 2D histograms of n columns against each other and their marginals, from one pass over the stars.
struct CornerCounts {
    std::vector<AxisRange> axes;             ///< of each column; linear
    int bins = 0;                            ///< a side
    int groups = 0;                          ///< sets of stars counted apart
    std::vector<std::uint32_t> pairs;        ///< [group][pair][bin of row][bin of column]
    std::vector<std::uint32_t> marginals;    ///< [group][column][bin]
    std::vector<std::uint32_t> below, above; ///< [group][column]: stars outside the range

    std::size_t columns() const { return axes.size(); }
    /// Index of the panel in row `row` and column `column` < row of the lower triangle.
    static std::size_t pairOf(std::size_t row, std::size_t column) { return row * (row - 1) / 2 + column; }
    std::span<const std::uint32_t> pair(int group, std::size_t row, std::size_t column) const;
    std::span<const std::uint32_t> marginal(int group, std::size_t column) const;
    /// Share of finite values below the lower end of each bin and, last, of the upper end; bins + 1 numbers.
    std::vector<double> cumulative(int group, std::size_t column) const;
};

/// Counts the stars of `shown` (nullptr: all). Group k has the stars of class k: with `classes` empty all are in group
/// 0; `skipOthers` leaves out those of class 0. The same on any number of threads. Throws Error when columns differ in
/// length or there are more than 16 of them, or more than 1024 bins.
CornerCounts cornerCounts(ThreadPool& pool, std::span<const std::span<const float>> columns,
                          std::span<const AxisRange> axes, int bins, const BitSet* shown,
                          std::span<const std::uint8_t> classes = {}, int classCount = 0, bool skipOthers = false);

} // namespace zscape
