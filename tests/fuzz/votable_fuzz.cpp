#include "tests/fuzz/fuzz_table.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace zscape;
    const auto open = [&] {
        return openVotable(openMemoryStream(fuzz::text(data, size), "fuzz"), "fuzz", {1, {}}, {});
    };
    const auto skipping = [&] {
        return openVotable(openMemoryStream(fuzz::text(data, size), "fuzz"), "fuzz", {1, [](const std::string&) {}},
                           {});
    };
    fuzz::readTable(open);
    fuzz::readTable(skipping);
    fuzz::readSpectra(open);
    return 0;
}
