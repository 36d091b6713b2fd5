// Facts about what goes to other programs and comes from them: tables of stars, spectra, rows and positions.
#include "app/window/samp_exchange.h"
#include "core/archive/table_source.h"
#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/mock/mock_catalog.h"
#include "tests/support/labelled_stars.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <cmath>

namespace zscape::samp {
namespace {

std::shared_ptr<const StarTable> mockStars(std::size_t stars) {
    return std::make_shared<const StarTable>(std::make_shared<const Catalog>(generateMockCatalog({stars, 5, 0})),
                                             nullptr);
}

std::string errorOf(const std::function<void()>& work) {
    try {
        work();
    } catch (const Error& error) {
        return error.what();
    }
    return "no error";
}

TEST(SampExchange, StarsGoOutAsATableAndComeBackAsTheSame) {
    const test::TemporaryFolder folder;
    const auto stars = mockStars(50);
    BitSet selected(50);
    for (const std::size_t row : {3u, 7u, 41u}) {
        selected.set(row);
    }
    for (const char* name : {"stars.vot", "stars.fits", "stars.xml", "stars.csv"}) {
        const std::vector<std::int64_t> written = writeStars(folder / name, *stars, selected, {});
        EXPECT_EQ(written,
                  (std::vector<std::int64_t>{stars->catalog()->sourceIds()[3], stars->catalog()->sourceIds()[7],
                                             stars->catalog()->sourceIds()[41]}));
        EXPECT_EQ(readStars(folder / name, {}), written) << name;
    }
    const auto source = openTable(folder / "stars.vot");
    const std::size_t teff = source->schema().require("TEFF");
    EXPECT_EQ(source->schema().columns[teff].unit, "K");
    EXPECT_EQ(source->schema().columns[teff].ucd, "phys.temperature.effective");
}

TEST(SampExchange, ATableWithoutStarsIsRefused) {
    const test::TemporaryFolder folder;
    writeFileAtomically(folder / "other.csv", std::string("x,y\n1,2\n"));
    EXPECT_NE(errorOf([&] { readStars(folder / "other.csv", {}); }).find("no column with Gaia source_ids"),
              std::string::npos);
    EXPECT_NE(errorOf([&] { readStars(folder / "none.vot", {}); }), "no error");
    writeFileAtomically(folder / "ids.csv", std::string("source_id,G\n5,1\n,2\n7,3\n"));
    EXPECT_EQ(readStars(folder / "ids.csv", {}), (std::vector<std::int64_t>{5, 0, 7}));
}

TEST(SampExchange, RowsAreThoseOfTheTableThatOthersHave) {
    const StarTable stars(test::labelledCatalog({Column("x", "", std::vector<double>(5))}), nullptr); // 1000 .. 1004
    const KnownTable table{"t", "", {1004, 0, 1001, 77, 1004}};
    BitSet selected(5);
    selected.set(1);
    selected.set(4);
    EXPECT_EQ(rowsOf(table, stars, selected), (std::vector<std::int64_t>{0, 2, 4}));
    EXPECT_EQ(idsOf(table, {0, 1, 3}), (std::vector<std::int64_t>{1004, 77}));
    EXPECT_NE(errorOf([&] { idsOf(table, {5}); }).find("row 5 of a table of 5"), std::string::npos);
    EXPECT_EQ(catalogRow(stars, 1003), std::optional<std::size_t>(3));
    EXPECT_FALSE(catalogRow(stars, 77));
    EXPECT_FALSE(catalogRow(stars, 0));
}

TEST(SampExchange, ASpectrumIsFluxByWavelength) {
    const test::TemporaryFolder folder;
    const auto stars = mockStars(3);
    writeSpectrum(folder / "s.vot", *stars->catalog(), 1, XpInstrument::builtIn());
    const auto source = openTable(folder / "s.vot");
    ASSERT_EQ(source->schema().columns.size(), 2u);
    EXPECT_EQ(source->schema().columns[0].ucd, "em.wl");
    EXPECT_EQ(source->schema().columns[1].unit, "W.m**-2.nm**-1");
    TableBatch batch;
    ASSERT_TRUE(source->next(batch));
    ASSERT_EQ(batch.rows, 343u); // 336, 338, ... 1020 nm
    EXPECT_EQ(batch.columns[0].number(0), 336.0);
    EXPECT_EQ(batch.columns[0].number(342), 1020.0);
    EXPECT_GT(batch.columns[1].number(100), 0.0);
    const StarTable other(test::labelledCatalog({Column("x", "", std::vector<double>(1))}), nullptr);
    EXPECT_NE(errorOf([&] {
                  writeSpectrum(folder / "o.vot", *other.catalog(), 0, XpInstrument::builtIn());
              }).find("cannot be calibrated"),
              std::string::npos);
}

TEST(SampExchange, StarsAreFoundByTheirPositions) {
    const StarTable stars(test::labelledCatalog({Column("RA", "deg", std::vector<double>{10, 359.9999, 200, NAN}),
                                                 Column("DEC", "deg", std::vector<double>{89.999, 0, -45, 1})}),
                          nullptr);
    // Across RA = 0, 0.72 arcseconds away; near the pole RA counts for little.
    EXPECT_EQ(starAt(stars, {0.0001, 0}, 1), std::optional<std::size_t>(1));
    EXPECT_FALSE(starAt(stars, {0.0001, 0}, 0.5));
    EXPECT_EQ(starAt(stars, {40, 89.999}, 10), std::optional<std::size_t>(0));
    EXPECT_FALSE(starAt(stars, {20, 45}, 10));
    EXPECT_EQ(positionOf(stars, 2)->dec, -45);
    EXPECT_FALSE(positionOf(stars, 3));
    const StarTable nowhere(test::labelledCatalog({Column("x", "", std::vector<double>(1))}), nullptr);
    EXPECT_FALSE(positionOf(nowhere, 0));
    EXPECT_NE(errorOf([&] { starAt(nowhere, {0, 0}, 1); }).find("no positions"), std::string::npos);
}

TEST(SampExchange, GalacticPositionsAreTurned) {
    // The Galactic centre and north pole in ICRS, by astropy (SkyCoord(l=0, b=0, frame="galactic").icrs).
    const StarTable stars(test::labelledCatalog({Column("l", "deg", std::vector<double>{0, 0}),
                                                 Column("b", "deg", std::vector<double>{0, 90})}),
                          nullptr);
    EXPECT_NEAR(positionOf(stars, 0)->ra, 266.40499, 1e-4);
    EXPECT_NEAR(positionOf(stars, 0)->dec, -28.93617, 1e-4);
    EXPECT_NEAR(positionOf(stars, 1)->ra, 192.85948, 1e-4);
    EXPECT_NEAR(positionOf(stars, 1)->dec, 27.12825, 1e-4);
    EXPECT_EQ(starAt(stars, {266.40499, -28.93617}, 2), std::optional<std::size_t>(0));
}

} // namespace
} // namespace zscape::samp
