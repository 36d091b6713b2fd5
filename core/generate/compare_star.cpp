#include "core/generate/compare_star.h"

#include "core/analysis/observed_flux.h"
#include "core/base/error.h"
#include "core/xp/whiten.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

namespace zscape {

namespace {

/// How many coefficients have so many pairs.
std::size_t coefficientsOf(std::size_t pairs) {
    return static_cast<std::size_t>(std::lround((1 + std::sqrt(1 + 8 * static_cast<double>(pairs))) / 2));
}

/// Empty where the correlations are no correlation matrix.
std::vector<double> whitenedBands(std::vector<double> residuals, const Correlations& correlations, std::size_t row) {
    const std::size_t bp = coefficientsOf(correlations.bp.cols), rp = coefficientsOf(correlations.rp.cols);
    if (bp + rp != residuals.size()) {
        throw Error("the correlations are of " + std::to_string(bp + rp) + " coefficients and the star has " +
                    std::to_string(residuals.size()));
    }
    const std::span<double> all = residuals;
    const bool both =
        whiten(correlations.bp.row(row), all.first(bp)) && whiten(correlations.rp.row(row), all.subspan(bp));
    return both ? residuals : std::vector<double>();
}

} // namespace

StarComparison compareStar(const Catalog& catalog, std::size_t row, const Model& model,
                           std::span<const float> coefficients, std::span<const float> scatter,
                           const Correlations* correlations) {
    const Normalization& normalization = model.requireNormalization();
    const std::size_t count = catalog.coefficientCount();
    if (row >= catalog.rows() || !catalog.usable().test(row)) {
        throw Error("the star in row " + std::to_string(row) +
                    " has no spectrum that can be compared; pick one that is marked usable");
    }
    if (normalization.mu.size() != count || coefficients.size() != count || scatter.size() != count) {
        throw Error("the model generates " + std::to_string(coefficients.size()) + " coefficients and the star has " +
                    std::to_string(count) + "; use the model that belongs to the catalogue");
    }
    StarComparison result;
    const double gFlux = catalog.gFlux()[row];
    for (std::size_t j = 0; j < count; ++j) {
        const double sig = normalization.sig[j];
        const double x = (catalog.coefficients().row(row)[j] / gFlux - normalization.mu[j]) / sig;
        const double error = catalog.coefficientErrors().row(row)[j] / gFlux / sig;
        const double difference = x - coefficients[j];
        const double sigma = difference / error;
        const double s = scatter[j];
        result.observed.push_back(x);
        result.reconstructed.push_back(coefficients[j]);
        result.error.push_back(error);
        result.residual.push_back(sigma);
        result.chiSquaredScatter += difference * difference / (error * error + s * s);
    }
    if (correlations && hasCorrelations(*correlations, row)) {
        result.whitened = whitenedBands(result.residual, *correlations, row);
    }
    const std::vector<double>& used = result.whitened.empty() ? result.residual : result.whitened;
    result.chiSquared = std::inner_product(used.begin(), used.end(), used.begin(), 0.0);
    const auto latents = static_cast<std::size_t>(std::max(model.architecture.latentSize, 0));
    result.reducedChiSquared = result.chiSquared / static_cast<double>(count > latents ? count - latents : 1);
    const auto worst = std::ranges::max_element(used, {}, [](double r) { return std::abs(r); });
    result.worst = std::abs(*worst);
    result.worstCoefficient = static_cast<std::size_t>(worst - used.begin());
    return result;
}

} // namespace zscape
