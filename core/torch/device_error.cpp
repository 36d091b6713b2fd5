#include "core/torch/device_error.h"

#include <algorithm>
#include <array>
#include <vector>

namespace zscape {
namespace {

/// What LibTorch's texts hold (any of them), and what that means to a user.
struct KnownError {
    std::vector<std::string_view> fragments;
    std::string_view sentence;
};

/// The first that fits counts: texts about a missing GPU may mention the driver, too.
const std::array<KnownError, 6>& knownErrors() {
    static const std::array<KnownError, 6> errors{{
        {{"not linked with support for cuda", "not compiled with cuda", "without cuda support",
          "from the 'cuda' backend", "cannot initialize cuda without"},
         "This LibTorch is built without CUDA: build Zscape with one that has it"},
        {{"driver on your system is too old", "driver version is insufficient", "unsupported ptx version",
          "forward compatibility was attempted"},
         "The NVIDIA driver is too old for this LibTorch: install a newer driver"},
        {{"found no nvidia driver", "driver shared library", "driver initialization failed", "cuda driver is a stub",
          "initialization error", "libcuda"},
         "There is no working NVIDIA driver on this machine: install it"},
        {{"no cuda gpus are available", "no cuda-capable device is detected", "invalid device ordinal",
          "devices unavailable", "device(s) is/are busy or unavailable", "no kernel image is available"},
         "There is no GPU that this LibTorch can use: see \"zscape devices\" for what there is"},
        {{"out of memory", "cublas_status_alloc_failed", "alloc_failed", "memory allocation failure"},
         "The GPU has not enough free memory: end other programs on it, or take a smaller batch"},
        {{"unspecified launch failure", "illegal memory access", "device-side assert", "gpu is lost",
          "fallen off the bus", "ecc error", "illegal instruction", "misaligned address", "hardware stack error",
          "launch timed out", "invalid address space", "context is destroyed", "cublas_status_execution_failed",
          "driver shutting down", "system not yet initialized", "system driver mismatch"},
         "The GPU stopped working during the run: restart it from its last checkpoint"},
    }};
    return errors;
}

std::string lower(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return result;
}

} // namespace

std::string deviceErrorSentence(std::string_view what, std::string_view libTorchText) {
    constexpr std::string_view offer = ", or go on with the CPU: --device cpu or --engine fused.";
    const std::string text = lower(libTorchText);
    for (const KnownError& error : knownErrors()) {
        const bool fits = std::any_of(error.fragments.begin(), error.fragments.end(), [&](std::string_view fragment) {
            return text.find(fragment) != std::string::npos;
        });
        if (fits) return std::string(error.sentence).append(offer);
    }
    std::string_view first = libTorchText.substr(0, libTorchText.find('\n'));
    while (!first.empty() && (first.back() == '.' || first.back() == ' ')) {
        first.remove_suffix(1);
    }
    return "LibTorch could not " + std::string(what) + " on the GPU (" + std::string(first) +
           "): update LibTorch or the driver" + std::string(offer);
}

} // namespace zscape
