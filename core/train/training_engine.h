#pragma once

#include "core/base/job_context.h"
#include "core/model/model.h"
#include "core/train/trainer.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace zscape {

/// Mean losses of a batch (method.md section 4, by the architecture's preset).
struct BatchLosses {
    double rec = 0;
    double kl = 0;
    double loss() const { return rec + kl; }
};

/// One epoch as the run asks for it.
struct EpochPlan {
    std::span<const std::uint32_t> rows; ///< shuffled training rows; the last partial batch is dropped
    int batchSize = 0;
    int epoch = 0;
    std::int64_t seed = 0; ///< of the noise, see trainingNoise
    double learningRate = 0;
};

/// A network with its optimiser (AdamW, betas 0.9 and 0.999, eps 1e-8, decoupled weight decay on every parameter, as
/// PyTorch's) over one set of training data. It knows nothing of splits, schedules or files: the run does
/// (runTraining). Used by one thread at a time; keeps a reference to the data, which must outlive it.
class TrainingEngine {
public:
    virtual ~TrainingEngine() = default;
    virtual std::string name() const = 0; ///< e.g. "LibTorch 1.13.1 CPU, 2 threads"
    virtual std::size_t latentSize() const = 0;

    /// One update on a batch. `noise` is rows.size() x latentSize, the eps of z = mu + eps exp(log_var / 2). Returns
    /// the training-mode losses before the update. A non-finite loss leaves the weights unspecified.
    virtual BatchLosses step(std::span<const std::uint32_t> rows, std::span<const float> noise,
                             double learningRate) = 0;
    /// Losses of a batch in eval mode (running statistics of the batch norms), without an update.
    virtual BatchLosses evaluate(std::span<const std::uint32_t> rows, std::span<const float> noise) = 0;
    /// Gradients of rec + kl in training mode, one tensor a trained tensor, named alike; nothing else changes.
    virtual std::vector<Tensor> gradients(std::span<const std::uint32_t> rows, std::span<const float> noise) = 0;
    /// The network as it is now: exactly tensorSpecs(architecture), in that order.
    virtual std::vector<Tensor> tensors() const = 0;

    /// A whole epoch, the losses of each step. Stops early after a step whose loss is not finite (which is then the
    /// last entry) and when the job is cancelled. Here: step by step; an engine on another device does better.
    virtual std::vector<BatchLosses> trainEpoch(const EpochPlan& plan, const JobContext& job);
};

/// Makes an engine that starts from the weights of `start`.
using EngineFactory = std::function<std::unique_ptr<TrainingEngine>(
    const TrainingData& data, const TrainingOptions& options, const Model& start)>;

/// The LibTorch engine (CPU), loaded from its own library on first use. Throws Error when that is not installed.
std::unique_ptr<TrainingEngine> makeTorchEngine(const TrainingData& data, const TrainingOptions& options,
                                                const Model& start);

/// The run of Trainer::train on the engine `makeEngine` makes: split, initial weights, and for each epoch the shuffle,
/// the rate, the steps, validation, the history and the observer. Throws as Trainer::train.
Model runTraining(const TrainingData& data, const TrainingOptions& options, const EngineFactory& makeEngine,
                  const EpochObserver& observer, const JobContext& job);

/// What a noise number is for; each has streams of its own.
enum class NoiseUse : std::uint8_t { Training, Validation };
/// Fills `out` with the standard normal numbers first, first + 1, ... of an epoch: pure functions of seed, use, epoch
/// and index (Philox, Box-Muller), so any engine and any number of threads draws the same. In training, number (s *
/// batchSize + i) * latentSize + k is eps_k of the i-th row of step s; in validation, of the i-th validation row.
void trainingNoise(std::int64_t seed, NoiseUse use, int epoch, std::size_t first, std::span<float> out);

} // namespace zscape
