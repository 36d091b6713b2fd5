// zscape figure and figures as a person at a terminal sees them; no display, no platform chosen.
#include "tests/support/run_program.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

namespace zscape {
namespace {

using test::ProgramResult;
using test::runZscape;

std::string read(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

class FigureCommand : public ::testing::Test {
protected:
    static void SetUpTestSuite() {
        s_folder = new test::TemporaryFolder;
        ASSERT_EQ(runZscape("mock --stars 3000 --seed 1 " + path("mock.h5")).exitCode, 0);
    }
    static void TearDownTestSuite() { delete s_folder; }
    static std::string path(const std::string& name) { return (*s_folder / name).string(); }
    static std::string model() { return std::string(" --model ") + ZSCAPE_SOURCE_DIR + "/models/demo.h5 "; }

private:
    static inline test::TemporaryFolder* s_folder = nullptr;
};

TEST_F(FigureCommand, ReproducesThePaperInOneRun) {
    const ProgramResult result =
        runZscape("figures " + path("mock.h5") + model() + "--out " + path("all") + " --dpi 300", "env -u DISPLAY");
    EXPECT_EQ(result.exitCode, 0) << result.err;
    for (const char* name : {"label-cuts", "kiel", "coefficient-errors", "wavelength-errors", "kiel-latent",
                             "track-spectra", "metallicity", "alpha", "alpha-forest", "corner"}) {
        EXPECT_NE(result.out.find(std::string(name) + ": "), std::string::npos) << result.out;
        const std::string pdf = read(path("all/" + std::string(name) + ".pdf"));
        EXPECT_EQ(pdf.rfind("%PDF-", 0), 0U) << name;
        EXPECT_NE(pdf.find("/FontFile"), std::string::npos) << name;
        EXPECT_NE(pdf.find("zscape figure " + std::string(name)), std::string::npos) << name;
        EXPECT_NE(read(path("all/" + std::string(name) + ".csv")).find("\npanel,layer,x,y,value,stars,source_id\n"),
                  std::string::npos);
    }
}

TEST_F(FigureCommand, ErrorsOfAnotherModelStandBesideThisOnes) {
    ASSERT_EQ(runZscape("decode " + path("mock.h5") + model() + "--space flux --out " + path("flux.h5")).exitCode, 0);
    const std::string compare = " --compare twin=" + path("flux.h5") + ":flux";
    const ProgramResult result = runZscape("figure wavelength-errors " + path("mock.h5") + model() + compare +
                                           " --dpi 300 --out " + path("errors.svg"));
    ASSERT_EQ(result.exitCode, 0) << result.err;
    // The same spectra: the ratio is 1 at all wavelengths, but for the array's float32.
    const std::string csv = read(path("errors.csv"));
    std::size_t ratios = 0;
    std::istringstream lines(csv);
    for (std::string line; std::getline(lines, line);) {
        if (line.rfind("RMSE ratio,twin,", 0) != 0) continue;
        std::istringstream fields(line.substr(16));
        std::string wavelength, ratio;
        std::getline(fields, wavelength, ',');
        std::getline(fields, ratio, ',');
        EXPECT_NEAR(std::stod(ratio), 1, 1e-3) << wavelength;
        ++ratios;
    }
    EXPECT_EQ(ratios, 61U);
    EXPECT_NE(csv.find("--compare twin="), std::string::npos);
    // Flux tells nothing of coefficients, and the figure says so.
    const ProgramResult other = runZscape("figure coefficient-errors " + path("mock.h5") + model() + compare +
                                          " --dpi 300 --out " + path("coefficients.svg"));
    ASSERT_EQ(other.exitCode, 0) << other.err;
    EXPECT_NE(other.out.find("twin gives no coefficients"), std::string::npos) << other.out;
}

TEST_F(FigureCommand, TheSameInputGivesTheSameBytes) {
    for (const char* ending : {".png", ".svg"}) {
        for (const char* name : {"a", "b"}) {
            const ProgramResult result =
                runZscape("figure kiel " + path("mock.h5") + " --dpi 300 --out " + path(std::string(name) + ending));
            ASSERT_EQ(result.exitCode, 0) << result.err;
        }
        EXPECT_EQ(read(path(std::string("a") + ending)), read(path(std::string("b") + ending))) << ending;
    }
    EXPECT_EQ(read(path("a.csv")), read(path("b.csv")));
}

TEST_F(FigureCommand, TheCommandInsideRedrawsTheFigure) {
    const std::string first = "figure view " + path("mock.h5") + model() +
                              "--x z1 --y 'J-K' --colour M_H --yrange -0.2 1.5 --dpi 300 --out " + path("v.png");
    ASSERT_EQ(runZscape(first).exitCode, 0);
    const std::string csv = read(path("v.csv"));
    const std::size_t at = csv.find("# command: zscape ") + 18;
    std::string command = csv.substr(at, csv.find('\n', at) - at);
    command.replace(command.find("--out view.png"), 14, "--out " + path("again.png"));
    const ProgramResult result = runZscape(command);
    ASSERT_EQ(result.exitCode, 0) << result.err << command;
    EXPECT_EQ(read(path("again.png")), read(path("v.png")));
}

TEST_F(FigureCommand, ForestsTellTheirTableAndTheSeedThatRedrawsThem) {
    const auto draw = [](const std::string& options, const std::string& name) {
        return runZscape("figure alpha-forest " + path("mock.h5") + model() + "--dpi 300 " + options + " --out " +
                         path(name));
    };
    const ProgramResult result = draw("--seed 5", "f.svg");
    ASSERT_EQ(result.exitCode, 0) << result.err;
    for (const char* sentence :
         {" others were asked, parted at random by seed 5", "  latents (z1, z2, z3, z4, z5, z6): accuracy 0.",
          " of high and 0.", " of low alpha, precision 0."}) {
        EXPECT_NE(result.out.find(sentence), std::string::npos) << sentence << '\n' << result.out;
    }
    const std::string csv = read(path("f.csv"));
    EXPECT_NE(csv.find(" --seed 5 "), std::string::npos);
    EXPECT_NE(csv.find("\nlatents,true High alpha predicted High alpha,0,0,"), std::string::npos);
    EXPECT_NE(csv.find("\nTable 1,\"precision of Low alpha, labels + colours\",2,4,0."), std::string::npos);
    const std::string svg = read(path("f.svg"));
    EXPECT_NE(svg.find("--seed 5"), std::string::npos);
    ASSERT_EQ(draw("--seed 5", "again.svg").exitCode, 0);
    EXPECT_EQ(read(path("again.svg")), svg);
    ASSERT_EQ(draw("--seed 6", "other.svg").exitCode, 0);
    EXPECT_NE(read(path("other.svg")), svg);
}

TEST_F(FigureCommand, AFigureThatCannotBeMadeIsToldAndTheOthersGoOn) {
    const ProgramResult result = runZscape("figures " + path("mock.h5") + model() +
                                           "--latents 1,2 --format png --dpi 300 --out " + path("some"));
    EXPECT_EQ(result.exitCode, 1);
    EXPECT_EQ(result.errorLines(), 1) << result.err;
    EXPECT_NE(result.out.find("metallicity: left out: the figure 'metallicity' takes 3 latents"), std::string::npos)
        << result.out;
    EXPECT_TRUE(std::filesystem::exists(path("some/kiel.png")));
    EXPECT_FALSE(std::filesystem::exists(path("some/metallicity.png")));
}

TEST_F(FigureCommand, MistakesAreOneSentence) {
    const ProgramResult name = runZscape("figure kiwi " + path("mock.h5") + " --out " + path("x.pdf"));
    EXPECT_EQ(name.exitCode, 1);
    EXPECT_NE(name.err.find("there is no figure 'kiwi'"), std::string::npos) << name.err;
    const ProgramResult bare = runZscape("figure corner " + path("mock.h5") + " --out " + path("x.pdf"));
    EXPECT_EQ(bare.exitCode, 1);
    EXPECT_NE(bare.err.find("give --model"), std::string::npos) << bare.err;
    EXPECT_EQ(runZscape("figure kiel " + path("mock.h5") + " --out " + path("x.gif")).exitCode, 2);
    EXPECT_FALSE(std::filesystem::exists(path("x.pdf")));
}

} // namespace
} // namespace zscape
