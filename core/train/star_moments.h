#pragma once

#include "core/base/matrix_view.h"
#include "core/model/model.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace zscape {

/// Stars taken at a time for mean and spread. Sums are merged chunk by chunk in order, so this number decides how they
/// round, and neither threads nor processes do.
inline constexpr std::size_t momentChunk = 4096;

/// Mean and sum of squared deviations of each coefficient, divided by the G flux, over some stars.
struct StarMoments {
    double count = 0;
    std::vector<double> mean;
    std::vector<double> squares;
};

/// Of a chunk: rows of `coefficients` and `flux`.
StarMoments momentsOf(const MatrixView<const float>& coefficients, std::span<const double> flux,
                      std::span<const std::uint32_t> rows);
/// Adds the moments of further stars (Chan, Golub & LeVeque 1979), which keeps the variance safe for any mean.
void merge(StarMoments& total, const StarMoments& part);

/// mu and sig (ddof 0). Throws Error when a coefficient has no finite spread.
Normalization normalizationFrom(const StarMoments& moments, const std::string& catalogName);

} // namespace zscape
