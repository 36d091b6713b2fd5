#pragma once

#include <memory>

/// torch: the LibTorch backend and training engine, built as a library of its own (libzscape_torch.so) so that
/// LibTorch, which takes half a second and 165 MB to load, enters the process on first use only. torch_support.h,
/// inference.cpp and training.cpp are the only files of Zscape that include LibTorch; this header is what core sees of
/// them.
namespace zscape {

class SpectralModel;
class TrainingEngine;
struct Model;
struct TrainingData;
struct TrainingOptions;

/// Goes up when TorchApi or an interface behind it changes, so that a stray library of another build is refused.
inline constexpr int torchApiVersion = 2;

/// What libzscape_torch.so offers. Lives as long as the process; any thread. The functions throw Error.
struct TorchApi {
    const char* program = nullptr;         ///< the version of Zscape it was built with
    const char* libTorchVersion = nullptr; ///< e.g. "1.13.0"
    std::unique_ptr<SpectralModel> (*makeModel)(Model model, int threads) = nullptr;
    std::unique_ptr<TrainingEngine> (*makeEngine)(const TrainingData& data, const TrainingOptions& options,
                                                  const Model& start) = nullptr;
};

} // namespace zscape

/// The library's one exported function: nullptr when `version` is not its own torchApiVersion.
extern "C" __attribute__((visibility("default"))) const zscape::TorchApi* zscape_torch_api(int version);
