#include "core/model/instruction_set.h"
#include "core/train/kernels/train_kernels.h"

namespace zscape {

const kernels::TrainKernelTable& trainKernelTable(InstructionSet set) {
    kernelTable(set); // throws when the processor does not have it
#ifdef ZSCAPE_X86_KERNELS
    if (set == InstructionSet::Avx512) return kernels::avx512::trainTable;
    if (set == InstructionSet::Avx2) return kernels::avx2::trainTable;
#endif
    return kernels::baseline::trainTable;
}

} // namespace zscape
