#include "core/train/checkpoint_content.h"

#include "core/base/content_hash.h"
#include "core/base/error.h"
#include "core/model/native_history.h"
#include "core/train/option_fields.h"

#include <algorithm>
#include <iterator>

namespace zscape {
namespace {

void addTensors(ContentHash& hash, const std::vector<Tensor>& tensors) {
    hash.add(std::span<const float>(packValues(tensors)));
    hash.add(std::span<const std::int64_t>(packCounters(tensors)));
}

void addOptions(ContentHash& hash, const TrainingOptions& options) {
    const auto add = [&](const auto& value) {
        using Value = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<Value, std::string>) {
            hash.addText(value);
        } else if constexpr (std::is_enum_v<Value>) {
            hash.addValue(static_cast<int>(value));
        } else {
            hash.addValue(value);
        }
    };
    for (const OptionField& field : optionFields) {
        std::visit([&](auto member) { add(options.*member); }, field.member);
    }
}

void addModel(ContentHash& hash, const Model& model) {
    addTensors(hash, model.tensors);
    hash.addValue(model.epoch);
    for (const EpochRecord& record : model.history) {
        hash.addValue(record.epoch);
        for (const HistoryColumn& column : historyColumns) {
            hash.addValue(record.*column.member);
        }
    }
    if (!model.normalization) return;
    hash.add(std::span<const double>(model.normalization->mu));
    hash.add(std::span<const double>(model.normalization->sig));
}

} // namespace

std::vector<float> packValues(const std::vector<Tensor>& tensors) {
    std::vector<float> values;
    for (const Tensor& tensor : tensors) {
        values.insert(values.end(), tensor.values.begin(), tensor.values.end());
    }
    return values;
}

std::vector<std::int64_t> packCounters(const std::vector<Tensor>& tensors) {
    std::vector<std::int64_t> counters;
    for (const Tensor& tensor : tensors) {
        if (tensor.isCounter) counters.push_back(tensor.counter);
    }
    return counters;
}

std::vector<Tensor> unpackTensors(const std::vector<TensorSpec>& specs, const std::vector<float>& values,
                                  const std::vector<std::int64_t>& counters) {
    std::vector<Tensor> tensors;
    std::size_t used = 0, usedCounters = 0;
    for (const TensorSpec& spec : specs) {
        Tensor tensor{spec.name, spec.shape, {}, 0, spec.isCounter};
        if (spec.isCounter) {
            if (usedCounters < counters.size()) tensor.counter = counters[usedCounters];
            ++usedCounters;
        } else {
            const std::size_t count = std::min(spec.elementCount(), values.size() - std::min(used, values.size()));
            const auto first = values.begin() + static_cast<std::ptrdiff_t>(std::min(used, values.size()));
            tensor.values.assign(first, first + static_cast<std::ptrdiff_t>(count));
            used += spec.elementCount();
        }
        tensors.push_back(std::move(tensor));
    }
    if (used != values.size() || usedCounters != counters.size()) {
        throw Error("it holds another number of weights than its sizes give");
    }
    return tensors;
}

std::vector<TensorSpec> trainedSpecs(const Architecture& architecture) {
    const std::vector<TensorSpec> all = tensorSpecs(architecture);
    std::vector<TensorSpec> trained;
    std::copy_if(all.begin(), all.end(), std::back_inserter(trained),
                 [](const TensorSpec& spec) { return !spec.isBuffer && !spec.isCounter; });
    return trained;
}

std::string checkpointHash(const Checkpoint& checkpoint) {
    ContentHash hash;
    addOptions(hash, checkpoint.options);
    addModel(hash, checkpoint.model);
    addTensors(hash, checkpoint.engine.tensors);
    addTensors(hash, checkpoint.engine.firstMoments);
    addTensors(hash, checkpoint.engine.secondMoments);
    hash.addValue(checkpoint.engine.steps);
    hash.addValue(checkpoint.step);
    hash.addValue(checkpoint.recSum);
    hash.addValue(checkpoint.klSum);
    hash.addValue(checkpoint.secondsInEpoch);
    hash.addValue(checkpoint.schedule.plateauBest);
    hash.addValue(checkpoint.schedule.plateauBadEpochs);
    hash.addValue(checkpoint.schedule.plateauRate);
    if (checkpoint.best) addModel(hash, *checkpoint.best);
    hash.add(std::span<const std::uint32_t>(checkpoint.split.training));
    hash.add(std::span<const std::uint32_t>(checkpoint.split.validation));
    hash.add(std::span<const std::uint32_t>(checkpoint.catalogRows));
    hash.addText(checkpoint.dataHash);
    return hash.text();
}

std::string trainingDataHash(const TrainingData& data) {
    ContentHash hash;
    hash.addText(data.provenance.catalogHash);
    hash.addValue(data.rows);
    hash.add(std::span<const std::uint32_t>(data.catalogRows));
    hash.add(std::span<const double>(data.inverseFlux));
    hash.add(std::span<const double>(data.normalization.mu));
    hash.add(std::span<const double>(data.normalization.sig));
    return hash.text();
}

} // namespace zscape
