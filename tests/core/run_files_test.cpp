// What a run leaves on disk, and that nothing on the way can lose it.
#include "core/base/error.h"
#include "core/base/philox.h"
#include "core/train/checkpoint_folder.h"
#include "core/train/training_log.h"
#include "tests/support/small_run.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace zscape {
namespace {

RunOutput outputIn(const test::TemporaryFolder& folder) {
    RunOutput output;
    output.model = folder / "m.h5";
    return output;
}

RunResult runOnce(const TrainingOptions& options, const RunStart& start, const RunOutput& output,
                  const RunObserver& observer = {}, const test::HandEngine::Hook& hook = {}) {
    RunControl control;
    return runTraining(test::smallStars(), options, start, output, test::handEngines(hook), control, observer, {});
}

std::set<std::string> namesIn(const std::filesystem::path& folder) {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        names.insert(entry.path().filename().string());
    }
    return names;
}

TEST(RunFiles, are_the_model_the_best_the_history_and_checkpoints) {
    const test::TemporaryFolder folder;
    const RunResult result = runOnce(test::smallOptions(), {}, outputIn(folder));
    EXPECT_EQ(namesIn(folder.path()), (std::set<std::string>{"m.h5", "m.best.h5", "m.history.csv", "m.checkpoints"}));
    test::expectSameModel(loadModel(folder / "m.h5"), result.last);
    test::expectSameModel(loadModel(folder / "m.best.h5"), *result.best);
    test::expectSameHistory(readTrainingLog(folder / "m.history.csv"), result.last.history);
    EXPECT_EQ(result.unwritten, "");
}

TEST(RunFiles, of_a_PyTorch_model_are_the_same) {
    const test::TemporaryFolder folder;
    RunOutput output = outputIn(folder);
    output.model = folder / "m.pt";
    runOnce(test::smallOptions(), {}, output);
    EXPECT_EQ(loadModel(folder / "m.pt").epoch, 6);
    EXPECT_TRUE(std::filesystem::exists(folder / "m.best.h5"));
}

TEST(RunFiles, none_are_written_without_a_model_path) {
    const test::TemporaryFolder folder;
    const std::filesystem::path before = std::filesystem::current_path();
    std::filesystem::current_path(folder.path());
    runOnce(test::smallOptions(), {}, {});
    std::filesystem::current_path(before);
    EXPECT_TRUE(namesIn(folder.path()).empty());
}

TEST(RunFiles, keep_the_last_two_checkpoints_and_milestones) {
    const test::TemporaryFolder folder;
    RunOutput output = outputIn(folder);
    output.keepEvery = 2;
    output.checkpointSeconds = 0;
    RunObserver observer;
    int written = 0;
    observer.checkpointWritten = [&](const std::filesystem::path& path) {
        ++written;
        EXPECT_TRUE(std::filesystem::exists(path));
    };
    runOnce(test::smallOptions(), {}, output, observer);
    const std::vector<CheckpointFile> files = listCheckpoints(folder / "m.checkpoints");
    std::set<int> milestones;
    for (std::size_t i = 0; i + 2 < files.size(); ++i) {
        EXPECT_EQ(files[i].step, 0u);
        milestones.insert(files[i].epoch);
    }
    EXPECT_TRUE(milestones.contains(2) && milestones.contains(4)) << files.size();
    EXPECT_LE(files.size(), 5u);
    EXPECT_GT(written, 6);
    for (const CheckpointFile& file : files) {
        EXPECT_NO_THROW(readCheckpoint(file.path));
    }
    EXPECT_EQ(files.back().epoch, 6);
}

TEST(RunFiles, milestones_outlive_a_resume_that_keeps_none) {
    const test::TemporaryFolder folder;
    RunOutput output = outputIn(folder);
    output.keepEvery = 1;
    runOnce(test::smallOptions(), {}, output);
    const std::size_t before = listCheckpoints(folder / "m.checkpoints").size();
    EXPECT_EQ(before, 6u);
    RunStart start;
    start.checkpoint = findCheckpoint(folder / "m.checkpoints").checkpoint;
    TrainingOptions longer = test::smallOptions();
    longer.epochs = 20;
    output.keepEvery = 0;
    output.checkpointSeconds = 0;
    runOnce(longer, start, output);
    std::vector<int> epochs;
    for (const CheckpointFile& file : listCheckpoints(folder / "m.checkpoints")) {
        epochs.push_back(file.epoch);
    }
    ASSERT_EQ(epochs.size(), 6u) << "four of the first part and the last two";
    EXPECT_EQ(std::vector<int>(epochs.begin(), epochs.begin() + 4), (std::vector<int>{1, 2, 3, 4}));
    EXPECT_EQ(epochs.back(), 20);
}

TEST(RunFiles, are_not_written_more_often_than_asked) {
    const test::TemporaryFolder folder;
    RunObserver observer;
    int written = 0;
    observer.checkpointWritten = [&](const std::filesystem::path&) { ++written; };
    TrainingOptions options = test::smallOptions();
    options.epochs = 400;
    runOnce(options, {}, outputIn(folder), observer); // far less than a minute
    EXPECT_EQ(written, 2) << "one at the start and one at the end";
}

TEST(RunFiles, of_another_run_are_not_replaced_unasked) {
    const test::TemporaryFolder folder;
    runOnce(test::smallOptions(), {}, outputIn(folder));
    const std::set<std::string> before = namesIn(folder / "m.checkpoints");
    EXPECT_THROW(runOnce(test::smallOptions(), {}, outputIn(folder)), Error);
    TrainingOptions other = test::smallOptions();
    other.seed = 6;
    const test::TemporaryFolder elsewhere;
    runOnce(other, {}, outputIn(elsewhere));
    RunStart start;
    start.checkpoint = findCheckpoint(elsewhere / "m.checkpoints").checkpoint;
    EXPECT_THROW(runOnce(other, start, outputIn(folder)), Error) << "resuming one run over another";
    EXPECT_EQ(namesIn(folder / "m.checkpoints"), before);
    RunOutput replacing = outputIn(folder);
    replacing.replace = true;
    EXPECT_NO_THROW(runOnce(other, {}, replacing));
    EXPECT_EQ(findCheckpoint(folder / "m.checkpoints").checkpoint.options.seed, 6);
}

TEST(RunFiles, belong_to_one_run_at_a_time) {
    const test::TemporaryFolder folder;
    bool refused = false;
    RunObserver observer;
    observer.epochDone = [&](const EpochRecord& record) {
        if (record.epoch != 1) return;
        RunStart start;
        start.checkpoint = findCheckpoint(folder / "m.checkpoints").checkpoint;
        try {
            runOnce(test::smallOptions(), start, outputIn(folder));
        } catch (const Error& error) {
            refused = std::string(error.what()).find("another run") != std::string::npos;
        }
    };
    runOnce(test::smallOptions(), {}, outputIn(folder), observer);
    EXPECT_TRUE(refused);
}

TEST(RunFiles, an_output_that_cannot_be_written_ends_the_run_before_it_begins) {
    const test::TemporaryFolder folder;
    int steps = 0;
    const auto count = [&](std::int64_t, double rec) { return ++steps, rec; };
    for (const char* name : {"no/folder/m.h5", "m.onnx", "text/m.h5"}) {
        std::ofstream(folder / "text") << "a file";
        RunOutput output;
        output.model = folder / name;
        EXPECT_THROW(runOnce(test::smallOptions(), {}, output, {}, count), Error) << name;
    }
    std::ofstream(folder / "x.checkpoints") << "a file";
    RunOutput output;
    output.model = folder / "x.h5";
    EXPECT_THROW(runOnce(test::smallOptions(), {}, output, {}, count), Error);
    EXPECT_EQ(steps, 0);
}

TEST(RunFiles, of_an_engine_that_fails_hold_the_last_whole_epoch) {
    const test::TemporaryFolder folder;
    EXPECT_THROW(runOnce(test::smallOptions(), {}, outputIn(folder), {},
                         [](std::int64_t steps, double rec) {
                             if (steps == 30) throw Error("the device is gone");
                             return rec;
                         }),
                 Error);
    RunStart start;
    start.checkpoint = findCheckpoint(folder / "m.checkpoints").checkpoint;
    EXPECT_EQ(start.checkpoint->engine.steps, 26);
    EXPECT_EQ(loadModel(folder / "m.h5").epoch, 2);
    const RunResult whole = runOnce(test::smallOptions(), {}, {});
    test::expectSameModel(runOnce(test::smallOptions(), start, outputIn(folder)).last, whole.last);
}

/// While it lives no file may grow beyond so many bytes, as on a disk that is full.
class FullDisk {
public:
    explicit FullDisk(rlim_t bytes) {
        m_handler = std::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &m_before);
        const rlimit limit{bytes, m_before.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FullDisk() {
        ::setrlimit(RLIMIT_FSIZE, &m_before);
        std::signal(SIGXFSZ, m_handler);
    }
    FullDisk(const FullDisk&) = delete;
    FullDisk& operator=(const FullDisk&) = delete;

private:
    rlimit m_before{};
    void (*m_handler)(int) = nullptr;
};

TEST(RunFiles, survive_a_full_disk_and_the_run_goes_on) {
    const test::TemporaryFolder folder;
    RunOutput output = outputIn(folder);
    output.checkpointSeconds = 0;
    RunObserver observer;
    std::vector<std::string> warnings;
    int afterwards = 0;
    bool isFull = false;
    std::unique_ptr<FullDisk> full;
    std::int64_t validSteps = -1;
    observer.warning = [&](const std::string& sentence) { warnings.push_back(sentence); };
    observer.epochDone = [&](const EpochRecord& record) {
        if (record.epoch == 2) {
            validSteps = findCheckpoint(folder / "m.checkpoints").checkpoint.engine.steps;
            full = std::make_unique<FullDisk>(4096);
            isFull = true;
        }
        if (record.epoch == 4) {
            const FoundCheckpoint found = findCheckpoint(folder / "m.checkpoints");
            EXPECT_TRUE(found.damaged.empty());
            EXPECT_EQ(found.checkpoint.engine.steps, validSteps) << "the former checkpoint is not what is left";
            for (const std::string& name : namesIn(folder / "m.checkpoints")) {
                EXPECT_EQ(name.find(".part-"), std::string::npos) << name;
            }
            full.reset();
            isFull = false;
        }
    };
    observer.checkpointWritten = [&](const std::filesystem::path&) {
        EXPECT_FALSE(isFull);
        afterwards += !warnings.empty();
    };
    const RunResult result = runOnce(test::smallOptions(), {}, output, observer);
    ASSERT_EQ(warnings.size(), 1u);
    EXPECT_NE(warnings[0].find("m.checkpoints"), std::string::npos) << warnings[0];
    EXPECT_GT(afterwards, 0);
    EXPECT_EQ(result.unwritten, "");
    test::expectSameModel(loadModel(folder / "m.h5"), runOnce(test::smallOptions(), {}, {}).last);
}

TEST(RunFiles, that_cannot_be_written_at_the_end_are_told_with_the_result) {
    const test::TemporaryFolder folder;
    std::unique_ptr<FullDisk> full;
    RunObserver observer;
    observer.epochDone = [&](const EpochRecord& record) {
        if (record.epoch == 6) full = std::make_unique<FullDisk>(4096);
    };
    const RunResult result = runOnce(test::smallOptions(), {}, outputIn(folder), observer);
    full.reset();
    EXPECT_EQ(result.last.epoch, 6);
    EXPECT_NE(result.unwritten, "");
    EXPECT_NO_THROW(findCheckpoint(folder / "m.checkpoints"));
}

/// A child that trains, with a checkpoint after every piece; killed by whoever made it.
pid_t startChild(const RunOutput& output) {
    const pid_t child = ::fork();
    if (child != 0) return child;
    try {
        RunStart start;
        if (!listCheckpoints(output.model.parent_path() / "m.checkpoints").empty()) {
            start.checkpoint = findCheckpoint(output.model.parent_path() / "m.checkpoints").checkpoint;
        }
        TrainingOptions options = test::smallOptions();
        options.epochs = 60;
        runOnce(options, start, output);
        ::_exit(0);
    } catch (...) {
        ::_exit(3);
    }
}

TEST(RunFiles, survive_kills_at_any_moment) {
    const char* wanted = std::getenv("ZSCAPE_TEST_KILLS");
    const int kills = wanted ? std::atoi(wanted) : 40;
    const test::TemporaryFolder folder;
    RunOutput output = outputIn(folder);
    output.checkpointSeconds = 0;
    output.keepEvery = 7;
    const Philox random(20250101, 1);
    bool hadCheckpoint = false;
    int killed = 0;
    for (int i = 0; i < kills; ++i) {
        const pid_t child = startChild(output);
        ASSERT_GT(child, 0);
        ::usleep(static_cast<useconds_t>(30000 * random.uniform(static_cast<std::uint64_t>(i))));
        ::kill(child, SIGKILL);
        int status = 0;
        ::waitpid(child, &status, 0);
        killed += WIFSIGNALED(status);
        ASSERT_TRUE(WIFSIGNALED(status) || WEXITSTATUS(status) == 0) << "the child failed by itself";
        if (listCheckpoints(folder / "m.checkpoints").empty()) {
            ASSERT_FALSE(hadCheckpoint) << "after kill " << i;
            continue;
        }
        hadCheckpoint = true;
        const FoundCheckpoint found = findCheckpoint(folder / "m.checkpoints");
        ASSERT_TRUE(found.damaged.empty()) << "after kill " << i << ": " << found.damaged.front();
        if (std::filesystem::exists(folder / "m.h5")) {
            ASSERT_NO_THROW(loadModel(folder / "m.h5"));
        }
    }
    const pid_t child = startChild(output);
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_EQ(WEXITSTATUS(status), 0);
    TrainingOptions options = test::smallOptions();
    options.epochs = 60;
    test::expectSameModel(loadModel(folder / "m.h5"), runOnce(options, {}, {}).last);
    for (const std::string& name : namesIn(folder.path())) {
        EXPECT_EQ(name.find(".part-"), std::string::npos) << "left behind: " << name;
    }
    RecordProperty("kills", killed);
}

} // namespace
} // namespace zscape
