#include "core/train/training_engine.h"

#include "core/base/error.h"
#include "core/train/fused/fused_engine.h"

#include <algorithm>
#include <cmath>

namespace zscape {
namespace {

bool fits(const std::vector<Tensor>& tensors, const std::vector<TensorSpec>& specs) {
    return std::equal(tensors.begin(), tensors.end(), specs.begin(), specs.end(),
                      [](const Tensor& tensor, const TensorSpec& spec) {
                          const std::size_t count = spec.isCounter ? 0 : spec.elementCount();
                          return tensor.name == spec.name && tensor.values.size() == count;
                      });
}

} // namespace

void requireState(const EngineState& state, const Architecture& architecture) {
    const std::vector<TensorSpec> all = tensorSpecs(architecture);
    std::vector<TensorSpec> trained;
    std::copy_if(all.begin(), all.end(), std::back_inserter(trained),
                 [](const TensorSpec& spec) { return !spec.isBuffer && !spec.isCounter; });
    if (fits(state.tensors, all) && fits(state.firstMoments, trained) && fits(state.secondMoments, trained)) return;
    throw Error("The state to go on from belongs to a network of another shape: take a checkpoint of this run.");
}

std::unique_ptr<TrainingEngine> makeTrainingEngine(const TrainingData& data, const TrainingOptions& options,
                                                   const Model& start) {
    if (options.engine == "fused") return makeFusedEngine(data, options, start);
    if (options.engine == "libtorch" && data.collective) {
        throw Error("The LibTorch engine trains in one process: take --engine fused for a run of several, or start "
                    "Zscape once.");
    }
    if (options.engine == "libtorch") return makeTorchEngine(data, options, start);
    throw Error("There is no training engine \"" + options.engine + "\": take fused or libtorch.");
}

std::vector<BatchLosses> TrainingEngine::trainEpoch(const EpochPlan& plan, const JobContext& job) {
    const auto batch = static_cast<std::size_t>(plan.batchSize);
    std::vector<BatchLosses> losses;
    losses.reserve(plan.stepCount);
    std::vector<float> noise(batch * latentSize());
    for (std::size_t step = plan.firstStep; step < plan.firstStep + plan.stepCount && !job.cancelled(); ++step) {
        trainingNoise(plan.seed, NoiseUse::Training, plan.epoch, step * noise.size(), noise);
        losses.push_back(this->step(plan.rows.subspan(step * batch, batch), noise, plan.step));
        if (!std::isfinite(losses.back().loss())) break;
    }
    return losses;
}

} // namespace zscape
