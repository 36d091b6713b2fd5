#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace zscape {

/// `Released`: batch normalisation and sums in the loss, as the published code. `Paper`: no batch normalisation, means
/// in the loss, as the paper's text (method.md sections 3 and 4).
enum class Preset { Released, Paper };
std::string_view presetName(Preset preset);   ///< "released", "paper"
Preset presetFromName(std::string_view name); ///< throws Error

/// The shape of a scatter VAE. Every size in Zscape comes from here.
struct Architecture {
    Preset preset = Preset::Released;
    int inputSize = 110;
    int latentSize = 6;
    std::vector<int> layers{90, 70, 50, 30, 10}; ///< encoder widths after the input; decoder and scatter mirror them

    bool hasBatchNorm() const { return preset == Preset::Released; }
    bool operator==(const Architecture&) const = default;
};

inline constexpr double batchNormEpsilon = 1e-5;
inline constexpr double batchNormMomentum = 0.1;

/// One tensor of the network: its PyTorch name and shape, in the order PyTorch saves them (method.md section 3).
struct TensorSpec {
    std::string name;
    std::vector<std::size_t> shape;
    bool isBuffer = false;  ///< running statistics: saved, not trained
    bool isCounter = false; ///< num_batches_tracked: an int64 scalar

    std::size_t elementCount() const {
        std::size_t count = 1;
        for (const std::size_t size : shape) {
            count *= size;
        }
        return count;
    }
};
/// All tensors of an architecture. Throws Error when a size is not positive (or absurdly large) or there is no layer.
std::vector<TensorSpec> tensorSpecs(const Architecture& architecture);
std::size_t parameterCount(const Architecture& architecture); ///< trained numbers: 67,182 for the published model

/// A dense layer with the batch norm and activation that follow it. GELU is the exact (erf) form.
struct LayerSpec {
    std::string linear;    ///< name prefix of weight and bias, e.g. "encoder.0.0"
    std::string batchNorm; ///< name prefix of the batch norm, "" without
    int in = 0;
    int out = 0;
    bool gelu = false;
};
struct NetworkLayers {
    std::vector<LayerSpec> encoder; ///< blocks
    LayerSpec mu;
    LayerSpec logVar;
    std::vector<LayerSpec> decoder; ///< plain layer, blocks, plain layer
    std::vector<LayerSpec> scatter; ///< the same shape; a sigmoid follows the last
};
NetworkLayers networkLayers(const Architecture& architecture);

} // namespace zscape
