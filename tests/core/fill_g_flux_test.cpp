// Missing phot_g_mean_flux: from the G magnitude, else from the coefficients, else missing still.
#include "core/base/error.h"
#include "core/xp/fill_g_flux.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <optional>

namespace zscape {
namespace {

const double missing = std::nan("");
// phot_g_mean_mag and phot_g_mean_flux of Gaia DR3 6636090339113063296 (archive).
constexpr double archiveG = 16.610226;
constexpr double archiveFlux = 4274.219332887841;

/// Every row has the same coefficients, `scale` (-1)^k / (1 + k) in each band.
Catalog starsWith(std::vector<double> flux, std::optional<std::vector<double>> magnitudes, double scale = 1000,
                  std::size_t perBand = 55) {
    const std::size_t rows = flux.size();
    std::vector<std::int64_t> ids;
    std::vector<float> coefficients;
    for (std::size_t row = 0; row < rows; ++row) {
        ids.push_back(static_cast<std::int64_t>(row) + 1);
        for (std::size_t k = 0; k < 2 * perBand; ++k) {
            const double order = static_cast<double>(k % perBand);
            coefficients.push_back(static_cast<float>((k % perBand % 2 ? -scale : scale) / (1 + order)));
        }
    }
    std::vector<Column> columns{Column(std::string(column::gFlux), "electron/s", std::move(flux))};
    if (magnitudes) columns.emplace_back(std::string(column::gMag), "mag", std::move(*magnitudes));
    std::vector<float> errors(coefficients.size(), 1.0F);
    return Catalog("test", 2 * perBand, std::move(ids), std::move(coefficients), std::move(errors), std::move(columns));
}

double syntheticG(const Catalog& catalog) {
    const std::span<const float> row = catalog.coefficients().row(0);
    return XpInstrument::builtIn().magnitudes(std::vector<double>(row.begin(), row.end())).g;
}

TEST(FillGFlux, KeepsWhatTheFileStates) {
    Catalog catalog = starsWith({12345, 0, -3}, std::vector<double>{archiveG, archiveG, archiveG});
    const GFluxFill fill = fillMissingGFlux(catalog, XpInstrument::builtIn());
    EXPECT_EQ(fill.filled(), 0U);
    EXPECT_EQ(fill.stillMissing, 0U);
    EXPECT_EQ(catalog.gFlux()[0], 12345);
    EXPECT_EQ(catalog.gFlux()[1], 0);
    EXPECT_EQ(catalog.gFlux()[2], -3);
    EXPECT_EQ(catalog.gFluxOrigin(), "file");
    EXPECT_EQ(catalog.usability().usable, 1U);
}

TEST(FillGFlux, TakesTheMagnitudeFirstThenTheCoefficients) {
    Catalog catalog = starsWith({12345, missing, missing}, std::vector<double>{missing, archiveG, missing});
    EXPECT_EQ(catalog.usability().usable, 1U);
    const GFluxFill fill = fillMissingGFlux(catalog, XpInstrument::builtIn());
    EXPECT_EQ(fill.fromMagnitude, 1U);
    EXPECT_EQ(fill.synthetic, 1U);
    EXPECT_EQ(fill.stillMissing, 0U);
    EXPECT_EQ(catalog.gFlux()[0], 12345);
    EXPECT_NEAR(catalog.gFlux()[1], archiveFlux, 2e-6 * archiveFlux);
    EXPECT_NEAR(gMagnitudeFromFlux(catalog.gFlux()[2]), syntheticG(catalog), 1e-12);
    EXPECT_EQ(catalog.gFluxOrigin(), "file, G magnitude (1 row), synthetic G of the coefficients (1 row)");
    EXPECT_EQ(catalog.usability().usable, 3U);
}

TEST(FillGFlux, TakesNoMagnitudeThatMarksMissing) {
    Catalog catalog = starsWith({missing, missing}, std::vector<double>{-9999.99, 99.99});
    const GFluxFill fill = fillMissingGFlux(catalog, XpInstrument::builtIn());
    EXPECT_EQ(fill.fromMagnitude, 0U);
    EXPECT_EQ(fill.synthetic, 2U);
    EXPECT_NEAR(gMagnitudeFromFlux(catalog.gFlux()[1]), syntheticG(catalog), 1e-12);
}

TEST(FillGFlux, LeavesStarsWithoutPositiveSyntheticFlux) {
    Catalog catalog = starsWith({missing, 5}, std::nullopt, -1000);
    const GFluxFill fill = fillMissingGFlux(catalog, XpInstrument::builtIn());
    EXPECT_EQ(fill.filled(), 0U);
    EXPECT_EQ(fill.stillMissing, 1U);
    EXPECT_TRUE(std::isnan(catalog.gFlux()[0]));
    EXPECT_EQ(catalog.gFluxOrigin(), "file");
}

TEST(FillGFlux, OfOtherCoefficientCountsTakesMagnitudesOnly) {
    // DR4 is announced with other counts: its tables are not those of DR3.
    Catalog catalog = starsWith({missing, missing}, std::vector<double>{archiveG, missing}, 1000, 53);
    const GFluxFill fill = fillMissingGFlux(catalog, XpInstrument::builtIn());
    EXPECT_EQ(fill.fromMagnitude, 1U);
    EXPECT_EQ(fill.synthetic, 0U);
    EXPECT_EQ(fill.stillMissing, 1U);
    EXPECT_EQ(catalog.gFluxOrigin(), "G magnitude (1 row)");
}

TEST(FillGFlux, CancelledLeavesTheCatalogueAsItWas) {
    Catalog catalog = starsWith({missing}, std::vector<double>{archiveG});
    const std::atomic<bool> cancel = true;
    EXPECT_THROW(fillMissingGFlux(catalog, XpInstrument::builtIn(), JobContext({}, &cancel)), Cancelled);
    EXPECT_TRUE(std::isnan(catalog.gFlux()[0]));
}

} // namespace
} // namespace zscape
