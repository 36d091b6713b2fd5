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
    std::string dataHash;      ///< tells the catalogue and the selection of its stars apart
};

/// HDF5; also a native model file, which opens wherever a model does. Atomic and synced. Throws Error.
void writeCheckpoint(const Checkpoint& checkpoint, const std::filesystem::path& path);
/// Throws Error: not a checkpoint (a plain model says so), damaged, of a newer version.
Checkpoint readCheckpoint(const std::filesystem::path& path);

} // namespace zscape
