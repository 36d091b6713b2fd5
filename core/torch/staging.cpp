#include "core/torch/staging.h"

#include "core/base/thread_pool.h"
#include "core/train/training_data.h"

#include <algorithm>
#include <cmath>

namespace zscape::torch_backend {
namespace {

constexpr std::size_t mostSteps = 512, mostStars = 1 << 20; // the largest segment: 26 MB at six latents

} // namespace

StepNumbers stepNumbers(const StepOptions& options, double weightDecay, std::int64_t update) {
    const double correction1 = 1.0 - std::pow(beta1, static_cast<double>(update));
    const double correction2 = 1.0 - std::pow(beta2, static_cast<double>(update));
    return {static_cast<float>(1.0 - options.learningRate * weightDecay),
            static_cast<float>(-options.learningRate / correction1), static_cast<float>(1.0 / std::sqrt(correction2)),
            static_cast<float>(options.klWeight), static_cast<float>(options.clipNorm)};
}

void fillStepNumbers(const StepOptions& options, double weightDecay, std::int64_t first, std::span<float> out) {
    for (; out.size() >= stepNumberCount; out = out.subspan(stepNumberCount)) {
        const StepNumbers numbers = stepNumbers(options, weightDecay, first++);
        std::copy(numbers.begin(), numbers.end(), out.begin());
    }
}

void fillNoise(const EpochPlan& plan, std::size_t step, std::span<float> out) {
    trainingNoise(plan.seed, NoiseUse::Training, plan.epoch, step * out.size(), out);
}

void standardiseStars(const TrainingData& data, std::span<const std::uint32_t> rows, ThreadPool* pool,
                      std::span<float> x, std::span<float> err) {
    if (!pool) return standardiseRows(data, rows, x, err);
    pool->forChunks(rows.size(), 1024, [&](std::size_t begin, std::size_t end, int) {
        const std::size_t offset = begin * data.inputSize, count = (end - begin) * data.inputSize;
        standardiseRows(data, rows.subspan(begin, end - begin), x.subspan(offset, count), err.subspan(offset, count));
    });
}

std::size_t segmentSteps(std::size_t batchSize, std::size_t stars) {
    return std::clamp(std::min(mostStars, stars) / batchSize, std::size_t{1}, mostSteps);
}

std::vector<BatchLosses> lossesWhileFinite(std::span<const float> pairs) {
    std::vector<BatchLosses> losses;
    for (; pairs.size() >= 2; pairs = pairs.subspan(2)) {
        losses.push_back({static_cast<double>(pairs[0]), static_cast<double>(pairs[1])});
        if (!std::isfinite(losses.back().loss())) break;
    }
    return losses;
}

} // namespace zscape::torch_backend
