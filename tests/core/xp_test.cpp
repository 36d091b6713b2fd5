// XP calibration and synthetic photometry against numbers that GaiaXPy computed.
#include "core/base/embedded.h"
#include "core/base/error.h"
#include "core/xp/xp_instrument.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace zscape {
namespace {

/// scale (-1)^k / (1 + k)^power, k = 0..54: the coefficients of the star below, exact enough to be typed in anywhere.
std::vector<double> fallingCoefficients(double scale, int power) {
    std::vector<double> values(55);
    for (std::size_t k = 0; k < values.size(); ++k) {
        values[k] = (k % 2 ? -scale : scale) / std::pow(1.0 + static_cast<double>(k), power);
    }
    return values;
}

const std::vector<double> starBp = fallingCoefficients(1000, 2);
const std::vector<double> starRp = fallingCoefficients(700, 1);

std::vector<double> starCoefficients() {
    std::vector<double> both = starBp;
    both.insert(both.end(), starRp.begin(), starRp.end());
    return both;
}

struct Sample {
    std::size_t index;
    double wavelength_nm;
    double flux; ///< W nm^-1 m^-2
};

/// Against GaiaXPy to 1e-12 of the spectrum's maximum (the tolerance).
void expectSamples(const std::vector<double>& flux, const std::vector<Sample>& samples, double maximum) {
    const XpInstrument instrument = XpInstrument::builtIn();
    for (const Sample& sample : samples) {
        EXPECT_EQ(instrument.wavelengths_nm()[sample.index], sample.wavelength_nm);
        EXPECT_NEAR(flux[sample.index], sample.flux, 1e-12 * maximum) << sample.wavelength_nm << " nm";
    }
}

// GaiaXPy 2.1.5 `calibrate` of the star above, as BP and RP, RP alone, BP alone.
constexpr double starMaximum = 5.90955792004169e-17;
const std::vector<Sample> starSamples{
    {0, 336, 2.4450271484861128e-17},   {57, 450, 3.8749252741165046e-17}, {149, 634, 2.4200634921995964e-17},
    {150, 636, 2.3560192151767362e-17}, {152, 640, 4.183588059201176e-17}, {153, 642, 4.9864974730837426e-17},
    {154, 644, 3.7575642063390696e-17}, {200, 736, 8.772233850331453e-18}, {342, 1020, 5.45043408643566e-17}};
const std::vector<Sample> rpOnlySamples{{150, 636, 1.6371339809834932e-17},
                                        {152, 640, 5.1872344198872525e-17},
                                        {153, 642, 5.339284061771769e-17},
                                        {154, 644, 3.7575642063390696e-17},
                                        {342, 1020, 5.45043408643566e-17}};
const std::vector<Sample> bpOnlySamples{{0, 336, 2.4450271484861128e-17},
                                        {149, 634, 2.4200634921995964e-17},
                                        {150, 636, 2.458717105775771e-17},
                                        {152, 640, 2.5108441247243812e-17},
                                        {153, 642, 2.5169913522675553e-17}};

TEST(XpInstrument, HasTheDefaultGridAndWeights) {
    const XpInstrument instrument = XpInstrument::builtIn();
    ASSERT_EQ(instrument.wavelengths_nm().size(), 343U);
    EXPECT_EQ(instrument.coefficientCount(XpBand::Bp), 55U);
    EXPECT_EQ(instrument.coefficientCount(XpBand::Rp), 55U);
    EXPECT_EQ(instrument.coefficientCount(), 110U);
    for (std::size_t index = 0; index < 343; ++index) {
        const double wavelength = instrument.wavelengths_nm()[index];
        EXPECT_EQ(wavelength, 336 + 2 * static_cast<double>(index));
        // xp-calibration: 1 below 635 nm, 0 above 643 nm, linear between; RP has the rest.
        const double bpWeight = std::clamp((643 - wavelength) / 8, 0.0, 1.0);
        EXPECT_NEAR(instrument.weight(XpBand::Bp)[index], bpWeight, 1e-12);
        EXPECT_NEAR(instrument.weight(XpBand::Rp)[index], 1 - bpWeight, 1e-12);
    }
}

TEST(XpInstrument, RecordsWhereItsTablesComeFrom) {
    const std::string provenance = XpInstrument::builtIn().provenance();
    EXPECT_NE(provenance.find("GaiaXPy 2.1.5"), std::string::npos) << provenance;
    // sha256sum of gaiaxpy/config/filters/XpFilter_GaiaDr3Vega_v375wiv142r.xml in that release.
    EXPECT_NE(provenance.find("58b97c6dac03f83f54c77126f78cb21daec83cd8e5c14c6ec15d5257d1a23919"), std::string::npos);
}

TEST(XpInstrument, StackedDesignIsBothDesignsTimesTheirWeights) {
    const XpInstrument instrument = XpInstrument::builtIn();
    const MatrixView<const double> stacked = instrument.stackedDesign();
    ASSERT_EQ(stacked.rows, 110U);
    ASSERT_EQ(stacked.cols, 343U);
    for (const XpBand band : xpBands) {
        const MatrixView<const double> design = instrument.design(band);
        const std::size_t firstRow = band == XpBand::Bp ? 0 : 55;
        ASSERT_EQ(design.rows, 55U);
        for (std::size_t row = 0; row < design.rows; ++row) {
            for (std::size_t column = 0; column < stacked.cols; ++column) {
                ASSERT_EQ(stacked.row(firstRow + row)[column],
                          design.row(row)[column] * instrument.weight(band)[column]);
            }
        }
    }
}

TEST(XpCalibrate, MatchesGaiaXPy) {
    std::vector<double> flux(343);
    XpInstrument::builtIn().calibrate(starCoefficients(), flux);
    expectSamples(flux, starSamples, starMaximum);
    EXPECT_NEAR(*std::max_element(flux.begin(), flux.end()), starMaximum, 1e-12 * starMaximum);
}

TEST(XpCalibrate, OneBandIsUnweightedAndTheRestMissing) {
    const XpInstrument instrument = XpInstrument::builtIn();
    std::vector<double> flux(343);
    instrument.calibrateBands({}, starRp, flux);
    expectSamples(flux, rpOnlySamples, starMaximum);
    for (std::size_t index = 0; index < 343; ++index) {
        EXPECT_EQ(std::isnan(flux[index]), instrument.wavelengths_nm()[index] <= 635);
    }
    instrument.calibrateBands(starBp, {}, flux);
    expectSamples(flux, bpOnlySamples, starMaximum);
    for (std::size_t index = 0; index < 343; ++index) {
        EXPECT_EQ(std::isnan(flux[index]), instrument.wavelengths_nm()[index] >= 643);
    }
}

TEST(XpCalibrate, IsLinearInTheCoefficients) {
    const XpInstrument instrument = XpInstrument::builtIn();
    std::vector<double> coefficients = starCoefficients();
    std::vector<double> once(343);
    std::vector<double> thrice(343);
    instrument.calibrate(coefficients, once);
    for (double& value : coefficients)
        value *= -3;
    instrument.calibrate(coefficients, thrice);
    for (std::size_t index = 0; index < 343; ++index) {
        EXPECT_NEAR(thrice[index], -3 * once[index], 1e-14 * starMaximum);
    }
}

TEST(XpCalibrate, RefusesWrongSizes) {
    const XpInstrument instrument = XpInstrument::builtIn();
    std::vector<double> flux(343);
    std::vector<double> shortFlux(342);
    EXPECT_THROW(instrument.calibrateBands({}, {}, flux), Error);
    EXPECT_THROW(instrument.calibrateBands(starBp, std::vector<double>(54), flux), Error);
    EXPECT_THROW(instrument.calibrateBands(std::vector<double>(56), {}, flux), Error);
    EXPECT_THROW(instrument.calibrate(std::vector<double>(109), flux), Error);
    EXPECT_THROW(instrument.calibrate(starCoefficients(), shortFlux), Error);
    EXPECT_THROW(instrument.magnitudes(starBp), Error);

    std::vector<float> floats(2 * 343);
    const std::span<float> values(floats);
    const auto constant = [&](std::size_t rows, std::size_t columns) {
        return MatrixView<const float>(floats.data(), rows, columns);
    };
    EXPECT_THROW(instrument.calibrate(constant(2, 109), MatrixView<float>(values, 343)), Error);
    EXPECT_THROW(instrument.calibrate(constant(2, 110), MatrixView<float>(values, 342)), Error);
    EXPECT_THROW(instrument.calibrate(constant(1, 110), MatrixView<float>(values, 343)), Error);
}

/// Rows of coefficients like real ones: falling with order, each row another colour and brightness (1 to 1e6 e-/s).
std::vector<float> manyStars(std::size_t rows) {
    std::vector<float> values;
    for (std::size_t row = 0; row < rows; ++row) {
        const double brightness = std::pow(10.0, 6.0 * static_cast<double>(row) / static_cast<double>(rows));
        for (std::size_t k = 0; k < 110; ++k) {
            const double order = static_cast<double>(k % 55);
            const double phase = static_cast<double>(row) + (k < 55 ? 1.7 : 0.9) * order;
            values.push_back(static_cast<float>(brightness * std::cos(phase) / std::pow(1 + order, 1.5)));
        }
    }
    return values;
}

TEST(XpCalibrate, FloatRowsFollowDoubleToOneInAMillion) {
    const XpInstrument instrument = XpInstrument::builtIn();
    for (const std::size_t rows : {1U, 3U, 4U, 64U, 67U, 131U}) {
        const std::vector<float> coefficients = manyStars(rows);
        std::vector<float> flux(rows * 343, -1);
        instrument.calibrate(MatrixView<const float>(coefficients.data(), rows, 110),
                             MatrixView<float>(flux.data(), rows, 343));
        for (std::size_t row = 0; row < rows; ++row) {
            const auto begin = coefficients.begin() + static_cast<std::ptrdiff_t>(row * 110);
            std::vector<double> exact(343);
            instrument.calibrate(std::vector<double>(begin, begin + 110), exact);
            double maximum = 0;
            for (const double value : exact)
                maximum = std::max(maximum, std::abs(value));
            for (std::size_t index = 0; index < 343; ++index) {
                ASSERT_NEAR(flux[row * 343 + index], exact[index], 1e-6 * maximum) << "row " << row << " of " << rows;
            }
        }
    }
}

TEST(XpCalibrate, ARowDoesNotDependOnTheRowsBesideIt) {
    const XpInstrument instrument = XpInstrument::builtIn();
    constexpr std::size_t rows = 70;
    const std::vector<float> coefficients = manyStars(rows);
    std::vector<float> together(rows * 343);
    instrument.calibrate(MatrixView<const float>(coefficients.data(), rows, 110),
                         MatrixView<float>(together.data(), rows, 343));
    for (std::size_t row = 0; row < rows; ++row) {
        std::vector<float> alone(343);
        instrument.calibrate(MatrixView<const float>(coefficients.data() + row * 110, 1, 110),
                             MatrixView<float>(alone.data(), 1, 343));
        ASSERT_TRUE(std::equal(alone.begin(), alone.end(), together.begin() + static_cast<std::ptrdiff_t>(row * 343)));
    }
}

TEST(XpCalibrate, FaintFloatsDoNotUnderflow) {
    const XpInstrument instrument = XpInstrument::builtIn();
    std::vector<float> coefficients;
    // A star of G = 40, tens of millions of times fainter than any in Gaia.
    for (const double value : starCoefficients())
        coefficients.push_back(static_cast<float>(1e-10 * value));
    std::vector<float> flux(343);
    instrument.calibrate(MatrixView<const float>(coefficients.data(), 1, 110), MatrixView<float>(flux.data(), 1, 343));
    for (const Sample& sample : starSamples) {
        EXPECT_NEAR(flux[sample.index] * 1e10, sample.flux, 1e-6 * starMaximum);
    }
}

TEST(XpPhotometry, MatchesGaiaXPy) {
    // GaiaXPy 2.1.5 `generate`, Gaia_DR3_Vega, of the same star.
    const XpInstrument::Magnitudes magnitudes = XpInstrument::builtIn().magnitudes(starCoefficients());
    EXPECT_NEAR(magnitudes.g, 15.319105853640544, 1e-12);
    EXPECT_NEAR(magnitudes.bp, 15.486181763605842, 1e-12);
    EXPECT_NEAR(magnitudes.rp, 15.124546025958658, 1e-12);
}

TEST(XpPhotometry, TenTimesTheFluxIsTwoAndAHalfMagnitudes) {
    const XpInstrument instrument = XpInstrument::builtIn();
    std::vector<double> coefficients = starCoefficients();
    const XpInstrument::Magnitudes faint = instrument.magnitudes(coefficients);
    for (double& value : coefficients)
        value *= 10;
    const XpInstrument::Magnitudes bright = instrument.magnitudes(coefficients);
    EXPECT_NEAR(faint.g - bright.g, 2.5, 1e-12);
    EXPECT_NEAR(faint.bp - bright.bp, 2.5, 1e-12);
    EXPECT_NEAR(faint.rp - bright.rp, 2.5, 1e-12);
}

TEST(XpPhotometry, IsMissingWithoutPositiveFlux) {
    const XpInstrument instrument = XpInstrument::builtIn();
    std::vector<double> negative = starCoefficients();
    for (double& value : negative)
        value = -value;
    std::vector<double> withoutBp = starCoefficients();
    std::fill(withoutBp.begin(), withoutBp.begin() + 55, std::nan(""));
    for (const std::vector<double>& coefficients : {negative, withoutBp, std::vector<double>(110, 0.0)}) {
        const XpInstrument::Magnitudes magnitudes = instrument.magnitudes(coefficients);
        EXPECT_TRUE(std::isnan(magnitudes.g));
        EXPECT_TRUE(std::isnan(magnitudes.bp));
        EXPECT_TRUE(std::isnan(magnitudes.rp));
    }
}

TEST(GaiaG, FluxAndMagnitudeOfTheArchiveAgree) {
    struct Pair {
        double magnitude, flux;
    };
    // phot_g_mean_mag (float32 in the archive) and phot_g_mean_flux of gaiadr3.gaia_source 6636090339113063296,
    // 6636090334814214528 and 4583627001381815936, from the test files of astroquery.
    for (const Pair& star :
         {Pair{16.610226, 4274.219332887841}, Pair{19.761656, 234.576568712628}, Pair{7.0120187, 29521564.088029865}}) {
        EXPECT_NEAR(gFluxFromMagnitude(star.magnitude) / star.flux, 1, 2e-6);
        EXPECT_NEAR(gMagnitudeFromFlux(star.flux), star.magnitude, 2e-6);
    }
}

TEST(GaiaG, IsMissingWhereItCannotBe) {
    EXPECT_TRUE(std::isnan(gFluxFromMagnitude(std::nan(""))));
    for (const double flux : {0.0, -1.0, std::nan("")})
        EXPECT_TRUE(std::isnan(gMagnitudeFromFlux(flux)));
}

TEST(XpTables, DamageIsAnError) {
    const std::span<const std::byte> image = embeddedXpTables();
    const std::vector<std::byte> good(image.begin(), image.end());
    EXPECT_NO_THROW(XpInstrument::fromImage(good, "copy"));
    EXPECT_THROW(XpInstrument::fromImage({}, "empty"), Error);
    EXPECT_THROW(XpInstrument::fromImage(std::span(good).first(good.size() / 2), "half"), Error);

    std::vector<std::byte> changed = good;
    // The first third of the file is the two design tables of the default grid.
    changed[changed.size() / 5] ^= std::byte{0x10};
    try {
        XpInstrument::fromImage(changed, "changed.h5");
        FAIL() << "a changed table was accepted";
    } catch (const Error& error) {
        EXPECT_NE(std::string(error.what()).find("changed.h5"), std::string::npos) << error.what();
    }
}

} // namespace
} // namespace zscape
