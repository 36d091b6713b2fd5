#pragma once

#include "core/analysis/residual_sums.h"
#include "core/xp/xp_sampler.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

/// What a thread keeps between the stars whose reconstruction errors it takes. Internal to reconstruction_errors.cpp.
namespace zscape {

/// One band of the stars of a chunk as the sampler takes them.
struct BandRows {
    std::vector<double> coefficients, reconstructed;
    std::vector<float> errors;
    std::vector<float> copied; ///< correlations, where a star of the chunk has none
    std::span<const float> correlations;

    XpBandView view(std::size_t count) const {
        XpBandView result;
        result.count = count;
        result.coefficients = coefficients;
        result.errors = std::span<const float>(errors);
        if (!correlations.empty()) result.correlations = correlations;
        return result;
    }
};

/// Everything of one thread.
struct ErrorWorkspace {
    std::array<BandRows, 2> bands;
    std::vector<std::uint8_t> correlated; ///< one a row
    std::vector<double> flux, sigma, reconstructedFlux;
    std::vector<double> residuals;                                   ///< rows x coefficients: R(j)
    std::vector<double> fluxResiduals;                               ///< rows x wavelengths
    std::vector<double> leading;                                     ///< rows x 32 of one band
    std::vector<double> distances;                                   ///< one a row
    std::vector<ResidualCounts> coefficientCounts, wavelengthCounts; ///< by model
    std::size_t correlatedStars = 0, undefined = 0;
};

} // namespace zscape
