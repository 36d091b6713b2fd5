#include "tests/fuzz/fuzz_table.h"

#include <sys/mman.h>
#include <unistd.h>

#include <string>

// libzip reads from a file: one that is only in memory.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace zscape;
    const int file = ::memfd_create("fuzz", 0);
    if (file < 0 || ::write(file, data, size) != static_cast<ssize_t>(size)) std::abort();
    const std::filesystem::path path = "/proc/self/fd/" + std::to_string(file);
    try {
        for (const TableEntry& entry : tablesIn(path)) {
            // HDF5 and FITS have targets of their own.
            if (entry.format != TableFileFormat::Text && entry.format != TableFileFormat::Votable) continue;
            fuzz::readTable([&] { return openTable(entry, {1, {}}); });
        }
    } catch (const Error&) {
    }
    ::close(file);
    return 0;
}
