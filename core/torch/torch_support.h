#pragma once

#include "core/base/error.h"
#include "core/model/model.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/addcmul.h>
#include <ATen/ops/addmm.h>
#include <ATen/ops/batch_norm.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/div.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/zeros.h>
#include <c10/core/Event.h>
#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>
#include <c10/core/StreamGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <c10/util/Exception.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/version.h>
#ifdef ZSCAPE_CUDA
#include <ATen/cuda/CUDAGraph.h>
#endif

#include <dlfcn.h>

#include <span>
#include <string>
#include <utility>
#include <vector>

/// The one file that includes LibTorch, each operator by itself, and what inference and training share: its errors, its
/// threads, and tensors from a Model.
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

/// Numbers in memory as a matrix, without a copy.
inline at::Tensor wrapped(std::span<const float> values, std::int64_t columns) {
    return at::from_blob(const_cast<float*>(values.data()),
                         {static_cast<std::int64_t>(values.size()) / columns, columns});
}

inline std::string engineText(int threads) {
    return "LibTorch " TORCH_VERSION " CPU, " + std::to_string(threads) + (threads == 1 ? " thread" : " threads");
}

} // namespace zscape::torch_backend
