#include "core/model/checkpoint_read.h"

#include "core/base/error.h"
#include "core/io/zip_archive.h"
#include "core/model/checkpoint_tensors.h"
#include "core/model/pickle.h"

#include <limits>
#include <map>
#include <string>
#include <string_view>

namespace zscape {

namespace {

// The published checkpoint's is 31 kB.
constexpr std::size_t largestPickle = std::size_t{16} << 20;

using TensorSources = std::map<std::string, const pickle::Tensor*>;

bool endsWith(std::string_view text, std::string_view ending) {
    return text.size() >= ending.size() && text.substr(text.size() - ending.size()) == ending;
}

/// The top folder of the archive (PyTorch names it after the file), found by its data.pkl.
std::string archivePrefix(const ZipReader& archive) {
    constexpr std::string_view name = "data.pkl";
    for (const ZipEntry& entry : archive.entries()) {
        const bool matches = entry.name == name || endsWith(entry.name, "/data.pkl");
        if (!matches) continue;
        std::string prefix = entry.name.substr(0, entry.name.size() - name.size());
        if (archive.find(prefix + "constants.pkl")) {
            throw Error(archive.path().string() + " is a TorchScript program, not a checkpoint; save its state_dict "
                                                  "with torch.save instead");
        }
        return prefix;
    }
    throw Error(archive.path().string() + " is a zip archive but no PyTorch checkpoint (it has no data.pkl)");
}

/// The dictionary of tensors: under one of the usual keys, or the root itself.
const pickle::Dict& stateDict(const pickle::Document& document, const std::string& where) {
    const pickle::Dict* root = document.root().as<pickle::Dict>();
    if (!root) throw Error(where + " holds no dictionary of tensors; save the model's state_dict");
    for (const char* key : {"model_state_dict", "state_dict"}) {
        const pickle::Value* value = root->find(key);
        if (!value) continue;
        if (const pickle::Dict* dict = value->as<pickle::Dict>()) return *dict;
        throw Error("'" + std::string(key) + "' in " + where + " is no dictionary of tensors");
    }
    return *root;
}

TensorSources tensorSources(const pickle::Dict& dict, const std::string& where) {
    constexpr std::string_view dataParallel = "module.";
    TensorSources sources;
    for (const auto& [key, value] : dict.items) {
        const std::string* text = key->as<std::string>();
        const pickle::Tensor* tensor = value->as<pickle::Tensor>();
        if (!text || !tensor) throw Error(where + " holds no state_dict: it has entries that are no named tensors");
        std::string name = *text;
        if (name.compare(0, dataParallel.size(), dataParallel) == 0) name.erase(0, dataParallel.size());
        sources[name] = tensor;
    }
    return sources;
}

/// Size `dimension` of a tensor that tells the architecture; 0 where the tensor is missing.
int sizeOf(const TensorSources& sources, const std::string& name, std::size_t dimension) {
    const auto found = sources.find(name);
    if (found == sources.end() || found->second->shape.size() <= dimension) return 0;
    const std::int64_t size = found->second->shape[dimension];
    return size > 0 && size <= std::numeric_limits<int>::max() ? static_cast<int>(size) : 0;
}

Architecture inferArchitecture(const TensorSources& sources, const std::string& where) {
    Architecture architecture;
    architecture.inputSize = sizeOf(sources, "encoder.0.0.weight", 1);
    architecture.latentSize = sizeOf(sources, "mu.weight", 0);
    architecture.layers.clear();
    for (int i = 0;; ++i) {
        const int width = sizeOf(sources, "encoder." + std::to_string(i) + ".0.weight", 0);
        if (width == 0) break;
        architecture.layers.push_back(width);
    }
    architecture.preset = sources.count("encoder.0.1.running_mean") ? Preset::Released : Preset::Paper;
    if (architecture.inputSize == 0 || architecture.latentSize == 0) {
        throw Error(where +
                    " is a PyTorch checkpoint of another network: it has no scatter VAE's encoder.0.0.weight and "
                    "mu.weight");
    }
    return architecture;
}

int epochOf(const pickle::Document& document) {
    const pickle::Dict* root = document.root().as<pickle::Dict>();
    const pickle::Value* value = root ? root->find("epoch") : nullptr;
    const std::int64_t* epoch = value ? value->as<std::int64_t>() : nullptr;
    return epoch && *epoch >= 0 && *epoch <= std::numeric_limits<int>::max() ? static_cast<int>(*epoch) : 0;
}

/// What this program's own export says of the model's origin; other checkpoints say nothing.
Provenance provenanceOf(const pickle::Document& document) {
    Provenance provenance;
    provenance.program = "PyTorch checkpoint";
    const pickle::Dict* root = document.root().as<pickle::Dict>();
    const pickle::Value* value = root ? root->find("zscape_provenance") : nullptr;
    const pickle::Dict* dict = value ? value->as<pickle::Dict>() : nullptr;
    if (!dict) return provenance;
    const auto text = [&](const char* key) {
        const pickle::Value* entry = dict->find(key);
        const std::string* content = entry ? entry->as<std::string>() : nullptr;
        return content ? *content : std::string();
    };
    provenance = {text("program"), text("catalog_name"), text("catalog_hash"), text("command"), text("date")};
    const pickle::Value* seed = dict->find("seed");
    if (const std::int64_t* number = seed ? seed->as<std::int64_t>() : nullptr) provenance.seed = *number;
    const pickle::Value* mock = dict->find("mock_data");
    if (const bool* flag = mock ? mock->as<bool>() : nullptr) provenance.mockData = *flag;
    return provenance;
}

std::vector<Tensor> readTensors(const ZipReader& archive, const std::string& prefix, const Architecture& architecture,
                                TensorSources sources) {
    const std::string where = archive.path().string();
    CheckpointTensors reader(archive, prefix);
    std::vector<Tensor> tensors;
    for (const TensorSpec& spec : tensorSpecs(architecture)) {
        const auto source = sources.find(spec.name);
        if (source == sources.end()) throw Error(where + " has no tensor '" + spec.name + "'; it is incomplete");
        // Checked before any data are read, so that a wrong file is refused at once.
        if (!std::equal(spec.shape.begin(), spec.shape.end(), source->second->shape.begin(),
                        source->second->shape.end(),
                        [](std::size_t a, std::int64_t b) { return static_cast<std::int64_t>(a) == b; })) {
            throw Error("tensor '" + spec.name + "' in " + where +
                        " has another shape than the model's layers give it");
        }
        tensors.push_back(reader.read(spec.name, *source->second));
        sources.erase(source);
    }
    if (!sources.empty()) {
        throw Error(where + " has a tensor '" + sources.begin()->first +
                    "' that a scatter VAE has no place for; it is of another network");
    }
    return tensors;
}

std::optional<Normalization> normalizationBeside(const std::filesystem::path& path) {
    const std::filesystem::path beside = std::filesystem::path(path).replace_extension(".npz");
    if (beside == path || !std::filesystem::exists(beside)) return std::nullopt;
    const ZipReader archive(beside);
    if (!archive.find("mu.npy") || !archive.find("sig.npy")) return std::nullopt;
    return loadNormalization(beside);
}

} // namespace

Model readPyTorchCheckpoint(const std::filesystem::path& path) {
    const ZipReader archive(path);
    const std::string prefix = archivePrefix(archive);
    const pickle::Document document =
        pickle::parse(archive.read(*archive.find(prefix + "data.pkl"), largestPickle), path.string());
    const TensorSources sources = tensorSources(stateDict(document, path.string()), path.string());

    Model model;
    model.architecture = inferArchitecture(sources, path.string());
    checkConfig(path, model.architecture);
    model.tensors = readTensors(archive, prefix, model.architecture, sources);
    model.normalization = normalizationBeside(path);
    model.epoch = epochOf(document);
    model.provenance = provenanceOf(document);
    return model;
}

} // namespace zscape
