#pragma once

#include <cstddef>
#include <memory>
#include <string>

/// What is asked of CUDA's own runtime, without LibTorch: the GPUs by their numbers, and memory for their copies. In a
/// build with a LibTorch without CUDA these throw Error, and gpus() says why there are none.
namespace zscape::torch_backend {

/// The number of the GPU that "cuda" (the first) or "cuda:N" names. Throws Error: no such name, no driver, no such GPU.
int gpuNumber(const std::string& name);
/// What the driver calls it; "cuda:N" where it does not tell.
std::string gpuName(int number);
/// Memory that a GPU copies from and to by itself while the program goes on. Throws Error.
std::shared_ptr<void> pinnedMemory(std::size_t bytes);
/// The sentence that says so where this build's LibTorch has no CUDA.
std::string withoutCuda();

} // namespace zscape::torch_backend
