#pragma once

#include "core/base/job_context.h"
#include "core/catalog/catalog.h"
#include "core/xp/xp_instrument.h"

namespace zscape {

/// How many rows without a phot_g_mean_flux got one from each source, and how many have none still.
struct GFluxFill {
    std::size_t fromMagnitude = 0;
    std::size_t synthetic = 0;
    std::size_t stillMissing = 0;

    std::size_t filled() const { return fromMagnitude + synthetic; }
};

/// Fills missing (NaN) phot_g_mean_flux: from the catalogue's G magnitude where there is one, else from synthetic G of
/// the coefficients, where they are as many as the instrument's and give positive flux. A value the file states is
/// kept, be it zero or negative (such rows stay unusable). Where anything is filled, gFluxOrigin says from what.
/// Throws Error when the magnitude column holds text; Cancelled, and the catalogue is then as it was.
GFluxFill fillMissingGFlux(Catalog& catalog, const XpInstrument& instrument, const JobContext& job = {});

} // namespace zscape
