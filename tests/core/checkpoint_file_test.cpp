// Checkpoint files: what goes in comes out, bit by bit; what is damaged is told.
#include "core/base/error.h"
#include "core/model/file_kind.h"
#include "core/train/checkpoint.h"
#include "tests/support/small_run.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <iterator>
#include <limits>

namespace zscape {
namespace {

/// Every field has a value of its own, some of them awkward.
Checkpoint oddCheckpoint() {
    TrainingOptions options = test::smallOptions();
    options.schedule = Schedule::ReduceOnPlateau;
    options.precision = Precision::Bf16;
    options.learningRate = 0.1 + 0.2;
    options.splitColumn = "is test";
    options.seed = -9007199254740993; // a double would lose the last digit
    options.device = "cuda";
    options.clipNorm = 5e-324;
    Checkpoint checkpoint;
    checkpoint.options = options;
    checkpoint.model = initialModel(options.architecture, 3);
    checkpoint.model.normalization = Normalization{{1.0 / 3, -0.0, 1e-310}, {1, 2, 0.1}, "training catalogue"};
    checkpoint.model.epoch = 2;
    checkpoint.model.history = {{1, 1, 2, 3, 4, 5, 6, 7, 8},
                                {2, -1.0 / 3, 2, 3, std::numeric_limits<double>::quiet_NaN(), 5, 6, 7, 8}};
    checkpoint.model.provenance = {"zscape", "stars", "hash", "zscape train", "2025-01-01T00:00:00Z", 5, true};
    test::HandEngine engine(options, checkpoint.model);
    engine.step(std::vector<std::uint32_t>{1, 2, 3}, std::vector<float>(6, 0.5F), {0.01, 1, 0});
    checkpoint.engine = engine.state();
    checkpoint.step = 1;
    checkpoint.recSum = 1.0 / 3;
    checkpoint.klSum = 1e300;
    checkpoint.secondsInEpoch = 0.7;
    checkpoint.schedule = {std::numeric_limits<double>::infinity(), 3, 1.0 / 7};
    checkpoint.best = checkpoint.model;
    checkpoint.best->epoch = 1;
    checkpoint.best->history.pop_back();
    checkpoint.best->tensors = initialModel(options.architecture, 4).tensors;
    checkpoint.split = splitRows(60, 0.1, 2);
    checkpoint.dataHash = "0123";
    for (std::uint32_t star = 0; star < 60; ++star) {
        checkpoint.catalogRows.push_back(4000000000u + 2 * star);
    }
    return checkpoint;
}

TEST(CheckpointFile, gives_back_every_bit) {
    const test::TemporaryFolder folder;
    const Checkpoint written = oddCheckpoint();
    writeCheckpoint(written, folder / "c.h5");
    const Checkpoint read = readCheckpoint(folder / "c.h5");
    EXPECT_EQ(read.options.architecture, written.options.architecture);
    EXPECT_EQ(read.options.epochs, 6);
    EXPECT_EQ(read.options.schedule, Schedule::ReduceOnPlateau);
    EXPECT_EQ(read.options.precision, Precision::Bf16);
    EXPECT_EQ(read.options.learningRate, 0.1 + 0.2);
    EXPECT_EQ(read.options.splitColumn, "is test");
    EXPECT_EQ(read.options.seed, -9007199254740993);
    EXPECT_EQ(read.options.device, "cuda");
    EXPECT_EQ(read.options.clipNorm, 5e-324);
    test::expectSameModel(read.model, written.model);
    EXPECT_EQ(read.model.history[1].seconds, 8);
    EXPECT_EQ(read.model.provenance.command, "zscape train");
    test::expectSameTensors(read.engine.tensors, written.engine.tensors);
    test::expectSameTensors(read.engine.firstMoments, written.engine.firstMoments);
    test::expectSameTensors(read.engine.secondMoments, written.engine.secondMoments);
    EXPECT_EQ(read.engine.steps, 1);
    EXPECT_EQ(read.step, 1u);
    EXPECT_EQ(read.recSum, 1.0 / 3);
    EXPECT_EQ(read.klSum, 1e300);
    EXPECT_EQ(read.secondsInEpoch, 0.7);
    EXPECT_TRUE(std::isinf(read.schedule.plateauBest));
    EXPECT_EQ(read.schedule.plateauBadEpochs, 3);
    EXPECT_EQ(read.schedule.plateauRate, 1.0 / 7);
    ASSERT_TRUE(read.best.has_value());
    test::expectSameModel(*read.best, *written.best);
    EXPECT_EQ(read.split.training, written.split.training);
    EXPECT_EQ(read.split.validation, written.split.validation);
    EXPECT_EQ(read.dataHash, "0123");
    EXPECT_EQ(read.catalogRows, written.catalogRows);
}

TEST(CheckpointFile, opens_as_the_model_of_the_last_whole_epoch) {
    const test::TemporaryFolder folder;
    const Checkpoint written = oddCheckpoint();
    writeCheckpoint(written, folder / "c.h5");
    EXPECT_TRUE(isModelFile(folder / "c.h5"));
    EXPECT_TRUE(isCheckpointFile(folder / "c.h5"));
    test::expectSameModel(loadModel(folder / "c.h5"), written.model);
    saveModel(written.model, folder / "m.h5");
    EXPECT_FALSE(isCheckpointFile(folder / "m.h5"));
    EXPECT_FALSE(isCheckpointFile(folder / "absent.h5"));
}

TEST(CheckpointFile, the_same_state_makes_the_same_file) {
    const test::TemporaryFolder folder;
    writeCheckpoint(oddCheckpoint(), folder / "a.h5");
    writeCheckpoint(oddCheckpoint(), folder / "b.h5");
    const auto bytes = [&](const char* name) {
        std::ifstream stream(folder / name, std::ios::binary);
        return std::string(std::istreambuf_iterator<char>(stream), {});
    };
    EXPECT_EQ(bytes("a.h5"), bytes("b.h5"));
}

void expectRefused(const std::filesystem::path& path, const std::string& fragment) {
    try {
        readCheckpoint(path);
        FAIL() << "no error for " << path;
    } catch (const Error& error) {
        EXPECT_NE(std::string(error.what()).find(fragment), std::string::npos) << error.what();
        EXPECT_NE(std::string(error.what()).find(path.filename().string()), std::string::npos) << error.what();
    }
}

TEST(CheckpointFile, says_what_is_none) {
    const test::TemporaryFolder folder;
    saveModel(oddCheckpoint().model, folder / "model.h5");
    expectRefused(folder / "model.h5", "no checkpoint");
    expectRefused(folder / "absent.h5", "no such file");
    std::ofstream(folder / "text.h5") << "text";
    expectRefused(folder / "text.h5", "not an HDF5 file");
}

TEST(CheckpointFile, finds_every_damaged_byte) {
    const test::TemporaryFolder folder;
    writeCheckpoint(oddCheckpoint(), folder / "c.h5");
    std::ifstream stream(folder / "c.h5", std::ios::binary);
    const std::string good(std::istreambuf_iterator<char>(stream), {});
    const Checkpoint expected = readCheckpoint(folder / "c.h5");
    int found = 0, harmless = 0;
    for (std::size_t at = 0; at < good.size(); at += 41) {
        std::string bad = good;
        bad[at] = static_cast<char>(bad[at] ^ 0x55);
        std::ofstream(folder / "bad.h5", std::ios::binary) << bad;
        try {
            // What HDF5 leaves unused may change; then everything must be as before.
            test::expectSameTensors(readCheckpoint(folder / "bad.h5").engine.secondMoments,
                                    expected.engine.secondMoments);
            ++harmless;
        } catch (const Error&) {
            ++found;
        }
    }
    EXPECT_GT(found, 100);
    for (const double part : {0.0, 0.3, 0.9, 0.999}) {
        std::ofstream(folder / "short.h5", std::ios::binary)
            << good.substr(0, static_cast<std::size_t>(part * static_cast<double>(good.size())));
        EXPECT_THROW(readCheckpoint(folder / "short.h5"), Error) << part;
    }
}

} // namespace
} // namespace zscape
