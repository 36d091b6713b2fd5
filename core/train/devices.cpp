#include "core/train/devices.h"

#include "core/base/thread_pool.h"
#include "core/model/spectral_model.h"

#include <fstream>

namespace zscape {
namespace {

/// A line "NAME:  123 kB" of /proc/meminfo, in bytes; 0 when there is none.
std::uint64_t systemMemory(const std::string& name) {
    std::ifstream file("/proc/meminfo");
    std::string word, unit;
    std::uint64_t value = 0;
    while (file >> word >> value) {
        std::getline(file, unit);
        if (word == name + ":") return value * 1024;
    }
    return 0;
}

} // namespace

std::vector<DeviceInfo> trainingDevices(bool lookForGpus) {
    const int threads = availableCores();
    DeviceInfo cpu;
    cpu.name = "CPU, " + std::to_string(threads) + (threads == 1 ? " thread" : " threads");
    cpu.device = "cpu";
    cpu.memoryTotal = systemMemory("MemTotal");
    cpu.memoryFree = systemMemory("MemAvailable");
    std::vector<DeviceInfo> devices{cpu};
    devices.front().engine = "fused";
    devices.front().name += ", " + std::string(instructionSetName(bestInstructionSet()));
    for (DeviceInfo& device : torchDevices(cpu, lookForGpus)) {
        devices.push_back(std::move(device));
    }
    return devices;
}

} // namespace zscape
