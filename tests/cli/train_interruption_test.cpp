// zscape train as life treats it: killed, out of disk space, locked out of its folder. Nothing may be lost.
#include "core/base/error.h"
#include "core/base/philox.h"
#include "core/train/checkpoint_folder.h"
#include "tests/support/child_program.h"
#include "tests/support/run_program.h"
#include "tests/support/small_run.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <iterator>
#include <sstream>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>

namespace zscape {
namespace {

using test::ChildProgram;

/// A mock catalogue and a training on it of some seconds, 21 steps an epoch.
class TrainInterruption : public ::testing::Test {
protected:
    static void SetUpTestSuite() {
        s_folder = new test::TemporaryFolder;
        const test::ProgramResult made = test::runZscape("mock --stars 1500 --seed 3 " + catalog());
        ASSERT_EQ(made.exitCode, 0) << made.err;
        std::filesystem::permissions(s_folder->path(), std::filesystem::perms(0755));
    }
    static void TearDownTestSuite() { delete s_folder; }
    static std::string catalog() { return (*s_folder / "mock.h5").string(); }

    /// ZSCAPE_TEST_ENGINE names another engine than the default.
    static std::vector<std::string> trainInto(const std::filesystem::path& folder, int epochs) {
        const char* engine = std::getenv("ZSCAPE_TEST_ENGINE");
        const std::string options = "--batch 64 --lr 1e-3 --seed 4 --threads 1 --checkpoint-seconds 0.2 --keep-every 0 "
                                    "--engine " +
                                    std::string(engine ? engine : "fused");
        std::vector<std::string> arguments{
            "train", catalog(), "--out", (folder / "m.h5").string(), "--epochs", std::to_string(epochs)};
        std::istringstream words(options);
        arguments.insert(arguments.end(), std::istream_iterator<std::string>(words), {});
        return arguments;
    }
    /// Goes on where there is a checkpoint.
    static std::vector<std::string> goOnIn(const std::filesystem::path& folder, int epochs) {
        std::vector<std::string> arguments = trainInto(folder, epochs);
        if (listCheckpoints(folder / "m.checkpoints").empty()) return arguments;
        arguments.insert(arguments.end(), {"--resume", (folder / "m.checkpoints").string()});
        return arguments;
    }
    static std::uint64_t newestNumber(const std::filesystem::path& folder) {
        const std::vector<CheckpointFile> files = listCheckpoints(folder / "m.checkpoints");
        return files.empty() ? 0 : files.back().number;
    }
    /// The newest checkpoint is whole.
    static void expectValid(const std::filesystem::path& folder) {
        try {
            const FoundCheckpoint found = findCheckpoint(folder / "m.checkpoints");
            EXPECT_TRUE(found.damaged.empty()) << found.damaged.front();
        } catch (const Error& error) {
            FAIL() << error.what();
        }
    }
    /// Trains, makes writing impossible, and expects one warning, a valid checkpoint, and that all goes on once writing
    /// is possible again.
    static void expectToOutlive(const std::filesystem::path& folder, ChildProgram& child,
                                const std::function<void()>& forbid, const std::function<void()>& allow) {
        ASSERT_TRUE(child.waitUntil([&] { return newestNumber(folder) >= 3; })) << child.err();
        forbid();
        ASSERT_TRUE(child.waitUntil([&] { return child.err().find("warning:") != std::string::npos; })) << child.err();
        expectValid(folder);
        const std::uint64_t before = newestNumber(folder);
        allow();
        ASSERT_TRUE(child.waitUntil([&] { return newestNumber(folder) > before + 2; })) << child.err();
        child.signal(SIGINT);
        EXPECT_EQ(child.wait(), 0) << child.err();
        expectValid(folder);
        const std::string warnings = child.err();
        EXPECT_EQ(warnings.find("warning:"), warnings.rfind("warning:")) << warnings;
        EXPECT_NE(warnings.find("checkpoint"), std::string::npos) << warnings;
    }

    static inline test::TemporaryFolder* s_folder = nullptr;
};

constexpr int forever = 1000000;

TEST_F(TrainInterruption, KilledAtAnyMomentItEndsInTheSameBytes) {
    const char* wanted = std::getenv("ZSCAPE_TEST_KILLS");
    const int kills = wanted ? std::atoi(wanted) : 25;
    const int epochs = 12 * kills;
    const test::TemporaryFolder whole, cut, outputs;
    const auto begin = std::chrono::steady_clock::now();
    ChildProgram uninterrupted(trainInto(whole.path(), epochs), outputs.path());
    ASSERT_EQ(uninterrupted.wait(), 0) << uninterrupted.err();
    const double wholeSeconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();

    // From before the catalogue is read to well into the training, whatever the machine's speed.
    const double longest = 0.2 + 1.5 * wholeSeconds / kills;
    const Philox random(20250102, 1);
    int killed = 0;
    bool hadCheckpoint = false;
    for (int i = 0; i < kills; ++i) {
        ChildProgram child(goOnIn(cut.path(), epochs), outputs.path());
        std::this_thread::sleep_for(
            std::chrono::duration<double>(longest * random.uniform(static_cast<std::uint64_t>(i))));
        child.signal(SIGKILL);
        const int code = child.wait();
        killed += code == 128 + SIGKILL;
        ASSERT_TRUE(code == 0 || code == 128 + SIGKILL) << "after kill " << i << ": " << child.err();
        if (newestNumber(cut.path()) == 0) {
            ASSERT_FALSE(hadCheckpoint) << "no checkpoint after kill " << i;
            continue;
        }
        hadCheckpoint = true;
        expectValid(cut.path());
        if (std::filesystem::exists(cut / "m.h5")) {
            ASSERT_NO_THROW(loadModel(cut / "m.h5")) << i;
        }
        if (std::filesystem::exists(cut / "m.best.h5")) {
            ASSERT_NO_THROW(loadModel(cut / "m.best.h5")) << i;
        }
    }
    ChildProgram last(goOnIn(cut.path(), epochs), outputs.path());
    ASSERT_EQ(last.wait(), 0) << last.err();
    test::expectSameModel(loadModel(cut / "m.h5"), loadModel(whole / "m.h5"));
    test::expectSameModel(loadModel(cut / "m.best.h5"), loadModel(whole / "m.best.h5"));
    RecordProperty("kills", killed);
    std::cout << "survived " << killed << " kills in " << epochs << " epochs\n";
    EXPECT_GT(killed, kills / 2) << "most kills came after the end: the training is too short";
}

TEST_F(TrainInterruption, AFullDiskLeavesTheFormerCheckpointValid) {
    const test::TemporaryFolder folder, outputs;
    const auto ignoreSignal = [] { std::signal(SIGXFSZ, SIG_IGN); };
    if (::mount("tmpfs", folder.path().c_str(), "tmpfs", 0, "size=24m") == 0) {
        ChildProgram child(trainInto(folder.path(), forever), outputs.path());
        const auto fill = [&] {
            std::ofstream filler(folder / "filler", std::ios::binary);
            const std::string block(4096, 'x');
            while (filler << block << std::flush) {
            }
        };
        expectToOutlive(folder.path(), child, fill, [&] { std::filesystem::remove(folder / "filler"); });
        ::umount(folder.path().c_str());
        return;
    }
    // Without the right to mount: no file may grow beyond 4 KiB, which fails alike.
    ChildProgram child(trainInto(folder.path(), forever), outputs.path(), ignoreSignal);
    rlimit before{};
    const auto forbid = [&] {
        ::prlimit(child.pid(), RLIMIT_FSIZE, nullptr, &before);
        const rlimit limit{4096, before.rlim_max};
        ASSERT_EQ(::prlimit(child.pid(), RLIMIT_FSIZE, &limit, nullptr), 0);
    };
    expectToOutlive(folder.path(), child, forbid, [&] { ::prlimit(child.pid(), RLIMIT_FSIZE, &before, nullptr); });
}

TEST_F(TrainInterruption, AReadOnlyFolderLeavesTheFormerCheckpointValid) {
    constexpr uid_t nobody = 65534;
    const test::TemporaryFolder folder, outputs;
    const bool isRoot = ::geteuid() == 0; // root writes anywhere, so the child becomes somebody else
    const std::function<void()> leaveRoot = [&] {
        if (isRoot && (::setgid(nobody) != 0 || ::setuid(nobody) != 0)) ::_exit(126);
    };
    if (isRoot) {
        ChildProgram probe({"--version"}, outputs.path(), leaveRoot);
        if (probe.wait() != 0) GTEST_SKIP() << "running as root, and zscape cannot be run as another user";
        ASSERT_EQ(::chown(folder.path().c_str(), nobody, nobody), 0);
    }
    ChildProgram child(trainInto(folder.path(), forever), outputs.path(), leaveRoot);
    const std::filesystem::path checkpoints = folder / "m.checkpoints";
    expectToOutlive(
        folder.path(), child, [&] { ::chmod(checkpoints.c_str(), 0555); }, [&] { ::chmod(checkpoints.c_str(), 0755); });

    ::chmod(folder.path().c_str(), 0555);
    ChildProgram refused(goOnIn(folder.path(), forever), outputs.path(), leaveRoot);
    EXPECT_EQ(refused.wait(), 1);
    EXPECT_NE(refused.err().find("cannot write"), std::string::npos) << refused.err();
    ::chmod(folder.path().c_str(), 0755);
    expectValid(folder.path());
}

TEST_F(TrainInterruption, SignalsStopItCleanlyAndItGoesOn) {
    const test::TemporaryFolder folder, whole, outputs;
    ChildProgram uninterrupted(trainInto(whole.path(), 60), outputs.path());
    ASSERT_EQ(uninterrupted.wait(), 0) << uninterrupted.err();
    for (const int number : {SIGINT, SIGTERM}) {
        const std::uint64_t before = newestNumber(folder.path());
        ChildProgram child(goOnIn(folder.path(), 60), outputs.path());
        ASSERT_TRUE(child.waitUntil([&] { return newestNumber(folder.path()) > before; })) << child.err();
        child.signal(number);
        EXPECT_EQ(child.wait(), 0) << child.err();
        EXPECT_NE(child.out().find("go on with: zscape train"), std::string::npos) << child.out();
        expectValid(folder.path());
    }
    ChildProgram last(goOnIn(folder.path(), 60), outputs.path());
    ASSERT_EQ(last.wait(), 0) << last.err();
    test::expectSameModel(loadModel(folder / "m.h5"), loadModel(whole / "m.h5"));
}

} // namespace
} // namespace zscape
