// The run's epochs: train, validate, close. What happens between their pieces is in run_attend.cpp.
#include "core/train/run_loop.h"

#include "core/train/divergence.h"
#include "core/train/run_start.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>

namespace zscape {
namespace {

std::string utcNow() {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    gmtime_r(&now, &parts);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    return text;
}

std::string epochText(const EpochRecord& record, int epochs) {
    char text[160];
    std::snprintf(text, sizeof text, "Epoch %d of %d: training loss %.4f, validation loss %.4f", record.epoch, epochs,
                  record.loss, record.validationLoss);
    return text;
}

/// What the best model, early stopping and the schedule look at: the validation loss at the full weight of kl, which
/// epochs of a warm-up can be compared by. NaN without validation.
double judgedLoss(const EpochRecord& record, const TrainingOptions& options) {
    return record.validationRec + options.klWeight * record.validationKl;
}

/// A process's share of `count` things; alone all of them.
std::pair<std::size_t, std::size_t> ownRange(std::size_t count, const Collective* collective) {
    if (!collective) return {0, count};
    return partRange(count, static_cast<std::size_t>(collective->size()), static_cast<std::size_t>(collective->rank()));
}

} // namespace

bool allFinite(const std::vector<Tensor>& tensors) {
    return std::all_of(tensors.begin(), tensors.end(), [](const Tensor& tensor) {
        return std::all_of(tensor.values.begin(), tensor.values.end(),
                           [](float value) { return std::isfinite(value); });
    });
}

RunLoop::RunLoop(const TrainingData& data, Checkpoint& state, TrainingEngine& engine, const RunOutput& output,
                 const Links& links)
    : m_data(data),
      m_state(state),
      m_engine(engine),
      m_output(output),
      m_files(links.files),
      m_control(links.control),
      m_observer(links.observer),
      m_job(links.job),
      m_options(state.options),
      m_steps(stepsPerEpoch(state.split, state.options)),
      m_nextSave(output.checkpointSeconds) {}

RunEnd RunLoop::run() {
    // From the first moment there is something to go on from; an output that cannot be written ends it here.
    doTogether(m_data.collective, [&] { save(true); });
    try {
        const RunEnd end = runEpochs();
        saveAtEnd();
        return end;
    } catch (const TrainingDiverged&) {
        saveModelsOnly();
        throw;
    } catch (const Error&) {
        saveAfterFailure();
        throw;
    }
}

RunEnd RunLoop::runEpochs() {
    m_boundary = m_engine.state();
    while (m_state.model.epoch < m_options.epochs) {
        if (!improvedLately()) return RunEnd::EarlyStopped;
        if (!runEpoch()) return RunEnd::Stopped;
    }
    return RunEnd::Finished;
}

/// Returns false when it was stopped.
bool RunLoop::runEpoch() {
    const auto batch = static_cast<std::size_t>(m_options.batchSize);
    const auto [firstPart, lastPart] = ownRange(batchParts(batch), m_data.collective);
    const std::vector<std::uint32_t> order =
        epochOrder(m_state.split.training, batch, m_options.seed, m_state.model.epoch, firstPart, lastPart);
    if (!trainSteps(order)) return false;
    BatchLosses validation;
    const Stopwatch watch;
    const bool whole = validate(validation);
    if (!whole) return false;
    m_pace.validated(watch.seconds());
    m_state.secondsInEpoch += watch.seconds();
    closeEpoch(validation);
    return true;
}

bool RunLoop::trainSteps(std::span<const std::uint32_t> order) {
    EpochPlan plan;
    plan.rows = order;
    plan.batchSize = m_options.batchSize;
    plan.epoch = m_state.model.epoch;
    plan.seed = m_options.seed;
    plan.step = {epochLearningRate(m_options, plan.epoch, m_state.schedule), epochKlWeight(m_options, plan.epoch),
                 m_options.clipNorm};
    while (m_state.step < m_steps) {
        if (!attend()) return false;
        plan.firstStep = m_state.step;
        plan.stepCount = ofFirst(m_data.collective, m_pace.pieceSteps(m_steps - m_state.step));
        const Stopwatch watch;
        const std::vector<BatchLosses> losses = m_engine.trainEpoch(plan, JobContext({}, m_job.cancelFlag()));
        m_pace.trained(losses.size(), watch.seconds());
        m_state.secondsInEpoch += watch.seconds();
        addLosses(plan, losses);
    }
    // The loss of a step is that before its update, so the last update shows in the weights alone.
    m_ended = m_engine.state();
    if (!allFinite(m_ended.tensors)) diverged(plan, m_steps, "the weights are no longer finite numbers");
    return true;
}

void RunLoop::addLosses(const EpochPlan& plan, const std::vector<BatchLosses>& losses) {
    for (const BatchLosses& step : losses) {
        m_state.recSum += step.rec;
        m_state.klSum += step.kl;
        ++m_state.step;
        if (!std::isfinite(step.loss())) diverged(plan, m_state.step, "the loss is no longer a finite number");
        const double sum = m_state.recSum + plan.step.klWeight * m_state.klSum;
        if (hasExploded(m_options.architecture, m_state.model.history, sum, m_steps)) {
            diverged(plan, m_state.step, "the loss has exploded to far above that of the first epoch");
        }
    }
}

/// All validation rows in eval mode with a sampled z, in batches of the run's size, the last one shorter; NaN without
/// rows. Returns false when it was stopped on the way.
bool RunLoop::validate(BatchLosses& losses) {
    const auto [first, last] = ownRange(m_state.split.validation.size(), m_data.collective);
    const std::span<const std::uint32_t> rows = std::span(m_state.split.validation).subspan(first, last - first);
    const auto latents = static_cast<std::size_t>(m_options.architecture.latentSize);
    const auto [batchBegin, batchEnd] = ownRange(static_cast<std::size_t>(m_options.batchSize), m_data.collective);
    const std::size_t batch = batchEnd - batchBegin;
    bool stopped = false;
    std::vector<float> noise(batch * latents);
    BatchLosses sum;
    for (std::size_t begin = 0; begin < rows.size(); begin += batch) {
        if (isStopping()) {
            stopped = true;
            break;
        }
        const std::size_t count = std::min(batch, rows.size() - begin);
        const std::span<float> eps = std::span(noise).first(count * latents);
        trainingNoise(m_options.seed, NoiseUse::Validation, m_state.model.epoch, (first + begin) * latents, eps);
        const BatchLosses part = m_engine.evaluate(rows.subspan(begin, count), eps);
        sum.rec += part.rec * static_cast<double>(count);
        sum.kl += part.kl * static_cast<double>(count);
    }
    if (anyOf(m_data.collective, stopped)) return false;
    double sums[] = {sum.rec, sum.kl};
    if (m_data.collective) m_data.collective->sum(sums);
    const double stars = static_cast<double>(m_state.split.validation.size());
    losses = {sums[0] / stars, sums[1] / stars}; // 0/0: NaN
    return true;
}

void RunLoop::closeEpoch(const BatchLosses& validation) {
    Model& model = m_state.model;
    const double klWeight = epochKlWeight(m_options, model.epoch);
    const double steps = static_cast<double>(m_steps);
    EpochRecord record;
    record.epoch = model.epoch + 1;
    record.rec = m_state.recSum / steps;
    record.kl = m_state.klSum / steps;
    record.loss = record.rec + klWeight * record.kl;
    record.validationRec = validation.rec;
    record.validationKl = validation.kl;
    record.validationLoss = validation.loss(klWeight);
    record.learningRate = epochLearningRate(m_options, model.epoch, m_state.schedule);
    record.seconds = m_state.secondsInEpoch;

    m_boundary = std::move(m_ended);
    model.tensors = m_boundary.tensors;
    model.epoch = record.epoch;
    model.history.push_back(record);
    model.provenance.date = utcNow();
    m_state.step = 0;
    m_state.recSum = m_state.klSum = m_state.secondsInEpoch = 0;
    const double judged = judgedLoss(record, m_options);
    endEpoch(m_options, std::isnan(judged) ? record.loss : judged, m_state.schedule);
    keepIfBest();
    m_job.report(static_cast<double>(record.epoch) / m_options.epochs, epochText(record, m_options.epochs));
    if (m_observer.epochDone) m_observer.epochDone(record);
    saveWhenDue(m_output.keepEvery > 0 && record.epoch % m_output.keepEvery == 0);
}

void RunLoop::keepIfBest() {
    const Model& model = m_state.model;
    const double judged = judgedLoss(model.history.back(), m_options);
    const bool better =
        m_state.best ? judged < judgedLoss(m_state.best->history.back(), m_options) : !std::isnan(judged);
    if (better) m_state.best = model;
}

bool RunLoop::improvedLately() const {
    if (m_options.earlyStopEpochs == 0 || m_state.step > 0) return true;
    const int best = m_state.best ? m_state.best->epoch : 0;
    return m_state.model.epoch - best < m_options.earlyStopEpochs;
}

void RunLoop::diverged(const EpochPlan& plan, std::size_t step, const char* what) {
    // The step before counts, too: its update may be what broke the network.
    const std::size_t batch = plan.rows.size() / m_steps;
    const std::size_t first = step >= 2 ? step - 2 : 0;
    const std::span<const std::uint32_t> seen = plan.rows.subspan(first * batch, (step - first) * batch);
    throw TrainingDiverged("Training stopped in epoch " + std::to_string(plan.epoch + 1) + " at step " +
                               std::to_string(step) + " of " + std::to_string(m_steps) + ", because " + what +
                               "; the model after epoch " + std::to_string(m_state.model.epoch) + " is kept; " +
                               describeSuspects(m_data, seen) + ".",
                           m_state.model);
}

} // namespace zscape
