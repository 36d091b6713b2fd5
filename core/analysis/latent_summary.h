#pragma once

#include "core/model/spectral_model.h"

#include <vector>

namespace zscape {

/// What a latent does over the stars of a catalogue; for sliders, resets and first views.
struct LatentSummary {
    double mean = 0;
    float central = 0; ///< of the star nearest to the means of all latents, which themselves may lie in a hole
    double lower = 0;  ///< 0.1 and 99.9 percentile: single stars far out must not count
    double upper = 0;
    double information = 0; ///< mean KL divergence from the prior [nat] (method.md section 4, one term of the sum)

    /// A latent that tells less than 0.05 nat about a star carries nothing: the prior took it over.
    bool inactive() const { return information < 0.05; }
};

/// One summary a latent, over the rows that are not NaN.
std::vector<LatentSummary> summariseLatents(const Latents& latents);

} // namespace zscape
