#include "core/base/atomic_file.h"
#include "core/base/bit_set.h"
#include "core/base/error.h"
#include "core/base/philox.h"
#include "core/base/thread_pool.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <fstream>
#include <numeric>
#include <sys/resource.h>
#include <vector>

namespace zscape {
namespace {

TEST(Philox, MatchesThePublishedKnownAnswers) {
    // kat_vectors of Random123 (Salmon et al. 2011), philox4x32 10 rounds: zero counter and key; all bits set.
    const auto zero = Philox(0, 0).block(0);
    EXPECT_EQ(zero, (std::array<std::uint32_t, 4>{0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u}));
    const auto ones = Philox(~std::uint64_t{0}, ~std::uint64_t{0}).block(~std::uint64_t{0});
    EXPECT_EQ(ones, (std::array<std::uint32_t, 4>{0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu}));
}

TEST(Philox, NormalNumbersHaveMeanZeroAndVarianceOne) {
    const Philox philox(7, 3);
    double sum = 0, squares = 0;
    constexpr int count = 200000;
    for (int i = 0; i < count; ++i) {
        const double value = philox.normal(static_cast<std::uint64_t>(i));
        sum += value;
        squares += value * value;
    }
    EXPECT_NEAR(sum / count, 0.0, 5.0 / std::sqrt(count));
    EXPECT_NEAR(squares / count, 1.0, 5.0 * std::sqrt(2.0 / count));
}

TEST(ThreadPool, GivesEveryChunkOnceAndRethrows) {
    ThreadPool pool(4);
    std::vector<int> hits(1000, 0);
    for (int repeat = 0; repeat < 100; ++repeat) {
        pool.forChunks(hits.size(), 7, [&](std::size_t begin, std::size_t end, int) {
            for (std::size_t i = begin; i < end; ++i) {
                ++hits[i];
            }
        });
    }
    EXPECT_EQ(std::accumulate(hits.begin(), hits.end(), 0), 100 * 1000);
    EXPECT_THROW(pool.run([](int index) {
        if (index == 2) throw Error("piece");
    }),
                 Error);
    pool.run([](int) {}); // still usable
}

TEST(ThreadPool, MoreThreadsThanCanBeIsAnErrorNotAHang) {
    EXPECT_THROW(ThreadPool(1'000'000), Error);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) // these need the address space themselves
    // Every thread reserves 8 MB of addresses for its stack, so some start and one does not.
    std::size_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_AS, &before), 0);
    const rlimit limit{pages * 4096 + 200'000'000, before.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_AS, &limit), 0);
    EXPECT_THROW(ThreadPool(1000), Error);
    ASSERT_EQ(::setrlimit(RLIMIT_AS, &before), 0);
#endif
}

TEST(AtomicFile, LeavesTheOldFileUnlessCommitted) {
    const test::TemporaryFolder folder;
    const auto target = folder / "model.h5";
    std::ofstream(target) << "old";
    {
        const AtomicFile file(target);
        std::ofstream(file.temporaryPath()) << "half";
    }
    std::string text;
    std::ifstream(target) >> text;
    EXPECT_EQ(text, "old");
    {
        AtomicFile file(target);
        std::ofstream(file.temporaryPath()) << "new";
        file.commit();
    }
    std::ifstream(target) >> text;
    EXPECT_EQ(text, "new");
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
    EXPECT_THROW(AtomicFile(folder / "missing/model.h5"), Error);
}

TEST(BitSet, CountsWithoutTheUnusedBits) {
    BitSet bits(70, true);
    EXPECT_EQ(bits.count(), 70u);
    bits.set(69, false);
    EXPECT_EQ(bits.count(), 69u);
    EXPECT_FALSE(bits.test(69));
}

} // namespace
} // namespace zscape
