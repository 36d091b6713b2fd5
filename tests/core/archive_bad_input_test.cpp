// What every reader says to files that are damaged, cut off, or made to harm: one sentence with file, row and column.
#include "core/archive/byte_stream.h"
#include "core/archive/xp_continuous.h"
#include "tests/core/archive_support.h"
#include "tests/support/deflated_zip.h"

#include <fitsio.h>
#include <gtest/gtest.h>
#include <hdf5.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <cmath>
#include <cstring>

namespace zscape {
namespace {

using test::errorOf;
using test::problemOf;
using test::readAll;
using test::TemporaryFolder;
using test::writeFile;

/// `text` contains `part`.
testing::AssertionResult says(const std::string& text, const std::string& part) {
    if (text.find(part) != std::string::npos) return testing::AssertionSuccess();
    return testing::AssertionFailure() << "'" << text << "' does not say '" << part << "'";
}

std::string gzipped(const std::string& text, int level = 9) {
    z_stream stream{};
    deflateInit2(&stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    std::string out(deflateBound(&stream, text.size()) + 64, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

std::string xpProblem(const std::filesystem::path& path) {
    return errorOf([&] {
        XpContinuousReader reader(path);
        XpBatch batch;
        while (reader.next(batch)) {
        }
    });
}

/// A CSV shows by its first 500 rows what its columns hold; what follows them can then be wrong.
std::string goodRows(const std::string& row) {
    std::string rows;
    for (int count = 0; count < 600; ++count) {
        rows += row;
    }
    return rows;
}

/// A FITS table of source_id (K), x (E), and a list (PD) in the heap; three rows.
std::string smallFits(const TemporaryFolder& folder) {
    const auto path = folder / "small.fits";
    fitsfile* file = nullptr;
    int status = 0;
    fits_create_diskfile(&file, path.c_str(), &status);
    std::array<char*, 4> names{const_cast<char*>("source_id"), const_cast<char*>("flag"), const_cast<char*>("list"),
                               const_cast<char*>("name")};
    std::array<char*, 4> forms{const_cast<char*>("K"), const_cast<char*>("I"), const_cast<char*>("PD(3)"),
                               const_cast<char*>("6A")};
    fits_create_tbl(file, BINARY_TBL, 3, 4, names.data(), forms.data(), nullptr, "STARS", &status);
    int null = -32768;
    fits_write_key(file, TINT, "TNULL2", &null, nullptr, &status);
    for (long row = 1; row <= 3; ++row) {
        LONGLONG id = row;
        short flag = row == 2 ? short{-32768} : static_cast<short>(row);
        std::array<double, 3> list{1.5, static_cast<double>(row), 3};
        std::array<char, 7> text{"star"};
        char* pointer = text.data();
        fits_write_col(file, TLONGLONG, 1, row, 1, 1, &id, &status);
        fits_write_col(file, TSHORT, 2, row, 1, 1, &flag, &status);
        fits_write_col(file, TDOUBLE, 3, row, 1, row == 3 ? 0 : 3, list.data(), &status);
        fits_write_col(file, TSTRING, 4, row, 1, 1, &pointer, &status);
    }
    fits_close_file(file, &status);
    EXPECT_EQ(status, 0);
    return test::readFile(path);
}

std::string votable(const std::string& fields, const std::string& data, const std::string& before = "") {
    return "<?xml version='1.0'?>" + before + "<VOTABLE><RESOURCE><TABLE>" + fields + "<DATA>" + data +
           "</DATA></TABLE></RESOURCE></VOTABLE>";
}
const std::string idField = "<FIELD name='source_id' datatype='long'/><FIELD name='x' datatype='double'/>";

TEST(BadInput, FilesThatAreNoTables) {
    const TemporaryFolder folder;
    EXPECT_TRUE(says(problemOf(folder / "none.csv"), "no such file"));
    EXPECT_TRUE(says(problemOf(folder.path()), "is a folder"));
    EXPECT_TRUE(says(problemOf(writeFile(folder / "empty.csv", "")), "is empty"));
    EXPECT_TRUE(says(problemOf(writeFile(folder / "blank.csv", "\n\n \n")), "no line with the names"));
    EXPECT_TRUE(
        says(problemOf(writeFile(folder / "random.bin", std::string("\x01\x02\0\x03rest", 8))), "none of the formats"));
    EXPECT_TRUE(says(problemOf(writeFile(folder / "page.html", "<html><body>502</body></html>")), "no VOTable"));
    EXPECT_TRUE(says(problemOf(writeFile(folder / "utf16.csv", std::string("\xff\xfe"
                                                                           "a\0,\0",
                                                                           6))),
                     "none of the formats"));
    if (geteuid() == 0) return; // root may read everything
    const auto secret = writeFile(folder / "secret.csv", "a\n1\n");
    ::chmod(secret.c_str(), 0);
    EXPECT_TRUE(says(problemOf(secret), "no permission"));
}

TEST(BadInput, TextNamesRowLineAndColumn) {
    const TemporaryFolder folder;
    const auto problem = [&](const std::string& rows) {
        return problemOf(writeFile(folder / "a.csv", "source_id,x,name\n" + goodRows("1,2,a\n") + rows));
    };
    EXPECT_TRUE(says(problem("2,abc,b\n"), "a.csv, row 601 (line 602), column 'x': 'abc' is not a number"));
    EXPECT_TRUE(says(problem("9223372036854775808,1,b\n"), "column 'source_id': '9223372036854775808' is beyond"));
    EXPECT_TRUE(says(problem("1.5,1,b\n"), "column 'source_id': '1.5' is not a whole number"));
    EXPECT_TRUE(says(problem("2,1\n"), "row 601 (line 602), there are 2 fields where 3 columns are named"));
    EXPECT_TRUE(says(problem("2,1,b,4\n"), "more fields than the 3 columns"));
    EXPECT_TRUE(says(problem("2,1,\"b\n"), "column 'name': the quotes are not closed"));
    EXPECT_TRUE(says(problem("2,1,\xff\xfe\n"), "is not UTF-8 at its byte 1"));
    EXPECT_TRUE(says(problem("2,1,\"\0\"\n"), "quotes are not closed"));
    EXPECT_EQ(problem("2,inf,b\n3,-Infinity,c\n4,1e999,d\n5,NaN,e\n6,,\n"), "");
}

TEST(BadInput, TextHeaders) {
    const TemporaryFolder folder;
    const auto problem = [&](const std::string& text) { return problemOf(writeFile(folder / "a.csv", text)); };
    EXPECT_TRUE(says(problem("a,b,a\n1,2,3\n"), "two columns of " + (folder / "a.csv").string() + " are named 'a'"));
    EXPECT_TRUE(says(problem("a,,c\n1,2,3\n"), "column 2 of"));
    EXPECT_TRUE(says(problem("1,2\n3,4\n"), "numbers stand where"));
    EXPECT_TRUE(says(problem("a,\"b\n"), "quotes that are not closed"));
    EXPECT_TRUE(says(problem("a,\xff\n1,2\n"), "is not UTF-8"));
    const std::string ecsv = "# %ECSV 1.0\n# ---\n# delimiter: ','\n# datatype:\n";
    EXPECT_TRUE(says(problem(ecsv + "# - {name: a, datatype: int64}\nb\n1\n"), "is 'a' in the ECSV header and 'b'"));
    EXPECT_TRUE(
        says(problem(ecsv + "# - {name: a, datatype: complex128}\na\n1\n"), "'complex128', which is none of ECSV's"));
    EXPECT_TRUE(says(problem(ecsv + "a\n1\n"), "describes no column"));
    EXPECT_TRUE(
        says(problem(ecsv + "# - {name: a, datatype: string, subtype: 'float64[-1]'}\na\n1\n"), "which cannot be"));
    EXPECT_TRUE(
        says(problem("# %ECSV 1.0\n# ---\n# delimiter: 'xx'\n# datatype:\n# - {name: a, datatype: int64}\na\n1\n"),
             "the delimiter 'xx'"));
}

TEST(BadInput, TextLists) {
    const TemporaryFolder folder;
    const auto problem = [&](const std::string& list) {
        return problemOf(
            writeFile(folder / "a.csv", "source_id,list\n" + goodRows("1,\"(1, 2)\"\n") + "2,\"" + list + "\"\n"));
    };
    EXPECT_TRUE(says(problem("(1, x)"),
                     "row 601 (line 602), column 'list': element 2 of the list cannot be read: 'x' is not a number"));
    EXPECT_TRUE(says(problem("(1, 2"), "is cut off after 2 numbers"));
    EXPECT_TRUE(says(problem("(1,, 2)"), "element 2 of the list is missing"));
    EXPECT_TRUE(says(problem("(1, )"), "element 2 of the list is missing"));
    EXPECT_TRUE(says(problem("(1) 2"), "something follows the list"));
    EXPECT_TRUE(says(problem("[[[[[[[[[[1]]"), "more brackets"));
    EXPECT_TRUE(says(problem(")"), "is missing"));
    EXPECT_EQ(problem("[nan, null, inf, -1e3]"), "");
    const std::string ecsv = "# %ECSV 1.0\n# ---\n# delimiter: ','\n# datatype:\n# - {name: a, datatype: string, "
                             "subtype: 'float64[3]'}\na\n";
    EXPECT_TRUE(says(problemOf(writeFile(folder / "b.ecsv", ecsv + "\"[1,2]\"\n")),
                     "there are 2 numbers where the header says 3"));
}

// Rows that cannot be read are left out when the caller says so, each with its sentence; the others keep their numbers.
TEST(BadInput, SkipsRowsWhenAsked) {
    const TemporaryFolder folder;
    std::vector<std::string> sentences;
    const ReadOptions skipping{2, [&](const std::string& sentence) { sentences.push_back(sentence); }};
    const std::string header =
        "# %ECSV 1.0\n# ---\n# delimiter: ','\n# datatype:\n# - {name: source_id, datatype: int64}\n"
        "# - {name: x, datatype: float64}\n# - {name: list, datatype: string, subtype: 'float64[null]'}\n";
    const auto csv =
        writeFile(folder / "a.ecsv",
                  header + "source_id,x,list\n1,1,\"(1,2)\"\n2,bad,\"(3)\"\n3,3,\"(4,y)\"\n4,4\n5,5,\"(6)\"\n");
    const auto source = openTable(csv, skipping);
    TableBatch batch;
    ASSERT_TRUE(source->next(batch));
    EXPECT_EQ(batch.columns[0].as<std::int64_t>(), (std::vector<std::int64_t>{1, 5}));
    EXPECT_EQ(batch.columns[2].as<double>(), (std::vector<double>{1, 2, 6}));
    EXPECT_EQ(batch.columns[2].offsets, (std::vector<std::size_t>{0, 2, 3}));
    EXPECT_EQ(batch.rowNumber(1), 4u);
    ASSERT_EQ(sentences.size(), 3u);
    EXPECT_TRUE(says(sentences[2], "row 4 (line 12)"));

    sentences.clear();
    const auto xml = writeFile(folder / "a.xml",
                               votable(idField, "<TABLEDATA><TR><TD>1</TD><TD>1</TD></TR><TR><TD>2</TD></TR>"
                                                "<TR><TD>3</TD><TD>z</TD></TR><TR><TD>4</TD><TD/></TR></TABLEDATA>"));
    const auto table = openTable(xml, skipping);
    ASSERT_TRUE(table->next(batch));
    EXPECT_EQ(batch.columns[0].as<std::int64_t>(), (std::vector<std::int64_t>{1, 4}));
    EXPECT_EQ(batch.rowNumber(1), 3u);
    EXPECT_EQ(sentences.size(), 2u);
}

TEST(BadInput, LongLines) {
    const TemporaryFolder folder;
    // Ten megabytes in one field are a text like any other.
    const std::string longText(10'000'000, 'x');
    const auto source = openTable(writeFile(folder / "a.csv", "a,b\n" + longText + ",1\ny,2\n"));
    const TableBatch all = readAll(*source);
    ASSERT_EQ(all.rows, 2u);
    EXPECT_EQ(all.columns[0].as<std::string>()[0].size(), longText.size());
    EXPECT_TRUE(says(problemOf(writeFile(folder / "b.csv.gz", gzipped("a,b\n" + std::string(80'000'000, '7'), 1))),
                     "a line of more than 64 MB"));
}

TEST(BadInput, Gzip) {
    const TemporaryFolder folder;
    std::string text = "source_id,x\n";
    for (int row = 1; row < 20000; ++row) {
        text += std::to_string(row * 7919) + "," + std::to_string(row * 31 % 1009) + "\n";
    }
    const std::string whole = gzipped(text);
    EXPECT_EQ(problemOf(writeFile(folder / "a.csv.gz", whole)), "");
    EXPECT_EQ(problemOf(writeFile(folder / "two.csv.gz", whole + gzipped("5,6\n"))), "");
    EXPECT_TRUE(
        says(problemOf(writeFile(folder / "cut.csv.gz", whole.substr(0, whole.size() / 2))), "is cut off after"));
    std::string damaged = whole;
    damaged[damaged.size() / 2] = static_cast<char>(damaged[damaged.size() / 2] ^ 0x55);
    EXPECT_NE(problemOf(writeFile(folder / "bad.csv.gz", damaged)), "");
    std::string wrongSum = whole;
    wrongSum[wrongSum.size() - 6] = static_cast<char>(wrongSum[wrongSum.size() - 6] ^ 1);
    EXPECT_TRUE(says(problemOf(writeFile(folder / "sum.csv.gz", wrongSum)), "is damaged"));
    EXPECT_TRUE(says(problemOf(writeFile(folder / "tail.csv.gz", whole + "hello")), "other bytes after"));
    EXPECT_TRUE(says(problemOf(writeFile(folder / "nothing.gz", gzipped(""))), "inflates to nothing"));
}

// gzip files joined end to end, as parallel compressors write them: small ones, whose ends fall anywhere in the pieces
// that the file is read in, and each of them damaged in turn.
TEST(BadInput, GzipOfManyMembers) {
    const TemporaryFolder folder;
    std::string joined = gzipped("source_id,x\n");
    std::int64_t sum = 0;
    std::size_t rows = 0;
    while (joined.size() < 900'000) {
        std::string lines;
        for (std::size_t last = rows + 1 + rows % 3; rows < last;) {
            ++rows;
            lines += std::to_string(rows) + "," + std::to_string(rows * 31 % 1009) + "\n";
            sum += static_cast<std::int64_t>(rows * 31 % 1009);
        }
        joined += gzipped(lines);
    }
    const auto source = openTable(writeFile(folder / "many.csv.gz", joined));
    const TableBatch all = readAll(*source);
    ASSERT_EQ(all.rows, rows);
    double read = 0;
    for (const double value : all.columns[1].as<double>()) {
        read += value;
    }
    EXPECT_EQ(read, static_cast<double>(sum));
    for (std::size_t at = 1000; at < joined.size(); at += 37'117) {
        EXPECT_NE(problemOf(writeFile(folder / "cut.csv.gz", joined.substr(0, at) + "\x1f")), "") << at;
    }
}

// 300 MB of empty lines in 300 kB: refused once it has shown what it is, in bounded memory.
TEST(BadInput, GzipBomb) {
    const TemporaryFolder folder;
    const std::string lines = gzipped(std::string(50'000'000, '\n'));
    std::string bomb = gzipped("a,b\n1,2\n");
    for (int count = 0; count < 6; ++count) {
        bomb += lines;
    }
    EXPECT_TRUE(says(problemOf(writeFile(folder / "bomb.csv.gz", bomb)), "inflates to more than 500 times"));
}

TEST(BadInput, Zip) {
    const TemporaryFolder folder;
    test::writeDeflatedZip(folder / "none.zip", {{"README.md", test::bytesOf("# hello")}});
    EXPECT_TRUE(says(problemOf(folder / "none.zip"), "without a table"));
    test::writeDeflatedZip(folder / "a.zip",
                           {{"d/a.csv", test::bytesOf("source_id,x\n" + goodRows("1,2\n") + "3,oops\n")},
                            {"b.csv", test::bytesOf("a,b\n1,2\n")}});
    EXPECT_TRUE(says(problemOf(folder / "a.zip"),
                     "'d/a.csv' in " + (folder / "a.zip").string() + ", row 601 (line 602), column 'x'"));
    const std::string whole = test::readFile(folder / "a.zip");
    EXPECT_NE(problemOf(writeFile(folder / "cut.zip", whole.substr(0, whole.size() / 2))), "");
    // Formats that must be held whole are not beyond a limit, whatever the archive says.
    const std::string zeros = gzipped(std::string(2'000'000, '0'));
    const auto stream = openMemoryStream(zeros, "a.fits");
    EXPECT_TRUE(says(errorOf([&] { readWhole(*stream, std::size_t{1} << 20, "a.fits", "a packed FITS file"); }),
                     "is a packed FITS file of more than 1 MB"));
}

TEST(BadInput, Fits) {
    const TemporaryFolder folder;
    const std::string good = smallFits(folder);
    const auto source = openTable(folder / "small.fits");
    EXPECT_EQ(source->schema().table, "STARS");
    const TableBatch all = readAll(*source);
    ASSERT_EQ(all.rows, 3u);
    EXPECT_TRUE(all.columns[1].isMissing(1));
    EXPECT_EQ(all.columns[2].offsets, (std::vector<std::size_t>{0, 3, 6, 6}));
    EXPECT_EQ(all.columns[3].as<std::string>()[2], "star");
    // The same in gzip, and as bytes of a zip archive.
    EXPECT_EQ(problemOf(writeFile(folder / "a.fits.gz", gzipped(good))), "");
    const auto problem = [&](const std::string& bytes) { return problemOf(writeFile(folder / "bad.fits", bytes)); };
    const std::size_t data = good.size() - 2880;
    EXPECT_TRUE(says(problem(good.substr(0, data + 10)), "is cut off in row 1 of 3"));
    EXPECT_NE(problem(good.substr(0, 100)), "");
    EXPECT_NE(problem(good.substr(0, 2880)), "");
    std::string list = good;
    list[data + 10] = '\x7f'; // length of the first list
    EXPECT_TRUE(says(problem(list), "row 1, column 'list': its list of 2130706435 values lies outside the file"));
    std::string rows = good;
    const std::size_t count = rows.find("NAXIS2  =                    3");
    ASSERT_NE(count, std::string::npos);
    rows.replace(count, 30, "NAXIS2  =           2000000000");
    EXPECT_TRUE(says(problem(rows), "is cut off in row"));
    std::string twice = good;
    twice.replace(twice.find("'flag    '"), 10, "'list    '");
    EXPECT_TRUE(says(problem(twice), "are named 'list'"));
    // CFITSIO 4.2 copies such a name beyond the end of its buffer; found by tests/fuzz.
    std::string unquoted = good;
    const std::size_t card = unquoted.find("TTYPE2  =");
    unquoted.replace(card + 9, 71, std::string(71, 's'));
    EXPECT_TRUE(says(problem(unquoted), "TTYPE2 is no text in quotes"));
    unquoted.replace(card + 9, 71, " " + std::string(70, 's'));
    EXPECT_TRUE(says(problem(unquoted), "TTYPE2 is no text in quotes"));
    // Nor has it room to quote a long number that is none.
    std::string null = good;
    null.replace(null.find("TNULL2  =") + 9, 71, " " + std::string(70, '7'));
    EXPECT_TRUE(says(problem(null), "TNULL2 is no number"));
    std::string form = good;
    form.replace(form.find("'K       '"), 10, "'9Z      '");
    EXPECT_NE(problem(form), "");
}

TEST(BadInput, Votable) {
    const TemporaryFolder folder;
    const auto problem = [&](const std::string& text) { return problemOf(writeFile(folder / "a.xml", text)); };
    const auto row = [](const std::string& cells) {
        return "<TABLEDATA><TR><TD>1</TD><TD>2</TD></TR><TR>" + cells + "</TR></TABLEDATA>";
    };
    EXPECT_EQ(problem(votable(idField, row("<TD>2</TD><TD/>"))), "");
    EXPECT_TRUE(
        says(problem(votable(idField, row("<TD>2</TD><TD>z</TD>"))), "a.xml, row 2, column 'x': 'z' is not a number"));
    EXPECT_TRUE(
        says(problem(votable(idField, row("<TD>2</TD>"))), "row 2, there are 1 cells where 2 columns are described"));
    EXPECT_TRUE(says(problem(votable(idField, row("<TD>9223372036854775808</TD><TD>1</TD>"))),
                     "column 'source_id': '9223372036854775808' is beyond"));
    EXPECT_TRUE(says(problem(votable(idField + idField, row(""))), "are named 'source_id'"));
    EXPECT_TRUE(says(problem(votable("<FIELD name='a' datatype='real'/>", row(""))),
                     "the datatype 'real', which is none of VOTable's"));
    EXPECT_TRUE(says(problem(votable("<FIELD name='a' datatype='int' arraysize='-3'/>", row(""))),
                     "arraysize '-3', which cannot be"));
    EXPECT_TRUE(says(problem(votable("", row(""))), "no FIELD"));
    EXPECT_TRUE(says(problem("<VOTABLE><RESOURCE/></VOTABLE>"), "no table with data"));
    EXPECT_TRUE(says(
        problem(votable("<FIELD name='a' datatype='int'><DESCRIPTION><TABLE></TABLE></DESCRIPTION></FIELD>", row(""))),
        "a TABLE within a TABLE"));
    const std::string whole = votable(idField, row("<TD>2</TD><TD>3</TD>"));
    EXPECT_TRUE(says(problem(whole.substr(0, whole.find("<TD>3"))), "is cut off at line 1"));
    EXPECT_TRUE(says(problem("<VOTABLE><RESOURCE></TABLE>"), "not well-formed XML at line 1"));
    EXPECT_TRUE(says(problem(votable(idField, row("<TD>\xff</TD><TD>3</TD>"))), "not well-formed"));
    EXPECT_TRUE(says(problem(votable(idField, "<FITS><STREAM/></FITS>")), "FITS within XML"));
    EXPECT_TRUE(says(problem(votable(idField, "<BINARY2><STREAM href='http://example.org/x'/></BINARY2>")),
                     "data are elsewhere"));
}

TEST(BadInput, VotableBinary) {
    const TemporaryFolder folder;
    const auto problem = [&](const std::string& stream, const std::string& fields = idField) {
        return problemOf(writeFile(
            folder / "a.xml", votable(fields, "<BINARY><STREAM encoding='base64'>" + stream + "</STREAM></BINARY>")));
    };
    EXPECT_EQ(problem("AAAAAAAAAAE/8AAAAAAAAA=="), ""); // 1, 1.0
    EXPECT_TRUE(says(problem("AAAAAAAAAAE/8AAAAAAA"), "row 1, is cut off"));
    EXPECT_TRUE(says(problem("AAAA!AAA"), "row 1: its data are not base64"));
    EXPECT_TRUE(says(problem("AAAAAAAAAAE/8AAAAAAAAA==AAAA"), "not base64"));
    const std::string list = "<FIELD name='list' datatype='double' arraysize='*'/>";
    EXPECT_TRUE(says(problem("f////w==", list), "row 1, column 'list': a list of 2147483647 values cannot be"));
    EXPECT_TRUE(says(problem("/////w==", list), "a list of -1 values cannot be"));
}

// "Billion laughs" and its like: entities are refused where they are declared.
TEST(BadInput, XmlEntityBomb) {
    const TemporaryFolder folder;
    std::string bomb = "<!DOCTYPE VOTABLE [<!ENTITY a0 \"ha\">";
    for (int level = 1; level < 30; ++level) {
        const std::string below = "&a" + std::to_string(level - 1) + ";";
        bomb += "<!ENTITY a" + std::to_string(level) + " \"" + below + below + "\">";
    }
    const auto path = writeFile(
        folder / "a.xml", votable(idField, "<TABLEDATA><TR><TD>&a29;</TD><TD>1</TD></TR></TABLEDATA>", bomb + "]>"));
    EXPECT_TRUE(says(problemOf(path), "declares XML entities"));
    std::string deep = "<VOTABLE>";
    for (int level = 0; level < 100000; ++level) {
        deep += "<RESOURCE>";
    }
    EXPECT_TRUE(says(problemOf(writeFile(folder / "deep.xml", deep)), "more than 100 deep"));
}

TEST(BadInput, Hdf5) {
    const TemporaryFolder folder;
    const auto path = folder / "a.h5";
    const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    const hsize_t rows = 3;
    const auto add = [file](const char* name, hid_t type, const void* values, hsize_t size) {
        const hid_t space = H5Screate_simple(1, &size, nullptr);
        const hid_t dataset = H5Dcreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
        if (values) H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
        H5Dclose(dataset);
        H5Sclose(space);
    };
    const std::array<std::uint64_t, 3> ids{1, 2, std::uint64_t{1} << 63};
    const std::array<double, 3> x{1.5, std::nan(""), HUGE_VAL};
    add("source_id", H5T_NATIVE_UINT64, ids.data(), rows);
    add("x", H5T_NATIVE_DOUBLE, x.data(), rows);
    add("axis", H5T_NATIVE_DOUBLE, x.data(), 2);
    H5Fclose(file);
    const auto source = openTable(path);
    ASSERT_EQ(source->schema().columns.size(), 2u);
    EXPECT_EQ(source->schema().notices.size(), 1u);
    EXPECT_TRUE(says(problemOf(path), "row 3, column 'source_id': 9223372036854775808 is beyond"));
    const std::string whole = test::readFile(path);
    EXPECT_NE(problemOf(writeFile(folder / "cut.h5", whole.substr(0, whole.size() / 2))), "");
    EXPECT_NE(problemOf(writeFile(folder / "start.h5", whole.substr(0, 100))), "");
    const hid_t vast = H5Fcreate((folder / "vast.h5").c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    const hsize_t size = hsize_t{1} << 50;
    const hsize_t chunk = 1024;
    const hid_t space = H5Screate_simple(1, &size, nullptr);
    const hid_t plan = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_chunk(plan, 1, &chunk);
    H5Dclose(H5Dcreate2(vast, "x", H5T_NATIVE_DOUBLE, space, H5P_DEFAULT, plan, H5P_DEFAULT));
    H5Pclose(plan);
    H5Sclose(space);
    H5Fclose(vast);
    EXPECT_TRUE(says(problemOf(folder / "vast.h5"), "rows and holds hardly any"));
}

// Damage that libhdf5 1.10.8 does not survive; found by tests/fuzz. What a later version refuses itself is fine, too.
TEST(BadInput, Hdf5ThatWouldCrashItsLibrary) {
    const TemporaryFolder folder;
    const std::filesystem::path seeds = std::filesystem::path(ZSCAPE_FUZZ_SEEDS) / "hdf5";
    ASSERT_EQ(problemOf(seeds / "a.h5"), "");
    std::string bytes = test::readFile(seeds / "a.h5");
    // The member x of the row type is an array of two floats; 16 bytes behind its name stands that it takes 8 bytes.
    // Of none, H5T_copy divides by them.
    const std::size_t size = bytes.find(std::string("x\0\0\0", 4)) + 16;
    ASSERT_EQ(bytes[size], 8);
    bytes[size] = 0;
    EXPECT_TRUE(says(problemOf(writeFile(folder / "zero.h5", bytes)), "zero.h5"));
    EXPECT_TRUE(says(problemOf(writeFile(folder / "zero.h5.gz", gzipped(bytes))), "zero.h5.gz"));
    // Damaged in several places, so that the conversion of rows leaves its buffer.
    EXPECT_TRUE(says(problemOf(seeds / "struct_conversion.h5"), "struct_conversion.h5"));
}

TEST(BadInput, XpSpectra) {
    const TemporaryFolder folder;
    const std::string names =
        "source_id,bp_coefficients,bp_coefficient_errors,bp_n_parameters,bp_coefficient_correlations\n";
    const auto problem = [&](const std::string& rows) {
        return xpProblem(writeFile(folder / "a.csv", names + "7,\"(1,2)\",\"(1,2)\",2,\"(0.5)\"\n" + rows));
    };
    EXPECT_EQ(problem(""), "");
    EXPECT_TRUE(says(problem("8,\"(1,2)\",\"(1)\",2,\n"),
                     "a.csv, row 2, column 'bp_coefficient_errors': 1 errors stand for 2 coefficients"));
    EXPECT_TRUE(
        says(problem("8,\"(1,2,3)\",\"(1,2,3)\",3,\n"), "there are 3 coefficients where the stars before have 2"));
    EXPECT_TRUE(says(problem("8,\"(1,2)\",\"(1,2)\",3,\n"), "2 coefficients where bp_n_parameters says 3"));
    EXPECT_TRUE(
        says(problem("8,\"(1,2)\",\"(1,2)\",2,\"(1,2)\"\n"), "there are 2 correlations where 2 coefficients have 1"));
    EXPECT_TRUE(says(problem(",\"(1,2)\",\"(1,2)\",2,\n"), "column 'source_id': no source_id"));
    EXPECT_TRUE(says(problem("-5,\"(1,2)\",\"(1,2)\",2,\n"), "-5 is no source_id"));
    EXPECT_TRUE(says(problem("8,\"(1,nan)\",\"(inf,2)\",2,\n"), ""));
    EXPECT_TRUE(says(xpProblem(writeFile(folder / "b.csv", "source_id,x\n1,2\n")), "no XP coefficients in"));
    EXPECT_TRUE(says(xpProblem(writeFile(folder / "c.csv", "source_id,bp_coefficients\n1,\"(1)\"\n")),
                     "no column 'bp_coefficient_errors'"));
    EXPECT_TRUE(says(xpProblem(writeFile(folder / "d.csv", "source_id,bp_coeff_0,bp_coeff_1,e_bp_coeff_0\n1,1,1,1\n")),
                     "2 columns of bp coefficients and 1"));
}

} // namespace
} // namespace zscape
