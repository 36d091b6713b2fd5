#include "core/model/checkpoint_write.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/io/npy.h"
#include "core/io/zip_archive.h"
#include "core/model/pickle_write.h"

#include <bit>
#include <cstring>

namespace zscape {

namespace {

static_assert(std::endian::native == std::endian::little, "checkpoints are written in the machine's byte order");

// PyTorch takes any; a fixed one keeps the bytes of a checkpoint independent of its file name.
const std::string archiveFolder = "model";

/// _rebuild_tensor_v2(storage, offset, shape, strides, requires_grad, backward_hooks)
void writeTensor(pickle::Writer& pickle, const Tensor& tensor, std::size_t key) {
    const std::size_t count = tensor.isCounter ? 1 : tensor.values.size();
    pickle.global("torch._utils", "_rebuild_tensor_v2").beginTuple();
    pickle.beginTuple().text("storage").global("torch", tensor.isCounter ? "LongStorage" : "FloatStorage");
    pickle.text(std::to_string(key)).text("cpu").integer(static_cast<std::int64_t>(count)).endTuple().persistentId();
    pickle.integer(0).beginTuple();
    for (const std::size_t size : tensor.shape) {
        pickle.integer(static_cast<std::int64_t>(size));
    }
    pickle.endTuple().beginTuple();
    std::size_t stride = count;
    for (const std::size_t size : tensor.shape) {
        stride /= size;
        pickle.integer(static_cast<std::int64_t>(stride));
    }
    pickle.endTuple().boolean(false).beginOrderedDict().endDict().endTuple().call();
}

/// Plain values that other programs skip, so that a mock model stays labelled as one.
void writeProvenance(pickle::Writer& pickle, const Provenance& provenance) {
    pickle.beginDict();
    pickle.text("program").text(provenance.program).text("catalog_name").text(provenance.catalogName);
    pickle.text("catalog_hash").text(provenance.catalogHash).text("command").text(provenance.command);
    pickle.text("date").text(provenance.date).text("seed").integer(provenance.seed);
    pickle.text("mock_data").boolean(provenance.mockData).endDict();
}

std::vector<std::byte> pickleOf(const Model& model) {
    pickle::Writer pickle;
    pickle.beginDict().text("model_state_dict").beginOrderedDict();
    for (std::size_t i = 0; i < model.tensors.size(); ++i) {
        pickle.text(model.tensors[i].name);
        writeTensor(pickle, model.tensors[i], i);
    }
    // No optimiser state: the model has none, and PyTorch 1.13's weights_only reader takes no floats outside tensors.
    pickle.endDict().text("epoch").integer(model.epoch).text("zscape_provenance");
    writeProvenance(pickle, model.provenance);
    pickle.endDict();
    return pickle.finish();
}

std::vector<std::byte> bytesOf(const void* data, std::size_t size) {
    std::vector<std::byte> bytes(size);
    if (size) std::memcpy(bytes.data(), data, size);
    return bytes;
}

std::vector<std::byte> bytesOf(const Tensor& tensor) {
    if (tensor.isCounter) return bytesOf(&tensor.counter, sizeof tensor.counter);
    return bytesOf(tensor.values.data(), tensor.values.size() * sizeof(float));
}

std::vector<ZipContent> contentsOf(const Model& model) {
    const auto text = [](const std::string& value) { return bytesOf(value.data(), value.size()); };
    std::vector<ZipContent> contents{{archiveFolder + "/data.pkl", pickleOf(model)},
                                     {archiveFolder + "/byteorder", text("little")}};
    for (std::size_t i = 0; i < model.tensors.size(); ++i) {
        contents.push_back({archiveFolder + "/data/" + std::to_string(i), bytesOf(model.tensors[i])});
    }
    contents.push_back({archiveFolder + "/version", text("3\n")});
    return contents;
}

void writeNormalizationBeside(const Model& model, const std::filesystem::path& path) {
    const std::filesystem::path beside = std::filesystem::path(path).replace_extension(".npz");
    if (model.normalization) {
        const Normalization& normalization = *model.normalization;
        const std::vector<NamedNpyArray> arrays{{"mu", {{normalization.mu.size()}, normalization.mu}},
                                                {"sig", {{normalization.sig.size()}, normalization.sig}}};
        writeNpz(beside, arrays);
    } else if (std::filesystem::exists(beside)) {
        throw Error(beside.string() + " would be taken as the normalisation of " + path.filename().string() +
                    ", which has none; move it or choose another name");
    }
}

} // namespace

void writePyTorchCheckpoint(const Model& model, const std::filesystem::path& path) {
    AtomicFile file(path);
    writeStoredZip(file.temporaryPath(), contentsOf(model));
    writeNormalizationBeside(model, path);
    file.commit();
}

} // namespace zscape
