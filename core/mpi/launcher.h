#pragma once

#include "core/mpi/mpi_api.h"

#include <memory>

namespace zscape {

/// What the environment says about who started this program.
struct Launch {
    int processes = 1; ///< 0: started as one of several, but how many is not said
    int rank = 0;
    bool isParallel() const { return processes != 1; }
};
/// From the variables of Open MPI, MPICH and its kin, and batch systems that speak PMI or PMIx. One of SLURM's own says
/// nothing: its tasks may be programs that have nothing to do with each other.
Launch findLaunch();

/// The processes of a parallel run, when this program is one of several; else null. Starts MPI, on the thread that will
/// talk. Throws Error: built without MPI, MPI cannot be loaded, or it is another one than the launcher's and sees one
/// process alone.
std::unique_ptr<MpiProcesses> joinParallelRun(const Launch& launch);

} // namespace zscape
