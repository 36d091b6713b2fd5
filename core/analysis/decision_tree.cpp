#include "core/analysis/decision_tree.h"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <numeric>
#include <optional>

namespace zscape {

namespace {

/// Values that differ by no more are one, as in scikit-learn.
constexpr float sameValue = 1e-7f;

/// How many stars of each class.
using Counts = std::array<double, 2>;

struct Split {
    std::size_t feature = 0;
    double threshold = 0;
    double purity = 0; ///< of none; any split's is larger
};

/// Floats in the order of unsigned integers.
std::uint32_t orderedBits(float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    return bits & 0x80000000U ? ~bits : bits | 0x80000000U;
}
float valueOf(std::uint32_t ordered) {
    return std::bit_cast<float>(ordered & 0x80000000U ? ordered & 0x7FFFFFFFU : ~ordered);
}

void add(Counts& counts, std::uint32_t timesAndClass) {
    counts[timesAndClass & 1] += timesAndClass >> 1;
}

Counts countsOf(std::span<const TreeStar> stars) {
    Counts counts{};
    for (const TreeStar& star : stars) {
        add(counts, star.timesAndClass);
    }
    return counts;
}

/// The larger the purer: of two halves of the same stars this orders as their Gini impurity does, the other way round.
double purityOf(const Counts& counts) {
    return (counts[0] * counts[0] + counts[1] * counts[1]) / (counts[0] + counts[1]);
}

/// Finds splits of nodes; holds what is made anew for each.
class SplitSearch {
public:
    SplitSearch(Features features, std::size_t featuresPerSplit, PhiloxSequence random)
        : m_features(features),
          m_perSplit(featuresPerSplit),
          m_random(random),
          m_order(features.size()) {
        std::iota(m_order.begin(), m_order.end(), std::size_t{0});
    }

    /// Nothing where no feature tells the stars apart.
    std::optional<Split> best(std::span<const TreeStar> stars, const Counts& all) {
        Split found;
        bool several = false; // one has been tried that has two values
        for (std::size_t tried = 0; tried < m_order.size(); ++tried) {
            // Features without two values count as tried, but one that has them is looked for.
            if (tried >= m_perSplit && several) break;
            const auto left = static_cast<std::uint64_t>(m_order.size() - tried);
            std::swap(m_order[tried], m_order[tried + static_cast<std::size_t>((m_random() * left) >> 32)]);
            const std::size_t feature = m_order[tried];
            sortBy(feature, stars);
            if (m_sorted.empty()) continue;
            several = true;
            tryAll(feature, all, found);
        }
        // Of values that differ each too little from the next none is tried.
        return found.purity > 0 ? std::optional(found) : std::nullopt;
    }

private:
    /// Values with their stars' class, in ascending order; empty where all are the same.
    void sortBy(std::size_t feature, std::span<const TreeStar> stars) {
        const std::span<const float> column = m_features[feature];
        m_sorted.clear();
        float least = std::numeric_limits<float>::infinity(), largest = -least;
        for (const TreeStar& star : stars) {
            const float value = column[star.row];
            least = std::min(least, value);
            largest = std::max(largest, value);
            m_sorted.push_back(std::uint64_t{orderedBits(value)} << 32 | star.timesAndClass);
        }
        if (largest <= least + sameValue) return m_sorted.clear();
        std::ranges::sort(m_sorted);
    }

    void tryAll(std::size_t feature, const Counts& all, Split& split) const {
        Counts below{};
        float value = valueOf(static_cast<std::uint32_t>(m_sorted[0] >> 32));
        for (std::size_t i = 0; i + 1 < m_sorted.size(); ++i) {
            add(below, static_cast<std::uint32_t>(m_sorted[i]));
            const float next = valueOf(static_cast<std::uint32_t>(m_sorted[i + 1] >> 32));
            if (next > value + sameValue) {
                const double purity = purityOf(below) + purityOf({all[0] - below[0], all[1] - below[1]});
                if (purity > split.purity) split = {feature, 0.5 * (double{value} + double{next}), purity};
            }
            value = next;
        }
    }

    Features m_features;
    std::size_t m_perSplit;
    PhiloxSequence m_random;
    std::vector<std::size_t> m_order; ///< of the features; shuffled further at each node
    std::vector<std::uint64_t> m_sorted;
};

} // namespace

DecisionTree::DecisionTree(Features features, std::vector<TreeStar> stars, std::size_t featuresPerSplit,
                           PhiloxSequence random, const JobContext& job) {
    struct Pending {
        std::size_t begin, end;
        std::uint32_t node;
    };
    SplitSearch search(features, featuresPerSplit, random);
    m_nodes.emplace_back();
    std::vector<Pending> pending{{0, stars.size(), 0}};
    while (!pending.empty()) {
        job.throwIfCancelled();
        const auto [begin, end, node] = pending.back();
        pending.pop_back();
        const std::span<TreeStar> here(stars.data() + begin, end - begin);
        const Counts counts = countsOf(here);
        const bool pure = counts[0] == 0 || counts[1] == 0;
        const std::optional<Split> split = pure ? std::nullopt : search.best(here, counts);
        if (!split) {
            m_nodes[node].thresholdOrShare = counts[1] / (counts[0] + counts[1]);
            continue;
        }
        const std::span<const float> column = features[split->feature];
        const auto rest = std::partition(here.begin(), here.end(), [&](const TreeStar& star) {
            return double{column[star.row]} <= split->threshold;
        });
        const std::size_t middle = begin + static_cast<std::size_t>(rest - here.begin());
        const auto children = static_cast<std::uint32_t>(m_nodes.size());
        m_nodes[node] = {split->threshold, static_cast<std::uint32_t>(split->feature), children};
        m_nodes.resize(m_nodes.size() + 2);
        pending.push_back({middle, end, children + 1});
        pending.push_back({begin, middle, children});
    }
}

double DecisionTree::share(Features features, std::uint32_t row) const {
    std::uint32_t at = 0;
    while (m_nodes[at].feature != isLeaf) {
        const Node& node = m_nodes[at];
        at = node.children + (double{features[node.feature][row]} <= node.thresholdOrShare ? 0U : 1U);
    }
    return m_nodes[at].thresholdOrShare;
}

} // namespace zscape
