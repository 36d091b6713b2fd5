#pragma once

#include "core/base/philox.h"
#include "core/mock/mock_star.h"

namespace zscape::mock {

/// Actions and angular momentum [kpc km/s]; Lz > 0 is disc rotation.
struct Actions {
    double jr = 0;
    double lz = 0;
    double jz = 0;
};

/// Radial action in the potential v0^2 ln r (flat rotation curve) of an orbit with energy `energy` [km^2/s^2] and
/// angular momentum `momentum`: J_R = (1/pi) int sqrt(2 (E - Phi) - L^2/r^2) dr between the turning points.
double radialAction(double energy, double momentum);

/// Velocities by component (disc ellipsoids with asymmetric drift, a hot halo, the radial orbits of Gaia-Enceladus),
/// then actions: vertical motion apart in the disc, a spherical potential in the halo.
Actions drawActions(const Star& star, PhiloxSequence& random);

} // namespace zscape::mock
