// zscape select at a terminal: which stars it counts and what it writes.
#include "core/base/atomic_file.h"
#include "core/catalog/released_layout.h"
#include "core/io/table_file.h"
#include "core/model/model.h"
#include "core/select/built_in.h"
#include "core/select/read_source_ids.h"
#include "core/select/selection_json.h"
#include "tests/support/run_program.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <optional>

namespace zscape {
namespace {

using test::ProgramResult;
using test::runZscape;

class SelectCommand : public ::testing::Test {
protected:
    static void SetUpTestSuite() {
        s_folder = new test::TemporaryFolder;
        const ProgramResult made = runZscape("mock --stars 400 --seed 7 " + path("mock.h5"));
        ASSERT_EQ(made.exitCode, 0) << made.err;
        s_catalog = new Catalog(readReleasedCatalog(path("mock.h5")));
        Model model = initialModel(Architecture{}, 3);
        model.normalization = Normalization{};
        model.normalization->mu.assign(s_catalog->coefficientCount(), 0.0);
        model.normalization->sig.assign(s_catalog->coefficientCount(), 1.0);
        model.normalization->origin = "test";
        saveModel(model, path("model.h5"));
    }
    static void TearDownTestSuite() {
        delete s_catalog;
        delete s_folder;
    }
    static std::string path(const std::string& name) { return (*s_folder / name).string(); }
    static const Catalog& catalog() { return *s_catalog; }
    static std::string mock() { return path("mock.h5") + " "; }

    /// Rows whose column is below a limit, counted here.
    static std::size_t countBelow(const char* name, double limit) {
        std::size_t count = 0;
        for (std::size_t row = 0; row < catalog().rows(); ++row) {
            count += catalog().require(name).number(row) < limit ? 1 : 0;
        }
        return count;
    }
    static std::string counted(std::size_t count) {
        std::array<char, 64> text{};
        std::snprintf(text.data(), text.size(), "selected %zu of 400 (%.1f %%)", count, static_cast<double>(count) / 4);
        return text.data();
    }

private:
    static inline test::TemporaryFolder* s_folder = nullptr;
    static inline Catalog* s_catalog = nullptr;
};

TEST_F(SelectCommand, CountsTheStarsOfAFormula) {
    const ProgramResult result = runZscape("select " + mock() + "--where 'teff < 5000'");
    EXPECT_EQ(result.exitCode, 0) << result.err;
    const std::size_t count = countBelow("TEFF", 5000);
    ASSERT_GT(count, 10u);
    EXPECT_EQ(result.out, counted(count) + "\n");
}

TEST_F(SelectCommand, WritesSourceIdsAndColumns) {
    const ProgramResult result = runZscape(
        "select " + mock() + "--where 'teff < 5000' --columns 'TEFF,J-H,max(J, H)' --out " + path("cool.csv"));
    EXPECT_EQ(result.exitCode, 0) << result.err;
    EXPECT_NE(result.out.find("written to " + path("cool.csv")), std::string::npos);
    const InputTable table = readInputTable(path("cool.csv"));
    EXPECT_EQ(table.names, (std::vector<std::string>{"TEFF", "J-H", "max(J, H)"}));
    std::size_t at = 0;
    for (std::size_t row = 0; row < catalog().rows(); ++row) {
        if (!(catalog().require("TEFF").number(row) < 5000)) continue;
        EXPECT_EQ(table.sourceIds[at], catalog().sourceIds()[row]);
        EXPECT_EQ(static_cast<float>(table.matrix().row(at)[0]), catalog().require("TEFF").toFloats()[row]);
        const double colour = catalog().require("J").number(row) - catalog().require("H").number(row);
        EXPECT_TRUE(table.matrix().row(at)[1] == colour ||
                    (std::isnan(table.matrix().row(at)[1]) && std::isnan(colour)));
        ++at;
    }
    EXPECT_EQ(table.rows, at);
}

TEST_F(SelectCommand, EveryFormatHoldsTheSameIds) {
    std::optional<std::vector<std::int64_t>> ids;
    for (const char* name : {"giants.csv", "giants.ecsv", "giants.h5"}) {
        const ProgramResult result = runZscape("select " + mock() + "--named giants --columns all --out " + path(name));
        ASSERT_EQ(result.exitCode, 0) << result.err;
        const std::vector<std::int64_t> read = readSourceIds(path(name));
        EXPECT_GT(read.size(), 10u);
        if (!ids) ids = read;
        EXPECT_EQ(read, *ids) << name;
    }
    for (const char* name : {"giants.fits", "giants.vot"}) {
        const ProgramResult result = runZscape("select " + mock() + "--named giants --columns all --out " + path(name));
        EXPECT_EQ(result.exitCode, 0) << result.err;
        EXPECT_GT(std::filesystem::file_size(path(name)), ids->size() * 100) << name;
    }
    // And back in: the list selects the stars it was made of.
    const ProgramResult again = runZscape("select " + mock() + "--ids " + path("giants.csv"));
    EXPECT_EQ(again.out, counted(ids->size()) + "\n");
}

TEST_F(SelectCommand, ConditionsGivenTogetherMustAllHold) {
    writeFileAtomically(path("some.txt"), std::to_string(catalog().sourceIds()[3]) + "\n" +
                                              std::to_string(catalog().sourceIds()[5]) + "\n");
    writeFileAtomically(path("more.txt"), std::to_string(catalog().sourceIds()[9]) + "\n77\n");
    const std::string ids = "--ids " + path("some.txt") + " " + path("more.txt");
    EXPECT_EQ(runZscape("select " + mock() + ids).out, counted(3) + "\n");
    const double middle = catalog().require("TEFF").number(5);
    std::size_t cooler = 0;
    for (const std::size_t row : {3u, 5u, 9u}) {
        cooler += catalog().require("TEFF").number(row) <= middle ? 1 : 0;
    }
    EXPECT_EQ(runZscape("select " + mock() + ids + " --where 'TEFF <= " + std::to_string(middle + 1e-3) + "'").out,
              counted(cooler) + "\n");
}

TEST_F(SelectCommand, SelectionsInAFileMayReferToBuiltInOnesAndToLatents) {
    const std::vector<Selection> list{
        {"cool giants", 0xFF112233, true,
         combined(Combination::And, ReferenceShape{"giants"}, RangeShape{"TEFF", 0, 4500})},
        {"near", 0xFF112233, true, NearestShape{{0, 0, 0, 0, 0, 0}, 25}}};
    writeFileAtomically(path("two.json"), toJson(list));
    const std::string file = "--selections " + path("two.json");
    const ProgramResult cool = runZscape("select " + mock() + file + " --named 'cool giants'");
    EXPECT_EQ(cool.exitCode, 0) << cool.err;
    const ProgramResult formula =
        runZscape("select " + mock() + "--where 'teff <= 4500 && logg < 5.9 - 0.4*teff/1000'");
    EXPECT_EQ(cool.out, formula.out);
    const std::string model = " --model " + path("model.h5") + " ";
    EXPECT_EQ(runZscape("select " + mock() + file + model + "--named near").out, counted(25) + "\n");
    const ProgramResult noModel = runZscape("select " + mock() + file + " --named near");
    EXPECT_EQ(noModel.exitCode, 1);
    EXPECT_NE(noModel.err.find("once a model is open"), std::string::npos) << noModel.err;
    const ProgramResult which = runZscape("select " + mock() + file);
    EXPECT_NE(which.err.find("holds 2 selections; say which one with --named"), std::string::npos) << which.err;
}

TEST_F(SelectCommand, ListsTheBuiltInCuts) {
    const ProgramResult result = runZscape("select " + mock() + "--list --preset paper");
    EXPECT_EQ(result.exitCode, 0) << result.err;
    EXPECT_EQ(result.out.find("full: 400 of 400 (100.0 %)\ngood labels: "), 0u) << result.out;
    EXPECT_NE(result.out.find("Gaia-Enceladus: "), std::string::npos);
}

TEST_F(SelectCommand, SaysInOneLineWhatIsWrong) {
    const std::pair<std::string, std::string> cases[] = {
        {"", "say which stars"},
        {"--where 'teff < '", "character 8: something is missing at its end"},
        {"--where 'tef < 3'", "the selection needs tef, which the catalogue does not have; did you mean TEFF"},
        {"--named giant_stars", "there is no selection 'giant_stars'"},
        {"--where 'teff < 5000' --out stars.doc", "stars.doc"},
        {"--where 'teff < 0' --out " + path("none.csv"), "holds no stars"},
        {"--where 'teff < 9000' --columns 'Jj' --out " + path("x.csv"), "no column 'Jj'; did you mean J"},
        {"--ids " + path("nothing.csv"), "cannot read"},
        {"--selections " + path("mock.h5"), "not JSON"},
    };
    for (const auto& [arguments, part] : cases) {
        const ProgramResult result = runZscape("select " + mock() + arguments);
        EXPECT_EQ(result.exitCode, 1) << arguments;
        EXPECT_EQ(result.errorLines(), 1) << result.err;
        EXPECT_NE(result.err.find(part), std::string::npos) << result.err;
    }
    EXPECT_FALSE(std::filesystem::exists(path("none.csv")));
}

} // namespace
} // namespace zscape
