#include "core/torch/flat_layout.h"

namespace zscape::torch_backend {

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

bool isTrained(const TensorSpec& spec) {
    return !spec.isBuffer && !spec.isCounter;
}

Tensor emptyTensor(const TensorSpec& spec) {
    Tensor tensor;
    tensor.name = spec.name;
    tensor.shape = spec.shape;
    tensor.isCounter = spec.isCounter;
    return tensor;
}

} // namespace zscape::torch_backend
