#pragma once

#include "core/model/spectral_model.h"
#include "core/torch/torch_api.h"
#include "core/train/devices.h"
#include "core/train/training_engine.h"

/// What this library makes, without LibTorch's headers.
namespace zscape::torch_backend {

const char* libTorchVersion();
std::unique_ptr<SpectralModel> makeModel(Model model, int threads);
std::unique_ptr<TrainingEngine> makeEngine(const TrainingData& data, const TrainingOptions& options, const Model& start,
                                           StepMode mode);
std::vector<DeviceInfo> gpus();

} // namespace zscape::torch_backend
