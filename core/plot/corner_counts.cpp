#include "core/plot/corner_counts.h"

#include "core/base/error.h"
#include "core/plot/star_locator.h"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

namespace zscape {

namespace {

constexpr std::size_t kMostColumns = 16;
constexpr std::size_t kOutside = 3; ///< places beside the bins: below, above, without a value

void placeBlock(const float* values, std::size_t count, const AxisRange& axis, int bins, std::uint8_t* places) {
    const auto lower = static_cast<float>(axis.lower), upper = static_cast<float>(axis.upper);
    const float scale = static_cast<float>(bins) / (upper - lower);
    const auto last = static_cast<std::int32_t>(bins - 1);
    for (std::size_t k = 0; k < count; ++k) {
        const float value = values[k];
        const bool inside = (value >= lower) & (value <= upper);
        const auto bin = static_cast<std::int32_t>(inside ? (value - lower) * scale : 0.0f);
        const std::int32_t held = bin < last ? bin : last;
        const std::int32_t outside = value < lower ? bins : value > upper ? bins + 1 : bins + 2;
        places[k] = static_cast<std::uint8_t>(inside ? held : outside);
    }
}

/// What one thread counts, with the places outside as bins of their own: no star needs a branch.
struct Counted {
    std::vector<std::uint32_t> pairs;     ///< [group][pair][place of row][place of column]
    std::vector<std::uint32_t> marginals; ///< [group][column][place]
};

void add(std::vector<std::uint32_t>& to, const std::vector<std::uint32_t>& from) {
    for (std::size_t k = 0; k < from.size(); ++k) {
        to[k] += from[k];
    }
}

/// Copies what lies in the bins.
CornerCounts cropped(const CornerPlaces& places, const Counted& counted, std::size_t groups) {
    const std::size_t n = places.axes().size(), perGroup = n * (n - 1) / 2;
    const auto bins = static_cast<std::size_t>(places.bins());
    const std::size_t width = bins + kOutside;
    CornerCounts result;
    result.axes = places.axes();
    result.bins = places.bins();
    result.groups = static_cast<int>(groups);
    result.pairs.reserve(groups * perGroup * bins * bins);
    for (std::size_t row = 0; row < groups * perGroup * width; ++row) {
        if (row % width >= bins) continue;
        const auto first = counted.pairs.begin() + static_cast<std::ptrdiff_t>(row * width);
        result.pairs.insert(result.pairs.end(), first, first + static_cast<std::ptrdiff_t>(bins));
    }
    for (std::size_t row = 0; row < groups * n; ++row) {
        const auto first = counted.marginals.begin() + static_cast<std::ptrdiff_t>(row * width);
        const auto end = first + static_cast<std::ptrdiff_t>(bins);
        result.marginals.insert(result.marginals.end(), first, end);
        result.below.push_back(end[0]);
        result.above.push_back(end[1]);
    }
    return result;
}

/// The stars of some blocks that are counted, their places side by side.
class Counter {
public:
    Counter(const CornerPlaces& places, const BitSet* shown, std::span<const std::uint8_t> classes, std::size_t groups)
        : m_places(places),
          m_shown(shown),
          m_classes(classes),
          m_lastGroup(static_cast<std::uint8_t>(groups - 1)),
          m_columns(places.axes().size()),
          m_width(static_cast<std::size_t>(places.bins()) + kOutside) {
        counted.pairs.assign(groups * m_columns * (m_columns - 1) / 2 * m_width * m_width, 0);
        counted.marginals.assign(groups * m_columns * m_width, 0);
    }
    void count(std::size_t begin, std::size_t end) {
        const std::size_t keeps = keep(begin, end - begin);
        if (keeps == 0) return;
        for (std::size_t column = 0; column < m_columns; ++column) {
            const std::uint8_t* from = m_places.places(column).data() + begin;
            for (std::size_t i = 0; i < keeps; ++i) {
                m_kept[column][i] = from[m_rows[i]];
            }
        }
        const std::size_t perGroup = m_columns * (m_columns - 1) / 2, cells = m_width * m_width;
        for (std::size_t row = 0; row < m_columns; ++row) {
            const auto& ys = m_kept[row];
            for (std::size_t i = 0; i < keeps; ++i) {
                ++counted.marginals[(m_groups[i] * m_columns + row) * m_width + ys[i]];
            }
            for (std::size_t column = 0; column < row; ++column) {
                const auto& xs = m_kept[column];
                std::uint32_t* pair = counted.pairs.data() + CornerCounts::pairOf(row, column) * cells;
                for (std::size_t i = 0; i < keeps; ++i) {
                    ++pair[m_groups[i] * perGroup * cells + ys[i] * m_width + xs[i]];
                }
            }
        }
    }
    Counted counted;

private:
    std::size_t keep(std::size_t begin, std::size_t count) {
        std::size_t keeps = 0;
        for (std::size_t k = 0; k < count; ++k) {
            // Without classes all are in the one group; class 0 is in none.
            const std::uint8_t group = m_classes.empty() ? std::uint8_t{1} : m_classes[begin + k];
            m_rows[keeps] = static_cast<std::uint16_t>(k);
            m_groups[keeps] = std::min(static_cast<std::uint8_t>(group - 1), m_lastGroup);
            keeps += group != 0 && (!m_shown || m_shown->test(begin + k));
        }
        return keeps;
    }

    const CornerPlaces& m_places;
    const BitSet* m_shown;
    std::span<const std::uint8_t> m_classes;
    std::uint8_t m_lastGroup;
    std::size_t m_columns, m_width;
    std::array<std::uint16_t, kStarBlock> m_rows{};
    std::array<std::uint8_t, kStarBlock> m_groups{};
    std::array<std::array<std::uint8_t, kStarBlock>, kMostColumns> m_kept{};
};

CornerCounts countGroups(ThreadPool& pool, const CornerPlaces& places, const BitSet* shown,
                         std::span<const std::uint8_t> classes, std::size_t groups) {
    if (shown && shown->size() < places.stars()) {
        throw Error("the stars to show in a corner plot are of another catalogue than its columns");
    }
    std::vector<std::unique_ptr<Counter>> counters(static_cast<std::size_t>(pool.threadCount()));
    pool.forChunks(places.stars(), 16 * kStarBlock, [&](std::size_t chunk, std::size_t chunkEnd, int thread) {
        std::unique_ptr<Counter>& mine = counters[static_cast<std::size_t>(thread)];
        if (!mine) mine = std::make_unique<Counter>(places, shown, classes, groups);
        for (std::size_t begin = chunk; begin < chunkEnd; begin += kStarBlock) {
            mine->count(begin, std::min(chunkEnd, begin + kStarBlock));
        }
    });
    Counted sum = std::move(Counter(places, shown, classes, groups).counted);
    for (const auto& mine : counters) {
        if (!mine) continue;
        add(sum.pairs, mine->counted.pairs);
        add(sum.marginals, mine->counted.marginals);
    }
    return cropped(places, sum, groups);
}

} // namespace

CornerPlaces::CornerPlaces(ThreadPool& pool, std::span<const std::span<const float>> columns,
                           std::span<const AxisRange> axes, int bins)
    : m_axes(axes.begin(), axes.end()),
      m_bins(bins),
      m_places(columns.size()) {
    if (columns.empty() || columns.size() > kMostColumns || columns.size() != axes.size()) {
        throw Error("a corner plot has 1 to 16 columns with a range each; choose fewer");
    }
    if (bins < 1 || bins > 250) throw Error("a corner plot has 1 to 250 bins a side; choose fewer");
    const std::size_t stars = columns.front().size();
    for (std::size_t column = 0; column < columns.size(); ++column) {
        if (columns[column].size() != stars) {
            throw Error("the columns of a corner plot differ in length; give columns of the same stars");
        }
        m_places[column].resize(stars);
    }
    pool.forChunks(stars, 16 * kStarBlock, [&](std::size_t begin, std::size_t end, int) {
        for (std::size_t column = 0; column < columns.size(); ++column) {
            placeBlock(columns[column].data() + begin, end - begin, axes[column], bins,
                       m_places[column].data() + begin);
        }
    });
}

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

CornerCounts cornerCounts(ThreadPool& pool, const CornerPlaces& places, const BitSet* shown) {
    return countGroups(pool, places, shown, {}, 1);
}

CornerCounts cornerCountsByClass(ThreadPool& pool, const CornerPlaces& places, const BitSet* shown,
                                 std::span<const std::uint8_t> classes, int classCount) {
    if (classes.size() != places.stars() || classCount < 1) {
        throw Error("the classes to count in a corner plot are of another catalogue than its columns");
    }
    return countGroups(pool, places, shown, classes, static_cast<std::size_t>(classCount));
}

} // namespace zscape
