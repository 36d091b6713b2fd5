#include "core/base/error.h"
#include "core/io/npy.h"
#include "core/io/zip_archive.h"
#include "core/model/checkpoint_read.h"
#include "core/model/checkpoint_write.h"
#include "core/model/model.h"
#include "core/model/native_read.h"
#include "core/model/native_write.h"

#include <array>
#include <cmath>
#include <cstring>
#include <fstream>

namespace zscape {

namespace {

// Python's mark of a pickle of protocol 2 and the magic number that torch.save wrote first until PyTorch 1.6.
bool looksLikeLegacyCheckpoint(const std::filesystem::path& path) {
    constexpr std::array<char, 5> start{'\x80', '\x02', '\x8a', '\x0a', 'l'};
    std::array<char, 5> found{};
    std::ifstream(path, std::ios::binary).read(found.data(), found.size());
    return found == start;
}

void requireRegularFile(const std::filesystem::path& path) {
    std::error_code code;
    const std::filesystem::file_status status = std::filesystem::status(path, code);
    if (!std::filesystem::exists(status)) throw Error("no such file: " + path.string());
    if (!std::filesystem::is_regular_file(status)) throw Error(path.string() + " is no file; name a model file");
    if (!std::ifstream(path)) throw Error("cannot open " + path.string() + "; is it readable for you?");
}

bool looksLikeHdf5(const std::filesystem::path& path) {
    std::array<char, 8> start{};
    std::ifstream(path, std::ios::binary).read(start.data(), start.size());
    return std::memcmp(start.data(), "\x89HDF\r\n\x1a\n", start.size()) == 0;
}

Normalization normalizationFromNpz(const std::filesystem::path& path) {
    constexpr std::size_t largestArray = std::size_t{1} << 20; // 131,072 coefficients
    const std::array<std::string, 2> names{"mu", "sig"};
    std::vector<NpyArray> arrays = readNpz(path, names, largestArray);
    return {std::move(arrays[0].values), std::move(arrays[1].values), path.filename().string()};
}

void checkNormalization(const Normalization& normalization, const std::filesystem::path& path) {
    if (normalization.mu.empty() || normalization.mu.size() != normalization.sig.size()) {
        throw Error(path.string() + " is no normalisation: mu has " + std::to_string(normalization.mu.size()) +
                    " entries and sig has " + std::to_string(normalization.sig.size()));
    }
    for (std::size_t j = 0; j < normalization.mu.size(); ++j) {
        const double sig = normalization.sig[j];
        if (std::isfinite(normalization.mu[j]) && std::isfinite(sig) && sig > 0) continue;
        throw Error("entry " + std::to_string(j) + " of the normalisation in " + path.string() +
                    " is not usable: mu must be finite and sig above 0");
    }
}

} // namespace

Model loadModel(const std::filesystem::path& path) {
    requireRegularFile(path);
    if (looksLikeLegacyCheckpoint(path)) {
        throw Error(path.string() +
                    " is in PyTorch's format from before version 1.6; load it in Python and save it again");
    }
    Model model;
    if (looksLikeZip(path)) {
        model = readPyTorchCheckpoint(path);
    } else if (looksLikeHdf5(path)) {
        model = readNativeModel(path);
    } else {
        throw Error(path.string() + " is no model: neither a PyTorch checkpoint (.pt) nor a Zscape model file (.h5)");
    }
    try {
        model.validate();
    } catch (const Error& error) {
        throw Error(path.string() + ": " + error.what());
    }
    return model;
}

Model loadModelImage(std::span<const std::byte> bytes, const std::string& name) {
    Model model = readNativeModelImage(bytes, name);
    model.validate();
    return model;
}

Normalization loadNormalization(const std::filesystem::path& path) {
    requireRegularFile(path);
    Normalization normalization;
    if (looksLikeZip(path)) {
        normalization = normalizationFromNpz(path);
    } else if (looksLikeHdf5(path)) {
        const Model model = readNativeModel(path);
        if (!model.normalization) throw Error(path.string() + " has no normalisation in it");
        normalization = *model.normalization;
    } else {
        throw Error(path.string() + " is no normalisation: give a NumPy .npz with mu and sig, or a model file (.h5)");
    }
    checkNormalization(normalization, path);
    return normalization;
}

void saveModel(const Model& model, const std::filesystem::path& path) {
    model.validate();
    const std::string ending = path.extension().string();
    if (ending == ".h5" || ending == ".hdf5") {
        writeNativeModel(model, path);
    } else if (ending == ".pt") {
        writePyTorchCheckpoint(model, path);
    } else {
        throw Error("cannot tell the format of " + path.string() + "; end its name in .h5 or .pt");
    }
}

} // namespace zscape
