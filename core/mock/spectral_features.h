#pragma once

#include <array>
#include <cstddef>
#include <span>

namespace zscape::mock {

/// Effective temperatures [K] at which the strengths of spectral features are tabulated.
inline constexpr std::array<double, 14> featureTeff{3100, 3400, 3600, 3800, 4100, 4400, 4800,
                                                    5200, 5700, 6200, 6800, 7600, 9000, 12000};

/// One line or band at XP resolution: a Gaussian in wavelength with its own width on either side. Bands that degrade to
/// one side have a wide one there.
struct FeatureLine {
    double depth;
    double wavelength_nm;
    double sigmaBlue_nm;
    double sigmaRed_nm;
};

/// Everything that grows and fades together, as optical depth: strength(Teff) x sum of lines. Away from the stars it
/// was tabulated for ([M/H] = -0.3, main sequence) the strength is multiplied by
/// 10^(metals ([M/H] + 0.3) + alpha ([alpha/M] - 0.08) + gravity (log g - 4.45)), and by 10^(scatter n) star to star.
struct FeatureGroup {
    const char* name;
    std::array<FeatureLine, 6> lines; ///< depth 0: not used
    double metals, alpha, gravity, scatter;
    std::array<double, featureTeff.size()> strength;
};

/// The groups; the last ones are broad departures of the continuum from a black body, with either sign.
std::span<const FeatureGroup> featureGroups();
std::size_t balmerEdgeGroup(); ///< the one whose shape is an edge at its first line instead of a Gaussian

} // namespace zscape::mock
