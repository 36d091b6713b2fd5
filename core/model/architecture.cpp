#include "core/model/architecture.h"

#include "core/base/error.h"

namespace zscape {

namespace {

// Far above any spectrum (Gaia XP: 110), low enough that a corrupt file cannot ask for all the memory there is.
constexpr int largestSize = 16384;
constexpr std::size_t mostLayers = 64;

void checkSize(int size, const std::string& what) {
    if (size < 1 || size > largestSize) {
        throw Error("the model's " + what + " is " + std::to_string(size) + "; sizes from 1 to " +
                    std::to_string(largestSize) + " are possible");
    }
}

void checkArchitecture(const Architecture& architecture) {
    checkSize(architecture.inputSize, "input size");
    checkSize(architecture.latentSize, "latent size");
    if (architecture.layers.empty() || architecture.layers.size() > mostLayers) {
        throw Error("the model has " + std::to_string(architecture.layers.size()) + " layers; from 1 to " +
                    std::to_string(mostLayers) + " are possible");
    }
    for (const int width : architecture.layers) {
        checkSize(width, "layer width");
    }
}

LayerSpec block(const Architecture& architecture, const std::string& prefix, int in, int out) {
    return {prefix + ".0", architecture.hasBatchNorm() ? prefix + ".1" : "", in, out, true};
}

/// Decoder and scatter: a plain layer out of the latent space, the encoder's widths backwards, a plain layer to the
/// input.
std::vector<LayerSpec> mirroredLayers(const Architecture& architecture, const std::string& name) {
    const std::vector<int> widths(architecture.layers.rbegin(), architecture.layers.rend());
    std::vector<LayerSpec> layers{{name + ".0", "", architecture.latentSize, widths.front(), false}};
    for (std::size_t i = 1; i < widths.size(); ++i) {
        layers.push_back(block(architecture, name + "." + std::to_string(i), widths[i - 1], widths[i]));
    }
    // The published code wraps the last layer in a Sequential of its own, hence the ".0" that the first does not have.
    layers.push_back(
        {name + "." + std::to_string(widths.size()) + ".0", "", widths.back(), architecture.inputSize, false});
    return layers;
}

void appendTensors(const LayerSpec& layer, std::vector<TensorSpec>& specs) {
    const auto in = static_cast<std::size_t>(layer.in);
    const auto out = static_cast<std::size_t>(layer.out);
    specs.push_back({layer.linear + ".weight", {out, in}});
    specs.push_back({layer.linear + ".bias", {out}});
    if (layer.batchNorm.empty()) return;
    specs.push_back({layer.batchNorm + ".weight", {out}});
    specs.push_back({layer.batchNorm + ".bias", {out}});
    specs.push_back({layer.batchNorm + ".running_mean", {out}, true});
    specs.push_back({layer.batchNorm + ".running_var", {out}, true});
    specs.push_back({layer.batchNorm + ".num_batches_tracked", {}, true, true});
}

} // namespace

std::string_view presetName(Preset preset) {
    return preset == Preset::Released ? "released" : "paper";
}

Preset presetFromName(std::string_view name) {
    for (const Preset preset : {Preset::Released, Preset::Paper}) {
        if (name == presetName(preset)) return preset;
    }
    throw Error("there is no preset '" + std::string(name) + "'; take 'released' or 'paper'");
}

NetworkLayers networkLayers(const Architecture& architecture) {
    checkArchitecture(architecture);
    NetworkLayers layers;
    int in = architecture.inputSize;
    for (std::size_t i = 0; i < architecture.layers.size(); ++i) {
        layers.encoder.push_back(block(architecture, "encoder." + std::to_string(i), in, architecture.layers[i]));
        in = architecture.layers[i];
    }
    layers.mu = {"mu", "", in, architecture.latentSize, false};
    layers.logVar = {"log_var", "", in, architecture.latentSize, false};
    layers.decoder = mirroredLayers(architecture, "decoder");
    layers.scatter = mirroredLayers(architecture, "scatter");
    return layers;
}

std::vector<TensorSpec> tensorSpecs(const Architecture& architecture) {
    const NetworkLayers layers = networkLayers(architecture);
    std::vector<TensorSpec> specs;
    for (const LayerSpec& layer : layers.encoder) {
        appendTensors(layer, specs);
    }
    appendTensors(layers.mu, specs);
    appendTensors(layers.logVar, specs);
    for (const LayerSpec& layer : layers.decoder) {
        appendTensors(layer, specs);
    }
    for (const LayerSpec& layer : layers.scatter) {
        appendTensors(layer, specs);
    }
    return specs;
}

std::size_t parameterCount(const Architecture& architecture) {
    std::size_t count = 0;
    for (const TensorSpec& spec : tensorSpecs(architecture)) {
        if (!spec.isBuffer) count += spec.elementCount();
    }
    return count;
}

} // namespace zscape
