#include "core/mock/dust.h"

#include <algorithm>
#include <cmath>

namespace zscape::mock {
namespace {

constexpr double dustPerKpc = 0.33;         // mag of E(B-V) in the plane
constexpr double dustHeight_kpc = 0.1;      // scale height of the layer
constexpr double minimumSinLatitude = 0.02; // the layer ends at the edge of the disc

double slope(double sinLatitude) {
    return std::max(std::abs(sinLatitude), minimumSinLatitude);
}

} // namespace

double extinctionPerEbv(double wavelength_nm) {
    constexpr double rV = 3.1;
    const double x = 1000.0 / wavelength_nm; // 1/um
    if (x < 1.1) return rV * (0.574 - 0.527 / rV) * std::pow(x, 1.61);
    const double y = x - 1.82;
    const double a =
        1 +
        y * (0.17699 + y * (-0.50447 + y * (-0.02427 + y * (0.72085 + y * (0.01979 + y * (-0.77530 + y * 0.32999))))));
    const double b =
        y * (1.41338 + y * (2.28305 + y * (1.07233 + y * (-5.38434 + y * (-0.62251 + y * (5.30260 - y * 2.09002))))));
    return rV * (a + b / rV);
}

double dustBehind(double sinLatitude, double patchiness) {
    return patchiness * dustPerKpc * dustHeight_kpc / slope(sinLatitude);
}

double dustToDistance(double distance_kpc, double sinLatitude, double patchiness) {
    return dustBehind(sinLatitude, patchiness) * -std::expm1(-distance_kpc * slope(sinLatitude) / dustHeight_kpc);
}

} // namespace zscape::mock
