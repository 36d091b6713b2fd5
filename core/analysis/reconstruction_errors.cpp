#include "core/analysis/reconstruction_errors.h"

#include "core/analysis/error_sampler.h"
#include "core/analysis/error_workspace.h"
#include "core/analysis/residual_sums.h"
#include "core/base/error.h"
#include "core/base/thread_pool.h"
#include "core/xp/whiten.h"
#include "core/xp/xp_sampler.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace zscape {

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();
/// Stars encoded and decoded together, and stars that one thread takes at a time (a multiple of the sampler's own
/// blocks). The sums of a chunk are added in the chunks' order, so that threads do not change the last digit.
constexpr std::size_t blockRows = 16384;
constexpr std::size_t chunkRows = 192;

class Errors {
public:
    Errors(const Catalog& catalog, const SpectralModel& model, const XpInstrument& instrument,
           const ReconstructionErrorsOptions& options)
        : m_catalog(catalog),
          m_model(model),
          m_options(options),
          m_normalization(model.model().requireNormalization()),
          m_sampler(errorSampler(instrument)),
          m_counts{instrument.coefficientCount(XpBand::Bp), instrument.coefficientCount(XpBand::Rp)},
          m_width(instrument.coefficientCount()),
          m_pool(options.threads) {
        check();
        m_result.wavelengths_nm = errorWavelengths_nm();
        m_result.bpCount = m_counts[0];
        m_result.rpCount = m_counts[1];
        m_result.models.push_back({"model", {}, {}, {}, {}});
        for (const auto& one : options.compared) {
            m_result.models.push_back({one->name, {}, {}, {}, {}});
        }
        for (SpectrumErrors& one : m_result.models) {
            one.starCoefficients.assign(catalog.rows(), std::numeric_limits<float>::quiet_NaN());
            one.starWavelengths = one.starCoefficients;
        }
        findCommon();
    }

    ReconstructionErrors run(const JobContext& job) {
        const std::size_t models = m_result.models.size(), wavelengths = m_result.wavelengths_nm.size();
        std::vector<ErrorWorkspace> spaces(static_cast<std::size_t>(m_pool.threadCount()));
        for (ErrorWorkspace& space : spaces) {
            space.coefficientCounts.assign(models, ResidualCounts(m_width));
            space.wavelengthCounts.assign(models, ResidualCounts(wavelengths));
        }
        std::vector<ResidualSums> coefficients(models, ResidualSums(m_width)),
            fluxes(models, ResidualSums(wavelengths));
        for (std::size_t begin = 0; begin < m_catalog.rows(); begin += blockRows) {
            job.throwIfCancelled();
            job.report(static_cast<double>(begin) / static_cast<double>(m_catalog.rows()), "reconstruction errors");
            const std::size_t rows = std::min(blockRows, m_catalog.rows() - begin);
            const Generated generated = decodeBlock(begin, rows);
            const std::size_t chunks = (rows + chunkRows - 1) / chunkRows;
            std::vector<ResidualSums> chunkCoefficients(chunks * models, ResidualSums(m_width));
            std::vector<ResidualSums> chunkFluxes(chunks * models, ResidualSums(wavelengths));
            m_pool.forChunks(rows, chunkRows, [&](std::size_t from, std::size_t to, int thread) {
                const std::size_t chunk = from / chunkRows * models;
                score(spaces[static_cast<std::size_t>(thread)], begin + from, to - from,
                      generated.coefficientsView().middleRows(from, to - from),
                      std::span(chunkCoefficients).subspan(chunk, models),
                      std::span(chunkFluxes).subspan(chunk, models));
            });
            for (std::size_t k = 0; k < chunks * models; ++k) {
                coefficients[k % models].add(chunkCoefficients[k]);
                fluxes[k % models].add(chunkFluxes[k]);
            }
        }
        for (std::size_t m = 0; m < models; ++m) {
            ResidualCounts ofCoefficients(m_width), ofWavelengths(wavelengths);
            for (const ErrorWorkspace& space : spaces) {
                add(ofCoefficients, space.coefficientCounts[m]);
                add(ofWavelengths, space.wavelengthCounts[m]);
            }
            m_result.models[m].coefficients = curveOf(coefficients[m], std::move(ofCoefficients));
            m_result.models[m].wavelengths = curveOf(fluxes[m], std::move(ofWavelengths));
        }
        for (const ErrorWorkspace& space : spaces) {
            m_result.correlated += space.correlatedStars;
            m_result.undefined += space.undefined;
        }
        job.report(1, "reconstruction errors");
        return std::move(m_result);
    }

private:
    void check() const {
        if (m_catalog.coefficientCount() != m_normalization.mu.size()) {
            throw Error("the catalogue has " + std::to_string(m_catalog.coefficientCount()) +
                        " coefficients a star and the model takes " + std::to_string(m_normalization.mu.size()) +
                        "; use a model trained on such spectra");
        }
        if (m_catalog.coefficientCount() != m_width) {
            throw Error("the catalogue has " + std::to_string(m_catalog.coefficientCount()) +
                        " coefficients a star and the built-in instrument tables are for " + std::to_string(m_width) +
                        ", so its errors in flux cannot be told");
        }
        if (m_catalog.usability().usable == 0) {
            throw Error("no star of " + m_catalog.name() + " is usable, so there are no errors to tell");
        }
        if (m_options.latents && m_options.latents->rows != m_catalog.rows()) {
            throw Error("internal: latents of another catalogue");
        }
        for (const auto& one : m_options.compared) {
            if (one->arrayRow.size() != m_catalog.rows())
                throw Error("internal: '" + one->name + "' is not of these stars");
        }
        if (const Correlations* c = m_options.correlations) {
            const auto fits = [&](const MatrixView<const float>& band, std::size_t count) {
                return band.cols == 0 || (band.rows == m_catalog.rows() && band.cols == count * (count - 1) / 2);
            };
            if (!fits(c->bp, m_counts[0]) || !fits(c->rp, m_counts[1])) {
                throw Error("the correlations are not those of " + m_catalog.name() +
                            ": their number does not fit its stars and coefficients");
            }
        }
    }

    /// The stars that every curve is over.
    void findCommon() {
        m_common = BitSet(m_catalog.rows());
        for (std::size_t row = 0; row < m_catalog.rows(); ++row) {
            if (!m_catalog.usable().test(row)) continue;
            const bool everywhere = std::ranges::all_of(m_options.compared, [&](const auto& one) {
                if (one->arrayRow[row] == ComparedSpectra::none) return false;
                const std::size_t width = one->columns.size();
                const auto values = std::span(one->values).subspan(one->arrayRow[row] * width, width);
                return std::ranges::all_of(values, [](float value) { return std::isfinite(value); });
            });
            if (everywhere) m_common.set(row);
        }
        m_result.stars = m_common.count();
        m_result.left = m_catalog.usability().usable - m_result.stars;
        if (m_result.stars == 0) {
            throw Error("no usable star of " + m_catalog.name() + " is reconstructed by every model to be compared");
        }
    }

    Generated decodeBlock(std::size_t begin, std::size_t rows) const {
        if (m_options.latents) return m_model.decode(m_options.latents->muView().middleRows(begin, rows));
        const Latents latents =
            m_model.encode({m_catalog.coefficients().middleRows(begin, rows), m_catalog.gFlux().subspan(begin, rows)});
        return m_model.decode(latents.muView());
    }

    bool usable(std::size_t row) const { return m_catalog.usable().test(row); }

    /// Observed coefficients and errors of the chunk; rows that are not usable become harmless numbers.
    void takeObserved(ErrorWorkspace& space, std::size_t begin, std::size_t rows) const {
        space.correlated.assign(rows, m_options.correlations ? 1 : 0);
        std::size_t first = 0;
        for (std::size_t b = 0; b < 2; ++b) {
            BandRows& band = space.bands[b];
            const std::size_t count = m_counts[b];
            band.coefficients.assign(rows * count, 0.0);
            band.errors.assign(rows * count, 1.0F);
            for (std::size_t k = 0; k < rows; ++k) {
                if (!usable(begin + k)) continue;
                const auto c = m_catalog.coefficients().row(begin + k).subspan(first, count);
                const auto e = m_catalog.coefficientErrors().row(begin + k).subspan(first, count);
                std::ranges::copy(c, band.coefficients.begin() + static_cast<std::ptrdiff_t>(k * count));
                std::ranges::copy(e, band.errors.begin() + static_cast<std::ptrdiff_t>(k * count));
            }
            first += count;
            takeCorrelations(space, band, b, begin, rows);
        }
        for (std::size_t k = 0; k < rows; ++k) {
            space.correlatedStars += space.correlated[k] != 0 && usable(begin + k);
        }
    }

    void takeCorrelations(ErrorWorkspace& space, BandRows& band, std::size_t b, std::size_t begin,
                          std::size_t rows) const {
        band.correlations = {};
        if (!m_options.correlations) return;
        const MatrixView<const float>& all = b == 0 ? m_options.correlations->bp : m_options.correlations->rp;
        if (all.cols == 0) {
            std::ranges::fill(space.correlated, std::uint8_t{0});
            return;
        }
        const MatrixView<const float> part = all.middleRows(begin, rows);
        band.correlations = part.values();
        bool copied = false;
        for (std::size_t k = 0; k < rows; ++k) {
            // The archive gives a star all of them or none.
            if (!std::isnan(part.row(k)[0])) continue;
            space.correlated[k] = 0;
            if (!copied) band.copied.assign(band.correlations.begin(), band.correlations.end());
            copied = true;
            std::fill_n(band.copied.begin() + static_cast<std::ptrdiff_t>(k * part.cols), part.cols, 0.0F);
        }
        if (copied) band.correlations = band.copied;
    }

    void score(ErrorWorkspace& space, std::size_t begin, std::size_t rows, MatrixView<const float> generated,
               std::span<ResidualSums> coefficients, std::span<ResidualSums> fluxes) {
        takeObserved(space, begin, rows);
        const std::size_t wavelengths = m_result.wavelengths_nm.size();
        space.flux.resize(rows * wavelengths);
        space.sigma.resize(rows * wavelengths);
        m_sampler.sample({rows, space.bands[0].view(m_counts[0]), space.bands[1].view(m_counts[1])}, space.flux,
                         space.sigma);
        for (std::size_t m = 0; m < m_result.models.size(); ++m) {
            space.residuals.assign(rows * m_width, none);
            space.fluxResiduals.assign(rows * wavelengths, none);
            if (m == 0) {
                takeOwn(space, begin, rows, generated);
            } else {
                takeCompared(space, begin, rows, *m_options.compared[m - 1]);
            }
            scoreStars(space, begin, rows, m, coefficients[m], fluxes[m]);
        }
    }

    /// R(j) and R(lambda) of the model itself.
    void takeOwn(ErrorWorkspace& space, std::size_t begin, std::size_t rows, MatrixView<const float> generated) const {
        takeCoefficients(space, begin, rows, [&](std::size_t k, std::size_t j) {
            return generated.row(k)[j] * m_normalization.sig[j] + m_normalization.mu[j];
        });
    }

    void takeCompared(ErrorWorkspace& space, std::size_t begin, std::size_t rows,
                      const ComparedSpectra& compared) const {
        const std::size_t width = compared.columns.size(), wavelengths = m_result.wavelengths_nm.size();
        const auto values = [&](std::size_t k) {
            return std::span(compared.values).subspan(compared.arrayRow[begin + k] * width, width);
        };
        const auto has = [&](std::size_t k) {
            return usable(begin + k) && compared.arrayRow[begin + k] != ComparedSpectra::none;
        };
        if (compared.kind == ComparedSpectra::Kind::Coefficients && width == m_width) {
            takeCoefficients(space, begin, rows, [&](std::size_t k, std::size_t j) {
                return has(k) ? static_cast<double>(values(k)[j]) : none;
            });
            return;
        }
        for (std::size_t k = 0; k < rows; ++k) {
            if (!has(k)) continue;
            const double gFlux = m_catalog.gFlux()[begin + k];
            for (std::size_t c = 0; c < width; ++c) {
                const std::size_t column = compared.columns[c];
                if (compared.kind == ComparedSpectra::Kind::Coefficients) {
                    space.residuals[k * m_width + column] =
                        (m_catalog.coefficients().row(begin + k)[column] - static_cast<double>(values(k)[c]) * gFlux) /
                        m_catalog.coefficientErrors().row(begin + k)[column];
                } else {
                    const std::size_t at = k * wavelengths + column;
                    space.fluxResiduals[at] =
                        (space.flux[at] - static_cast<double>(values(k)[c]) * ComparedSpectra::fluxUnit) /
                        space.sigma[at];
                }
            }
        }
    }

    /// `perFlux(k, j)` is coefficient j of row k of the chunk, divided by its G flux.
    void takeCoefficients(ErrorWorkspace& space, std::size_t begin, std::size_t rows, const auto& perFlux) const {
        const std::size_t wavelengths = m_result.wavelengths_nm.size();
        std::size_t first = 0;
        for (std::size_t b = 0; b < 2; ++b) {
            BandRows& band = space.bands[b];
            band.reconstructed.assign(rows * m_counts[b], 0.0);
            for (std::size_t k = 0; k < rows; ++k) {
                if (!usable(begin + k)) continue;
                const double gFlux = m_catalog.gFlux()[begin + k];
                for (std::size_t j = 0; j < m_counts[b]; ++j) {
                    const std::size_t at = k * m_counts[b] + j;
                    band.reconstructed[at] = perFlux(k, first + j) * gFlux;
                    space.residuals[k * m_width + first + j] =
                        (band.coefficients[at] - band.reconstructed[at]) / static_cast<double>(band.errors[at]);
                }
            }
            first += m_counts[b];
        }
        space.reconstructedFlux.resize(rows * wavelengths);
        const auto view = [&](std::size_t b) {
            XpBandView result;
            result.count = m_counts[b];
            result.coefficients = space.bands[b].reconstructed;
            return result;
        };
        m_sampler.sample({rows, view(0), view(1)}, space.reconstructedFlux, {});
        for (std::size_t at = 0; at < rows * wavelengths; ++at) {
            space.fluxResiduals[at] = (space.flux[at] - space.reconstructedFlux[at]) / space.sigma[at];
        }
    }

    /// d^T C^-1 d of the leading coefficients of both bands, one a row.
    void measureDistances(ErrorWorkspace& space, std::size_t rows) const {
        space.distances.assign(rows, 0.0);
        std::vector<double> ofBand(rows);
        std::size_t first = 0;
        for (std::size_t b = 0; b < 2; ++b) {
            const std::size_t leading = std::min(leadingCoefficients, m_counts[b]);
            space.leading.resize(rows * leading);
            for (std::size_t k = 0; k < rows; ++k) {
                std::copy_n(space.residuals.begin() + static_cast<std::ptrdiff_t>(k * m_width + first), leading,
                            space.leading.begin() + static_cast<std::ptrdiff_t>(k * leading));
            }
            first += m_counts[b];
            if (space.bands[b].correlations.empty()) {
                for (std::size_t k = 0; k < rows; ++k) {
                    const auto row = std::span(space.leading).subspan(k * leading, leading);
                    ofBand[k] = std::inner_product(row.begin(), row.end(), row.begin(), 0.0);
                }
            } else {
                const std::size_t pairs = m_counts[b] * (m_counts[b] - 1) / 2;
                squaredDistances({space.bands[b].correlations.data(), rows, pairs},
                                 {space.leading.data(), rows, leading}, ofBand);
            }
            for (std::size_t k = 0; k < rows; ++k) {
                space.distances[k] += ofBand[k];
            }
        }
    }

    void scoreStars(ErrorWorkspace& space, std::size_t begin, std::size_t rows, std::size_t m,
                    ResidualSums& coefficients, ResidualSums& fluxes) {
        SpectrumErrors& model = m_result.models[m];
        measureDistances(space, rows);
        const double leading = static_cast<double>(std::min(leadingCoefficients, m_counts[0]) +
                                                   std::min(leadingCoefficients, m_counts[1]));
        const std::size_t wavelengths = m_result.wavelengths_nm.size();
        for (std::size_t k = 0; k < rows; ++k) {
            if (!usable(begin + k)) continue;
            const auto residuals = std::span<const double>(space.residuals).subspan(k * m_width, m_width);
            const auto fluxResiduals =
                std::span<const double>(space.fluxResiduals).subspan(k * wavelengths, wavelengths);
            model.starCoefficients[begin + k] = static_cast<float>(std::sqrt(space.distances[k] / leading));
            // No spectrum of a usable star lacks R(0), so NaN is the correlations' fault.
            if (m == 0 && std::isnan(space.distances[k])) ++space.undefined;
            double squares = 0;
            for (const double r : fluxResiduals) {
                squares += r * r;
            }
            const double rmse = std::sqrt(squares / static_cast<double>(wavelengths));
            model.starWavelengths[begin + k] = static_cast<float>(std::isfinite(rmse) ? rmse : none);
            if (!m_common.test(begin + k)) continue;
            coefficients.add(residuals);
            addTo(space.coefficientCounts[m], residuals);
            const auto sigma = std::span<const double>(space.sigma).subspan(k * wavelengths, wavelengths);
            // An error of zero leaves no residual in sigma; a broken correlation matrix makes one.
            if (!std::ranges::all_of(sigma, [](double e) { return std::isfinite(e) && e > 0; })) continue;
            fluxes.add(fluxResiduals);
            addTo(space.wavelengthCounts[m], fluxResiduals);
        }
    }

    const Catalog& m_catalog;
    const SpectralModel& m_model;
    const ReconstructionErrorsOptions& m_options;
    const Normalization& m_normalization;
    const XpSampler m_sampler;
    const std::array<std::size_t, 2> m_counts;
    const std::size_t m_width;
    ThreadPool m_pool;
    BitSet m_common;
    ReconstructionErrors m_result;
};

} // namespace

ReconstructionErrors reconstructionErrors(const Catalog& catalog, const SpectralModel& model,
                                          const XpInstrument& instrument, const ReconstructionErrorsOptions& options,
                                          const JobContext& job) {
    return Errors(catalog, model, instrument, options).run(job);
}

} // namespace zscape
