#pragma once

#include "core/base/error.h"
#include "core/model/model.h"

#include <filesystem>
#include <fstream>
#include <functional>
#include <gtest/gtest.h>
#include <iterator>
#include <string>

/// What the tests of model files share.
namespace zscape::test {

inline std::string contentOf(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

inline void writeText(const std::filesystem::path& path, const std::string& text) {
    std::filesystem::remove(path); // a new file: some file systems sync one that is written over
    std::ofstream(path, std::ios::binary) << text;
}

inline std::string errorOf(const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& error) {
        return error.what();
    }
    return "no error";
}

/// A small model in which no field has its default.
inline Model sampleModel(Preset preset = Preset::Released) {
    Model model = initialModel({preset, 12, 3, {9, 7, 5}}, 11);
    for (Tensor& tensor : model.tensors) {
        if (tensor.isCounter) tensor.counter = (std::int64_t{1} << 40) + 3;
        if (tensor.name.find("running") == std::string::npos) continue;
        for (std::size_t i = 0; i < tensor.values.size(); ++i) {
            tensor.values[i] = 0.3f + 0.01f * static_cast<float>(i);
        }
    }
    model.normalization = Normalization{std::vector<double>(12, 0.1), std::vector<double>(12, 2.0), "a.npz"};
    model.normalization->mu[3] = -1.0 / 3.0;
    model.epoch = 700;
    model.history = {{1, -1.5, -2, 0.5, -1.25, -1.75, 0.5, 1e-4, 4.25}, {2, -3, -4, 1, -2, -3, 1, 9e-5, 4.5}};
    model.provenance = {"zscape 0.1.0",         "stars.h5", "0123abcd", "zscape train stars.h5",
                        "2025-01-02T03:04:05Z", 42,         true};
    return model;
}

inline void expectSameTensors(const Model& a, const Model& b) {
    ASSERT_EQ(a.tensors.size(), b.tensors.size());
    for (std::size_t i = 0; i < a.tensors.size(); ++i) {
        EXPECT_EQ(a.tensors[i].name, b.tensors[i].name);
        EXPECT_EQ(a.tensors[i].shape, b.tensors[i].shape);
        EXPECT_EQ(a.tensors[i].values, b.tensors[i].values) << a.tensors[i].name;
        EXPECT_EQ(a.tensors[i].counter, b.tensors[i].counter);
    }
}

} // namespace zscape::test
