#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <utility>

/// Directions in the sky as unit vectors, in ICRS (RA, Dec) and Galactic (l, b) coordinates.
namespace zscape {

using SkyDirection = std::array<double, 3>;

/// Both in degrees.
inline SkyDirection skyDirection(double longitude, double latitude) {
    constexpr double degree = std::numbers::pi / 180;
    return {std::cos(latitude * degree) * std::cos(longitude * degree),
            std::cos(latitude * degree) * std::sin(longitude * degree), std::sin(latitude * degree)};
}

/// Longitude from 0 to 360 and latitude, in degrees.
inline std::pair<double, double> skyDegrees(const SkyDirection& direction) {
    constexpr double degree = std::numbers::pi / 180;
    const double longitude = std::atan2(direction[1], direction[0]) / degree;
    return {longitude < 0 ? longitude + 360 : longitude, std::asin(std::clamp(direction[2], -1.0, 1.0)) / degree};
}

/// From ICRS to Galactic (The Hipparcos and Tycho Catalogues, vol. 1, eq 1.5.11).
inline constexpr std::array<SkyDirection, 3> galacticAxes{
    {{-0.0548755604162154, -0.8734370902348850, -0.4838350155487132},
     {+0.4941094278755837, -0.4448296299600112, +0.7469822444972189},
     {-0.8676661490190047, -0.1980763734312015, +0.4559837761750669}}};

inline SkyDirection toGalactic(const SkyDirection& icrs) {
    SkyDirection result{};
    for (std::size_t i = 0; i < 3; ++i) {
        for (std::size_t k = 0; k < 3; ++k) {
            result[i] += galacticAxes[i][k] * icrs[k];
        }
    }
    return result;
}

inline SkyDirection fromGalactic(const SkyDirection& galactic) {
    SkyDirection result{};
    for (std::size_t i = 0; i < 3; ++i) {
        for (std::size_t k = 0; k < 3; ++k) {
            result[k] += galacticAxes[i][k] * galactic[i];
        }
    }
    return result;
}

} // namespace zscape
