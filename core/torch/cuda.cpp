#include "core/torch/cuda.h"

#include "core/torch/device_error.h"
#include "core/torch/torch_backend.h"

#include <ATen/ops/empty.h>

#ifdef ZSCAPE_CUDA
#include <ATen/cuda/CUDAGraph.h>
#include <c10/core/DeviceGuard.h>
#include <c10/cuda/CUDAFunctions.h>

#include <cuda_runtime_api.h>
#endif

#include <charconv>

namespace zscape::torch_backend {
namespace {

/// N of "cuda:N", 0 of "cuda"; -1 for anything else.
int gpuNumber(const std::string& name) {
    constexpr std::string_view prefix = "cuda";
    if (name == prefix) return 0;
    if (name.size() < 6 || name.compare(0, 5, "cuda:") != 0) return -1;
    int number = -1;
    const char* end = name.data() + name.size();
    const auto [stop, error] = std::from_chars(name.data() + 5, end, number);
    return stop == end && error == std::errc() ? number : -1;
}

void requireGpuName(const std::string& name) {
    if (gpuNumber(name) >= 0) return;
    throw Error("There is no device \"" + name + "\": take cpu, or cuda (cuda:1 and so on for further GPUs).");
}

} // namespace

#ifdef ZSCAPE_CUDA

struct CapturedStep::Graph {
    at::cuda::CUDAGraph graph;
};

void CapturedStep::capture(bool clip, const std::function<void()>& step) {
    m_graph.reset();
    auto made = std::make_unique<Graph>();
    made->graph.capture_begin();
    try {
        step();
    } catch (...) {
        // The stream must leave its capture; that this fails, too, adds nothing to what went wrong.
        try {
            made->graph.capture_end();
        } catch (...) {
        }
        throw;
    }
    made->graph.capture_end();
    m_graph = std::move(made);
    m_clip = clip;
}

void CapturedStep::replay() {
    m_graph->graph.replay();
}

at::Device gpu(const std::string& name) {
    requireGpuName(name);
    try {
        const int count = c10::cuda::device_count_ensure_non_zero();
        if (gpuNumber(name) < count) return {at::kCUDA, static_cast<c10::DeviceIndex>(gpuNumber(name))};
    } catch (const c10::Error& error) {
        throw Error(deviceErrorSentence("find a GPU", error.what_without_backtrace()));
    }
    throw Error(deviceErrorSentence("find " + name, "invalid device ordinal"));
}

std::string gpuName(at::Device device) {
    cudaDeviceProp properties{};
    if (cudaGetDeviceProperties(&properties, device.index()) != cudaSuccess) return device.str();
    return properties.name;
}

at::Tensor hostTensor(const std::vector<std::int64_t>& size, at::ScalarType type, at::Device device) {
    if (device.is_cpu()) return at::empty(size, type);
    std::size_t bytes = c10::elementSize(type);
    for (const std::int64_t count : size) {
        bytes *= static_cast<std::size_t>(count);
    }
    // Not LibTorch's own pinned memory, whose release asks the GPU and so would end the program once that is lost.
    void* memory = nullptr;
    const cudaError_t error = cudaHostAlloc(&memory, bytes, cudaHostAllocDefault);
    TORCH_CHECK(error == cudaSuccess, "CUDA error: ", cudaGetErrorString(error));
    return at::from_blob(
        memory, size, [](void* block) { (void)cudaFreeHost(block); }, type);
}

std::vector<DeviceInfo> gpus() {
    std::vector<DeviceInfo> found;
    try {
        const int count = c10::cuda::device_count_ensure_non_zero();
        for (int number = 0; number < count; ++number) {
            const at::Device device(at::kCUDA, static_cast<c10::DeviceIndex>(number));
            DeviceInfo info{gpuName(device), "libtorch", number == 0 ? "cuda" : device.str(), 0, 0, {}};
            const c10::DeviceGuard current(device);
            std::size_t free = 0, total = 0;
            const cudaError_t error = cudaMemGetInfo(&free, &total);
            if (error != cudaSuccess) info.unavailable = deviceErrorSentence("use it", cudaGetErrorString(error));
            info.memoryFree = free;
            info.memoryTotal = total;
            found.push_back(std::move(info));
        }
    } catch (const c10::Error& error) {
        found = {{"GPU", "libtorch", "cuda", 0, 0, deviceErrorSentence("find a GPU", error.what_without_backtrace())}};
    }
    return found;
}

#else

namespace {
std::string withoutCuda() {
    return deviceErrorSentence("use a GPU", "PyTorch is not linked with support for cuda devices");
}
} // namespace

struct CapturedStep::Graph {};

void CapturedStep::capture(bool, const std::function<void()>&) {
    throw Error(withoutCuda());
}

void CapturedStep::replay() {
    throw Error(withoutCuda());
}

at::Device gpu(const std::string& name) {
    requireGpuName(name);
    throw Error(withoutCuda());
}

std::string gpuName(at::Device device) {
    return device.str();
}

at::Tensor hostTensor(const std::vector<std::int64_t>& size, at::ScalarType type, at::Device) {
    return at::empty(size, type);
}

std::vector<DeviceInfo> gpus() {
    return {{"GPU", "libtorch", "cuda", 0, 0, withoutCuda()}};
}

#endif

CapturedStep::CapturedStep() = default;
CapturedStep::~CapturedStep() = default;

void CapturedStep::drop() {
    m_graph.reset();
}

} // namespace zscape::torch_backend
