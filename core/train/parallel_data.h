#pragma once

#include "core/base/collective.h"
#include "core/train/checkpoint.h"
#include "core/train/training_data.h"
#include "core/train/training_options.h"

#include <filesystem>
#include <string>
#include <vector>

/// What a process of a parallel run has of the stars. Every process knows which stars there are, their fluxes, the
/// split and the order of an epoch; of the coefficients it reads and holds those of its own stars alone.
namespace zscape {

/// Throws Error unless so many processes can share a batch: each has as many of the parts that a batch falls into
/// (batchParts) as any other. The message says which batch sizes and numbers of processes do.
void requireShareable(int batchSize, int processes);

/// The stars of a process: whole parts of the training stars (partRange) and as large a share of those that validate.
Split ownStars(const Split& split, int batchSize, const Collective& collective);

/// What a parallel run is made of.
struct SharedRun {
    const TrainingOptions& options;               ///< its split column and batch size matter here
    const Normalization* normalization = nullptr; ///< null: of these stars
    const Checkpoint* checkpoint = nullptr;       ///< to go on from, or null
};
struct SharedData {
    TrainingData data;
    std::vector<std::string> notices; ///< on the stars that cannot be used, a sentence each
};
/// prepareTrainingData for one of several processes: a catalogue in the released layout, the same numbers to the last
/// bit as a process alone gets (normalisation, content hash, split). A missing G flux is filled as elsewhere. Each
/// process judges and hashes a contiguous share of the rows first. Throws Error, the same on every process.
SharedData prepareSharedData(const std::filesystem::path& catalogue, const SharedRun& run, Collective& collective,
                             const JobContext& job);

} // namespace zscape
