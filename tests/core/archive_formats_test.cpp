// The same stars in every format of the archive, and labels of every kind of table.
#include "core/archive/label_table.h"
#include "core/archive/xp_continuous.h"
#include "tests/core/archive_support.h"
#include "tests/support/deflated_zip.h"
#include "tests/support/shared_data.h"

#include <fitsio.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <mutex>

namespace zscape {
namespace {

using test::errorOf;
using test::readAll;
using test::sharedData;
using test::TemporaryFolder;
using test::writeFile;

XpBatch readXp(const std::filesystem::path& path, XpReadOptions options = {}) {
    XpContinuousReader reader(path, std::move(options));
    XpBatch all;
    XpBatch batch;
    EXPECT_TRUE(reader.next(all));
    EXPECT_FALSE(reader.next(batch));
    return all;
}

/// NaN equals NaN here.
template <typename T>
void expectSame(const std::vector<T>& a, const std::vector<T>& b, const std::string& what) {
    ASSERT_EQ(a.size(), b.size()) << what;
    for (std::size_t index = 0; index < a.size(); ++index) {
        ASSERT_TRUE(a[index] == b[index] || (std::isnan(a[index]) && std::isnan(b[index]))) << what << " " << index;
    }
}

void expectSameBand(const XpBandColumns& a, const XpBandColumns& b, const std::string& what) {
    EXPECT_EQ(a.count, b.count) << what;
    EXPECT_EQ(a.present, b.present) << what;
    EXPECT_EQ(a.relevantBases, b.relevantBases) << what;
    EXPECT_EQ(a.measurements, b.measurements) << what;
    EXPECT_EQ(a.rejectedMeasurements, b.rejectedMeasurements) << what;
    EXPECT_EQ(a.degreesOfFreedom, b.degreesOfFreedom) << what;
    expectSame(a.coefficients, b.coefficients, what);
    expectSame(a.errors, b.errors, what);
    expectSame(a.correlations, b.correlations, what);
    expectSame(a.standardDeviation, b.standardDeviation, what);
    expectSame(a.chiSquared, b.chiSquared, what);
    expectSame(a.relativeShrinking, b.relativeShrinking, what);
}

class XpFormats : public ::testing::TestWithParam<const char*> {};

// Two and three real stars with all 26 columns: every format gives the same bits as the CSV.
TEST_P(XpFormats, EqualTheCsv) {
    const auto csv = sharedData("gaia/XP_CONTINUOUS_RAW.csv");
    const auto other = sharedData(std::string("gaia/XP_CONTINUOUS_RAW") + GetParam());
    if (!csv || !other) GTEST_SKIP() << "no shared data";
    const XpBatch a = readXp(*csv);
    const XpBatch b = readXp(*other);
    EXPECT_EQ(a.sourceIds, b.sourceIds);
    expectSameBand(a.bp, b.bp, GetParam());
    expectSameBand(a.rp, b.rp, GetParam());
}
INSTANTIATE_TEST_SUITE_P(All, XpFormats, ::testing::Values(".ecsv", ".fits", ".xml", "_plain.xml"));

class XpMissingFormats : public ::testing::TestWithParam<const char*> {};

TEST_P(XpMissingFormats, TellTheMissingBandAlike) {
    const auto csv = sharedData("gaia/XP_CONTINUOUS_RAW_with_missing_BP.csv");
    const auto other = sharedData(std::string("gaia/XP_CONTINUOUS_RAW_with_missing_BP") + GetParam());
    if (!csv || !other) GTEST_SKIP() << "no shared data";
    const XpBatch a = readXp(*csv);
    const XpBatch b = readXp(*other);
    EXPECT_EQ(b.bp.present, (std::vector<std::uint8_t>{1, 0, 1}));
    EXPECT_EQ(a.sourceIds, b.sourceIds);
    expectSameBand(a.bp, b.bp, GetParam());
    expectSameBand(a.rp, b.rp, GetParam());
}
INSTANTIATE_TEST_SUITE_P(All, XpMissingFormats, ::testing::Values(".ecsv", ".fits", ".xml"));

// A zip as the archive's DataLink delivers it: a file a star, of mixed formats, and a README.
TEST(XpContinuous, ReadsEveryMemberOfAZip) {
    const auto csv = sharedData("gaia/XP_CONTINUOUS_RAW.csv");
    const auto fits = sharedData("gaia/XP_CONTINUOUS_RAW.fits");
    const auto xml = sharedData("gaia/XP_CONTINUOUS_RAW.xml");
    if (!csv || !fits || !xml) GTEST_SKIP() << "no shared data";
    const TemporaryFolder folder;
    test::writeDeflatedZip(folder / "a.zip", {{"README.txt", test::bytesOf("hello")},
                                              {"1/a.csv", test::bytesOf(test::readFile(*csv))},
                                              {"2/b.fits", test::bytesOf(test::readFile(*fits))},
                                              {"3/c.xml", test::bytesOf(test::readFile(*xml))}});
    XpContinuousReader reader(folder / "a.zip");
    XpBatch batch;
    std::vector<std::string> members;
    std::size_t stars = 0;
    while (reader.next(batch)) {
        members.push_back(batch.member);
        stars += batch.rows();
        EXPECT_EQ(batch.bp.coefficients[0], 56947.03696840172) << batch.member;
    }
    EXPECT_EQ(members, (std::vector<std::string>{"1/a.csv", "2/b.fits", "3/c.xml"}));
    EXPECT_EQ(stars, 6u);
}

// 2,000 stars in a wide FITS table, one column a coefficient, and the same in the released HDF5 layout.
TEST(XpContinuous, ReadsTheWideTable) {
    const auto fits = sharedData("gaia/field_2000.fits");
    const auto h5 = sharedData("gaia/field_2000.h5");
    if (!fits || !h5) GTEST_SKIP() << "no shared data";
    XpContinuousReader reader(*fits, {.correlations = false});
    const auto source = openTable(*h5);
    const TableSchema& schema = source->schema();
    source->select({{schema.require("ids")}, {schema.require("coeffs")}, {schema.require("coeff_errs")}});
    const TableBatch released = readAll(*source);
    XpBatch batch;
    std::size_t row = 0;
    while (reader.next(batch)) {
        for (std::size_t star = 0; star < batch.rows(); ++star, ++row) {
            ASSERT_EQ(batch.sourceIds[star], released.columns[0].as<std::int64_t>()[row]);
            const std::size_t at = released.columns[1].begin(row);
            ASSERT_EQ(released.columns[1].end(row) - at, 110u);
            for (std::size_t order = 0; order < 55; ++order) {
                ASSERT_EQ(static_cast<float>(batch.bp.coefficients[star * 55 + order]),
                          static_cast<float>(released.columns[1].number(at + order)));
                ASSERT_EQ(batch.rp.errors[star * 55 + order],
                          static_cast<float>(released.columns[2].number(at + 55 + order)));
            }
        }
    }
    EXPECT_EQ(row, 2000u);
}

// DR4 is announced with other counts (BP 51): sizes come from the file, correlations may be absent.
TEST(XpContinuous, TakesTheCountsFromTheFile) {
    const TemporaryFolder folder;
    const auto path = writeFile(folder / "a.csv",
                                "source_id,bp_coefficients,bp_coefficient_errors,rp_coefficients,rp_coefficient_errors,"
                                "rp_coefficient_correlations\n"
                                "7,,,\"(1, 2, 3)\",\"(.1, .2, .3)\",\"(0.5, -0.25, 1E-3)\"\n"
                                "8,\"(4.5, 7.85E-4)\",\"(1, 1)\",\"[3,4,5]\",\"[1,1,1]\",null\n");
    const XpBatch batch = readXp(path);
    EXPECT_EQ(batch.bp.count, 2u);
    EXPECT_EQ(batch.rp.count, 3u);
    EXPECT_EQ(batch.bp.present, (std::vector<std::uint8_t>{0, 1}));
    EXPECT_EQ(batch.bp.coefficients[3], 7.85e-4);
    EXPECT_EQ(batch.rp.correlations.size(), 6u);
    EXPECT_EQ(batch.rp.correlations[2], 1e-3F);
    EXPECT_TRUE(std::isnan(batch.rp.correlations[3]));
    EXPECT_FALSE(batch.bp.hasCorrelations());
}

// Descriptors of 64 bits (Q) are twice as wide as those of 32 (P): lists and the columns behind them are found.
TEST(FitsTable, ReadsListsWithWideDescriptors) {
    const TemporaryFolder folder;
    const std::string path = folder / "q.fits";
    std::array<std::string, 3> names{"source_id", "list", "after"}, forms{"1K", "1QE(3)", "1J"};
    std::array<char*, 3> namePointers{}, formPointers{};
    for (std::size_t index = 0; index < 3; ++index) {
        namePointers[index] = names[index].data();
        formPointers[index] = forms[index].data();
    }
    fitsfile* file = nullptr;
    int status = 0;
    fits_create_diskfile(&file, path.c_str(), &status);
    fits_create_tbl(file, BINARY_TBL, 2, 3, namePointers.data(), formPointers.data(), nullptr, "Q", &status);
    std::array<LONGLONG, 2> ids{5, 6};
    std::array<float, 3> list{1.5F, -2, 3};
    std::array<int, 2> after{70, 80};
    fits_write_col(file, TLONGLONG, 1, 1, 1, 2, ids.data(), &status);
    fits_write_col(file, TFLOAT, 2, 1, 1, 3, list.data(), &status);
    fits_write_col(file, TFLOAT, 2, 2, 1, 1, list.data(), &status);
    fits_write_col(file, TINT, 3, 1, 1, 2, after.data(), &status);
    fits_close_file(file, &status);
    ASSERT_EQ(status, 0);
    const TableBatch all = test::readAll(*openTable(path));
    ASSERT_EQ(all.rows, 2u);
    EXPECT_EQ(all.columns[1].as<float>(), (std::vector<float>{1.5F, -2, 3, 1.5F}));
    EXPECT_EQ(all.columns[1].offsets, (std::vector<std::size_t>{0, 3, 4}));
    EXPECT_EQ(all.columns[2].as<std::int64_t>(), (std::vector<std::int64_t>{70, 80}));
}

// As astropy writes truth values, and descriptions on lines of their own.
TEST(Votable, ReadsABitAndADescription) {
    const TemporaryFolder folder;
    const std::string head = "<VOTABLE><RESOURCE><TABLE><FIELD name='source_id' datatype='long'/>"
                             "<FIELD name='ok' datatype='bit'>\n  <DESCRIPTION>\n    is it\n    good? </DESCRIPTION>"
                             "</FIELD><FIELD name='bits' datatype='bit' arraysize='9'/>";
    const auto text = openTable(writeFile(folder / "a.xml", head + "<DATA><TABLEDATA><TR><TD>7</TD><TD>1</TD>"
                                                                   "<TD>101</TD></TR><TR><TD>8</TD><TD>0</TD><TD/></TR>"
                                                                   "</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>"));
    ASSERT_EQ(text->schema().columns.size(), 2u); // packed bits are told of and left out
    EXPECT_EQ(text->schema().columns[1].description, "is it good?");
    EXPECT_EQ(test::readAll(*text).columns[1].as<std::int64_t>(), (std::vector<std::int64_t>{1, 0}));
    // BINARY: 7, a bit as the standard has it, nine bits; 8, none; 9, as astropy has it.
    const auto binary = openTable(writeFile(
        folder / "b.xml", head + "<DATA><BINARY><STREAM encoding='base64'>AAAAAAAAAAeA//8AAAAAAAAACAAAAAAAAAAAAAAJCAAA"
                                 "</STREAM></BINARY></DATA></TABLE></RESOURCE></VOTABLE>"));
    EXPECT_EQ(test::readAll(*binary).columns[1].as<std::int64_t>(), (std::vector<std::int64_t>{1, 0, 1}));
}

TEST(XpContinuous, ReadsManyFilesAtOnce) {
    const TemporaryFolder folder;
    std::vector<std::filesystem::path> files;
    for (int file = 0; file < 5; ++file) {
        std::string text = "source_id,bp_coefficients,bp_coefficient_errors\n";
        for (int row = 0; row < 300; ++row) {
            text += std::to_string(file * 1000 + row + 1) + ",\"(" + std::to_string(row) + ", 2)\",\"(1, 1)\"\n";
        }
        files.push_back(writeFile(folder / ("f" + std::to_string(file) + ".csv"), text));
    }
    files.push_back(writeFile(folder / "bad.csv", "a,b\n1,2\n"));
    std::vector<int> rows(5, 0);
    std::vector<std::string> problems;
    XpReadOptions options{.threads = 3, .skip = [&](const std::string& sentence) { problems.push_back(sentence); }};
    readXpFiles(files, options, [&](XpBatch&& batch) {
        for (std::size_t star = 0; star < batch.rows(); ++star) {
            EXPECT_EQ(batch.sourceIds[star], static_cast<std::int64_t>(batch.file * 1000 + batch.rowNumbers[star] + 1));
            ++rows[batch.file];
        }
    });
    EXPECT_EQ(rows, std::vector<int>(5, 300));
    ASSERT_EQ(problems.size(), 1u);
    EXPECT_NE(problems[0].find("no column 'source_id' in"), std::string::npos) << problems[0];
    options.skip = {};
    EXPECT_NE(errorOf([&] { readXpFiles(files, options, [](XpBatch&&) {}); }), "");
    EXPECT_EQ(errorOf([&] { readXpFiles({files[0]}, options, [](XpBatch&&) { throw Error("the caller's"); }); }),
              "the caller's");
}

// Names of APOGEE's allStar, with array columns; an element of PARAM stands in where there is no TEFF.
TEST(LabelTable, MapsApogeeNames) {
    const TemporaryFolder folder;
    const auto path =
        writeFile(folder / "a.ecsv", "# %ECSV 1.0\n# ---\n# delimiter: ','\n# datatype:\n"
                                     "# - {name: APOGEE_ID, datatype: string}\n"
                                     "# - {name: GAIAEDR3_SOURCE_ID, datatype: int64}\n"
                                     "# - {name: PARAM, datatype: string, subtype: 'float32[9]'}\n"
                                     "# - {name: LOGG, datatype: float32}\n# - {name: STARFLAG, datatype: int64}\n"
                                     "# - {name: GAIAEDR3_PARALLAX, unit: mas, datatype: float64}\n"
                                     "APOGEE_ID,GAIAEDR3_SOURCE_ID,PARAM,LOGG,STARFLAG,GAIAEDR3_PARALLAX\n"
                                     "2M1,11,\"[4800,2.5,0.1,-0.3,0,0,0.05,3,0]\",2.4,8388608,0.5\n"
                                     "2M2,0,null,nan,,nan\n");
    auto source = openTable(path);
    const LabelMapping mapping = mapLabels(source->schema());
    EXPECT_EQ(mapping.sourceId, "GAIAEDR3_SOURCE_ID");
    LabelReader reader(std::move(source), mapping);
    LabelBatch batch;
    ASSERT_TRUE(reader.next(batch));
    const auto column = [&](const std::string& name) -> const Column& {
        for (const Column& candidate : batch.columns) {
            if (candidate.name() == name) return candidate;
        }
        throw Error("no " + name);
    };
    EXPECT_EQ(batch.hasSourceId, (std::vector<std::uint8_t>{1, 0}));
    EXPECT_EQ(column("TEFF").number(0), 4800);
    EXPECT_EQ(column("TEFF").unit(), "K");
    EXPECT_TRUE(std::isnan(column("TEFF").number(1)));
    EXPECT_EQ(column("M_H").number(0), static_cast<double>(-0.3F));
    EXPECT_EQ(column("LOGG").number(0), static_cast<double>(2.4F));
    EXPECT_EQ(column("STARFLAG").number(0), 8388608);
    EXPECT_TRUE(column("STARFLAG").isMissing(1));
    EXPECT_EQ(column("GAIAEDR3_PARALLAX").number(0), 0.5);
}

TEST(LabelTable, SaysWhatAMappingLacks) {
    const TemporaryFolder folder;
    const auto path = writeFile(folder / "a.csv", "source_id,x,list\n1,2,\"(1, 2)\"\n");
    const auto problem = [&](LabelMapping mapping) {
        return errorOf([&] { LabelReader(openTable(path), std::move(mapping)); });
    };
    EXPECT_NE(problem({"", {}}).find("is the Gaia source_id"), std::string::npos);
    EXPECT_NE(problem({"id", {}}).find("no column 'id' in"), std::string::npos);
    EXPECT_NE(problem({"source_id", {{"A", "y"}}}).find("there is no column 'y'"), std::string::npos);
    EXPECT_NE(problem({"source_id", {{"A", "list"}}}).find("list[0]"), std::string::npos);
    EXPECT_NE(problem({"source_id", {{"A", "x"}, {"a", "x"}}}).find("are to be called 'a'"), std::string::npos);
    LabelReader reader(openTable(path), {"source_id", {{"SECOND", "list[1]"}, {"FIRST", "list[0]"}}});
    LabelBatch batch;
    ASSERT_TRUE(reader.next(batch));
    EXPECT_EQ(batch.columns[0].number(0), 2);
    EXPECT_EQ(batch.columns[1].number(0), 1);
}

} // namespace
} // namespace zscape
