#pragma once

#include "core/analysis/decision_tree.h"
#include "core/base/job_context.h"

#include <cstdint>
#include <span>
#include <vector>

namespace zscape {

/// How a random forest grows. These are the defaults of scikit-learn's RandomForestClassifier, which the paper uses;
/// what its trees are like says DecisionTree.
struct ForestOptions {
    int trees = 100;
    int featuresPerSplit = 0; ///< tried at each split; 0: the square root of their number, rounded down
    bool bootstrap = true;    ///< each tree learns from as many stars, drawn with replacement; else from all
    std::uint64_t seed = 0;
    int threads = 0; ///< 0: every core
};

/// A random forest (Breiman 2001) that learns two classes from some stars and tells them of others: of each tested one
/// the share of class 1 in its leaves, the mean over all trees. `labels` are 0 or 1; those and the features of the rows
/// named must be finite (partStars in classification.h sees to it). The same seed gives the same shares, bit for bit,
/// on any number of threads.
/// Throws Error: no features, no trees, none or one class to learn from; Cancelled, within a fraction of a second.
std::vector<double> forestShares(Features features, std::span<const float> labels,
                                 std::span<const std::uint32_t> training, std::span<const std::uint32_t> tested,
                                 const ForestOptions& options = {}, const JobContext& job = {});

} // namespace zscape
