#include "tests/fuzz/fuzz_table.h"

#include <pthread.h>
#include <sanitizer/common_interface_defs.h>

// The reader lets a child die of damage (core/io/hdf5_trial.h); libFuzzer is not to take that for a find.
extern "C" int LLVMFuzzerInitialize(int*, char***) {
    return pthread_atfork(nullptr, nullptr, [] { __sanitizer_set_death_callback([] {}); });
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace zscape;
    const auto* const first = reinterpret_cast<const std::byte*>(data);
    const auto open = [&] {
        return openHdf5Table(std::vector<std::byte>(first, first + size), "fuzz", "", {1, {}}, {});
    };
    fuzz::readTable(open);
    fuzz::readSpectra(open);
    return 0;
}
