#include "core/generate/compare_star.h"

#include "core/base/error.h"

#include <cmath>
#include <string>

namespace zscape {

StarComparison compareStar(const Catalog& catalog, std::size_t row, const Model& model,
                           std::span<const float> coefficients, std::span<const float> scatter) {
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
        result.chiSquared += sigma * sigma;
        result.chiSquaredScatter += difference * difference / (error * error + s * s);
        if (std::abs(sigma) > result.worst) {
            result.worst = std::abs(sigma);
            result.worstCoefficient = j;
        }
    }
    return result;
}

} // namespace zscape
