#pragma once

#include "core/base/bit_set.h"
#include "core/base/thread_pool.h"
#include "core/plot/viewport.h"

#include <cstdint>
#include <span>
#include <vector>

namespace zscape {

/// Numbers of stars in bins of one column, equal in data units, on a logarithmic axis in log10. Bins hold their lower
/// end and not their upper one, but the last one holds both.
struct Histogram {
    AxisRange axis;
    std::vector<std::uint32_t> counts;
    std::size_t below = 0, above = 0; ///< stars outside the range
    std::size_t missing = 0;          ///< not finite, or not positive on a logarithmic axis
    std::size_t inside() const;
    std::uint32_t largest() const;
    /// Data value of the lower end of a bin; bin == counts.size() gives the upper end of the range.
    double edge(std::size_t bin) const;
};

/// Counts the stars of `shown` (nullptr: all). The same on any number of threads. Throws Error for no or too many
/// (over 65,536) bins, or when `shown` is too short.
Histogram histogram(ThreadPool& pool, std::span<const float> values, const BitSet* shown, const AxisRange& axis,
                    int bins);
/// The histogram of each class (1 .. classCount) of the stars at once; classes as classesOf gives them. Stars of class
/// 0 are not counted.
std::vector<Histogram> histogramsByClass(ThreadPool& pool, std::span<const float> values,
                                         std::span<const std::uint8_t> classes, int classCount, const BitSet* shown,
                                         const AxisRange& axis, int bins);
/// The share of finite stars below the lower end of each bin and, last, of the range's upper end; so counts.size() + 1
/// numbers that do not fall, 0 .. 1. All 0 without stars.
std::vector<double> cumulativeShare(const Histogram& histogram);

} // namespace zscape
