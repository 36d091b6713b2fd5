// Exact XP spectra from memory on one core, beside the same sums as plain matrix products.
#include "core/bench/bench.h"

#include "core/analysis/reconstruction_errors.h"
#include "core/base/philox.h"
#include "core/base/thread_pool.h"
#include "core/mock/mock_catalog.h"
#include "core/model/spectral_model.h"
#include "core/xp/xp_sampler.h"

#include <Eigen/Cholesky>
#include <Eigen/Core>

#include <algorithm>
#include <cmath>

namespace zscape {

namespace {

constexpr std::size_t coefficientCount = 55;
constexpr std::size_t pairCount = coefficientCount * (coefficientCount - 1) / 2;
constexpr std::size_t termCount = coefficientCount * (coefficientCount + 1) / 2;

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Eigen::Index indexOf(std::size_t value) {
    return static_cast<Eigen::Index>(value);
}

/// One band of stars as the archive stores it; the arithmetic is the same for any numbers.
struct BandData {
    std::vector<double> coefficients;
    std::vector<float> errors, correlations;

    BandData(std::size_t stars, std::uint64_t seed) {
        const Philox random(seed);
        for (std::size_t i = 0; i < stars * coefficientCount; ++i) {
            coefficients.push_back(1000 * random.normal(i));
            errors.push_back(10);
        }
        for (std::size_t i = 0; i < stars * pairCount; ++i) {
            correlations.push_back(static_cast<float>(i % 19) * 0.01F - 0.09F);
        }
    }
    XpBandView view() const {
        XpBandView view;
        view.count = coefficientCount;
        view.coefficients = coefficients;
        view.errors = std::span<const float>(errors);
        view.correlations = std::span<const float>(correlations);
        return view;
    }
};

/// f = c A and sigma^2 = (packed covariance) P with P = (2 - delta_ij) A_i A_j w^2 (xp-calibration.md), by Eigen.
class PlainProduct {
public:
    explicit PlainProduct(const SampledBand& band) : m_first(indexOf(band.firstColumn)) {
        const Eigen::Index columns = indexOf(band.columns);
        m_design = Eigen::Map<const RowMajor>(band.design.data(), indexOf(coefficientCount), columns) *
                   Eigen::Map<const Eigen::VectorXd>(band.weight.data(), columns).asDiagonal();
        m_pairs.resize(indexOf(termCount), columns);
        for (Eigen::Index i = 0, term = 0; i < indexOf(coefficientCount); ++i) {
            for (Eigen::Index j = 0; j <= i; ++j, ++term) {
                m_pairs.row(term) = (i == j ? 1 : 2) * m_design.row(i).cwiseProduct(m_design.row(j));
            }
        }
    }

    void add(const BandData& data, RowMajor& flux, RowMajor& variance) {
        const Eigen::Index columns = m_design.cols();
        flux.middleCols(m_first, columns) +=
            Eigen::Map<const RowMajor>(data.coefficients.data(), flux.rows(), indexOf(coefficientCount)) * m_design;
        m_packed.resize(flux.rows(), indexOf(termCount));
        for (Eigen::Index row = 0; row < flux.rows(); ++row) {
            const auto star = static_cast<std::size_t>(row);
            const float* error = &data.errors[star * coefficientCount];
            const float* correlation = &data.correlations[star * pairCount];
            double* packed = m_packed.row(row).data();
            for (std::size_t i = 0; i < coefficientCount; ++i) {
                const double scale = error[i];
                for (std::size_t j = 0; j < i; ++j) {
                    *packed++ = scale * error[j] * *correlation++;
                }
                *packed++ = scale * scale;
            }
        }
        variance.middleCols(m_first, columns) += m_packed * m_pairs;
    }

private:
    Eigen::Index m_first;
    RowMajor m_design, m_pairs, m_packed;
};

/// Correlations that fall with distance, for every star the same.
Correlations benchCorrelations(std::size_t stars) {
    std::vector<float> values;
    for (std::size_t star = 0; star < stars; ++star) {
        for (std::size_t i = 0; i < coefficientCount; ++i) {
            for (std::size_t j = 0; j < i; ++j) {
                values.push_back(i - j < 16 ? std::ldexp(1.0F, -static_cast<int>(i - j)) : 0.0F);
            }
        }
    }
    Correlations result;
    result.bpValues = result.rpValues = SharedArray<float>(std::move(values));
    result.bp = result.rp = {result.bpValues.data(), stars, pairCount};
    return result;
}

/// d^T C^-1 d of 32 coefficients and the errors of 61 wavelengths, star by star and band by band as one writes it with
/// Eigen; returns something of every star, so that nothing is left out.
double plainErrors(const Catalog& catalog, const XpInstrument& instrument, const Correlations& correlations,
                   std::size_t row) {
    double sum = 0;
    for (const XpBand band : xpBands) {
        const MatrixView<const double> design = instrument.design(band);
        const std::size_t first = band == XpBand::Bp ? 0 : coefficientCount;
        const float* r = (band == XpBand::Bp ? correlations.bp : correlations.rp).row(row).data();
        Eigen::MatrixXd covariance(indexOf(coefficientCount), indexOf(coefficientCount));
        Eigen::VectorXd difference(indexOf(coefficientCount));
        for (Eigen::Index i = 0; i < covariance.rows(); ++i) {
            const double ei = catalog.coefficientErrors().row(row)[first + static_cast<std::size_t>(i)];
            difference[i] = catalog.coefficients().row(row)[first + static_cast<std::size_t>(i)];
            for (Eigen::Index j = 0; j < i; ++j) {
                const double ej = catalog.coefficientErrors().row(row)[first + static_cast<std::size_t>(j)];
                covariance(i, j) = covariance(j, i) = ei * ej * static_cast<double>(*r++);
            }
            covariance(i, i) = ei * ei;
        }
        const auto leading = indexOf(leadingCoefficients);
        sum += difference.head(leading).dot(
            covariance.topLeftCorner(leading, leading).llt().solve(difference.head(leading)));
        const Eigen::Map<const RowMajor> all(design.data, indexOf(design.rows), indexOf(design.cols));
        const Eigen::MatrixXd picked = all(Eigen::all, Eigen::seqN(28, 61, 5)); // 392, 402, ... 992 nm
        sum += (covariance * picked).cwiseProduct(picked).colwise().sum().cwiseSqrt().sum();
    }
    return sum;
}

/// The job of RMSE(j) and RMSE(lambda), with encoding and decoding, on every core.
BenchResult benchmarkErrors(const JobContext& job) {
    constexpr std::size_t stars = 16384, plainStars = 512;
    const Catalog catalog = generateMockCatalog({stars, 1, 0});
    Model model = initialModel(Architecture{}, 1);
    model.normalization = Normalization{std::vector<double>(2 * coefficientCount, 0.1),
                                        std::vector<double>(2 * coefficientCount, 0.02), "bench"};
    const auto engine = makeFusedModel(std::move(model));
    const XpInstrument instrument = XpInstrument::builtIn();
    const Correlations correlations = benchCorrelations(stars);
    ReconstructionErrorsOptions options;
    options.correlations = &correlations;
    ThreadPool pool;
    std::vector<double> kept(plainStars);
    const std::vector<double> seconds = medianSecondsInTurns(
        {[&] { reconstructionErrors(catalog, *engine, instrument, options, JobContext({}, job.cancelFlag())); },
         [&] {
             pool.forChunks(plainStars, 16, [&](std::size_t begin, std::size_t end, int) {
                 for (std::size_t row = begin; row < end; ++row) {
                     kept[row] = plainErrors(catalog, instrument, correlations, row);
                 }
             });
         }},
        3);
    // 100,000 stars/s on two cores, so that the paper's catalogue takes five seconds.
    BenchResult result{.name = "reconstruction_errors", .unit = "us a star", .budget = 10};
    result.value = 1e6 * seconds[0] / static_cast<double>(stars);
    result.counterpart = "Eigen star by star, without the network";
    result.counterpartValue = 1e6 * seconds[1] / static_cast<double>(plainStars);
    result.note = "all cores, " + std::to_string(std::lround(1e6 / result.value)) +
                  " stars/s: encode, decode, RMSE(j) and RMSE(lambda) with full covariances";
    return result;
}

} // namespace

std::vector<BenchResult> benchmarkSpectra(const JobContext& job) {
    job.report(0, "measuring exact spectra");
    constexpr std::size_t stars = 4096;
    const XpSampler sampler = XpSampler::calibrated(XpInstrument::builtIn());
    const BandData bp(stars, 1), rp(stars, 2);
    const XpStarsView view{stars, bp.view(), rp.view()};
    std::vector<double> flux(stars * sampler.samples()), errors(flux.size());

    PlainProduct plainBp(sampler.band(XpBand::Bp)), plainRp(sampler.band(XpBand::Rp));
    RowMajor plainFlux(indexOf(stars), indexOf(sampler.samples())), plainErrors(plainFlux);
    const auto plain = [&] {
        plainFlux.setZero();
        plainErrors.setZero();
        plainBp.add(bp, plainFlux, plainErrors);
        plainRp.add(rp, plainFlux, plainErrors);
        plainErrors = plainErrors.cwiseSqrt();
    };

    std::vector<BenchResult> results;
    const std::vector<std::string> available = XpSampler::instructionSets();
    const auto measure = [&](const std::string& set, const std::string& name, double starsPerSecond) {
        if (std::find(available.begin(), available.end(), set) == available.end()) return;
        job.throwIfCancelled();
        const std::vector<double> seconds =
            medianSecondsInTurns({[&] { sampler.sampleWith(set, view, flux, errors); }, plain}, 5);
        BenchResult result{.name = name, .unit = "us a star", .budget = 1e6 / starsPerSecond};
        result.value = 1e6 * seconds[0] / static_cast<double>(stars);
        result.counterpart = "packed covariance times Eigen, one core";
        result.counterpartValue = 1e6 * seconds[1] / static_cast<double>(stars);
        result.note =
            set + ", one core, " + std::to_string(std::lround(1e6 / result.value)) +
            " stars/s: flux and errors at 343 wavelengths, float64, from memory; Eigen compiled for x86-64-v2";
        results.push_back(result);
    };
    measure("AVX-512", "xp_flux_errors_avx512", 60000);
    measure("AVX2", "xp_flux_errors_avx2", 35000);
    results.push_back(benchmarkErrors(job));
    return results;
}

} // namespace zscape
