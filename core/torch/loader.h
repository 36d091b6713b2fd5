#pragma once

#include "core/torch/torch_api.h"

#include <filesystem>
#include <optional>

namespace zscape {

/// Where libzscape_torch.so is: the file the environment variable ZSCAPE_TORCH_LIBRARY names, else beside
/// libzscape_core.so, else beside the executable or in ../lib/zscape from it. Nothing where there is none.
std::optional<std::filesystem::path> findTorchLibrary();

/// The LibTorch library, loaded by the first call (about half a second) and then kept until the process ends. Throws
/// Error: not installed, one of LibTorch's own libraries missing, built for another version of Zscape.
const TorchApi& torchApi();

/// makeTorchEngine (core/train/training_engine.h) with another way of running steps, to measure and to test it. Throws
/// Error as that does.
std::unique_ptr<TrainingEngine> makeTorchEngineInMode(const TrainingData& data, const TrainingOptions& options,
                                                      const Model& start, StepMode mode);

} // namespace zscape
