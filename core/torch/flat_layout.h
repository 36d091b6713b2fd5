#pragma once

#include "core/model/model.h"

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace zscape::torch_backend {

/// Where the tensors of a network lie when all trained numbers are one flat tensor and all running statistics another:
/// linear layers first, then batch norms, each in the order of encoder, decoder, scatter network. Without LibTorch.
struct FlatLayout {
    explicit FlatLayout(const Architecture& architecture);

    std::vector<TensorSpec> specs;
    std::map<std::string, std::int64_t> offsets; ///< where a tensor begins in its flat one
    std::int64_t linearCount = 0; ///< numbers of the linear layers, which come before those of the batch norms
    std::int64_t trainedCount = 0, statisticsCount = 0;

    /// The flat ones of such tensors; tensors that belong to the other are passed over.
    std::vector<float> flatTrained(const std::vector<Tensor>& tensors) const;
    std::vector<float> flatStatistics(const std::vector<Tensor>& tensors) const;
    /// A flat tensor cut into one a trained tensor.
    std::vector<Tensor> trainedTensors(std::span<const float> trained) const;
    /// The whole network; `batchesTracked` stands in all its counters.
    std::vector<Tensor> tensors(std::span<const float> trained, std::span<const float> statistics,
                                std::int64_t batchesTracked) const;
};

} // namespace zscape::torch_backend
