// Facts about damaged catalogue files: an error or a catalogue, never a crash, never an open handle.
#include "tests/support/released_table.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

// HDF5 1.10 loses a few hundred bytes of its own when it gives up on a damaged file. Handles of ours are counted below.
extern "C" const char* __lsan_default_suppressions() {
    return "leak:libhdf5";
}

namespace {

using namespace zscape;
using test::addGoodStars;
using test::CompoundTable;
using test::errorFor;
using test::readBytes;
using test::TemporaryFolder;
using test::writeBytes;

TEST(ReleasedDamage, TruncationAtAnyLengthIsAnErrorOrTheWholeTable) {
    const TemporaryFolder folder;
    CompoundTable table(40);
    addGoodStars(table, 40);
    table.write(folder / "good.h5", {.chunkRows = 16, .gzip = true});
    const std::string chunked = readBytes(folder / "good.h5");
    table.write(folder / "good.h5");
    const std::string contiguous = readBytes(folder / "good.h5");
    for (const std::string& bytes : {chunked, contiguous}) {
        for (std::size_t length = 0; length < bytes.size(); length += 37) {
            writeBytes(folder / "cut.h5", bytes.substr(0, length));
            EXPECT_NE(errorFor(folder / "cut.h5"), "no error") << length << " of " << bytes.size();
        }
    }
}

TEST(ReleasedDamage, DamagedBytesGiveAnErrorOrACatalogueButNeverACrash) {
    const TemporaryFolder folder;
    CompoundTable table(40);
    addGoodStars(table, 40);
    table.write(folder / "good.h5");
    const std::string good = readBytes(folder / "good.h5");
    const ssize_t handles = H5Fget_obj_count(H5F_OBJ_ALL, H5F_OBJ_ALL);
    std::size_t refused = 0;
    std::uint64_t state = 12345;
    const auto next = [&state](std::size_t limit) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        return static_cast<std::size_t>((state >> 33) % limit);
    };
    for (int round = 0; round < 400; ++round) {
        std::string bytes = good;
        for (int flip = 0; flip < 3; ++flip) {
            // The rows themselves may hold any bytes; the damage that matters is in the first kilobytes.
            bytes[next(std::min<std::size_t>(bytes.size(), 2400))] = static_cast<char>(next(256));
        }
        writeBytes(folder / "bad.h5", bytes);
        try {
            EXPECT_GT(readReleasedCatalog(folder / "bad.h5").rows(), 0u);
        } catch (const Error& error) {
            EXPECT_GT(std::string(error.what()).size(), 10u);
            ++refused;
        }
        ASSERT_EQ(H5Fget_obj_count(H5F_OBJ_ALL, H5F_OBJ_ALL), handles) << "a handle is left open";
    }
    EXPECT_GT(refused, 20u);
}

} // namespace
