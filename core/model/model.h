#pragma once

#include "core/model/architecture.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace zscape {

/// A named tensor of float32 values, or of one int64 (num_batches_tracked).
struct Tensor {
    std::string name;
    std::vector<std::size_t> shape;
    std::vector<float> values; ///< row-major; empty for a counter
    std::int64_t counter = 0;  ///< for num_batches_tracked
    bool isCounter = false;
};

/// mu_j and sig_j of x_j = (c_j / G - mu_j) / sig_j (method.md section 1); float64, inputSize entries each, sig > 0.
struct Normalization {
    std::vector<double> mu;
    std::vector<double> sig;
    std::string origin; ///< file or "training catalogue", for display
};

/// One epoch of a training run; losses are means over the stars (method.md section 4).
struct EpochRecord {
    int epoch = 0;
    double loss = 0, rec = 0, kl = 0;
    double validationLoss = 0, validationRec = 0, validationKl = 0;
    double learningRate = 0;
    double seconds = 0;
};

/// Where a model came from.
struct Provenance {
    std::string program; ///< "zscape 0.1.0" or "PyTorch checkpoint"
    std::string catalogName;
    std::string catalogHash;
    std::string command;    ///< the command line that made it, "" where unknown
    std::string date;       ///< ISO 8601 UTC
    std::int64_t seed = -1; ///< -1 where unknown
    bool mockData = false;
};

/// A trained scatter VAE: architecture, weights under their PyTorch names, normalisation, history. Plain data.
struct Model {
    Architecture architecture;
    std::vector<Tensor> tensors; ///< exactly tensorSpecs(architecture), in that order
    std::optional<Normalization> normalization;
    int epoch = 0;
    std::vector<EpochRecord> history;
    Provenance provenance;

    const Tensor& tensor(std::string_view name) const; ///< throws Error
    /// The normalisation, or an Error that says how to give one.
    const Normalization& requireNormalization() const;
    /// Throws Error unless the tensors are exactly those of the architecture, finite, and the normalisation fits.
    void validate() const;
};

/// Reads a model by content: a PyTorch checkpoint (zip) or a native file (HDF5). A `config.json` in the checkpoint's
/// folder or its parent is honoured where present; sizes otherwise come from the tensors. Throws Error.
Model loadModel(const std::filesystem::path& path);
/// Reads `mu`, `sig` from a NumPy `.npz` (stored or deflated, float32 or float64), or from the model file's own format.
Normalization loadNormalization(const std::filesystem::path& path);
/// A model from the binary's own bytes (native format).
Model loadModelImage(std::span<const std::byte> bytes, const std::string& name);

/// Writes by ending: `.h5` native (models/README.md), `.pt` a PyTorch checkpoint with `NAME.npz` beside it when the
/// model has a normalisation. Atomic. Throws Error.
void saveModel(const Model& model, const std::filesystem::path& path);

/// Zeros in the right shapes with batch-norm variances 1: the start of an untrained model or of a test.
Model emptyModel(const Architecture& architecture);
/// PyTorch's default initialisation (uniform +-1/sqrt(fan_in)), from the seed alone.
Model initialModel(const Architecture& architecture, std::uint64_t seed);

} // namespace zscape
