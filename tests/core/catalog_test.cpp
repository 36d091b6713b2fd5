// Facts about a catalogue in memory: columns, missing values, usable rows, notices, content hash.
#include "core/base/error.h"
#include "core/catalog/catalog.h"
#include "core/catalog/find_duplicates.h"
#include "tests/support/message_of.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace {

using namespace zscape;

constexpr float nan32 = std::numeric_limits<float>::quiet_NaN();
constexpr double nan64 = std::numeric_limits<double>::quiet_NaN();

struct Parts {
    std::vector<std::int64_t> ids{11, 12, 13, 14};
    std::vector<float> coefficients{1, 2, 3, 4, 5, 6, 7, 8};
    std::vector<float> errors{1, 1, 1, 1, 1, 1, 1, 1};
    std::vector<double> flux{100, 200, 300, 400};

    Catalog build() const {
        return Catalog("test", 2, ids, coefficients, errors, {Column("phot_g_mean_flux", "electron/s", flux)});
    }
};

TEST(Column, NaNAndEmptyTextAndMarkedIntegersAreMissing) {
    const Column floats("J", "mag", std::vector<float>{1.5f, nan32});
    EXPECT_EQ(floats.missingCount(), 1u);
    EXPECT_EQ(floats.text(0), "1.5");
    EXPECT_EQ(floats.text(1), "");
    EXPECT_TRUE(std::isnan(floats.number(1)));

    Column flags("STARFLAG", "", std::vector<std::int32_t>{7, 8, 9});
    EXPECT_EQ(flags.missingCount(), 0u);
    BitSet missing(3);
    missing.set(1);
    flags.setMissing(missing);
    EXPECT_EQ(flags.missingCount(), 1u);
    EXPECT_EQ(flags.text(1), "");
    EXPECT_TRUE(std::isnan(flags.number(1)));
    EXPECT_TRUE(std::isnan(flags.toFloats()[1]));
    EXPECT_EQ(flags.toFloats()[2], 9.0f);

    const Column names("name", "", std::vector<std::string>{"a", ""});
    EXPECT_EQ(names.missingCount(), 1u);
    EXPECT_THROW(names.number(0), Error);
    EXPECT_THROW(names.toFloats(), Error);
}

TEST(Column, TextReadsBackExactly) {
    const Column wide("x", "", std::vector<double>{0.1, 1.0 / 3.0});
    EXPECT_EQ(wide.text(0), "0.1");
    EXPECT_EQ(std::stod(wide.text(1)), 1.0 / 3.0);
    const Column ids("id", "", std::vector<std::int64_t>{9007199254740993});
    EXPECT_EQ(ids.text(0), "9007199254740993");
}

TEST(Column, CountsTheMemoryOfLongTextOnly) {
    const Column shortText("s", "", std::vector<std::string>(100, "ab"));
    const Column longText("s", "", std::vector<std::string>(100, std::string(200, 'x')));
    EXPECT_EQ(shortText.bytes(), 100 * sizeof(std::string));
    EXPECT_GE(longText.bytes(), 100 * (sizeof(std::string) + 201));
}

TEST(Catalog, MarksRowsByTheFirstReasonAndCountsEachOnce) {
    Parts parts;
    parts.ids = {11, 12, 13, 14, 15, 16, 11, 17};
    parts.coefficients.assign(16, 1.0f);
    parts.errors.assign(16, 1.0f);
    parts.flux.assign(8, 100.0);
    parts.coefficients[2] = nan32; // row 1
    parts.errors[3] = 0.0f;        // row 1 too: counted under coefficients only
    parts.errors[4] = 0.0f;        // row 2
    parts.errors[7] = -1.0f;       // row 3
    parts.flux[4] = 0.0;
    parts.flux[5] = nan64;
    parts.coefficients[15] = std::numeric_limits<float>::infinity(); // row 7; row 6 repeats source_id 11
    const Catalog catalog = parts.build();
    const UsabilityCounts& counts = catalog.usability();
    EXPECT_EQ(counts.rows, 8u);
    EXPECT_EQ(counts.usable, 1u);
    EXPECT_EQ(counts.badCoefficients, 2u);
    EXPECT_EQ(counts.badErrors, 2u);
    EXPECT_EQ(counts.badFlux, 2u);
    EXPECT_EQ(counts.duplicates, 1u);
    EXPECT_TRUE(catalog.usable().test(0));
    EXPECT_EQ(catalog.usable().count(), 1u);

    const std::vector<std::string> notices = catalog.notices();
    ASSERT_EQ(notices.size(), 4u);
    EXPECT_EQ(notices[0], "2 stars cannot be used with a model: a coefficient is not a finite number (first: row 1 "
                          "counting from 0, source_id 12).");
    EXPECT_NE(notices[1].find("row 2 counting from 0, source_id 13"), std::string::npos) << notices[1];
    EXPECT_NE(notices[2].find("row 4 counting from 0, source_id 15"), std::string::npos) << notices[2];
    EXPECT_NE(notices[3].find("row 6 counting from 0, source_id 11"), std::string::npos) << notices[3];
}

TEST(Catalog, KeepsEveryRowAndSaysNothingWhenAllAreUsable) {
    const Catalog catalog = Parts().build();
    EXPECT_EQ(catalog.usability().usable, 4u);
    EXPECT_TRUE(catalog.notices().empty());
    EXPECT_EQ(catalog.coefficients().row(1)[1], 4.0f);
}

TEST(Catalog, FindsColumnsWithoutRegardToCaseButExactNamesWin) {
    const Catalog catalog("t", 1, {1}, {1}, {1},
                          {Column("J", "mag", std::vector<float>{1}), Column("j", "mag", std::vector<float>{2})});
    EXPECT_EQ(catalog.find("j")->number(0), 2.0);
    EXPECT_EQ(catalog.find("J")->number(0), 1.0);
    EXPECT_EQ(catalog.find("K"), nullptr);
    EXPECT_EQ(test::messageOf([&] { catalog.require("TEFF"); }), "catalogue 't' has no column 'TEFF'; it has J, j");
    const Catalog lower("t", 1, {1}, {1}, {1}, {Column("teff", "K", std::vector<float>{5000})});
    EXPECT_EQ(lower.require("TEFF").number(0), 5000.0);
}

TEST(Catalog, FindsAStarByItsSourceIdTheFirstOfTwo) {
    Parts parts;
    parts.ids = {11, 12, 13, 12};
    const Catalog catalog = parts.build();
    EXPECT_EQ(catalog.rowOf(12), std::optional<std::size_t>(1));
    EXPECT_EQ(catalog.rowOf(14), std::nullopt);
}

TEST(Catalog, WithoutAFluxColumnOpensAndCanBeFilled) {
    Catalog catalog("t", 1, {1, 2}, {1, 1}, {1, 1}, {});
    ASSERT_EQ(catalog.gFlux().size(), 2u);
    EXPECT_TRUE(std::isnan(catalog.gFlux()[0]));
    EXPECT_EQ(catalog.usability().badFlux, 2u);
    EXPECT_NE(catalog.notices().at(0).find("no phot_g_mean_flux column"), std::string::npos);
    EXPECT_EQ(catalog.gFluxOrigin(), "file");
    catalog.setGFlux({10.0, 0.0}, "synthetic G");
    EXPECT_EQ(catalog.gFluxOrigin(), "synthetic G");
    EXPECT_EQ(catalog.usability().usable, 1u);
    EXPECT_EQ(catalog.gFlux()[0], 10.0);
    EXPECT_EQ(catalog.require("phot_g_mean_flux").unit(), "electron/s");
    EXPECT_THROW(catalog.setGFlux({1.0}, "too short"), Error);
    const Catalog copy = catalog;
    EXPECT_EQ(copy.gFlux()[0], 10.0);
}

TEST(Catalog, ReadsTheFluxFromAnyNumericColumnAndMissingIsNaN) {
    Column flux("PHOT_G_MEAN_FLUX", "electron/s", std::vector<std::int32_t>{5, 6});
    BitSet missing(2);
    missing.set(1);
    flux.setMissing(missing);
    const Catalog catalog("t", 1, {1, 2}, {1, 1}, {1, 1}, {flux});
    EXPECT_EQ(catalog.gFlux()[0], 5.0);
    EXPECT_TRUE(std::isnan(catalog.gFlux()[1]));
    EXPECT_EQ(catalog.require("phot_g_mean_flux").missingCount(), 1u);
    EXPECT_THROW(Catalog("t", 1, {1}, {1}, {1}, {Column("phot_g_mean_flux", "", std::vector<std::string>{"x"})}),
                 Error);
}

TEST(Catalog, RefusesWhatDoesNotFitTogether) {
    EXPECT_EQ(test::messageOf([] { Catalog("t", 2, {}, {}, {}, {}); }), "catalogue 't' has no rows");
    EXPECT_THROW(Catalog("t", 0, {1}, {}, {}, {}), Error);
    EXPECT_THROW(Catalog("t", 2, {1}, {1}, {1, 1}, {}), Error);
    EXPECT_THROW(Catalog("t", 2, {1}, {1, 1}, {1}, {}), Error);
    EXPECT_THROW(Catalog("t", 1, {1}, {1}, {1}, {Column("a", "", std::vector<float>{1, 2})}), Error);
    const Column a("a", "", std::vector<float>{1});
    EXPECT_EQ(test::messageOf([&] {
                  Catalog("t", 1, {1}, {1}, {1}, {a, a});
              }),
              "catalogue 't' has two columns named 'a'; rename one");
}

TEST(Catalog, HashNamesTheContentNotThePath) {
    Catalog one = Parts().build();
    Catalog two = Parts().build();
    two.setPath("/somewhere/else.h5");
    EXPECT_EQ(one.contentHash().size(), 32u);
    EXPECT_EQ(one.contentHash(), two.contentHash());
    Parts other;
    other.errors[7] = 2.0f;
    EXPECT_NE(other.build().contentHash(), one.contentHash());
    other = Parts();
    other.ids[0] = 99;
    EXPECT_NE(other.build().contentHash(), one.contentHash());
}

TEST(Catalog, MockIsALabel) {
    Catalog catalog = Parts().build();
    EXPECT_FALSE(catalog.isMock());
    catalog.attributes()["mock"] = "true";
    EXPECT_TRUE(catalog.isMock());
}

TEST(FindDuplicates, MarksAllButTheFirst) {
    const std::int64_t smallest = std::numeric_limits<std::int64_t>::min();
    const std::vector<std::int64_t> ids{5, 3, 5, smallest, 0, -1, smallest, 5, 3};
    const BitSet found = findDuplicates(ids);
    std::vector<bool> expected{false, false, true, false, false, false, true, true, true};
    for (std::size_t row = 0; row < ids.size(); ++row) {
        EXPECT_EQ(found.test(row), expected[row]) << row;
    }
    EXPECT_EQ(findDuplicates(std::vector<std::int64_t>{1, 2, 3}).count(), 0u);
    EXPECT_EQ(findDuplicates({}).count(), 0u);
}

} // namespace
