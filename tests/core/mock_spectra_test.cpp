// The mock catalogue's spectra: noise as in the table, colours, and labels that can be read from coefficients.
#include "core/catalog/released_layout.h"
#include "core/mock/dust.h"
#include "core/mock/population.h"
#include "core/mock/stellar_spectrum.h"
#include "core/mock/xp_noise.h"
#include "core/mock/xp_projection.h"
#include "tests/core/mock_support.h"
#include "tests/support/shared_data.h"

#include <gtest/gtest.h>

#include <Eigen/Dense>

namespace zscape {
namespace {

using test::median;
using test::mockRows;
using test::mockSample;

/// Flux of one mean star on the default grid, through the XP projection and back, relative to its G flux.
std::vector<double> observedFlux(double teff, double logG, double mH, double alphaM, double ebv) {
    static const XpInstrument instrument = XpInstrument::builtIn();
    static const mock::XpProjection projection(instrument, mock::XpNoise::builtIn());
    static const mock::StellarSpectra spectra(instrument.wavelengths_nm());
    mock::Star star;
    star.teff = teff;
    star.logG = logG;
    star.mH = mH;
    star.alphaM = alphaM;
    star.ebv = ebv;
    const std::uint64_t stream = 0;
    std::vector<double> flux(343), coefficients(110);
    spectra.compute({&star, 1}, 1, {&stream, 1}, 0.0, {flux.data(), 1, 343});
    projection.project({flux.data(), 1, 343}, {coefficients.data(), 1, 110});
    instrument.calibrate(std::span<const double>(coefficients), flux);
    return flux;
}

double at(const std::vector<double>& flux, double wavelength_nm) {
    return flux[static_cast<std::size_t>((wavelength_nm - 336) / 2)];
}

/// Depth of a feature against a straight line between two wavelengths beside it.
double depth(const std::vector<double>& flux, double blue, double centre, double red) {
    const double share = (centre - blue) / (red - blue);
    return 1 - at(flux, centre) / (at(flux, blue) * (1 - share) + at(flux, red) * share);
}

TEST(MockSpectra, SyntheticMagnitudesAreThoseOfTheTable) {
    const XpInstrument instrument = XpInstrument::builtIn();
    const Catalog& catalog = mockSample();
    const auto rows = mockRows(catalog);
    for (std::size_t i = 0; i < 2000; ++i) {
        const auto stored = catalog.coefficients().row(i);
        const std::vector<double> coefficients(stored.begin(), stored.end());
        const auto magnitudes = instrument.magnitudes(coefficients);
        EXPECT_NEAR(magnitudes.g, rows[i].g, 0.02) << i;
        EXPECT_NEAR(gMagnitudeFromFlux(catalog.gFlux()[i]), rows[i].g, 1e-9) << i;
        if (rows[i].g < 14) {
            EXPECT_NEAR(magnitudes.bp - magnitudes.rp, rows[i].bpRp, 0.04) << i;
        }
    }
}

TEST(MockSpectra, CoolerStarsAreRedder) {
    std::vector<std::vector<double>> colours(16); // 250 K bins from 3250 K
    for (const auto& row : mockRows(mockSample())) {
        if (!(row.teff > 3250 && row.teff < 7250 && row.sfd < 0.12)) continue;
        colours[static_cast<std::size_t>((row.teff - 3250) / 250)].push_back(row.bpRp);
    }
    double previous = 10;
    for (std::size_t bin = 0; bin < colours.size(); ++bin) {
        if (colours[bin].size() < 15) continue;
        const double colour = median(colours[bin]);
        EXPECT_LT(colour, previous) << bin;
        previous = colour;
    }
    EXPECT_LT(previous, 0.75);
}

TEST(MockSpectra, ColourOfTheSunIsGaias) {
    const XpInstrument instrument = XpInstrument::builtIn();
    const mock::XpProjection projection(instrument, mock::XpNoise::builtIn());
    const mock::StellarSpectra spectra(instrument.wavelengths_nm());
    mock::Star sun;
    sun.teff = 5772;
    sun.logG = 4.44;
    const std::uint64_t stream = 0;
    std::vector<double> flux(343), coefficients(110);
    spectra.compute({&sun, 1}, 1, {&stream, 1}, 0.0, {flux.data(), 1, 343});
    projection.project({flux.data(), 1, 343}, {coefficients.data(), 1, 110});
    const auto colours = projection.colours(coefficients);
    // BP - RP = 0.82 of the Sun (Creevey et al. 2023, A&A 674, A39).
    EXPECT_NEAR(colours.gMinusRp - colours.gMinusBp, 0.82, 0.05);
}

TEST(MockSpectra, LinesFollowTheLabels) {
    // Mg b and MgH deepen with [alpha/M] and with gravity, the Ca triplet the other way, blue flux falls with [M/H].
    const auto dwarf = observedFlux(4700, 4.6, -0.3, 0.05, 0), enhanced = observedFlux(4700, 4.6, -0.3, 0.30, 0);
    const auto giant = observedFlux(4700, 2.4, -0.3, 0.05, 0), poor = observedFlux(4700, 4.6, -1.3, 0.05, 0);
    const auto magnesium = [](const std::vector<double>& flux) { return depth(flux, 482, 516, 552); };
    const auto calcium = [](const std::vector<double>& flux) { return depth(flux, 830, 856, 882); };
    EXPECT_GT(magnesium(enhanced), magnesium(dwarf) + 0.01);
    EXPECT_GT(magnesium(dwarf), magnesium(giant) + 0.02);
    EXPECT_GT(calcium(giant), calcium(dwarf) + 0.005);
    EXPECT_GT(at(poor, 400) / at(poor, 600), 1.1 * at(dwarf, 400) / at(dwarf, 600));
    // Balmer lines belong to hot stars, TiO to cool ones.
    const auto hot = observedFlux(9000, 4.0, 0, 0, 0), cool = observedFlux(3500, 4.8, 0, 0, 0);
    EXPECT_GT(depth(hot, 464, 486, 508), 0.06);
    EXPECT_GT(depth(hot, 632, 656, 680), 0.04);
    EXPECT_GT(at(hot, 400) / at(hot, 350), 1.5); // Balmer edge
    EXPECT_GT(depth(cool, 702, 716, 748), 0.3);
    EXPECT_LT(std::abs(depth(dwarf, 702, 716, 748)), 0.03);
}

TEST(MockSpectra, DustFollowsTheExtinctionLaw) {
    const auto clear = observedFlux(5000, 3.0, 0, 0, 0), dusty = observedFlux(5000, 3.0, 0, 0, 0.3);
    const auto ratio = [&](double wavelength) {
        return -2.5 * std::log10(at(dusty, wavelength) / at(clear, wavelength));
    };
    const double expected = 0.3 * (mock::extinctionPerEbv(470) - mock::extinctionPerEbv(800));
    EXPECT_NEAR(ratio(470) - ratio(800), expected, 0.03);
    // Cardelli et al. (1989): A_V = R_V E(B-V) at 1/1.82 um, A_J = 0.282 A_V, A_K = 0.114 A_V.
    EXPECT_NEAR(mock::extinctionPerEbv(1000 / 1.82), 3.1, 1e-9);
    EXPECT_NEAR(mock::extinctionPerEbv(1250) / 3.1, 0.282, 0.003);
    EXPECT_NEAR(mock::extinctionPerEbv(2200) / 3.1, 0.114, 0.002);
}

TEST(MockNoise, ErrorsFollowTheTableOfRealStars) {
    const Catalog& catalog = mockSample();
    const auto rows = mockRows(catalog);
    const mock::XpNoise noise = mock::XpNoise::builtIn();
    for (const std::size_t j : {0, 20, 54, 55, 80, 109}) {
        std::vector<double> departures;
        std::vector<double> expected(110);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            if (rows[i].g < 13 || rows[i].g > 16) continue;
            noise.medianLnError(rows[i].g, rows[i].bpRp, expected);
            const double error = static_cast<double>(catalog.coefficientErrors().row(i)[j]) / catalog.gFlux()[i];
            departures.push_back(std::log(error) - expected[j]);
        }
        EXPECT_NEAR(median(departures), 0, 0.01) << j;
        for (double& departure : departures) {
            departure = std::abs(departure);
        }
        const double spread = 1.4826 * median(departures);
        EXPECT_GT(spread, 0.05) << j; // real stars differ by 5 to 15 %
        EXPECT_LT(spread, 0.2) << j;
    }
}

TEST(MockNoise, DrawnNoiseHasTheReportedError) {
    const mock::XpNoise noise = mock::XpNoise::builtIn();
    std::vector<double> relative(110), departure(110);
    double squares = 0, neighbours = 0;
    constexpr int stars = 2000;
    for (int i = 0; i < stars; ++i) {
        noise.draw(14.0, 1.0, Philox(3, static_cast<std::uint64_t>(i)), relative, departure);
        for (std::size_t j = 0; j < 110; ++j) {
            squares += departure[j] * departure[j] / (relative[j] * relative[j]);
            if (j > 0) neighbours += departure[j] * departure[j - 1] / (relative[j] * relative[j - 1]);
        }
    }
    constexpr double count = 110.0 * stars;
    EXPECT_NEAR(squares / count, 1, 5 * std::sqrt(2 / count));
    EXPECT_NEAR(neighbours / count, 0, 5 / std::sqrt(count));
}

TEST(MockNoise, FaintStarsAreNoisierByThePhotonLaw) {
    const mock::XpNoise noise = mock::XpNoise::builtIn();
    std::vector<double> bright(110), middle(110), faint(110);
    noise.medianLnError(7, 1.0, bright);
    noise.medianLnError(15, 1.0, middle);
    noise.medianLnError(17.5, 1.0, faint);
    for (std::size_t j = 0; j < 110; ++j) {
        EXPECT_LT(bright[j], middle[j]);
        // Between source photons (10^0.2) and background (10^0.4) a magnitude.
        EXPECT_GT(faint[j] - middle[j], 0.8 * 2.5 * 0.2 * std::log(10)) << j;
        EXPECT_LT(faint[j] - middle[j], 2.5 * 0.4 * std::log(10)) << j;
    }
}

/// Residual scatter of a ridge regression from coefficients / G to a label, on stars it has not seen, over the label's
/// own scatter.
double unexplained(const std::vector<std::size_t>& stars, const std::vector<double>& label) {
    const Catalog& catalog = mockSample();
    const auto rows = static_cast<Eigen::Index>(stars.size());
    Eigen::MatrixXd x(rows, 111);
    Eigen::VectorXd y(rows);
    for (Eigen::Index r = 0; r < rows; ++r) {
        const std::size_t star = stars[static_cast<std::size_t>(r)];
        const auto coefficients = catalog.coefficients().row(star);
        for (Eigen::Index j = 0; j < 110; ++j) {
            x(r, j) = static_cast<double>(coefficients[static_cast<std::size_t>(j)]) / catalog.gFlux()[star];
        }
        x(r, 110) = 1;
        y(r) = label[star];
    }
    for (Eigen::Index j = 0; j < 110; ++j) {
        const double mean = x.col(j).mean();
        x.col(j).array() -= mean;
        x.col(j) /= std::sqrt(x.col(j).squaredNorm() / static_cast<double>(rows));
    }
    const Eigen::Index train = rows * 4 / 5;
    Eigen::MatrixXd normal = x.topRows(train).transpose() * x.topRows(train);
    normal.diagonal().array() += 1;
    const Eigen::VectorXd weights = normal.ldlt().solve(x.topRows(train).transpose() * y.head(train));
    const Eigen::VectorXd rest = y.tail(rows - train);
    const Eigen::VectorXd left = rest - x.bottomRows(rows - train) * weights;
    return left.norm() / (rest.array() - rest.mean()).matrix().norm();
}

TEST(MockSpectra, LabelsCanBeReadFromCoefficients) {
    const auto rows = mockRows(mockSample());
    std::vector<std::size_t> stars;
    std::vector<double> teff, logG, mH, alphaM;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        teff.push_back(rows[i].teff);
        logG.push_back(rows[i].logG);
        mH.push_back(rows[i].mH);
        alphaM.push_back(rows[i].alphaM);
        if (rows[i].g < 15.5 && rows[i].teff > 3700 && rows[i].teff < 6700) stars.push_back(i);
    }
    ASSERT_GT(stars.size(), 20000U);
    EXPECT_LT(unexplained(stars, teff), 0.20);
    EXPECT_LT(unexplained(stars, logG), 0.35);
    EXPECT_LT(unexplained(stars, mH), 0.50);
    // [alpha/M] is hard: less than the labels' own scatter, but far from solved, as in real XP spectra.
    EXPECT_LT(unexplained(stars, alphaM), 0.75);
    EXPECT_GT(unexplained(stars, alphaM), 0.30);
}

/// Half the width of the central 68 % of coefficient j relative to the G flux, for solar-like stars of G 14.5 to 15.5.
double coefficientSpread(const Catalog& catalog, std::size_t j, double& medianError) {
    std::vector<double> values, errors;
    const Column& g = catalog.require(column::gMag);
    const Column& bp = catalog.require(column::bpMag);
    const Column& rp = catalog.require(column::rpMag);
    const Column* dust = catalog.find("SFD_EBV");
    for (std::size_t i = 0; i < catalog.rows(); ++i) {
        if (!catalog.usable().test(i) || g.number(i) < 14.5 || g.number(i) > 15.5) continue;
        if (std::abs(bp.number(i) - rp.number(i) - 0.95) > 0.25 || (dust && dust->number(i) > 0.2)) continue;
        values.push_back(static_cast<double>(catalog.coefficients().row(i)[j]) / catalog.gFlux()[i]);
        errors.push_back(static_cast<double>(catalog.coefficientErrors().row(i)[j]) / catalog.gFlux()[i]);
    }
    EXPECT_GT(values.size(), 120U);
    medianError = median(errors);
    const double middle = median(values);
    for (double& value : values) {
        value = std::abs(value - middle);
    }
    return median(values);
}

TEST(MockSpectra, CoefficientsSpreadAsThoseOfRealStars) {
    const auto path = test::sharedData("gaia/field_2000.h5");
    if (!path) GTEST_SKIP() << "no shared data";
    const Catalog real = readReleasedCatalog(*path);
    std::vector<double> spread, error;
    for (std::size_t j = 0; j < 110; ++j) {
        double realError = 0, mockError = 0;
        const double realSpread = coefficientSpread(real, j, realError);
        const double mockSpread = coefficientSpread(mockSample(), j, mockError);
        spread.push_back(std::abs(std::log(mockSpread / realSpread)));
        error.push_back(std::abs(std::log(mockError / realError)));
        EXPECT_LT(spread.back(), std::log(2.5)) << "coefficient " << j;
        EXPECT_LT(error.back(), std::log(1.3)) << "coefficient " << j;
    }
    EXPECT_LT(median(spread), std::log(1.4));
    EXPECT_LT(median(error), std::log(1.15));
}

} // namespace
} // namespace zscape
