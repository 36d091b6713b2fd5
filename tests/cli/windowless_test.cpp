// What needs the window says so, in one sentence, where zscape was built without it.
#include "tests/support/run_program.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace zscape {
namespace {

using test::ProgramResult;
using test::runZscape;

TEST(Windowless, FiguresAreRefusedAndNothingIsWritten) {
    const test::TemporaryFolder folder;
    const std::string catalog = (folder / "mock.h5").string();
    ASSERT_EQ(runZscape("mock --stars 200 --seed 1 " + catalog).exitCode, 0);
    const std::string figure = (folder / "kiel.pdf").string();
    const ProgramResult one = runZscape("figure kiel " + catalog + " --out " + figure);
    EXPECT_EQ(one.exitCode, 1);
    EXPECT_EQ(one.err, "zscape: this zscape was built without its window, which figures are drawn with\n");
    EXPECT_FALSE(std::filesystem::exists(figure));
    const std::string model = std::string(" --model ") + ZSCAPE_SOURCE_DIR + "/models/demo.h5";
    const ProgramResult all = runZscape("figures " + catalog + model + " --out " + (folder / "all").string());
    EXPECT_EQ(all.exitCode, 1);
    EXPECT_EQ(all.err, one.err);
    EXPECT_FALSE(std::filesystem::exists(folder / "all"));
}

TEST(Windowless, TheWindowItselfIsRefused) {
    for (const char* arguments : {"", "demo --export nowhere"}) {
        const ProgramResult result = runZscape(arguments);
        EXPECT_EQ(result.exitCode, 1) << arguments;
        EXPECT_EQ(result.err, "zscape: this zscape was built without its window; use a command (--help)\n")
            << arguments;
    }
}

} // namespace
} // namespace zscape
