// What a model makes of a catalogue, against the same sums written out in float64 from the reference network.
#include "core/analysis/evaluate.h"
#include "core/analysis/latent_summary.h"
#include "core/analysis/spectrum_generator.h"
#include "core/base/error.h"
#include "core/mock/mock_catalog.h"
#include "core/model/spectral_model.h"
#include "tests/support/random_model.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>

namespace zscape {
namespace {

constexpr std::size_t stars = 300;

/// A random network with the normalisation of a mock catalogue.
Model modelFor(const Catalog& catalog) {
    Model model = test::randomModel(Architecture{}, 5);
    Normalization normalization;
    for (std::size_t j = 0; j < catalog.coefficientCount(); ++j) {
        double sum = 0, squares = 0;
        for (std::size_t row = 0; row < catalog.rows(); ++row) {
            const double value = catalog.coefficients().row(row)[j] / catalog.gFlux()[row];
            sum += value;
            squares += value * value;
        }
        const double mean = sum / static_cast<double>(catalog.rows());
        normalization.mu.push_back(mean);
        normalization.sig.push_back(std::sqrt(squares / static_cast<double>(catalog.rows()) - mean * mean));
    }
    model.normalization = normalization;
    return model;
}

double median(std::vector<double> values) {
    std::ranges::sort(values);
    const std::size_t half = values.size() / 2;
    return values.size() % 2 ? values[half] : 0.5 * (values[half - 1] + values[half]);
}

TEST(SpectrumGenerator, EqualsTheReferenceNetworkAndTheInstrumentTables) {
    const Catalog catalog = generateMockCatalog({stars, 2, 0});
    const Model model = modelFor(catalog);
    const XpInstrument instrument = XpInstrument::builtIn();
    const std::shared_ptr<const SpectralModel> engine = makeFusedModel(model);
    const SpectrumGenerator generator(engine, instrument);
    const std::vector<float> latent{0.3f, -0.2f, 1.1f, 0.0f, -0.7f, 0.4f};
    constexpr double gFlux = 12345.0;
    GeneratedSpectrum spectrum;
    generator.generate(latent, gFlux, spectrum);

    const std::vector<double> z(latent.begin(), latent.end());
    std::vector<double> xhat, s;
    referenceDecode(model, {z.data(), 1, z.size()}, xhat, s);
    const MatrixView<const double> design = instrument.stackedDesign();
    std::vector<double> flux(design.cols, 0.0), variance(design.cols, 0.0);
    for (std::size_t j = 0; j < design.rows; ++j) {
        const double coefficient = (xhat[j] * model.normalization->sig[j] + model.normalization->mu[j]) * gFlux;
        const double sigma = s[j] * model.normalization->sig[j] * gFlux;
        for (std::size_t l = 0; l < design.cols; ++l) {
            flux[l] += coefficient * design.row(j)[l];
            variance[l] += std::pow(sigma * design.row(j)[l], 2);
        }
    }
    const double peak = *std::ranges::max_element(flux);
    for (std::size_t l = 0; l < design.cols; ++l) {
        // The network runs in float32: 2e-5 of a standardised coefficient is less than this of the flux.
        EXPECT_NEAR(spectrum.flux[l], flux[l], 2e-5 * peak) << l;
        EXPECT_NEAR(spectrum.fluxScatter[l], std::sqrt(variance[l]), 1e-4 * std::sqrt(variance[l])) << l;
    }
}

TEST(SpectrumGenerator, RefusesAModelWithoutNormalisationOrOfAnotherInstrument) {
    const XpInstrument instrument = XpInstrument::builtIn();
    Model bare = test::randomModel(Architecture{}, 5);
    bare.normalization.reset();
    EXPECT_THROW(SpectrumGenerator(makeFusedModel(bare), instrument), Error);
    Architecture other;
    other.inputSize = 106;
    Model later = test::randomModel(other, 5);
    later.normalization = Normalization{std::vector<double>(106, 0.0), std::vector<double>(106, 1.0), "test"};
    EXPECT_THROW(SpectrumGenerator(makeFusedModel(later), instrument), Error);
}

TEST(Evaluate, EqualsTheSumsOfTheMethodWrittenOut) {
    const Catalog catalog = generateMockCatalog({stars, 2, 0});
    const Model model = modelFor(catalog);
    const XpInstrument instrument = XpInstrument::builtIn();
    const Evaluation evaluation = evaluateModel(catalog, *makeFusedModel(model), instrument);

    // method.md section 4, as released, star by star in float64.
    const std::size_t n = catalog.coefficientCount();
    std::vector<double> recs, residuals;
    double klSum = 0;
    for (std::size_t row = 0; row < catalog.rows(); ++row) {
        if (!catalog.usable().test(row)) continue;
        const double gFlux = catalog.gFlux()[row];
        std::vector<double> x(n), mu, logVar, xhat, s;
        for (std::size_t j = 0; j < n; ++j) {
            x[j] =
                (catalog.coefficients().row(row)[j] / gFlux - model.normalization->mu[j]) / model.normalization->sig[j];
        }
        referenceEncode(model, {x.data(), 1, n}, mu, logVar);
        referenceDecode(model, {mu.data(), 1, mu.size()}, xhat, s);
        double rec = 0;
        std::vector<double> observed(n), modelled(n);
        for (std::size_t j = 0; j < n; ++j) {
            const double error = catalog.coefficientErrors().row(row)[j] / gFlux / model.normalization->sig[j];
            const double variance = error * error + s[j] * s[j];
            rec += 0.5 * (x[j] - xhat[j]) * (x[j] - xhat[j]) / variance + 0.5 * std::log(variance);
            observed[j] = catalog.coefficients().row(row)[j];
            modelled[j] = (xhat[j] * model.normalization->sig[j] + model.normalization->mu[j]) * gFlux;
        }
        recs.push_back(rec);
        for (std::size_t k = 0; k < mu.size(); ++k) {
            klSum += -0.5 * (1 + logVar[k] - mu[k] * mu[k] - std::exp(logVar[k]));
        }
        std::vector<double> observedFlux(343), modelledFlux(343), differences;
        instrument.calibrate(observed, observedFlux);
        instrument.calibrate(modelled, modelledFlux);
        for (std::size_t l = 0; l < 343; ++l) {
            const double wavelength = instrument.wavelengths_nm()[l];
            if (wavelength < 450 || wavelength > 900) continue;
            differences.push_back(std::abs(modelledFlux[l] - observedFlux[l]) / std::abs(observedFlux[l]));
        }
        residuals.push_back(median(differences));
    }
    double recSum = 0;
    for (const double rec : recs) {
        recSum += rec;
    }
    const double count = static_cast<double>(recs.size());
    EXPECT_EQ(evaluation.stars, recs.size());
    EXPECT_NEAR(evaluation.meanRec, recSum / count, 1e-3 * std::abs(recSum / count));
    EXPECT_NEAR(evaluation.medianRec, median(recs), 1e-3 * std::abs(median(recs)));
    EXPECT_NEAR(evaluation.meanKl, klSum / count, 1e-4 * std::abs(klSum / count));
    EXPECT_NEAR(evaluation.bins.front().medianFluxResidual, median(residuals), 1e-3 * median(residuals));
    std::size_t inBins = 0;
    for (std::size_t i = 1; i < evaluation.bins.size(); ++i) {
        inBins += evaluation.bins[i].stars;
    }
    EXPECT_LE(inBins, evaluation.stars);
}

TEST(Evaluate, SaysWhatDoesNotFit) {
    const Catalog catalog = generateMockCatalog({20, 2, 0});
    Architecture other;
    other.inputSize = 106;
    Model model = test::randomModel(other, 5);
    model.normalization = Normalization{std::vector<double>(106, 0.0), std::vector<double>(106, 1.0), "test"};
    EXPECT_THROW(evaluateModel(catalog, *makeFusedModel(model), XpInstrument::builtIn()), Error);
}

TEST(LatentSummary, KnowsAnIdleLatentFromATellingOne) {
    Latents latents{4, 2, {1, 0, -1, 0, 3, 0, NAN, NAN}, {-4, 0, -4, 0, -4, 0, NAN, NAN}};
    const std::vector<LatentSummary> summaries = summariseLatents(latents);
    ASSERT_EQ(summaries.size(), 2u);
    EXPECT_DOUBLE_EQ(summaries[0].mean, 1.0);
    EXPECT_EQ(summaries[0].lower, -1);
    EXPECT_EQ(summaries[0].upper, 3);
    // 0.5 (mu^2 + var - 1 - log var), mean over mu = 1, -1, 3 with log var = -4.
    EXPECT_NEAR(summaries[0].information, 0.5 * (11.0 / 3.0 + std::exp(-4.0) - 1 + 4), 1e-12);
    EXPECT_FALSE(summaries[0].inactive());
    EXPECT_TRUE(summaries[1].inactive());
}

TEST(LatentSummary, ItsCentreIsAStarAlsoWhereTheMeanLiesInAHole) {
    // A ring around the mean, (-0.05, 0), and a row that cannot be encoded. In units of the widths 1.8 and 2 the
    // squared distances are 0.28, 0.25, 0.25 and 0.22.
    Latents latents{5, 2, {-1, 0, 0, 1, 0, -1, 0.8F, 0, NAN, NAN}, std::vector<float>(10, -4.0F)};
    const std::vector<LatentSummary> summaries = summariseLatents(latents);
    EXPECT_EQ(summaries[0].central, 0.8F);
    EXPECT_EQ(summaries[1].central, 0);
    Latents none{1, 2, {NAN, NAN}, {NAN, NAN}};
    EXPECT_EQ(summariseLatents(none)[0].central, 0);
}

} // namespace
} // namespace zscape
