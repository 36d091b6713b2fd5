// zscape tracks and zscape traverse with the demo model on a mock catalogue.
#include "core/io/table_file.h"
#include "core/tracks/track_options.h"
#include "tests/support/run_program.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace zscape {
namespace {

using test::ProgramResult;
using test::runZscape;

class TracksCommand : public ::testing::Test {
protected:
    static void SetUpTestSuite() {
        s_folder = new test::TemporaryFolder;
        ASSERT_EQ(runZscape("mock --stars 3000 --seed 5 " + path("mock.h5")).exitCode, 0);
    }
    static void TearDownTestSuite() { delete s_folder; }
    static std::string path(const std::string& name) { return (*s_folder / name).string(); }
    static std::string model() { return std::string(" --model ") + ZSCAPE_SOURCE_DIR + "/models/demo.h5 "; }

private:
    static inline test::TemporaryFolder* s_folder = nullptr;
};

TEST_F(TracksCommand, WritesARowAPointWithoutEmptyBins) {
    const ProgramResult result =
        runZscape("tracks " + path("mock.h5") + model() + "--which ms,gb --out " + path("tracks.csv"));
    ASSERT_EQ(result.exitCode, 0) << result.err;
    EXPECT_NE(result.out.find("mock stars"), std::string::npos);
    const InputTable table = readInputTable(path("tracks.csv"));
    ASSERT_GT(table.rows, 10U);
    for (const double stars : table.column(*table.find("stars"))) {
        EXPECT_GE(stars, 1);
    }
    EXPECT_EQ(table.block("mu")->columns, 6U);
    const std::vector<double> number = table.column(*table.find("track"));
    const std::vector<double> along = table.column(*table.find("along"));
    const std::vector<double> teff = table.column(*table.find("TEFF"));
    for (std::size_t i = 0; i < table.rows; ++i) {
        if (number[i] != 1) continue;
        EXPECT_NEAR(teff[i], along[i], 10); // MS: within 10 K of the point
    }
}

TEST_F(TracksCommand, TakesOptionsFromAFile) {
    ASSERT_EQ(runZscape("tracks " + path("mock.h5") +
                        " --which ms --preset released --minimum-stars 2 --save-options " + path("options.json"))
                  .exitCode,
              0);
    std::ifstream file(path("options.json"));
    const TrackOptions saved = trackOptionsFromJson(std::string(std::istreambuf_iterator<char>(file), {}));
    EXPECT_EQ(saved.minimumStars, 2U);
    EXPECT_DOUBLE_EQ(saved.giantBranch.memberTeff_K, 0.2);
    TrackOptions wide = saved;
    wide.mainSequence.teff_K.points = 3;
    wide.mainSequence.teff_K.halfWidth = 500;
    wide.drawn.push_back({"z1", "z2", {{-1, 0}, {1, 0}}, 1, 1, 2, 2, "mine"});
    std::ofstream(path("wide.json")) << toJson(wide);
    const ProgramResult result =
        runZscape("tracks " + path("mock.h5") + model() + "--which ms,drawn --among all --options " +
                  path("wide.json") + " --out " + path("wide.csv"));
    ASSERT_EQ(result.exitCode, 0) << result.err;
    EXPECT_EQ(readInputTable(path("wide.csv")).rows, 5U);
    EXPECT_NE(result.out.find("mine"), std::string::npos);
}

TEST_F(TracksCommand, TraverseExportsTheSequenceOfSpectra) {
    ASSERT_EQ(
        runZscape("traverse " + path("mock.h5") + model() + "--track gb --steps 7 --out " + path("gb.h5")).exitCode, 0);
    const InputTable flux = readInputTable(path("gb.h5") + ":/flux");
    EXPECT_EQ(flux.rows, 7U);
    EXPECT_EQ(flux.names.size(), 343U);
    const InputTable along = readInputTable(path("gb.h5") + ":/along");
    EXPECT_GE(along.values.front(), 0); // log g, from the first bin that has stars to the last
    EXPECT_LE(along.values.back(), 3.65);
    EXPECT_NEAR(along.values[3], 0.5 * (along.values.front() + along.values.back()), 1e-12);

    const ProgramResult straight =
        runZscape("traverse " + path("mock.h5") + model() + "--from 'teff > 5500' --to 'teff < 4500' --steps 3 --out " +
                  path("line.csv"));
    ASSERT_EQ(straight.exitCode, 0) << straight.err;
    const InputTable line = readInputTable(path("line.csv"));
    const auto mu = line.block("mu");
    for (std::size_t k = 0; k < 6; ++k) { // the middle of a straight line is the mean of its ends
        EXPECT_NEAR(mu->values[6 + k], 0.5 * (mu->values[k] + mu->values[12 + k]), 1e-5);
    }
}

TEST_F(TracksCommand, SaysWhatIsWrong) {
    const auto expectError = [](const std::string& arguments, const std::string& fragment) {
        const ProgramResult result = runZscape(arguments);
        EXPECT_EQ(result.exitCode, 1) << result.err;
        EXPECT_EQ(result.errorLines(), 1) << result.err;
        EXPECT_NE(result.err.find(fragment), std::string::npos) << result.err;
    };
    expectError("tracks " + path("mock.h5") + " --which gb,mss", "no track 'mss'");
    expectError("tracks " + path("mock.h5") + " --among 'teff < nothing'", "nothing");
    expectError("traverse " + path("mock.h5") + model() + "--from 1 --to 2 --out " + path("x.csv"), "no star");
    expectError("traverse " + path("mock.h5") + model() + "--from 'teff > 5500' --out " + path("x.csv"),
                "--from and --to");
    expectError("traverse " + path("mock.h5") + model() + "--track metallicity-gb:99 --out " + path("x.csv"),
                "choose one");
}

TEST_F(TracksCommand, SpectraOfStarsASelectionAndALatentPoint) {
    const InputTable tracked = readInputTable([] {
        EXPECT_EQ(
            runZscape("select " + path("mock.h5") + " --where \"TEFF < 4500\" --columns TEFF --out " + path("cool.csv"))
                .exitCode,
            0);
        return path("cool.csv");
    }());
    ASSERT_GT(tracked.rows, 2U);
    const std::string id = std::to_string(tracked.sourceIds[1]);
    ProgramResult result =
        runZscape("spectra " + path("mock.h5") + model() + "--star " + id + " --out " + path("one.ecsv"));
    ASSERT_EQ(result.exitCode, 0) << result.err;
    const InputTable one = readInputTable(path("one.ecsv"));
    ASSERT_EQ(one.rows, 1U);
    EXPECT_EQ(one.sourceIds[0], tracked.sourceIds[1]);
    EXPECT_TRUE(one.find("reconstructed_flux_500") && one.find("observed_coefficients_error_1"));

    result = runZscape("spectra " + path("mock.h5") + model() +
                       "--among \"TEFF < 4500\" --what observed --space flux --out " + path("cool.h5"));
    ASSERT_EQ(result.exitCode, 0) << result.err;
    EXPECT_EQ(readInputTable(path("cool.h5") + ":/observed_flux").rows, tracked.rows);

    result = runZscape("spectra " + path("mock.h5") + model() + "--latent 0,0.5,-0.5,0,0,1 --out " + path("z.fits"));
    ASSERT_EQ(result.exitCode, 0) << result.err;
    EXPECT_GT(std::filesystem::file_size(path("z.fits")), 2880U);
}

TEST_F(TracksCommand, SpectraTellWhatIsMissing) {
    const auto refused = [](const std::string& arguments, const std::string& sentence) {
        const ProgramResult result =
            runZscape("spectra " + path("mock.h5") + " " + arguments + " --out " + path("no.csv"));
        EXPECT_NE(result.exitCode, 0) << arguments;
        EXPECT_NE(result.err.find(sentence), std::string::npos) << result.err;
        EXPECT_FALSE(std::filesystem::exists(path("no.csv")));
    };
    refused("", "say whose spectra");
    refused("--star 12", "no star with source_id 12");
    refused(model() + "--latent 1,2", "6 latents");
    refused("--among all --what reconstructed", "need a model");
    refused("--among all --space colour", "no space of spectra");
}

class FilmCommand : public TracksCommand {
protected:
    void SetUp() override {
        const ProgramResult result = runZscape("traverse " + path("mock.h5") + model() + along() + "--frames " +
                                                   path("frames") + " --size 700x500",
                                               "env -u DISPLAY");
        if (result.err.find("without its window") != std::string::npos) GTEST_SKIP() << result.err;
        ASSERT_EQ(result.exitCode, 0) << result.err;
        m_out = result.out;
    }
    static std::string along() { return "--track gb --steps 3 "; }
    static std::string read(const std::string& file) {
        std::ifstream stream(file, std::ios::binary);
        return {std::istreambuf_iterator<char>(stream), {}};
    }
    std::string m_out;
};

TEST_F(FilmCommand, WritesThePicturesOfTheWindowAlongTheWay) {
    EXPECT_NE(m_out.find("3 pictures"), std::string::npos) << m_out;
    const std::string first = read(path("frames/frame_0001.png"));
    EXPECT_EQ(first.substr(1, 3), "PNG");
    EXPECT_NE(first, read(path("frames/frame_0003.png")));
    EXPECT_FALSE(std::filesystem::exists(path("frames/frame_0004.png")));
    // The same again, and beside it the table.
    ASSERT_EQ(runZscape("traverse " + path("mock.h5") + model() + along() + "--frames " + path("again") +
                        " --size 700x500 --out " + path("table.csv"))
                  .exitCode,
              0);
    EXPECT_EQ(read(path("again/frame_0001.png")), first);
    EXPECT_EQ(readInputTable(path("table.csv")).rows, 3U);
}

TEST_F(FilmCommand, MakesFilmsWhereFfmpegIs) {
    if (std::system("ffmpeg -version > /dev/null 2>&1") != 0) {
        GTEST_SKIP() << "the ffmpeg program is not installed";
    }
    for (const std::string name : {"film.mp4", "film.gif"}) {
        const ProgramResult result =
            runZscape("traverse " + path("mock.h5") + model() + along() + "--film " + path(name) + " --size 700x500");
        ASSERT_EQ(result.exitCode, 0) << result.err;
        // Every frame, to nowhere: a file that any player opens.
        const std::string decode = "ffmpeg -v error -i " + path(name) + " -f null - 2> " + path("said");
        EXPECT_EQ(std::system(decode.c_str()), 0);
        EXPECT_EQ(read(path("said")), "");
    }
}

TEST_F(FilmCommand, WithoutFfmpegOneSentenceComesBeforeAnyWork) {
    const ProgramResult result =
        runZscape("traverse " + path("mock.h5") + model() + along() + "--film " + path("none.mp4") + " --size 700x500",
                  "PATH=" + path(""));
    EXPECT_EQ(result.exitCode, 1);
    EXPECT_EQ(result.errorLines(), 1) << result.err;
    EXPECT_NE(result.err.find("ffmpeg"), std::string::npos) << result.err;
    EXPECT_FALSE(std::filesystem::exists(path("none.mp4")));
    // Another ending is a usage error; nothing to write is an error of one sentence.
    EXPECT_EQ(runZscape("traverse " + path("mock.h5") + model() + along() + "--film " + path("x.avi")).exitCode, 2);
    EXPECT_EQ(runZscape("traverse " + path("mock.h5") + model() + along()).exitCode, 1);
}

} // namespace
} // namespace zscape
