// What a run does between pieces of its epochs: answer its control, tell how far it is, write its files.
#include "core/train/run_loop.h"

#include <algorithm>
#include <chrono>
#include <thread>

namespace zscape {
/// Returns false when the run is to stop.
bool RunLoop::attend() {
    constexpr double progressSeconds = 0.1;
    if (m_control.isPaused() && !isStopping()) waitWhilePaused();
    answerSnapshot();
    if (m_sinceProgress.seconds() >= progressSeconds) reportProgress(false);
    if (anyOf(m_data.collective, isStopping())) return false;
    saveWhenDue(false);
    return true;
}

void RunLoop::waitWhilePaused() {
    if (!isSaved()) saveWhenDue(true); // who pauses may well switch the machine off
    reportProgress(true);
    while (m_control.isPaused() && !isStopping()) {
        answerSnapshot();
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    reportProgress(false);
}

void RunLoop::answerSnapshot() {
    if (!m_observer.snapshot || !m_control.takeSnapshotRequest()) return;
    auto model = std::make_shared<Model>(m_state.model);
    model->tensors = m_engine.state().tensors;
    if (allFinite(model->tensors)) m_observer.snapshot(std::move(model));
}

void RunLoop::reportProgress(bool paused) {
    m_sinceProgress = Stopwatch();
    if (!m_observer.progressed) return;
    RunProgress progress;
    progress.epoch = m_state.model.epoch;
    progress.epochs = m_options.epochs;
    progress.step = m_state.step;
    progress.stepsPerEpoch = m_steps;
    progress.epochsPerSecond = m_pace.epochsPerSecond(m_steps);
    progress.paused = paused;
    if (progress.epochsPerSecond > 0) {
        const double left = progress.epochs - progress.epoch -
                            static_cast<double>(progress.step) / static_cast<double>(progress.stepsPerEpoch);
        progress.secondsLeft = std::max(0.0, left / progress.epochsPerSecond);
    }
    m_observer.progressed(progress);
}

/// A failure is told once and tried again; what is on disk stays valid meanwhile.
void RunLoop::saveWhenDue(bool isMilestone) {
    // A piece later would be too late.
    const double ahead = std::min(0.25, 0.1 * m_output.checkpointSeconds);
    constexpr double retrySeconds = 10;
    if (!m_files) return;
    if (!isMilestone && m_sinceSave.seconds() + ahead < m_nextSave) return;
    try {
        save();
        m_warned = false;
    } catch (const Error& error) {
        m_sinceSave = Stopwatch();
        m_nextSave = std::min(retrySeconds, m_output.checkpointSeconds);
        if (m_observer.warning && !m_warned) {
            m_observer.warning(std::string("A checkpoint could not be written, the run goes on and tries again: ") +
                               error.what());
        }
        m_warned = true;
    }
}

/// Throws Error when the files cannot be written.
void RunLoop::save(bool isStart) {
    if (!m_files) return;
    m_state.engine = m_engine.state();
    if (!allFinite(m_state.engine.tensors))
        return; // the next step's loss tells; the former checkpoint is the last good
    const std::filesystem::path path = m_files->writeCheckpoint(m_state);
    if (!isStart) m_files->writeModels(m_state);
    m_sinceSave = Stopwatch();
    m_nextSave = m_output.checkpointSeconds;
    m_savedEpoch = m_state.model.epoch;
    m_savedStep = m_state.step;
    if (m_observer.checkpointWritten) m_observer.checkpointWritten(path);
}

void RunLoop::saveAtEnd() {
    try {
        if (!isSaved()) save();
    } catch (const Error& error) {
        m_unwritten = error.what();
    }
    reportProgress(false);
}

/// The engine failed (a lost device, memory): its state is gone, but the last whole epoch's is at hand.
void RunLoop::saveAfterFailure() {
    if (!m_files || m_boundary.tensors.empty() || m_state.model.epoch == 0) return;
    m_state.engine = m_boundary;
    m_state.step = 0;
    m_state.recSum = m_state.klSum = m_state.secondsInEpoch = 0;
    try {
        m_files->writeCheckpoint(m_state);
        m_files->writeModels(m_state);
    } catch (const Error&) {
        // Both failed; the engine's failure is what there is to tell.
    }
}

/// After a divergence: the checkpoints on disk are the last good ones, and the models may be older than the last epoch.
void RunLoop::saveModelsOnly() {
    if (!m_files) return;
    try {
        m_files->writeModels(m_state);
    } catch (const Error& error) {
        if (m_observer.warning) m_observer.warning(error.what());
    }
}

} // namespace zscape
