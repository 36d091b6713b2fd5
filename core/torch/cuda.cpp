#include "core/torch/cuda.h"

#include "core/base/error.h"
#include "core/torch/device_error.h"
#include "core/torch/torch_backend.h"

#ifdef ZSCAPE_CUDA
#include <cuda_runtime_api.h>
#endif

#include <charconv>

namespace zscape::torch_backend {
namespace {

/// N of "cuda:N", 0 of "cuda"; throws Error for anything else.
int numberInName(const std::string& name) {
    constexpr std::string_view prefix = "cuda:";
    if (name == "cuda") return 0;
    int number = -1;
    if (name.compare(0, prefix.size(), prefix) == 0) {
        const char* end = name.data() + name.size();
        const auto [stop, error] = std::from_chars(name.data() + prefix.size(), end, number);
        if (stop != end || error != std::errc()) number = -1;
    }
    if (number >= 0) return number;
    throw Error("There is no device \"" + name + "\": take cpu, or cuda (cuda:1 and so on for further GPUs).");
}

} // namespace

std::string withoutCuda() {
    return deviceErrorSentence("use a GPU", "PyTorch is not linked with support for cuda devices");
}

#ifdef ZSCAPE_CUDA

namespace {

/// CUDA's text for an error. Forgets the error, or LibTorch would find it behind its own next call.
std::string textOf(cudaError_t error) {
    (void)cudaGetLastError();
    return std::string("CUDA error: ") + cudaGetErrorString(error);
}

/// At least 1; throws Error that says why there is none.
int gpuCount() {
    int count = 0;
    const cudaError_t error = cudaGetDeviceCount(&count);
    if (error == cudaSuccess && count > 0) return count;
    std::string text = error == cudaSuccess ? cudaGetErrorString(cudaErrorNoDevice) : textOf(error);
    // CUDA has one error for a driver that is too old and for none at all, which has no version.
    int driver = 0;
    if (error == cudaErrorInsufficientDriver && (cudaDriverGetVersion(&driver) != cudaSuccess || driver == 0)) {
        text = "found no NVIDIA driver";
    }
    throw Error(deviceErrorSentence("find a GPU", text));
}

/// Of a GPU, which is the thread's current one for as long as it is asked.
cudaError_t readMemory(int number, std::size_t& free, std::size_t& total) {
    int before = 0;
    cudaError_t error = cudaGetDevice(&before);
    if (error != cudaSuccess) return error;
    if (before != number) error = cudaSetDevice(number);
    if (error == cudaSuccess) error = cudaMemGetInfo(&free, &total);
    if (before != number) (void)cudaSetDevice(before);
    return error;
}

} // namespace

int gpuNumber(const std::string& name) {
    const int number = numberInName(name);
    if (number < gpuCount()) return number;
    throw Error(deviceErrorSentence("find " + name, cudaGetErrorString(cudaErrorInvalidDevice)));
}

std::string gpuName(int number) {
    cudaDeviceProp properties{};
    if (cudaGetDeviceProperties(&properties, number) == cudaSuccess) return properties.name;
    (void)cudaGetLastError();
    return "cuda:" + std::to_string(number);
}

std::shared_ptr<void> pinnedMemory(std::size_t bytes) {
    // Not LibTorch's own pinned memory, whose release asks the GPU and so would end the program once that is lost.
    void* memory = nullptr;
    const cudaError_t error = cudaHostAlloc(&memory, bytes, cudaHostAllocDefault);
    if (error != cudaSuccess) throw Error(deviceErrorSentence("take memory for copies", textOf(error)));
    return {memory, [](void* block) { (void)cudaFreeHost(block); }};
}

std::vector<DeviceInfo> gpus() {
    std::vector<DeviceInfo> found;
    try {
        const int count = gpuCount();
        for (int number = 0; number < count; ++number) {
            const std::string device = number == 0 ? "cuda" : "cuda:" + std::to_string(number);
            DeviceInfo info{gpuName(number), "libtorch", device, 0, 0, {}};
            std::size_t free = 0, total = 0;
            const cudaError_t error = readMemory(number, free, total);
            if (error != cudaSuccess) info.unavailable = deviceErrorSentence("use it", textOf(error));
            info.memoryFree = free;
            info.memoryTotal = total;
            found.push_back(std::move(info));
        }
    } catch (const Error& error) {
        found = {{"GPU", "libtorch", "cuda", 0, 0, error.what()}};
    }
    return found;
}

#else

int gpuNumber(const std::string& name) {
    (void)numberInName(name);
    throw Error(withoutCuda());
}

std::string gpuName(int number) {
    return "cuda:" + std::to_string(number);
}

std::shared_ptr<void> pinnedMemory(std::size_t) {
    throw Error(withoutCuda());
}

std::vector<DeviceInfo> gpus() {
    return {{"GPU", "libtorch", "cuda", 0, 0, withoutCuda()}};
}

#endif

} // namespace zscape::torch_backend
