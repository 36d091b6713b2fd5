#include "core/analysis/random_forest.h"

#include "core/base/error.h"
#include "core/base/philox.h"
#include "core/base/thread_pool.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <string>

namespace zscape {

namespace {

/// Philox streams of a tree.
enum class TreeStream : std::uint64_t { Sample = 0xF0, Splits = 0xF1 };
std::uint64_t streamOf(TreeStream use, std::size_t tree) {
    return (static_cast<std::uint64_t>(use) << 48) | tree;
}

/// The stars that a tree learns from: as many as there are, drawn with replacement.
std::vector<TreeStar> drawStars(std::span<const float> labels, std::span<const std::uint32_t> training,
                                const ForestOptions& options, std::size_t tree) {
    const std::size_t count = training.size();
    std::vector<std::uint32_t> times(count, options.bootstrap ? 0 : 1);
    const Philox random(options.seed, streamOf(TreeStream::Sample, tree));
    for (std::size_t i = 0; options.bootstrap && i < count; i += 4) {
        const auto words = random.block(i / 4);
        for (std::size_t k = 0; k < std::min<std::size_t>(4, count - i); ++k) {
            // 32 random bits times the count, in integers: a bias below 2^-32 times the count.
            ++times[(words[k] * std::uint64_t{count}) >> 32];
        }
    }
    std::vector<TreeStar> stars;
    stars.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        if (times[i] > 0) stars.push_back(TreeStar::of(training[i], times[i], labels[training[i]] == 1.0f));
    }
    return stars;
}

void check(Features features, std::span<const float> labels, std::span<const std::uint32_t> training, int trees) {
    if (features.empty()) throw Error("A forest has no feature to learn from: name one at least.");
    if (trees < 1) throw Error("A forest of " + std::to_string(trees) + " trees tells nothing: ask for one at least.");
    const auto ones = std::ranges::count_if(training, [&](std::uint32_t row) { return labels[row] == 1.0f; });
    if (ones > 0 && static_cast<std::size_t>(ones) < training.size()) return;
    throw Error("The " + std::to_string(training.size()) +
                " stars that a forest would learn from are not of two classes: choose stars of both.");
}

} // namespace

std::vector<double> forestShares(Features features, std::span<const float> labels,
                                 std::span<const std::uint32_t> training, std::span<const std::uint32_t> tested,
                                 const ForestOptions& options, const JobContext& job) {
    check(features, labels, training, options.trees);
    const auto usual = static_cast<std::size_t>(std::sqrt(static_cast<double>(features.size())));
    const std::size_t perSplit =
        options.featuresPerSplit > 0 ? static_cast<std::size_t>(options.featuresPerSplit) : usual;
    const auto trees = static_cast<std::size_t>(options.trees);
    ThreadPool pool(std::min(options.threads > 0 ? options.threads : availableCores(), options.trees));
    std::vector<std::vector<float>> shares(trees); // by tree, so that their sum has an order of its own
    std::atomic<std::size_t> grown = 0;
    pool.forChunks(trees, 1, [&](std::size_t number, std::size_t, int thread) {
        job.throwIfCancelled();
        const DecisionTree tree(features, drawStars(labels, training, options, number), perSplit,
                                PhiloxSequence(options.seed, streamOf(TreeStream::Splits, number)), job);
        for (const std::uint32_t row : tested) {
            shares[number].push_back(static_cast<float>(tree.share(features, row)));
        }
        const std::size_t done = ++grown;
        if (thread == 0) {
            job.report(static_cast<double>(done) / static_cast<double>(trees),
                       "tree " + std::to_string(done) + " of " + std::to_string(trees));
        }
    });
    std::vector<double> result(tested.size());
    for (const std::vector<float>& one : shares) {
        for (std::size_t i = 0; i < result.size(); ++i) {
            result[i] += static_cast<double>(one[i]);
        }
    }
    for (double& share : result) {
        share /= static_cast<double>(trees); // last: half the votes are then exactly one half
    }
    return result;
}

} // namespace zscape
