#include "core/model/model.h"

#include "core/base/error.h"
#include "core/base/philox.h"

#include <algorithm>
#include <cmath>

namespace zscape {

namespace {

std::string shapeText(const std::vector<std::size_t>& shape) {
    if (shape.empty()) return "a single number";
    std::string text;
    for (const std::size_t size : shape) {
        text += (text.empty() ? "" : " x ") + std::to_string(size);
    }
    return text;
}

bool endsWith(const std::string& text, std::string_view ending) {
    return text.size() >= ending.size() && text.compare(text.size() - ending.size(), ending.size(), ending) == 0;
}

void checkTensor(const Tensor& tensor, const TensorSpec& spec) {
    if (tensor.name != spec.name) {
        throw Error("the model has tensor '" + tensor.name + "' where '" + spec.name + "' belongs");
    }
    if (tensor.shape != spec.shape || tensor.isCounter != spec.isCounter) {
        throw Error("tensor '" + spec.name + "' of the model is " + shapeText(tensor.shape) + " but should be " +
                    shapeText(spec.shape));
    }
    if (tensor.values.size() != (spec.isCounter ? 0 : spec.elementCount())) {
        throw Error("tensor '" + spec.name + "' of the model holds another count of values than its shape says");
    }
    if (!std::all_of(tensor.values.begin(), tensor.values.end(), [](float value) { return std::isfinite(value); })) {
        throw Error(
            "tensor '" + spec.name +
            "' of the model holds NaN or infinite values; its training has diverged, take an earlier checkpoint");
    }
    // sqrt(running_var + eps) divides: a variance below 0 can only come from a damaged file.
    if (endsWith(spec.name, ".running_var") &&
        std::any_of(tensor.values.begin(), tensor.values.end(), [](float value) { return value < 0; })) {
        throw Error("tensor '" + spec.name + "' of the model holds negative variances; the file is damaged");
    }
}

void checkNormalization(const Normalization& normalization, std::size_t inputSize) {
    if (normalization.mu.size() != inputSize || normalization.sig.size() != inputSize) {
        throw Error("the normalisation has " + std::to_string(normalization.mu.size()) + " means and " +
                    std::to_string(normalization.sig.size()) + " deviations but the model takes " +
                    std::to_string(inputSize) + " coefficients; give the one that belongs to the model");
    }
    for (std::size_t j = 0; j < inputSize; ++j) {
        if (!std::isfinite(normalization.mu[j]) || !std::isfinite(normalization.sig[j]) || normalization.sig[j] <= 0) {
            throw Error("the normalisation's entry " + std::to_string(j) +
                        " is not usable: mu must be finite and sig above 0");
        }
    }
}

} // namespace

const Tensor& Model::tensor(std::string_view name) const {
    for (const Tensor& candidate : tensors) {
        if (candidate.name == name) return candidate;
    }
    throw Error("the model has no tensor '" + std::string(name) + "'");
}

const Normalization& Model::requireNormalization() const {
    if (normalization) return *normalization;
    throw Error("the model has no normalisation (mu, sig), so it cannot be used on spectra; give its .npz with --norm");
}

void Model::validate() const {
    const std::vector<TensorSpec> specs = tensorSpecs(architecture);
    if (tensors.size() != specs.size()) {
        throw Error("the model has " + std::to_string(tensors.size()) + " tensors but its architecture has " +
                    std::to_string(specs.size()));
    }
    for (std::size_t i = 0; i < specs.size(); ++i) {
        checkTensor(tensors[i], specs[i]);
    }
    if (normalization) checkNormalization(*normalization, static_cast<std::size_t>(architecture.inputSize));
}

Model emptyModel(const Architecture& architecture) {
    Model model;
    model.architecture = architecture;
    for (const TensorSpec& spec : tensorSpecs(architecture)) {
        Tensor tensor{spec.name, spec.shape, {}, 0, spec.isCounter};
        if (!spec.isCounter)
            tensor.values.assign(spec.elementCount(), endsWith(spec.name, ".running_var") ? 1.0f : 0.0f);
        model.tensors.push_back(std::move(tensor));
    }
    return model;
}

Model initialModel(const Architecture& architecture, std::uint64_t seed) {
    Model model = emptyModel(architecture);
    float bound = 0;
    for (std::size_t i = 0; i < model.tensors.size(); ++i) {
        Tensor& tensor = model.tensors[i];
        const bool isWeight = endsWith(tensor.name, ".weight");
        if (!isWeight && !endsWith(tensor.name, ".bias")) continue;
        if (isWeight && tensor.shape.size() == 2) {
            bound = 1.0f / std::sqrt(static_cast<float>(tensor.shape[1]));
        } else if (isWeight) { // of a batch norm, which starts as the identity: weight 1, bias 0
            std::fill(tensor.values.begin(), tensor.values.end(), 1.0f);
            bound = 0;
        }
        if (bound == 0) continue;
        // A stream per tensor: the draw depends on (seed, tensor, entry) and on nothing else. A bias follows its weight
        // in the list and takes the same bound (torch.nn.Linear.reset_parameters).
        const Philox philox(seed, i);
        for (std::size_t k = 0; k < tensor.values.size(); ++k) {
            tensor.values[k] = bound * static_cast<float>(2.0 * philox.uniform(k) - 1.0);
        }
    }
    return model;
}

} // namespace zscape
