#include "core/plot/corner_counts.h"

#include "core/base/error.h"
#include "core/plot/star_locator.h"

#include <array>
#include <cmath>

namespace zscape {

namespace {

constexpr std::size_t kMostColumns = 16;
constexpr std::int16_t kBelow = -1, kAbove = -2, kMissing = -3;

void binBlock(const float* values, std::size_t count, const AxisRange& axis, int bins, std::int16_t* places) {
    const auto lower = static_cast<float>(axis.lower), upper = static_cast<float>(axis.upper);
    const float scale = static_cast<float>(bins) / (upper - lower);
    const auto last = static_cast<std::int32_t>(bins - 1);
    for (std::size_t k = 0; k < count; ++k) {
        const float value = values[k];
        const bool inside = (value >= lower) & (value <= upper);
        const auto bin = static_cast<std::int32_t>(inside ? (value - lower) * scale : 0.0f);
        const std::int32_t held = bin < last ? bin : last;
        const std::int32_t outside = value < lower ? kBelow : value > upper ? kAbove : kMissing;
        places[k] = static_cast<std::int16_t>(inside ? held : outside);
    }
}

void check(std::span<const std::span<const float>> columns, std::span<const AxisRange> axes, int bins,
           const BitSet* shown, std::span<const std::uint8_t> classes) {
    if (columns.empty() || columns.size() > kMostColumns || columns.size() != axes.size()) {
        throw Error("a corner plot has 1 to 16 columns with a range each; choose fewer");
    }
    if (bins < 1 || bins > 1024) throw Error("a corner plot has 1 to 1024 bins a side; choose fewer");
    for (const std::span<const float>& column : columns) {
        if (column.size() == columns.front().size()) continue;
        throw Error("the columns of a corner plot differ in length; give columns of the same stars");
    }
    if ((shown && shown->size() < columns.front().size()) ||
        (!classes.empty() && classes.size() != columns.front().size())) {
        throw Error("the stars to show in a corner plot are of another catalogue than its columns");
    }
}

void add(std::vector<std::uint32_t>& to, const std::vector<std::uint32_t>& from) {
    for (std::size_t k = 0; k < from.size(); ++k) {
        to[k] += from[k];
    }
}

} // namespace

std::span<const std::uint32_t> CornerCounts::pair(int group, std::size_t row, std::size_t column) const {
    const std::size_t cells = static_cast<std::size_t>(bins) * static_cast<std::size_t>(bins);
    const std::size_t perGroup = columns() * (columns() - 1) / 2;
    return std::span(pairs).subspan((static_cast<std::size_t>(group) * perGroup + pairOf(row, column)) * cells, cells);
}

std::span<const std::uint32_t> CornerCounts::marginal(int group, std::size_t column) const {
    const auto width = static_cast<std::size_t>(bins);
    return std::span(marginals).subspan((static_cast<std::size_t>(group) * columns() + column) * width, width);
}

std::vector<double> CornerCounts::cumulative(int group, std::size_t column) const {
    const std::size_t place = static_cast<std::size_t>(group) * columns() + column;
    std::vector<double> shares{static_cast<double>(below[place])};
    for (const std::uint32_t count : marginal(group, column)) {
        shares.push_back(shares.back() + count);
    }
    const double whole = shares.back() + above[place];
    for (double& share : shares) {
        share = whole > 0 ? share / whole : 0;
    }
    return shares;
}

CornerCounts cornerCounts(ThreadPool& pool, std::span<const std::span<const float>> columns,
                          std::span<const AxisRange> axes, int bins, const BitSet* shown,
                          std::span<const std::uint8_t> classes, int classCount, bool skipOthers) {
    check(columns, axes, bins, shown, classes);
    const std::size_t n = columns.size(), stars = columns.front().size();
    const auto width = static_cast<std::size_t>(bins), cells = width * width;
    const auto groups = static_cast<std::size_t>(classCount) + 1;
    const auto lastGroup = static_cast<std::uint8_t>(groups - 1);
    const std::size_t perGroup = n * (n - 1) / 2;
    CornerCounts result;
    result.axes.assign(axes.begin(), axes.end());
    result.bins = bins;
    result.groups = static_cast<int>(groups);
    result.pairs.assign(groups * perGroup * cells, 0);
    result.marginals.assign(groups * n * width, 0);
    result.below.assign(groups * n, 0);
    result.above.assign(groups * n, 0);
    std::vector<CornerCounts> counted(static_cast<std::size_t>(pool.threadCount()));
    pool.forChunks(stars, 16 * kStarBlock, [&](std::size_t chunk, std::size_t chunkEnd, int thread) {
        CornerCounts& mine = counted[static_cast<std::size_t>(thread)];
        if (mine.marginals.empty()) {
            mine.pairs.assign(result.pairs.size(), 0);
            mine.marginals.assign(result.marginals.size(), 0);
            mine.below.assign(result.below.size(), 0);
            mine.above.assign(result.above.size(), 0);
        }
        std::array<std::array<std::int16_t, kStarBlock>, kMostColumns> places;
        std::array<std::uint16_t, kStarBlock> kept;
        std::array<std::uint8_t, kStarBlock> group;
        std::array<float, kStarBlock> values;
        for (std::size_t begin = chunk; begin < chunkEnd; begin += kStarBlock) {
            const std::size_t count = std::min(kStarBlock, chunkEnd - begin);
            std::size_t keeps = 0;
            for (std::size_t k = 0; k < count; ++k) {
                const std::uint8_t star = classes.empty() ? std::uint8_t{0} : classes[begin + k];
                kept[keeps] = static_cast<std::uint16_t>(k);
                group[keeps] = std::min(star, lastGroup);
                keeps += (!shown || shown->test(begin + k)) && !(skipOthers && star == 0);
            }
            if (keeps == 0) continue;
            for (std::size_t column = 0; column < n; ++column) {
                for (std::size_t i = 0; i < keeps; ++i) {
                    values[i] = columns[column][begin + kept[i]];
                }
                binBlock(values.data(), keeps, axes[column], bins, places[column].data());
            }
            for (std::size_t row = 0; row < n; ++row) {
                for (std::size_t i = 0; i < keeps; ++i) {
                    const std::size_t place = group[i] * n + row;
                    const std::int16_t bin = places[row][i];
                    if (bin >= 0) {
                        ++mine.marginals[place * width + static_cast<std::size_t>(bin)];
                    } else if (bin != kMissing) {
                        ++(bin == kBelow ? mine.below : mine.above)[place];
                    }
                }
                for (std::size_t column = 0; column < row; ++column) {
                    const std::size_t pair = CornerCounts::pairOf(row, column);
                    for (std::size_t i = 0; i < keeps; ++i) {
                        const std::int16_t x = places[column][i], y = places[row][i];
                        if ((x | y) < 0) continue;
                        ++mine.pairs[(group[i] * perGroup + pair) * cells + static_cast<std::size_t>(y) * width +
                                     static_cast<std::size_t>(x)];
                    }
                }
            }
        }
    });
    for (const CornerCounts& mine : counted) {
        add(result.pairs, mine.pairs);
        add(result.marginals, mine.marginals);
        add(result.below, mine.below);
        add(result.above, mine.above);
    }
    return result;
}

} // namespace zscape
