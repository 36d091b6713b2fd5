#pragma once

#include "core/train/checkpoint_folder.h"
#include "core/train/training_run.h"

#include <filesystem>
#include <memory>

namespace zscape {

/// The files of a run: checkpoints in a folder, beside it the last and the best model and the history. Made once a run;
/// the run's thread.
class RunFiles {
public:
    /// `state` is what the run begins with, `resumes` whether that is a checkpoint's. Throws Error: the output's ending
    /// is no model's, its folder cannot be written, another program writes there, or it holds checkpoints of another
    /// run (and output.replace is not set).
    RunFiles(const RunOutput& output, const Checkpoint& state, bool resumes);
    ~RunFiles(); ///< leaves no empty folder behind
    RunFiles(const RunFiles&) = delete;
    RunFiles& operator=(const RunFiles&) = delete;

    /// A checkpoint; then old ones go, so that a valid one is there at any moment. Returns its path. Throws Error.
    std::filesystem::path writeCheckpoint(const Checkpoint& state);
    /// The models and the history, after the checkpoint; none before the first whole epoch. Throws Error.
    void writeModels(const Checkpoint& state) const;

private:
    void makeFolder() const;
    void admit(const RunOutput& output, const Checkpoint& state, bool resumes);

    std::filesystem::path m_model, m_best, m_history, m_folder;
    int m_keepEvery;
    std::unique_ptr<FolderLock> m_lock;
    std::uint64_t m_nextNumber = 1;
    std::uint64_t m_spared = 0; ///< checkpoints up to this one were kept for good by the run so far, with its keepEvery
};

} // namespace zscape
