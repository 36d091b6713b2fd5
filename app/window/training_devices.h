#pragma once

#include "widgets/training_form.h"

namespace zscape {

/// The engines and devices a training can use here, with the memory they have free. Looking for GPUs loads LibTorch and
/// takes a while.
QVector<TrainingDeviceChoice> trainingDeviceChoices(bool lookForGpus);

/// Whether the system has a driver that a GPU could be behind; costs nothing.
bool mayHaveGpu();

} // namespace zscape
