#include "core/train/run_start.h"

#include "core/base/error.h"
#include "core/train/option_fields.h"

namespace zscape {
namespace {

void requireFit(const TrainingData& data, const TrainingOptions& options) {
    if (data.inputSize == static_cast<std::size_t>(options.architecture.inputSize)) return;
    throw Error("The training data have " + std::to_string(data.inputSize) +
                " coefficients a star, but the architecture takes " + std::to_string(options.architecture.inputSize) +
                ": set its input size to match.");
}

void requireSameNormalization(const Model& model, const TrainingData& data) {
    const Normalization& own = model.requireNormalization();
    if (own.mu == data.normalization.mu && own.sig == data.normalization.sig) return;
    throw Error("The model to start from was trained with another normalisation than the stars were prepared with: "
                "prepare them with the model's.");
}

/// A network at rest: epoch 0, no history yet.
Model untouched(Model model, const TrainingData& data, const TrainingOptions& options) {
    model.normalization = data.normalization;
    model.epoch = 0;
    model.history.clear();
    model.provenance = data.provenance;
    model.provenance.seed = options.seed;
    return model;
}

Checkpoint freshState(const TrainingData& data, const TrainingOptions& options, const std::optional<Model>& from) {
    if (from) {
        if (!(from->architecture == options.architecture)) {
            throw Error("The model to start from has another architecture than the run: use the same sizes and "
                        "preset.");
        }
        from->validate();
        requireSameNormalization(*from, data);
    }
    Checkpoint state;
    state.options = options;
    state.model = untouched(from ? *from : initialModel(options.architecture, static_cast<std::uint64_t>(options.seed)),
                            data, options);
    state.split = splitStars(data, options);
    state.dataHash = trainingDataHash(data);
    if (data.isSelection) state.catalogRows = data.catalogRows;
    return state;
}

Checkpoint resumedState(const TrainingData& data, const TrainingOptions& options, const Checkpoint& checkpoint) {
    if (checkpoint.dataHash != trainingDataHash(data)) {
        throw Error("The checkpoint's run was trained on other stars than these" +
                    (checkpoint.model.provenance.catalogName.empty()
                         ? std::string()
                         : " (its catalogue is \"" + checkpoint.model.provenance.catalogName + "\")") +
                    ": give its own catalogue and selection.");
    }
    Checkpoint state = checkpoint;
    state.options = resumedOptions(checkpoint.options, options);
    if (state.model.epoch > state.options.epochs) {
        throw Error("The checkpoint's run has done " + std::to_string(state.model.epoch) +
                    " epochs already, more than " + std::to_string(state.options.epochs) +
                    ": give a larger number of epochs.");
    }
    requireState(state.engine, state.model.architecture);
    return state;
}

} // namespace

Split splitStars(const TrainingData& data, const TrainingOptions& options) {
    if (options.splitColumn.empty()) return splitRows(data.rows, options.validationFraction, options.splitSeed);
    if (data.collective) return splitByNumbers(data.splitValues, options.splitColumn, data.provenance.catalogName);
    if (!data.catalog) throw Error("A split by a column needs the catalogue of the stars.");
    return splitByColumn(*data.catalog, data.catalogRows, options.splitColumn);
}

std::size_t stepsPerEpoch(const Split& split, const TrainingOptions& options) {
    const std::size_t parts = batchParts(static_cast<std::size_t>(options.batchSize));
    const std::size_t share = static_cast<std::size_t>(options.batchSize) / parts;
    const std::size_t steps = split.training.size() / parts / share; // as epochOrder counts them
    if (steps > 0) return steps;
    throw Error("A batch of " + std::to_string(options.batchSize) + " is larger than the training set of " +
                std::to_string(split.training.size()) + " stars: use a smaller batch or more stars.");
}

Checkpoint startingState(const TrainingData& data, const TrainingOptions& options, const RunStart& start,
                         const std::string& command) {
    if (start.checkpoint && start.model) {
        throw Error("A run starts either from a model or from a checkpoint; give one of them.");
    }
    Checkpoint state =
        start.checkpoint ? resumedState(data, options, *start.checkpoint) : freshState(data, options, start.model);
    requireSound(state.options);
    requireFit(data, state.options);
    if (state.step > stepsPerEpoch(state.split, state.options)) {
        throw Error("The checkpoint is further in its epoch than its stars reach: take an earlier one.");
    }
    state.model.provenance.program = std::string("zscape ") + ZSCAPE_VERSION;
    state.model.provenance.command = command;
    return state;
}

TrainingData resumeTrainingData(std::shared_ptr<const Catalog> catalog, const Checkpoint& checkpoint,
                                const JobContext& job) {
    const std::string other =
        "\"" + catalog->name() + "\" is another catalogue than the checkpoint's run was trained " + "on (\"" +
        checkpoint.model.provenance.catalogName + "\")" + ": give that one to go on, or start a new run from the model";
    if (catalog->contentHash() != checkpoint.model.provenance.catalogHash) throw Error(other + ".");
    std::optional<BitSet> selection;
    if (!checkpoint.catalogRows.empty()) {
        selection.emplace(catalog->rows());
        for (const std::uint32_t row : checkpoint.catalogRows) {
            if (row >= catalog->rows()) throw Error(other + ".");
            selection->set(row);
        }
    }
    TrainingData data = prepareTrainingData(std::move(catalog), checkpoint.model.requireNormalization(), job,
                                            selection ? &*selection : nullptr);
    if (trainingDataHash(data) != checkpoint.dataHash) {
        throw Error(other + "; its spectra are the same, but the G fluxes or the usable stars differ.");
    }
    return data;
}

} // namespace zscape
