// Facts about catalogue files: what is read, what is written, and the sentence for each kind of bad file.
#include "core/catalog/released_layout.h"
#include "tests/support/released_table.h"
#include "tests/support/shared_data.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <limits>

namespace {

using namespace zscape;
using test::addGoodStars;
using test::CompoundTable;
using test::errorFor;
using test::idSequence;
using test::messageOf;
using test::readBytes;
using test::TemporaryFolder;
using test::writeBytes;

TEST(ReleasedLayout, ReadsEveryRowOfContiguousChunkedAndCompressedTables) {
    const TemporaryFolder folder;
    constexpr std::size_t rows = 10007;
    CompoundTable table(rows);
    addGoodStars(table, rows);
    table.addFloats("TEFF", std::vector<float>(rows, 5000.0f));
    const std::vector<CompoundTable::Options> layouts{{}, {.chunkRows = 100}, {.chunkRows = 999, .gzip = true}};
    std::string hash;
    for (const auto& layout : layouts) {
        table.write(folder / "stars.h5", layout);
        const Catalog catalog = readReleasedCatalog(folder / "stars.h5");
        ASSERT_EQ(catalog.rows(), rows);
        ASSERT_EQ(catalog.coefficientCount(), 3u);
        EXPECT_EQ(catalog.usability().usable, rows);
        std::size_t wrong = 0;
        for (std::size_t row = 0; row < rows; ++row) {
            wrong += catalog.sourceIds()[row] != static_cast<std::int64_t>(1000 + row) ||
                     catalog.coefficients().row(row)[2] != static_cast<float>(3 * row + 3) ||
                     catalog.coefficientErrors().row(row)[0] != 0.5f;
        }
        EXPECT_EQ(wrong, 0u);
        EXPECT_EQ(catalog.require("teff").number(rows - 1), 5000.0);
        if (hash.empty()) hash = catalog.contentHash();
        EXPECT_EQ(catalog.contentHash(), hash);
    }
}

TEST(ReleasedLayout, TakesEveryNumberTypeInEitherByteOrder) {
    const TemporaryFolder folder;
    CompoundTable table(2);
    const hid_t yesNo = H5Tenum_create(H5T_STD_I8LE);
    const std::int8_t no = 0;
    const std::int8_t yes = 1;
    H5Tenum_insert(yesNo, "FALSE", &no);
    H5Tenum_insert(yesNo, "TRUE", &yes);
    table.add("ids", H5T_STD_U64BE, H5T_NATIVE_UINT64, std::vector<std::uint64_t>{9007199254740993u, 7u})
        .add("phot_g_mean_flux", H5T_IEEE_F32BE, H5T_NATIVE_FLOAT, std::vector<float>{1.5f, 2.5f})
        .add("coeffs", H5T_IEEE_F64BE, H5T_NATIVE_DOUBLE, std::vector<double>{1, 2, 3, 4}, 2)
        .add("coeff_errs", H5T_IEEE_F32BE, H5T_NATIVE_FLOAT, std::vector<float>{5, 6, 7, 8}, 2)
        .add("i1", H5T_STD_I8LE, H5T_NATIVE_INT8, std::vector<std::int8_t>{-1, 2})
        .add("u1", H5T_STD_U8LE, H5T_NATIVE_UINT8, std::vector<std::uint8_t>{255, 2})
        .add("i2", H5T_STD_I16BE, H5T_NATIVE_INT16, std::vector<std::int16_t>{-300, 2})
        .add("u2", H5T_STD_U16BE, H5T_NATIVE_UINT16, std::vector<std::uint16_t>{65535, 2})
        .add("i4", H5T_STD_I32BE, H5T_NATIVE_INT32, std::vector<std::int32_t>{-70000, 2})
        .add("u4", H5T_STD_U32LE, H5T_NATIVE_UINT32, std::vector<std::uint32_t>{4294967295u, 2})
        .add("i8", H5T_STD_I64BE, H5T_NATIVE_INT64, std::vector<std::int64_t>{-5, 2})
        .add("flag", yesNo, yesNo, std::vector<std::int8_t>{1, 0})
        .add("pair", H5T_STD_I16LE, H5T_NATIVE_INT16, std::vector<std::int16_t>{1, 2, 3, 4}, 2);
    H5Tclose(yesNo);
    table.write(folder / "t.h5");
    const Catalog catalog = readReleasedCatalog(folder / "t.h5");
    EXPECT_EQ(catalog.sourceIds()[0], 9007199254740993);
    EXPECT_EQ(catalog.gFlux()[1], 2.5);
    EXPECT_EQ(catalog.coefficients().row(1)[0], 3.0f);
    EXPECT_EQ(catalog.coefficientErrors().row(0)[1], 6.0f);
    EXPECT_EQ(catalog.require("i1").text(0), "-1");
    EXPECT_EQ(catalog.require("u1").text(0), "255");
    EXPECT_EQ(catalog.require("i2").text(0), "-300");
    EXPECT_EQ(catalog.require("u2").text(0), "65535");
    EXPECT_EQ(catalog.require("i4").text(0), "-70000");
    EXPECT_EQ(catalog.require("u4").text(0), "4294967295");
    EXPECT_EQ(catalog.require("i8").text(0), "-5");
    EXPECT_EQ(catalog.require("flag").text(0), "1");
    EXPECT_EQ(catalog.require("flag").type(), ColumnType::Int32);
    EXPECT_EQ(catalog.require("u4").type(), ColumnType::Int64);
    EXPECT_EQ(catalog.require("pair[1]").text(1), "4");
    EXPECT_TRUE(catalog.notices().empty());
}

TEST(ReleasedLayout, TakesHalfFloatsAndVariableTextAndNamesWhatItLeavesOut) {
    const TemporaryFolder folder;
    const hid_t half = H5Tcopy(H5T_IEEE_F32LE);
    H5Tset_fields(half, 15, 10, 5, 0, 10);
    H5Tset_size(half, 2);
    H5Tset_ebias(half, 15);
    const hid_t text = H5Tcopy(H5T_C_S1);
    H5Tset_size(text, H5T_VARIABLE);
    const hid_t fixed = H5Tcopy(H5T_C_S1);
    H5Tset_size(fixed, 4);
    const hid_t opaque = H5Tcreate(H5T_OPAQUE, 3);
    const char* const words[2] = {"a long name of a star", ""};
    for (const bool withUnsupported : {false, true}) {
        CompoundTable table(2);
        addGoodStars(table, 2);
        table.add("half", half, H5T_NATIVE_FLOAT, std::vector<float>{1.5f, -2.0f});
        table.addRaw("name", text, std::as_bytes(std::span(words)));
        table.addRaw("code", fixed, std::as_bytes(std::span("ab\0\0cdef", 8)));
        if (withUnsupported) table.addRaw("blob", opaque, std::as_bytes(std::span("xxxyyy", 6)));
        table.write(folder / "t.h5");
        const Catalog catalog = readReleasedCatalog(folder / "t.h5");
        EXPECT_EQ(catalog.require("half").number(0), 1.5);
        EXPECT_EQ(catalog.require("half").number(1), -2.0);
        EXPECT_EQ(catalog.require("name").text(0), "a long name of a star");
        EXPECT_EQ(catalog.require("name").missingCount(), 1u);
        EXPECT_EQ(catalog.require("code").text(0), "ab");
        EXPECT_EQ(catalog.require("code").text(1), "cdef");
        EXPECT_EQ(catalog.coefficients().row(1)[2], 6.0f);
        EXPECT_EQ(catalog.notices().size(), withUnsupported ? 1u : 0u);
        if (withUnsupported) {
            EXPECT_EQ(catalog.notices()[0], "Columns of a type Zscape cannot hold were left out: blob.");
        }
    }
    for (const hid_t type : {half, text, fixed, opaque}) {
        H5Tclose(type);
    }
}

TEST(ReleasedLayout, RowsNoModelCanUseAreKeptMarkedAndNamed) {
    const TemporaryFolder folder;
    const double nan = std::numeric_limits<double>::quiet_NaN();
    CompoundTable table(6);
    table.addInt64("ids", {10, 11, 12, 13, 14, 10})
        .addDoubles("phot_g_mean_flux", {100, 100, 100, 0, nan, 100})
        .addDoubles("coeffs", {1, nan, 1, 1, 1, 1}, 1)
        .addDoubles("coeff_errs", {1, 1, -1, 1, 1, 1}, 1);
    table.write(folder / "t.h5");
    const Catalog catalog = readReleasedCatalog(folder / "t.h5");
    EXPECT_EQ(catalog.rows(), 6u);
    const UsabilityCounts& counts = catalog.usability();
    EXPECT_EQ(counts.usable, 1u);
    EXPECT_EQ(counts.badCoefficients, 1u);
    EXPECT_EQ(counts.badErrors, 1u);
    EXPECT_EQ(counts.badFlux, 2u);
    EXPECT_EQ(counts.duplicates, 1u);
    const std::vector<std::string> notices = catalog.notices();
    ASSERT_EQ(notices.size(), 4u);
    EXPECT_NE(notices[0].find("row 1 counting from 0, source_id 11"), std::string::npos) << notices[0];
    EXPECT_NE(notices[1].find("row 2 counting from 0, source_id 12"), std::string::npos) << notices[1];
    EXPECT_NE(notices[2].find("row 3 counting from 0, source_id 13"), std::string::npos) << notices[2];
    EXPECT_NE(notices[3].find("row 5 counting from 0, source_id 10"), std::string::npos) << notices[3];
}

TEST(ReleasedLayout, OpensWithoutAFluxColumn) {
    const TemporaryFolder folder;
    CompoundTable table(2);
    table.addInt64("source_id", {1, 2}).addFloats("COEFFS", {1, 2}, 1).addFloats("Coeff_Errs", {1, 1}, 1);
    table.write(folder / "t.h5");
    const Catalog catalog = readReleasedCatalog(folder / "t.h5");
    EXPECT_EQ(catalog.usability().badFlux, 2u);
    EXPECT_TRUE(catalog.columns().empty());
}

TEST(ReleasedLayout, SaysWhatIsWrongWithABadFile) {
    const TemporaryFolder folder;
    const std::filesystem::path path = folder / "bad.h5";
    EXPECT_EQ(errorFor(path), "no such file: " + path.string());

    writeBytes(path, "source_id,x\n1,2\n");
    EXPECT_EQ(errorFor(path), path.string() + " is not an HDF5 file");
    writeBytes(path, "");
    EXPECT_EQ(errorFor(path), path.string() + " is not an HDF5 file");

    CompoundTable good(1000);
    addGoodStars(good, 1000);
    good.write(path, {.dataset = "stars"});
    EXPECT_EQ(errorFor(path), "no dataset '__astropy_table__' in " + path.string() +
                                  ", which has stars; a catalogue in the released layout is needed");
    good.write(path);
    const std::string bytes = readBytes(path);
    writeBytes(path, bytes.substr(0, bytes.size() / 2));
    EXPECT_NE(errorFor(path).find("is truncated"), std::string::npos) << errorFor(path);

    CompoundTable empty(0);
    addGoodStars(empty, 0);
    empty.write(path);
    EXPECT_NE(errorFor(path).find("has no rows"), std::string::npos) << errorFor(path);

    CompoundTable lacking(1);
    lacking.addInt64("ids", {1}).addFloats("TEFF", {1});
    lacking.write(path);
    EXPECT_EQ(errorFor(path),
              "'__astropy_table__' in " + path.string() + " lacks coeffs, coeff_errs; its columns are ids, TEFF");

    CompoundTable unequal(1);
    unequal.addInt64("ids", {1}).addFloats("coeffs", {1, 2, 3}, 3).addFloats("coeff_errs", {1, 2}, 2);
    unequal.write(path);
    EXPECT_EQ(errorFor(path), "column 'coeffs' of '__astropy_table__' in " + path.string() +
                                  " has 3 values a star but 'coeff_errs' has 2; they must be of one length");

    CompoundTable scalar(1);
    scalar.addInt64("ids", {1}).addFloats("coeffs", {1}).addFloats("coeff_errs", {1});
    scalar.write(path);
    EXPECT_NE(errorFor(path).find("'coeffs' of '__astropy_table__'"), std::string::npos);
    EXPECT_NE(errorFor(path).find("is not an array of numbers"), std::string::npos) << errorFor(path);

    CompoundTable floatIds(1);
    floatIds.addDoubles("ids", {1}).addFloats("coeffs", {1}, 1).addFloats("coeff_errs", {1}, 1);
    floatIds.write(path);
    EXPECT_NE(errorFor(path).find("does not hold one integer source_id a star"), std::string::npos);

    CompoundTable large(3);
    large.add("ids", H5T_STD_U64LE, H5T_NATIVE_UINT64, std::vector<std::uint64_t>{1, 2, 9223372036854775808u})
        .addFloats("coeffs", {1, 1, 1}, 1)
        .addFloats("coeff_errs", {1, 1, 1}, 1);
    large.write(path);
    EXPECT_EQ(errorFor(path), "column 'ids' has 9223372036854775808 in row 2 (counting from 0), more than a signed "
                              "64-bit integer can hold; correct or remove it");
    EXPECT_EQ(errorFor(folder.path()), folder.path().string() + " is a folder, not an HDF5 file");
}

TEST(ReleasedLayout, WritesWhatItReadsBackBitForBit) {
    const TemporaryFolder folder;
    const float nan = std::numeric_limits<float>::quiet_NaN();
    Column flags("STARFLAG", "", std::vector<std::int32_t>{1, 2, 3});
    BitSet missing(3);
    missing.set(2);
    flags.setMissing(missing);
    Catalog catalog("t", 2, {5, 6, 9007199254740993}, {1, 2, 3, nan, 5, 6}, {1, 1, 1, 1, 1, 1},
                    {Column("phot_g_mean_flux", "electron/s", std::vector<double>{1.0 / 3.0, 2, 3}),
                     Column("TEFF", "K", std::vector<float>{5000, nan, 4000}), flags,
                     Column("big", "", std::vector<std::int64_t>{1, -2, 9007199254740993}),
                     Column("name", "", std::vector<std::string>{"a", "", "\xC3\xA9t\xC3\xA9"}),
                     Column("odd: \"name\"", "km / s", std::vector<float>{1, 2, 3})});
    catalog.attributes()["mock"] = "true";
    catalog.attributes()["note"] = "two\nlines, 'quoted' and \"so\": {on}";
    writeReleasedCatalog(catalog, folder / "out.h5");
    const Catalog back = readReleasedCatalog(folder / "out.h5");
    EXPECT_EQ(back.contentHash(), catalog.contentHash());
    EXPECT_EQ(back.attributes(), catalog.attributes());
    EXPECT_TRUE(back.isMock());
    ASSERT_EQ(back.columns().size(), catalog.columns().size());
    for (std::size_t index = 0; index < catalog.columns().size(); ++index) {
        const Column& before = catalog.columns()[index];
        const Column& after = back.columns()[index];
        EXPECT_EQ(after.name(), before.name());
        EXPECT_EQ(after.unit(), before.unit());
        EXPECT_EQ(after.type(), before.type());
        for (std::size_t row = 0; row < 3; ++row) {
            EXPECT_EQ(after.text(row), before.text(row)) << before.name() << " row " << row;
        }
    }
    EXPECT_EQ(back.name(), "out");
    EXPECT_EQ(back.path(), folder / "out.h5");
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1) << "a temporary file is left";
}

TEST(ReleasedLayout, ACancelledReadOrWriteLeavesNothingBehind) {
    const TemporaryFolder folder;
    CompoundTable table(5000);
    addGoodStars(table, 5000);
    table.write(folder / "t.h5");
    const std::atomic<bool> cancel{true};
    const JobContext job({}, &cancel);
    EXPECT_THROW(readReleasedCatalog(folder / "t.h5", job), Cancelled);
    const Catalog catalog = readReleasedCatalog(folder / "t.h5");
    EXPECT_THROW(writeReleasedCatalog(catalog, folder / "u.h5", job), Cancelled);
    EXPECT_FALSE(std::filesystem::exists(folder / "u.h5"));
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
    EXPECT_NE(messageOf([&] { writeReleasedCatalog(catalog, folder / "none" / "u.h5"); }).find("does not exist"),
              std::string::npos);
}

TEST(ReleasedLayout, MemoryStaysNearTheFloat32Payload) {
    const TemporaryFolder folder;
    // Every column of method.md section 1 as float64, the most a published file can hold; ids, 24 numbers, 2 arrays.
    constexpr std::size_t rows = 3000;
    CompoundTable table(rows);
    table.addInt64("ids", idSequence(rows))
        .addDoubles("phot_g_mean_flux", std::vector<double>(rows, 100.0))
        .addDoubles("coeffs", std::vector<double>(rows * 110, 1.0), 110)
        .addDoubles("coeff_errs", std::vector<double>(rows * 110, 1.0), 110);
    for (int index = 0; index < 24; ++index) {
        table.addDoubles("label" + std::to_string(index), std::vector<double>(rows, 1.0));
    }
    table.write(folder / "t.h5");
    const Catalog catalog = readReleasedCatalog(folder / "t.h5");
    const std::size_t payload = rows * 4 * (2 * 110 + 26);
    EXPECT_LE(static_cast<double>(catalog.bytes()), 1.15 * static_cast<double>(payload));
    EXPECT_GE(catalog.bytes(), payload);
}

// Values read with h5py 3 from the file named in the shared data's README.
TEST(ReleasedLayout, ReadsTheRealStarsOfOneField) {
    const auto path = test::sharedData("gaia/field_2000.h5");
    if (!path) GTEST_SKIP() << "no shared data";
    const Catalog catalog = readReleasedCatalog(*path);
    ASSERT_EQ(catalog.rows(), 2000u);
    ASSERT_EQ(catalog.coefficientCount(), 110u);
    EXPECT_EQ(catalog.name(), "field_2000");
    EXPECT_EQ(catalog.usability().usable, 2000u);
    EXPECT_TRUE(catalog.notices().empty());
    EXPECT_EQ(catalog.sourceIds()[0], 4295806720);
    EXPECT_EQ(catalog.sourceIds()[1], 38655544960);
    EXPECT_EQ(catalog.sourceIds()[1999], 659367674908032);
    EXPECT_EQ(catalog.gFlux()[0], 1632.8945276714046);
    EXPECT_EQ(catalog.gFlux()[1999], 2515.9272472194243);
    EXPECT_EQ(catalog.coefficients().row(0)[0], 102.93399f);
    EXPECT_EQ(catalog.coefficients().row(0)[109], -0.031138832f);
    EXPECT_EQ(catalog.coefficients().row(1)[55], 3313.825f);
    EXPECT_EQ(catalog.coefficients().row(1999)[54], -0.016797926f);
    EXPECT_EQ(catalog.coefficientErrors().row(0)[0], 0.55094093f);
    EXPECT_EQ(catalog.coefficientErrors().row(1999)[109], 0.042728614f);
    ASSERT_EQ(catalog.columns().size(), 4u);
    EXPECT_EQ(catalog.require(column::gMag).number(1), 14.126782778394237);
    EXPECT_EQ(catalog.require(column::rpMag).number(1999), 15.961721620885164);
    EXPECT_EQ(catalog.attributes().at("provenance").substr(0, 32), "2000 real Gaia DR3 stars (TOP 20");
    EXPECT_FALSE(catalog.isMock());
    double sum = 0;
    for (const float value : catalog.coefficients().values()) {
        sum += static_cast<double>(value);
    }
    EXPECT_NEAR(sum, 24103272.814768057, 1e-3);
}

} // namespace
