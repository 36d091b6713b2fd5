#include "core/train/devices.h"

#include "app/cli/commands.h"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <iostream>

namespace zscape::cli {
namespace {

using nlohmann::ordered_json;

ordered_json describe(const DeviceInfo& device) {
    ordered_json json;
    json["name"] = device.name;
    json["engine"] = device.engine;
    json["device"] = device.device;
    json["available"] = device.available();
    if (!device.available()) json["reason"] = device.unavailable;
    json["memory_bytes"] = device.memoryTotal;
    json["memory_free_bytes"] = device.memoryFree;
    return json;
}

void print(const DeviceInfo& device) {
    std::printf("%-10s %-8s %s", device.engine.c_str(), device.device.c_str(), device.name.c_str());
    if (device.available()) {
        constexpr double gibibyte = 1024.0 * 1024.0 * 1024.0;
        std::printf(", %.1f of %.1f GiB free\n", static_cast<double>(device.memoryFree) / gibibyte,
                    static_cast<double>(device.memoryTotal) / gibibyte);
    } else {
        std::printf(": not available. %s\n", device.unavailable.c_str());
    }
}

} // namespace

void runDevices(const DevicesOptions& options, const JobContext&) {
    const std::vector<DeviceInfo> devices = trainingDevices(true);
    if (options.json) {
        ordered_json list = ordered_json::array();
        for (const DeviceInfo& device : devices) {
            list.push_back(describe(device));
        }
        std::cout << list.dump(2) << '\n';
        return;
    }
    std::printf("%-10s %-8s\n", "--engine", "--device");
    for (const DeviceInfo& device : devices) {
        print(device);
    }
}

} // namespace zscape::cli
