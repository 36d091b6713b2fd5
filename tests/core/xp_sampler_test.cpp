// Facts about exact sampling of XP spectra: errors from the full covariance, truncation, missing bands, other grids.
#include "core/base/error.h"
#include "core/io/hdf5.h"
#include "core/xp/cubic_spline.h"
#include "core/xp/xp_sampler.h"
#include "tests/support/made_up_stars.h"
#include "tests/support/shared_data.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace zscape {
namespace {

using test::MadeUpStars;

double largest(std::span<const double> values) {
    double most = 0;
    for (const double value : values) {
        if (std::isfinite(value)) most = std::max(most, std::abs(value));
    }
    return most;
}

void expectNear(std::span<const double> found, std::span<const double> expected, double tolerance,
                const std::string& what) {
    ASSERT_EQ(found.size(), expected.size());
    const double scale = largest(expected);
    ASSERT_GT(scale, 0) << what;
    for (std::size_t k = 0; k < found.size(); ++k) {
        ASSERT_EQ(std::isnan(found[k]), std::isnan(expected[k])) << what << " sample " << k;
        if (std::isnan(found[k])) continue;
        ASSERT_NEAR(found[k], expected[k], tolerance * scale) << what << " sample " << k;
    }
}

/// f = sum c_i A_i and sigma^2 = sum e_i R_ij e_j A_i A_j, term by term, of one band at unit weight.
void plainSamples(const SampledBand& band, const XpBandView& view, std::size_t row, std::vector<double>& flux,
                  std::vector<double>& variance) {
    const std::vector<double> covariance = coefficientCovariance(view, row);
    flux.assign(band.columns, 0);
    variance.assign(band.columns, 0);
    for (std::size_t c = 0; c < band.columns; ++c) {
        for (std::size_t i = 0; i < view.count; ++i) {
            flux[c] += view.coefficients[row * view.count + i] * band.design[i * band.columns + c];
            for (std::size_t j = 0; j < view.count; ++j) {
                variance[c] += covariance[i * view.count + j] * band.design[i * band.columns + c] *
                               band.design[j * band.columns + c];
            }
        }
    }
}

const XpSampler& defaultSampler() {
    static const XpSampler sampler = XpSampler::calibrated(XpInstrument::builtIn());
    return sampler;
}

TEST(XpSampler, IsTheSumTermByTermOnEveryInstructionSet) {
    const MadeUpStars stars(53, 1); // more than a block and no multiple of a group
    const XpSampler& sampler = defaultSampler();
    for (const std::string& set : XpSampler::instructionSets()) {
        std::vector<double> flux(53 * 343), errors(53 * 343);
        sampler.sampleWith(set, stars.view(), flux, errors);
        for (const std::size_t row : {0U, 7U, 47U, 48U, 52U}) {
            std::vector<double> expected(343), sigma(343);
            for (const XpBand which : xpBands) {
                const SampledBand& band = sampler.band(which);
                std::vector<double> f, v;
                plainSamples(band, which == XpBand::Bp ? stars.view().bp : stars.view().rp, row, f, v);
                for (std::size_t c = 0; c < band.columns; ++c) {
                    expected[band.firstColumn + c] += band.weight[c] * f[c];
                    sigma[band.firstColumn + c] += band.weight[c] * band.weight[c] * v[c];
                }
            }
            for (double& value : sigma)
                value = std::sqrt(value);
            expectNear(std::span(flux).subspan(row * 343, 343), expected, 1e-13, set + " flux");
            expectNear(std::span(errors).subspan(row * 343, 343), sigma, 1e-12, set + " errors");
        }
    }
}

TEST(XpSampler, AStarIsTheSameWhateverStandsBesideIt) {
    const MadeUpStars stars(60, 2);
    std::vector<double> flux(60 * 343), errors(60 * 343), alone(343), aloneErrors(343);
    defaultSampler().sample(stars.view(), flux, errors);
    for (const std::size_t row : {3U, 59U}) {
        defaultSampler().sample(stars.view(row, 1), alone, aloneErrors);
        EXPECT_TRUE(std::equal(alone.begin(), alone.end(), flux.begin() + static_cast<std::ptrdiff_t>(row * 343)));
        EXPECT_TRUE(std::equal(aloneErrors.begin(), aloneErrors.end(),
                               errors.begin() + static_cast<std::ptrdiff_t>(row * 343)));
    }
    std::vector<double> fluxOnly(60 * 343);
    defaultSampler().sample(stars.view(), fluxOnly, {});
    EXPECT_EQ(fluxOnly, flux);
}

TEST(XpSampler, OneBandAloneIsUnweightedAndTheRestIsNan) {
    const MadeUpStars stars(3, 3);
    const std::vector<std::uint8_t> hasBp{1, 0, 0}, hasRp{0, 1, 0};
    XpStarsView view = stars.view();
    view.bp.present = hasBp;
    view.rp.present = hasRp;
    std::vector<double> flux(3 * 343), errors(3 * 343);
    defaultSampler().sample(view, flux, errors);
    const std::span<const double> grid = defaultSampler().grid();
    for (std::size_t k = 0; k < 343; ++k) {
        // GaiaXPy: BP alone gives flux below 643 nm, RP alone above 635 nm.
        EXPECT_EQ(std::isnan(flux[k]), grid[k] >= 643);
        EXPECT_EQ(std::isnan(errors[k]), grid[k] >= 643);
        EXPECT_EQ(std::isnan(flux[343 + k]), grid[k] <= 635);
        EXPECT_TRUE(std::isnan(flux[2 * 343 + k]) && std::isnan(errors[2 * 343 + k]));
    }
    std::vector<double> f, v;
    const SampledBand& bp = defaultSampler().band(XpBand::Bp);
    plainSamples(bp, view.bp, 0, f, v);
    EXPECT_NEAR(flux[bp.firstColumn + bp.columns - 1] / f.back(), 1, 1e-12) << "642 nm at full weight";
    EXPECT_NEAR(errors[bp.firstColumn + bp.columns - 1] / std::sqrt(v.back()), 1, 1e-12);
}

TEST(XpSampler, TruncationDropsCoefficientsErrorsAndCorrelations) {
    MadeUpStars stars(2, 4);
    const std::vector<std::int32_t> bases{7, 0};
    XpStarsView view = stars.view();
    view.bp.relevantBases = bases;
    std::vector<double> flux(2 * 343), errors(2 * 343);
    defaultSampler().sample(view, flux, errors);
    for (std::size_t k = 7; k < 55; ++k) {
        stars.bp.coefficients[k] = 0;
        stars.bp.errors[k] = 0;
    }
    std::vector<double> expected(2 * 343), expectedErrors(2 * 343);
    defaultSampler().sample(stars.view(), expected, expectedErrors);
    EXPECT_EQ(flux, expected);
    EXPECT_EQ(errors, expectedErrors);
}

TEST(XpSampler, CovarianceHasTheErrorsOnItsDiagonal) {
    const MadeUpStars stars(1, 5);
    std::vector<double> flux(343), errors(343);
    defaultSampler().sample(stars.view(), flux, errors);
    const std::vector<double> covariance = defaultSampler().covariance(stars.view(), 0);
    std::vector<double> diagonal;
    for (std::size_t k = 0; k < 343; ++k) {
        diagonal.push_back(std::sqrt(covariance[k * 343 + k]));
        for (const std::size_t other : {0U, 153U, 342U}) {
            ASSERT_NEAR(covariance[k * 343 + other], covariance[other * 343 + k], 1e-12 * covariance[k * 343 + k]);
        }
    }
    expectNear(diagonal, errors, 1e-12, "errors");
    EXPECT_EQ(covariance[0 * 343 + 342], 0) << "336 nm is BP alone, 1020 nm RP alone";
    EXPECT_NE(covariance[0 * 343 + 1], 0);
}

TEST(XpSampler, IndependentErrorsAreTheDiagonal) {
    MadeUpStars stars(1, 6);
    XpStarsView without = stars.view();
    without.bp.correlations = std::span<const double>();
    without.rp.correlations = std::span<const float>();
    std::vector<double> flux(343), errors(343), expected(343);
    defaultSampler().sample(without, flux, errors);
    std::fill(stars.bp.correlations.begin(), stars.bp.correlations.end(), 0.0);
    std::fill(stars.rp.correlations.begin(), stars.rp.correlations.end(), 0.0);
    defaultSampler().sample(stars.view(), flux, expected);
    EXPECT_EQ(errors, expected);
}

TEST(XpSampler, ANanStaysInItsStar) {
    MadeUpStars stars(3, 7);
    stars.bp.coefficients[55 + 2] = std::nan("");
    std::vector<double> flux(3 * 343), errors(3 * 343);
    defaultSampler().sample(stars.view(), flux, errors);
    EXPECT_TRUE(std::isnan(flux[343]));
    EXPECT_TRUE(std::isfinite(flux[0]) && std::isfinite(flux[2 * 343]) && std::isfinite(flux[343 + 342]));
}

TEST(XpSampler, RefusesWhatDoesNotFit) {
    const MadeUpStars stars(2, 8);
    std::vector<double> flux(2 * 343), small(5);
    EXPECT_THROW(defaultSampler().sample(stars.view(), small, {}), Error);
    XpStarsView view = stars.view();
    view.bp.errors = std::span<const double>();
    EXPECT_THROW(defaultSampler().sample(view, flux, flux), Error);
    EXPECT_NO_THROW(defaultSampler().sample(view, flux, {}));
    view.rp.count = 51;
    EXPECT_THROW(defaultSampler().sample(view, flux, {}), Error);
    EXPECT_THROW(XpSampler::calibratedOn({400, 400}), Error);
    EXPECT_THROW(XpSampler::calibratedOn({329.9}), Error);
    EXPECT_THROW(XpSampler::calibratedOn({1000, 1050.1}), Error);
    EXPECT_THROW(XpSampler::calibratedOn({}), Error);
    EXPECT_THROW(XpSampler::converted(std::vector<double>{60.1}), Error);
}

// xp-calibration.md: the model does not equal the default table exactly, BP to 0.75 % of a column's maximum.
TEST(XpSampler, TheModelIsCloseToTheDefaultTable) {
    const std::span<const double> grid = defaultSampler().grid();
    const XpSampler model = XpSampler::calibratedOn({grid.begin(), grid.end()});
    for (const XpBand which : xpBands) {
        const SampledBand& table = defaultSampler().band(which);
        const SampledBand& band = model.band(which);
        ASSERT_EQ(band.firstColumn, table.firstColumn);
        ASSERT_EQ(band.columns, table.columns);
        for (std::size_t c = 0; c < band.columns; ++c) {
            EXPECT_NEAR(band.weight[c], table.weight[c], 1e-6);
            double most = 0, off = 0;
            for (std::size_t i = 0; i < 55; ++i) {
                most = std::max(most, std::abs(table.design[i * table.columns + c]));
                off = std::max(off, std::abs(table.design[i * table.columns + c] - band.design[i * band.columns + c]));
            }
            EXPECT_LT(off, 0.0075 * most) << "column " << c;
        }
    }
}

// Values of scipy 1.11: splev(x, splrep([0, 1, 2.5, 3, 5, 6], [1, 3, -1, 0, 4, 2], s=0)).
TEST(CubicSpline, IsNotAKnot) {
    const std::vector<double> x{0, 1, 2.5, 3, 5, 6}, y{1, 3, -1, 0, 4, 2};
    const CubicSpline spline(x, y);
    for (std::size_t k = 0; k < x.size(); ++k)
        EXPECT_NEAR(spline(x[k]), y[k], 1e-14);
    EXPECT_NEAR(spline(0.5), 3.2588575560375994, 1e-12);
    EXPECT_NEAR(spline(1.7), 0.6703352133044097, 1e-12);
    EXPECT_NEAR(spline(2.75), -0.6462671728127267, 1e-12);
    EXPECT_NEAR(spline(4), 2.7161243673174265, 1e-12);
    EXPECT_NEAR(spline(5.5), 3.5262111352133045, 1e-12);
    EXPECT_NEAR(spline(-0.5), -4.964859002169197, 1e-12);
    EXPECT_NEAR(spline(6.4), -0.13424960231381444, 1e-12);
    // A cubic is its own spline, beyond the ends too.
    std::vector<double> cubic;
    for (const double at : x)
        cubic.push_back(at * at * at - 2 * at + 1);
    EXPECT_NEAR(CubicSpline(x, cubic)(7.5), 7.5 * 7.5 * 7.5 - 15 + 1, 1e-11);
    EXPECT_THROW(CubicSpline(std::vector<double>{0, 1, 1, 2}, cubic), Error);
}

/// A star of the golden file, in its own double precision.
struct GoldenStar {
    std::vector<double> coefficients, errors, correlations;
    std::vector<std::int32_t> bases;

    XpBandView view(bool truncate) const {
        if (coefficients.empty()) return {};
        return {coefficients.size(),
                coefficients,
                std::span<const double>(errors),
                std::span<const double>(correlations),
                {},
                truncate ? std::span<const std::int32_t>(bases) : std::span<const std::int32_t>()};
    }
};

GoldenStar readGolden(const hdf5::Handle& file, const std::string& group) {
    if (!hdf5::exists(file.id(), group)) return {};
    GoldenStar star{hdf5::readDoubles(file.id(), group + "/coefficients"),
                    hdf5::readDoubles(file.id(), group + "/errors"),
                    hdf5::readDoubles(file.id(), group + "/correlations"),
                    {}};
    const auto bases = hdf5::readIntegerAttribute(file.id(), group, "n_relevant_bases");
    star.bases = {static_cast<std::int32_t>(bases.value_or(0))};
    return star;
}

TEST(XpGolden, FluxAndErrorsAreGaiaXPys) {
    const auto path = test::sharedData("gaia/xp_golden.h5");
    if (!path) GTEST_SKIP() << "no shared data";
    const hdf5::Handle file = hdf5::openFile(*path);
    const std::vector<double> convertGrid = hdf5::readDoubles(file.id(), "convert_grid");
    expectNear(XpSampler::defaultPseudoWavelengths(), convertGrid, 1e-15, "pseudo-wavelengths");
    const XpSampler converter = XpSampler::converted(convertGrid);
    std::size_t compared = 0;
    for (const std::string id :
         {"4345775217221821312", "4408087461749558912", "5762406957886626816", "5405570973190252288"}) {
        const GoldenStar bp = readGolden(file, id + "/bp");
        const GoldenStar rp = readGolden(file, id + "/rp");
        for (const bool truncate : {false, true}) {
            const std::string ending = truncate ? "_truncated" : "";
            if (!hdf5::exists(file.id(), id + "/calibrate_flux" + ending)) continue;
            std::vector<double> flux(343), errors(343);
            defaultSampler().sample({1, bp.view(truncate), rp.view(truncate)}, flux, errors);
            expectNear(flux, hdf5::readDoubles(file.id(), id + "/calibrate_flux" + ending), 1e-12, id + " flux");
            expectNear(errors, hdf5::readDoubles(file.id(), id + "/calibrate_flux_error" + ending), 1e-10,
                       id + " errors");
            ++compared;
        }
        std::vector<double> flux(1200), errors(1200);
        converter.sample({1, bp.view(false), rp.view(false)}, flux, errors);
        for (const std::size_t band : {0U, 1U}) {
            const std::string group = id + (band == 0 ? "/bp" : "/rp");
            if (!hdf5::exists(file.id(), group + "/convert_flux")) continue;
            expectNear(std::span(flux).subspan(band * 600, 600), hdf5::readDoubles(file.id(), group + "/convert_flux"),
                       1e-12, group + " internal flux");
            expectNear(std::span(errors).subspan(band * 600, 600),
                       hdf5::readDoubles(file.id(), group + "/convert_flux_error"), 1e-10, group + " internal errors");
            ++compared;
        }
    }
    EXPECT_EQ(compared, 12U) << "7 calibrations and 5 conversions";
}

// GaiaXPy 2.1.5: calibrate(file, sampling=grid) of Gaia DR3 5762406957886626816, from its FITS file.
TEST(XpGolden, AnyGridIsGaiaXPys) {
    const auto path = test::sharedData("gaia/xp_golden.h5");
    if (!path) GTEST_SKIP() << "no shared data";
    const hdf5::Handle file = hdf5::openFile(*path);
    const GoldenStar bp = readGolden(file, "5762406957886626816/bp");
    const GoldenStar rp = readGolden(file, "5762406957886626816/rp");
    const XpSampler sampler = XpSampler::calibratedOn({350.0, 500.5, 636.5, 640.0, 700.25, 1040.0});
    std::vector<double> flux(6), errors(6);
    sampler.sample({1, bp.view(false), rp.view(false)}, flux, errors);
    expectNear(flux,
               std::vector<double>{6.1436052172816744e-16, 2.7219057827006105e-16, 1.14951019922233e-16,
                                   1.1276462908258296e-16, 7.9744878195703864e-17, 3.2694179204772661e-17},
               1e-12, "flux");
    // Errors are float32 in that file and decimal text in the golden one.
    expectNear(errors,
               std::vector<double>{3.097170363279103e-17, 2.1979127719341303e-18, 5.0869720089823988e-19,
                                   6.7893064824723955e-19, 7.3037056551404175e-19, 7.5072912959218938e-18},
               1e-7, "errors");
}

} // namespace
} // namespace zscape
