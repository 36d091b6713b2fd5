#include "core/analysis/evaluate.h"

#include "core/base/error.h"
#include "core/base/thread_pool.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

namespace zscape {

namespace {

constexpr double residualFrom_nm = 450;
constexpr double residualTo_nm = 900;

/// What one star contributes.
struct StarScore {
    double rec;
    double kl;
    double fluxResidual;
    double gMag;
};

double median(std::vector<double>& values) {
    if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
    const std::size_t half = values.size() / 2;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(half);
    std::nth_element(values.begin(), middle, values.end());
    if (values.size() % 2 == 1) return *middle;
    return 0.5 * (*middle + *std::max_element(values.begin(), middle));
}

/// Scores one star; keeps its working arrays between stars.
class StarScorer {
public:
    StarScorer(const Normalization& normalization, const XpInstrument& instrument)
        : m_normalization(normalization),
          m_instrument(instrument),
          m_observed(normalization.mu.size()),
          m_modelled(normalization.mu.size()),
          m_observedFlux(instrument.wavelengths_nm().size()),
          m_modelledFlux(instrument.wavelengths_nm().size()) {}

    StarScore score(std::span<const float> coefficients, std::span<const float> errors, double gFlux,
                    std::span<const float> mu, std::span<const float> logVar, std::span<const float> generated,
                    std::span<const float> scatter) {
        StarScore star{0, 0, 0, gMagnitudeFromFlux(gFlux)};
        for (std::size_t j = 0; j < coefficients.size(); ++j) {
            const double sig = m_normalization.sig[j];
            const double x = (coefficients[j] / gFlux - m_normalization.mu[j]) / sig;
            const double error = errors[j] / gFlux / sig;
            const double variance = error * error + static_cast<double>(scatter[j]) * scatter[j];
            const double difference = x - generated[j];
            star.rec += 0.5 * difference * difference / variance + 0.5 * std::log(variance);
            m_observed[j] = coefficients[j];
            m_modelled[j] = (generated[j] * sig + m_normalization.mu[j]) * gFlux;
        }
        for (std::size_t k = 0; k < mu.size(); ++k) {
            const double m = mu[k];
            star.kl -= 0.5 * (1 + logVar[k] - m * m - std::exp(static_cast<double>(logVar[k])));
        }
        m_instrument.calibrate(m_observed, m_observedFlux);
        m_instrument.calibrate(m_modelled, m_modelledFlux);
        m_residuals.clear();
        for (std::size_t i = 0; i < m_observedFlux.size(); ++i) {
            const double wavelength = m_instrument.wavelengths_nm()[i];
            if (wavelength < residualFrom_nm || wavelength > residualTo_nm) continue;
            m_residuals.push_back(std::abs(m_modelledFlux[i] - m_observedFlux[i]) / std::abs(m_observedFlux[i]));
        }
        star.fluxResidual = median(m_residuals);
        return star;
    }

private:
    const Normalization& m_normalization;
    const XpInstrument& m_instrument;
    std::vector<double> m_observed;
    std::vector<double> m_modelled;
    std::vector<double> m_observedFlux;
    std::vector<double> m_modelledFlux;
    std::vector<double> m_residuals;
};

Evaluation summarize(const std::vector<StarScore>& stars) {
    Evaluation result;
    result.stars = stars.size();
    std::vector<double> recs;
    recs.reserve(stars.size());
    for (const StarScore& star : stars) {
        recs.push_back(star.rec);
        result.meanKl += star.kl / static_cast<double>(stars.size());
    }
    result.meanRec = std::accumulate(recs.begin(), recs.end(), 0.0) / static_cast<double>(stars.size());
    result.medianRec = median(recs);

    struct Limits {
        const char* label;
        double from, to;
    };
    constexpr double infinity = std::numeric_limits<double>::infinity();
    constexpr std::array bins{Limits{"all", -infinity, infinity}, Limits{"G < 12.5", -infinity, 12.5},
                              Limits{"12.5 <= G < 14.5", 12.5, 14.5}, Limits{"14.5 <= G < 16.5", 14.5, 16.5}};
    for (const Limits& limits : bins) {
        std::vector<double> residuals;
        for (const StarScore& star : stars) {
            if (star.gMag >= limits.from && star.gMag < limits.to) residuals.push_back(star.fluxResidual);
        }
        const std::size_t count = residuals.size();
        result.bins.push_back({limits.label, count, median(residuals)});
    }
    return result;
}

} // namespace

Evaluation evaluateModel(const Catalog& catalog, const SpectralModel& model, const XpInstrument& instrument,
                         const JobContext& job) {
    const Normalization& normalization = model.model().requireNormalization();
    if (catalog.coefficientCount() != normalization.mu.size()) {
        throw Error("the catalogue has " + std::to_string(catalog.coefficientCount()) +
                    " coefficients a star and the model takes " + std::to_string(normalization.mu.size()) +
                    "; use a model trained on such spectra");
    }
    std::vector<std::size_t> rows;
    for (std::size_t row = 0; row < catalog.rows(); ++row) {
        if (catalog.usable().test(row)) rows.push_back(row);
    }
    if (rows.empty()) throw Error("no star of " + catalog.name() + " is usable, so there is nothing to evaluate");

    // Blocks keep encoded and decoded spectra of a large catalogue from being held all at once.
    constexpr std::size_t blockRows = 16384;
    std::vector<StarScore> stars(rows.size());
    ThreadPool pool;
    const std::size_t width = catalog.coefficientCount();
    for (std::size_t begin = 0; begin < rows.size(); begin += blockRows) {
        job.throwIfCancelled();
        job.report(static_cast<double>(begin) / static_cast<double>(rows.size()), "evaluating");
        const std::size_t count = std::min(blockRows, rows.size() - begin);
        std::vector<float> spectra(count * width);
        std::vector<double> gFlux(count);
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t row = rows[begin + i];
            std::ranges::copy(catalog.coefficients().row(row),
                              spectra.begin() + static_cast<std::ptrdiff_t>(i * width));
            gFlux[i] = catalog.gFlux()[row];
        }
        const Latents latents = model.encode({{spectra.data(), count, width}, gFlux});
        const Generated generated = model.decode(latents.muView());
        pool.forChunks(count, 256, [&](std::size_t from, std::size_t to, int) {
            StarScorer scorer(normalization, instrument);
            for (std::size_t i = from; i < to; ++i) {
                stars[begin + i] = scorer.score(catalog.coefficients().row(rows[begin + i]),
                                                catalog.coefficientErrors().row(rows[begin + i]), gFlux[i],
                                                latents.muView().row(i), latents.logVarView().row(i),
                                                generated.coefficientsView().row(i), generated.scatterView().row(i));
            }
        });
    }
    job.report(1, "evaluated");
    return summarize(stars);
}

} // namespace zscape
