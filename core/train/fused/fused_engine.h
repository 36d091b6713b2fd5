#pragma once

#include "core/model/spectral_model.h"
#include "core/train/training_engine.h"

#include <memory>

namespace zscape {

/// The fused CPU engine: forward, loss, backward and AdamW by hand on tiles of 64 stars, float32, on options.threads
/// threads, which do not change what it computes. Throws Error when the processor does not have the instruction set.
std::unique_ptr<TrainingEngine> makeFusedEngine(const TrainingData& data, const TrainingOptions& options,
                                                const Model& start, InstructionSet set = bestInstructionSet());

} // namespace zscape
