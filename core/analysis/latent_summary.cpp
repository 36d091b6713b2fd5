#include "core/analysis/latent_summary.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

namespace zscape {

namespace {

/// The value below which `fraction` of them lie; reorders them.
double quantile(std::vector<float>& values, double fraction) {
    const auto index = static_cast<std::ptrdiff_t>(std::llround(fraction * static_cast<double>(values.size() - 1)));
    std::nth_element(values.begin(), values.begin() + index, values.end());
    return values[static_cast<std::size_t>(index)];
}

/// Distances in the widths that the stars take in each latent.
void findCentralStar(const Latents& latents, std::vector<LatentSummary>& summaries) {
    std::span<const float> nearest;
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t row = 0; row < latents.rows; ++row) {
        const std::span<const float> latent = latents.muView().row(row);
        double distance = 0;
        for (std::size_t k = 0; k < latent.size(); ++k) {
            const double width = summaries[k].upper - summaries[k].lower;
            if (width > 0) distance += std::pow((latent[k] - summaries[k].mean) / width, 2);
        }
        // Rows without latents are NaN, also where every latent has one value.
        if (!(distance < least) || !std::isfinite(latent[0])) continue;
        least = distance;
        nearest = latent;
    }
    for (std::size_t k = 0; k < nearest.size(); ++k) {
        summaries[k].central = nearest[k];
    }
}

} // namespace

std::vector<LatentSummary> summariseLatents(const Latents& latents) {
    std::vector<LatentSummary> summaries(latents.latentSize);
    std::vector<float> values;
    for (std::size_t k = 0; k < latents.latentSize; ++k) {
        LatentSummary& summary = summaries[k];
        values.clear();
        for (std::size_t i = k; i < latents.mu.size(); i += latents.latentSize) {
            if (!std::isfinite(latents.mu[i])) continue;
            const double mu = latents.mu[i];
            const double logVar = latents.logVar[i];
            summary.mean += mu;
            summary.information += 0.5 * (mu * mu + std::exp(logVar) - 1 - logVar);
            values.push_back(latents.mu[i]);
        }
        if (values.empty()) continue;
        summary.mean /= static_cast<double>(values.size());
        summary.information /= static_cast<double>(values.size());
        summary.lower = quantile(values, 0.001);
        summary.upper = quantile(values, 0.999);
    }
    findCentralStar(latents, summaries);
    return summaries;
}

} // namespace zscape
