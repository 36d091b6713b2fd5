#pragma once

#include "core/analysis/reconstruction_errors.h"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace zscape {

/// Sums of residuals over stars, one entry a column (coefficient or wavelength): a curve in the making.
struct ResidualSums {
    std::vector<double> residuals, squares;
    std::size_t stars = 0;

    explicit ResidualSums(std::size_t columns = 0) : residuals(columns), squares(columns) {}
    void add(std::span<const double> ofStar);
    void add(const ResidualSums& other);
};

/// Stars by residual, a histogram a column; those beyond residualLimit, and NaN, are in none.
using ResidualCounts = std::vector<std::array<std::uint32_t, residualBins>>;

void addTo(ResidualCounts& counts, std::span<const double> residualsOfStar);
void add(ResidualCounts& to, const ResidualCounts& from);

/// NaN where there are no stars.
ErrorCurve curveOf(const ResidualSums& sums, ResidualCounts counts);

} // namespace zscape
