#include "core/base/error.h"
#include "core/generate/compare_star.h"
#include "core/generate/exact_spectrum.h"
#include "core/generate/latent_path.h"
#include "core/generate/nearest_stars.h"
#include "core/generate/selection_spectra.h"
#include "tests/support/labelled_stars.h"
#include "tests/support/random_model.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace zscape::test {

namespace {

constexpr float nan = std::numeric_limits<float>::quiet_NaN();

std::vector<double> someLatent(std::size_t size) {
    const std::vector<float> numbers = randomNumbers(size, 5);
    return {numbers.begin(), numbers.end()};
}

/// referenceDecode of one latent point.
std::vector<double> reference(const Model& model, const std::vector<double>& latent) {
    std::vector<double> coefficients;
    std::vector<double> scatter;
    referenceDecode(model, {latent.data(), 1, latent.size()}, coefficients, scatter);
    return coefficients;
}

/// d xhat / d z_k by central differences of two widths, extrapolated (Richardson): the error is of order h^4.
std::vector<double> referenceSlope(const Model& model, std::vector<double> latent, std::size_t k) {
    const auto central = [&](double h) {
        const double middle = latent[k];
        latent[k] = middle + h;
        std::vector<double> slope = reference(model, latent);
        latent[k] = middle - h;
        const std::vector<double> lower = reference(model, latent);
        latent[k] = middle;
        for (std::size_t j = 0; j < slope.size(); ++j) {
            slope[j] = (slope[j] - lower[j]) / (2 * h);
        }
        return slope;
    };
    std::vector<double> slope = central(1e-3);
    const std::vector<double> wide = central(2e-3);
    for (std::size_t j = 0; j < slope.size(); ++j) {
        slope[j] = (4 * slope[j] - wide[j]) / 3;
    }
    return slope;
}

/// The decoder of the released shape with the built-in instrument's coefficient count.
const Model& releasedModel() {
    static const Model model = randomModel(Architecture{}, 11);
    return model;
}

} // namespace

TEST(ExactDecoder, IsTheReferenceAndItsSlopes) {
    for (const Preset preset : {Preset::Released, Preset::Paper}) {
        const Model model = randomModel({.preset = preset, .inputSize = 23, .latentSize = 4, .layers = {17, 11, 5}}, 3);
        const ExactDecoder decoder(model);
        const std::vector<double> latent = someLatent(4);
        std::vector<double> values;
        std::vector<double> jacobian;
        decoder.differentiate(latent, values, jacobian);
        const std::vector<double> expected = reference(model, latent);
        ASSERT_EQ(values.size(), 23U);
        ASSERT_EQ(jacobian.size(), 4U * 23U);
        std::vector<double> decoded;
        decoder.decode(latent, decoded);
        double largest = 0;
        for (std::size_t j = 0; j < 23; ++j) {
            EXPECT_NEAR(values[j], expected[j], 1e-13);
            EXPECT_NEAR(decoded[j], expected[j], 1e-13);
        }
        for (std::size_t k = 0; k < 4; ++k) {
            const std::vector<double> slope = referenceSlope(model, latent, k);
            for (std::size_t j = 0; j < 23; ++j) {
                EXPECT_NEAR(jacobian[k * 23 + j], slope[j], 1e-9) << "coefficient " << j << ", latent " << k;
                largest = std::max(largest, std::abs(slope[j]));
            }
        }
        EXPECT_GT(largest, 0.01) << "slopes too small to test anything";
        EXPECT_THROW(decoder.decode(someLatent(3), decoded), Error);
    }
}

// f(z) = w z exactly for a network of plain layers: the derivative is the product of the weights.
TEST(ExactDecoder, OfALinearNetworkIsTheProductOfItsWeights) {
    Model model = emptyModel({.preset = Preset::Paper, .inputSize = 1, .latentSize = 1, .layers = {1}});
    for (Tensor& tensor : model.tensors) {
        if (tensor.name == "decoder.0.0.weight" || tensor.name == "decoder.0.weight") tensor.values = {3};
        if (tensor.name == "decoder.1.0.weight") tensor.values = {-2};
        if (tensor.name == "decoder.1.0.bias") tensor.values = {5};
    }
    std::vector<double> values;
    std::vector<double> jacobian;
    ExactDecoder(model).differentiate(std::vector<double>{0.7}, values, jacobian);
    EXPECT_NEAR(values.at(0), -2 * 3 * 0.7 + 5, 1e-12);
    EXPECT_NEAR(jacobian.at(0), -6, 1e-12);
}

TEST(ExactSpectrum, FluxAndItsResponseAreThoseOfTheInstrument) {
    const XpInstrument instrument = XpInstrument::builtIn();
    const ExactSpectrum spectrum(releasedModel(), instrument);
    const std::vector<double> latent = someLatent(6);
    const double gFlux = 1234;
    ExactSpectrum::Response response;
    spectrum.respond(latent, gFlux, response);

    const auto calibrated = [&](const std::vector<double>& z) {
        std::vector<double> raw = reference(releasedModel(), z);
        const Normalization& norm = *releasedModel().normalization;
        for (std::size_t j = 0; j < raw.size(); ++j) {
            raw[j] = (raw[j] * norm.sig[j] + norm.mu[j]) * gFlux;
        }
        std::vector<double> flux(instrument.wavelengths_nm().size());
        instrument.calibrate(raw, flux);
        return flux;
    };
    const std::vector<double> expected = calibrated(latent);
    double top = 0;
    for (const double value : expected) {
        top = std::max(top, std::abs(value));
    }
    std::vector<double> alone;
    spectrum.flux(latent, gFlux, alone);
    const std::size_t samples = expected.size();
    for (std::size_t l = 0; l < samples; ++l) {
        EXPECT_NEAR(response.flux[l], expected[l], 1e-12 * top);
        EXPECT_NEAR(alone[l], expected[l], 1e-12 * top);
    }
    for (std::size_t k = 0; k < 6; ++k) {
        std::vector<double> moved = latent;
        moved[k] += 1e-4;
        const std::vector<double> above = calibrated(moved);
        moved[k] -= 2e-4;
        const std::vector<double> below = calibrated(moved);
        for (std::size_t l = 0; l < samples; l += 7) {
            EXPECT_NEAR(response.fluxJacobian[k * samples + l], (above[l] - below[l]) / 2e-4, 1e-6 * top);
        }
    }
}

TEST(ExactSpectrum, AModelOfAnotherInstrumentIsRefused) {
    const Model model = randomModel({.inputSize = 23, .latentSize = 4, .layers = {5}}, 3);
    EXPECT_THROW(ExactSpectrum(model, XpInstrument::builtIn()), Error);
}

TEST(NearestStars, AreThoseOfABruteForceSearch) {
    const std::size_t count = 3000;
    std::vector<float> mu = randomNumbers(count * 3, 9);
    for (std::size_t i = 0; i < count; ++i) {
        mu[3 * i + 1] *= 5; // a latent of another spread
    }
    mu[3 * 17] = nan; // a star without latents
    const auto latents = latentRows(3, mu);
    const NearestStars stars(latents);
    EXPECT_EQ(stars.stars(), count - 1);
    // Every log_var is 0: the spread is sqrt(var + 1), about 1.4 and 5.1.
    EXPECT_NEAR(stars.spreads()[0], std::sqrt(2.0), 0.03);
    EXPECT_NEAR(stars.spreads()[1], std::sqrt(26.0), 0.1);
    const std::vector<float> query{0.3F, -2.0F, 0.5F};
    std::vector<std::pair<double, std::size_t>> all;
    for (std::size_t i = 0; i < count; ++i) {
        if (i == 17) continue;
        double square = 0;
        for (std::size_t k = 0; k < 3; ++k) {
            square += std::pow((mu[3 * i + k] - query[k]) / stars.spreads()[k], 2);
        }
        all.emplace_back(std::sqrt(square), i);
    }
    std::ranges::sort(all);
    const auto found = stars.nearest(query, 12);
    ASSERT_EQ(found.size(), 12U);
    for (std::size_t i = 0; i < 12; ++i) {
        EXPECT_EQ(found[i].row, all[i].second);
        EXPECT_NEAR(found[i].distance, all[i].first, 1e-5);
    }
    EXPECT_EQ(stars.nearest(query, 10 * count).size(), count - 1);
    EXPECT_TRUE(stars.nearest(std::vector<float>{nan, 0, 0}, 3).empty());
    EXPECT_THROW(stars.nearest(std::vector<float>{0, 0}, 3), Error);
    EXPECT_THROW(NearestStars(latentRows(1, {nan})), Error);
}

TEST(PopulatedRegion, MarksWhatLiesOutsideTheStars) {
    const auto stars = std::make_shared<const NearestStars>(latentRows(2, randomNumbers(2 * 4000, 21)));
    const PopulatedRegion region(stars, {.neighbours = 5, .sample = 1000, .percentile = 98});
    EXPECT_TRUE(region.place(std::vector<float>{0, 0}).inside);
    EXPECT_LT(region.place(std::vector<float>{0, 0}).percentile, 60);
    const auto outside = region.place(std::vector<float>{20, -20});
    EXPECT_FALSE(outside.inside);
    EXPECT_DOUBLE_EQ(outside.percentile, 100);
    // About 2 % of the stars stand more isolated than the threshold says.
    const MatrixView<const float> mu = stars->latents()->muView();
    int isolated = 0;
    for (std::size_t row = 0; row < 4000; ++row) {
        isolated += stars->nearest(mu.row(row), 6).back().distance > region.threshold();
    }
    EXPECT_NEAR(isolated, 80, 40);
    // The same seed, the same threshold; another sample, another one.
    EXPECT_EQ(PopulatedRegion(stars, {.neighbours = 5, .sample = 1000, .percentile = 98}).threshold(),
              region.threshold());
    EXPECT_NE(PopulatedRegion(stars, {.neighbours = 5, .sample = 1000, .percentile = 98, .seed = 4}).threshold(),
              region.threshold());
    EXPECT_THROW(PopulatedRegion(stars, {.neighbours = 4000}), Error);
}

namespace {

struct TwoSelections {
    std::shared_ptr<const Latents> latents;
    BitSet a, b;
};

/// Two clouds of 300 stars in six latents, the second moved by one in the first latent.
TwoSelections twoClouds() {
    std::vector<float> mu = randomNumbers(600 * 6, 31);
    TwoSelections clouds{nullptr, BitSet(600), BitSet(600)};
    for (std::size_t row = 0; row < 600; ++row) {
        for (std::size_t k = 0; k < 6; ++k) {
            mu[row * 6 + k] *= 0.1F;
        }
        if (row % 2 == 1) mu[row * 6] += 1;
        (row % 2 == 0 ? clouds.a : clouds.b).set(row);
    }
    clouds.latents = latentRows(6, mu);
    return clouds;
}

} // namespace

TEST(SelectionSpectra, MeanIsDecodedFromTheMeanLatent) {
    const TwoSelections clouds = twoClouds();
    const ExactSpectrum spectrum(releasedModel(), XpInstrument::builtIn());
    const MeanLatent mean = meanLatent(*clouds.latents, clouds.b, "b");
    EXPECT_EQ(mean.stars, 300U);
    EXPECT_NEAR(mean.latent[0], 1, 0.05);
    const BandedSpectrum banded = meanSpectrum(*clouds.latents, clouds.b, "b", spectrum, 1000, {.replicates = 50});
    std::vector<double> expected;
    spectrum.flux(mean.latent, 1000, expected);
    EXPECT_EQ(banded.value, expected);
    std::size_t inside = 0;
    for (std::size_t l = 0; l < expected.size(); ++l) {
        EXPECT_LE(banded.lower[l], banded.upper[l]);
        inside += banded.lower[l] <= expected[l] && expected[l] <= banded.upper[l];
    }
    EXPECT_GT(inside, expected.size() * 9 / 10);
}

TEST(SelectionSpectra, DifferenceAndRatioAreThoseOfTheMeans) {
    const TwoSelections clouds = twoClouds();
    const ExactSpectrum spectrum(releasedModel(), XpInstrument::builtIn());
    std::vector<double> fluxA;
    std::vector<double> fluxB;
    spectrum.flux(meanLatent(*clouds.latents, clouds.a, "a").latent, 1000, fluxA);
    spectrum.flux(meanLatent(*clouds.latents, clouds.b, "b").latent, 1000, fluxB);
    const BootstrapOptions few{.replicates = 40, .seed = 5};
    const auto difference =
        contrastSpectra(*clouds.latents, clouds.a, "a", clouds.b, "b", Contrast::Difference, spectrum, 1000, few);
    const auto ratio =
        contrastSpectra(*clouds.latents, clouds.a, "a", clouds.b, "b", Contrast::Ratio, spectrum, 1000, few);
    EXPECT_EQ(difference.starsA, 300U);
    EXPECT_EQ(difference.starsB, 300U);
    for (std::size_t l = 0; l < fluxA.size(); ++l) {
        EXPECT_DOUBLE_EQ(difference.value[l], fluxA[l] - fluxB[l]);
        if (fluxB[l] > 0) {
            EXPECT_DOUBLE_EQ(ratio.value[l], fluxA[l] / fluxB[l]);
        } else {
            EXPECT_TRUE(std::isnan(ratio.value[l]));
        }
    }
    // A selection against itself is 0 within its own band.
    const auto none =
        contrastSpectra(*clouds.latents, clouds.a, "a", clouds.a, "a", Contrast::Difference, spectrum, 1000, few);
    for (std::size_t l = 0; l < fluxA.size(); l += 20) {
        EXPECT_EQ(none.value[l], 0);
        EXPECT_LT(none.lower[l], none.upper[l]);
    }
}

TEST(SelectionSpectra, BootstrapBytesDependOnTheSeedAlone) {
    const TwoSelections clouds = twoClouds();
    const ExactSpectrum spectrum(releasedModel(), XpInstrument::builtIn());
    const auto band = [&](std::uint64_t seed, int threads) {
        return meanSpectrum(*clouds.latents, clouds.a, "a", spectrum, 1000,
                            {.replicates = 30, .seed = seed, .threads = threads});
    };
    const BandedSpectrum one = band(1, 1);
    const BandedSpectrum three = band(1, 3);
    EXPECT_EQ(one.lower, three.lower);
    EXPECT_EQ(one.upper, three.upper);
    EXPECT_NE(one.lower, band(2, 1).lower);
}

// The mean of n numbers of deviation s has a deviation of s / sqrt(n); the band of a linear model is that.
TEST(SelectionSpectra, BandIsOneSigmaOfTheMean) {
    const TwoSelections clouds = twoClouds();
    Model model = emptyModel(Architecture{.preset = Preset::Paper});
    model.normalization = Normalization{std::vector<double>(110, 0.0), std::vector<double>(110, 1.0), "test"};
    // Every layer adds its inputs' first element far from zero, where GELU is the identity: xhat_0 = z_1 + 100.
    for (Tensor& tensor : model.tensors) {
        if (tensor.name.rfind("decoder.", 0) != 0) continue;
        if (tensor.shape.size() == 2) tensor.values[0] = 1;
        if (tensor.shape.size() == 1 && tensor.name.rfind("decoder.0.", 0) == 0) tensor.values[0] = 100;
    }
    const ExactSpectrum spectrum(model, XpInstrument::builtIn());
    const BandedSpectrum banded =
        meanSpectrum(*clouds.latents, clouds.a, "a", spectrum, 1, {.replicates = 2000, .seed = 1});
    const MatrixView<const double> design = spectrum.instrument().stackedDesign();
    const std::size_t l = 50;
    ASSERT_NE(design.row(0)[l], 0);
    const double sigma = 0.1 / std::sqrt(300.0) * std::abs(design.row(0)[l]);
    EXPECT_NEAR(0.5 * (banded.upper[l] - banded.lower[l]), sigma, 0.12 * sigma);
}

TEST(SelectionSpectra, EmptyOrForeignSelectionsAreNamed) {
    const TwoSelections clouds = twoClouds();
    try {
        meanLatent(*clouds.latents, BitSet(600), "halo");
        FAIL();
    } catch (const Error& error) {
        EXPECT_NE(std::string(error.what()).find("'halo'"), std::string::npos);
    }
    EXPECT_THROW(meanLatent(*clouds.latents, BitSet(3), "halo"), Error);
}

TEST(CompareStar, ResidualsAreInSigma) {
    Model model = emptyModel({.preset = Preset::Paper, .inputSize = 2, .latentSize = 1, .layers = {2}});
    model.normalization = Normalization{{0.5, 0.0}, {0.1, 0.2}, "test"};
    // G = 100: c/G = 0.7, 0.1 -> x = 2, 0.5; e/G = 0.02, 0.01 -> err = 0.2, 0.05.
    const Catalog catalog("one", 2, {7}, {70, 10}, {2, 1},
                          {Column("phot_g_mean_flux", "electron/s", std::vector<double>{100})});
    const std::vector<float> xhat{1.6F, 0.6F};
    const std::vector<float> scatter{0.0F, 0.05F};
    const StarComparison result = compareStar(catalog, 0, model, xhat, scatter);
    EXPECT_NEAR(result.residual[0], 2, 1e-5);  // (2 - 1.6) / 0.2
    EXPECT_NEAR(result.residual[1], -2, 1e-5); // (0.5 - 0.6) / 0.05
    EXPECT_NEAR(result.chiSquared, 8, 1e-4);
    EXPECT_NEAR(result.chiSquaredScatter, 4 + 2, 1e-4); // the second error is sqrt(2) larger with its scatter
    EXPECT_THROW(compareStar(catalog, 1, model, xhat, scatter), Error);
    EXPECT_THROW(compareStar(catalog, 0, model, {}, scatter), Error);
}

TEST(CompareStar, CorrelationsMakeResidualsIndependent) {
    Model model = emptyModel({.preset = Preset::Paper, .inputSize = 4, .latentSize = 1, .layers = {2}});
    model.normalization = Normalization{{0, 0, 0, 0}, {1, 1, 1, 1}, "test"};
    const Catalog catalog("one", 4, {7}, {2, 3, 1, 1}, {1, 1, 1, 1},
                          {Column("phot_g_mean_flux", "electron/s", std::vector<double>{1})});
    Correlations correlations;
    correlations.bpValues = {0.6F};
    correlations.rpValues = {-0.8F};
    correlations.bp = {correlations.bpValues.data(), 1, 1};
    correlations.rp = {correlations.rpValues.data(), 1, 1};
    const std::vector<float> zero(4), scatter(4, 1.0F);
    const StarComparison result = compareStar(catalog, 0, model, zero, scatter, &correlations);
    // (r2 - rho r1) / sqrt(1 - rho^2) in each band.
    const std::vector<double> expected{2, (3 - 0.6 * 2) / 0.8, 1, (1 + 0.8) / 0.6};
    ASSERT_EQ(result.whitened.size(), 4U);
    double sum = 0;
    for (std::size_t j = 0; j < 4; ++j) {
        EXPECT_NEAR(result.whitened[j], expected[j], 1e-6) << j;
        sum += expected[j] * expected[j];
    }
    EXPECT_EQ(result.residual, (std::vector<double>{2, 3, 1, 1}));
    EXPECT_NEAR(result.chiSquared, sum, 1e-5);
    EXPECT_NEAR(result.reducedChiSquared, sum / 3, 1e-5); // four coefficients, one latent
    EXPECT_EQ(result.worstCoefficient, 3U);
    const StarComparison alone = compareStar(catalog, 0, model, zero, scatter);
    EXPECT_TRUE(alone.whitened.empty());
    EXPECT_NEAR(alone.chiSquared, 4 + 9 + 1 + 1, 1e-9);
    EXPECT_EQ(alone.worstCoefficient, 1U);
    // The archive has none of this star.
    correlations.rpValues = {std::nanf("")};
    correlations.rp = {correlations.rpValues.data(), 1, 1};
    EXPECT_TRUE(compareStar(catalog, 0, model, zero, scatter, &correlations).whitened.empty());
}

TEST(LatentPath, RunsStraightFromKnotToKnot) {
    const LatentPath line = LatentPath::straight(std::vector<float>{0, 10}, std::vector<float>{2, 20}, "two stars");
    EXPECT_EQ(line.at(0.25), (std::vector<float>{0.5F, 12.5F}));
    EXPECT_EQ(line.at(-1), (std::vector<float>{0, 10}));
    EXPECT_EQ(line.at(2), (std::vector<float>{2, 20}));
    EXPECT_EQ(line.sequence(3), (std::vector<float>{0, 10, 1, 15, 2, 20}));
    EXPECT_THROW(line.sequence(1), Error);
    EXPECT_THROW(LatentPath::straight(std::vector<float>{0}, std::vector<float>{2, 3}, ""), Error);
    EXPECT_THROW(LatentPath::straight(std::vector<float>{nan}, std::vector<float>{2}, ""), Error);

    Track track;
    track.name = "MS";
    track.alongName = "TEFF";
    track.points = {{5000, {}, {0}, 3, {}}, {5100, {}, {1}, 3, {}}, {5400, {}, {4}, 3, {}}};
    const LatentPath path = LatentPath::alongTrack(track);
    EXPECT_EQ(path.knots(), 3U);
    EXPECT_DOUBLE_EQ(path.alongAt(0.5), 5200); // even in the coordinate, not in the number of the bin
    EXPECT_EQ(path.at(0.5), std::vector<float>{2});
    EXPECT_EQ(path.at(0.25), std::vector<float>{1});
    track.points.resize(1);
    EXPECT_THROW(LatentPath::alongTrack(track), Error);
}

TEST(LatentPath, TableHoldsTheDecodedSequence) {
    const std::shared_ptr<const SpectralModel> model = makeFusedModel(releasedModel(), 1);
    const SpectrumGenerator generator(model, XpInstrument::builtIn());
    const std::vector<float> from = randomNumbers(6, 1);
    const std::vector<float> to = randomNumbers(6, 2);
    const NumericTable table = traverseTable(LatentPath::straight(from, to, "line"), 5, generator, 2000);
    const auto& flux = std::get<std::vector<double>>(table.blocks.at(3).values);
    ASSERT_EQ(table.blocks[3].name, "flux");
    const std::size_t samples = generator.instrument().wavelengths_nm().size();
    ASSERT_EQ(flux.size(), 5 * samples);
    GeneratedSpectrum last;
    generator.generate(to, 2000, last);
    EXPECT_TRUE(std::equal(last.flux.begin(), last.flux.end(), flux.end() - static_cast<std::ptrdiff_t>(samples)));
    EXPECT_EQ(std::get<std::vector<double>>(table.blocks[0].values), (std::vector<double>{0, 0.25, 0.5, 0.75, 1}));
}

} // namespace zscape::test
