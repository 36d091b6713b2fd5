#include "core/torch/flat_layout.h"

#include <algorithm>

namespace zscape::torch_backend {
namespace {

using Offsets = std::map<std::string, std::int64_t>;

std::vector<float> flat(const std::vector<TensorSpec>& specs, const Offsets& offsets,
                        const std::vector<Tensor>& tensors, bool buffers, std::int64_t count) {
    std::vector<float> values(static_cast<std::size_t>(count));
    for (const Tensor& tensor : tensors) {
        const auto spec = std::find_if(specs.begin(), specs.end(),
                                       [&](const TensorSpec& candidate) { return candidate.name == tensor.name; });
        if (spec == specs.end() || spec->isCounter || spec->isBuffer != buffers) continue;
        std::copy(tensor.values.begin(), tensor.values.end(), values.begin() + offsets.at(tensor.name));
    }
    return values;
}

/// A counter has no numbers in a flat tensor.
Tensor piece(const TensorSpec& spec, const Offsets& offsets, std::span<const float> flat) {
    Tensor tensor;
    tensor.name = spec.name;
    tensor.shape = spec.shape;
    tensor.isCounter = spec.isCounter;
    if (spec.isCounter) return tensor;
    const auto values = flat.subspan(static_cast<std::size_t>(offsets.at(spec.name)), spec.elementCount());
    tensor.values.assign(values.begin(), values.end());
    return tensor;
}

} // namespace

FlatLayout::FlatLayout(const Architecture& architecture) : specs(tensorSpecs(architecture)) {
    const NetworkLayers layers = networkLayers(architecture);
    std::map<std::string, std::int64_t> sizes;
    for (const TensorSpec& spec : specs) {
        sizes[spec.name] = static_cast<std::int64_t>(spec.elementCount());
    }
    std::vector<LayerSpec> all = layers.encoder;
    all.insert(all.end(), {layers.mu, layers.logVar});
    all.insert(all.end(), layers.decoder.begin(), layers.decoder.end());
    all.insert(all.end(), layers.scatter.begin(), layers.scatter.end());
    const auto place = [&](const std::string& name, std::int64_t& end) {
        offsets[name] = end;
        end += sizes.at(name);
    };
    for (const LayerSpec& layer : all) {
        place(layer.linear + ".weight", linearCount);
        place(layer.linear + ".bias", linearCount);
    }
    trainedCount = linearCount;
    for (const LayerSpec& layer : all) {
        if (layer.batchNorm.empty()) continue;
        place(layer.batchNorm + ".weight", trainedCount);
        place(layer.batchNorm + ".bias", trainedCount);
        place(layer.batchNorm + ".running_mean", statisticsCount);
        place(layer.batchNorm + ".running_var", statisticsCount);
    }
}

std::vector<float> FlatLayout::flatTrained(const std::vector<Tensor>& tensors) const {
    return flat(specs, offsets, tensors, false, trainedCount);
}

std::vector<float> FlatLayout::flatStatistics(const std::vector<Tensor>& tensors) const {
    return flat(specs, offsets, tensors, true, statisticsCount);
}

std::vector<Tensor> FlatLayout::trainedTensors(std::span<const float> trained) const {
    std::vector<Tensor> cut;
    for (const TensorSpec& spec : specs) {
        if (!spec.isBuffer && !spec.isCounter) cut.push_back(piece(spec, offsets, trained));
    }
    return cut;
}

std::vector<Tensor> FlatLayout::tensors(std::span<const float> trained, std::span<const float> statistics,
                                        std::int64_t batchesTracked) const {
    std::vector<Tensor> all;
    for (const TensorSpec& spec : specs) {
        all.push_back(piece(spec, offsets, spec.isBuffer ? statistics : trained));
        if (spec.isCounter) all.back().counter = batchesTracked;
    }
    return all;
}

} // namespace zscape::torch_backend
