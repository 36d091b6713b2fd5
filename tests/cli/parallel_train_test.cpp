// Data-parallel runs of the program as built, started by the real mpirun with two processes on this machine.
#include "core/model/model.h"
#include "core/train/checkpoint.h"
#include "core/train/training_log.h"
#include "tests/support/run_program.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace zscape {
namespace {

using test::ProgramResult;
using test::runZscape;

/// As root in a container, more processes than cores, and no core reserved for one of them.
std::string mpirun(int processes, const std::string& environment = {}) {
    return "OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1 "
           "PRTE_MCA_rmaps_default_mapping_policy=:oversubscribe OMPI_MCA_hwloc_base_binding_policy=none " +
           environment + " timeout 120 " + std::string(ZSCAPE_MPIRUN) + " -n " + std::to_string(processes);
}

class ParallelTrain : public ::testing::Test {
protected:
    static void SetUpTestSuite() {
        s_folder = new test::TemporaryFolder;
        const ProgramResult made = runZscape("mock --stars 5000 --seed 5 " + path("mock.h5"));
        ASSERT_EQ(made.exitCode, 0) << made.err;
    }
    static void TearDownTestSuite() { delete s_folder; }
    void SetUp() override {
        if (std::string(ZSCAPE_MPIRUN).empty()) GTEST_SKIP() << "built without MPI, or there is no mpirun";
    }
    static std::string path(const std::string& name) { return (*s_folder / name).string(); }
    static std::string train(const std::string& out) {
        return "train " + path("mock.h5") + " --batch 192 --seed 3 --threads 1 --lr 1e-3 --out " + path(out);
    }
    static std::vector<EpochRecord> history(const std::string& name) { return readTrainingLog(path(name)); }

    static void expectTwoAsOne(const std::string& preset, double validationTolerance);

    static inline test::TemporaryFolder* s_folder = nullptr;
};

/// Rounding gives 3e-7 in training and, without batch norms, 1e-8 in validation. In eval mode a network with batch
/// norms shows what training mode does not: AdamW moves the biases in front of them, which have no gradient but
/// rounding, by up to a learning rate a step, and running means follow some steps later (1e-3 here, at a learning rate
/// of 1e-3).
void expectSameLosses(const std::vector<EpochRecord>& run, const std::vector<EpochRecord>& expected,
                      double validationTolerance) {
    ASSERT_EQ(run.size(), expected.size());
    const auto difference = [](double value, double other) { return std::abs(value - other) / std::abs(other); };
    for (std::size_t e = 0; e < expected.size(); ++e) {
        EXPECT_LT(difference(run[e].loss, expected[e].loss), 1e-5) << "epoch " << e + 1;
        EXPECT_LT(difference(run[e].rec, expected[e].rec), 1e-5) << "epoch " << e + 1;
        EXPECT_LT(difference(run[e].kl, expected[e].kl), 1e-5) << "epoch " << e + 1;
        EXPECT_LT(difference(run[e].validationLoss, expected[e].validationLoss), validationTolerance)
            << "epoch " << e + 1;
    }
}

void ParallelTrain::expectTwoAsOne(const std::string& preset, double validationTolerance) {
    const std::string one = "one_" + preset, both = "two_" + preset;
    const ProgramResult alone = runZscape(train(one + ".h5") + " --epochs 4 --preset " + preset);
    ASSERT_EQ(alone.exitCode, 0) << alone.err;
    const ProgramResult two = runZscape(train(both + ".h5") + " --epochs 3 --preset " + preset, mpirun(2));
    ASSERT_EQ(two.exitCode, 0) << two.err;
    EXPECT_NE(two.out.find("in each of 2 processes"), std::string::npos) << two.out;
    EXPECT_EQ(two.out.find("kept the model"), two.out.rfind("kept the model")) << "told once: " << two.out;
    std::vector<EpochRecord> expected = history(one + ".history.csv");
    expected.resize(3);
    expectSameLosses(history(both + ".history.csv"), expected, validationTolerance);
    EXPECT_EQ(loadModel(path(both + ".h5")).normalization->mu, loadModel(path(one + ".h5")).normalization->mu);

    // One process goes on with the checkpoint of two, and two with that of one.
    const std::string resume = "train " + path("mock.h5") + " --epochs 4 --threads 1 --resume ";
    const ProgramResult gone = runZscape(resume + path(both + ".checkpoints") + " --out " + path(both + ".h5"));
    ASSERT_EQ(gone.exitCode, 0) << gone.err;
    expectSameLosses(history(both + ".history.csv"), history(one + ".history.csv"), validationTolerance);
    const ProgramResult further = runZscape("train " + path("mock.h5") + " --epochs 5 --threads 1 --resume " +
                                                path(one + ".checkpoints") + " --out " + path(one + ".h5"),
                                            mpirun(2));
    ASSERT_EQ(further.exitCode, 0) << further.err;
    EXPECT_NE(further.out.find("going on from"), std::string::npos);
    EXPECT_EQ(loadModel(path(one + ".h5")).epoch, 5);
}

TEST_F(ParallelTrain, TwoProcessesHaveTheLossesOfOneAndEitherGoesOnWithTheOthersCheckpoint) {
    expectTwoAsOne("released", 1e-2);
}

TEST_F(ParallelTrain, SoTheyHaveWithoutBatchNorms) {
    expectTwoAsOne("paper", 1e-5);
}

TEST_F(ParallelTrain, CtrlCStopsAllWithACheckpoint) {
    // mpirun gets the signal and passes it on, as at a terminal. The run is waited for, not slept for.
    // A busy machine may need more than the second after which mpirun kills; it waits for so long in any case.
    const std::string run = mpirun(2, "OMPI_MCA_odls_base_sigkill_timeout=10") + " " + ZSCAPE_BINARY_DIR + "/zscape " +
                            train("stopped.h5") + " --epochs 1000000 --checkpoint-seconds 0 </dev/null >" +
                            path("out") + " 2>" + path("err") + " & pid=$!; for i in $(seq 600); do [ -s " +
                            path("stopped.history.csv") + " ] && break; sleep 0.1; done; kill -TERM $pid; wait $pid";
    const int status = std::system(("bash -c '" + run + "'").c_str());
    EXPECT_TRUE(WIFEXITED(status));
    std::ifstream told(path("out"));
    const std::string text(std::istreambuf_iterator<char>(told), {});
    const int epoch = findCheckpoint(path("stopped.checkpoints")).checkpoint.model.epoch;
    if (text.find("stopped; kept the model after") == std::string::npos) {
        // Open MPI 5 ends its processes before they can say so; what was written before is valid.
        EXPECT_GT(epoch, 0);
        GTEST_SKIP() << "this mpirun does not let its processes stop by themselves; a valid checkpoint is there";
    }
    EXPECT_EQ(loadModel(path("stopped.h5")).epoch, epoch);
    EXPECT_GT(epoch, 0);
    const ProgramResult resumed =
        runZscape("train " + path("mock.h5") + " --epochs " + std::to_string(epoch + 1) + " --threads 1 --resume " +
                      path("stopped.checkpoints") + " --out " + path("stopped.h5"),
                  mpirun(2));
    EXPECT_EQ(resumed.exitCode, 0) << resumed.err;
}

TEST_F(ParallelTrain, WhatIsWrongIsToldOnce) {
    const auto expectToldOnce = [](const ProgramResult& result, const std::string& fragment) {
        EXPECT_EQ(result.exitCode, 1) << result.err;
        const std::size_t first = result.err.find(fragment);
        EXPECT_NE(first, std::string::npos) << result.err;
        EXPECT_EQ(first, result.err.rfind(fragment)) << result.err;
    };
    expectToldOnce(runZscape("train " + path("mock.h5") + " --batch 191 --out " + path("m.h5"), mpirun(2)),
                   "take a multiple of 2, for instance 192");
    expectToldOnce(runZscape(train("m.h5") + " --engine libtorch", mpirun(2)), "trains in one process");
    expectToldOnce(runZscape(train("no/folder/m.h5"), mpirun(2)), "m.h5: the folder");
    expectToldOnce(runZscape("train " + path("none.h5") + " --out " + path("m.h5"), mpirun(2)), "none.h5");
    EXPECT_FALSE(std::filesystem::exists(path("m.h5")));
}

/// Without mpirun: what a launcher's environment says decides.
class ParallelEnvironment : public ParallelTrain {
protected:
    void SetUp() override {}
};

TEST_F(ParallelEnvironment, WithoutMpiTheFirstOfSeveralProcessesSaysSoAndNoneTrains) {
    for (const char* environment : {"OMPI_COMM_WORLD_SIZE=2 OMPI_COMM_WORLD_RANK=", "PMI_SIZE=2 PMI_RANK=",
                                    "PMIX_RANK=", "MPI_LOCALNRANKS=2 MPI_LOCALRANKID="}) {
        for (const char* rank : {"0", "1"}) {
            const ProgramResult result =
                runZscape(train("without.h5"), std::string(environment) + rank + " ZSCAPE_MPI_LIBRARY=/nowhere.so");
            EXPECT_EQ(result.exitCode, 1) << environment;
            EXPECT_EQ(result.errorLines(), *rank == '0' ? 1 : 0) << environment << result.err;
        }
    }
    EXPECT_FALSE(std::filesystem::exists(path("without.h5")));
    EXPECT_FALSE(std::filesystem::exists(path("without.checkpoints")));
}

TEST_F(ParallelEnvironment, ATaskOfSlurmAloneAndOneProcessAreNotParallel) {
    const ProgramResult result =
        runZscape(train("slurm.h5") + " --epochs 1",
                  "SLURM_NTASKS=4 SLURM_PROCID=1 OMPI_COMM_WORLD_SIZE=1 ZSCAPE_MPI_LIBRARY=/nowhere.so");
    EXPECT_EQ(result.exitCode, 0) << result.err;
}

} // namespace
} // namespace zscape
