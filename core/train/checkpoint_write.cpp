#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/io/hdf5.h"
#include "core/model/native_content.h"
#include "core/train/checkpoint_content.h"
#include "core/train/option_fields.h"

namespace zscape {
namespace {

void writeOption(hid_t group, const char* name, int value) {
    hdf5::writeAttribute(group, ".", name, std::int64_t{value});
}
void writeOption(hid_t group, const char* name, std::int64_t value) {
    hdf5::writeAttribute(group, ".", name, value);
}
void writeOption(hid_t group, const char* name, double value) {
    hdf5::writeAttribute(group, ".", name, value);
}
void writeOption(hid_t group, const char* name, const std::string& value) {
    hdf5::writeFixedText(group, ".", name, value);
}
void writeOption(hid_t group, const char* name, Schedule value) {
    hdf5::writeFixedText(group, ".", name, std::string(scheduleName(value)));
}
void writeOption(hid_t group, const char* name, Precision value) {
    hdf5::writeFixedText(group, ".", name, std::string(precisionName(value)));
}

void writeOptions(hid_t training, const TrainingOptions& options) {
    const hdf5::Handle group = hdf5::createGroup(training, "options");
    for (const OptionField& field : optionFields) {
        std::visit([&](auto member) { writeOption(group.id(), field.name, options.*member); }, field.member);
    }
}

template <typename T>
void writeList(hid_t group, const std::string& name, const std::vector<T>& values) {
    if (!values.empty()) hdf5::writeDataset(group, name, std::span<const T>(values), {values.size()});
}

void writeRows(hid_t group, const std::string& name, const std::vector<std::uint32_t>& rows) {
    writeList(group, name, std::vector<std::int64_t>(rows.begin(), rows.end()));
}

void writeTensors(hid_t group, const std::string& name, const std::vector<Tensor>& tensors) {
    writeList(group, name, packValues(tensors));
    writeList(group, name + "_counters", packCounters(tensors));
}

void writeState(hid_t group, const Checkpoint& checkpoint) {
    const auto integer = [&](const char* name, std::int64_t value) { hdf5::writeAttribute(group, ".", name, value); };
    const auto number = [&](const char* name, double value) { hdf5::writeAttribute(group, ".", name, value); };
    integer("version", checkpointVersion);
    integer("step", static_cast<std::int64_t>(checkpoint.step));
    number("rec_sum", checkpoint.recSum);
    number("kl_sum", checkpoint.klSum);
    number("seconds_in_epoch", checkpoint.secondsInEpoch);
    number("plateau_best", checkpoint.schedule.plateauBest);
    integer("plateau_bad_epochs", checkpoint.schedule.plateauBadEpochs);
    number("plateau_rate", checkpoint.schedule.plateauRate);
    integer("optimiser_steps", checkpoint.engine.steps);
    integer("stars", static_cast<std::int64_t>(checkpoint.split.training.size() + checkpoint.split.validation.size()));
    hdf5::writeFixedText(group, ".", "data_hash", checkpoint.dataHash);
    hdf5::writeFixedText(group, ".", "content_hash", checkpointHash(checkpoint));
}

} // namespace

void writeCheckpoint(const Checkpoint& checkpoint, const std::filesystem::path& path) {
    const hdf5::Handle file = hdf5::createImage();
    writeModelContent(file.id(), checkpoint.model);
    const hdf5::Handle group = hdf5::createGroup(file.id(), "training");
    writeState(group.id(), checkpoint);
    writeOptions(group.id(), checkpoint.options);
    writeTensors(group.id(), "network", checkpoint.engine.tensors);
    writeTensors(group.id(), "first_moments", checkpoint.engine.firstMoments);
    writeTensors(group.id(), "second_moments", checkpoint.engine.secondMoments);
    // The other stars train.
    writeRows(group.id(), "validation_stars", checkpoint.split.validation);
    writeRows(group.id(), "catalog_rows", checkpoint.catalogRows);
    if (checkpoint.best) {
        hdf5::writeAttribute(group.id(), ".", "best_epoch", std::int64_t{checkpoint.best->epoch});
        writeTensors(group.id(), "best_network", checkpoint.best->tensors);
    }
    writeFileAtomically(path, hdf5::imageBytes(file.id()));
}

} // namespace zscape
