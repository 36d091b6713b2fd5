#include "tests/fuzz/fuzz_table.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace zscape;
    const auto* const first = reinterpret_cast<const std::byte*>(data);
    const auto open = [&] {
        return openFitsTable(std::vector<std::byte>(first, first + size), "fuzz", "", {1, {}}, {});
    };
    fuzz::readTable(open);
    fuzz::readSpectra(open);
    return 0;
}
