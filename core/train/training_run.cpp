// train: from a catalogue to a trained model. What a run is made of, in the order it is used: run_start.cpp (checks and
// first state), run_files.cpp and checkpoint_*.cpp (what is on disk), run_loop.cpp and run_attend.cpp (its epochs and
// what happens between their pieces), divergence.cpp (when it went wrong). No engine and no LibTorch in here.
#include "core/train/training_run.h"

#include "core/train/run_loop.h"
#include "core/train/run_start.h"

namespace zscape {

RunResult runTraining(const TrainingData& data, const TrainingOptions& options, const RunStart& start,
                      const RunOutput& output, const EngineFactory& makeEngine, RunControl& control,
                      const RunObserver& observer, const JobContext& job) {
    Checkpoint state = startingState(data, options, start, output.command);
    stepsPerEpoch(state.split, state.options); // refused before any file is touched
    std::unique_ptr<RunFiles> files;
    doTogether(data.collective, [&] {
        if (output.model.empty() || !isFirst(data.collective)) return;
        files = std::make_unique<RunFiles>(output, state, start.checkpoint.has_value());
    });
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

} // namespace zscape
