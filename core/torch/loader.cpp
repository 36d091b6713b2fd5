#include "core/torch/loader.h"

#include "core/base/error.h"
#include "core/model/spectral_model.h"

#include <dlfcn.h>

#include <cstdlib>
#include <string>
#include <vector>

namespace zscape {
namespace {

constexpr const char* libraryName = "libzscape_torch.so";
constexpr const char* libraryVariable = "ZSCAPE_TORCH_LIBRARY";

/// Folders the library may be in, best first.
std::vector<std::filesystem::path> libraryFolders() {
    std::vector<std::filesystem::path> folders;
    Dl_info info{};
    if (dladdr(reinterpret_cast<const void*>(&findTorchLibrary), &info) != 0 && info.dli_fname) {
        folders.push_back(std::filesystem::path(info.dli_fname).parent_path());
    }
    std::error_code ignored;
    const std::filesystem::path executable = std::filesystem::read_symlink("/proc/self/exe", ignored);
    if (!executable.empty()) {
        folders.push_back(executable.parent_path());
        folders.push_back(executable.parent_path().parent_path() / "lib" / "zscape");
    }
    return folders;
}

} // namespace

std::optional<std::filesystem::path> findTorchLibrary() {
    std::error_code ignored;
    if (const char* named = std::getenv(libraryVariable); named && *named) {
        if (std::filesystem::exists(named, ignored)) return std::filesystem::absolute(named, ignored);
        return std::nullopt; // a wrong name is reported, not passed over
    }
    for (const std::filesystem::path& folder : libraryFolders()) {
        std::filesystem::path candidate = folder / libraryName;
        if (std::filesystem::exists(candidate, ignored)) return candidate;
    }
    return std::nullopt;
}

const TorchApi& torchApi() {
    const std::optional<std::filesystem::path> path = findTorchLibrary();
    if (!path) {
        const char* named = std::getenv(libraryVariable);
        throw Error(named && *named ? std::string("There is no LibTorch backend at ") + named + ": correct or unset " +
                                          libraryVariable + "."
                                    : std::string("The LibTorch backend (") + libraryName +
                                          ") is not installed: build Zscape with LibTorch, or name the file in " +
                                          libraryVariable + ".");
    }
    // Never closed: LibTorch has threads and thread-local state that outlive any one user, and opening again is cheap.
    void* library = dlopen(path->c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        const char* reason = dlerror();
        throw Error("The LibTorch backend could not be loaded (" + std::string(reason ? reason : "unknown reason") +
                    "): install the LibTorch it was built with.");
    }
    using Entry = const TorchApi* (*)(int);
    const auto entry = reinterpret_cast<Entry>(dlsym(library, "zscape_torch_api"));
    const TorchApi* api = entry ? entry(torchApiVersion) : nullptr;
    if (!api || std::string(api->program) != ZSCAPE_VERSION) {
        throw Error("The LibTorch backend " + path->string() +
                    " belongs to another version of Zscape: install that of " + ZSCAPE_VERSION + ".");
    }
    return *api;
}

std::unique_ptr<SpectralModel> makeTorchModel(Model model, int threads) {
    return torchApi().makeModel(std::move(model), threads);
}

} // namespace zscape
