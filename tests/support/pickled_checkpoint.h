#pragma once

#include "core/io/zip_archive.h"
#include "core/model/pickle_write.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

namespace zscape::test {

/// A storage and a tensor over it, written field by field, so that a test can write what PyTorch never would.
struct RawTensor {
    std::string storageType = "FloatStorage";
    std::string key;
    std::int64_t count = 0;
    std::int64_t offset = 0;
    std::vector<std::int64_t> shape;
    std::vector<std::int64_t> strides;
    std::string data; ///< the storage's bytes
};

inline std::string floatBytes(const std::vector<float>& values) {
    std::string bytes(values.size() * sizeof(float), '\0');
    std::memcpy(bytes.data(), values.data(), bytes.size());
    return bytes;
}

/// The smallest scatter VAE: paper preset, 2 inputs, 1 latent, one layer of 2. Element k of tensor t is t + k / 10.
inline std::vector<std::pair<std::string, RawTensor>> smallestStateDict() {
    const std::vector<std::pair<std::string, std::vector<std::int64_t>>> shapes{
        {"encoder.0.0.weight", {2, 2}}, {"encoder.0.0.bias", {2}},
        {"mu.weight", {1, 2}},          {"mu.bias", {1}},
        {"log_var.weight", {1, 2}},     {"log_var.bias", {1}},
        {"decoder.0.weight", {2, 1}},   {"decoder.0.bias", {2}},
        {"decoder.1.0.weight", {2, 2}}, {"decoder.1.0.bias", {2}},
        {"scatter.0.weight", {2, 1}},   {"scatter.0.bias", {2}},
        {"scatter.1.0.weight", {2, 2}}, {"scatter.1.0.bias", {2}}};
    std::vector<std::pair<std::string, RawTensor>> tensors;
    for (const auto& [name, shape] : shapes) {
        RawTensor tensor;
        tensor.key = std::to_string(tensors.size());
        tensor.shape = shape;
        tensor.strides = shape.size() == 2 ? std::vector<std::int64_t>{shape[1], 1} : std::vector<std::int64_t>{1};
        tensor.count = shape.size() == 2 ? shape[0] * shape[1] : shape[0];
        std::vector<float> values;
        for (std::int64_t k = 0; k < tensor.count; ++k) {
            values.push_back(static_cast<float>(tensors.size()) + static_cast<float>(k) / 10.0f);
        }
        tensor.data = floatBytes(values);
        tensors.emplace_back(name, tensor);
    }
    return tensors;
}

inline void writeNumbers(pickle::Writer& writer, const std::vector<std::int64_t>& numbers) {
    writer.beginTuple();
    for (const std::int64_t number : numbers) {
        writer.integer(number);
    }
    writer.endTuple();
}

/// A bare state_dict as torch.save writes it, from CUDA.
inline std::vector<std::byte> pickledStateDict(const std::vector<std::pair<std::string, RawTensor>>& tensors) {
    pickle::Writer writer;
    writer.beginOrderedDict();
    for (const auto& [name, tensor] : tensors) {
        writer.text(name).global("torch._utils", "_rebuild_tensor_v2").beginTuple();
        writer.beginTuple().text("storage").global("torch", tensor.storageType).text(tensor.key).text("cuda:0");
        writer.integer(tensor.count).endTuple().persistentId().integer(tensor.offset);
        writeNumbers(writer, tensor.shape);
        writeNumbers(writer, tensor.strides);
        writer.boolean(false).beginOrderedDict().endDict().endTuple().call();
    }
    writer.endDict();
    return writer.finish();
}

inline std::vector<std::byte> bytesOf(const std::string& text) {
    const auto* start = reinterpret_cast<const std::byte*>(text.data());
    return {start, start + text.size()};
}

/// The entries of a checkpoint; each storage key once.
inline std::vector<ZipContent> checkpointContents(const std::vector<std::pair<std::string, RawTensor>>& tensors,
                                                  const std::string& byteOrder = "") {
    std::vector<ZipContent> contents{{"archive/data.pkl", pickledStateDict(tensors)}};
    if (!byteOrder.empty()) contents.push_back({"archive/byteorder", bytesOf(byteOrder)});
    std::vector<std::string> keys;
    for (const auto& [name, tensor] : tensors) {
        if (std::find(keys.begin(), keys.end(), tensor.key) != keys.end()) continue;
        keys.push_back(tensor.key);
        contents.push_back({"archive/data/" + tensor.key, bytesOf(tensor.data)});
    }
    contents.push_back({"archive/version", bytesOf("3\n")});
    return contents;
}

} // namespace zscape::test
