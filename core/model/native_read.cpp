#include "core/model/native_read.h"

#include "core/base/error.h"
#include "core/io/hdf5.h"
#include "core/model/native_content.h"
#include "core/model/native_history.h"
#include "core/model/native_write.h"

#include <limits>

namespace zscape {

namespace {

// 5,000 epochs are the published run.
constexpr std::size_t longestHistory = 10'000'000;

int intFrom(std::int64_t value, const std::string& attribute, const std::string& where) {
    if (value >= 0 && value <= std::numeric_limits<int>::max()) return static_cast<int>(value);
    throw Error("attribute '" + attribute + "' of " + where + " is " + std::to_string(value) + ", which cannot be");
}

int intAttribute(hid_t file, const std::string& attribute, const std::string& where) {
    const std::optional<std::int64_t> value = hdf5::readIntegerAttribute(file, ".", attribute);
    if (!value) throw Error(where + " has no attribute '" + attribute + "'; it is incomplete");
    return intFrom(*value, attribute, where);
}

void checkFormat(hid_t file, const std::string& where) {
    const std::optional<std::string> format = hdf5::readTextAttribute(file, ".", "format");
    if (!format || *format != nativeFormatName) {
        throw Error(where + " is an HDF5 file but no Zscape model; is it a catalogue?");
    }
    const int version = intAttribute(file, "format_version", where);
    if (version > nativeFormatVersion) {
        throw Error(where + " was written by a newer Zscape (model format " + std::to_string(version) +
                    ", this program reads up to " + std::to_string(nativeFormatVersion) + "); update Zscape");
    }
}

Architecture readArchitecture(hid_t file, const std::string& where) {
    const std::optional<std::string> preset = hdf5::readTextAttribute(file, ".", "preset");
    const std::optional<std::vector<std::int64_t>> layers = hdf5::readIntegersAttribute(file, ".", "layers");
    if (!preset || !layers) throw Error(where + " has no attribute 'preset' or 'layers'; it is incomplete");
    Architecture architecture;
    architecture.preset = presetFromName(*preset);
    architecture.inputSize = intAttribute(file, "input_size", where);
    architecture.latentSize = intAttribute(file, "latent_size", where);
    architecture.layers.clear();
    for (const std::int64_t width : *layers) {
        architecture.layers.push_back(intFrom(width, "layers", where));
    }
    return architecture;
}

/// Throws unless the dataset has this shape; asked before reading, so that a damaged file cannot take all memory.
void requireShape(hid_t location, const std::string& name, const std::vector<std::size_t>& expected,
                  const std::string& where) {
    if (hdf5::shape(location, name) != expected) {
        throw Error("'" + name + "' in " + where + " has another shape than the model's sizes give it; it is damaged");
    }
}

std::vector<Tensor> readWeights(hid_t file, const Architecture& architecture, const std::string& where) {
    std::vector<Tensor> tensors;
    for (const TensorSpec& spec : tensorSpecs(architecture)) {
        const std::string name = "weights/" + spec.name;
        requireShape(file, name, spec.shape, where);
        Tensor tensor{spec.name, spec.shape, {}, 0, spec.isCounter};
        if (spec.isCounter) {
            tensor.counter = hdf5::readIntegers(file, name).at(0);
        } else {
            tensor.values = hdf5::readFloats(file, name);
        }
        tensors.push_back(std::move(tensor));
    }
    return tensors;
}

std::optional<Normalization> readNormalization(hid_t file, const Architecture& architecture, const std::string& where) {
    if (!hdf5::exists(file, "normalization")) return std::nullopt;
    const std::vector<std::size_t> expected{static_cast<std::size_t>(architecture.inputSize)};
    requireShape(file, "normalization/mu", expected, where);
    requireShape(file, "normalization/sig", expected, where);
    Normalization normalization;
    normalization.mu = hdf5::readDoubles(file, "normalization/mu");
    normalization.sig = hdf5::readDoubles(file, "normalization/sig");
    normalization.origin = hdf5::readTextAttribute(file, "normalization", "origin").value_or("");
    return normalization;
}

std::vector<EpochRecord> readHistory(hid_t file, const std::string& where) {
    if (!hdf5::exists(file, "history")) return {};
    const std::vector<std::size_t> shape = hdf5::shape(file, "history/epoch");
    if (shape.size() != 1 || shape[0] > longestHistory) throw Error("'history/epoch' in " + where + " is damaged");
    std::vector<EpochRecord> history(shape[0]);
    const std::vector<std::int64_t> epochs = hdf5::readIntegers(file, "history/epoch");
    for (std::size_t i = 0; i < history.size(); ++i) {
        history[i].epoch = intFrom(epochs[i], "history/epoch", where);
    }
    for (const HistoryColumn& column : historyColumns) {
        const std::string name = std::string("history/") + column.name;
        requireShape(file, name, shape, where);
        const std::vector<double> values = hdf5::readDoubles(file, name);
        for (std::size_t i = 0; i < history.size(); ++i) {
            history[i].*column.member = values[i];
        }
    }
    return history;
}

Provenance readProvenance(hid_t file) {
    Provenance provenance;
    if (!hdf5::exists(file, "provenance")) return provenance;
    const auto text = [&](const char* name) { return hdf5::readTextAttribute(file, "provenance", name).value_or(""); };
    provenance.program = text("program");
    provenance.catalogName = text("catalog_name");
    provenance.catalogHash = text("catalog_hash");
    provenance.command = text("command");
    provenance.date = text("date");
    provenance.seed = hdf5::readIntegerAttribute(file, "provenance", "seed").value_or(-1);
    provenance.mockData = hdf5::readIntegerAttribute(file, "provenance", "mock_data").value_or(0) != 0;
    return provenance;
}

} // namespace

Model readModelContent(hid_t file, const std::string& where) {
    checkFormat(file, where);
    Model model;
    model.architecture = readArchitecture(file, where);
    model.tensors = readWeights(file, model.architecture, where);
    model.normalization = readNormalization(file, model.architecture, where);
    model.epoch = intAttribute(file, "epoch", where);
    model.history = readHistory(file, where);
    model.provenance = readProvenance(file);
    return model;
}

Model readNativeModel(const std::filesystem::path& path) {
    return readModelContent(hdf5::openFile(path).id(), path.string());
}

Model readNativeModelImage(std::span<const std::byte> bytes, const std::string& name) {
    return readModelContent(hdf5::openImage(bytes, name).id(), name);
}

} // namespace zscape
