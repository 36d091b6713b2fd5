#include "core/torch/loader.h"
#include "core/train/training_engine.h"

namespace zscape {

std::unique_ptr<TrainingEngine> makeTorchEngine(const TrainingData& data, const TrainingOptions& options,
                                                const Model& start) {
    return torchApi().makeEngine(data, options, start);
}

} // namespace zscape
