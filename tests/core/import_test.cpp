// The catalogue builder on small files whose every number is known.
#include "core/base/error.h"
#include "core/build/import.h"
#include "core/catalog/native_layout.h"
#include "core/xp/xp_instrument.h"
#include "tests/support/archive_files.h"
#include "tests/support/released_table.h"
#include "tests/support/shared_data.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <csignal>
#include <sys/resource.h>

namespace zscape {
namespace {

using test::messageOf;
using test::TemporaryFolder;
using test::writeSpectra;
using test::writeText;

const double nan = std::nan("");

/// Stars 1, 2, 3 in one file and 3, 4 in another; star 2 has no BP and stands, with BP, in the second file, too.
class Import : public ::testing::Test {
protected:
    Import() {
        writeSpectra(m_folder / "a.csv", {{1, 10, 11}, {2, nan, 21}, {3, 30, 31}});
        writeSpectra(m_folder / "b.csv", {{3, 99, 99}, {4, 40, 41}, {2, 20, 22}});
        writeText(m_folder / "labels.csv", "source_id,teff,phot_g_mean_mag,phot_g_mean_flux,SNR,STARFLAG,id\n"
                                           "4,4400,15,400,50,0,four\n"
                                           "1,4100,15,100,50,,one\n"
                                           "3,3300,15,,10,7,low\n"
                                           "3,3301,15,,90,8,high\n"
                                           ",9999,15,1,1,1,nobody\n"
                                           "8,9999,15,1,1,1,elsewhere\n");
        m_options.spectra = {m_folder / "a.csv", m_folder / "b.csv"};
        m_options.out = m_folder / "out.h5";
    }
    const ImportStep& step(const ImportReport& report, const std::string& name) {
        for (const ImportStep& one : report.steps) {
            if (one.name == name) return one;
        }
        throw Error("no step " + name);
    }
    Catalog run() {
        m_report = importCatalog(m_options);
        return readCatalog(m_options.out);
    }

    TemporaryFolder m_folder;
    ImportOptions m_options;
    ImportReport m_report;
};

TEST_F(Import, KeepsOneSpectrumAStarThatWithBothBands) {
    const Catalog catalog = run();
    ASSERT_EQ(catalog.rows(), 4U);
    EXPECT_EQ(catalog.coefficientCount(), 4U);
    const std::vector<std::int64_t> ids(catalog.sourceIds().begin(), catalog.sourceIds().end());
    EXPECT_EQ(ids, (std::vector<std::int64_t>{1, 3, 4, 2}));
    const std::vector<float> three(catalog.coefficients().row(1).begin(), catalog.coefficients().row(1).end());
    EXPECT_EQ(three, (std::vector<float>{30, 0.25F, 31, 0.25F})); // BP then RP, of the first file
    EXPECT_EQ(catalog.coefficients().row(3)[0], 20.0F);           // the spectrum that has BP
    EXPECT_EQ(catalog.coefficientErrors().row(0)[3], 0.5F);
    EXPECT_EQ(catalog.require("bp_n_relevant_bases").number(0), 1);
    EXPECT_EQ(step(m_report, "read").kept, 6U);
    EXPECT_EQ(step(m_report, "one spectrum a star").kept, 4U);
    EXPECT_EQ(step(m_report, "one spectrum a star").fell.begin()->second, 2U);
    EXPECT_FALSE(hasCorrelations(m_options.out));
}

TEST_F(Import, MatchesLabelsAndTellsWhoFell) {
    m_options.labels = {m_folder / "labels.csv"};
    m_options.columns = {"TEFF", "GAIAEDR3_PHOT_G_MEAN_MAG", "phot_g_mean_flux", "STARFLAG", "id"};
    const Catalog catalog = run();
    ASSERT_EQ(catalog.rows(), 3U); // star 2 has no labels
    EXPECT_EQ(step(m_report, "match with labels.csv").fell.at("has no row in labels.csv"), 1U);
    EXPECT_NE(step(m_report, "match with labels.csv").note.find("1 of its rows repeat a source_id"), std::string::npos);
    EXPECT_EQ(catalog.require("TEFF").number(0), 4100);
    EXPECT_EQ(catalog.require("TEFF").unit(), "K");
    EXPECT_EQ(catalog.require("TEFF").origin(), "labels.csv: teff");
    EXPECT_EQ(catalog.require("TEFF").number(1), 3301); // the row of the larger SNR
    EXPECT_EQ(catalog.require("id").text(2), "four");
    EXPECT_TRUE(catalog.require("STARFLAG").isMissing(0));
    EXPECT_EQ(catalog.require("STARFLAG").number(1), 8);
    // The flux of the table, else from G: 10^(-0.4 (15 - 25.6873668671)) = 18,804 e-/s (xp-calibration.md).
    EXPECT_EQ(catalog.gFlux()[0], 100);
    EXPECT_NEAR(catalog.gFlux()[1], std::pow(10, -0.4 * (15 - 25.6873668671)), 1e-6);
    EXPECT_NE(catalog.gFluxOrigin().find("G magnitude (1 row)"), std::string::npos);
    EXPECT_EQ(catalog.usability().usable, 3U);
}

TEST_F(Import, KeepsStarsWithoutLabelsWhenAsked) {
    m_options.labels = {m_folder / "labels.csv"};
    m_options.join = JoinRule::All;
    const Catalog catalog = run();
    ASSERT_EQ(catalog.rows(), 4U);
    EXPECT_TRUE(std::isnan(catalog.require("TEFF").number(3)));
    EXPECT_TRUE(catalog.require("STARFLAG").isMissing(3));
}

TEST_F(Import, TakesAValueFromTheFirstTableThatHasIt) {
    writeText(m_folder / "more.csv", "source_id,teff,logg\n1,1,2.5\n3,1,3.5\n4,1,4.5\n2,2200,1.5\n");
    m_options.labels = {m_folder / "labels.csv", m_folder / "more.csv"};
    m_options.join = JoinRule::All;
    const Catalog catalog = run();
    EXPECT_EQ(catalog.require("TEFF").number(0), 4100);
    EXPECT_EQ(catalog.require("TEFF").number(3), 2200);
    EXPECT_EQ(catalog.require("LOGG").number(0), 2.5);
}

TEST_F(Import, MapsColumnsAsItIsTold) {
    writeText(m_folder / "odd.csv", "gaia,t\n1,5000\n3,6000\n4,7000\n");
    m_options.labels = {m_folder / "odd.csv"};
    m_options.names = {{"source_id", "gaia"}, {"TEFF", "t"}};
    const Catalog catalog = run();
    EXPECT_EQ(catalog.rows(), 3U);
    EXPECT_EQ(catalog.require("TEFF").number(1), 6000);
    m_options.names = {{"source_id", "gaia"}, {"TEFF", "nothing"}};
    EXPECT_NE(messageOf([&] { run(); }).find("'TEFF'"), std::string::npos);
    m_options.names = {};
    EXPECT_NE(messageOf([&] { run(); }).find("source_id"), std::string::npos);
}

TEST_F(Import, CutsByFormulaAndCounts) {
    m_options.labels = {m_folder / "labels.csv"};
    m_options.cuts = {"teff > 3500", "STARFLAG == 0"};
    const Catalog catalog = run();
    ASSERT_EQ(catalog.rows(), 1U);
    EXPECT_EQ(catalog.sourceIds()[0], 4);
    EXPECT_EQ(step(m_report, "cut teff > 3500").fell.at("does not pass"), 1U);
    EXPECT_EQ(step(m_report, "cut STARFLAG == 0").fell.at("has no value to judge by"), 1U);
    m_options.cuts = {"teff > 1e9"};
    EXPECT_NE(messageOf([&] { run(); }).find("no star passes the cut teff > 1e9"), std::string::npos);
    EXPECT_EQ(readCatalog(m_options.out).rows(), 1U); // the earlier one is still there
    m_options.cuts = {"teff >"};
    EXPECT_NE(messageOf([&] { run(); }), "no error");
}

TEST_F(Import, WritesTheReleasedLayoutWithTheSameStars) {
    m_options.labels = {m_folder / "labels.csv"};
    const Catalog nativeOne = run();
    m_options.out = m_folder / "r.h5";
    m_options.layout = CatalogLayout::Released;
    const Catalog released = run();
    EXPECT_EQ(catalogLayoutOf(m_options.out), CatalogLayout::Released);
    EXPECT_EQ(released.contentHash(), nativeOne.contentHash());
    EXPECT_EQ(released.gFlux()[1], nativeOne.gFlux()[1]);
    m_options.correlations = true;
    EXPECT_NE(messageOf([&] { run(); }).find("--layout native"), std::string::npos);
}

TEST_F(Import, KeepsCorrelationsWhenAsked) {
    run();
    m_options.correlations = true;
    run();
    const Correlations correlations = openCorrelations(m_options.out);
    EXPECT_EQ(correlations.bp.cols, 1U);
    EXPECT_EQ(correlations.bp.row(2)[0], 0.125F);
}

TEST_F(Import, ReadsOnlyWhatHasChanged) {
    run();
    EXPECT_FALSE(m_report.inputs[0].isCached);
    const std::string first = test::readBytes(m_options.out);
    run();
    EXPECT_TRUE(m_report.inputs[0].isCached);
    EXPECT_TRUE(m_report.inputs[1].isCached);
    EXPECT_EQ(test::readBytes(m_options.out), first); // the same bytes, read or not
    // A touched file is known by its content; a changed one is read again.
    std::filesystem::last_write_time(m_folder / "a.csv", std::filesystem::file_time_type::clock::now());
    writeSpectra(m_folder / "b.csv", {{3, 99, 99}, {4, 77, 41}, {2, 20, 22}});
    const Catalog catalog = run();
    EXPECT_TRUE(m_report.inputs[0].isCached);
    EXPECT_FALSE(m_report.inputs[1].isCached);
    EXPECT_EQ(catalog.coefficients().row(2)[0], 77.0F);
    m_options.keepCache = false;
    run();
    EXPECT_FALSE(std::filesystem::exists(importCacheFolder(m_options.out)));
}

TEST_F(Import, GivesTheSameBytesOnAnyNumberOfThreads) {
    m_options.threads = 1;
    run();
    const std::string one = test::readBytes(m_options.out);
    m_options.keepCache = false;
    m_options.out = m_folder / "other" / "out.h5";
    std::filesystem::create_directory(m_folder / "other");
    m_options.threads = 4;
    run();
    EXPECT_EQ(test::readBytes(m_options.out), one);
}

TEST_F(Import, StopsAtABadFileOrSkipsIt) {
    writeText(m_folder / "bad.csv", "source_id,bp_coefficients\n1,\"(1, x)\"\n");
    m_options.spectra.push_back(m_folder / "bad.csv");
    EXPECT_NE(messageOf([&] { run(); }).find("bad.csv"), std::string::npos);
    EXPECT_FALSE(std::filesystem::exists(m_options.out));
    m_options.skipProblems = true;
    EXPECT_EQ(run().rows(), 4U);
    EXPECT_TRUE(m_report.inputs[2].isFailed);
    EXPECT_NE(reportText(m_report).find("bad.csv: nothing"), std::string::npos);
    EXPECT_NE(reportJson(m_report).find("\"failed\": true"), std::string::npos);
}

TEST_F(Import, TakesAFolderForTheFilesWithSpectraInIt) {
    m_options.spectra = {m_folder.path()};
    EXPECT_EQ(run().rows(), 4U);
    const auto& inputs = m_report.inputs;
    ASSERT_EQ(inputs.size(), 3U);
    EXPECT_EQ(inputs[2].path.filename(), "labels.csv");
    EXPECT_NE(inputs[2].problems.front().find("no spectra"), std::string::npos);
}

TEST_F(Import, RefusesToMixSpectraOfDifferentLength) {
    writeCatalog(Catalog("wide", 9, {50}, std::vector<float>(9, 1), std::vector<float>(9, 1), {}), m_folder / "wide.h5",
                 CatalogLayout::Released);
    m_options.spectra.push_back(m_folder / "wide.h5");
    EXPECT_NE(messageOf([&] { run(); }).find("a catalogue holds one kind of spectra"), std::string::npos);
}

TEST_F(Import, JoinsCataloguesToo) {
    for (const CatalogLayout layout : {CatalogLayout::Released, CatalogLayout::Native}) {
        writeCatalog(Catalog("four", 4, {50}, {1, 2, 3, 4}, {1, 1, 1, 1}, {Column("TEFF", "K", std::vector<float>{5})}),
                     m_folder / "c.h5", layout);
        m_options.spectra = {m_folder / "a.csv", m_folder / "c.h5"};
        const Catalog catalog = run();
        EXPECT_EQ(catalog.rows(), 4U);
        EXPECT_EQ(catalog.require("TEFF").number(3), 5);
        EXPECT_EQ(catalog.coefficients().row(3)[2], 3.0F);
        EXPECT_TRUE(std::isnan(catalog.coefficients().row(1)[1])); // star 2 has no BP here
        EXPECT_EQ(catalog.coefficients().row(1)[2], 21.0F);
    }
}

TEST_F(Import, LeavesNothingWhenItIsCancelledOrTheDiskIsFull) {
    const std::atomic<bool> cancel{true};
    EXPECT_THROW(importCatalog(m_options, JobContext({}, &cancel)), Cancelled);
    EXPECT_FALSE(std::filesystem::exists(m_options.out));
    rlimit before{};
    ::getrlimit(RLIMIT_FSIZE, &before);
    auto* const handler = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{3000, before.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const std::string message = messageOf([&] { importCatalog(m_options); });
    ::setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);
    EXPECT_NE(message.find("is the disk full?"), std::string::npos) << message;
    EXPECT_FALSE(std::filesystem::exists(m_options.out));
    EXPECT_EQ(run().rows(), 4U); // and then it goes on
}

TEST_F(Import, SaysWhereItCannotWrite) {
    m_options.out = m_folder / "no" / "out.h5";
    EXPECT_NE(messageOf([&] { run(); }).find("does not exist"), std::string::npos);
    m_options.out = m_folder / "out.txt";
    EXPECT_NE(messageOf([&] { run(); }).find("end the name"), std::string::npos);
}

TEST(ImportReport, NamesTheCutsOfThePaper) {
    EXPECT_EQ(formulaOf("G < 17"), "G < 17");
    EXPECT_NE(formulaOf("good").find("TEFF/TEFF_ERR > 20"), std::string::npos);             // released code
    EXPECT_NE(formulaOf("good-paper").find("bit(ASPCAPFLAG, 23) == 0"), std::string::npos); // paper's text
    EXPECT_NE(formulaOf("pristine").find("M_H_ERR < 0.05"), std::string::npos);
}

// Two real stars in the archive's own formats, and 2,000 in the released layout.
TEST(ImportRealStars, ReadsTheArchiveFilesAsOne) {
    const auto csv = test::sharedData("gaia/XP_CONTINUOUS_RAW.csv");
    const auto field = test::sharedData("gaia/field_2000.h5");
    if (!csv || !field) GTEST_SKIP() << "no shared data";
    const TemporaryFolder folder;
    ImportOptions options;
    options.spectra = {*csv, *test::sharedData("gaia/XP_CONTINUOUS_RAW.ecsv"), *field};
    options.out = folder / "out.h5";
    const ImportReport report = importCatalog(options);
    EXPECT_EQ(report.rows, 2002U);
    const Catalog catalog = readCatalog(options.out);
    EXPECT_EQ(catalog.usability().usable, 2002U);
    EXPECT_EQ(catalog.gFlux()[2], 1632.8945276714046); // of the file, as released_layout_test has it
    EXPECT_EQ(catalog.coefficients().row(2)[0], 102.93399F);
}

} // namespace
} // namespace zscape
