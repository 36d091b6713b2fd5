#pragma once

#include "core/base/error.h"
#include "core/model/model.h"

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/from_blob.h>
#include <c10/util/Exception.h>
#include <torch/version.h>

#include <dlfcn.h>

#include <string>
#include <utility>
#include <vector>

/// What inference and training share: LibTorch's errors, its threads, and tensors from a Model.
namespace zscape::torch_backend {

/// Runs `work` and turns LibTorch's errors into ours (first line only: the rest is LibTorch's source lines and stack).
template <typename Work>
auto guarded(const char* what, Work&& work) {
    try {
        return std::forward<Work>(work)();
    } catch (const c10::Error& error) {
        const std::string text = error.what_without_backtrace();
        throw Error(std::string("LibTorch could not ") + what + ": " + text.substr(0, text.find('\n')) + ".");
    }
}

/// Sets how many threads LibTorch's own operations take on the calling thread. OpenBLAS, where LibTorch uses it, is
/// held to one: its threads and LibTorch's would wait for each other on the same cores.
inline void useThreads(int threads) {
    if (at::get_num_threads() != threads) at::set_num_threads(threads);
    // The BLAS is LibTorch's choice (some builds bring MKL), so OpenBLAS is asked for by name and not linked.
    using SetThreads = void (*)(int);
    if (const auto setBlas = reinterpret_cast<SetThreads>(dlsym(RTLD_DEFAULT, "openblas_set_num_threads"))) setBlas(1);
}

/// A float32 tensor of its own with the values and shape of `tensor`.
inline at::Tensor toTorch(const Tensor& tensor) {
    const std::vector<std::int64_t> shape(tensor.shape.begin(), tensor.shape.end());
    return at::from_blob(const_cast<float*>(tensor.values.data()), shape).clone();
}

inline std::string engineText(int threads) {
    return "LibTorch " TORCH_VERSION " CPU, " + std::to_string(threads) + (threads == 1 ? " thread" : " threads");
}

} // namespace zscape::torch_backend
