#include "core/select/density_mask.h"

#include "core/select/row_mask.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace zscape {

namespace {

/// One axis cut into bins, equal in log10 where it is logarithmic.
struct Bins {
    double low = 0, high = 0;
    double scale = 0;
    std::size_t count = 1;
    bool logarithmic = false;

    Bins(double from, double to, std::size_t bins, bool isLog, std::span<const double> values)
        : count(bins),
          logarithmic(isLog) {
        low = place(std::min(from, to));
        high = place(std::max(from, to));
        if (from == to) {
            low = std::numeric_limits<double>::infinity();
            high = -low;
            for (const double value : values) {
                const double at = place(value);
                if (!std::isfinite(at)) continue;
                low = std::min(low, at);
                high = std::max(high, at);
            }
        }
        scale = high > low ? static_cast<double>(count) / (high - low) : 0.0;
    }
    double place(double value) const {
        if (!logarithmic) return value;
        return value > 0 ? std::log10(value) : std::numeric_limits<double>::quiet_NaN();
    }
    /// -1 outside; the upper limit belongs to the last bin.
    std::int32_t of(double value) const {
        const double at = place(value);
        if (!(at >= low && at <= high)) return -1;
        return static_cast<std::int32_t>(std::min((at - low) * scale, static_cast<double>(count - 1)));
    }
};

/// The count of stars that the sparsest of the fewest densest bins has that hold this fraction of all.
std::uint32_t densestLimit(std::vector<std::uint32_t> counts, double fraction) {
    std::ranges::sort(counts, std::ranges::greater{});
    double total = 0;
    for (const std::uint32_t count : counts) {
        total += count;
    }
    double held = 0;
    for (const std::uint32_t count : counts) {
        held += count;
        if (held >= fraction * total) return std::max(count, 1u);
    }
    return 1;
}

} // namespace

BitSet densityMask(ThreadPool& pool, const DensityShape& shape, std::span<const double> x, std::span<const double> y,
                   const JobContext& job) {
    const bool whole = shape.from == shape.to;
    const Bins across(shape.from.x, whole ? shape.from.x : shape.to.x, shape.binsX, shape.axes.logX, x);
    const Bins up(shape.from.y, whole ? shape.from.y : shape.to.y, shape.binsY, shape.axes.logY, y);
    std::vector<std::int32_t> bins(x.size());
    pool.forChunks(x.size(), 16384, [&](std::size_t begin, std::size_t end, int) {
        job.throwIfCancelled();
        for (std::size_t row = begin; row < end; ++row) {
            const std::int32_t column = across.of(x[row]);
            const std::int32_t level = up.of(y[row]);
            bins[row] = column < 0 || level < 0 ? -1 : level * static_cast<std::int32_t>(shape.binsX) + column;
        }
    });
    std::vector<std::uint32_t> counts(shape.binsX * shape.binsY);
    for (const std::int32_t bin : bins) {
        if (bin >= 0) ++counts[static_cast<std::size_t>(bin)];
    }
    const bool densest = shape.rule == DensityRule::Densest;
    const double limit = densest ? densestLimit(counts, shape.threshold) : shape.threshold;
    const bool none = densest && shape.threshold == 0;
    return maskRows(pool, x.size(), job, [&](std::size_t row) {
        if (bins[row] < 0 || none) return false;
        const double stars = counts[static_cast<std::size_t>(bins[row])];
        return shape.rule == DensityRule::AtMost ? stars <= limit : stars >= limit;
    });
}

} // namespace zscape
