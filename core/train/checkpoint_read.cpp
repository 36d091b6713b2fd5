#include "core/base/error.h"
#include "core/io/hdf5.h"
#include "core/model/file_kind.h"
#include "core/model/native_content.h"
#include "core/train/checkpoint_content.h"
#include "core/train/option_fields.h"

#include <algorithm>
#include <limits>

namespace zscape {
namespace {

/// One group of the file, read strictly: whatever is missing or out of range is an Error.
class Reader {
public:
    explicit Reader(hid_t group) : m_group(group) {}

    template <typename T>
    T integer(const std::string& name) const {
        const std::int64_t value = present(hdf5::readIntegerAttribute(m_group, ".", name), name);
        if (!std::in_range<T>(value)) throw Error("its '" + name + "' cannot be");
        return static_cast<T>(value);
    }
    double number(const std::string& name) const {
        return present(hdf5::readDoubleAttribute(m_group, ".", name), name);
    }
    std::string text(const std::string& name) const {
        return present(hdf5::readTextAttribute(m_group, ".", name), name);
    }
    void option(const char* name, int& value) const { value = integer<int>(name); }
    void option(const char* name, std::int64_t& value) const { value = integer<std::int64_t>(name); }
    void option(const char* name, double& value) const { value = number(name); }
    void option(const char* name, std::string& value) const { value = text(name); }
    void option(const char* name, Schedule& value) const { value = scheduleFromName(text(name)); }
    void option(const char* name, Precision& value) const { value = precisionFromName(text(name)); }

    /// Datasets left out are empty. The size is asked first: a damaged file must not take all memory.
    std::vector<float> floats(const std::string& name, std::size_t most) const {
        return holds(name, most) ? hdf5::readFloats(m_group, name) : std::vector<float>{};
    }
    std::vector<std::int64_t> integers(const std::string& name, std::size_t most) const {
        return holds(name, most) ? hdf5::readIntegers(m_group, name) : std::vector<std::int64_t>{};
    }
    /// Ascending numbers below `limit`, at most `most`.
    std::vector<std::uint32_t> rows(const std::string& name, std::size_t most, std::uint64_t limit) const {
        const std::vector<std::int64_t> values = integers(name, most);
        std::int64_t before = -1;
        for (const std::int64_t value : values) {
            if (value <= before || static_cast<std::uint64_t>(value) >= limit) {
                throw Error("its '" + name + "' cannot be");
            }
            before = value;
        }
        return {values.begin(), values.end()};
    }
    std::vector<Tensor> tensors(const std::string& name, const std::vector<TensorSpec>& specs) const {
        std::size_t most = 0;
        for (const TensorSpec& spec : specs) {
            most += spec.elementCount();
        }
        return unpackTensors(specs, floats(name, most), integers(name + "_counters", specs.size()));
    }
    bool has(const std::string& attribute) const {
        return hdf5::readIntegerAttribute(m_group, ".", attribute).has_value();
    }

private:
    template <typename T>
    static T present(std::optional<T> value, const std::string& name) {
        if (!value) throw Error("it lacks '" + name + "'");
        return *std::move(value);
    }
    bool holds(const std::string& name, std::size_t most) const {
        if (!hdf5::exists(m_group, name)) return false;
        const std::vector<std::size_t> shape = hdf5::shape(m_group, name);
        if (shape.size() != 1 || shape[0] > most) throw Error("its '" + name + "' has another size than it must");
        return true;
    }

    hid_t m_group;
};

TrainingOptions readOptions(hid_t training, const Architecture& architecture) {
    const hdf5::Handle group(H5Gopen2(training, "options", H5P_DEFAULT), H5Gclose);
    if (!group) throw Error("it lacks the options of the run");
    const Reader reader(group.id());
    TrainingOptions options;
    options.architecture = architecture;
    for (const OptionField& field : optionFields) {
        std::visit([&](auto member) { reader.option(field.name, options.*member); }, field.member);
    }
    requireSound(options);
    return options;
}

Split readSplit(const Reader& reader, std::size_t stars) {
    Split split;
    split.validation = reader.rows("validation_stars", stars, stars);
    auto next = split.validation.begin();
    for (std::size_t star = 0; star < stars; ++star) {
        if (next != split.validation.end() && *next == star) {
            ++next;
        } else {
            split.training.push_back(static_cast<std::uint32_t>(star));
        }
    }
    return split;
}

/// The best model shares all but its weights with the last; its history ends earlier.
std::optional<Model> readBest(const Reader& reader, const Model& model) {
    if (!reader.has("best_epoch")) return std::nullopt;
    Model best = model;
    best.epoch = reader.integer<int>("best_epoch");
    best.tensors = reader.tensors("best_network", tensorSpecs(model.architecture));
    std::erase_if(best.history, [&](const EpochRecord& record) { return record.epoch > best.epoch; });
    return best;
}

Checkpoint readContent(hid_t file, hid_t training, const std::string& where) {
    const Reader reader(training);
    Checkpoint checkpoint;
    checkpoint.model = readModelContent(file, where);
    const Architecture& architecture = checkpoint.model.architecture;
    checkpoint.model.validate();
    checkpoint.options = readOptions(training, architecture);
    checkpoint.engine.tensors = reader.tensors("network", tensorSpecs(architecture));
    checkpoint.engine.firstMoments = reader.tensors("first_moments", trainedSpecs(architecture));
    checkpoint.engine.secondMoments = reader.tensors("second_moments", trainedSpecs(architecture));
    checkpoint.engine.steps = reader.integer<std::int64_t>("optimiser_steps");
    checkpoint.step = reader.integer<std::size_t>("step");
    checkpoint.recSum = reader.number("rec_sum");
    checkpoint.klSum = reader.number("kl_sum");
    checkpoint.secondsInEpoch = reader.number("seconds_in_epoch");
    checkpoint.schedule.plateauBest = reader.number("plateau_best");
    checkpoint.schedule.plateauBadEpochs = reader.integer<int>("plateau_bad_epochs");
    checkpoint.schedule.plateauRate = reader.number("plateau_rate");
    const std::size_t stars = reader.integer<std::uint32_t>("stars");
    checkpoint.split = readSplit(reader, stars);
    checkpoint.catalogRows = reader.rows("catalog_rows", stars, std::numeric_limits<std::uint32_t>::max());
    checkpoint.best = readBest(reader, checkpoint.model);
    checkpoint.dataHash = reader.text("data_hash");
    if (checkpointHash(checkpoint) != reader.text("content_hash")) throw Error("its numbers have changed on disk");
    return checkpoint;
}

} // namespace

Checkpoint readCheckpoint(const std::filesystem::path& path) {
    const std::string where = path.string();
    const hdf5::Handle file = hdf5::openFile(path);
    const hdf5::Quiet quiet;
    const hdf5::Handle training(H5Gopen2(file.id(), "training", H5P_DEFAULT), H5Gclose);
    if (!training) {
        if (isModelFile(path)) {
            throw Error(where + " is a model but no checkpoint, so no run can go on from it; start a new run from it");
        }
        throw Error(where + " is no checkpoint of a training run");
    }
    const std::optional<std::int64_t> version = hdf5::readIntegerAttribute(training.id(), ".", "version");
    if (version && *version > checkpointVersion) {
        throw Error(where + " was written by a newer Zscape (checkpoint version " + std::to_string(*version) +
                    ", this program reads up to " + std::to_string(checkpointVersion) + "); update Zscape");
    }
    try {
        return readContent(file.id(), training.id(), where);
    } catch (const Error& error) {
        throw Error("the checkpoint " + where + " is damaged (" + error.what() + "); take an earlier one");
    }
}

bool isCheckpointFile(const std::filesystem::path& path) {
    if (!isModelFile(path)) return false;
    const hdf5::Quiet quiet;
    const hdf5::Handle file = hdf5::tryOpenFile(path);
    return file && hdf5::exists(file.id(), "training");
}

} // namespace zscape
