#pragma once

#include "core/base/matrix_view.h"

#include <cstddef>
#include <span>

namespace zscape {

/// Residuals in units of their errors, r_j = d_j / e_j, made independent of each other: y = L^-1 r with R = L L^T, so
/// that |y|^2 = d^T C^-1 d for the covariance C = diag(e) R diag(e) (xp-calibration.md). y_j is what is left of r_j
/// once those before it are known. `correlations` is one band's strict lower triangle row by row, of at least as many
/// coefficients as there are residuals: the leading block belongs to the first ones. False, and the residuals as they
/// were, where R is no correlation matrix (not positive definite, or NaN).
bool whiten(std::span<const float> correlations, std::span<double> residuals);

/// d^T C^-1 d of many stars: `correlations` rows x n(n-1)/2, `residuals` (in units of their errors) rows x m with
/// m <= n, `out` one a row; NaN where R is no correlation matrix. A star's number does not depend on those beside it.
void squaredDistances(MatrixView<const float> correlations, MatrixView<const double> residuals, std::span<double> out);

} // namespace zscape
