// zscape errors as a person at a terminal sees it.
#include "core/io/table_file.h"
#include "tests/support/run_program.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace zscape {
namespace {

using test::ProgramResult;
using test::runZscape;

class ErrorsCommand : public ::testing::Test {
protected:
    static void SetUpTestSuite() {
        s_folder = new test::TemporaryFolder;
        ASSERT_EQ(runZscape("mock --stars 2000 --seed 1 " + path("mock.h5")).exitCode, 0);
    }
    static void TearDownTestSuite() { delete s_folder; }
    static std::string path(const std::string& name) { return (*s_folder / name).string(); }
    static std::string model() { return std::string(" --model ") + ZSCAPE_SOURCE_DIR + "/models/demo.h5 "; }

private:
    static inline test::TemporaryFolder* s_folder = nullptr;
};

TEST_F(ErrorsCommand, WritesARowAStarAndARowAColumn) {
    const ProgramResult result = runZscape("errors " + path("mock.h5") + model() + "--out " + path("stars.csv") +
                                           " --curves " + path("curves.csv") + " --json");
    ASSERT_EQ(result.exitCode, 0) << result.err;
    const auto json = nlohmann::json::parse(result.out);
    EXPECT_EQ(json["with_correlations"], 0);
    EXPECT_TRUE(json["mock"]);
    const InputTable stars = readInputTable(path("stars.csv"));
    EXPECT_EQ(stars.rows, 2000U);
    EXPECT_EQ(stars.sourceIds.size(), 2000U);
    EXPECT_EQ(stars.names, (std::vector<std::string>{"rmse_j", "rmse_lambda"}));
    // The demo model was trained on such stars: their errors are a few sigma, never far below the noise.
    EXPECT_GT(json["models"][0]["median_rmse_j"], 0.8);
    EXPECT_LT(json["models"][0]["median_rmse_j"], 3.0);
    std::ifstream curves(path("curves.csv"));
    std::string line;
    std::size_t lines = 0;
    while (std::getline(curves, line)) {
        if (lines == 0) {
            EXPECT_EQ(line, "axis,position,rmse,bias");
        }
        if (lines == 56) {
            EXPECT_EQ(line.rfind("RP,0,", 0), 0U) << line;
        }
        ++lines;
    }
    EXPECT_EQ(lines, 1 + 110 + 61U);
}

TEST_F(ErrorsCommand, ComparesWithAnotherModelsSpectra) {
    // Decoded flux of the same model: 343 fluxes a star, its source_id beside.
    ASSERT_EQ(runZscape("decode " + path("mock.h5") + model() + "--space flux --out " + path("flux.h5")).exitCode, 0);
    const ProgramResult result = runZscape("errors " + path("mock.h5") + model() + "--out " + path("both.csv") +
                                           " --json --compare 'the twin=" + path("flux.h5") + ":flux'");
    ASSERT_EQ(result.exitCode, 0) << result.err;
    const auto json = nlohmann::json::parse(result.out);
    EXPECT_NEAR(json["models"][0]["median_rmse_lambda"].get<double>(),
                json["models"][1]["median_rmse_lambda"].get<double>(), 1e-3);
    EXPECT_TRUE(json["models"][1]["median_rmse_j"].is_null());
    EXPECT_EQ(readInputTable(path("both.csv")).names,
              (std::vector<std::string>{"rmse_j", "rmse_lambda", "rmse_lambda_the_twin"}));
}

TEST_F(ErrorsCommand, SaysInOneLineWhatIsWrong) {
    for (const std::string& compare : {"lb=" + path("no.npy"), path("mock.h5"), "lb=" + path("mock.h5")}) {
        const ProgramResult result =
            runZscape("errors " + path("mock.h5") + model() + "--out " + path("x.csv") + " --compare " + compare);
        EXPECT_EQ(result.exitCode, 1) << compare;
        EXPECT_EQ(result.errorLines(), 1) << result.err;
        EXPECT_FALSE(std::filesystem::exists(path("x.csv")));
    }
}

} // namespace
} // namespace zscape
