#pragma once

#include "core/train/training_engine.h"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

/// What is put together in memory for the steps of a training, and read back from it. Without LibTorch.
namespace zscape {
class ThreadPool;
}

namespace zscape::torch_backend {

inline constexpr double beta1 = 0.9, beta2 = 0.999, adamEpsilon = 1e-8; ///< PyTorch's defaults, as released

/// What an update depends on, weight decay and bias corrections worked in: StepScalars in memory.
inline constexpr std::size_t stepNumberCount = 5;
using StepNumbers = std::array<float, stepNumberCount>;
/// Those of the `update`-th update (from 1).
StepNumbers stepNumbers(const StepOptions& options, double weightDecay, std::int64_t update);
/// Those of the updates from the `first` on, one after the other, as many as fill `out`.
void fillStepNumbers(const StepOptions& options, double weightDecay, std::int64_t first, std::span<float> out);

/// The noise of a batch of the plan: the `step`-th of its epoch.
void fillNoise(const EpochPlan& plan, std::size_t step, std::span<float> out);

/// standardiseRows by the threads of a pool or, without one, by this thread.
void standardiseStars(const TrainingData& data, std::span<const std::uint32_t> rows, ThreadPool* pool,
                      std::span<float> x, std::span<float> err);

/// How many steps are queued on a device before it is asked for their losses.
std::size_t segmentSteps(std::size_t batchSize, std::size_t stars);

/// Pairs of rec and kl as losses, up to the first that is not finite.
std::vector<BatchLosses> lossesWhileFinite(std::span<const float> pairs);

} // namespace zscape::torch_backend
