#pragma once

#include "core/base/aligned_array.h"
#include "core/model/kernels/kernel_table.h"
#include "core/model/model.h"

#include <cstddef>
#include <span>
#include <vector>

namespace zscape {

/// A dense layer ready for the kernels: batch norm folded into weights and bias (in float64, rounded once), weights
/// transposed to [in][padded(out)], padding zero. Immutable after construction.
class FusedLayer {
public:
    /// One layer, or several with the same input side by side (the heads mu and log_var). Throws Error for a negative
    /// variance.
    FusedLayer(const Model& model, std::span<const LayerSpec> specs);

    std::size_t in() const { return m_in; }
    std::size_t out() const { return m_out; }
    /// x is [in][64], y [out][64]; `ahead` is what the caller reads next, fetched into the cache meanwhile.
    void applyToTile(const kernels::KernelTable& kernels, const float* x, float* y,
                     std::span<const float> ahead = {}) const;
    /// x is `in` floats, y padded(out).
    void applyToVector(const kernels::KernelTable& kernels, const float* x, float* y) const;

private:
    void pack(const Model& model, const LayerSpec& spec, std::size_t firstOutput);
    kernels::Product product(const float* x, float* y) const;

    std::size_t m_in = 0;
    std::size_t m_out = 0;
    bool m_gelu = false;
    AlignedArray<float> m_weights;
    AlignedArray<float> m_bias;
};

/// Two buffers that a network's layers write to in turn; one a thread.
class FusedScratch {
public:
    FusedScratch() = default;
    explicit FusedScratch(std::size_t floats) : m_buffers{AlignedArray<float>(floats), AlignedArray<float>(floats)} {}
    float* buffer(std::size_t index) { return m_buffers[index].data(); }

private:
    AlignedArray<float> m_buffers[2];
};

/// A chain of fused layers. Results lie in one of the scratch buffers until the next call.
class FusedNetwork {
public:
    explicit FusedNetwork(std::vector<FusedLayer> layers) : m_layers(std::move(layers)) {}

    /// Widest layer, input included, padded: a scratch for tiles has 64 times that many floats, one for vectors as
    /// many.
    std::size_t width() const;
    /// x is [in][64] outside the scratch or in its buffer 0; returns [out][64]. `ahead` as for a layer.
    float* applyToTile(const kernels::KernelTable& kernels, const float* x, FusedScratch& scratch,
                       std::span<const float> ahead = {}) const;
    /// x is `in` floats; returns padded(out) floats.
    float* applyToVector(const kernels::KernelTable& kernels, const float* x, FusedScratch& scratch) const;

private:
    std::vector<FusedLayer> m_layers;
};

/// The three networks of a scatter VAE. The last layer of the encoder gives mu, then log_var.
struct FusedNetworks {
    explicit FusedNetworks(const Model& model);
    FusedNetwork encoder;
    FusedNetwork decoder;
    FusedNetwork scatter; ///< before its sigmoid
    std::size_t width() const;
};

} // namespace zscape
