// Facts about synthetic photometry: Gaia's own system against GaiaXPy, and filter tables of its format.
#include "core/base/error.h"
#include "core/io/hdf5.h"
#include "core/xp/photometry.h"
#include "tests/support/made_up_stars.h"
#include "tests/support/shared_data.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

namespace zscape {
namespace {

/// Two filters of three coefficients a band: the first takes BP's first coefficient twice, the second RP's last.
std::string smallTable() {
    return R"(<?xml version="1.0"?>
<config>
  <bands n="2"><item>a</item><item>b</item></bands>
  <XpSampling>
    <bpSampledBases dimension="3"><value>2</value><value>0</value><value>0</value>
      <value>0</value><value>0</value><value>0</value></bpSampledBases>
    <rpSampledBases dimension="3"><value>0</value><value>0</value><value>0</value>
      <value>0</value><value>0</value><value>1e0</value></rpSampledBases>
  </XpSampling>
  <XpMerge>
    <sampleMeanWavelengths><value>400</value><value>800</value></sampleMeanWavelengths>
    <bpWeights><value>1</value><value>1</value></bpWeights>
    <rpWeights><value>1</value><value>1</value></rpWeights>
  </XpMerge>
  <fluxBias><value>0</value><value>10</value></fluxBias>
  <zeropoints><value>25</value><value>20</value></zeropoints>
</config>
)";
}

std::filesystem::path write(const test::TemporaryFolder& folder, const std::string& name, const std::string& text) {
    std::ofstream(folder / name, std::ios::binary) << text;
    return folder / name;
}

struct ThreeTerms {
    std::vector<double> bp{50, 1, 2}, rp{3, 4, 90};
    std::vector<double> errors{2, 3, 4};

    XpStarsView view() const {
        return {1,
                {3, bp, std::span<const double>(errors), std::span<const double>(), {}, {}},
                {3, rp, std::span<const double>(errors), std::span<const double>(), {}, {}}};
    }
};

TEST(Photometry, ATableOfFiltersIsReadAndUsed) {
    const test::TemporaryFolder folder;
    const FilterSystem system = readFilterSystem(write(folder, "XpFilter_Small_v375wiv142r.xml", smallTable()));
    EXPECT_EQ(system.name, "Small");
    EXPECT_EQ(system.filters, (std::vector<std::string>{"a", "b"}));
    const Photometry found = synthesise(system, ThreeTerms().view());
    EXPECT_EQ(found.flux, (std::vector<double>{100, 90})) << "the bias counts in standardised systems alone";
    EXPECT_EQ(found.fluxError, (std::vector<double>{4, 4}));
    EXPECT_DOUBLE_EQ(found.mag[0], 20);
    EXPECT_DOUBLE_EQ(found.magError[0], 2.5 / std::log(10) * 0.04);
}

TEST(Photometry, AStandardisedSystemAddsItsBias) {
    const test::TemporaryFolder folder;
    const FilterSystem system = readFilterSystem(write(folder, "XpFilter_SmallStd_v375wiv142r.xml", smallTable()));
    const Photometry found = synthesise(system, ThreeTerms().view());
    EXPECT_EQ(found.flux, (std::vector<double>{100, 100}));
    EXPECT_DOUBLE_EQ(found.fluxError[1], 4 * 100.0 / 90.0) << "GaiaXPy scales the error with the corrected flux";
    EXPECT_DOUBLE_EQ(found.mag[1], 15);
}

TEST(Photometry, NeedsBothBandsAndPositiveFlux) {
    const test::TemporaryFolder folder;
    const FilterSystem system = readFilterSystem(write(folder, "t.xml", smallTable()));
    ThreeTerms star;
    star.bp[0] = -1;
    EXPECT_TRUE(std::isnan(synthesise(system, star.view()).mag[0]));
    XpStarsView view = ThreeTerms().view();
    view.bp = {};
    for (const double value : synthesise(system, view).flux) {
        EXPECT_TRUE(std::isnan(value));
    }
}

TEST(Photometry, SaysWhatIsWrongWithATable) {
    const test::TemporaryFolder folder;
    const auto errorOf = [&](const std::string& from, const std::string& to) {
        std::string text = smallTable();
        text.replace(text.find(from), from.size(), to);
        try {
            readFilterSystem(write(folder, "t.xml", text));
        } catch (const Error& error) {
            return std::string(error.what()).substr((folder / "t.xml").string().size());
        }
        return std::string("no error");
    };
    EXPECT_EQ(errorOf("<value>25</value>", ""),
              " is not a filter table of GaiaXPy: <zeropoints> has 1 values, 2 expected");
    EXPECT_EQ(errorOf("1e0", "one"), " is not a filter table of GaiaXPy: 'one' in <rpSampledBases> is not a number");
    EXPECT_EQ(errorOf("dimension=\"3\"", ""),
              " is not a filter table of GaiaXPy: <bpSampledBases> does not tell its dimension");
    EXPECT_EQ(errorOf("</config>", ""), " is not a filter table of GaiaXPy: line 18: no element found");
    EXPECT_EQ(errorOf("<config>", "<!DOCTYPE config [<!ENTITY a \"b\">]><config>"),
              " is not a filter table of GaiaXPy: it declares entities, which no filter table does");
    EXPECT_THROW(readFilterSystem(folder / "none.xml"), Error);
}

// GaiaXPy 2.1.5 `generate` of Gaia DR3 5762406957886626816 without error correction.
TEST(Photometry, GaiasOwnSystemIsGaiaXPys) {
    const auto path = test::sharedData("gaia/xp_golden.h5");
    if (!path) GTEST_SKIP() << "no shared data";
    const hdf5::Handle file = hdf5::openFile(*path);
    const auto read = [&](const std::string& name) {
        return hdf5::readDoubles(file.id(), "5762406957886626816/" + name);
    };
    const std::vector<double> bp = read("bp/coefficients"), bpErrors = read("bp/errors"), bpR = read("bp/correlations");
    const std::vector<double> rp = read("rp/coefficients"), rpErrors = read("rp/errors"), rpR = read("rp/correlations");
    const XpStarsView star{1,
                           {55, bp, std::span(bpErrors), std::span(bpR), {}, {}},
                           {55, rp, std::span(rpErrors), std::span(rpR), {}, {}}};
    const Photometry found = synthesise(gaiaDr3Vega(XpInstrument::builtIn()), star);
    const std::vector<double> mags{13.172242157784133, 13.056573528063034, 13.400145641693605};
    const std::vector<double> errors{5.4508296139035613e-20, 1.5215057144467664e-19, 2.8709766519449143e-20};
    for (std::size_t k = 0; k < 3; ++k) {
        EXPECT_NEAR(found.mag[k], mags[k], 1e-11);
        EXPECT_NEAR(found.fluxError[k] / errors[k], 1, 1e-7) << "float32 errors there, decimal text here";
    }
}

} // namespace
} // namespace zscape
