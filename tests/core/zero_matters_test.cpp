// For which quantities zero is a value of its own, and the colours that follow.
#include "core/explore/zero_matters.h"
#include "core/plot/label_scale.h"
#include "tests/support/labelled_stars.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace zscape {
namespace {

using test::labelledCatalog;
using test::latentRows;

/// Columns by name and unit; of which values is of no matter.
StarTable tableOf(const std::vector<std::pair<std::string, std::string>>& columns) {
    std::vector<Column> made;
    for (const auto& [name, unit] : columns) {
        made.emplace_back(name, unit, std::vector<float>{1, 2});
    }
    return {labelledCatalog(std::move(made)), latentRows(2, {0, 1, 2, 3})};
}

TEST(ZeroMatters, ForSignedQuantitiesByNameAndUnit) {
    const StarTable table = tableOf({{"radial_velocity", "km/s"},
                                     {"VHELIO_AVG", ""},
                                     {"GAIAEDR3_PMRA", ""},
                                     {"pmdec", "mas/yr"},
                                     {"Lz", "kpc.km/s"},
                                     {"v_phi", "km s-1"},
                                     {"vx", "km.s**-1"},
                                     {"teff_residual", "K"},
                                     {"bias", ""}});
    for (const char* name : {"radial_velocity", "VHELIO_AVG", "vhelio_avg", "GAIAEDR3_PMRA", "pmra", "pmdec", "Lz",
                             "l_z", "v_phi", "vx", "teff_residual", "bias"}) {
        EXPECT_TRUE(zeroMatters(table, name)) << name;
    }
}

TEST(ZeroMatters, NotForLabelsColoursErrorsAndDispersions) {
    const StarTable table = tableOf({{"TEFF", "K"},
                                     {"M_H", "dex"},
                                     {"J", "mag"},
                                     {"H", "mag"},
                                     {"radial_velocity_error", "km/s"},
                                     {"GAIAEDR3_PMRA_ERROR", "mas/yr"},
                                     {"VSCATTER", "km/s"},
                                     {"vbroad", "km/s"},
                                     {"pm", "mas/yr"},
                                     {"rmse_j", ""},
                                     {"jr", "kpc.km/s"},
                                     {"GAIAEDR3_PHOT_BP_MEAN_MAG", "mag"},
                                     {"GAIAEDR3_PHOT_RP_MEAN_MAG", "mag"}});
    for (const char* name : {"TEFF", "M_H", "J", "radial_velocity_error", "GAIAEDR3_PMRA_ERROR", "VSCATTER", "vbroad",
                             "pm", "rmse_j", "jr", "BP-RP", "z1", "J-H", "nothing", "", "z1-z2"}) {
        EXPECT_FALSE(zeroMatters(table, name)) << name;
    }
}

TEST(ZeroMatters, ForDifferencesOfLikeQuantities) {
    const StarTable table = tableOf({{"TEFF", "K"},
                                     {"teff_gspphot", ""},
                                     {"teff_mine", ""},
                                     {"TEFF_ERR", "K"},
                                     {"M_H", "dex"},
                                     {"FE_H", "dex"},
                                     {"LOGG", "dex"},
                                     {"J", "mag"},
                                     {"H", "mag"},
                                     {"radial_velocity", "km/s"},
                                     {"rv_error", "km/s"},
                                     {"distance", "kpc"},
                                     {"r_est", "kpc"}});
    for (const char* formula :
         {"TEFF - teff_gspphot", "teff_mine-TEFF", "(TEFF - teff_gspphot)/TEFF_ERR", "2 * (TEFF - teff_gspphot)",
          "-(TEFF - teff_gspphot)", "((TEFF)-(teff_gspphot))", "M_H - FE_H", "distance - r_est",
          "radial_velocity / rv_error", "[TEFF] - [teff_gspphot]"}) {
        EXPECT_TRUE(zeroMatters(table, formula)) << formula;
    }
    for (const char* formula :
         {"TEFF + teff_gspphot", "TEFF - LOGG", "J - H", "J-H", "TEFF - TEFF_ERR", "abs(TEFF - teff_gspphot)",
          "(TEFF - teff_gspphot)^2", "TEFF/TEFF_ERR", "TEFF - teff_gspphot > 0", "TEFF - 5000", "1 / (M_H - FE_H)",
          "M_H - FE_H + 1", "TEFF -", "(TEFF"}) {
        EXPECT_FALSE(zeroMatters(table, formula)) << formula;
    }
}

TEST(LabelScale, DivergesAroundZeroWhereItMattersAndIsInside) {
    std::vector<float> values;
    for (int k = -20; k <= 80; ++k) {
        values.push_back(static_cast<float>(k));
    }
    ScaleChoice choice;
    choice.clip = 0;
    ColourScale scale = colourScaleOf(values, choice);
    EXPECT_EQ(scale.map, ColourMapName::Viridis);
    EXPECT_EQ(scale.lower, -20);
    choice.zeroMatters = true;
    scale = colourScaleOf(values, choice);
    EXPECT_EQ(scale.map, ColourMapName::BlueRed);
    EXPECT_EQ(scale.lower, -80);
    EXPECT_EQ(scale.upper, 80);
    // All on one side: half of a diverging map would say nothing.
    const std::vector<float> positive(values.begin() + 30, values.end());
    scale = colourScaleOf(positive, choice);
    EXPECT_EQ(scale.map, ColourMapName::Viridis);
    EXPECT_EQ(scale.lower, 10);
    // What the user chose stands.
    choice.map = ColourMapName::Cividis;
    EXPECT_EQ(colourScaleOf(values, choice).map, ColourMapName::Cividis);
    EXPECT_EQ(colourScaleOf(values, choice).lower, -20);
    choice.map = ColourMapName::BlueRed;
    choice.zeroMatters = false;
    EXPECT_EQ(colourScaleOf(values, choice).lower, -80);
}

TEST(LabelScale, AutomaticKeepsZeroInTheMiddleOrDoesNotDiverge) {
    const std::vector<float> values{-1, 0, 3};
    ScaleChoice choice;
    choice.zeroMatters = true;
    choice.ends = ValueRange{-2, 2};
    EXPECT_EQ(colourScaleOf(values, choice).map, ColourMapName::BlueRed);
    choice.ends = ValueRange{-1, 3};
    const ColourScale typed = colourScaleOf(values, choice);
    EXPECT_EQ(typed.map, ColourMapName::Viridis);
    EXPECT_EQ(typed.lower, -1);
    EXPECT_EQ(typed.upper, 3);
    choice.ends.reset();
    choice.power = 0.5;
    EXPECT_EQ(colourScaleOf(values, choice).map, ColourMapName::Viridis);
    choice.power = 1;
    choice.logarithmic = true;
    EXPECT_EQ(colourScaleOf(values, choice).map, ColourMapName::Viridis);
    EXPECT_GT(colourScaleOf(values, choice).lower, 0);
}

} // namespace
} // namespace zscape
