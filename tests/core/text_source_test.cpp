#include "core/archive/label_table.h"
#include "core/archive/table_source.h"
#include "core/archive/text_blocks.h"
#include "core/archive/xp_continuous.h"
#include "tests/core/archive_support.h"
#include "tests/support/shared_data.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace zscape {
namespace {

using test::errorOf;
using test::problemOf;
using test::readAll;
using test::TemporaryFolder;
using test::writeFile;
using ::testing::Test;

TEST(TextBlocks, CountsLetters) {
    std::string text;
    std::size_t expected = 0;
    for (std::size_t length = 0; length < 700; ++length) {
        EXPECT_EQ(countOf(text, '"'), expected) << length;
        text += length * length % 7 < 3 ? '"' : 'x';
        expected += text.back() == '"' ? 1 : 0;
    }
    EXPECT_EQ(countOf(std::string(100'000, '"'), '"'), 100'000u);
}

TEST(TextSource, ReadsTypedColumnsOfAnEcsv) {
    const TemporaryFolder folder;
    const auto path =
        writeFile(folder / "a.ecsv", "# %ECSV 1.0\n# ---\n# delimiter: ','\n# datatype:\n"
                                     "# - {name: source_id, datatype: int64, description: 'id: of, a star'}\n"
                                     "# - {name: teff, unit: K, datatype: float32}\n"
                                     "# - {name: list, datatype: string, subtype: 'float64[null]'}\n"
                                     "# - {name: name, datatype: string}\n"
                                     "source_id,teff,list,name\n"
                                     "9223372036854775807,5770.5,\"[1.5,2E-3]\",\"a, \"\"b\"\"\"\n"
                                     "56.0,null,,\n");
    const auto source = openTable(path);
    ASSERT_EQ(source->schema().columns.size(), 4u);
    EXPECT_EQ(source->schema().columns[0].description, "id: of, a star");
    EXPECT_EQ(source->schema().columns[1].unit, "K");
    EXPECT_TRUE(source->schema().columns[2].isArray);
    const TableBatch all = readAll(*source);
    ASSERT_EQ(all.rows, 2u);
    EXPECT_EQ(all.columns[0].as<std::int64_t>(), (std::vector<std::int64_t>{9223372036854775807, 56}));
    EXPECT_EQ(all.columns[1].as<float>()[0], 5770.5F);
    EXPECT_TRUE(std::isnan(all.columns[1].as<float>()[1]));
    EXPECT_EQ(all.columns[2].offsets, (std::vector<std::size_t>{0, 2, 2}));
    EXPECT_EQ(all.columns[2].as<double>(), (std::vector<double>{1.5, 2e-3}));
    EXPECT_EQ(all.columns[3].as<std::string>(), (std::vector<std::string>{"a, \"b\"", ""}));
}

TEST(TextSource, ReadsGaiasBlockHeader) {
    const TemporaryFolder folder;
    const auto path =
        writeFile(folder / "a.ecsv", "# %ECSV 1.0\n# ---\n# delimiter: ','\n# meta: !!omap\n# - TEXT: >\n#     a \"b\n"
                                     "# datatype:\n# - \n#   name: source_id\n#   datatype: int64\n#   meta:\n"
                                     "#     ucd: meta.id;meta.main\n# -\n#   name: ok\n#   unit: mas\n"
                                     "#   datatype: bool\nsource_id,ok\n7,True\n8,False\n");
    const auto source = openTable(path);
    EXPECT_EQ(source->schema().columns[0].ucd, "meta.id;meta.main");
    EXPECT_EQ(source->schema().columns[1].unit, "mas");
    EXPECT_EQ(readAll(*source).columns[1].as<std::int64_t>(), (std::vector<std::int64_t>{1, 0}));
}

// A CSV names no types: numbers are doubles, and whole numbers only where a double would lose their digits.
TEST(TextSource, FindsTheKindsOfACsv) {
    const TemporaryFolder folder;
    const auto source = openTable(writeFile(folder / "a.csv", "source_id,flag,big,x,name,list,ok,nothing\n"
                                                              "1,2,9007199254740993,1.5,a,\"(1, nan)\",true,\n"
                                                              "2,3,5,nan,b,\"(3, 4)\",false,\n"));
    const auto kind = [&](std::size_t index) { return source->schema().columns[index].kind; };
    EXPECT_EQ(kind(0), ValueKind::Integer);
    EXPECT_EQ(kind(1), ValueKind::Float64);
    EXPECT_EQ(kind(2), ValueKind::Integer);
    EXPECT_EQ(kind(3), ValueKind::Float64);
    EXPECT_EQ(kind(4), ValueKind::Text);
    EXPECT_TRUE(source->schema().columns[5].isArray);
    EXPECT_EQ(kind(6), ValueKind::Integer);
    const TableBatch all = readAll(*source);
    EXPECT_EQ(all.columns[2].as<std::int64_t>()[0], 9007199254740993);
    EXPECT_TRUE(std::isnan(all.columns[5].row<double>(0)[1]));
}

// Many blocks and threads give the rows in the file's order, the same as one thread does.
TEST(TextSource, KeepsTheOrderOverThreads) {
    const TemporaryFolder folder;
    std::string text = "source_id,x\n";
    constexpr std::size_t rows = 400000;
    for (std::size_t row = 0; row < rows; ++row) {
        text += std::to_string(row + 1) + "," + std::to_string(row) + ".25\n";
    }
    const auto path = writeFile(folder / "a.csv", text);
    const auto many = readAll(*openTable(path, {4, {}}));
    const auto one = readAll(*openTable(path, {1, {}}));
    ASSERT_EQ(many.rows, rows);
    EXPECT_EQ(many.columns[0].as<std::int64_t>(), one.columns[0].as<std::int64_t>());
    EXPECT_EQ(many.columns[1].as<double>(), one.columns[1].as<double>());
    EXPECT_EQ(many.columns[1].as<double>()[rows - 1], static_cast<double>(rows - 1) + 0.25);
}

TEST(XpContinuous, ReadsTheArchivesCsvAndEcsvAlike) {
    const auto csv = test::sharedData("gaia/XP_CONTINUOUS_RAW_with_missing_BP.csv");
    const auto ecsv = test::sharedData("gaia/XP_CONTINUOUS_RAW_with_missing_BP.ecsv");
    if (!csv || !ecsv) GTEST_SKIP() << "no shared data";
    XpBatch a;
    XpBatch b;
    ASSERT_TRUE(XpContinuousReader(*csv).next(a));
    ASSERT_TRUE(XpContinuousReader(*ecsv).next(b));
    EXPECT_EQ(a.sourceIds, (std::vector<std::int64_t>{5853498713190525696, 5405570973190252288, 5762406957886626816}));
    EXPECT_EQ(a.sourceIds, b.sourceIds);
    EXPECT_EQ(a.bp.present, (std::vector<std::uint8_t>{1, 0, 1}));
    EXPECT_EQ(a.bp.count, 55u);
    EXPECT_EQ(a.bp.coefficients[0], 56947.03696840172);
    EXPECT_TRUE(std::isnan(a.bp.coefficients[55]));
    EXPECT_EQ(a.rp.coefficients, b.rp.coefficients);
    EXPECT_EQ(a.rp.errors, b.rp.errors);
    EXPECT_EQ(a.rp.correlations, b.rp.correlations);
    EXPECT_EQ(a.rp.correlations.size(), 3u * 1485u);
    EXPECT_EQ(a.bp.relevantBases[1], -1);
    EXPECT_EQ(a.bp.measurements[0], 4701);
}

TEST(XpContinuous, ReadsTheBulkDownload) {
    const auto path = test::sharedData("gaia/XpContinuousMeanSpectrum_000000-003111.csv.gz");
    if (!path) GTEST_SKIP() << "no shared data";
    XpContinuousReader reader(*path, {.correlations = false});
    XpBatch batch;
    ASSERT_TRUE(reader.next(batch));
    EXPECT_EQ(batch.sourceIds, (std::vector<std::int64_t>{4295806720}));
    EXPECT_EQ(batch.bp.coefficients[0], 102.93398893929992);
    EXPECT_FALSE(batch.bp.hasCorrelations());
    EXPECT_FALSE(reader.next(batch));
}

} // namespace
} // namespace zscape
