#include "core/train/training_run.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <limits>

namespace zscape {
namespace {

void check(const TrainingData& data, const TrainingOptions& options) {
    if (options.epochs < 1) throw Error("A run needs at least one epoch; give a positive number of epochs.");
    if (options.batchSize < 2) {
        throw Error("The batch size is " + std::to_string(options.batchSize) +
                    ", but batch statistics need at least two stars a batch.");
    }
    if (options.restartPeriod < 1) throw Error("The restart period (T_0) must be at least one epoch.");
    if (!(options.learningRate > 0) || !(options.minimumLearningRate >= 0) || !(options.weightDecay >= 0)) {
        throw Error("The learning rate must be positive, its minimum and the weight decay must not be negative.");
    }
    if (data.inputSize != static_cast<std::size_t>(options.architecture.inputSize)) {
        throw Error("The training data have " + std::to_string(data.inputSize) +
                    " coefficients a star, but the architecture takes " +
                    std::to_string(options.architecture.inputSize) + ": set its input size to match.");
    }
}

BatchLosses mean(const std::vector<BatchLosses>& steps) {
    BatchLosses total;
    for (const BatchLosses& step : steps) {
        total.rec += step.rec;
        total.kl += step.kl;
    }
    const double count = static_cast<double>(steps.size());
    return {total.rec / count, total.kl / count};
}

/// All validation rows in eval mode with a sampled z, in batches of the run's size, the last one shorter. NaN without
/// rows.
BatchLosses validate(TrainingEngine& engine, const std::vector<std::uint32_t>& rows, const TrainingOptions& options,
                     int epoch) {
    const auto latents = static_cast<std::size_t>(options.architecture.latentSize);
    const auto batch = static_cast<std::size_t>(options.batchSize);
    std::vector<float> noise(batch * latents);
    BatchLosses sum;
    for (std::size_t begin = 0; begin < rows.size(); begin += batch) {
        const std::size_t count = std::min(batch, rows.size() - begin);
        const std::span<float> eps = std::span(noise).first(count * latents);
        trainingNoise(options.seed, NoiseUse::Validation, epoch, begin * latents, eps);
        const BatchLosses losses = engine.evaluate(std::span(rows).subspan(begin, count), eps);
        sum.rec += losses.rec * static_cast<double>(count);
        sum.kl += losses.kl * static_cast<double>(count);
    }
    if (rows.empty()) return {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::quiet_NaN()};
    return {sum.rec / static_cast<double>(rows.size()), sum.kl / static_cast<double>(rows.size())};
}

std::string utcNow() {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    gmtime_r(&now, &parts);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    return text;
}

Model startingModel(const TrainingData& data, const TrainingOptions& options) {
    Model model = initialModel(options.architecture, static_cast<std::uint64_t>(options.seed));
    model.normalization = data.normalization;
    model.epoch = 0;
    model.history.clear();
    model.provenance = data.provenance;
    model.provenance.program = std::string("zscape ") + ZSCAPE_VERSION;
    model.provenance.seed = options.seed;
    return model;
}

std::string epochText(const EpochRecord& record, int epochs) {
    char text[160];
    std::snprintf(text, sizeof text, "Epoch %d of %d: training loss %.4f, validation loss %.4f", record.epoch, epochs,
                  record.loss, record.validationLoss);
    return text;
}

bool allFinite(const std::vector<Tensor>& tensors) {
    return std::all_of(tensors.begin(), tensors.end(), [](const Tensor& tensor) {
        return std::all_of(tensor.values.begin(), tensor.values.end(),
                           [](float value) { return std::isfinite(value); });
    });
}

[[noreturn]] void throwDiverged(const EpochPlan& plan, std::size_t step, std::size_t steps, Model lastGood) {
    lastGood.provenance.date = utcNow();
    throw TrainingDiverged("Training stopped in epoch " + std::to_string(plan.epoch + 1) + " at step " +
                               std::to_string(step) + " of " + std::to_string(steps) +
                               ", because the loss is no longer a finite number: lower the learning rate or check the "
                               "errors of the spectra.",
                           std::move(lastGood));
}

EpochRecord makeRecord(const EpochPlan& plan, const BatchLosses& training, const BatchLosses& validation) {
    EpochRecord record;
    record.epoch = plan.epoch + 1;
    record.loss = training.loss();
    record.rec = training.rec;
    record.kl = training.kl;
    record.validationLoss = validation.loss();
    record.validationRec = validation.rec;
    record.validationKl = validation.kl;
    record.learningRate = plan.step.learningRate;
    return record;
}

/// One epoch of a run, which moves `model` on only when the epoch ended well. Returns false when it was cancelled.
bool runEpoch(TrainingEngine& engine, const EpochPlan& plan, const Split& split, const TrainingOptions& options,
              Model& model, const JobContext& job) {
    const auto begin = std::chrono::steady_clock::now();
    const std::size_t steps = plan.stepCount;
    const std::vector<BatchLosses> losses = engine.trainEpoch(plan, job);
    std::vector<Tensor> tensors = engine.state().tensors;
    // The loss of a step is that before its update, so the last update shows in the weights alone.
    const bool diverged = !losses.empty() && !std::isfinite(losses.back().loss());
    if (diverged || !allFinite(tensors)) throwDiverged(plan, losses.size(), steps, std::move(model));
    model.tensors = std::move(tensors);
    if (losses.size() < steps) return false;

    EpochRecord record = makeRecord(plan, mean(losses), validate(engine, split.validation, options, plan.epoch));
    record.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    model.epoch = record.epoch;
    model.history.push_back(record);
    return true;
}

} // namespace

RunResult runTraining(const TrainingData& data, const TrainingOptions& options, const RunStart&,
                      const RunOutput& output, const EngineFactory& makeEngine, RunControl& control,
                      const RunObserver& observer, const JobContext& job) {
    check(data, options);
    const Split split = splitRows(data.rows, options.validationFraction, options.splitSeed);
    const std::size_t steps = split.training.size() / static_cast<std::size_t>(options.batchSize);
    if (steps == 0) {
        throw Error("A batch of " + std::to_string(options.batchSize) + " is larger than the training set of " +
                    std::to_string(split.training.size()) + " stars: use a smaller batch or more stars.");
    }
    RunResult result;
    Model model = startingModel(data, options);
    const std::unique_ptr<TrainingEngine> engine = makeEngine(data, options, model);
    for (int epoch = 0; epoch < options.epochs && !job.cancelled() && !control.isStopping(); ++epoch) {
        const std::vector<std::uint32_t> order =
            epochOrder(split.training, static_cast<std::size_t>(options.batchSize), options.seed, epoch);
        const EpochPlan plan{order,
                             options.batchSize,
                             epoch,
                             options.seed,
                             0,
                             steps,
                             {cosineRestartRate(options, epoch), options.klWeight, options.clipNorm}};
        if (!runEpoch(*engine, plan, split, options, model, job)) break;
        const EpochRecord& record = model.history.back();
        job.report(static_cast<double>(record.epoch) / options.epochs, epochText(record, options.epochs));
        if (observer.epochDone) observer.epochDone(record);
    }
    model.provenance.date = utcNow();
    model.provenance.command = output.command;
    if (!output.model.empty() && model.epoch > 0) saveModel(model, output.model);
    result.end = model.epoch == options.epochs ? RunEnd::Finished : RunEnd::Stopped;
    result.last = std::move(model);
    return result;
}

} // namespace zscape
