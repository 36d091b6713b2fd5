#pragma once

#include "core/xp/xp_sampler.h"

namespace zscape {

/// The default grid's design at the wavelengths of RMSE(lambda) alone (errorWavelengths_nm).
XpSampler errorSampler(const XpInstrument& instrument);

} // namespace zscape
