#include "core/model/native_write.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/io/hdf5.h"
#include "core/model/native_content.h"
#include "core/model/native_history.h"

namespace zscape {

namespace {

void writeSizes(hid_t file, const Model& model) {
    const Architecture& architecture = model.architecture;
    const std::vector<std::int64_t> layers(architecture.layers.begin(), architecture.layers.end());
    hdf5::writeFixedText(file, ".", "format", nativeFormatName);
    hdf5::writeAttribute(file, ".", "format_version", std::int64_t{nativeFormatVersion});
    hdf5::writeFixedText(file, ".", "preset", std::string(presetName(architecture.preset)));
    hdf5::writeAttribute(file, ".", "input_size", std::int64_t{architecture.inputSize});
    hdf5::writeAttribute(file, ".", "latent_size", std::int64_t{architecture.latentSize});
    hdf5::writeAttribute(file, ".", "layers", layers);
    hdf5::writeAttribute(file, ".", "epoch", std::int64_t{model.epoch});
}

void writeWeights(hid_t file, const std::vector<Tensor>& tensors) {
    const hdf5::Handle group = hdf5::createGroup(file, "weights");
    for (const Tensor& tensor : tensors) {
        if (tensor.isCounter) {
            hdf5::writeDataset(group.id(), tensor.name, std::span<const std::int64_t>(&tensor.counter, 1), {});
        } else {
            hdf5::writeDataset(group.id(), tensor.name, std::span<const float>(tensor.values), tensor.shape);
        }
    }
}

void writeNormalization(hid_t file, const Normalization& normalization) {
    const hdf5::Handle group = hdf5::createGroup(file, "normalization");
    hdf5::writeDataset(group.id(), "mu", std::span<const double>(normalization.mu), {normalization.mu.size()});
    hdf5::writeDataset(group.id(), "sig", std::span<const double>(normalization.sig), {normalization.sig.size()});
    hdf5::writeFixedText(group.id(), ".", "origin", normalization.origin);
}

void writeHistory(hid_t file, const std::vector<EpochRecord>& history) {
    const hdf5::Handle group = hdf5::createGroup(file, "history");
    std::vector<std::int64_t> epochs;
    for (const EpochRecord& record : history) {
        epochs.push_back(record.epoch);
    }
    hdf5::writeDataset(group.id(), "epoch", std::span<const std::int64_t>(epochs), {epochs.size()});
    for (const HistoryColumn& column : historyColumns) {
        std::vector<double> values;
        for (const EpochRecord& record : history) {
            values.push_back(record.*column.member);
        }
        hdf5::writeDataset(group.id(), column.name, std::span<const double>(values), {values.size()});
    }
}

void writeProvenance(hid_t file, const Provenance& provenance) {
    const hdf5::Handle group = hdf5::createGroup(file, "provenance");
    hdf5::writeFixedText(group.id(), ".", "program", provenance.program);
    hdf5::writeFixedText(group.id(), ".", "catalog_name", provenance.catalogName);
    hdf5::writeFixedText(group.id(), ".", "catalog_hash", provenance.catalogHash);
    hdf5::writeFixedText(group.id(), ".", "command", provenance.command);
    hdf5::writeFixedText(group.id(), ".", "date", provenance.date);
    hdf5::writeAttribute(group.id(), ".", "seed", provenance.seed);
    hdf5::writeAttribute(group.id(), ".", "mock_data", std::int64_t{provenance.mockData});
}

} // namespace

void writeModelContent(hid_t file, const Model& model) {
    writeSizes(file, model);
    writeWeights(file, model.tensors);
    if (model.normalization) writeNormalization(file, *model.normalization);
    if (!model.history.empty()) writeHistory(file, model.history);
    writeProvenance(file, model.provenance);
}

void writeNativeModel(const Model& model, const std::filesystem::path& path) {
    const hdf5::Handle file = hdf5::createImage();
    writeModelContent(file.id(), model);
    writeFileAtomically(path, hdf5::imageBytes(file.id()));
}

} // namespace zscape
