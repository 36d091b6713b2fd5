// train: from a catalogue to a trained model. What a run is made of, in the order it is used: run_start.cpp (checks and
// first state), run_files.cpp and checkpoint_*.cpp (what is on disk), run_loop.cpp and run_attend.cpp (its epochs and
// what happens between their pieces), divergence.cpp (when it went wrong). No engine and no LibTorch in here.
#include "core/train/training_run.h"

#include "core/train/run_loop.h"
#include "core/train/run_start.h"

#include <algorithm>

namespace zscape {

RunResult runTraining(const TrainingData& data, const TrainingOptions& options, const RunStart& start,
                      const RunOutput& output, const EngineFactory& makeEngine, RunControl& control,
                      const RunObserver& observer, const JobContext& job) {
    Checkpoint state = startingState(data, options, start, output.command);
    stepsPerEpoch(state.split, state.options); // refused before any file is touched
    std::unique_ptr<RunFiles> files;
    if (!output.model.empty()) files = std::make_unique<RunFiles>(output, state, start.checkpoint.has_value());
    const std::unique_ptr<TrainingEngine> engine = makeEngine(data, state.options, state.model);
    if (start.checkpoint) engine->setState(state.engine);

    RunLoop loop(data, state, *engine, output, {files.get(), control, observer, job});
    RunResult result;
    result.end = loop.run();
    result.unwritten = loop.unwritten();
    result.last = std::move(state.model);
    result.best = std::move(state.best);
    return result;
}

double estimateEpochSeconds(const TrainingData& data, const TrainingOptions& options, const EngineFactory& makeEngine,
                            double seconds, const JobContext& job) {
    const Checkpoint state = startingState(data, options, {}, {});
    const std::size_t steps = stepsPerEpoch(state.split, options);
    const auto batch = static_cast<std::size_t>(options.batchSize);
    const std::vector<std::uint32_t> order = epochOrder(state.split.training, batch, options.seed, 0);
    const std::unique_ptr<TrainingEngine> engine = makeEngine(data, options, state.model);
    EpochPlan plan{order, options.batchSize, 0, options.seed, 0, 1, {options.learningRate, options.klWeight, 0}};
    const auto train = [&](std::size_t count) {
        plan.stepCount = std::min(count, steps);
        const Stopwatch watch;
        engine->trainEpoch(plan, job);
        job.throwIfCancelled();
        return watch.seconds() / static_cast<double>(plan.stepCount);
    };
    const Stopwatch whole;
    train(2); // the first steps set an engine up
    double perStep = train(1);
    for (std::size_t count = 2; whole.seconds() < seconds; count = std::min(2 * count, steps)) {
        // No longer than what is left of the burst.
        const double left = (seconds - whole.seconds()) / std::max(perStep, 1e-9);
        perStep = train(std::clamp<std::size_t>(static_cast<std::size_t>(std::min(left, 1e9)), 1, count));
    }
    const std::size_t validating = std::min(batch, state.split.validation.size());
    if (validating == 0) return perStep * static_cast<double>(steps);
    const std::vector<float> noise(validating * engine->latentSize());
    engine->evaluate(std::span(state.split.validation).first(validating), noise);
    const Stopwatch watch;
    engine->evaluate(std::span(state.split.validation).first(validating), noise);
    const double batches = static_cast<double>(state.split.validation.size()) / static_cast<double>(validating);
    return perStep * static_cast<double>(steps) + watch.seconds() * batches;
}

} // namespace zscape
