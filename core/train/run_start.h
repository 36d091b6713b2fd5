#pragma once

#include "core/train/training_run.h"

namespace zscape {

/// The state a run begins in, checked against its data; `engine` is filled for a resumed run alone. Throws Error, see
/// runTraining.
Checkpoint startingState(const TrainingData& data, const TrainingOptions& options, const RunStart& start,
                         const std::string& command);

/// The stars' split by the options: by a column, or by fraction and seed. Throws Error.
Split splitStars(const TrainingData& data, const TrainingOptions& options);

/// Whole batches of an epoch. Throws Error when there is none.
std::size_t stepsPerEpoch(const Split& split, const TrainingOptions& options);

} // namespace zscape
