#pragma once

#include "core/base/job_context.h"
#include "core/catalog/catalog.h"
#include "core/xp/xp_instrument.h"

namespace zscape {

/// Fills missing phot_g_mean_flux: from the catalogue's G magnitude where there is one, else from synthetic G of the
/// coefficients. Rows that have a flux keep it; returns how many were filled from each.
struct GFluxFill {
    std::size_t fromMagnitude = 0;
    std::size_t synthetic = 0;
};
GFluxFill fillMissingGFlux(Catalog& catalog, const XpInstrument& instrument, const JobContext& job = {});

} // namespace zscape
