#include "core/analysis/classification.h"

#include "core/base/error.h"
#include "core/train/split.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace zscape {

namespace {

double share(std::size_t part, std::size_t whole) {
    return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : std::nan("");
}

} // namespace

double ConfusionMatrix::accuracy() const {
    return share(counts[0][0] + counts[1][1], total());
}

double ConfusionMatrix::recall(std::size_t trueClass) const {
    return share(counts[trueClass][trueClass], of(trueClass));
}

double ConfusionMatrix::precision(std::size_t predictedClass) const {
    return share(counts[predictedClass][predictedClass], counts[0][predictedClass] + counts[1][predictedClass]);
}

PartedStars partStars(const BitSet& stars, Features features, std::span<const float> labels, double testedShare,
                      std::uint64_t seed) {
    PartedStars result;
    std::vector<std::uint32_t> whole;
    for (std::size_t row = 0; row < labels.size(); ++row) {
        if (!stars.test(row)) continue;
        if (!std::isfinite(labels[row])) {
            ++result.withoutLabel;
        } else if (!std::ranges::all_of(features, [&](const auto& column) { return std::isfinite(column[row]); })) {
            ++result.withoutFeature;
        } else {
            whole.push_back(static_cast<std::uint32_t>(row));
        }
    }
    if (static_cast<double>(whole.size()) * std::min(testedShare, 1 - testedShare) < 1) {
        throw Error("Only " + std::to_string(whole.size()) +
                    " stars have a class and every feature, too few to learn from some and ask the others: choose more "
                    "stars.");
    }
    const Split split = splitRows(whole.size(), testedShare, static_cast<std::int64_t>(seed));
    for (const std::uint32_t place : split.training) {
        result.training.push_back(whole[place]);
    }
    for (const std::uint32_t place : split.validation) {
        result.tested.push_back(whole[place]);
    }
    return result;
}

ConfusionMatrix confusionOfForest(const PartedStars& stars, Features features, std::span<const float> labels,
                                  const ForestOptions& options, const JobContext& job) {
    const std::vector<double> shares = forestShares(features, labels, stars.training, stars.tested, options, job);
    ConfusionMatrix matrix;
    for (std::size_t i = 0; i < shares.size(); ++i) {
        // As scikit-learn does: where the votes are equal it is the first class.
        ++matrix.counts[labels[stars.tested[i]] == 1.0f][shares[i] > 0.5];
    }
    return matrix;
}

} // namespace zscape
