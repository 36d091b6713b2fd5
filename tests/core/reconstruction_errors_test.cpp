// Reconstruction errors against sums written out from the reference network and a covariance inverted by elimination.
#include "core/analysis/observed_flux.h"
#include "core/analysis/reconstruction_errors.h"
#include "core/base/error.h"
#include "core/io/npy.h"
#include "core/io/zip_archive.h"
#include "core/mock/mock_catalog.h"
#include "core/xp/whiten.h"
#include "core/xp/xp_sampler.h"
#include "tests/support/random_model.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstring>
#include <numeric>

namespace zscape {
namespace {

constexpr std::size_t stars = 400; // three chunks, the last one not full
constexpr std::size_t pairs = 55 * 54 / 2;

Model modelFor(const Catalog& catalog) {
    Model model = test::randomModel(Architecture{}, 5);
    Normalization normalization;
    for (std::size_t j = 0; j < catalog.coefficientCount(); ++j) {
        const double value = catalog.coefficients().row(0)[j] / catalog.gFlux()[0];
        normalization.mu.push_back(value);
        normalization.sig.push_back(0.1 * std::abs(value) + 1e-4);
    }
    model.normalization = normalization;
    return model;
}

/// Correlations that fall with distance: rho^|i-j| is a correlation matrix for every |rho| < 1.
Correlations correlationsFor(std::size_t rows) {
    Correlations result;
    for (int b = 0; b < 2; ++b) {
        std::vector<float> values;
        for (std::size_t row = 0; row < rows; ++row) {
            const double rho = (b == 0 ? 0.7 : -0.4) * static_cast<double>(row + 1) / static_cast<double>(rows);
            for (int i = 0; i < 55; ++i) {
                for (int j = 0; j < i; ++j) {
                    values.push_back(static_cast<float>(std::pow(rho, i - j)));
                }
            }
        }
        SharedArray<float> shared(std::move(values));
        (b == 0 ? result.bp : result.rp) = MatrixView<const float>(shared.data(), rows, pairs);
        (b == 0 ? result.bpValues : result.rpValues) = shared;
    }
    return result;
}

double correlation(const Correlations& all, int band, std::size_t row, std::size_t i, std::size_t j) {
    if (i == j) return 1;
    if (i < j) std::swap(i, j);
    return (band == 0 ? all.bp : all.rp).row(row)[i * (i - 1) / 2 + j];
}

/// r^T R^-1 r by elimination with the largest pivot, nothing of Cholesky.
double quadraticForm(std::vector<std::vector<double>> matrix, std::vector<double> r) {
    const std::vector<double> start = r;
    const std::size_t n = r.size();
    for (std::size_t p = 0; p < n; ++p) {
        std::size_t best = p;
        for (std::size_t i = p; i < n; ++i) {
            if (std::abs(matrix[i][p]) > std::abs(matrix[best][p])) best = i;
        }
        std::swap(matrix[p], matrix[best]);
        std::swap(r[p], r[best]);
        for (std::size_t i = p + 1; i < n; ++i) {
            const double factor = matrix[i][p] / matrix[p][p];
            for (std::size_t k = p; k < n; ++k) {
                matrix[i][k] -= factor * matrix[p][k];
            }
            r[i] -= factor * r[p];
        }
    }
    for (std::size_t p = n; p-- > 0;) {
        for (std::size_t k = p + 1; k < n; ++k) {
            r[p] -= matrix[p][k] * r[k];
        }
        r[p] /= matrix[p][p];
    }
    return std::inner_product(start.begin(), start.end(), r.begin(), 0.0);
}

class ReconstructionErrorsOfMockStars : public testing::Test {
protected:
    ReconstructionErrorsOfMockStars()
        : catalog(generateMockCatalog({stars, 2, 0})),
          model(modelFor(catalog)),
          engine(makeFusedModel(model)),
          instrument(XpInstrument::builtIn()),
          correlations(correlationsFor(stars)) {
        const Latents latents = engine->encode({catalog.coefficients(), catalog.gFlux()});
        generated = engine->decode(latents.muView());
    }
    /// Coefficient of the reconstruction divided by the G flux.
    double perFlux(std::size_t row, std::size_t j) const {
        return generated.coefficientsView().row(row)[j] * model.normalization->sig[j] + model.normalization->mu[j];
    }
    double residual(std::size_t row, std::size_t j) const {
        return (catalog.coefficients().row(row)[j] - perFlux(row, j) * catalog.gFlux()[row]) /
               catalog.coefficientErrors().row(row)[j];
    }
    ReconstructionErrors errors(std::vector<std::shared_ptr<const ComparedSpectra>> compared = {}, int threads = 0,
                                const Correlations* with = nullptr) const {
        ReconstructionErrorsOptions options;
        options.compared = std::move(compared);
        options.threads = threads;
        options.correlations = with;
        return reconstructionErrors(catalog, *engine, instrument, options);
    }
    std::shared_ptr<const ComparedSpectra> compared(const std::string& text) const {
        return std::make_shared<const ComparedSpectra>(readComparedSpectra(text, catalog, instrument));
    }
    /// The model's own reconstruction as an array of another model would come.
    NpyArray ownCoefficients(const std::vector<std::size_t>& columns) const {
        NpyArray array{{stars, columns.size()}, {}};
        for (std::size_t row = 0; row < stars; ++row) {
            for (const std::size_t j : columns) {
                array.values.push_back(perFlux(row, j));
            }
        }
        return array;
    }
    std::string fileOf(const std::string& name, const NpyArray& array,
                       const std::vector<NamedNpyArray>& more = {}) const {
        std::vector<NamedNpyArray> all{{"spectra", array}};
        all.insert(all.end(), more.begin(), more.end());
        writeNpz(folder.path() / name, all);
        return (folder.path() / name).string();
    }

    test::TemporaryFolder folder;
    Catalog catalog;
    Model model;
    std::shared_ptr<const SpectralModel> engine;
    XpInstrument instrument;
    Correlations correlations;
    Generated generated;
};

std::vector<std::size_t> allColumns() {
    std::vector<std::size_t> columns(110);
    std::iota(columns.begin(), columns.end(), std::size_t{0});
    return columns;
}

std::vector<std::size_t> leadingColumns() {
    std::vector<std::size_t> columns;
    for (std::size_t j = 0; j < 64; ++j) {
        columns.push_back(j < 32 ? j : 55 + j - 32);
    }
    return columns;
}

TEST_F(ReconstructionErrorsOfMockStars, CurvesAreTheMeansOverStars) {
    const ReconstructionErrors found = errors();
    ASSERT_EQ(found.stars, stars);
    ASSERT_EQ(found.wavelengths_nm.size(), 61U);
    EXPECT_EQ(found.wavelengths_nm.front(), 392);
    EXPECT_EQ(found.wavelengths_nm.back(), 992);
    for (const std::size_t j : {0U, 31U, 54U, 55U, 109U}) {
        double sum = 0, squares = 0;
        std::uint32_t within = 0;
        for (std::size_t row = 0; row < stars; ++row) {
            const double r = residual(row, j);
            sum += r;
            squares += r * r;
            within += r >= -10 && r < 10;
        }
        EXPECT_NEAR(found.models[0].coefficients.bias[j], sum / stars, 1e-9 * std::sqrt(squares));
        EXPECT_NEAR(found.models[0].coefficients.rmse[j], std::sqrt(squares / stars), 1e-9 * std::sqrt(squares));
        const auto& counts = found.models[0].coefficients.counts[j];
        EXPECT_EQ(std::accumulate(counts.begin(), counts.end(), 0U), within);
    }
}

TEST_F(ReconstructionErrorsOfMockStars, AStarsCoefficientsAreWeighedByTheirCovariance) {
    const ReconstructionErrors alone = errors(), found = errors({}, 0, &correlations);
    EXPECT_EQ(alone.correlated, 0U);
    EXPECT_EQ(found.correlated, stars);
    for (const std::size_t row : {0U, 7U, 191U, 192U, 399U}) {
        double sum = 0, squares = 0;
        for (int band = 0; band < 2; ++band) {
            std::vector<std::vector<double>> matrix(32, std::vector<double>(32));
            std::vector<double> r;
            for (std::size_t i = 0; i < 32; ++i) {
                r.push_back(residual(row, i + static_cast<std::size_t>(55 * band)));
                squares += r.back() * r.back();
                for (std::size_t j = 0; j < 32; ++j) {
                    matrix[i][j] = correlation(correlations, band, row, i, j);
                }
            }
            sum += quadraticForm(matrix, r);
        }
        const double expected = std::sqrt(sum / 64), independent = std::sqrt(squares / 64);
        EXPECT_NEAR(found.models[0].starCoefficients[row], expected, 1e-6 * expected) << row; // float32
        EXPECT_NEAR(alone.models[0].starCoefficients[row], independent, 1e-6 * independent) << row;
    }
}

TEST_F(ReconstructionErrorsOfMockStars, FluxErrorsCarryTheCovariance) {
    const ReconstructionErrors found = errors({}, 0, &correlations);
    const MatrixView<const double> design = instrument.stackedDesign();
    for (const std::size_t row : {0U, 399U}) {
        double squares = 0;
        for (const double wavelength : found.wavelengths_nm) {
            const auto l = static_cast<std::size_t>((wavelength - 336) / 2);
            double difference = 0, variance = 0;
            for (std::size_t i = 0; i < 110; ++i) {
                const double ei = catalog.coefficientErrors().row(row)[i] * design.row(i)[l];
                difference += residual(row, i) * ei;
                for (std::size_t j = i < 55 ? 0 : 55; j < (i < 55 ? 55U : 110U); ++j) {
                    variance += ei * catalog.coefficientErrors().row(row)[j] * design.row(j)[l] *
                                correlation(correlations, i < 55 ? 0 : 1, row, i % 55, j % 55);
                }
            }
            squares += difference * difference / variance;
        }
        const double expected = std::sqrt(squares / 61);
        EXPECT_NEAR(found.models[0].starWavelengths[row], expected, 1e-6 * expected) << row;
    }
}

TEST_F(ReconstructionErrorsOfMockStars, AnObservedSpectrumHasTheErrorOfItsCovariance) {
    const XpSampler sampler = XpSampler::calibrated(instrument);
    const ObservedFlux found = observedFlux(catalog, 7, sampler, &correlations);
    EXPECT_TRUE(found.correlated);
    const MatrixView<const double> design = instrument.stackedDesign();
    for (const std::size_t l : {28U, 150U, 300U}) {
        double flux = 0, variance = 0, independent = 0;
        for (std::size_t i = 0; i < 110; ++i) {
            const double ei = catalog.coefficientErrors().row(7)[i] * design.row(i)[l];
            flux += catalog.coefficients().row(7)[i] * design.row(i)[l];
            independent += ei * ei;
            for (std::size_t j = i < 55 ? 0 : 55; j < (i < 55 ? 55U : 110U); ++j) {
                variance += ei * catalog.coefficientErrors().row(7)[j] * design.row(j)[l] *
                            correlation(correlations, i < 55 ? 0 : 1, 7, i % 55, j % 55);
            }
        }
        EXPECT_NEAR(found.flux[l], flux, 1e-10 * std::abs(flux));
        EXPECT_NEAR(found.error[l], std::sqrt(variance), 1e-7 * std::sqrt(variance));
        const ObservedFlux alone = observedFlux(catalog, 7, sampler, nullptr);
        EXPECT_FALSE(alone.correlated);
        EXPECT_NEAR(alone.error[l], std::sqrt(independent), 1e-7 * std::sqrt(independent));
    }
}

TEST_F(ReconstructionErrorsOfMockStars, ColumnsJoinTheCatalogueAndLeaveItAgain) {
    const ReconstructionErrors found = errors();
    const Catalog more = catalog.withColumns(errorColumns(found, "test"));
    ASSERT_NE(more.find("rmse_lambda"), nullptr);
    EXPECT_EQ(more.find("rmse_j")->number(3), static_cast<double>(found.models[0].starCoefficients[3]));
    EXPECT_EQ(more.columns().size(), catalog.columns().size() + 2);
    EXPECT_EQ(more.contentHash(), catalog.contentHash());
    // Again: replaced, not doubled.
    EXPECT_EQ(more.withColumns(errorColumns(found, "test")).columns().size(), more.columns().size());
    const Catalog less =
        more.withoutColumns(std::array<std::string, 3>{catalog.columns().front().name(), "rmse_j", "nowhere"});
    EXPECT_EQ(less.find("rmse_j"), nullptr);
    EXPECT_EQ(less.gFlux()[5], catalog.gFlux()[5]);
    EXPECT_THROW(catalog.withColumns({Column("short", "", std::vector<float>{1})}), Error);
}

TEST_F(ReconstructionErrorsOfMockStars, AreTheSameOnAnyNumberOfThreads) {
    const ReconstructionErrors one = errors({}, 1, &correlations), three = errors({}, 3, &correlations);
    EXPECT_EQ(one.models[0].starCoefficients, three.models[0].starCoefficients);
    EXPECT_EQ(one.models[0].starWavelengths, three.models[0].starWavelengths);
    EXPECT_EQ(one.models[0].coefficients.rmse, three.models[0].coefficients.rmse);
    EXPECT_EQ(one.models[0].wavelengths.bias, three.models[0].wavelengths.bias);
    EXPECT_EQ(one.models[0].wavelengths.counts, three.models[0].wavelengths.counts);
}

TEST_F(ReconstructionErrorsOfMockStars, StarsWithoutCorrelationsCountAsIndependentAndBrokenOnesHaveNoRmse) {
    std::vector<float> bp(correlations.bpValues.begin(), correlations.bpValues.end());
    std::fill_n(bp.begin() + 5 * pairs, pairs, std::nanf(""));
    std::fill_n(bp.begin() + 9 * pairs, pairs, -0.9F); // three numbers cannot all be that unlike each other
    Correlations broken = correlations;
    broken.bpValues = SharedArray<float>(std::move(bp));
    broken.bp = {broken.bpValues.data(), stars, pairs};
    const ReconstructionErrors found = errors({}, 0, &broken), whole = errors({}, 0, &correlations);
    EXPECT_EQ(found.correlated, stars - 1);
    EXPECT_EQ(found.undefined, 1U);
    EXPECT_TRUE(std::isnan(found.models[0].starCoefficients[9]));
    EXPECT_FALSE(std::isnan(found.models[0].starCoefficients[5]));
    EXPECT_NE(found.models[0].starCoefficients[5], whole.models[0].starCoefficients[5]);
    EXPECT_EQ(found.models[0].starCoefficients[6], whole.models[0].starCoefficients[6]);
}

TEST_F(ReconstructionErrorsOfMockStars, AnArrayOfTheSameSpectraGivesTheSameErrors) {
    const auto all = compared("twin=" + fileOf("all.npz", ownCoefficients(allColumns())));
    const auto some = compared("half=" + fileOf("some.npz", ownCoefficients(leadingColumns())));
    const ReconstructionErrors found = errors({all, some}, 0, &correlations);
    ASSERT_EQ(found.models.size(), 3U);
    EXPECT_EQ(found.models[1].name, "twin");
    for (std::size_t row = 0; row < stars; row += 13) {
        // The array holds float32.
        const float own = found.models[0].starCoefficients[row], ownFlux = found.models[0].starWavelengths[row];
        EXPECT_NEAR(found.models[1].starCoefficients[row], own, 1e-3F * own);
        EXPECT_NEAR(found.models[2].starCoefficients[row], own, 1e-3F * own);
        EXPECT_NEAR(found.models[1].starWavelengths[row], ownFlux, 1e-3F * ownFlux);
        EXPECT_TRUE(std::isnan(found.models[2].starWavelengths[row]));
    }
    EXPECT_TRUE(std::isnan(found.models[2].coefficients.rmse[32]));
    EXPECT_FALSE(std::isnan(found.models[2].coefficients.rmse[86]));
    std::vector<std::string> names;
    for (const Column& column : errorColumns(found, "test")) {
        names.push_back(column.name());
    }
    EXPECT_EQ(names,
              (std::vector<std::string>{"rmse_j", "rmse_lambda", "rmse_j_twin", "rmse_lambda_twin", "rmse_j_half"}));
}

TEST_F(ReconstructionErrorsOfMockStars, FluxArraysAreInWattsPerSquareMetreAndNanometre) {
    std::vector<double> coefficients(110);
    NpyArray wide{{stars, 343}, {}}, narrow{{stars, 61}, {}};
    for (std::size_t row = 0; row < stars; ++row) {
        for (std::size_t j = 0; j < 110; ++j) {
            coefficients[j] = perFlux(row, j) * catalog.gFlux()[row];
        }
        std::vector<double> flux(343);
        instrument.calibrate(coefficients, flux);
        wide.values.insert(wide.values.end(), flux.begin(), flux.end());
        for (std::size_t l = 0; l < 61; ++l) {
            narrow.values.push_back(flux[28 + 5 * l]); // 336 + 2 x 28 = 392
        }
    }
    const ReconstructionErrors found =
        errors({compared("wide=" + fileOf("wide.npz", wide)), compared("narrow=" + fileOf("narrow.npz", narrow))});
    for (std::size_t l = 0; l < 61; ++l) {
        const double own = found.models[0].wavelengths.rmse[l];
        EXPECT_NEAR(found.models[1].wavelengths.rmse[l], own, 1e-3 * own) << l;
        EXPECT_EQ(found.models[1].wavelengths.rmse[l], found.models[2].wavelengths.rmse[l]) << l;
    }
    EXPECT_TRUE(std::isnan(found.models[1].coefficients.rmse[0]));
}

TEST_F(ReconstructionErrorsOfMockStars, RowsAreFoundBySourceIdInAnyOrder) {
    // Ids above 2^53 must not be rounded, so the file is written with integers, by hand.
    NpyArray array{{2, 64}, std::vector<double>(128, 0.0)};
    for (std::size_t j = 0; j < 64; ++j) {
        array.values[j] = perFlux(11, leadingColumns()[j]);
        array.values[64 + j] = perFlux(3, leadingColumns()[j]);
    }
    std::vector<std::byte> ids = npyBytes(std::array{0.0, 0.0}, {2});
    const std::array<std::int64_t, 2> values{catalog.sourceIds()[11], catalog.sourceIds()[3]};
    const std::string_view text(reinterpret_cast<const char*>(ids.data()), ids.size());
    ids[text.find("<f8") + 1] = std::byte{'i'};
    std::memcpy(ids.data() + ids.size() - 16, values.data(), 16);
    EXPECT_EQ(parseNpyIntegers(ids, "ids"), (std::vector<std::int64_t>{values[0], values[1]}));
    writeStoredZip(folder.path() / "two.npz",
                   std::array{ZipContent{"lb.npy", npyBytes(array.values, array.shape)}, ZipContent{"ids.npy", ids}});

    const ReconstructionErrors found = errors({compared("lb=" + (folder.path() / "two.npz").string())});
    EXPECT_EQ(found.stars, 2U);
    EXPECT_EQ(found.left, stars - 2);
    const auto& own = found.models[0].starCoefficients;
    const auto& other = found.models[1].starCoefficients;
    EXPECT_NEAR(other[11], own[11], 1e-3F * own[11]);
    EXPECT_NEAR(other[3], own[3], 1e-3F * own[3]);
    EXPECT_TRUE(std::isnan(other[4]));
    EXPECT_FALSE(std::isnan(own[4])); // the columns are of all stars, the curves of those that both have
    EXPECT_EQ(found.models[0].coefficients.stars, 2U);
}

TEST_F(ReconstructionErrorsOfMockStars, WhatDoesNotFitIsToldInOneSentence) {
    const auto messageOf = [&](const std::string& text) -> std::string {
        try {
            readComparedSpectra(text, catalog, instrument);
        } catch (const Error& error) {
            return error.what();
        }
        return "no error";
    };
    const std::string short399 = fileOf("short.npz", {{399, 64}, std::vector<double>(399 * 64)});
    EXPECT_NE(messageOf("lb=" + short399).find("has 399 rows and"), std::string::npos) << messageOf("lb=" + short399);
    const std::string odd = fileOf("odd.npz", {{400, 63}, std::vector<double>(400 * 63)});
    EXPECT_NE(messageOf("lb=" + odd).find("has 63 numbers a star; 110 or 64 coefficients, or 61 or 343 fluxes"),
              std::string::npos)
        << messageOf("lb=" + odd);
    const std::string flat = fileOf("flat.npz", {{400}, std::vector<double>(400)});
    EXPECT_NE(messageOf("lb=" + flat).find("has 1 dimensions"), std::string::npos) << messageOf("lb=" + flat);
    const std::string two = fileOf("two.npz", {{400, 64}, std::vector<double>(400 * 64)},
                                   {{"other", {{400, 64}, std::vector<double>(400 * 64)}}});
    EXPECT_NE(messageOf("lb=" + two).find("several arrays (spectra, other)"), std::string::npos)
        << messageOf("lb=" + two);
    EXPECT_EQ(messageOf("lb=" + two + ":other"), "no error");
    EXPECT_NE(messageOf("lb=" + two + ":third").find("no array 'third'"), std::string::npos);
    EXPECT_NE(messageOf("nothing").find("NAME=FILE"), std::string::npos);
    EXPECT_NE(messageOf("lb=spectra.txt").find("give a .npy, .npz or .h5 file"), std::string::npos);
}

TEST_F(ReconstructionErrorsOfMockStars, CanBeCancelled) {
    std::atomic<bool> cancel = true;
    const JobContext job({}, &cancel);
    EXPECT_THROW(reconstructionErrors(catalog, *engine, instrument, {}, job), Cancelled);
}

TEST(Whiten, TwoCorrelatedResidualsBecomeIndependent) {
    // R = [1 0.6; 0.6 1]: y = (r1, (r2 - 0.6 r1) / 0.8).
    std::array<double, 2> residuals{2.0, 3.0};
    const std::array<float, 1> correlations{0.6F};
    ASSERT_TRUE(whiten(correlations, residuals));
    EXPECT_DOUBLE_EQ(residuals[0], 2.0);
    EXPECT_NEAR(residuals[1], (3.0 - 0.6 * 2.0) / 0.8, 1e-6); // 0.6 is a float32
    std::array<double, 2> kept{2.0, 3.0};
    const std::array<float, 1> impossible{1.5F};
    EXPECT_FALSE(whiten(impossible, kept));
    EXPECT_EQ(kept, (std::array{2.0, 3.0}));
}

} // namespace
} // namespace zscape
