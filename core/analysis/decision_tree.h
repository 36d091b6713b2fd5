#pragma once

#include "core/base/job_context.h"
#include "core/base/philox.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace zscape {

/// Columns of numbers, one value a star.
using Features = std::span<const std::span<const float>>;

/// A star that a tree learns from, and how often it was drawn.
struct TreeStar {
    std::uint32_t row = 0;
    std::uint32_t timesAndClass = 0; ///< how often << 1 | its class

    static TreeStar of(std::uint32_t row, std::uint32_t times, bool first) {
        return {row, times << 1 | (first ? 1U : 0U)};
    }
};

/// A tree for two classes as scikit-learn's DecisionTreeClassifier grows it for a forest: at each node some features,
/// drawn at random, are tried at every value; the split that leaves the least Gini impurity is taken; a leaf has one
/// class, or stars that no feature tells apart. No depth is too large.
/// Of our own since no library of Debian 12 and 13 grows these trees: OpenCV's end at a depth of 25, ALGLIB's try 20
/// splits a node and let a mixed leaf vote for one star of it (both change the recall by more than seeds do), VIGRA's
/// are no C++20; and none of them can be cancelled.
class DecisionTree {
public:
    /// Throws Cancelled. `random` decides which features a node tries; values must be finite.
    DecisionTree(Features features, std::vector<TreeStar> stars, std::size_t featuresPerSplit, PhiloxSequence random,
                 const JobContext& job);

    /// The share of class 1 in the leaf that a star falls into.
    double share(Features features, std::uint32_t row) const;

private:
    struct Node {
        double thresholdOrShare = 0; ///< a leaf's share of class 1
        std::uint32_t feature = isLeaf;
        std::uint32_t children = 0; ///< values up to the threshold go here, others to the next
    };
    static constexpr std::uint32_t isLeaf = 0xFFFFFFFFU;

    std::vector<Node> m_nodes;
};

} // namespace zscape
