// zscape-replay as a person at a terminal sees it: the real binary on small recordings.
#include "tests/support/run_program.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <regex>

namespace zscape {
namespace {

using nlohmann::json;
using test::ProgramResult;

const std::filesystem::path dataFolder = std::filesystem::path(ZSCAPE_SOURCE_DIR) / "tests" / "data";

ProgramResult runReplay(const std::string& arguments) {
    return test::runProgram("zscape-replay", arguments);
}

void expectDifferencesBelow(const ProgramResult& result, double tolerance) {
    ASSERT_EQ(result.exitCode, 0) << result.err;
    const json differences = json::parse(result.out);
    EXPECT_EQ(differences.size(), 3u) << result.out;
    for (const char* key : {"gradient_max_relative", "loss_max_relative", "state_max_relative"}) {
        ASSERT_TRUE(differences.contains(key)) << result.out;
        EXPECT_GT(differences[key].get<double>(), 0.0) << key;
        EXPECT_LT(differences[key].get<double>(), tolerance) << key;
    }
}

void expectOneLineError(const ProgramResult& result, const std::string& fragment) {
    EXPECT_EQ(result.exitCode, 1) << result.err;
    EXPECT_EQ(result.errorLines(), 1) << result.err;
    EXPECT_TRUE(result.out.empty()) << result.out;
    EXPECT_NE(result.err.find(fragment), std::string::npos) << result.err;
}

TEST(ReplayProgram, PrintsItsDifferencesAsJson) {
    for (const char* name : {"training_released.h5", "training_paper.h5"}) {
        const std::string file = (dataFolder / name).string();
        expectDifferencesBelow(runReplay(file + " --json"), 1e-5);
        expectDifferencesBelow(runReplay(file + " --engine fused --threads 3 --json"), 1e-5);
        expectDifferencesBelow(runReplay(file + " --float64 --json"), 1e-10);
    }
}

TEST(ReplayProgram, RunsOnLibTorch) {
#ifndef ZSCAPE_HAS_TORCH
    GTEST_SKIP() << "built without LibTorch";
#endif
    for (const char* name : {"training_released.h5", "training_paper.h5"}) {
        expectDifferencesBelow(runReplay((dataFolder / name).string() + " --engine libtorch --json"), 1e-5);
    }
}

TEST(ReplayProgram, TellsAPersonTheTensorThatIsFarthestOff) {
    const ProgramResult result = runReplay((dataFolder / "training_paper.h5").string());
    EXPECT_EQ(result.exitCode, 0) << result.err;
    EXPECT_NE(result.out.find("gradients of the first step"), std::string::npos) << result.out;
    EXPECT_TRUE(std::regex_search(result.out, std::regex("first step +[0-9.e-]+ +\\([a-z_.0-9]+\\.(weight|bias)\\)")))
        << result.out;
}

TEST(ReplayProgram, EveryErrorIsOneLine) {
    const test::TemporaryFolder folder;
    expectOneLineError(runReplay((folder / "absent.h5").string() + " --json"), "absent.h5");
    const std::string stars = (dataFolder / "training_stars.h5").string();
    expectOneLineError(runReplay(stars + " --json"), "not a recorded training");
    expectOneLineError(runReplay(std::string(ZSCAPE_SOURCE_DIR) + "/README.md"), "README.md");
    // Alone in a folder, the recording finds no catalogue until it is named.
    const std::filesystem::path alone = folder / "alone.h5";
    std::filesystem::copy_file(dataFolder / "training_paper.h5", alone);
    expectOneLineError(runReplay(alone.string() + " --json"), "--catalogue");
    expectDifferencesBelow(runReplay(alone.string() + " --json --catalogue " + stars), 1e-5);
    for (const std::string float64 : {"", " --float64"}) {
        expectOneLineError(runReplay(alone.string() + float64 + " --catalogue " + (folder / "none.h5").string()),
                           "none.h5");
        expectOneLineError(runReplay(alone.string() + float64 + " --catalogue " + alone.string()), "alone.h5");
    }
}

TEST(ReplayProgram, UsageErrorsExitWithTwo) {
    const std::string file = (dataFolder / "training_paper.h5").string();
    for (const std::string& arguments : {std::string(), file + " --engine abacus",
                                         file + " --engine libtorch --float64", file + " --no-such-option"}) {
        EXPECT_EQ(runReplay(arguments).exitCode, 2) << arguments;
    }
    EXPECT_EQ(runReplay("--help").exitCode, 0);
}

} // namespace
} // namespace zscape
