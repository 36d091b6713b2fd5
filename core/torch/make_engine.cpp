#include "core/base/error.h"
#include "core/torch/loader.h"
#include "core/train/devices.h"
#include "core/train/training_engine.h"

namespace zscape {

std::unique_ptr<TrainingEngine> makeTorchEngine(const TrainingData& data, const TrainingOptions& options,
                                                const Model& start) {
    return torchApi().makeEngine(data, options, start, StepMode::Automatic);
}

std::unique_ptr<TrainingEngine> makeTorchEngineInMode(const TrainingData& data, const TrainingOptions& options,
                                                      const Model& start, StepMode mode) {
    return torchApi().makeEngine(data, options, start, mode);
}

std::vector<DeviceInfo> torchDevices(const DeviceInfo& cpu, bool lookForGpus) {
    std::vector<DeviceInfo> devices{cpu};
    devices.front().engine = "libtorch";
    try {
        if (!lookForGpus) {
            if (!findTorchLibrary()) torchApi(); // whose Error says what to do
            return devices;
        }
        for (DeviceInfo& gpu : torchApi().gpus()) {
            devices.push_back(std::move(gpu));
        }
    } catch (const Error& error) {
        devices.front().unavailable = error.what();
    }
    return devices;
}

} // namespace zscape
