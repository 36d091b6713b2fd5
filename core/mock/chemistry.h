#pragma once

#include "core/base/philox.h"
#include "core/mock/mock_star.h"

namespace zscape::mock {

/// [Fe/H], [Mg/Fe], [M/H] and [alpha/M] of a star whose component and place are known: two sequences in the disc on
/// either side of `alphaSplit`, a gradient of -0.055 dex/kpc in the low-alpha one, a plateau in the old halo, and the
/// knee of an accreted galaxy in Gaia-Enceladus.
void drawChemistry(Star& star, PhiloxSequence& random);

} // namespace zscape::mock
