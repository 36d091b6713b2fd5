#pragma once

#include "core/train/run_files.h"
#include "core/train/run_pace.h"
#include "core/train/training_run.h"

#include <memory>
#include <span>

namespace zscape {

/// No tensor holds NaN or an infinity.
bool allFinite(const std::vector<Tensor>& tensors);

/// A run under way: trains epoch by epoch in pieces of a quarter of a second, and between pieces attends to whoever
/// holds the RunControl and to the files. What it does depends on its state alone, never on how time cut the pieces.
/// Lives on the run's thread.
class RunLoop {
public:
    /// Where the run talks to; `files` may be null.
    struct Links {
        RunFiles* files = nullptr;
        RunControl& control;
        const RunObserver& observer;
        const JobContext& job;
    };
    /// `state` is the run's and moves on with it. `output` says when checkpoints are due.
    RunLoop(const TrainingData& data, Checkpoint& state, TrainingEngine& engine, const RunOutput& output,
            const Links& links);

    /// Until the last epoch, a stop or early stopping. Throws TrainingDiverged; any other Error of the engine's comes
    /// after what was reached has been written.
    RunEnd run();
    /// Why the files at the end could not be written; "" when all is well.
    const std::string& unwritten() const { return m_unwritten; }

private:
    RunEnd runEpochs();
    bool runEpoch();
    bool trainSteps(std::span<const std::uint32_t> order);
    void addLosses(const EpochPlan& plan, const std::vector<BatchLosses>& losses);
    bool validate(BatchLosses& losses);
    void closeEpoch(const BatchLosses& validation);
    void keepIfBest();
    bool improvedLately() const;

    bool attend();
    bool isStopping() const { return m_control.isStopping() || m_job.cancelled(); }
    void waitWhilePaused();
    void answerSnapshot();
    void reportProgress(bool paused);

    bool isSaved() const { return m_savedEpoch == m_state.model.epoch && m_savedStep == m_state.step; }
    void saveWhenDue(bool isMilestone);
    void save(bool isStart = false);
    void saveAtEnd();
    void saveAfterFailure();
    void saveModelsOnly();
    [[noreturn]] void diverged(const EpochPlan& plan, std::size_t step, const char* what);

    const TrainingData& m_data;
    Checkpoint& m_state;
    TrainingEngine& m_engine;
    const RunOutput& m_output;
    RunFiles* m_files;
    RunControl& m_control;
    const RunObserver& m_observer;
    const JobContext& m_job;

    const TrainingOptions& m_options;
    std::size_t m_steps; ///< of an epoch
    RunPace m_pace;
    EngineState m_boundary;    ///< after the last whole epoch
    EngineState m_ended;       ///< after the last step of the epoch that is being validated
    Stopwatch m_sinceProgress; ///< progress was last reported
    Stopwatch m_sinceSave;     ///< a checkpoint was last written, or tried
    double m_nextSave;         ///< seconds after that for the next one
    int m_savedEpoch = -1;     ///< where the run was when its files were last written
    std::size_t m_savedStep = 0;
    bool m_warned = false;
    std::string m_unwritten;
};

} // namespace zscape
