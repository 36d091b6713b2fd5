#pragma once

#include "core/base/collective.h"

#include <memory>
#include <string>

/// mpi: data-parallel runs. Built as a library of its own (libzscape_mpi.so), the only thing that links MPI, and opened
/// only by a program that mpirun or a batch system started as one of several. module.cpp alone includes MPI; loader.cpp
/// and launcher.cpp are part of core. This header is what they share.
namespace zscape {

/// A Collective that ends with the program: MPI itself is started and closed with it.
class MpiProcesses : public Collective {
public:
    /// Waits until all processes have come to their end, well or with a problem, and gives the problem of the first one
    /// that had one, "" when all is well. A process with a problem waits a few seconds only: when the others do not
    /// come, because they wait for it elsewhere, it prints the problem and ends all processes. To be called once, at
    /// the end.
    virtual std::string finish(const std::string& problem) = 0;
};

/// Goes up when MpiApi or Collective changes, so that a stray library of another build is refused.
inline constexpr int mpiApiVersion = 1;

/// What libzscape_mpi.so offers. Lives as long as the process.
struct MpiApi {
    const char* program = nullptr; ///< the version of Zscape it was built with
    /// Starts MPI; once in a process, on the thread that will talk. Throws Error.
    std::unique_ptr<MpiProcesses> (*start)() = nullptr;
};

} // namespace zscape

/// The library's one exported function: nullptr when `version` is not its own mpiApiVersion.
extern "C" __attribute__((visibility("default"))) const zscape::MpiApi* zscape_mpi_api(int version);
