// Facts about errors of samples: columns that carry others, and what corrections in float32 cost in exactness.
#include "core/xp/xp_sampler.h"
#include "tests/support/made_up_stars.h"

#include <gtest/gtest.h>

#include <cmath>
#include <span>

namespace zscape {
namespace {

using test::MadeUpStars;

/// Of each error itself (2e-12 seen), where 1e-10 of a spectrum's largest is asked.
constexpr double ofEachError = 1e-11;

/// a^T C a in long double.
double plainVariance(const SampledBand& band, std::span<const double> covariance, std::size_t column) {
    long double sum = 0;
    for (std::size_t i = 0; i < band.coefficientCount; ++i) {
        for (std::size_t j = 0; j < band.coefficientCount; ++j) {
            sum += static_cast<long double>(band.design[i * band.columns + column]) *
                   band.design[j * band.columns + column] * covariance[i * band.coefficientCount + j];
        }
    }
    return static_cast<double>(sum);
}

/// Every error of one band alone, on every instruction set, against the sum term by term.
void expectExact(const SampledBand& band, const XpBandView& view, std::size_t stars, double tolerance) {
    SampledBand none;
    none.coefficientCount = view.count;
    std::vector<double> grid(band.columns);
    SampledBand only = band;
    only.firstColumn = 0;
    const XpSampler sampler(grid, only, none, OneBand::Unweighted);
    std::vector<std::vector<double>> covariances;
    for (std::size_t star = 0; star < stars; ++star) {
        covariances.push_back(coefficientCovariance(view, star));
    }
    for (const std::string& set : XpSampler::instructionSets()) {
        std::vector<double> flux(stars * band.columns), errors(stars * band.columns);
        sampler.sampleWith(set, {stars, view, {}}, flux, errors);
        for (std::size_t star = 0; star < stars; ++star) {
            for (std::size_t column = 0; column < band.columns; ++column) {
                const double expected = std::sqrt(plainVariance(band, covariances[star], column));
                ASSERT_NEAR(errors[star * band.columns + column], expected, tolerance * expected)
                    << set << ", star " << star << ", column " << column;
            }
        }
    }
}

const SampledBand& defaultBand(XpBand which) {
    static const XpSampler sampler = XpSampler::calibrated(XpInstrument::builtIn());
    return sampler.band(which);
}

TEST(XpErrors, AreTheSumTermByTermInEveryColumn) {
    const MadeUpStars stars(9, 5);
    expectExact(defaultBand(XpBand::Bp), stars.view().bp, 9, ofEachError);
    expectExact(defaultBand(XpBand::Rp), stars.view().rp, 9, ofEachError);
}

TEST(XpErrors, FineGridsOfTheInstrumentModelAreExactToo) {
    const MadeUpStars stars(2, 6);
    std::vector<double> grid;
    for (int k = 0; k <= 1200; ++k) {
        grid.push_back(400 + 0.5 * k);
    }
    const XpSampler sampler = XpSampler::calibratedOn(grid);
    expectExact(sampler.band(XpBand::Bp), stars.view().bp, 2, ofEachError);
    expectExact(sampler.band(XpBand::Rp), stars.view().rp, 2, ofEachError);
}

TEST(XpErrors, OfAnySizeSurviveTheCorrectionInFloat32) {
    for (const double size : {1e-25, 1e15}) { // squares of float32 errors outside float32
        MadeUpStars stars(2, 7);
        for (float& error : stars.bp.errors) {
            error = static_cast<float>(error * size);
        }
        expectExact(defaultBand(XpBand::Bp), stars.view().bp, 2, ofEachError);
    }
}

TEST(XpErrors, OfFewColumnsFarApartAreExactByThemselves) {
    const SampledBand band{3, 0, 4, {1, 0, 0, 1, 0, 2, 0, 1, 0, 0, 3, 1}, {1, 1, 1, 1}};
    const std::vector<double> coefficients{1, 2, 3};
    const std::vector<float> deviations{1, 2, 3}, correlations{0.25F, 0.125F, 0.5F};
    XpBandView view;
    view.count = 3;
    view.coefficients = coefficients;
    view.errors = std::span<const float>(deviations);
    view.correlations = std::span<const float>(correlations);
    expectExact(band, view, 1, 1e-15);
}

TEST(XpErrors, OfColumnsThatAreZeroOrRepeatedAreThoseOfTheirOwn) {
    SampledBand band = defaultBand(XpBand::Rp);
    for (std::size_t i = 0; i < band.coefficientCount; ++i) {
        band.design[i * band.columns + 5] = 0;
        band.design[i * band.columns + 6] = band.design[i * band.columns + 7];
    }
    const MadeUpStars stars(2, 8);
    expectExact(band, stars.view().rp, 2, ofEachError);
}

} // namespace
} // namespace zscape
