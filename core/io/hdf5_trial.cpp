#include "core/io/hdf5_trial.h"

#include "core/io/hdf5.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <functional>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace zscape::hdf5 {

namespace {

constexpr std::size_t largestRow = std::size_t{64} << 20;
constexpr std::size_t batchBytes = std::size_t{4} << 20;
constexpr double mostBytes = 1e9;
constexpr int mostObjects = 20000;
constexpr int deepest = 8;

/// Looks at all of a file as readers would, and lets go of it; finds nothing out but whether that can be survived.
class Walk {
public:
    void group(hid_t group, int depth) {
        attributes(group);
        if (depth > deepest) return;
        for (const std::string& name : list(group)) {
            if (++m_objects > mostObjects) return;
            exists(group, name);
            const Handle object(H5Oopen(group, name.c_str(), H5P_DEFAULT), H5Oclose);
            if (!object) continue;
            const H5I_type_t kind = H5Iget_type(object.id());
            if (kind == H5I_GROUP) this->group(object.id(), depth + 1);
            if (kind == H5I_DATASET) dataset(object.id());
        }
    }

private:
    static void attributes(hid_t object) {
        const int count = std::min(H5Aget_num_attrs(object), mostObjects);
        for (int index = 0; index < count; ++index) {
            const Handle attribute(H5Aopen_by_idx(object, ".", H5_INDEX_NAME, H5_ITER_INC, static_cast<hsize_t>(index),
                                                  H5P_DEFAULT, H5P_DEFAULT),
                                   H5Aclose);
            if (!attribute) continue;
            std::array<char, 256> name{};
            H5Aget_name(attribute.id(), name.size(), name.data());
            const Handle type(H5Aget_type(attribute.id()), H5Tclose);
            const Handle space(H5Aget_space(attribute.id()), H5Sclose);
            walkType(type.id(), 0);
            const hssize_t values = H5Sget_simple_extent_npoints(space.id());
            const std::size_t size = H5Tget_size(type.id());
            if (values <= 0 || size == 0 || static_cast<std::size_t>(values) > largestRow / size) continue;
            std::vector<std::byte> bytes(static_cast<std::size_t>(values) * size);
            if (H5Aread(attribute.id(), type.id(), bytes.data()) >= 0 && ownsMemory(type.id())) {
                H5Dvlen_reclaim(type.id(), space.id(), H5P_DEFAULT, bytes.data());
            }
        }
    }

    static bool ownsMemory(hid_t type) {
        return H5Tdetect_class(type, H5T_VLEN) > 0 || H5Tis_variable_str(type) > 0 || hasVariableText(type, 0);
    }
    static bool hasVariableText(hid_t type, int depth) {
        if (H5Tget_class(type) == H5T_STRING) return H5Tis_variable_str(type) > 0;
        if (H5Tget_class(type) != H5T_COMPOUND || depth > deepest) return false;
        for (int member = 0; member < H5Tget_nmembers(type); ++member) {
            const Handle of(H5Tget_member_type(type, static_cast<unsigned>(member)), H5Tclose);
            if (hasVariableText(of.id(), depth + 1)) return true;
        }
        return false;
    }

    static void walkType(hid_t type, int depth) {
        if (type < 0 || depth > deepest) return;
        const Handle copy(H5Tcopy(type), H5Tclose);
        const H5T_class_t kind = H5Tget_class(type);
        H5Tget_size(type);
        if (kind == H5T_INTEGER || kind == H5T_FLOAT || kind == H5T_BITFIELD) {
            H5Tget_order(type);
            H5Tget_precision(type);
            H5Tequal(type, H5T_IEEE_F32LE);
        }
        if (kind == H5T_COMPOUND || kind == H5T_ENUM) {
            for (int member = 0; member < H5Tget_nmembers(type); ++member) {
                char* const name = H5Tget_member_name(type, static_cast<unsigned>(member));
                if (name) H5free_memory(name);
                if (kind == H5T_ENUM) continue;
                H5Tget_member_offset(type, static_cast<unsigned>(member));
                const Handle of(H5Tget_member_type(type, static_cast<unsigned>(member)), H5Tclose);
                walkType(of.id(), depth + 1);
            }
        }
        if (kind == H5T_ARRAY) {
            std::array<hsize_t, H5S_MAX_RANK> sizes{};
            if (H5Tget_array_ndims(type) <= H5S_MAX_RANK) H5Tget_array_dims2(type, sizes.data());
        }
        if (kind == H5T_ARRAY || kind == H5T_ENUM || kind == H5T_VLEN) {
            const Handle base(H5Tget_super(type), H5Tclose);
            walkType(base.id(), depth + 1);
        }
        const Handle native(H5Tget_native_type(type, H5T_DIR_DEFAULT), H5Tclose);
    }

    static bool isFiltered(hid_t dataset) {
        const Handle properties(H5Dget_create_plist(dataset), H5Pclose);
        return H5Pget_nfilters(properties.id()) > 0;
    }

    static void dataset(hid_t dataset) {
        attributes(dataset);
        const Handle type(H5Dget_type(dataset), H5Tclose);
        const Handle space(H5Dget_space(dataset), H5Sclose);
        if (!type || !space) return;
        walkType(type.id(), 0);
        H5Dget_storage_size(dataset); // goes through the index of chunks
        const int rank = H5Sget_simple_extent_ndims(space.id());
        if (rank < 0 || rank > H5S_MAX_RANK || H5Sget_simple_extent_type(space.id()) == H5S_NULL) return;
        std::vector<hsize_t> extent(static_cast<std::size_t>(rank));
        H5Sget_simple_extent_dims(space.id(), extent.data(), nullptr);
        std::size_t rowBytes = std::max<std::size_t>(H5Tget_size(type.id()), 1);
        for (std::size_t axis = 1; axis < extent.size(); ++axis) {
            if (extent[axis] == 0 || extent[axis] > largestRow / rowBytes) return; // as the readers
            rowBytes *= extent[axis];
        }
        if (rowBytes > largestRow) return;
        const hsize_t rows = extent.empty() ? 1 : extent[0];
        const auto read = [&](hsize_t first, hsize_t count) {
            readRows(dataset, type.id(), space.id(), extent, first, count, rowBytes);
        };
        if (rows == 0) return;
        if (ownsMemory(type.id()) || isFiltered(dataset)) {
            const auto most = static_cast<hsize_t>(mostBytes / static_cast<double>(rowBytes)) + 1;
            const hsize_t step = std::max<hsize_t>(batchBytes / rowBytes, 1);
            for (hsize_t row = 0; row < std::min(rows, most); row += step) {
                if (!readRows(dataset, type.id(), space.id(), extent, row, std::min(step, rows - row), rowBytes)) break;
            }
        } else {
            read(0, 1);
        }
        read(rows - 1, 1);
        const Handle native(H5Tget_native_type(type.id(), H5T_DIR_DEFAULT), H5Tclose);
        if (!native || H5Tget_size(native.id()) > largestRow) return;
        const std::size_t nativeBytes = rowBytes / std::max<std::size_t>(H5Tget_size(type.id()), 1) *
                                        std::max<std::size_t>(H5Tget_size(native.id()), 1);
        if (nativeBytes <= largestRow) readRows(dataset, native.id(), space.id(), extent, 0, 1, nativeBytes);
    }

    static bool readRows(hid_t dataset, hid_t type, hid_t fileSpace, const std::vector<hsize_t>& extent, hsize_t first,
                         hsize_t count, std::size_t rowBytes) {
        std::vector<std::byte> bytes(static_cast<std::size_t>(count) * rowBytes);
        Handle memory(H5Screate(H5S_SCALAR), H5Sclose);
        if (!extent.empty()) {
            std::vector<hsize_t> start(extent.size(), 0);
            std::vector<hsize_t> counts = extent;
            start[0] = first;
            counts[0] = count;
            H5Sselect_hyperslab(fileSpace, H5S_SELECT_SET, start.data(), nullptr, counts.data(), nullptr);
            memory = Handle(H5Screate_simple(static_cast<int>(counts.size()), counts.data(), nullptr), H5Sclose);
        }
        if (H5Dread(dataset, type, memory.id(), fileSpace, H5P_DEFAULT, bytes.data()) < 0) return false;
        if (ownsMemory(type)) H5Dvlen_reclaim(type, memory.id(), H5P_DEFAULT, bytes.data());
        return true;
    }

    int m_objects = 0;
};

/// The child's life: no word of it is heard, no handler of the program's is called, and it ends by itself.
[[noreturn]] void walkAndExit(const std::function<Handle()>& open) {
    for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGXCPU, SIGALRM, SIGTERM, SIGINT}) {
        std::signal(signal, SIG_DFL);
    }
    const int nowhere = ::open("/dev/null", O_RDWR);
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        ::dup2(nowhere, stream);
    }
    constexpr rlimit noCore{0, 0};
    ::setrlimit(RLIMIT_CORE, &noCore);
    // Damage can send libhdf5 in circles. 1 GB is unpacked in less.
    constexpr rlimit processorSeconds{60, 60};
    ::setrlimit(RLIMIT_CPU, &processorSeconds);
    ::alarm(600); // whatever else may hold it up
    try {
        const Quiet quiet;
        const Handle file = open();
        if (file) Walk().group(file.id(), 0);
    } catch (...) { // NOLINT(bugprone-empty-catch): the reader will meet the same and tells it
    }
    ::_exit(0);
}

/// Forks while this thread has libhdf5's lock, and walks in the child without letting go of it: another thread's lock
/// nobody would open there, and letting go waits for threads that the child lacks. The library gives its lock to
/// callbacks alone, so all of this is in one.
pid_t forkToWalk(const std::function<Handle()>& open) {
    struct Work {
        const std::function<Handle()>& open;
        pid_t child = -1;
    } work{open};
    const Handle stack(H5Ecreate_stack(), H5Eclose_stack);
    H5Epush2(stack.id(), __FILE__, __func__, __LINE__, H5E_ERR_CLS, H5E_NONE_MAJOR, H5E_NONE_MINOR, "fork");
    H5Ewalk2(
        stack.id(), H5E_WALK_DOWNWARD,
        [](unsigned, const H5E_error2_t*, void* data) -> herr_t {
            auto& todo = *static_cast<Work*>(data);
            todo.child = ::fork();
            if (todo.child == 0) walkAndExit(todo.open);
            return 0;
        },
        &work);
    return work.child;
}

bool survives(const std::function<Handle()>& open) {
    const pid_t child = forkToWalk(open);
    if (child < 0) return true;
    int status = 0;
    while (::waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) return true; // the program takes no notice of children: nothing is known
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool survives(const std::filesystem::path& path) {
    {
        const Quiet quiet;
        if (H5Fis_hdf5(path.c_str()) <= 0) return true; // looks for the signature alone
    }
    return survives([&path] { return openUntried(path); });
}

[[noreturn]] void refuse(const std::string& name) {
    throw Error(name + " is damaged in a way that would make the HDF5 library crash; copy it again from its source");
}

} // namespace

bool isHarmless(const std::filesystem::path& path) {
    return survives(path);
}

void requireHarmless(const std::filesystem::path& path) {
    if (!survives(path)) refuse(path.string());
}

void requireHarmless(std::span<const std::byte> bytes, const std::string& name) {
    if (!survives([&] { return openImage(bytes, name); })) refuse(name);
}

} // namespace zscape::hdf5
