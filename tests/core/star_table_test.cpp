// Facts about the named numbers of stars and formulas of them.
#include "core/explore/near_names.h"
#include "core/explore/star_table.h"
#include "tests/support/labelled_stars.h"

#include <gtest/gtest.h>

#include <cmath>
#include <thread>

namespace {

using namespace zscape;
using test::labelledCatalog;
using test::latentRows;

constexpr float nan32 = std::numeric_limits<float>::quiet_NaN();

/// Three stars; the second has no temperature, the third no H.
StarTable smallTable() {
    Column flags("ASPCAPFLAG", "", std::vector<std::int32_t>{8, 0, std::numeric_limits<std::int32_t>::min()});
    Column count("visits", "", std::vector<std::int32_t>{3, 4, 5});
    BitSet missing(3);
    missing.set(1);
    count.setMissing(missing);
    return {labelledCatalog({Column("TEFF", "K", std::vector<float>{5000, nan32, 4000}),
                             Column("TEFF_ERR", "K", std::vector<float>{50, 60, 80}),
                             Column("J", "mag", std::vector<float>{10.5f, 11, 12}),
                             Column("H", "mag", std::vector<float>{10, 10.25f, nan32}), flags, count,
                             Column("flux[2]", "", std::vector<double>{1, 2, 3}),
                             Column("name", "", std::vector<std::string>{"a", "b", "c"}),
                             Column(std::string(column::bpMag), "mag", std::vector<float>{12, 13, 14}),
                             Column(std::string(column::rpMag), "mag", std::vector<float>{11, 11.5f, 12})}),
            latentRows(2, {3, 4, 0, -2, 1, 0})};
}

ExpressionError errorOf(const StarTable& table, const std::string& text) {
    try {
        table.exact(text);
    } catch (const ExpressionError& error) {
        return error;
    }
    return {"no error", 9999};
}

TEST(StarTable, ListsLatentsThenTheColourThenNumericColumns) {
    const StarTable table = smallTable();
    std::vector<std::string> ids;
    for (const StarTable::Entry& entry : table.entries()) {
        ids.push_back(entry.id);
    }
    EXPECT_EQ(ids, (std::vector<std::string>{"z1", "z2", "BP-RP", "TEFF", "TEFF_ERR", "J", "H", "ASPCAPFLAG", "visits",
                                             "flux[2]", "GAIAEDR3_PHOT_BP_MEAN_MAG", "GAIAEDR3_PHOT_RP_MEAN_MAG"}));
    EXPECT_EQ(table.find("z2")->latent, 1);
    EXPECT_EQ(table.find("TEFF")->unit, "K");
    EXPECT_EQ(table.rows(), 3u);
}

TEST(StarTable, FindsNamesInAnyCaseAndByOtherSpellings) {
    const StarTable table = smallTable();
    EXPECT_EQ(table.find("teff")->id, "TEFF");
    EXPECT_EQ(table.find("teff_gspphot")->id, "TEFF");
    EXPECT_EQ(table.find("bp")->id, "GAIAEDR3_PHOT_BP_MEAN_MAG");
    EXPECT_EQ(table.find("bp_rp")->id, "BP-RP");
    EXPECT_EQ(table.find("name"), nullptr); // text is no number
    EXPECT_EQ(table.find("logg"), nullptr);
}

TEST(StarTable, GivesColumnsLatentsAndTheColour) {
    const StarTable table = smallTable();
    EXPECT_EQ(*table.exact("z1"), (std::vector<double>{3, 0, 1}));
    EXPECT_EQ(*table.values("BP-RP"), (std::vector<float>{1, 1.5f, 2}));
    EXPECT_TRUE(std::isnan((*table.values("TEFF"))[1]));
    EXPECT_TRUE(std::isnan((*table.exact("visits"))[1]));
    EXPECT_EQ(table.exact("TEFF"), table.exact("teff")); // made once
}

TEST(StarTable, CalculatesFormulas) {
    const StarTable table = smallTable();
    EXPECT_EQ((*table.exact("J-H"))[0], 0.5);
    EXPECT_EQ((*table.exact("teff/teff_err"))[0], 100);
    EXPECT_EQ((*table.exact("sqrt(z1^2+z2^2)")), (std::vector<double>{5, 2, 1}));
    EXPECT_EQ((*table.exact("-z1**2")), (std::vector<double>{-9, 0, -1}));
    EXPECT_EQ((*table.exact("BP-RP > 1.2 && z1 == 0")), (std::vector<double>{0, 1, 0}));
    EXPECT_EQ((*table.exact("not (z1 > 0) or z2 == 0")), (std::vector<double>{0, 1, 1}));
    EXPECT_EQ((*table.exact("z1 > 0 ? 1e1 : -.5")), (std::vector<double>{10, -0.5, 10}));
    EXPECT_EQ((*table.exact("flux[2]*2")), (std::vector<double>{2, 4, 6}));
    EXPECT_EQ((*table.exact("[BP-RP]*2 + \"BP-RP\"")), (std::vector<double>{3, 4.5, 6}));
    EXPECT_NEAR((*table.exact("cos(pi*z2/4)"))[0], -1, 1e-15);
    EXPECT_EQ((*table.exact("bit(ASPCAPFLAG, 3) + 2*bit(ASPCAPFLAG, 31)")), (std::vector<double>{1, 0, 2}));
    EXPECT_EQ((*table.exact("2")), (std::vector<double>{2, 2, 2}));
    EXPECT_EQ((*table.values("J-H"))[0], 0.5f);
}

TEST(StarTable, AMissingValueMakesTheFormulaMissingEvenInAComparison) {
    const StarTable table = smallTable();
    EXPECT_TRUE(std::isnan((*table.exact("TEFF+z1"))[1]));
    EXPECT_TRUE(std::isnan((*table.exact("TEFF != 4000"))[1]));
    EXPECT_TRUE(std::isnan((*table.exact("!(TEFF < 4500)"))[1]));
    EXPECT_TRUE(std::isnan((*table.exact("min(J, H)"))[2]));
    EXPECT_EQ((*table.exact("missing(TEFF)")), (std::vector<double>{0, 1, 0}));
    EXPECT_EQ((*table.exact("missing(H) ? J : H")), (std::vector<double>{10, 10.25, 12}));
}

TEST(StarTable, NamesWhatAFormulaNeeds) {
    const StarTable table = smallTable();
    EXPECT_EQ(table.columnsOf("J - h + j"), (std::vector<std::string>{"J", "H"}));
    EXPECT_EQ(table.columnsOf("teff"), (std::vector<std::string>{"TEFF"}));
    EXPECT_EQ(table.missingNames("LOGG < 5.9 - 0.4*TEFF && feh > vsini"),
              (std::vector<std::string>{"LOGG", "feh", "vsini"}));
    EXPECT_TRUE(table.missingNames("J-H").empty());
}

struct BadFormula {
    const char* text;
    std::size_t position;
    const char* part; ///< of the message
};

TEST(StarTable, SaysWhatIsWrongAtTheCharacter) {
    const StarTable table = smallTable();
    const BadFormula cases[] = {
        {"TEFF/TEF_ERR", 5, "there is no column 'TEF_ERR'; did you mean TEFF_ERR"},
        {"J - ", 4, "missing at its end"},
        {"squrt(J)", 0, "no function 'squrt'; did you mean sqrt"},
        {"J H", 2, "an operator is missing"},
        {"J * / H", 4, "something is missing before"},
        {"(J - H", 0, "never closed"},
        {"J - H)", 5, "never opened"},
        {"J = 3", 2, "compare with =="},
        {"J & H", 2, "write &&"},
        {"0.2 < J < 3", 8, "join the two with &&"},
        {"J, H", 1, "comma"},
        {"3J", 1, "a number runs into a name"},
        {"J $ H", 2, "means nothing"},
        {"[J - H", 0, "never closed"},
        {"", 0, "nothing in it"},
        {"  ", 0, "nothing in it"},
        {"bit(J)", 5, "too few arguments"},
        {"J ? H", 5, "needs its :"},
        {"missing(J - H)", 0, "no column 'J - H'"},
        {"z1 + \xC3\xA4", 5, "means nothing"},
        {"[\xC3\xA4] + Q", 0, "no column"},
        {"z1 + [M/H]*\"\xC3\xA4\"", 5, "no column 'M/H'"},
    };
    for (const BadFormula& bad : cases) {
        const ExpressionError error = errorOf(table, bad.text);
        EXPECT_EQ(error.position, bad.position) << bad.text << ": " << error.what();
        EXPECT_NE(std::string(error.what()).find(bad.part), std::string::npos) << bad.text << ": " << error.what();
    }
    EXPECT_EQ(std::string(errorOf(table, "J/hh").what()),
              "formula 'J/hh', character 3: there is no column 'hh'; did you mean H?");
}

TEST(StarTable, RefusesWhatWouldTakeForeverToRead) {
    const StarTable table = smallTable();
    EXPECT_NE(std::string(errorOf(table, std::string(5000, '1')).what()).find("longer than"), std::string::npos);
    EXPECT_NE(std::string(errorOf(table, std::string(1000, '(') + "J").what()).find("too deeply"), std::string::npos);
}

TEST(StarTable, OtherLatentsShareTheCataloguesValues) {
    const StarTable table = smallTable();
    const auto teff = table.exact("TEFF");
    EXPECT_EQ((*table.exact("z1+J"))[0], 13.5);
    const auto moved = table.withLatents(latentRows(2, {1, 1, 1, 1, 1, 1}));
    EXPECT_EQ(moved->exact("TEFF"), teff);
    EXPECT_EQ((*moved->exact("z1+J"))[0], 11.5);
    EXPECT_THROW(table.withLatents(latentRows(2, {1, 1})), Error);
}

TEST(StarTable, ManyThreadsAndBlocksGiveTheSameNumbers) {
    std::vector<double> x(100000);
    for (std::size_t row = 0; row < x.size(); ++row) {
        x[row] = static_cast<double>(row) * 0.25;
    }
    const StarTable table(labelledCatalog({Column("x", "", x)}), nullptr);
    std::vector<std::shared_ptr<const std::vector<double>>> results(4);
    std::vector<std::thread> threads;
    for (auto& result : results) {
        threads.emplace_back([&] { result = table.exact("x*x - 2*x"); });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    for (std::size_t row = 0; row < x.size(); ++row) {
        ASSERT_EQ((*results[0])[row], x[row] * x[row] - 2 * x[row]);
    }
    EXPECT_EQ(results[0], results[3]);
}

TEST(StarTable, LongFormulasCanBeCancelled) {
    const StarTable table(labelledCatalog({Column("x", "", std::vector<double>(100000, 1.0))}), nullptr);
    const std::atomic<bool> cancel{true};
    EXPECT_THROW(table.exact("x*2", JobContext({}, &cancel)), Cancelled);
}

TEST(NearNames, FindsSwappedWrongAndPartialLetters) {
    const std::vector<std::string> names{"TEFF", "LOGG", "TEFF_ERR", "GAIAEDR3_PARALLAX", "J"};
    EXPECT_EQ(nearNames("tfef", names), (std::vector<std::string>{"TEFF"}));
    EXPECT_EQ(nearNames("parallax", names), (std::vector<std::string>{"GAIAEDR3_PARALLAX"}));
    EXPECT_TRUE(nearNames("nothing_like_it", names).empty());
}

} // namespace
