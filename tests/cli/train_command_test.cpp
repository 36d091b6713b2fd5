// zscape train: its options, its log, resuming and starting from models, what it refuses.
#include "core/model/model.h"
#include "core/train/checkpoint_folder.h"
#include "core/train/training_log.h"
#include "tests/support/run_program.h"
#include "tests/support/shared_data.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>

namespace zscape {
namespace {

using nlohmann::json;
using test::ProgramResult;
using test::runZscape;

/// 300 mock stars; each test trains into a folder of its own.
class TrainCommand : public ::testing::Test {
protected:
    static void SetUpTestSuite() {
        s_stars = new test::TemporaryFolder;
        ASSERT_EQ(runZscape("mock --stars 300 --seed 5 " + stars()).exitCode, 0);
    }
    static void TearDownTestSuite() { delete s_stars; }
    static std::string stars() { return (*s_stars / "mock.h5").string(); }
    std::string path(const std::string& name) const { return (m_folder / name).string(); }
    ProgramResult train(const std::string& arguments) const {
        return runZscape("train " + stars() + " --out " + path("m.h5") + " --threads 1 " + arguments);
    }
    std::vector<json> logLines() const {
        std::vector<json> lines;
        std::ifstream stream(path("log.json"));
        for (std::string line; std::getline(stream, line);) {
            lines.push_back(json::parse(line));
        }
        return lines;
    }

private:
    static inline test::TemporaryFolder* s_stars = nullptr;
    test::TemporaryFolder m_folder;
};

const std::string small = "--batch 64 --layers 20,10 --lr 1e-3 ";

void expectError(const ProgramResult& result, int code, const std::string& fragment) {
    EXPECT_EQ(result.exitCode, code) << result.err;
    EXPECT_EQ(result.errorLines(), 1) << result.err;
    EXPECT_NE(result.err.find(fragment), std::string::npos) << result.err;
}

TEST_F(TrainCommand, EveryOptionReachesTheRun) {
    const ProgramResult result = train(
        "--preset paper --latent 4 --layers 30,20 --epochs 2 --batch 50 --lr 0.002 --schedule plateau --t0 7 --seed 11 "
        "--validation 0.25 --split-seed 3 --kl-weight 0.5 --kl-warm-up 3 --clip 1.5 --early-stop 9 --engine fused "
        "--device cpu --precision float32 --checkpoint-seconds 5 --keep-every 1 --json-log " +
        path("log.json"));
    ASSERT_EQ(result.exitCode, 0) << result.err;
    const json options = logLines().at(0)["options"];
    EXPECT_EQ(options["preset"], "paper");
    EXPECT_EQ(options["latent_size"], 4);
    EXPECT_EQ(options["layers"], (std::vector<int>{30, 20}));
    EXPECT_EQ(options["batch_size"], 50);
    EXPECT_EQ(options["learning_rate"], 0.002);
    EXPECT_EQ(options["schedule"], "plateau");
    EXPECT_EQ(options["restart_period"], 7);
    EXPECT_EQ(options["seed"], 11);
    EXPECT_EQ(options["validation_fraction"], 0.25);
    EXPECT_EQ(options["split_seed"], 3);
    EXPECT_EQ(options["kl_weight"], 0.5);
    EXPECT_EQ(options["kl_warm_up_epochs"], 3);
    EXPECT_EQ(options["clip_norm"], 1.5);
    EXPECT_EQ(options["early_stop_epochs"], 9);
    EXPECT_EQ(options["threads"], 1);
    EXPECT_EQ(listCheckpoints(path("m.checkpoints")).size(), 2u) << "of epochs 1 and 2";
    EXPECT_EQ(readTrainingLog(path("m.history.csv")).size(), 2u);
}

TEST_F(TrainCommand, TheLogHasALineAnEpochAlsoAfterAResume) {
    const std::string log = "--json-log " + path("log.json");
    ASSERT_EQ(train(small + "--epochs 3 " + log).exitCode, 0);
    // As after a kill: epochs beyond the checkpoint, and half a line.
    std::ofstream(path("log.json"), std::ios::app) << "{\"epoch\":4,\"loss\":1}\n{\"epoch\":5,\"lo";
    const ProgramResult result = train("--epochs 6 --resume " + path("m.checkpoints") + " " + log);
    ASSERT_EQ(result.exitCode, 0) << result.err;
    const std::vector<json> lines = logLines();
    ASSERT_EQ(lines.size(), 7u);
    EXPECT_TRUE(lines[0].contains("options"));
    const Model model = loadModel(path("m.h5"));
    for (std::size_t i = 1; i < lines.size(); ++i) {
        EXPECT_EQ(lines[i]["epoch"], i);
        EXPECT_EQ(lines[i]["loss"].get<double>(), model.history[i - 1].loss);
    }
}

TEST_F(TrainCommand, APipeGetsALineASecondAtMostAndTheLastEpoch) {
    const ProgramResult result = train(small + "--epochs 50");
    ASSERT_EQ(result.exitCode, 0) << result.err;
    int lines = 0;
    for (std::size_t at = 0; (at = result.out.find("\nepoch ", at)) != std::string::npos; ++at) {
        ++lines;
    }
    EXPECT_GE(lines, 2);
    EXPECT_LT(lines, 50);
    EXPECT_NE(result.out.find("epoch 50/50"), std::string::npos) << result.out;
    EXPECT_EQ(result.out.find('\r'), std::string::npos);
    EXPECT_EQ(result.err.find('\r'), std::string::npos);
}

TEST_F(TrainCommand, ResumeKeepsWhatMayNotChange) {
    ASSERT_EQ(train(small + "--epochs 2").exitCode, 0);
    const std::string resume = "--resume " + path("m.checkpoints") + " ";
    expectError(train(resume + "--lr 3"), 1, "learning_rate");
    expectError(train(resume + "--layers 7"), 1, "architecture");
    expectError(train(resume + "--epochs 1"), 1, "larger number of epochs");
    expectError(train(small + "--epochs 2"), 1, "another run");
    EXPECT_EQ(train(small + resume + "--epochs 3").exitCode, 0) << "the same options may be repeated";
    EXPECT_EQ(loadModel(path("m.h5")).epoch, 3);
    EXPECT_EQ(train(small + "--epochs 1 --overwrite").exitCode, 0);
    EXPECT_EQ(loadModel(path("m.h5")).epoch, 1);
}

TEST_F(TrainCommand, ResumeTakesAFileOrTheNewestThatIsWhole) {
    ASSERT_EQ(train(small + "--epochs 4 --keep-every 1").exitCode, 0);
    const std::vector<CheckpointFile> files = listCheckpoints(path("m.checkpoints"));
    std::filesystem::resize_file(files.back().path, 1000);
    const ProgramResult result = train("--epochs 5 --resume " + path("m.checkpoints"));
    EXPECT_EQ(result.exitCode, 0) << result.err;
    EXPECT_NE(result.err.find("warning: "), std::string::npos) << result.err;
    EXPECT_NE(result.err.find(files.back().path.filename().string()), std::string::npos) << result.err;
    EXPECT_NE(result.out.find("epoch 3"), std::string::npos) << result.out;
    expectError(train("--resume " + files.back().path.string()), 1, files.back().path.filename().string());
    expectError(train("--resume " + path("m.h5")), 1, "no checkpoint");
    expectError(train("--resume " + path("absent")), 1, "absent");
    EXPECT_EQ(train("--epochs 5 --resume " + files.at(1).path.string()).exitCode, 0);
}

TEST_F(TrainCommand, ResumeRefusesAnotherCatalogue) {
    ASSERT_EQ(train(small + "--epochs 1").exitCode, 0);
    ASSERT_EQ(runZscape("mock --stars 300 --seed 6 " + path("other.h5")).exitCode, 0);
    expectError(
        runZscape("train " + path("other.h5") + " --out " + path("m.h5") + " --resume " + path("m.checkpoints")), 1,
        "another catalogue");
}

TEST_F(TrainCommand, InfoTellsWhatACheckpointIs) {
    ASSERT_EQ(train(small + "--epochs 2").exitCode, 0);
    const std::string file = listCheckpoints(path("m.checkpoints")).back().path.string();
    const json info = json::parse(runZscape("info --json " + file).out);
    EXPECT_EQ(info["kind"], "checkpoint");
    EXPECT_EQ(info["epoch"], 2);
    EXPECT_EQ(info["run"]["epochs"], 2);
    EXPECT_EQ(info["run"]["batch_size"], 64);
    EXPECT_EQ(info["run"]["validation_stars"], 30);
    EXPECT_NE(runZscape("info " + file).out.find("--resume " + file), std::string::npos);
    const ProgramResult encoded = runZscape("encode " + stars() + " --model " + file + " --out " + path("latents.h5"));
    EXPECT_EQ(encoded.exitCode, 0) << encoded.err;
}

TEST_F(TrainCommand, StartsFromATrainedModel) {
    ASSERT_EQ(train(small + "--epochs 30").exitCode, 0);
    const Model first = loadModel(path("m.h5"));
    const std::string other = "train " + stars() + " --threads 1 --batch 64 --out " + path("w.h5") + " ";
    const ProgramResult result = runZscape(other + "--epochs 1 --start " + path("m.h5"));
    ASSERT_EQ(result.exitCode, 0) << result.err;
    const Model warm = loadModel(path("w.h5"));
    EXPECT_EQ(warm.architecture, first.architecture);
    EXPECT_EQ(warm.normalization->mu, first.normalization->mu);
    ASSERT_EQ(warm.history.size(), 1u);
    EXPECT_LT(warm.history[0].loss, 0.5 * (first.history.front().loss + first.history.back().loss));
    expectError(runZscape(other + "--overwrite --latent 3 --start " + path("m.h5")), 1, "--latent");
}

TEST_F(TrainCommand, StartsFromThePublishedModel) {
    const auto catalog = test::sharedData("gaia/field_2000.h5");
    const auto model = test::sharedData("published/epoch_5000/weight.pt");
    const auto norm = test::sharedData("published/recovered_norm.npz");
    if (!catalog || !model || !norm) GTEST_SKIP() << "no shared data";
    const std::string command =
        "train " + catalog->string() + " --batch 256 --epochs 2 --out " + path("p.h5") + " --start " + model->string();
    expectError(runZscape(command), 1, "normalisation");
    const ProgramResult result = runZscape(command + " --norm " + norm->string());
    ASSERT_EQ(result.exitCode, 0) << result.err;
    const Model warm = loadModel(path("p.h5"));
    EXPECT_EQ(warm.architecture, Architecture{});
    EXPECT_EQ(warm.history.size(), 2u);
    EXPECT_EQ(runZscape("train " + catalog->string() + " --epochs 3 --out " + path("p.h5") + " --resume " +
                        path("p.checkpoints"))
                  .exitCode,
              0);
}

TEST_F(TrainCommand, SplitsByAColumn) {
    const ProgramResult result = train(small + "--epochs 1 --split-column STARFLAG");
    // The mock's flags are 0 for most stars; where they are for all, the message says so.
    if (result.exitCode != 0) {
        expectError(result, 1, "STARFLAG");
    }
    expectError(train(small + "--split-column no_such_column"), 1, "no_such_column");
    EXPECT_NE(train(small + "--split-column no_such_column").err.find("TEFF"), std::string::npos);
}

TEST_F(TrainCommand, UsageErrorsExitWithTwo) {
    for (const char* arguments :
         {"--schedule weekly", "--precision half", "--device tpu", "--engine magic", "--norm n.npz", "--epochs 0",
          "--resume a --start b", "--resume a --overwrite", "--validation 0.1 --split-column x", "--kl-weight -1",
          "--clip -1", "--early-stop -1", "--checkpoint-seconds -1", "--layers 20,0"}) {
        const ProgramResult result = train(arguments);
        EXPECT_EQ(result.exitCode, 2) << arguments << ": " << result.err;
        EXPECT_EQ(result.errorLines(), 1) << result.err;
    }
}

} // namespace
} // namespace zscape
