#pragma once

#include "core/model/kernels/kernel_table.h"
#include "core/model/spectral_model.h"

namespace zscape {

/// The kernels of an instruction set. Throws Error when this processor or its operating system does not have it.
const kernels::KernelTable& kernelTable(InstructionSet set);

} // namespace zscape
