// How long an epoch takes on this machine, measured before a run begins.
#include "core/train/run_start.h"
#include "core/train/training_run.h"

#include <algorithm>
#include <chrono>

namespace zscape {
namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

/// Runs `work(count)` with growing counts until `seconds` have passed; seconds of one.
template <typename Work>
double secondsEach(const Work& work, std::size_t limit, double seconds, const JobContext& job) {
    const auto begin = Clock::now();
    std::size_t done = 0;
    std::size_t count = 1;
    do {
        job.throwIfCancelled();
        work(std::min(count, limit));
        done += std::min(count, limit);
        count *= 2; // few calls where steps are short, so that calling costs nothing
    } while (secondsSince(begin) < seconds);
    return secondsSince(begin) / static_cast<double>(done);
}

} // namespace

double estimateEpochSeconds(const TrainingData& data, const TrainingOptions& options, const EngineFactory& makeEngine,
                            double seconds, const JobContext& job) {
    const Checkpoint state = startingState(data, options, {}, {});
    const std::size_t steps = stepsPerEpoch(state.split, options);
    const auto batch = static_cast<std::size_t>(options.batchSize);
    const std::unique_ptr<TrainingEngine> engine = makeEngine(data, options, state.model);

    const auto orderBegin = Clock::now();
    const std::vector<std::uint32_t> order = epochOrder(state.split.training, batch, options.seed, 0);
    const double orderSeconds = secondsSince(orderBegin);

    // A rate this small leaves the weights as they are: a burst cannot diverge.
    EpochPlan plan{order, options.batchSize, 0, options.seed, 0, 1, {1e-12, options.klWeight, options.clipNorm}};
    const auto train = [&](std::size_t count) {
        plan.stepCount = count;
        plan.firstStep = plan.firstStep + count > steps ? 0 : plan.firstStep;
        engine->trainEpoch(plan, job);
        plan.firstStep += count;
        job.throwIfCancelled();
    };
    job.report(-1, "Measuring the time of a step");
    secondsEach(train, steps, seconds / 4, job); // caches, clocks and a GPU's graph warm up
    const double stepSeconds = secondsEach(train, steps, seconds, job);

    double validationSeconds = 0;
    if (!state.split.validation.empty()) {
        const std::size_t count = std::min(batch, state.split.validation.size());
        std::vector<float> noise(count * engine->latentSize());
        trainingNoise(options.seed, NoiseUse::Validation, 0, 0, noise);
        const auto evaluate = [&](std::size_t times) {
            for (std::size_t i = 0; i < times; ++i) {
                engine->evaluate(std::span(state.split.validation).first(count), noise);
            }
        };
        const double each = secondsEach(evaluate, 16, seconds / 8, job);
        validationSeconds = each * static_cast<double>(state.split.validation.size()) / static_cast<double>(count);
    }
    return orderSeconds + static_cast<double>(steps) * stepSeconds + validationSeconds;
}

} // namespace zscape
