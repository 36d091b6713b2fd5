#include "core/model/fused_network.h"

#include "core/base/error.h"

#include <algorithm>
#include <cmath>

namespace zscape {

namespace {

/// Batch norm as y = scale * x + shift: gamma (x - mean) / sqrt(var + eps) + beta.
struct ScaleShift {
    double scale = 1;
    double shift = 0;
};

std::vector<ScaleShift> batchNormOf(const Model& model, const LayerSpec& spec) {
    std::vector<ScaleShift> result(static_cast<std::size_t>(spec.out));
    if (spec.batchNorm.empty()) return result;
    const std::vector<float>& gamma = model.tensor(spec.batchNorm + ".weight").values;
    const std::vector<float>& beta = model.tensor(spec.batchNorm + ".bias").values;
    const std::vector<float>& mean = model.tensor(spec.batchNorm + ".running_mean").values;
    const std::vector<float>& variance = model.tensor(spec.batchNorm + ".running_var").values;
    for (std::size_t i = 0; i < result.size(); ++i) {
        if (!(variance[i] >= 0.0f)) {
            throw Error("the model's '" + spec.batchNorm +
                        ".running_var' has a negative variance; the file is damaged");
        }
        result[i].scale = gamma[i] / std::sqrt(variance[i] + batchNormEpsilon);
        result[i].shift = beta[i] - mean[i] * result[i].scale;
    }
    return result;
}

FusedNetwork chain(const Model& model, const std::vector<LayerSpec>& specs) {
    std::vector<FusedLayer> layers;
    layers.reserve(specs.size() + 1);
    for (const LayerSpec& spec : specs) {
        layers.emplace_back(model, std::span(&spec, 1));
    }
    return FusedNetwork(std::move(layers));
}

FusedNetwork encoderChain(const Model& model, const NetworkLayers& specs) {
    std::vector<FusedLayer> layers;
    layers.reserve(specs.encoder.size() + 1);
    for (const LayerSpec& spec : specs.encoder) {
        layers.emplace_back(model, std::span(&spec, 1));
    }
    const LayerSpec heads[] = {specs.mu, specs.logVar};
    layers.emplace_back(model, heads);
    return FusedNetwork(std::move(layers));
}

} // namespace

FusedLayer::FusedLayer(const Model& model, std::span<const LayerSpec> specs)
    : m_in(static_cast<std::size_t>(specs.front().in)),
      m_gelu(specs.front().gelu) {
    for (const LayerSpec& spec : specs) {
        m_out += static_cast<std::size_t>(spec.out);
    }
    m_weights = AlignedArray<float>(m_in * kernels::padded(m_out));
    m_bias = AlignedArray<float>(kernels::padded(m_out));
    std::size_t firstOutput = 0;
    for (const LayerSpec& spec : specs) {
        pack(model, spec, firstOutput);
        firstOutput += static_cast<std::size_t>(spec.out);
    }
}

void FusedLayer::pack(const Model& model, const LayerSpec& spec, std::size_t firstOutput) {
    const std::vector<float>& weights = model.tensor(spec.linear + ".weight").values;
    const std::vector<float>& bias = model.tensor(spec.linear + ".bias").values;
    const std::vector<ScaleShift> norm = batchNormOf(model, spec);
    const std::size_t stride = kernels::padded(m_out);
    for (std::size_t o = 0; o < norm.size(); ++o) {
        for (std::size_t k = 0; k < m_in; ++k) {
            m_weights[k * stride + firstOutput + o] = static_cast<float>(norm[o].scale * weights[o * m_in + k]);
        }
        m_bias[firstOutput + o] = static_cast<float>(norm[o].scale * bias[o] + norm[o].shift);
    }
}

kernels::Product FusedLayer::product(const float* x, float* y) const {
    kernels::Product product;
    product.weights = m_weights.data();
    product.stride = kernels::padded(m_out);
    product.bias = m_bias.data();
    product.in = m_in;
    product.out = m_out;
    product.x = x;
    product.y = y;
    product.gelu = m_gelu;
    return product;
}

void FusedLayer::applyToTile(const kernels::KernelTable& kernels, const float* x, float* y,
                             std::span<const float> ahead) const {
    kernels::Product whole = product(x, y);
    whole.ahead = ahead.data();
    whole.aheadCount = ahead.size();
    kernels.tileProduct(whole);
}

void FusedLayer::applyToVector(const kernels::KernelTable& kernels, const float* x, float* y) const {
    kernels.vectorProduct(product(x, y));
}

std::size_t FusedNetwork::width() const {
    std::size_t width = 0;
    for (const FusedLayer& layer : m_layers) {
        width = std::max({width, layer.in(), layer.out()});
    }
    return kernels::padded(width);
}

float* FusedNetwork::applyToTile(const kernels::KernelTable& kernels, const float* x, FusedScratch& scratch,
                                 std::span<const float> ahead) const {
    std::size_t next = 1;
    for (const FusedLayer& layer : m_layers) {
        layer.applyToTile(kernels, x, scratch.buffer(next), ahead);
        ahead = {}; // fetched by the first layer, the longest
        x = scratch.buffer(next);
        next = 1 - next;
    }
    return scratch.buffer(1 - next);
}

float* FusedNetwork::applyToVector(const kernels::KernelTable& kernels, const float* x, FusedScratch& scratch) const {
    std::size_t next = 1;
    for (const FusedLayer& layer : m_layers) {
        layer.applyToVector(kernels, x, scratch.buffer(next));
        x = scratch.buffer(next);
        next = 1 - next;
    }
    return scratch.buffer(1 - next);
}

FusedNetworks::FusedNetworks(const Model& model)
    : encoder(encoderChain(model, networkLayers(model.architecture))),
      decoder(chain(model, networkLayers(model.architecture).decoder)),
      scatter(chain(model, networkLayers(model.architecture).scatter)) {}

std::size_t FusedNetworks::width() const {
    return std::max({encoder.width(), decoder.width(), scatter.width()});
}

} // namespace zscape
