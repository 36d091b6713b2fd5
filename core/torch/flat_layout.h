#pragma once

#include "core/model/model.h"

#include <cstdint>
#include <map>
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
};

bool isTrained(const TensorSpec& spec);
/// A tensor of that name and shape, its values yet to come.
Tensor emptyTensor(const TensorSpec& spec);

} // namespace zscape::torch_backend
