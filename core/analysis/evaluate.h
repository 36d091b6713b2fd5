#pragma once

#include "core/base/job_context.h"
#include "core/catalog/catalog.h"
#include "core/model/spectral_model.h"
#include "core/xp/xp_instrument.h"

#include <string>
#include <vector>

namespace zscape {

/// How well a model reconstructs a catalogue, over its usable stars with the mean latent (method.md section 4, as
/// released): rec and kl per star, and the median over stars of the median over 450-900 nm of
/// |model - observed| / |observed| calibrated flux.
struct Evaluation {
    std::size_t stars = 0;
    double meanRec = 0, medianRec = 0, meanKl = 0;
    struct Bin {
        std::string label; ///< "all", "G < 12.5", ...
        std::size_t stars = 0;
        double medianFluxResidual = 0; ///< a fraction; NaN for an empty bin
    };
    std::vector<Bin> bins;
};
/// Throws Error without usable stars, with another coefficient count than the model's, or without normalisation.
Evaluation evaluateModel(const Catalog& catalog, const SpectralModel& model, const XpInstrument& instrument,
                         const JobContext& job = {});

} // namespace zscape
