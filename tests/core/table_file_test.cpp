// Facts about the command line's tables: what is written reads back, and the sentence for each kind of bad input.
#include "core/base/error.h"
#include "core/io/table_file.h"
#include "core/io/table_meta.h"
#include "tests/support/message_of.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <fstream>
#include <iterator>
#include <limits>

namespace {

using namespace zscape;
using test::TemporaryFolder;

void writeText(const std::filesystem::path& path, const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
}

std::string readText(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

NumericTable encoded() {
    NumericTable table;
    table.sourceIds = {9007199254740993, 5};
    table.blocks.push_back({"mu", "", std::vector<float>{0.1f, -2.5f, std::nanf(""), 1e-20f}, 2, true, "", {}});
    table.blocks.push_back({"teff", "K", std::vector<double>{1.0 / 3.0, 5000}, 1, false, "", {}});
    table.blocks.push_back(
        {"flux", "W nm^-1 m^-2", std::vector<double>{1, 2, 3, 4}, 2, true, "wavelength_nm", {336, 338.5}});
    table.attributes["program"] = "zscape \"0.1\"";
    return table;
}

TEST(WriteTable, CsvHasOneColumnAnElementAndShortestDigits) {
    const TemporaryFolder folder;
    writeTable(folder / "out.csv", encoded());
    EXPECT_EQ(readText(folder / "out.csv"), "source_id,mu_1,mu_2,teff,flux_336,flux_338.5\n"
                                            "9007199254740993,0.1,-2.5,0.3333333333333333,1,2\n"
                                            "5,nan,1e-20,5000,3,4\n");
}

// This header was read with astropy `Table.read(f, format="ascii.ecsv")`: types, units and meta as given.
TEST(WriteTable, EcsvSaysTypesUnitsAttributesAndAxes) {
    const TemporaryFolder folder;
    writeTable(folder / "out.ecsv", encoded());
    EXPECT_EQ(readText(folder / "out.ecsv"), "# %ECSV 1.0\n"
                                             "# ---\n"
                                             "# delimiter: ','\n"
                                             "# datatype:\n"
                                             "# - {name: \"source_id\", datatype: int64}\n"
                                             "# - {name: \"mu_1\", datatype: float32}\n"
                                             "# - {name: \"mu_2\", datatype: float32}\n"
                                             "# - {name: \"teff\", unit: \"K\", datatype: float64}\n"
                                             "# - {name: \"flux_336\", unit: \"W nm^-1 m^-2\", datatype: float64}\n"
                                             "# - {name: \"flux_338.5\", unit: \"W nm^-1 m^-2\", datatype: float64}\n"
                                             "# meta: !!omap\n"
                                             "# - {\"program\": \"zscape \\\"0.1\\\"\"}\n"
                                             "# - \"wavelength_nm\": [336, 338.5]\n"
                                             "# schema: astropy-2.0\n"
                                             "source_id,mu_1,mu_2,teff,flux_336,flux_338.5\n"
                                             "9007199254740993,0.1,-2.5,0.3333333333333333,1,2\n"
                                             "5,nan,1e-20,5000,3,4\n");
}

TEST(WriteTable, EveryFormatReadsBackExactly) {
    const TemporaryFolder folder;
    const NumericTable table = encoded();
    for (const std::string name : {"out.csv", "out.ecsv"}) {
        writeTable(folder / name, table);
        const InputTable back = readInputTable((folder / name).string());
        EXPECT_EQ(back.sourceIds, table.sourceIds);
        ASSERT_EQ(back.rows, 2u);
        EXPECT_EQ(back.names, (std::vector<std::string>{"mu_1", "mu_2", "teff", "flux_336", "flux_338.5"}));
        const auto mu = back.block("mu");
        ASSERT_TRUE(mu);
        EXPECT_EQ(mu->columns, 2u);
        EXPECT_EQ(static_cast<float>(mu->values[0]), 0.1f);
        EXPECT_TRUE(std::isnan(mu->values[2]));
        EXPECT_EQ(static_cast<float>(mu->values[3]), 1e-20f);
        EXPECT_EQ(back.column(*back.find("TEFF"))[0], 1.0 / 3.0);
        EXPECT_FALSE(back.block("sigma"));
        EXPECT_FALSE(back.find("sigma"));
    }
    writeTable(folder / "out.h5", table);
    const InputTable mu = readInputTable((folder / "out.h5").string() + ":/mu");
    EXPECT_EQ(mu.sourceIds, table.sourceIds);
    EXPECT_EQ(mu.rows, 2u);
    EXPECT_EQ(mu.names, (std::vector<std::string>{"mu_1", "mu_2"}));
    EXPECT_EQ(mu.matrix().row(0)[1], -2.5);
    const InputTable axis = readInputTable((folder / "out.h5").string() + ":/wavelength_nm");
    EXPECT_EQ(axis.rows, 1u) << "a dataset of rank 1 is one row";
    EXPECT_EQ(axis.values, (std::vector<double>{336, 338.5}));
    EXPECT_TRUE(axis.sourceIds.empty());
}

TEST(WriteTable, LongTablesKeepTheirOrder) {
    const TemporaryFolder folder;
    constexpr std::size_t rows = 50001;
    NumericTable table;
    std::vector<double> values;
    for (std::size_t row = 0; row < rows; ++row) {
        table.sourceIds.push_back(static_cast<std::int64_t>(row) - 7);
        for (int k = 0; k < 20; ++k) {
            values.push_back(std::sin(static_cast<double>(row * 20 + static_cast<std::size_t>(k))));
        }
    }
    table.blocks.push_back({"x", "", values, 20, true, "", {}});
    writeTable(folder / "long.csv", table);
    const InputTable back = readInputTable((folder / "long.csv").string());
    EXPECT_EQ(back.sourceIds, table.sourceIds);
    EXPECT_EQ(back.values, values);
}

TEST(WriteTable, RefusesWhatItCannotWriteAndLeavesNothingBehind) {
    const TemporaryFolder folder;
    EXPECT_EQ(test::messageOf([] { tableFormatOf("a.parquet"); }),
              "cannot tell the format of a.parquet: name a file that ends in .h5, .csv, .ecsv, .fits, .vot or .xml");
    EXPECT_EQ(tableFormatOf("A.HDF5"), TableFormat::Hdf5);
    NumericTable unequal = encoded();
    unequal.sourceIds.push_back(1);
    EXPECT_THROW(writeTable(folder / "x.csv", unequal), Error);
    EXPECT_THROW(writeTable(folder / "x.csv", NumericTable()), Error);
    const std::atomic<bool> cancel{true};
    for (const std::string name : {"x.csv", "x.h5"}) {
        EXPECT_THROW(writeTable(folder / name, encoded(), JobContext({}, &cancel)), Cancelled);
    }
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
    EXPECT_NE(test::messageOf([&] { writeTable(folder / "none" / "x.csv", encoded()); }).find("does not exist"),
              std::string::npos);
}

TEST(ReadTable, SkipsCommentsAndTakesTheUsualWaysToWriteNumbers) {
    const TemporaryFolder folder;
    writeText(folder / "t.csv", "\xEF\xBB\xBF# a comment\r\n\r\n SOURCE_ID , \"z,1\" ,b,c\r\n"
                                "1, 7.85E-4,+2,null\r\n# between\r\n-2,\"3\", ,NaN\r\n\r\n3,1e-400,inf,-0");
    const InputTable table = readInputTable((folder / "t.csv").string());
    EXPECT_EQ(table.names, (std::vector<std::string>{"z,1", "b", "c"}));
    EXPECT_EQ(table.sourceIds, (std::vector<std::int64_t>{1, -2, 3}));
    ASSERT_EQ(table.rows, 3u);
    EXPECT_EQ(table.matrix().row(0)[0], 7.85e-4);
    EXPECT_EQ(table.matrix().row(0)[1], 2.0);
    EXPECT_TRUE(std::isnan(table.matrix().row(0)[2]));
    EXPECT_EQ(table.matrix().row(1)[0], 3.0);
    EXPECT_TRUE(std::isnan(table.matrix().row(1)[1]));
    EXPECT_EQ(table.matrix().row(2)[0], 0.0);
    EXPECT_TRUE(std::isinf(table.matrix().row(2)[1]));
}

TEST(ReadTable, TakesEcsvWithBlanksBetweenValues) {
    const TemporaryFolder folder;
    writeText(folder / "t.ecsv", "# %ECSV 1.0\n# ---\n# datatype:\n# - {name: a, datatype: int64}\n"
                                 "a  b\n1 2.5\n3   \"\"\n");
    const InputTable table = readInputTable((folder / "t.ecsv").string());
    ASSERT_EQ(table.rows, 2u);
    EXPECT_EQ(table.matrix().row(0)[1], 2.5);
    EXPECT_TRUE(std::isnan(table.matrix().row(1)[1]));
}

TEST(ReadTable, BlocksAreFoundInAnyOrder) {
    const TemporaryFolder folder;
    writeText(folder / "t.csv", "z_2,other,Z_1,z_10\n2,0,1,10\n");
    const InputTable table = readInputTable((folder / "t.csv").string());
    const auto block = table.block("z");
    ASSERT_TRUE(block);
    EXPECT_EQ(block->values, (std::vector<double>{1, 2}));
}

TEST(ReadTable, NamesFileLineAndColumnOfWhatIsWrong) {
    const TemporaryFolder folder;
    const std::string path = (folder / "t.csv").string();
    const auto errorFor = [&](const std::string& text) {
        writeText(path, text);
        return test::messageOf([&] { readInputTable(path); });
    };
    EXPECT_EQ(errorFor(""), path + " is empty: its first line must name the columns");
    EXPECT_EQ(errorFor("a,b\n"), path + " has column names but no rows");
    EXPECT_EQ(errorFor("# c\na,b\n1,2\n\n3,x\n"), path + ", line 5: column 'b': 'x' is not a number");
    EXPECT_EQ(errorFor("a,b\n1,2,3\n"), path + ", line 2: 3 values where the header names 2 columns");
    EXPECT_EQ(errorFor("a,b\n1\n"), path + ", line 2: 1 values where the header names 2 columns");
    EXPECT_EQ(errorFor("a,b\n1,1e999\n"), path + ", line 2: column 'b': '1e999' is too large for a number");
    EXPECT_EQ(errorFor("source_id,b\n1.5,1\n"), path + ", line 2: column 'source_id': '1.5' is not a 64-bit integer");
    EXPECT_EQ(errorFor("source_id,b\n9223372036854775808,1\n"),
              path + ", line 2: column 'source_id': '9223372036854775808' is not a 64-bit integer");
    EXPECT_EQ(errorFor("1,2\n3,4\n"),
              path + ", line 1: numbers stand where the column names must be; add a first line with names");
    EXPECT_EQ(errorFor("a,a\n1,2\n"), path + ", line 1: two columns are named 'a'; rename one");
    EXPECT_EQ(errorFor("a,\n1,2\n"), path + ", line 1: column 2 has no name");
    EXPECT_EQ(errorFor("source_id\n1\n"), path + ", line 1: there is no column of numbers");
    EXPECT_EQ(test::messageOf([&] { readInputTable((folder / "no.csv").string()); }),
              "no such file: " + (folder / "no.csv").string());
    EXPECT_EQ(test::messageOf([&] { readInputTable("stars.fits"); }),
              "stars.fits is not a table of numbers: name a .csv or .ecsv file, or FILE.h5:/dataset");
}

TEST(ReadTable, FindsTheBadLineOfALongFile) {
    const TemporaryFolder folder;
    std::string text = "a,b\n";
    for (int row = 0; row < 400000; ++row) {
        text += row == 345678 ? "1,oops\n" : "0.123456789012345,-9.87654321e-5\n";
    }
    writeText(folder / "t.csv", text);
    EXPECT_EQ(test::messageOf([&] { readInputTable((folder / "t.csv").string()); }),
              (folder / "t.csv").string() + ", line 345680: column 'b': 'oops' is not a number");
}

TEST(ReadTable, SaysWhatADatasetLacks) {
    const TemporaryFolder folder;
    const std::string path = (folder / "out.h5").string();
    writeTable(path, encoded());
    EXPECT_EQ(test::messageOf([&] { readInputTable(path + ":/nothing"); }),
              "no dataset '/nothing' in " + path + "; it has flux, mu, source_id, teff, wavelength_nm");
    EXPECT_EQ(test::messageOf([&] { readInputTable((folder / "no.h5").string() + ":/mu"); }),
              "no such file: " + (folder / "no.h5").string());
}

TEST(InputKind, GoesByTheSpelling) {
    EXPECT_EQ(inputKindOf("stars.h5"), InputKind::Catalogue);
    EXPECT_EQ(inputKindOf("/data:/stars.csv"), InputKind::Text);
    EXPECT_EQ(inputKindOf("stars.ECSV"), InputKind::Text);
    EXPECT_EQ(inputKindOf("golden.h5:/x"), InputKind::Dataset);
    EXPECT_EQ(inputKindOf("golden.hdf5:/group/x"), InputKind::Dataset);
    EXPECT_EQ(inputKindOf("stars"), InputKind::Catalogue);
}

// The text astropy wrote for a table with units, masks and meta.
TEST(TableMeta, ReadsWhatAstropyWrites) {
    const TableMeta meta =
        parseTableMeta("datatype:\n"
                       "- {name: ids, datatype: int64}\n"
                       "- {name: TEFF, unit: K, datatype: float32, description: 'it''s: a {temp}'}\n"
                       "- {name: coeffs, unit: electron / s, datatype: string, subtype: 'float32[4]'}\n"
                       "meta: !!omap\n"
                       "- {mock: 'true'}\n"
                       "- {note: 'a ''quoted'': thing\n\n    line'}\n"
                       "- {seed: 3}\n"
                       "- l: [1, 2]\n"
                       "- __serialized_columns__:\n"
                       "    fl:\n"
                       "      data: !astropy.table.SerializedColumn {name: fl}\n");
    EXPECT_EQ(meta.units, (std::map<std::string, std::string>{{"TEFF", "K"}, {"coeffs", "electron / s"}}));
    EXPECT_EQ(meta.meta, (std::map<std::string, std::string>{
                             {"mock", "true"}, {"note", "a 'quoted': thing\nline"}, {"seed", "3"}}));
}

TEST(TableMeta, ReadsItsOwnTextBackAndNeverThrows) {
    const std::map<std::string, std::string> meta{{"key: {x}", "a\\b\n\"c\", 'd'"}, {"no", "yes"}};
    std::string text;
    for (const std::string& line : formatTableMeta({{"z, \"1\"", "km / s", "float32", 0, true}}, meta)) {
        text += line + '\n';
    }
    const TableMeta back = parseTableMeta(text);
    EXPECT_EQ(back.meta, meta);
    EXPECT_EQ(back.units.at("z, \"1\""), "km / s");
    for (std::size_t length = 0; length <= text.size(); ++length) {
        EXPECT_LE(parseTableMeta(text.substr(0, length)).meta.size(), 2u);
        std::string damaged = text;
        if (length < text.size()) damaged[length] = "{}[]'\"\\\n,:"[length % 10];
        EXPECT_LE(parseTableMeta(damaged).units.size(), 3u);
    }
}

} // namespace
