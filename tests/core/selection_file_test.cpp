// Facts about selections in files: JSON, lists of source_ids; and the built-in cuts.
#include "core/base/atomic_file.h"
#include "core/catalog/released_layout.h"
#include "core/io/table_file.h"
#include "core/mock/mock_catalog.h"
#include "core/select/built_in.h"
#include "core/select/evaluate.h"
#include "core/select/read_source_ids.h"
#include "core/select/selection_json.h"
#include "tests/support/labelled_stars.h"
#include "tests/support/message_of.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace {

using namespace zscape;
using test::labelledCatalog;

std::vector<Selection> oneOfEach() {
    const PlaneAxes axes{"z1", "J-H", false, true};
    std::vector<Selection> list;
    const auto add = [&](const std::string& name, Definition definition) {
        list.push_back({name, selectionColour(list.size()), list.size() % 2 == 0, std::move(definition)});
    };
    add("all", AllShape{});
    add("rectangle", RectangleShape{axes, {0.1, 1}, {1.0 / 3.0, 2}});
    add("lasso \"\xCE\xB1\"", PolygonShape{axes, {{0, 1}, {1e-300, 2}, {-5, 3}}});
    add("brush", BrushShape{axes, {{{{0, 1}, {1, 2}}, 0.1, 0.2}}});
    add("line", CurveShape{axes, {{0, 1}, {1, 2}}, "", CurveSide::Below, true});
    add("typed", CurveShape{axes, {}, "x^2", CurveSide::Above, false});
    RangeShape half{"TEFF", 5000};
    half.lowOpen = true;
    add("range", half);
    add("expression", ExpressionShape{"teff < 5000 && BP-RP > 1"});
    add("ids", IdListShape{"a.csv", {9007199254740993, INT64_MAX, -1}});
    add("nearest", NearestShape{{0.5, -1}, 20});
    add("density", DensityShape{axes, {0, 1}, {1, 2}, 10, 20, DensityRule::Densest, 0.68});
    add("combination", combined(Combination::Minus, ReferenceShape{"all"}, negated(ReferenceShape{"ids"})));
    return list;
}

TEST(SelectionJson, ReadsBackExactly) {
    const std::vector<Selection> list = oneOfEach();
    EXPECT_EQ(selectionsFromJson(toJson(list)), list);
    for (const Selection& selection : list) {
        EXPECT_EQ(definitionFromJson(toJson(selection.definition)), selection.definition) << selection.name;
    }
}

TEST(SelectionJson, IsTheDocumentedText) {
    EXPECT_EQ(
        toJson(Definition(PolygonShape{{"z1", "z3", false, false}, {{0, 0}, {1, 0}, {1, 0.1}}})),
        "{\n \"type\": \"polygon\",\n \"x\": \"z1\",\n \"y\": \"z3\",\n \"vertices\": [\n  [\n   0.0,\n   0.0\n  ],\n"
        "  [\n   1.0,\n   0.0\n  ],\n  [\n   1.0,\n   0.1\n  ]\n ]\n}");
}

TEST(SelectionJson, BadInputIsRefusedInOneSentence) {
    const auto file = [](const std::string& definition) {
        return R"({"format":"zscape selections","version":1,"selections":[{"name":"s","definition":)" + definition +
               "}]}";
    };
    const std::pair<std::string, std::string> cases[] = {
        {"", "not JSON from byte 1"},
        {"{\"format\":", "not JSON"},
        {"[]", "the file is not an object"},
        {R"({"format":"other","version":1,"selections":[]})", "not a list of selections"},
        {R"({"format":"zscape selections","version":2,"selections":[]})", "newer Zscape"},
        {R"({"format":"zscape selections","version":0,"selections":[]})", "never was"},
        {R"({"format":"zscape selections","version":1})", "has no 'selections'"},
        {R"({"format":"zscape selections","version":1,"selections":[],"x":1})", "'x', which means nothing"},
        {R"({"format":"zscape selections","version":1,"selections":[{"name":"","definition":{"type":"all"}}]})",
         "selection number 1 has no name"},
        {R"({"format":"zscape selections","version":1,"selections":[{"name":"s","definition":{"type":"all"}},)"
         R"({"name":"s","definition":{"type":"all"}}]})",
         "the name 's' of another"},
        {R"({"format":"zscape selections","version":1,"selections":[{"name":"s","colour":"red","definition":)"
         R"({"type":"all"}}]})",
         "#rrggbb"},
        {file("7"), "'s' is not an object"},
        {file(R"({"type":"blob"})"), "of the type 'blob'"},
        {file(R"({"type":"range","column":5})"), "'column' that is not text"},
        {file(R"({"type":"range","column":"x","low":"1"})"), "'low' that is not a number"},
        {file(R"({"type":"range","column":"x","loww":1})"), "'loww', which means nothing"},
        {file(R"({"type":"range","column":"x","low":3,"high":1})"), "in 's', the range of 'x' is empty"},
        {file(R"({"type":"polygon","x":"a","y":"b","vertices":[[0,0],[1,1]]})"), "at least 3 points"},
        {file(R"({"type":"polygon","x":"a","y":"b","vertices":[[0,0],[1,1],[2]]})"), "not of [x, y]"},
        {file(R"({"type":"polygon","x":"a","y":"b","vertices":[[0,0],[1,1],[2,1e999]]})"), "number in this JSON"},
        {file(R"({"type":"ids","ids":[1.5]})"), "a source_id that is not a whole number"},
        {file(R"({"type":"ids","ids":[9223372036854775808]})"), "below 2^63"},
        {file(R"({"type":"curve","x":"a","y":"b","side":"left","formula":"x"})"), "none of above, below"},
        {file(R"({"type":"curve","x":"a","y":"b","side":"above"})"), "has no 'line'"},
        {file(R"({"type":"nearest","point":[1],"count":-1})"), "'count' that is not a whole number"},
        {file(R"({"type":"not","of":[]})"), "no operands"},
    };
    for (const auto& [text, part] : cases) {
        const std::string message = test::messageOf([&, json = text] { selectionsFromJson(json); });
        EXPECT_NE(message.find(part), std::string::npos) << text << "\n" << message;
        EXPECT_EQ(message.find('\n'), std::string::npos);
    }
    std::string deep = R"({"type":"all"})";
    for (int i = 0; i < 5000; ++i) {
        deep.insert(0, R"({"type":"not","of":[)");
        deep += "]}";
    }
    EXPECT_NE(test::messageOf([&] { selectionsFromJson(file(deep)); }).find("deep"), std::string::npos);
}

TEST(SourceIds, FromEveryKindOfFile) {
    const test::TemporaryFolder folder;
    const std::vector<std::int64_t> ids{9007199254740993, 5, 123456789012345678};
    const auto path = [&](const char* name) { return folder.path() / name; };
    writeFileAtomically(path("plain.txt"), std::string("# mine\n9007199254740993\n  5, 123456789012345678\r\n\n"));
    writeFileAtomically(path("plain"), std::string("9007199254740993 5\n123456789012345678"));
    writeFileAtomically(path("table.csv"),
                        std::string("G,source_id\n1.5,9007199254740993\n2,5\n3,123456789012345678\n"));
    NumericTable table;
    table.sourceIds = ids;
    table.blocks.push_back({"G", "mag", std::vector<double>{1, 2, 3}, 1, false, {}, {}});
    writeTable(path("table.ecsv"), table);
    writeTable(path("table.h5"), table);
    for (const char* name : {"plain.txt", "plain", "table.csv", "table.ecsv", "table.h5", "table.h5:/source_id"}) {
        EXPECT_EQ(readSourceIds(path(name)), ids) << name;
    }
}

TEST(SourceIds, FromACatalogueInTheReleasedLayout) {
    const test::TemporaryFolder folder;
    const Catalog catalog = generateMockCatalog({40, 2, 0}, {});
    writeReleasedCatalog(catalog, folder / "stars.h5");
    const std::vector<std::int64_t> ids(catalog.sourceIds().begin(), catalog.sourceIds().end());
    EXPECT_EQ(readSourceIds(folder / "stars.h5"), ids);
}

TEST(SourceIds, SayWhatIsWrongAndWhere) {
    const test::TemporaryFolder folder;
    const auto messageFor = [&](const std::string& name, const std::string& text) {
        writeFileAtomically(folder.path() / name, text);
        return test::messageOf([&] { readSourceIds(folder.path() / name); });
    };
    EXPECT_NE(messageFor("a.txt", "1\n2\n3x\n").find("a.txt, line 3: '3x' is not a source_id"), std::string::npos);
    EXPECT_NE(messageFor("b.txt", "9223372036854775808\n").find("line 1"), std::string::npos);
    EXPECT_NE(messageFor("c.txt", "").find("is empty"), std::string::npos);
    EXPECT_NE(messageFor("d.csv", "G\n1\n").find("no column source_id"), std::string::npos);
    EXPECT_NE(messageFor("e.dat", "hello\n").find("cannot tell the format"), std::string::npos);
    EXPECT_NE(messageFor("f.h5", "no hdf5").find("f.h5"), std::string::npos);
    EXPECT_NE(test::messageOf([&] { readSourceIds(folder.path() / "none.csv"); }).find("cannot read"),
              std::string::npos);
}

/// One star a case, in the columns that the built-in cuts use.
struct Star {
    double teff = 5500, logg = 4.4, mH = 0, teffError = 20, loggError = 0.05, mHError = 0.02;
    double feH = 0, mgFe = 0, g = 12, bp = 12.5, rp = 11.5, parallax = 5, parallaxError = 0.1;
    double lz = 1800, jr = 10, jz = 5;
    int starFlag = 0, aspcapFlag = 0;
};

StarTable tableOf(const std::vector<Star>& stars) {
    std::vector<Column> columns;
    const auto add = [&](const char* name, double Star::*member) {
        std::vector<double> values;
        for (const Star& star : stars) {
            values.push_back(star.*member);
        }
        columns.emplace_back(name, "", std::move(values));
    };
    add("TEFF", &Star::teff);
    add("LOGG", &Star::logg);
    add("M_H", &Star::mH);
    add("TEFF_ERR", &Star::teffError);
    add("LOGG_ERR", &Star::loggError);
    add("M_H_ERR", &Star::mHError);
    add("FE_H", &Star::feH);
    add("MG_FE", &Star::mgFe);
    add("GAIAEDR3_PHOT_G_MEAN_MAG", &Star::g);
    add("GAIAEDR3_PHOT_BP_MEAN_MAG", &Star::bp);
    add("GAIAEDR3_PHOT_RP_MEAN_MAG", &Star::rp);
    add("GAIAEDR3_PARALLAX", &Star::parallax);
    add("GAIAEDR3_PARALLAX_ERROR", &Star::parallaxError);
    add("Lz", &Star::lz);
    add("jr", &Star::jr);
    add("jz", &Star::jz);
    std::vector<std::int32_t> starFlags;
    std::vector<std::int32_t> aspcapFlags;
    for (const Star& star : stars) {
        starFlags.push_back(star.starFlag);
        aspcapFlags.push_back(star.aspcapFlag);
    }
    columns.emplace_back("STARFLAG", "", std::move(starFlags));
    columns.emplace_back("ASPCAPFLAG", "", std::move(aspcapFlags));
    return {labelledCatalog(std::move(columns)), nullptr};
}

/// Which built-in selections hold a star.
std::vector<std::string> holding(const Star& star, SelectionPreset preset = SelectionPreset::Released) {
    const StarTable table = tableOf({star});
    const std::vector<Selection> list = builtInSelections(preset);
    std::vector<std::string> names;
    for (const Selection& selection : list) {
        if (evaluate(selection.definition, table, list).test(0)) names.push_back(selection.name);
    }
    return names;
}

bool holds(const char* name, const Star& star, SelectionPreset preset = SelectionPreset::Released) {
    const std::vector<std::string> names = holding(star, preset);
    return std::ranges::find(names, name) != names.end();
}

TEST(BuiltIn, ASunLikeStarIsOnTheMainSequenceWithPristineLabels) {
    EXPECT_EQ(holding(Star{}), (std::vector<std::string>{"full", "good labels", "pristine labels", "main sequence",
                                                         "MS members", "low alpha"}));
}

TEST(BuiltIn, LabelCutsAreThoseOfTheTable) {
    const auto both = [](const Star& star) {
        return std::pair(holds("good labels", star, SelectionPreset::Paper),
                         holds("good labels", star, SelectionPreset::Released));
    };
    const std::pair yes{true, true};
    const std::pair no{false, false};
    Star star;
    star.teffError = star.teff / 25; // between the two limits
    EXPECT_EQ(both(star), std::pair(false, true));
    EXPECT_FALSE(holds("pristine labels", star));
    star = Star{};
    star.aspcapFlag = 1 << 19;
    EXPECT_EQ(both(star), std::pair(false, true));
    star.aspcapFlag = 1 << 2;
    EXPECT_EQ(both(star), std::pair(true, false));
    star.aspcapFlag = 1 << 5;
    EXPECT_EQ(both(star), yes);
    star = Star{};
    star.starFlag = 1;
    EXPECT_EQ(both(star), no);
    star = Star{};
    star.loggError = 0.4; // a limit is no part of the range
    EXPECT_EQ(both(star), no);
    star = Star{};
    star.g = 17.5;
    EXPECT_EQ(both(star), no);
    star = Star{};
    star.bp = star.rp;
    EXPECT_EQ(both(star), no);
    star = Star{};
    star.mHError = std::numeric_limits<double>::quiet_NaN();
    EXPECT_EQ(both(star), no);
    star = Star{};
    star.mHError = 0.05;
    EXPECT_TRUE(holds("good labels", star));
    EXPECT_FALSE(holds("pristine labels", star));
}

TEST(BuiltIn, TheKielLineAndItsRelations) {
    Star giant;
    giant.teff = 4600;
    giant.logg = 4.05; // 5.9 - 0.4 * 4.6 = 4.06
    EXPECT_TRUE(holds("giants", giant));
    giant.logg = 4.07;
    EXPECT_TRUE(holds("main sequence", giant));
    Star dwarf;
    dwarf.teff = 6000; // Eq 11: 7.1 - 3 = 4.1
    dwarf.logg = 4.29;
    EXPECT_TRUE(holds("MS members", dwarf));
    dwarf.logg = 4.31;
    EXPECT_FALSE(holds("MS members", dwarf));
    dwarf.teff = 4000; // 4.6
    dwarf.logg = 4.45;
    EXPECT_TRUE(holds("MS members", dwarf));
    dwarf.teff = 7000; // 3.95
    dwarf.logg = 3.8;
    EXPECT_TRUE(holds("MS members", dwarf));
    Star red;
    red.logg = 2.5; // Eq 12: 3590 + 1100 = 4690 K
    red.teff = 4690.15;
    EXPECT_TRUE(holds("GB members", red));
    red.teff = 4780;
    EXPECT_FALSE(holds("GB members", red));
    EXPECT_TRUE(holds("GB members", red, SelectionPreset::Paper));
    red.teff = 4791;
    EXPECT_FALSE(holds("GB members", red, SelectionPreset::Paper));
}

TEST(BuiltIn, PatilsCubicPartsTheAlphaSequences) {
    Star star;
    star.feH = -0.5; // 0.1754 * -0.125 + 0.1119 * 0.25 + 0.06265 + 0.1353 = 0.2040
    star.mgFe = 0.205;
    EXPECT_TRUE(holds("high alpha", star));
    star.mgFe = 0.203;
    EXPECT_TRUE(holds("low alpha", star));
    star.loggError = 0.2; // not pristine
    EXPECT_FALSE(holds("low alpha", star));
}

TEST(BuiltIn, GaiaEnceladusIsRadialAndWellMeasured) {
    Star star;
    star.lz = 60;
    star.jr = 900;
    star.jz = 100; // J_tot = 1060: 0.057 and -0.75
    EXPECT_TRUE(holds("Gaia-Enceladus", star));
    star.lz = -80; // 0.074
    EXPECT_FALSE(holds("Gaia-Enceladus", star));
    star.lz = 60;
    star.jz = 600; // (600 - 900) / 1560 = -0.19
    EXPECT_FALSE(holds("Gaia-Enceladus", star));
    star.jz = 100;
    star.parallaxError = 0.5; // exactly 10 sigma is not more than 10
    EXPECT_FALSE(holds("Gaia-Enceladus", star));
    star.parallax = -5;
    star.parallaxError = -0.1;
    EXPECT_FALSE(holds("Gaia-Enceladus", star));
}

TEST(BuiltIn, ACatalogueWithoutTheColumnsIsToldWhich) {
    const StarTable table(labelledCatalog({Column("TEFF", "K", std::vector<double>{5000})}), nullptr);
    const std::vector<Selection> list = builtInSelections();
    EXPECT_EQ(missingColumns(list[3].definition, table, list), (std::vector<std::string>{"LOGG"}));
    EXPECT_EQ(missingColumns(list.back().definition, table, list),
              (std::vector<std::string>{"Lz", "jr", "jz", "parallax", "parallax_error"}));
    EXPECT_TRUE(missingColumns(list[0].definition, table, list).empty());
}

TEST(BuiltIn, EveryOneHoldsStarsOfAMockCatalogueAndIsDescribed) {
    const auto catalog = std::make_shared<const Catalog>(generateMockCatalog({5000, 1, 0}, {}));
    const StarTable table(catalog, nullptr);
    const std::vector<Selection> list = builtInSelections(SelectionPreset::Paper);
    std::map<std::string, std::size_t> counts;
    for (const Selection& selection : list) {
        counts[selection.name] = evaluate(selection.definition, table, list).count();
        EXPECT_GT(counts[selection.name], 0u) << selection.name;
        EXPECT_FALSE(builtInDescription(selection.name).empty()) << selection.name;
    }
    EXPECT_EQ(counts["full"], 5000u);
    EXPECT_GT(counts["good labels"], counts["pristine labels"]);
    EXPECT_LE(counts["high alpha"] + counts["low alpha"], counts["pristine labels"]);
    EXPECT_EQ(selectionsFromJson(toJson(list)), list);
}

} // namespace
