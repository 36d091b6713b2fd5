// Facts about tables out: FITS, VOTable, HDF5 and texts, missing values, pieces. python_reads_tables.py reads the same
// sample with astropy.
#include "core/io/table_writer.h"
#include "tests/support/message_of.h"
#include "tests/support/sample_table.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <fitsio.h>

#include <atomic>
#include <fstream>
#include <iterator>

namespace {

using namespace zscape;
using test::sampleTable;
using test::TemporaryFolder;

std::string readText(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

TEST(WriteTableFormats, CsvLeavesMissingIntegersAndTextsEmpty) {
    const TemporaryFolder folder;
    writeTable(folder / "t.csv", sampleTable());
    EXPECT_EQ(readText(folder / "t.csv"),
              "source_id,teff,flags,big,name,mu_1,mu_2,flux_336,flux_338.5\n"
              "9223372036854775807,0.3333333333333333,7,1,\"a, \"\"b\"\"\",0.1,-2.5,1,-inf\n"
              "5,5000,,9007199254740993,,nan,1e-20,3,4\n"
              "-9007199254740993,nan,-1,,\"#\xCE\xB1 Cen\",3,4,5e-324,6\n");
}

TEST(WriteTableFormats, VoTableTextIsPlain) {
    const TemporaryFolder folder;
    NumericTable table = sampleTable();
    table.attributes = {{"a", "1 < \"2\""}};
    writeTable(folder / "t.xml", table);
    EXPECT_EQ(readText(folder / "t.xml"),
              "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
              "<VOTABLE version=\"1.4\" xmlns=\"http://www.ivoa.net/xml/VOTable/v1.3\">\n"
              "<RESOURCE type=\"results\">\n"
              "<INFO name=\"a\" value=\"1 &lt; &quot;2&quot;\"/>\n"
              "<TABLE>\n"
              "<PARAM name=\"wavelength_nm\" datatype=\"double\" arraysize=\"2\" value=\"336 338.5\"/>\n"
              "<FIELD name=\"source_id\" datatype=\"long\" ucd=\"meta.id;meta.main\"/>\n"
              "<FIELD name=\"teff\" datatype=\"double\" unit=\"K\" ucd=\"phys.temperature.effective\"><DESCRIPTION>"
              "Effective temperature, &quot;as &lt;given&gt;&quot; &amp; kept</DESCRIPTION></FIELD>\n"
              "<FIELD name=\"flags\" datatype=\"int\"/>\n"
              "<FIELD name=\"big\" datatype=\"long\"/>\n"
              "<FIELD name=\"name\" datatype=\"unicodeChar\" arraysize=\"*\"/>\n"
              "<FIELD name=\"mu\" datatype=\"float\" arraysize=\"2\"/>\n"
              "<FIELD name=\"flux\" datatype=\"double\" arraysize=\"2\" unit=\"W.m**-2.nm**-1\" "
              "ucd=\"phot.flux.density;em.wl\"/>\n"
              "<DATA><TABLEDATA>\n"
              "<TR><TD>9223372036854775807</TD><TD>0.3333333333333333</TD><TD>7</TD><TD>1</TD>"
              "<TD>a, &quot;b&quot;</TD><TD>0.1 -2.5</TD><TD>1 -Inf</TD></TR>\n"
              "<TR><TD>5</TD><TD>5000</TD><TD></TD><TD>9007199254740993</TD><TD></TD><TD>NaN 1e-20</TD>"
              "<TD>3 4</TD></TR>\n"
              "<TR><TD>-9007199254740993</TD><TD>NaN</TD><TD>-1</TD><TD></TD><TD>#\xCE\xB1 Cen</TD><TD>3 4</TD>"
              "<TD>5e-324 6</TD></TR>\n"
              "</TABLEDATA></DATA>\n</TABLE>\n</RESOURCE>\n</VOTABLE>\n");
}

TEST(WriteTableFormats, Binary2IsTheBytesOfTheStandard) {
    const TemporaryFolder folder;
    NumericTable table;
    NumericBlock flag{"f", "", std::vector<std::int32_t>{258, 0}, 1, false, "", {}};
    flag.missing = BitSet(2);
    flag.missing.set(1);
    table.blocks = {flag, {"t", "", std::vector<std::string>{"A", ""}, 1, false, "", {}}};
    writeTable(folder / "t.vot", table);
    // Row 1: flags 00, int 00000102, length 00000001, 'A' 0041. Row 2: flags 80, int 0, length 0.
    EXPECT_NE(readText(folder / "t.vot").find(">\nAAAAAQIAAAABAEGAAAAAAAAAAAA=\n</STREAM>"), std::string::npos)
        << readText(folder / "t.vot");
}

TEST(WriteTableFormats, CfitsioReadsWhatWasWritten) {
    const TemporaryFolder folder;
    TableWriter writer(folder / "t.fits", sampleTable());
    writer.append(sampleTable());
    writer.append(sampleTable());
    EXPECT_EQ(writer.rows(), 6u);
    EXPECT_FALSE(std::filesystem::exists(folder / "t.fits")) << "a file appears when it is complete";
    writer.commit();
    int status = 0;
    fitsfile* file = nullptr;
    fits_open_diskfile(&file, (folder / "t.fits").c_str(), READONLY, &status);
    fits_movabs_hdu(file, 2, nullptr, &status);
    LONGLONG rows = 0;
    fits_get_num_rowsll(file, &rows, &status);
    EXPECT_EQ(rows, 6);
    std::array<LONGLONG, 6> ids{};
    fits_read_col(file, TLONGLONG, 1, 1, 1, 6, nullptr, ids.data(), nullptr, &status);
    EXPECT_EQ(ids[0], std::numeric_limits<std::int64_t>::max());
    EXPECT_EQ(ids[5], -9007199254740993);
    std::array<int, 6> flags{};
    std::array<char, 6> missing{};
    int any = 0;
    fits_read_colnull(file, TINT, 3, 1, 1, 6, flags.data(), missing.data(), &any, &status);
    EXPECT_EQ(flags[3], 7);
    EXPECT_EQ(missing[1], 1);
    EXPECT_EQ(missing[2], 0);
    std::array<double, 4> flux{};
    fits_read_col(file, TDOUBLE, 7, 5, 1, 4, nullptr, flux.data(), nullptr, &status);
    EXPECT_EQ(flux, (std::array<double, 4>{3, 4, 5e-324, 6}));
    std::array<char, FLEN_VALUE> unit{};
    fits_read_key(file, TSTRING, "TUNIT7", unit.data(), nullptr, &status);
    EXPECT_STREQ(unit.data(), "W.m**-2.nm**-1");
    fits_read_key(file, TSTRING, "TUCD2", unit.data(), nullptr, &status);
    EXPECT_STREQ(unit.data(), "phys.temperature.effective");
    fits_close_file(file, &status);
    EXPECT_EQ(status, 0);
}

TEST(WriteTableFormats, RefusesTheIntegerThatMeansMissingWhereItDoes) {
    const TemporaryFolder folder;
    NumericTable table;
    table.blocks.push_back(
        {"n", "", std::vector<std::int32_t>{std::numeric_limits<std::int32_t>::min()}, 1, false, "", {}});
    for (const char* name : {"t.fits", "t.h5"}) {
        EXPECT_EQ(test::messageOf([&] { writeTable(folder / name, table); }),
                  "column 'n' holds -2147483648, which means missing in this file's format; write CSV, ECSV or VOTable "
                  "instead");
    }
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
    writeTable(folder / "t.csv", table);
    EXPECT_EQ(readText(folder / "t.csv"), "n\n-2147483648\n");
}

TEST(WriteTableFormats, PiecesMustFitTheLayoutAndNothingIsLeftWithoutACommit) {
    const TemporaryFolder folder;
    for (const char* name : {"t.csv", "t.ecsv", "t.fits", "t.vot", "t.xml", "t.h5"}) {
        TableWriter writer(folder / name, sampleTable());
        writer.append(sampleTable());
        NumericTable other = sampleTable();
        other.blocks.pop_back();
        EXPECT_THROW(writer.append(other), Error);
        const std::atomic<bool> cancel{true};
        EXPECT_THROW(writer.append(sampleTable(), JobContext({}, &cancel)), Cancelled);
    }
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(WriteTableFormats, Hdf5InPiecesHoldsWhatTheWholeDoes) {
    const TemporaryFolder folder;
    writeTable(folder / "whole.h5", sampleTable());
    TableWriter writer(folder / "pieces.h5", sampleTable());
    writer.append(sampleTable());
    writer.commit();
    for (const char* dataset : {":/mu", ":/flux"}) {
        const InputTable whole = readInputTable((folder / "whole.h5").string() + dataset);
        const InputTable pieces = readInputTable((folder / "pieces.h5").string() + dataset);
        EXPECT_EQ(whole.sourceIds, sampleTable().sourceIds);
        EXPECT_EQ(pieces.sourceIds, whole.sourceIds);
        ASSERT_EQ(pieces.values.size(), whole.values.size());
        EXPECT_EQ(pieces.values[5], whole.values[5]);
    }
}

} // namespace
