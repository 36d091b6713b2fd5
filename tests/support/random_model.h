#pragma once

#include "core/base/philox.h"
#include "core/model/model.h"

#include <string_view>
#include <vector>

namespace zscape::test {

/// A model whose every number matters: random weights, and batch norms that scale, shift and have seen data.
inline Model randomModel(const Architecture& architecture, std::uint64_t seed) {
    Model model = initialModel(architecture, seed);
    const auto endsWith = [](std::string_view text, std::string_view ending) {
        return text.size() >= ending.size() && text.substr(text.size() - ending.size()) == ending;
    };
    for (std::size_t i = 0; i < model.tensors.size(); ++i) {
        Tensor& tensor = model.tensors[i];
        const bool isVariance = endsWith(tensor.name, ".running_var");
        const bool isNormWeight = endsWith(tensor.name, ".weight") && tensor.shape.size() == 1;
        const bool isOther = endsWith(tensor.name, ".running_mean") || endsWith(tensor.name, ".bias");
        if (!isVariance && !isNormWeight && !isOther) continue;
        const Philox philox(seed + 1000, i);
        for (std::size_t k = 0; k < tensor.values.size(); ++k) {
            const auto u = static_cast<float>(philox.uniform(k));
            tensor.values[k] = isVariance ? 0.1f + u : isNormWeight ? 0.5f + u : u - 0.5f;
        }
    }
    const auto size = static_cast<std::size_t>(architecture.inputSize);
    Normalization normalization{std::vector<double>(size), std::vector<double>(size), "random"};
    const Philox philox(seed + 2000, 0);
    for (std::size_t j = 0; j < size; ++j) {
        normalization.mu[j] = 20 * philox.uniform(2 * j) - 10;
        normalization.sig[j] = 0.1 + philox.uniform(2 * j + 1);
    }
    model.normalization = normalization;
    return model;
}

/// Standard normal numbers.
inline std::vector<float> randomNumbers(std::size_t count, std::uint64_t seed) {
    const Philox philox(seed, 77);
    std::vector<float> values(count);
    for (std::size_t i = 0; i < count; ++i) {
        values[i] = static_cast<float>(philox.normal(i));
    }
    return values;
}

} // namespace zscape::test
