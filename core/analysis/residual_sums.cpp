#include "core/analysis/residual_sums.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace zscape {

void ResidualSums::add(std::span<const double> ofStar) {
    for (std::size_t c = 0; c < ofStar.size(); ++c) {
        residuals[c] += ofStar[c];
        squares[c] += ofStar[c] * ofStar[c];
    }
    ++stars;
}

void ResidualSums::add(const ResidualSums& other) {
    for (std::size_t c = 0; c < residuals.size(); ++c) {
        residuals[c] += other.residuals[c];
        squares[c] += other.squares[c];
    }
    stars += other.stars;
}

void addTo(ResidualCounts& counts, std::span<const double> residualsOfStar) {
    for (std::size_t c = 0; c < residualsOfStar.size(); ++c) {
        const double r = residualsOfStar[c];
        if (!(r >= -residualLimit && r < residualLimit)) continue; // NaN too
        const auto bin = static_cast<std::size_t>((r + residualLimit) / residualBin);
        ++counts[c][std::min(bin, residualBins - 1)];
    }
}

void add(ResidualCounts& to, const ResidualCounts& from) {
    for (std::size_t c = 0; c < to.size(); ++c) {
        for (std::size_t bin = 0; bin < residualBins; ++bin) {
            to[c][bin] += from[c][bin];
        }
    }
}

ErrorCurve curveOf(const ResidualSums& sums, ResidualCounts counts) {
    ErrorCurve curve;
    curve.stars = sums.stars;
    const auto stars = static_cast<double>(sums.stars);
    const double none = std::numeric_limits<double>::quiet_NaN();
    for (std::size_t c = 0; c < sums.residuals.size(); ++c) {
        curve.rmse.push_back(sums.stars ? std::sqrt(sums.squares[c] / stars) : none);
        curve.bias.push_back(sums.stars ? sums.residuals[c] / stars : none);
    }
    curve.counts = std::move(counts);
    return curve;
}

} // namespace zscape
