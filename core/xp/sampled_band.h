#pragma once

#include "core/xp/xp_sampler.h"

#include <span>
#include <vector>

namespace zscape {

/// Orthonormal Hermite functions phi_0 .. phi_{count-1} at x: phi_n = sqrt(2/n) x phi_{n-1} - sqrt((n-1)/n) phi_{n-2}.
std::vector<double> hermiteFunctions(double x, std::size_t count);

} // namespace zscape
