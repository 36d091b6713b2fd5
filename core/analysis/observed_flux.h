#pragma once

#include "core/catalog/catalog.h"
#include "core/catalog/native_layout.h"
#include "core/xp/xp_sampler.h"

#include <vector>

namespace zscape {

/// The observed spectrum of one star of a catalogue on a sampler's grid, with exact errors.
struct ObservedFlux {
    std::vector<double> flux;  ///< the sampler's unit, W m^-2 nm^-1 where it is calibrated
    std::vector<double> error; ///< 1 sigma of the measurement; NaN where an error of a coefficient is no number
    bool correlated = false;   ///< with the full covariance of the coefficients; else as if they were independent
};

/// `correlations` may be null, and NaN for single stars. Throws Error for spectra that are not the instrument's.
ObservedFlux observedFlux(const Catalog& catalog, std::size_t row, const XpSampler& sampler,
                          const Correlations* correlations);

/// Whether the star has correlations in every band that has any.
bool hasCorrelations(const Correlations& correlations, std::size_t row);

} // namespace zscape
