#pragma once

#include "core/train/training_options.h"

namespace zscape {

/// What a schedule remembers from epoch to epoch; part of a checkpoint.
struct ScheduleState {
    double plateauBest = 0; ///< lowest validation loss so far (training loss without validation)
    int plateauBadEpochs = 0;
    double plateauRate = 0; ///< the rate now; 0 before the first epoch
};

/// Learning rate of an epoch (counted from 0): eta_min + (lr - eta_min) (1 + cos(pi t / T_0)) / 2, t = epoch mod T_0.
/// What PyTorch's CosineAnnealingWarmRestarts gives when stepped once an epoch.
double cosineRestartRate(const TrainingOptions& options, int epoch);

} // namespace zscape
