#pragma once

#include <cstdint>
#include <memory>
#include <vector>

/// torch: the LibTorch backend and training engine, built as a library of its own (libzscape_torch.so) so that
/// LibTorch, which takes half a second and 165 MB to load, enters the process on first use only. Compiled with LibTorch
/// are three files, inference.cpp, training_network.cpp (the arithmetic of training) and training.cpp (its engines),
/// which reach it through torch_support.h alone, and nothing else in Zscape: a test counts them. The others here
/// do without, cuda.cpp with CUDA's own runtime. This header is what core sees of them.
namespace zscape {

class SpectralModel;
class TrainingEngine;
struct DeviceInfo;
struct Model;
struct TrainingData;
struct TrainingOptions;

/// How a training step runs. Automatic takes what is fastest: on a GPU the graph, on a CPU two threads that share the
/// network. The others are for measuring and testing.
enum class StepMode : std::uint8_t {
    Automatic,
    Eager, ///< the stars on the device and operation by operation, as a PyTorch program does; also on a CPU
    Graph  ///< one CUDA graph a step
};

/// Goes up when TorchApi or an interface behind it changes, so that a stray library of another build is refused.
inline constexpr int torchApiVersion = 3;

/// What libzscape_torch.so offers. Lives as long as the process; any thread. The functions throw Error.
struct TorchApi {
    const char* program = nullptr;         ///< the version of Zscape it was built with
    const char* libTorchVersion = nullptr; ///< e.g. "1.13.0"
    std::unique_ptr<SpectralModel> (*makeModel)(Model model, int threads) = nullptr;
    std::unique_ptr<TrainingEngine> (*makeEngine)(const TrainingData& data, const TrainingOptions& options,
                                                  const Model& start, StepMode mode) = nullptr;
    /// The GPUs LibTorch sees, or one entry that says why it sees none.
    std::vector<DeviceInfo> (*gpus)() = nullptr;
};

} // namespace zscape

/// The library's one exported function: nullptr when `version` is not its own torchApiVersion.
extern "C" __attribute__((visibility("default"))) const zscape::TorchApi* zscape_torch_api(int version);
