#pragma once

#include "core/model/model.h"
#include "core/train/schedule.h"
#include "core/train/split.h"
#include "core/train/training_engine.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace zscape {

/// Everything a run needs to go on as if it had never stopped. Random numbers and permutations are pure functions of
/// the seed, the epoch and the step, so those three stand for the generators' states.
struct Checkpoint {
    TrainingOptions options;
    Model model;                  ///< after the last whole epoch: architecture, normalisation, history, provenance
    EngineState engine;           ///< now, possibly in the middle of an epoch
    std::size_t step = 0;         ///< steps done in the epoch under way
    double recSum = 0, klSum = 0; ///< over those steps
    double secondsInEpoch = 0;
    ScheduleState schedule;
    std::optional<Model> best; ///< the model with the lowest validation loss
    Split split;               ///< star numbers
    std::string dataHash;      ///< tells the catalogue and the selection of its stars apart (trainingDataHash)
    /// Row of the catalogue of each star; empty when the run uses all usable stars.
    std::vector<std::uint32_t> catalogRows;
};

/// Of the catalogue's content, which of its stars are used, and the normalisation.
std::string trainingDataHash(const TrainingData& data);

/// HDF5; also a native model file, which opens wherever a model does. Atomic and synced. Throws Error.
void writeCheckpoint(const Checkpoint& checkpoint, const std::filesystem::path& path);
/// Throws Error: not a checkpoint (a plain model says so), damaged, of a newer version.
Checkpoint readCheckpoint(const std::filesystem::path& path);
/// Whether a file says of itself that it is a checkpoint; false for everything else, a missing file too.
bool isCheckpointFile(const std::filesystem::path& path);

/// A checkpoint that was looked for, and what was wrong with newer ones, a sentence each.
struct FoundCheckpoint {
    Checkpoint checkpoint;
    std::filesystem::path path;
    std::vector<std::string> damaged;
};
/// The checkpoint in a file, or the newest undamaged one in a run's folder (NAME.checkpoints). Throws Error when there
/// is none.
FoundCheckpoint findCheckpoint(const std::filesystem::path& fileOrFolder);

/// The stars a checkpoint's run trains on, with its normalisation. Throws Error when the catalogue is another one.
TrainingData resumeTrainingData(std::shared_ptr<const Catalog> catalog, const Checkpoint& checkpoint,
                                const JobContext& job = {});

} // namespace zscape
