// zscape calibrate at a terminal: what it writes is what the sampler says, in every format the archive has.
#include "core/analysis/calibrate_files.h"
#include "core/base/error.h"
#include "core/io/table_file.h"
#include "core/xp/xp_sampler.h"
#include "tests/support/archive_files.h"
#include "tests/support/made_up_stars.h"
#include "tests/support/run_program.h"
#include "tests/support/shared_data.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>
#include <map>
#include <sstream>

namespace zscape {
namespace {

using nlohmann::json;
using test::ProgramResult;
using test::runZscape;
using test::TemporaryFolder;

constexpr std::size_t samples = 343;

/// "(a, b, ...)" with digits that read back exactly.
template <typename T>
std::string list(const std::vector<T>& values, std::size_t first, std::size_t count) {
    std::ostringstream text;
    text.precision(std::numeric_limits<double>::max_digits10); // the program reads float64
    for (std::size_t k = 0; k < count; ++k) {
        text << (k == 0 ? "\"(" : ", ") << static_cast<double>(values[first + k]);
    }
    return text.str() + ")\"";
}

/// Made stars as the archive's CSV, source_id 1, 2, ...; n_relevant_bases is 7.
std::string archiveCsv(const test::MadeUpStars& stars) {
    std::string text = "source_id,bp_n_relevant_bases,bp_coefficients,bp_coefficient_errors,"
                       "bp_coefficient_correlations,rp_n_relevant_bases,rp_coefficients,rp_coefficient_errors,"
                       "rp_coefficient_correlations\n";
    for (std::size_t row = 0; row < stars.rows; ++row) {
        text += std::to_string(row + 1);
        for (const test::MadeUpStars::Band* band : {&stars.bp, &stars.rp}) {
            text += ",7," + list(band->coefficients, row * 55, 55) + ',' + list(band->errors, row * 55, 55) + ',' +
                    list(band->correlations, row * 1485, 1485);
        }
        text += '\n';
    }
    return text;
}

void expectNear(std::span<const double> found, std::span<const double> expected, double tolerance,
                const std::string& what) {
    ASSERT_EQ(found.size(), expected.size()) << what;
    double most = 0;
    for (const double value : expected) {
        if (!std::isnan(value)) most = std::max(most, std::abs(value));
    }
    ASSERT_GT(most, 0) << what;
    for (std::size_t k = 0; k < found.size(); ++k) {
        ASSERT_EQ(std::isnan(found[k]), std::isnan(expected[k])) << what << " sample " << k;
        if (std::isnan(found[k])) continue;
        ASSERT_NEAR(found[k], expected[k], tolerance * most) << what << " sample " << k;
    }
}

class CalibrateCommand : public ::testing::Test {
protected:
    CalibrateCommand() { test::writeText(m_folder / "stars.csv", archiveCsv(m_stars)); }
    std::string at(const std::string& name) const { return (m_folder / name).string(); }
    std::vector<double> dataset(const std::string& file, const std::string& name) const {
        return readInputTable(at(file) + ":/" + name).values;
    }

    TemporaryFolder m_folder;
    test::MadeUpStars m_stars{3, 1};
};

TEST_F(CalibrateCommand, WritesWhatTheSamplerSays) {
    const ProgramResult result = runZscape("calibrate " + at("stars.csv") + " --out " + at("o.h5") + " --json");
    ASSERT_EQ(result.exitCode, 0) << result.err;
    const json report = json::parse(result.out);
    EXPECT_EQ(report["stars"], 3);
    EXPECT_EQ(report["left_out"], 0);
    EXPECT_EQ(report["independent_errors"], 0);
    std::vector<double> flux(3 * samples), errors(3 * samples);
    XpSampler::calibrated(XpInstrument::builtIn()).sample(m_stars.view(), flux, errors);
    expectNear(dataset("o.h5", "flux"), flux, 1e-13, "flux");
    expectNear(dataset("o.h5", "flux_error"), errors, 1e-13, "errors");
    EXPECT_EQ(readInputTable(at("o.h5") + ":/flux").sourceIds, (std::vector<std::int64_t>{1, 2, 3}));
}

TEST_F(CalibrateCommand, TruncatesToTheRelevantBases) {
    ASSERT_EQ(runZscape("calibrate " + at("stars.csv") + " --truncate --out " + at("o.h5")).exitCode, 0);
    const std::vector<std::int32_t> bases(3, 7);
    XpStarsView view = m_stars.view();
    view.bp.relevantBases = view.rp.relevantBases = bases;
    std::vector<double> flux(3 * samples), errors(3 * samples);
    XpSampler::calibrated(XpInstrument::builtIn()).sample(view, flux, errors);
    expectNear(dataset("o.h5", "flux"), flux, 1e-13, "flux");
    expectNear(dataset("o.h5", "flux_error"), errors, 1e-13, "errors");
}

TEST_F(CalibrateCommand, TakesAGridAndInternalSpectra) {
    ASSERT_EQ(runZscape("calibrate " + at("stars.csv") + " --grid 400:900:250 --out " + at("o.csv")).exitCode, 0);
    EXPECT_EQ(readInputTable(at("o.csv")).names,
              (std::vector<std::string>{"flux_400", "flux_650", "flux_900", "flux_error_400", "flux_error_650",
                                        "flux_error_900"}));
    ASSERT_EQ(runZscape("calibrate " + at("stars.csv") + " --convert --out " + at("o.h5")).exitCode, 0);
    const std::vector<double> grid = XpSampler::defaultPseudoWavelengths();
    std::vector<double> flux(3 * 1200), errors(3 * 1200);
    XpSampler::converted(grid).sample(m_stars.view(), flux, errors);
    const std::vector<double> rpFlux = dataset("o.h5", "rp_flux"), bpErrors = dataset("o.h5", "bp_flux_error");
    expectNear(std::span<const double>(rpFlux).first(600), std::span(flux).subspan(600, 600), 1e-13, "RP");
    expectNear(std::span<const double>(bpErrors).first(600), std::span(errors).first(600), 1e-13, "BP");
}

TEST_F(CalibrateCommand, CountsTheStarsItLeavesOut) {
    std::string text = archiveCsv(m_stars);
    text += "8,null,null,null,null,null,null,null,null\n"; // no band
    const std::size_t second = text.find("\n2,7,\"(");
    ASSERT_NE(second, std::string::npos);
    const std::size_t number = second + 7;
    text.replace(number, text.find(',', number) - number, "nan");
    test::writeText(m_folder / "bad.csv", text);
    const ProgramResult result = runZscape("calibrate " + at("bad.csv") + " --out " + at("o.h5") + " --json");
    ASSERT_EQ(result.exitCode, 0) << result.err;
    EXPECT_EQ(json::parse(result.out)["stars"], 2);
    EXPECT_EQ(json::parse(result.out)["left_out"], 2);
    EXPECT_NE(result.err.find("row 2: source_id 2 is a star with a BP coefficient that is no number"),
              std::string::npos)
        << result.err;
    EXPECT_EQ(readInputTable(at("o.h5") + ":/flux").sourceIds, (std::vector<std::int64_t>{1, 3}));

    const ProgramResult strict = runZscape("calibrate " + at("bad.csv") + " --strict --out " + at("s.h5"));
    EXPECT_EQ(strict.exitCode, 1);
    EXPECT_EQ(strict.errorLines(), 1) << strict.err;
    EXPECT_FALSE(std::filesystem::exists(m_folder / "s.h5"));
}

// A run that writes nothing says why each star and file fell, in one sentence.
TEST_F(CalibrateCommand, SaysWhyNoStarIsLeft) {
    const std::string whole = archiveCsv(m_stars);
    const std::string header = whole.substr(0, whole.find('\n') + 1);
    const std::string none = ",null,null,null,null,null,null,null,null\n";
    std::string spoilt = whole.substr(header.size(), whole.find('\n', header.size()) + 1 - header.size());
    const std::size_t number = spoilt.find('(') + 1;
    spoilt.replace(number, spoilt.find(',', number) - number, "nan");
    test::writeText(m_folder / "none.csv", header + "7" + none + spoilt + "8" + none + "oops" + none);
    const ProgramResult result = runZscape("calibrate " + at("none.csv") + " --out " + at("o.h5"));
    EXPECT_EQ(result.exitCode, 1);
    EXPECT_NE(result.err.find("no star of " + at("none.csv") +
                              " can be calibrated and nothing was written: 1 star with a BP coefficient that is no "
                              "number, 2 stars with neither BP nor RP, 1 star that cannot be read (" +
                              at("none.csv") + ", row 4 (line 5), column 'source_id': 'oops' is not a whole number)"),
              std::string::npos)
        << result.err;
    test::writeText(m_folder / "empty.csv", header);
    const ProgramResult empty = runZscape("calibrate " + at("empty.csv") + " --out " + at("o.h5"));
    EXPECT_NE(empty.err.find("nothing was written: there are no stars"), std::string::npos) << empty.err;
    const ProgramResult failed = runZscape("calibrate " + at("missing.csv") + " --out " + at("o.h5"));
    EXPECT_NE(failed.err.find("nothing was written: 1 file that failed (no such file: " + at("missing.csv") + ")"),
              std::string::npos)
        << failed.err;
    EXPECT_FALSE(std::filesystem::exists(m_folder / "o.h5"));
}

/// A made star with as many coefficients as asked for.
std::string starOf(std::size_t bp, std::size_t rp) {
    std::string text = "source_id,bp_coefficients,bp_coefficient_errors,rp_coefficients,rp_coefficient_errors\n5";
    for (const std::size_t count : {bp, rp}) {
        const std::vector<double> values(count, 1.5);
        text += ',' + list(values, 0, count) + ',' + list(values, 0, count);
    }
    return text + '\n';
}

// Gaia DR4 is announced with 51 coefficients in BP: DR3's matrices have nothing to say of them.
TEST_F(CalibrateCommand, RefusesTheCountsOfAnotherRelease) {
    test::writeText(m_folder / "dr4.csv", starOf(51, 55));
    const std::string sentence = at("dr4.csv") + " has 51 BP coefficients a star where the instrument tables of Gaia "
                                                 "DR3 have 55: another data release's spectra can be imported, but "
                                                 "not calibrated by these tables";
    for (const std::string product : {"", " --convert", " --grid 400:900:2", " --photometry gaia"}) {
        const ProgramResult result =
            runZscape("calibrate " + at("dr4.csv") + product + " --strict --out " + at("o.h5"));
        EXPECT_EQ(result.exitCode, 1);
        EXPECT_EQ(result.errorLines(), 1) << result.err;
        EXPECT_NE(result.err.find(sentence), std::string::npos) << result.err;
    }
    // Beside files that can be used it is left out.
    const ProgramResult beside =
        runZscape("calibrate " + at("dr4.csv") + " " + at("stars.csv") + " --out " + at("o.h5"));
    EXPECT_EQ(beside.exitCode, 0) << beside.err;
    EXPECT_NE(beside.err.find(sentence), std::string::npos) << beside.err;
}

/// One filter, RP's first coefficient, in GaiaXPy's format.
std::string oneFilter(const std::string& filter, int bpCount = 55) {
    const auto basis = [](const char* name, int first, int count) {
        std::string text = std::string("<") + name + " dimension=\"" + std::to_string(count) + "\">";
        for (int k = 0; k < count; ++k) {
            text += "<value>" + std::to_string(k == 0 ? first : 0) + "</value>";
        }
        return text + "</" + name + ">";
    };
    return "<config><bands><item>" + filter + "</item></bands>" + basis("bpSampledBases", 0, bpCount) +
           basis("rpSampledBases", 1, 55) +
           "<sampleMeanWavelengths><value>360</value></sampleMeanWavelengths><bpWeights><value>1</value></bpWeights>"
           "<rpWeights><value>1</value></rpWeights><fluxBias><value>0</value></fluxBias>"
           "<zeropoints><value>25</value></zeropoints></config>";
}

TEST_F(CalibrateCommand, WarnsOfAFilterThatLacksItsColourEquation) {
    test::writeText(m_folder / "XpFilter_JkcStd_v375wiv142r.xml", oneFilter("U"));
    const auto photometry = [&](const std::string& table) {
        return runZscape("calibrate " + at("stars.csv") + " --json --photometry " + table + " --out " + at("p.ecsv"));
    };
    const ProgramResult warned = photometry(at("XpFilter_JkcStd_v375wiv142r.xml"));
    ASSERT_EQ(warned.exitCode, 0) << warned.err;
    EXPECT_NE(warned.err.find("warning: U of JkcStd lacks the colour equation"), std::string::npos) << warned.err;
    EXPECT_EQ(json::parse(warned.out)["without_colour_equation"], json{"U of JkcStd"});
    const InputTable table = readInputTable(at("p.ecsv"));
    ASSERT_TRUE(table.find("flux_U"));
    EXPECT_DOUBLE_EQ(table.column(*table.find("flux_U"))[0], m_stars.rp.coefficients[0]);
    std::ifstream file(m_folder / "p.ecsv");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    EXPECT_NE(text.find("without GaiaXPy's colour equation"), std::string::npos) << "the file says it too";

    // V needs none, nor does the system that is not standardised.
    test::writeText(m_folder / "XpFilter_JkcStd_v1.xml", oneFilter("V"));
    test::writeText(m_folder / "XpFilter_Jkc_v1.xml", oneFilter("U"));
    for (const std::string& plain : {at("XpFilter_JkcStd_v1.xml"), at("XpFilter_Jkc_v1.xml"), std::string("gaia")}) {
        const ProgramResult result = photometry(plain);
        EXPECT_EQ(result.exitCode, 0) << result.err;
        EXPECT_EQ(result.err.find("warning"), std::string::npos) << plain << ": " << result.err;
    }
}

// A filter table brings its own matrices, so it serves the spectra that it was made for, and no others.
TEST_F(CalibrateCommand, TakesTheCountsOfTheFilterTable) {
    test::writeText(m_folder / "dr4.csv", starOf(51, 55));
    test::writeText(m_folder / "XpFilter_New_v1.xml", oneFilter("V", 51));
    const std::string photometry = " --photometry " + at("XpFilter_New_v1.xml") + " --out " + at("p.csv");
    const ProgramResult fits = runZscape("calibrate " + at("dr4.csv") + photometry);
    ASSERT_EQ(fits.exitCode, 0) << fits.err;
    const InputTable table = readInputTable(at("p.csv"));
    EXPECT_DOUBLE_EQ(table.column(*table.find("flux_V"))[0], 1.5);
    const ProgramResult other = runZscape("calibrate " + at("stars.csv") + " --strict" + photometry);
    EXPECT_EQ(other.exitCode, 1);
    EXPECT_NE(other.err.find("has 55 BP coefficients a star where " + at("XpFilter_New_v1.xml") + " has 51: another " +
                             "data release's spectra need a filter table made for them"),
              std::string::npos)
        << other.err;
}

TEST(CalibrateGrid, EndsAtTheLastPointThatFallsOnIt) {
    EXPECT_EQ(parseGrid("400:900:250"), (std::vector<double>{400, 650, 900}));
    EXPECT_EQ(parseGrid("400:899:250"), (std::vector<double>{400, 650}));
    EXPECT_EQ(parseGrid("0:60:0.1").size(), 601U) << "0.1 is no binary number, yet 60 falls on the grid";
}

TEST(CalibrateGrid, RefusesWhatIsNone) {
    for (const char* text : {"", "400", "400:900", "900:400:2", "400:900:0", "400:900:-2", "400:900:x", "400:900:2:3",
                             "nan:900:2", "400:inf:2", "400:900:1e-9"}) {
        EXPECT_THROW(parseGrid(text), Error) << text;
    }
}

// The same stars of GaiaXPy's test files in every format the archive has, against what GaiaXPy makes of them.
TEST(CalibrateCommandOnRealData, EveryFormatGivesGaiaXPysSpectra) {
    const auto golden = test::sharedData("gaia/xp_golden.h5");
    if (!golden) GTEST_SKIP() << "no shared data";
    const TemporaryFolder folder;
    const std::map<std::string, std::string> starOf{
        {"XP_CONTINUOUS_RAW", "5762406957886626816"},
        {"XP_CONTINUOUS_RAW_with_missing_BP", "5405570973190252288"}, // RP alone
    };
    for (const auto& [name, star] : starOf) {
        for (const char* ending : {".csv", ".ecsv", ".fits", ".xml"}) {
            const std::string what = name + ending;
            const std::string out = (folder / (what + ".h5")).string();
            const ProgramResult result =
                runZscape("calibrate " + (golden->parent_path() / what).string() + " --strict --out " + out);
            ASSERT_EQ(result.exitCode, 0) << what << ": " << result.err;
            const InputTable flux = readInputTable(out + ":/flux");
            const InputTable errors = readInputTable(out + ":/flux_error");
            const auto row = std::ranges::find(flux.sourceIds, std::stoll(star)) - flux.sourceIds.begin();
            ASSERT_LT(row, static_cast<std::ptrdiff_t>(flux.rows)) << what;
            const auto first = static_cast<std::size_t>(row) * samples;
            const std::string group = golden->string() + ":/" + star;
            expectNear(std::span(flux.values).subspan(first, samples), readInputTable(group + "/calibrate_flux").values,
                       1e-12, what + " flux");
            // GaiaXPy's reference is made of the decimal text of errors and correlations; FITS and this VOTable
            // (BINARY2) hold the 32-bit numbers that the text abbreviates.
            const bool isText = what.ends_with("csv");
            const double tolerance = isText ? 1e-10 : 6e-8;
            expectNear(std::span(errors.values).subspan(first, samples),
                       readInputTable(group + "/calibrate_flux_error").values, tolerance, what + " errors");
        }
    }
}

} // namespace
} // namespace zscape
