#pragma once

#include "core/model/spectral_model.h"
#include "core/train/kernels/train_kernel_table.h"

namespace zscape {

/// The training kernels of an instruction set. Throws Error when this processor does not have it.
const kernels::TrainKernelTable& trainKernelTable(InstructionSet set);

/// The same arithmetic in float64 and plain loops, with the C library's erf, exp and log.
const kernels::TrainKernels<double>& float64TrainKernels();

} // namespace zscape
