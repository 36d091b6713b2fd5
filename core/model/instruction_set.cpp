#include "core/model/instruction_set.h"

#include "core/base/error.h"

#include <string>

namespace zscape {

namespace {

// __builtin_cpu_supports asks the operating system too (XGETBV): AVX registers that are not saved are not reported.
bool isAvailable(InstructionSet set) {
    switch (set) {
    case InstructionSet::Baseline:
        return true;
#ifdef ZSCAPE_X86_KERNELS
    case InstructionSet::Avx2:
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    case InstructionSet::Avx512:
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
               __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
               isAvailable(InstructionSet::Avx2);
#else
    case InstructionSet::Avx2:
    case InstructionSet::Avx512:
        return false;
#endif
    }
    return false;
}

} // namespace

InstructionSet bestInstructionSet() {
    for (const InstructionSet set : {InstructionSet::Avx512, InstructionSet::Avx2}) {
        if (isAvailable(set)) return set;
    }
    return InstructionSet::Baseline;
}

std::string_view instructionSetName(InstructionSet set) {
    switch (set) {
    case InstructionSet::Baseline:
        return "baseline";
    case InstructionSet::Avx2:
        return "AVX2";
    case InstructionSet::Avx512:
        return "AVX-512";
    }
    return "unknown";
}

const kernels::KernelTable& kernelTable(InstructionSet set) {
    if (!isAvailable(set)) {
        throw Error("this processor has no " + std::string(instructionSetName(set)) + "; take '" +
                    std::string(instructionSetName(bestInstructionSet())) + "'");
    }
#ifdef ZSCAPE_X86_KERNELS
    if (set == InstructionSet::Avx512) return kernels::avx512::table;
    if (set == InstructionSet::Avx2) return kernels::avx2::table;
#endif
    return kernels::baseline::table;
}

} // namespace zscape
