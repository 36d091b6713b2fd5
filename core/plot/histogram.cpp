#include "core/plot/histogram.h"

#include "core/base/error.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace zscape {

namespace {

constexpr std::size_t kPiece = 16384;
constexpr int kMostBins = 65536;

/// Slots 0 .. bins-1 are bins; then below, above, missing.
class Binning {
public:
    Binning(const AxisRange& axis, int bins)
        : m_bins(bins),
          m_logarithmic(axis.logarithmic),
          m_lower(m_logarithmic ? std::log10(axis.lower) : axis.lower),
          m_upper(m_logarithmic ? std::log10(axis.upper) : axis.upper),
          m_perUnit(bins / (m_upper - m_lower)) {}

    std::size_t slots() const { return static_cast<std::size_t>(m_bins) + 3; }
    std::size_t slot(float number) const {
        double value = static_cast<double>(number);
        const auto bins = static_cast<std::size_t>(m_bins);
        if (m_logarithmic) value = value > 0 ? std::log10(value) : std::nan("");
        if (!std::isfinite(value)) return bins + 2;
        if (value < m_lower) return bins;
        if (value > m_upper) return bins + 1;
        return std::min(bins - 1, static_cast<std::size_t>((value - m_lower) * m_perUnit));
    }

private:
    int m_bins;
    bool m_logarithmic;
    double m_lower, m_upper, m_perUnit;
};

void check(std::span<const float> values, const BitSet* shown, const AxisRange& axis, int bins) {
    if (bins < 1 || bins > kMostBins) throw Error("a histogram has 1 to 65,536 bins; choose fewer");
    if (!(axis.upper > axis.lower) || (axis.logarithmic && !(axis.lower > 0))) {
        throw Error("the range of a histogram is empty; give a lower end that is less than the upper one");
    }
    if (shown && shown->size() < values.size()) {
        throw Error("the set of shown stars is shorter than the column to count; make it from the same catalogue");
    }
}

/// Calls add(star, counts) for every star; the sum over threads of what it counts.
template <typename Add>
std::vector<std::uint32_t> countSlots(ThreadPool& pool, std::size_t stars, std::size_t slots, Add&& add) {
    std::vector<std::vector<std::uint32_t>> counted(static_cast<std::size_t>(pool.threadCount()));
    pool.forChunks(stars, kPiece, [&](std::size_t begin, std::size_t end, int thread) {
        std::vector<std::uint32_t>& counts = counted[static_cast<std::size_t>(thread)];
        counts.resize(slots);
        for (std::size_t star = begin; star < end; ++star) {
            add(star, counts.data());
        }
    });
    std::vector<std::uint32_t> sums(slots);
    for (const std::vector<std::uint32_t>& counts : counted) {
        for (std::size_t slot = 0; slot < counts.size(); ++slot) {
            sums[slot] += counts[slot];
        }
    }
    return sums;
}

Histogram fromSlots(const AxisRange& axis, const std::uint32_t* slots, int bins) {
    Histogram result{axis, {slots, slots + bins}};
    result.below = slots[bins];
    result.above = slots[bins + 1];
    result.missing = slots[bins + 2];
    return result;
}

} // namespace

std::size_t Histogram::inside() const {
    return std::accumulate(counts.begin(), counts.end(), std::size_t{0});
}

std::uint32_t Histogram::largest() const {
    return counts.empty() ? 0 : *std::max_element(counts.begin(), counts.end());
}

double Histogram::edge(std::size_t bin) const {
    Viewport view{axis, {}, static_cast<int>(counts.size()), 1};
    view.x.flipped = false;
    return view.dataX(static_cast<double>(bin));
}

std::vector<Histogram> histogramsByClass(ThreadPool& pool, std::span<const float> values,
                                         std::span<const std::uint8_t> classes, int classCount, const BitSet* shown,
                                         const AxisRange& axis, int bins) {
    check(values, shown, axis, bins);
    if (classes.size() != values.size()) {
        throw Error("the classes of a histogram's stars differ in number from its values; make them of the same stars");
    }
    const Binning binning(axis, bins);
    const auto groups = static_cast<std::size_t>(classCount);
    const std::vector<std::uint32_t> slots =
        countSlots(pool, values.size(), groups * binning.slots(), [&](std::size_t star, std::uint32_t* counts) {
            if (classes[star] == 0 || (shown && !shown->test(star))) return;
            const std::size_t group = std::min<std::size_t>(classes[star], groups) - 1;
            ++counts[group * binning.slots() + binning.slot(values[star])];
        });
    std::vector<Histogram> result;
    for (std::size_t group = 0; group < groups; ++group) {
        result.push_back(fromSlots(axis, slots.data() + group * binning.slots(), bins));
    }
    return result;
}

Histogram histogram(ThreadPool& pool, std::span<const float> values, const BitSet* shown, const AxisRange& axis,
                    int bins) {
    check(values, shown, axis, bins);
    const Binning binning(axis, bins);
    const std::vector<std::uint32_t> slots =
        countSlots(pool, values.size(), binning.slots(), [&](std::size_t star, std::uint32_t* counts) {
            if (!shown || shown->test(star)) ++counts[binning.slot(values[star])];
        });
    return fromSlots(axis, slots.data(), bins);
}

std::vector<double> cumulativeShare(const Histogram& histogram) {
    const std::size_t whole = histogram.below + histogram.inside() + histogram.above;
    std::vector<double> shares;
    std::size_t sum = histogram.below;
    for (std::size_t bin = 0; bin <= histogram.counts.size(); ++bin) {
        shares.push_back(whole ? static_cast<double>(sum) / static_cast<double>(whole) : 0);
        if (bin < histogram.counts.size()) sum += histogram.counts[bin];
    }
    return shares;
}

} // namespace zscape
