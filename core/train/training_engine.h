#pragma once

#include "core/base/job_context.h"
#include "core/model/model.h"
#include "core/train/noise.h"
#include "core/train/training_data.h"
#include "core/train/training_options.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace zscape {

/// Mean losses of a batch (method.md section 4, by the architecture's preset); kl is not weighted.
struct BatchLosses {
    double rec = 0;
    double kl = 0;
    double loss(double klWeight = 1) const { return rec + klWeight * kl; }
};

/// What a step depends on besides its batch.
struct StepOptions {
    double learningRate = 0;
    double klWeight = 1;
    double clipNorm = 0; ///< largest Euclidean norm of the whole gradient; 0: not clipped
};

/// Steps first .. first + count of an epoch.
struct EpochPlan {
    std::span<const std::uint32_t> rows; ///< the whole epoch's order (epochOrder): batch s begins at s * batchSize
    int batchSize = 0;                   ///< in a parallel run that of all processes; rows are this one's part alone
    int epoch = 0;
    std::int64_t seed = 0; ///< of the noise, see trainingNoise
    std::size_t firstStep = 0;
    std::size_t stepCount = 0;
    StepOptions step;
};

/// Everything an engine carries from step to step, so that another engine can go on bit for bit.
struct EngineState {
    std::vector<Tensor> tensors; ///< the network: exactly tensorSpecs(architecture), in that order
    /// AdamW's two running averages of each trained tensor, named and ordered like them.
    std::vector<Tensor> firstMoments, secondMoments;
    std::int64_t steps = 0; ///< updates made
};

/// Throws Error unless the state's tensors are exactly those of the architecture.
void requireState(const EngineState& state, const Architecture& architecture);

/// A network with its optimiser (AdamW, betas 0.9 and 0.999, eps 1e-8, decoupled weight decay on every parameter, as
/// PyTorch's) over one set of training data. It knows nothing of splits, schedules or files: the run does
/// (training_run.h). Used by one thread at a time; keeps a reference to the data, which must outlive it. In a parallel
/// run (data.collective) all processes make the same calls, but for evaluate; rows are then a process's part of a
/// batch, losses and gradients those of the whole.
class TrainingEngine {
public:
    virtual ~TrainingEngine() = default;
    virtual std::string name() const = 0; ///< e.g. "fused AVX-512, 2 threads", "LibTorch 1.13.1 CPU, 2 threads"
    virtual std::size_t latentSize() const = 0;

    /// One update on a batch. `noise` is rows.size() x latentSize, the eps of z = mu + eps exp(log_var / 2). Returns
    /// the training-mode losses before the update. A non-finite loss leaves the weights unspecified.
    virtual BatchLosses step(std::span<const std::uint32_t> rows, std::span<const float> noise,
                             const StepOptions& options) = 0;
    /// Losses of a batch in eval mode (running statistics of the batch norms), without an update; each process for
    /// itself.
    virtual BatchLosses evaluate(std::span<const std::uint32_t> rows, std::span<const float> noise) = 0;
    /// Gradients of rec + kl in training mode, one tensor a trained tensor, named alike; nothing else changes.
    virtual std::vector<Tensor> gradients(std::span<const std::uint32_t> rows, std::span<const float> noise) = 0;

    virtual EngineState state() const = 0;
    /// Goes on from a state of the same architecture. Throws Error when it does not fit.
    virtual void setState(const EngineState& state) = 0;

    /// Steps of an epoch, the losses of each. Stops early after a step whose loss is not finite (which is then the last
    /// entry) and when the job is cancelled (in a parallel run on any process). Here: step by step; an engine that
    /// keeps data or threads of its own does better. The result does not depend on how an epoch is cut into such calls.
    virtual std::vector<BatchLosses> trainEpoch(const EpochPlan& plan, const JobContext& job);
};

/// Makes an engine that starts from the weights of `start`, its optimiser at rest.
using EngineFactory = std::function<std::unique_ptr<TrainingEngine>(
    const TrainingData& data, const TrainingOptions& options, const Model& start)>;

/// The engine that options.engine and options.device name. Throws Error for an unknown name, or when it is not
/// installed or its device cannot be used; the message offers what can.
std::unique_ptr<TrainingEngine> makeTrainingEngine(const TrainingData& data, const TrainingOptions& options,
                                                   const Model& start);
/// The LibTorch engine, loaded from its own library on first use. Throws Error when that is not installed.
std::unique_ptr<TrainingEngine> makeTorchEngine(const TrainingData& data, const TrainingOptions& options,
                                                const Model& start);

} // namespace zscape
