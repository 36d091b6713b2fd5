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
/// The same over the whole run without restarts: PyTorch's CosineAnnealingLR with T_max = epochs.
double cosineRate(const TrainingOptions& options, int epoch);

/// The learning rate of an epoch by the options' schedule.
double epochLearningRate(const TrainingOptions& options, int epoch, const ScheduleState& state);
/// Tells the schedule how an epoch ended. ReduceOnPlateau is PyTorch's ReduceLROnPlateau in mode "min" with a relative
/// threshold of 1e-4, no cooldown and min_lr = minimumLearningRate; of negative losses, too, it takes
/// loss < best (1 - 1e-4) for better.
void endEpoch(const TrainingOptions& options, double loss, ScheduleState& state);

/// Weight of kl in an epoch (counted from 0): klWeight min(1, epoch / klWarmUpEpochs).
double epochKlWeight(const TrainingOptions& options, int epoch);

} // namespace zscape
