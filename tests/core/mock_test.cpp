// The mock catalogue as a table: layout, determinism, and the populations the paper's figures need.
#include "core/base/error.h"
#include "core/base/sky_direction.h"
#include "core/mock/kinematics.h"
#include "core/mock/population.h"
#include "tests/core/mock_support.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <cstring>
#include <numbers>
#include <unordered_set>

namespace zscape {
namespace {

using test::median;
using test::mockRows;
using test::mockSample;

bool sameBytes(const Column& a, const Column& b) {
    return std::visit(
        [&](const auto& left) {
            const auto& right = std::get<std::decay_t<decltype(left)>>(b.values());
            using Value = typename std::decay_t<decltype(left)>::value_type;
            if constexpr (std::is_arithmetic_v<Value>) {
                return left.size() == right.size() &&
                       std::memcmp(left.data(), right.data(), left.size() * sizeof(Value)) == 0; // NaN equals itself
            } else {
                return left == right;
            }
        },
        a.values());
}

TEST(MockCatalog, PositionsAgreeInBothFramesAndCrowdInThePlane) {
    const Catalog& catalog = mockSample();
    const auto values = [&](const char* name) { return std::get<SharedArray<double>>(catalog.require(name).values()); };
    const SharedArray<double> ra = values("RA"), dec = values("DEC"), l = values("GLON"), b = values("GLAT");
    std::size_t low = 0;
    for (std::size_t row = 0; row < catalog.rows(); ++row) {
        const auto [longitude, latitude] = skyDegrees(toGalactic(skyDirection(ra[row], dec[row])));
        EXPECT_NEAR(std::remainder(longitude - l[row], 360) * std::cos(b[row] * std::numbers::pi / 180), 0, 1e-9);
        EXPECT_NEAR(latitude, b[row], 1e-9);
        low += std::abs(b[row]) < 20;
    }
    EXPECT_GT(low, catalog.rows() / 2); // 34 % of the sky
}

TEST(MockCatalog, TheGalacticPoleAndCentreAreWhereAstropyHasThem) {
    // astropy 8.0: SkyCoord(l, b, frame="galactic").icrs, whose constants differ by 3e-6 degrees from Hipparcos'.
    const auto pole = skyDegrees(fromGalactic(skyDirection(0, 90)));
    EXPECT_NEAR(pole.first, 192.859477895, 1e-5);
    EXPECT_NEAR(pole.second, 27.128252415, 1e-5);
    const auto centre = skyDegrees(fromGalactic(skyDirection(0, 0)));
    EXPECT_NEAR(centre.first, 266.40498829, 1e-5);
    EXPECT_NEAR(centre.second, -28.93617776, 1e-5);
}

TEST(MockCatalog, HasEveryColumnOfTheReleasedLayoutAndPositionsWithTheirUnits) {
    const std::pair<const char*, const char*> expected[] = {{"phot_g_mean_flux", "electron/s"},
                                                            {"TEFF", "K"},
                                                            {"LOGG", "dex"},
                                                            {"M_H", "dex"},
                                                            {"ALPHA_M", "dex"},
                                                            {"FE_H", "dex"},
                                                            {"MG_FE", "dex"},
                                                            {"TEFF_ERR", "K"},
                                                            {"LOGG_ERR", "dex"},
                                                            {"M_H_ERR", "dex"},
                                                            {"ALPHA_M_ERR", "dex"},
                                                            {"J", "mag"},
                                                            {"H", "mag"},
                                                            {"K", "mag"},
                                                            {"SFD_EBV", "mag"},
                                                            {"STARFLAG", ""},
                                                            {"ASPCAPFLAG", ""},
                                                            {"GAIAEDR3_PHOT_G_MEAN_MAG", "mag"},
                                                            {"GAIAEDR3_PHOT_BP_MEAN_MAG", "mag"},
                                                            {"GAIAEDR3_PHOT_RP_MEAN_MAG", "mag"},
                                                            {"GAIAEDR3_PARALLAX", "mas"},
                                                            {"GAIAEDR3_PARALLAX_ERROR", "mas"},
                                                            {"Lz", "kpc km/s"},
                                                            {"jr", "kpc km/s"},
                                                            {"jz", "kpc km/s"},
                                                            {"RA", "deg"},
                                                            {"DEC", "deg"},
                                                            {"GLON", "deg"},
                                                            {"GLAT", "deg"}};
    const Catalog& catalog = mockSample();
    ASSERT_EQ(catalog.columns().size(), std::size(expected));
    for (const auto& [name, unit] : expected) {
        const Column& column = catalog.require(name);
        EXPECT_EQ(column.name(), name);
        EXPECT_EQ(column.unit(), unit) << name;
        EXPECT_LT(column.missingCount(), catalog.rows() / 10) << name;
    }
    EXPECT_EQ(catalog.require("STARFLAG").type(), ColumnType::Int32);
    EXPECT_EQ(catalog.require("ASPCAPFLAG").type(), ColumnType::Int32);
    EXPECT_EQ(catalog.coefficientCount(), 110U);
    EXPECT_EQ(catalog.usability().usable, catalog.rows());
    EXPECT_TRUE(catalog.isMock());
    EXPECT_NE(catalog.name().find("mock"), std::string::npos);
}

TEST(MockCatalog, SourceIdsAreUniqueAndOfGaiasForm) {
    std::unordered_set<std::int64_t> seen;
    constexpr std::int64_t pixels = std::int64_t{12} * 4096 * 4096; // HEALPix level 12, in the bits from 35 up
    for (const std::int64_t id : mockSample().sourceIds()) {
        EXPECT_GT(id, 0);
        EXPECT_LT(id >> 35, pixels);
        EXPECT_TRUE(seen.insert(id).second) << id;
    }
}

TEST(MockCatalog, SameSeedGivesTheSameBytesOnAnyNumberOfThreads) {
    const Catalog one = generateMockCatalog({.stars = 1500, .seed = 5, .threads = 1});
    for (const int threads : {2, 5}) {
        const Catalog many = generateMockCatalog({.stars = 1500, .seed = 5, .threads = threads});
        EXPECT_EQ(one.contentHash(), many.contentHash()) << threads;
        for (std::size_t i = 0; i < one.columns().size(); ++i) {
            EXPECT_TRUE(sameBytes(one.columns()[i], many.columns()[i])) << one.columns()[i].name();
        }
    }
    const Catalog other = generateMockCatalog({.stars = 1500, .seed = 6, .threads = 2});
    EXPECT_NE(one.contentHash(), other.contentHash());
    EXPECT_FALSE(sameBytes(one.require("TEFF"), other.require("TEFF")));
}

TEST(MockCatalog, StopsWhenCancelledAndRejectsNoStars) {
    const std::atomic<bool> cancel{true};
    EXPECT_THROW(generateMockCatalog({.stars = 5000}, JobContext({}, &cancel)), Cancelled);
    EXPECT_THROW(generateMockCatalog({.stars = 0}), Error);
    EXPECT_THROW(generateMockCatalog({.stars = std::size_t{1} << 25}), Error);
}

TEST(MockCatalog, GoodAndPristineSharesAreThePapers) {
    const Catalog& catalog = mockSample();
    const auto rows = mockRows(catalog);
    std::size_t good = 0, pristine = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const double quality = rows[i].teff / catalog.require("TEFF_ERR").number(i);
        const double logGError = catalog.require("LOGG_ERR").number(i), mHError = catalog.require("M_H_ERR").number(i);
        const auto aspcap = static_cast<int>(catalog.require("ASPCAPFLAG").number(i));
        const bool clean = rows[i].bpRp > 0 && rows[i].bpRp < 4 && rows[i].g > 6 && rows[i].g < 17.5 &&
                           catalog.require("STARFLAG").number(i) == 0 && (aspcap & 0b1100) == 0;
        good += clean && quality > 20 && logGError < 0.4 && mHError < 0.2;
        pristine += clean && quality > 100 && logGError < 0.1 && mHError < 0.05;
    }
    const auto total = static_cast<double>(rows.size());
    // method.md section 2: 502,311 : 202,970 : 123,804 stars.
    EXPECT_NEAR(static_cast<double>(good) / total, 202970.0 / 502311.0, 0.03);
    EXPECT_NEAR(static_cast<double>(pristine) / total, 123804.0 / 502311.0, 0.03);
}

TEST(MockCatalog, DiscIsBimodalInMagnesiumOnBothSidesOfTheSplit) {
    // [Mg/Fe] above the line of Patil et al. (2023), for stars where both sequences are rich.
    std::vector<double> histogram(9, 0.0); // bins of 0.04 dex from -0.18 to 0.18
    for (const auto& row : mockRows(mockSample())) {
        if (!(row.feH > -0.6 && row.feH < -0.1)) continue;
        const double above = row.mgFe - mock::alphaSplit(row.feH);
        if (std::abs(above) < 0.18) histogram[static_cast<std::size_t>((above + 0.18) / 0.04)] += 1;
    }
    const double low = *std::max_element(histogram.begin(), histogram.begin() + 4);
    const double high = *std::max_element(histogram.begin() + 5, histogram.end());
    EXPECT_GT(low, 300);
    EXPECT_GT(high, 300);
    EXPECT_LT(histogram[4], 0.3 * std::min(low, high)); // the valley lies on the split
}

TEST(MockCatalog, GaiaEnceladusStandsOutInTheActionDiamond) {
    const Catalog& catalog = mockSample();
    std::vector<double> iron, allIron;
    for (std::size_t i = 0; i < catalog.rows(); ++i) {
        const auto value = [&](const char* name) { return catalog.require(name).number(i); };
        const double lz = value("Lz"), jr = value("jr"), jz = value("jz"), parallax = value("GAIAEDR3_PARALLAX");
        const double total = std::abs(jr) + std::abs(jz) + std::abs(lz);
        if (!std::isnan(value("FE_H"))) allIron.push_back(value("FE_H"));
        // Lane et al. (2022) as in method.md section 6.
        if (std::abs(lz / total) < 0.07 && (jz - jr) / total < -0.3 && parallax > 0 &&
            parallax / value("GAIAEDR3_PARALLAX_ERROR") > 10 && !std::isnan(value("FE_H"))) {
            iron.push_back(value("FE_H"));
        }
    }
    EXPECT_GT(iron.size(), catalog.rows() / 1000);
    EXPECT_LT(iron.size(), catalog.rows() / 50);
    EXPECT_NEAR(median(iron), -1.2, 0.15);
    EXPECT_GT(median(allIron), -0.3);
}

TEST(MockCatalog, StarsLieOnTheMainSequenceAndGiantBranchOfThePaper) {
    std::vector<double> mainSequence, branch, clump;
    std::size_t members = 0;
    for (const auto& row : mockRows(mockSample())) {
        if (std::isnan(row.teff)) continue;
        if (!row.giant() && row.teff > 5000 && row.teff < 6300) {
            mainSequence.push_back(row.logG - (7.1 - row.teff / 2000)); // Eq 11
            members += std::abs(mainSequence.back()) < 0.2;
        }
        if (row.giant() && row.logG > 0.3 && row.logG < 2.2)
            branch.push_back(row.teff - (3590 + 440 * row.logG)); // Eq 12
        if (row.giant() && std::abs(row.logG - 2.45) < 0.1) clump.push_back(row.teff);
    }
    EXPECT_NEAR(median(mainSequence), 0.0, 0.08);
    EXPECT_GT(static_cast<double>(members) / static_cast<double>(mainSequence.size()), 0.75);
    EXPECT_NEAR(median(branch), 0.0, 30.0);
    std::vector<double> departure(branch);
    for (double& value : departure) {
        value = std::abs(value);
    }
    EXPECT_LT(median(departure), 100.0); // members are within 100 K
    EXPECT_GT(median(departure), 20.0);  // and the branch has a width
    EXPECT_NEAR(median(clump), 4770, 80);
    // The clump: more stars in 0.2 dex of log g than in the branch on either side.
    EXPECT_GT(clump.size(), branch.size() / 2);
}

TEST(MockCatalog, MetallicityFallsOutwardsInTheLowAlphaDisc) {
    // Guiding radius Lz / v0 stands for the place in the disc.
    std::vector<double> inner, outer;
    const Catalog& catalog = mockSample();
    const auto rows = mockRows(catalog);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (std::isnan(rows[i].feH) || rows[i].mgFe > mock::alphaSplit(rows[i].feH)) continue;
        const double guiding = catalog.require("Lz").number(i) / 229;
        if (guiding > 5 && guiding < 7) inner.push_back(rows[i].feH);
        if (guiding > 10 && guiding < 12) outer.push_back(rows[i].feH);
    }
    EXPECT_NEAR((median(outer) - median(inner)) / 5, -0.05, 0.02); // dex/kpc
}

TEST(MockKinematics, RadialActionIsThatOfTheLogarithmicPotential) {
    constexpr double v0 = 229, radius = 8;
    const double lz = v0 * radius;
    const double circular = 0.5 * v0 * v0 + v0 * v0 * std::log(radius);
    EXPECT_NEAR(mock::radialAction(circular, lz), 0, 1e-6);
    // Near-circular: J_R = E_R / kappa with kappa = sqrt(2) v0 / R.
    const double excess = 0.5 * 10 * 10;
    EXPECT_NEAR(mock::radialAction(circular + excess, lz) / (excess * radius / (std::numbers::sqrt2 * v0)), 1, 0.01);
    // Straight through the centre to r: J_R = v0 r / sqrt(2 pi).
    EXPECT_NEAR(mock::radialAction(v0 * v0 * std::log(15.0), 1.0) / (v0 * 15 / std::sqrt(2 * std::numbers::pi)), 1,
                0.03);
}

} // namespace
} // namespace zscape
