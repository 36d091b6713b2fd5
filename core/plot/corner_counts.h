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

/// In which bin of its range every star lies, in each column: made once for columns and ranges, to count any stars.
class CornerPlaces {
public:
    CornerPlaces() = default;
    /// Throws Error when columns differ in length or there are more than 16 of them, or more than 250 bins.
    CornerPlaces(ThreadPool& pool, std::span<const std::span<const float>> columns, std::span<const AxisRange> axes,
                 int bins);
    std::size_t stars() const { return m_places.empty() ? 0 : m_places.front().size(); }
    const std::vector<AxisRange>& axes() const { return m_axes; }
    int bins() const { return m_bins; }
    /// Of a column, by star: the bin; or bins() below the range, bins() + 1 above it, bins() + 2 without a value.
    std::span<const std::uint8_t> places(std::size_t column) const { return m_places[column]; }

private:
    std::vector<AxisRange> m_axes;
    int m_bins = 0;
    std::vector<std::vector<std::uint8_t>> m_places;
};

/// Counts the stars of `shown` (nullptr: all), in one group. The same on any number of threads. Throws Error when
/// `shown` is too short.
CornerCounts cornerCounts(ThreadPool& pool, const CornerPlaces& places, const BitSet* shown);
/// Counts those of each class 1 .. classCount, as classesOf gives them, in groups from 0 on. Throws Error when classes
/// are of other stars.
CornerCounts cornerCountsByClass(ThreadPool& pool, const CornerPlaces& places, const BitSet* shown,
                                 std::span<const std::uint8_t> classes, int classCount);

} // namespace zscape
