#pragma once

#include "core/analysis/random_forest.h"
#include "core/base/bit_set.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace zscape {

/// Stars of two classes, 0 and 1, counted by what they are and by what they are taken for.
struct ConfusionMatrix {
    std::array<std::array<std::size_t, 2>, 2> counts{}; ///< [true class][predicted class]

    std::size_t of(std::size_t trueClass) const { return counts[trueClass][0] + counts[trueClass][1]; }
    std::size_t total() const { return of(0) + of(1); }
    double accuracy() const;
    /// Of the stars of a class the share that is taken for it; NaN where there are none. The paper's Table 1 calls it
    /// "predictive value".
    double recall(std::size_t trueClass) const;
    /// Of the stars that are taken for a class the share that is of it; NaN where there are none.
    double precision(std::size_t predictedClass) const;

    bool operator==(const ConfusionMatrix&) const = default;
};

/// Stars parted into those that teach and those that are asked; rows in ascending order.
struct PartedStars {
    std::vector<std::uint32_t> training;
    std::vector<std::uint32_t> tested;
    std::size_t withoutLabel = 0;   ///< left out: of neither class
    std::size_t withoutFeature = 0; ///< left out: of a class, and a feature is not finite
};

/// Parts those of `stars` whose label (0 or 1) and features are all finite, at random by the seed: a tenth is asked
/// where `testedShare` is 0.1. Throws Error when too few are left for both.
PartedStars partStars(const BitSet& stars, Features features, std::span<const float> labels, double testedShare,
                      std::uint64_t seed);

/// What a forest that has learnt from the first takes the second for. Throws as forestShares.
ConfusionMatrix confusionOfForest(const PartedStars& stars, Features features, std::span<const float> labels,
                                  const ForestOptions& options = {}, const JobContext& job = {});

} // namespace zscape
