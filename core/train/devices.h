#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace zscape {

/// An engine on a device: what TrainingOptions::engine and ::device can name on this machine.
struct DeviceInfo {
    std::string name;                              ///< "CPU, 2 threads, AVX2", "NVIDIA H100 80GB HBM3"
    std::string engine;                            ///< "fused", "libtorch"
    std::string device;                            ///< "cpu", "cuda" (the first GPU), "cuda:1"
    std::uint64_t memoryTotal = 0, memoryFree = 0; ///< bytes
    std::string unavailable;                       ///< why it cannot be used, one sentence; "" when it can

    bool available() const { return unavailable.empty(); }
};

/// Every engine on every device, usable or not. GPUs are looked for with `lookForGpus` alone, as that loads LibTorch
/// (half a second) and starts the driver. Does not throw: what goes wrong becomes a reason.
std::vector<DeviceInfo> trainingDevices(bool lookForGpus);

/// Of these the LibTorch ones.
std::vector<DeviceInfo> torchDevices(const DeviceInfo& cpu, bool lookForGpus);

} // namespace zscape
