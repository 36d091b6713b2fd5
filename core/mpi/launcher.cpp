#include "core/mpi/launcher.h"

#include "core/base/error.h"

#include <dlfcn.h>

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace zscape {
namespace {

constexpr const char* libraryName = "libzscape_mpi.so";
constexpr const char* libraryVariable = "ZSCAPE_MPI_LIBRARY";

/// The number in the first of these variables that is set.
std::optional<int> number(std::initializer_list<const char*> names) {
    for (const char* name : names) {
        const char* text = std::getenv(name);
        if (!text || !*text) continue;
        char* end = nullptr;
        const long value = std::strtol(text, &end, 10);
        if (*end == '\0' && value >= 0 && value <= 10'000'000) return static_cast<int>(value);
    }
    return std::nullopt;
}

std::filesystem::path findLibrary() {
    std::error_code ignored;
    if (const char* named = std::getenv(libraryVariable); named && *named) {
        if (std::filesystem::exists(named, ignored)) return std::filesystem::absolute(named, ignored);
        throw Error(std::string("There is no MPI library of Zscape at ") + named + ": correct or unset " +
                    libraryVariable + ".");
    }
    std::vector<std::filesystem::path> folders;
    Dl_info info{};
    if (dladdr(reinterpret_cast<const void*>(&findLaunch), &info) != 0 && info.dli_fname) {
        folders.push_back(std::filesystem::path(info.dli_fname).parent_path());
    }
    const std::filesystem::path executable = std::filesystem::read_symlink("/proc/self/exe", ignored);
    if (!executable.empty()) folders.push_back(executable.parent_path().parent_path() / "lib" / "zscape");
    for (const std::filesystem::path& folder : folders) {
        if (std::filesystem::exists(folder / libraryName, ignored)) return folder / libraryName;
    }
    throw Error(
        "This Zscape was built without MPI, but was started as one of several processes: start it once, without "
        "mpirun or srun, or build it where CMake finds MPI.");
}

const MpiApi& mpiApi() {
    const std::filesystem::path path = findLibrary();
    // Global, as MPI's plugins look for its symbols; never closed, as MPI has threads and state of its own.
    void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_GLOBAL);
    if (!library) {
        const char* reason = dlerror();
        throw Error("MPI could not be loaded (" + std::string(reason ? reason : "unknown reason") +
                    "): install the MPI that Zscape was built with.");
    }
    using Entry = const MpiApi* (*)(int);
    const auto entry = reinterpret_cast<Entry>(dlsym(library, "zscape_mpi_api"));
    const MpiApi* api = entry ? entry(mpiApiVersion) : nullptr;
    if (!api || std::string(api->program) != ZSCAPE_VERSION) {
        throw Error("The MPI library " + path.string() + " belongs to another version of Zscape: install that of " +
                    ZSCAPE_VERSION + ".");
    }
    return *api;
}

} // namespace

Launch findLaunch() {
    Launch launch;
    const std::optional<int> rank = number({"OMPI_COMM_WORLD_RANK", "PMI_RANK", "PMIX_RANK", "MPI_LOCALRANKID"});
    std::optional<int> size = number({"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "MPI_LOCALNRANKS"});
    // PMIx tells a rank and no size; under SLURM that of the step is known.
    if (!size && number({"PMIX_RANK"})) size = number({"SLURM_STEP_NUM_TASKS"}).value_or(0);
    launch.rank = rank.value_or(0);
    launch.processes = size.value_or(1);
    return launch;
}

std::unique_ptr<MpiProcesses> joinParallelRun(const Launch& launch) {
    if (!launch.isParallel()) return nullptr;
    std::unique_ptr<MpiProcesses> processes = mpiApi().start();
    if (launch.processes > 1 && processes->size() == 1) {
        throw Error(
            "Zscape was started as one of " + std::to_string(launch.processes) +
            " processes, but its MPI sees itself alone: start it with the mpirun of the MPI it was built with.");
    }
    return processes;
}

} // namespace zscape
