#pragma once

#include "core/base/job_context.h"
#include "core/train/checkpoint.h"
#include "core/train/split.h"
#include "core/train/training_engine.h"

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// train: from a catalogue to a trained model. The run (split, shuffle, schedule, history, checkpoints, stopping) is
/// here and the same for every engine; what an engine must do stands in training_engine.h. Nothing here knows LibTorch.
namespace zscape {

/// Where a run is; told between epochs and, in long epochs, several times a second.
struct RunProgress {
    int epoch = 0;        ///< whole epochs done
    int epochs = 0;       ///< of the whole run
    std::size_t step = 0; ///< steps done in the epoch under way
    std::size_t stepsPerEpoch = 0;
    double epochsPerSecond = 0; ///< recent rate; 0 while unknown
    double secondsLeft = -1;    ///< -1 while unknown
    bool paused = false;
};

/// What a run tells. Called on the training thread; empty ones are left out.
struct RunObserver {
    std::function<void(const EpochRecord&)> epochDone;
    std::function<void(const RunProgress&)> progressed;
    std::function<void(std::shared_ptr<const Model>)> snapshot; ///< the answer to RunControl::requestSnapshot
    std::function<void(const std::filesystem::path&)> checkpointWritten;
    /// A checkpoint could not be written: the run goes on, tries again and says so once.
    std::function<void(const std::string& sentence)> warning;
};

/// The hand on a run that is under way; any thread. A stop ends the run after the current step, with a checkpoint.
class RunControl {
public:
    void pause() { m_paused = true; }
    void proceed() { m_paused = false; }
    bool isPaused() const { return m_paused; }
    void stop() { m_stop = true; }
    bool isStopping() const { return m_stop; }
    /// The run hands a copy of its network to RunObserver::snapshot as soon as it can (within a second or so).
    void requestSnapshot() { m_snapshot = true; }
    bool takeSnapshotRequest() { return m_snapshot.exchange(false); }

private:
    std::atomic<bool> m_paused{false};
    std::atomic<bool> m_stop{false};
    std::atomic<bool> m_snapshot{false};
};

/// Where a run's files go; none are written with an empty `model`, and only the first process of a parallel run writes.
/// A checkpoint comes first and the models and the history after it, each file whole or not at all, so that a kill at
/// any moment leaves a checkpoint to go on from.
struct RunOutput {
    std::filesystem::path model;   ///< the model of the last whole epoch (.h5 or .pt); beside it NAME.best.h5,
                                   ///< NAME.history.csv and the folder NAME.checkpoints
    double checkpointSeconds = 60; ///< at least one checkpoint in so many seconds of work
    int keepEvery = 500;           ///< checkpoints of every n-th epoch are kept for good, besides the last two
    std::string command;           ///< recorded in the model
    bool replace = false;          ///< a new run may replace the checkpoints of an earlier one; else that is an Error
};

/// What a run begins with: nothing (weights from the seed), the weights of a model, or a checkpoint to go on from. The
/// model's architecture must be the options', its normalisation the data's. Of a checkpoint's run only epochs, threads,
/// engine, device, precision and output may change: all other options are the checkpoint's, whatever is given. Its
/// data are those of resumeTrainingData.
struct RunStart {
    std::optional<Model> model;
    std::optional<Checkpoint> checkpoint;
};

enum class RunEnd : std::uint8_t { Finished, Stopped, EarlyStopped };
struct RunResult {
    RunEnd end = RunEnd::Finished;
    Model last;                ///< after the last whole epoch
    std::optional<Model> best; ///< lowest validation loss at the full weight of kl; empty without validation
    std::string unwritten;     ///< why the files at the end could not be written; "" when all is well
};

/// The loss is no longer finite, or has exploded: the run ends. The message says at which epoch and step and names the
/// stars of the batch that may be to blame; the model of the last whole epoch comes along, and is on disk as well when
/// the run has an output.
class TrainingDiverged : public Error {
public:
    TrainingDiverged(const std::string& message, Model lastGood)
        : Error(message),
          m_lastGood(std::make_shared<const Model>(std::move(lastGood))) {}
    const Model& lastGood() const { return *m_lastGood; }

private:
    std::shared_ptr<const Model> m_lastGood; ///< shared, as exceptions are copied
};

/// Trains on the caller's thread until the last epoch, a stop, early stopping or a divergence. A cancelled job is a
/// stop. In a parallel run (data.collective) every process calls this, with its own part of the data (parallel_data.h);
/// the first one writes the files, and a stop of any ends all. The same options and data give the same bytes, however
/// often the run was interrupted and resumed. Throws TrainingDiverged, and Error: options out of range, data of another
/// size than the architecture's input, batch larger than the training set, an output that cannot be written at the
/// start, a checkpoint of another run.
RunResult runTraining(const TrainingData& data, const TrainingOptions& options, const RunStart& start,
                      const RunOutput& output, const EngineFactory& makeEngine, RunControl& control,
                      const RunObserver& observer, const JobContext& job);

/// Seconds that an epoch would take, from a burst of steps of about `seconds` on an engine made for the purpose.
double estimateEpochSeconds(const TrainingData& data, const TrainingOptions& options, const EngineFactory& makeEngine,
                            double seconds, const JobContext& job);

} // namespace zscape
