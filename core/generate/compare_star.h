#pragma once

#include "core/catalog/catalog.h"
#include "core/catalog/native_layout.h"
#include "core/model/model.h"

#include <span>
#include <vector>

namespace zscape {

/// A star's observed coefficients beside those a model generates for it (method.md section 6, Eq 6), all in normalised
/// units, one value a coefficient.
struct StarComparison {
    std::vector<double> observed;      ///< x
    std::vector<double> reconstructed; ///< xhat
    std::vector<double> error;         ///< err
    std::vector<double> residual;      ///< R = (x - xhat) / err, in sigma
    /// R made independent by the coefficients' correlations (whiten.h), so that their squares add up to d^T C^-1 d;
    /// empty where the star has none.
    std::vector<double> whitened;
    /// Against the measurement alone: with the full covariance where `whitened` is there, else the sum of R^2.
    double chiSquared = 0;
    double reducedChiSquared = 0; ///< chiSquared by the coefficients less the latents that were fitted to them
    double chiSquaredScatter = 0; ///< sum of (x - xhat)^2 / (err^2 + s^2): with the model's own scatter, as in training
    double worst = 0;             ///< the largest of |whitened|, else of |R|
    std::size_t worstCoefficient = 0; ///< counted from 0
};

/// `coefficients` and `scatter` are what the model decodes, inputSize each; `correlations` of the catalogue may be
/// null. Throws Error for a row no model can use, a model without normalisation, or other sizes.
StarComparison compareStar(const Catalog& catalog, std::size_t row, const Model& model,
                           std::span<const float> coefficients, std::span<const float> scatter,
                           const Correlations* correlations = nullptr);

} // namespace zscape
