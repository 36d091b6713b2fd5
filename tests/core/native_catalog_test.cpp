// Zscape's own layout: what comes back, mapped instead of read; damage, full disks and foreign files.
#include "core/base/error.h"
#include "core/catalog/catalog_file.h"
#include "core/catalog/native_layout.h"
#include "core/catalog/native_writer.h"
#include "tests/support/released_table.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <csignal>
#include <sys/resource.h>

namespace zscape {
namespace {

using test::messageOf;
using test::readBytes;
using test::TemporaryFolder;
using test::writeBytes;

const double nan = std::nan("");

/// Five stars of two coefficients with a column of every type; star 2 has a NaN, star 3 no flux, star 4 repeats star 0.
Catalog fiveStars() {
    BitSet missing(5);
    missing.set(3);
    std::vector<Column> columns;
    columns.emplace_back("phot_g_mean_flux", "electron/s", std::vector<double>{10, 20, 30, nan, 50});
    columns.emplace_back("[Fe/H] 50%", "dex", std::vector<float>{-1, -0.5F, 0, 0.25F, 0.5F});
    columns.emplace_back("STARFLAG", "", std::vector<std::int32_t>{0, 1, 2, 3, 4});
    columns.back().setMissing(missing);
    columns.back().setOrigin("allStar.fits: column STARFLAG");
    columns.emplace_back("visits", "", std::vector<std::int64_t>{1, 2, 3, 4, 9007199254740993});
    columns.emplace_back("APOGEE_ID", "", std::vector<std::string>{"2M00", "", "2M0000+01", "ä", "x"});
    Catalog catalog("five", 2, {11, 12, 13, 14, 11}, {1, 2, 3, 4, 5, std::nanf(""), 7, 8, 9, 10},
                    std::vector<float>(10, 0.5F), std::move(columns));
    catalog.attributes() = {{"mock", "true"}, {"note", "two\nlines"}};
    return catalog;
}

TEST(NativeCatalog, ComesBackAsItWas) {
    const TemporaryFolder folder;
    const Catalog written = fiveStars();
    writeNativeCatalog(written, folder / "five.h5");
    ASSERT_TRUE(isNativeCatalog(folder / "five.h5"));
    const Catalog read = readCatalog(folder / "five.h5");
    EXPECT_EQ(read.name(), "five");
    EXPECT_EQ(read.path(), folder / "five.h5");
    EXPECT_EQ(read.attributes(), written.attributes());
    EXPECT_TRUE(read.isMock());
    EXPECT_EQ(read.contentHash(), written.contentHash());
    EXPECT_EQ(writtenContentHash(folder / "five.h5"), written.contentHash());
    ASSERT_EQ(read.columns().size(), 5U);
    for (std::size_t i = 0; i < 5; ++i) {
        const Column &a = read.columns()[i], &b = written.columns()[i];
        EXPECT_EQ(a.name(), b.name());
        EXPECT_EQ(a.unit(), b.unit());
        EXPECT_EQ(a.origin(), b.origin());
        EXPECT_EQ(a.type(), b.type()) << a.name();
        EXPECT_EQ(a.missingCount(), b.missingCount()) << a.name();
        for (std::size_t row = 0; row < 5; ++row) {
            EXPECT_EQ(a.text(row), b.text(row)) << a.name() << " of row " << row;
        }
    }
    EXPECT_EQ(read.usability().usable, 2U);
    EXPECT_EQ(read.usability().badCoefficients, 1U);
    EXPECT_EQ(read.usability().badFlux, 1U);
    EXPECT_EQ(read.usability().duplicates, 1U);
    EXPECT_EQ(read.notices(), written.notices());
}

TEST(NativeCatalog, TakesNoMemoryOfItsOwnForWhatLiesInTheFile) {
    const TemporaryFolder folder;
    const std::size_t rows = 20000;
    std::vector<std::int64_t> ids(rows);
    std::iota(ids.begin(), ids.end(), 1);
    std::vector<Column> columns;
    columns.emplace_back("phot_g_mean_flux", "electron/s", std::vector<double>(rows, 5));
    const Catalog written("many", 110, ids, std::vector<float>(rows * 110, 1), std::vector<float>(rows * 110, 1),
                          std::move(columns));
    writeNativeCatalog(written, folder / "many.h5");
    const Catalog read = openNativeCatalog(folder / "many.h5");
    EXPECT_EQ(read.usability().usable, rows);
    EXPECT_GT(written.bytes(), rows * 110 * 8);
    EXPECT_LT(read.bytes(), rows); // the bits of the usable stars
    const Catalog copy = read;     // shares the file
    EXPECT_EQ(copy.coefficients().data, read.coefficients().data);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(read.coefficients().data) % 64, 0U);
}

TEST(NativeCatalog, OutlivesItsReplacementOnDisk) {
    const TemporaryFolder folder;
    writeNativeCatalog(fiveStars(), folder / "c.h5");
    const Catalog old = openNativeCatalog(folder / "c.h5");
    writeNativeCatalog(Catalog("new", 1, {1}, {1}, {1}, {}), folder / "c.h5");
    EXPECT_EQ(old.coefficients().row(4)[1], 10.0F);
    EXPECT_EQ(openNativeCatalog(folder / "c.h5").rows(), 1U);
}

TEST(NativeCatalog, KeepsTheRowsThatAreAskedFor) {
    const TemporaryFolder folder;
    const Catalog written = fiveStars();
    BitSet rows(5);
    rows.set(3);
    rows.set(4);
    writeNativeCatalog(written, folder / "two.h5", {}, &rows);
    const Catalog read = openNativeCatalog(folder / "two.h5");
    ASSERT_EQ(read.rows(), 2U);
    EXPECT_EQ(read.sourceIds()[1], 11);
    EXPECT_EQ(read.coefficients().row(1)[0], 9.0F);
    EXPECT_TRUE(read.require("STARFLAG").isMissing(0));
    EXPECT_FALSE(read.require("STARFLAG").isMissing(1));
    // Its first row with that source_id was left out, so it is no duplicate here.
    EXPECT_EQ(read.usability().duplicates, 0U);
    EXPECT_TRUE(read.usable().test(1));
    const BitSet none(5);
    EXPECT_NE(messageOf([&] { writeNativeCatalog(written, folder / "no.h5", {}, &none); }).find("no row was chosen"),
              std::string::npos);
}

TEST(NativeCatalog, TakesAFluxWithoutLookingAtTheSpectraAgain) {
    const TemporaryFolder folder;
    writeNativeCatalog(fiveStars(), folder / "c.h5");
    Catalog catalog = openNativeCatalog(folder / "c.h5");
    catalog.setGFlux({1, 1, 1, 1, -1}, "test");
    EXPECT_EQ(catalog.usability().badFlux, 1U);
    EXPECT_EQ(catalog.usability().badCoefficients, 1U);
    EXPECT_TRUE(catalog.usable().test(3));
    EXPECT_FALSE(catalog.usable().test(4)); // still a duplicate, and now without flux
}

TEST(NativeCatalog, IsReadInPartAsTheReleasedLayoutIs) {
    const TemporaryFolder folder;
    writeCatalog(fiveStars(), folder / "n.h5", CatalogLayout::Native);
    writeCatalog(fiveStars(), folder / "r.h5", CatalogLayout::Released);
    const std::vector<std::uint32_t> rows{1, 3};
    const std::vector<std::string> columns{"starflag"};
    for (const char* name : {"n.h5", "r.h5"}) {
        EXPECT_EQ(countCatalogRows(folder / name), 5U);
        const Catalog part = readCatalogRows(folder / name, rows, columns);
        EXPECT_EQ(part.rows(), 2U);
        EXPECT_EQ(part.columns().size(), 1U);
        EXPECT_TRUE(part.require("STARFLAG").isMissing(1));
        EXPECT_EQ(part.coefficients().row(1)[0], 7.0F);
        EXPECT_EQ(part.sourceIds()[1], 14);
    }
}

TEST(NativeCatalog, GoesToTheReleasedLayoutAndBack) {
    const TemporaryFolder folder;
    const Catalog written = fiveStars();
    writeCatalog(written, folder / "r.h5", CatalogLayout::Released);
    writeCatalog(readCatalog(folder / "r.h5"), folder / "n.h5", CatalogLayout::Native);
    const Catalog read = readCatalog(folder / "n.h5");
    EXPECT_EQ(read.contentHash(), written.contentHash());
    for (std::size_t i = 0; i < 5; ++i) {
        for (std::size_t row = 0; row < 5; ++row) {
            EXPECT_EQ(read.columns()[i].text(row), written.columns()[i].text(row));
        }
    }
}

TEST(NativeCatalog, HasCorrelationsOnlyForThoseWhoAsk) {
    const TemporaryFolder folder;
    NativePlan plan;
    plan.name = "c";
    plan.rows = 2;
    plan.coefficientCount = 4;
    plan.bpCorrelations = 1;
    NativeWriter writer(folder / "c.h5", plan);
    const std::vector<float> spectra(8, 1), correlations{0.25F, -0.5F};
    writer.writeSourceIds(0, std::vector<std::int64_t>{1, 2});
    writer.writeCoefficients(0, spectra);
    writer.writeErrors(0, spectra);
    writer.writeFlags(0, std::vector<std::uint8_t>(2));
    writer.writeBpCorrelations(0, correlations);
    writer.commit();
    ASSERT_TRUE(hasCorrelations(folder / "c.h5"));
    const Correlations read = openCorrelations(folder / "c.h5");
    EXPECT_EQ(read.bp.row(1)[0], -0.5F);
    EXPECT_EQ(read.rp.cols, 0U);
    EXPECT_EQ(openNativeCatalog(folder / "c.h5").bytes(), 8U + 2 * 8U); // usable bits and the absent fluxes
    // They go along when the catalogue is written again.
    writeNativeCatalog(openNativeCatalog(folder / "c.h5"), folder / "d.h5");
    EXPECT_EQ(openCorrelations(folder / "d.h5").bp.row(0)[0], 0.25F);
    writeNativeCatalog(fiveStars(), folder / "n.h5");
    EXPECT_NE(messageOf([&] { openCorrelations(folder / "n.h5"); }).find("no coefficient correlations"),
              std::string::npos);
}

TEST(NativeCatalog, SaysWhatIsWrongWithAFile) {
    const TemporaryFolder folder;
    writeNativeCatalog(fiveStars(), folder / "c.h5");
    const std::string bytes = readBytes(folder / "c.h5");
    writeBytes(folder / "short.h5", bytes.substr(0, bytes.size() / 2));
    EXPECT_NE(messageOf([&] { openNativeCatalog(folder / "short.h5"); }).find("truncated"), std::string::npos);
    EXPECT_NE(messageOf([&] { openNativeCatalog(folder / "none.h5"); }).find("no such file"), std::string::npos);
    writeBytes(folder / "text.h5", "source_id,G\n");
    EXPECT_FALSE(isNativeCatalog(folder / "text.h5"));
    EXPECT_NE(messageOf([&] { openNativeCatalog(folder / "text.h5"); }).find("not an HDF5 file"), std::string::npos);
    writeCatalog(fiveStars(), folder / "r.h5", CatalogLayout::Released);
    EXPECT_NE(messageOf([&] { openNativeCatalog(folder / "r.h5"); }).find("not a catalogue in Zscape's own layout"),
              std::string::npos);
}

// Whatever byte of the part that describes the arrays is wrong, opening ends in a sentence or in the same stars.
TEST(NativeCatalog, IsNotLedAstrayByDamage) {
    const TemporaryFolder folder;
    writeNativeCatalog(fiveStars(), folder / "c.h5");
    const std::string bytes = readBytes(folder / "c.h5");
    std::size_t refused = 0, tried = 0;
    for (std::size_t at = 0; at < bytes.size(); at += 47) {
        std::string bad = bytes;
        bad[at] = static_cast<char>(bad[at] ^ 0x55);
        writeBytes(folder / "bad.h5", bad);
        ++tried;
        try {
            const Catalog catalog = openNativeCatalog(folder / "bad.h5");
            EXPECT_EQ(catalog.rows(), 5U) << "byte " << at;
            EXPECT_EQ(catalog.columns().size(), 5U) << "byte " << at;
            for (const Column& column : catalog.columns()) {
                for (std::size_t row = 0; row < 5; ++row) {
                    (void)column.text(row);
                }
            }
        } catch (const Error& error) {
            ++refused;
            EXPECT_NE(std::string(error.what()).find("bad.h5"), std::string::npos) << error.what();
        }
    }
    EXPECT_GT(refused, tried / 10);
}

class FileSizeLimit {
public:
    explicit FileSizeLimit(rlim_t bytes) {
        ::getrlimit(RLIMIT_FSIZE, &m_before);
        m_handler = std::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{bytes, m_before.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FileSizeLimit() {
        ::setrlimit(RLIMIT_FSIZE, &m_before);
        std::signal(SIGXFSZ, m_handler);
    }

private:
    rlimit m_before{};
    void (*m_handler)(int) = nullptr;
};

TEST(NativeCatalog, LeavesTheOldFileWhereTheNewOneHasNoRoom) {
    const TemporaryFolder folder;
    writeNativeCatalog(fiveStars(), folder / "c.h5");
    const std::string before = readBytes(folder / "c.h5");
    for (const rlim_t limit : {1000, 20000}) {
        std::string message;
        {
            const FileSizeLimit full(limit);
            message = messageOf([&] { writeNativeCatalog(fiveStars(), folder / "c.h5"); });
        }
        EXPECT_NE(message.find("is the disk full?"), std::string::npos) << message;
        EXPECT_NE(message.find("c.h5"), std::string::npos);
        EXPECT_EQ(readBytes(folder / "c.h5"), before);
        EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
    }
    EXPECT_NE(messageOf([&] { writeNativeCatalog(fiveStars(), folder / "no" / "c.h5"); }).find("does not exist"),
              std::string::npos);
}

TEST(NativeCatalog, StopsWhenItIsCancelled) {
    const TemporaryFolder folder;
    const std::atomic<bool> cancel{true};
    EXPECT_THROW(writeNativeCatalog(fiveStars(), folder / "c.h5", JobContext({}, &cancel)), Cancelled);
    EXPECT_FALSE(std::filesystem::exists(folder / "c.h5"));
}

} // namespace
} // namespace zscape
