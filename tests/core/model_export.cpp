// Writes model files for python_reads_model.py: `model_export FOLDER`. Every number follows from a rule that the script
// knows too: element k of tensor t is ((31 t + k) mod 97) / 64 - 0.5, running variances 1 more, counters 1000 + t.

#include "core/base/error.h"
#include "core/model/model.h"

#include <cstdio>
#include <filesystem>

namespace {

zscape::Model ruledModel(const zscape::Architecture& architecture) {
    zscape::Model model = zscape::emptyModel(architecture);
    for (std::size_t t = 0; t < model.tensors.size(); ++t) {
        zscape::Tensor& tensor = model.tensors[t];
        if (tensor.isCounter) tensor.counter = static_cast<std::int64_t>(1000 + t);
        const bool isVariance = tensor.name.find("running_var") != std::string::npos;
        for (std::size_t k = 0; k < tensor.values.size(); ++k) {
            tensor.values[k] = static_cast<float>((31 * t + k) % 97) / 64.0f - (isVariance ? -0.5f : 0.5f);
        }
    }
    zscape::Normalization normalization;
    for (int j = 0; j < architecture.inputSize; ++j) {
        normalization.mu.push_back(j / 7.0);
        normalization.sig.push_back(1.0 / (j + 1));
    }
    normalization.origin = "rule";
    model.normalization = normalization;
    model.epoch = 4321;
    model.history = {{1, -1.5, -2, 0.5, -1.25, -1.75, 0.5, 1e-4, 4.25}};
    model.provenance = {"zscape", "stars.h5", "00ff", "zscape train", "2025-01-02T03:04:05Z", 42, true};
    return model;
}

} // namespace

int main(int count, char** arguments) {
    if (count != 2) return 2;
    const std::filesystem::path folder = arguments[1];
    try {
        const zscape::Model released = ruledModel(zscape::Architecture{});
        zscape::saveModel(released, folder / "released.pt");
        zscape::saveModel(released, folder / "released.h5");
        const zscape::Model paper = ruledModel({zscape::Preset::Paper, 106, 8, {40, 20}});
        zscape::saveModel(paper, folder / "paper.pt");
        zscape::saveModel(paper, folder / "paper.h5");
    } catch (const zscape::Error& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
    return 0;
}
