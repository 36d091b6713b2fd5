#pragma once

#include "core/base/philox.h"
#include "core/mock/mock_star.h"

namespace zscape::mock {

inline constexpr double sunRadius_kpc = 8.2;

/// Main sequence and giant branch of the paper (method.md section 6, Eq 11 and Eq 12).
double mainSequenceLogG(double teff);
double giantBranchTeff(double logG);
/// The line between high and low [Mg/Fe] (Patil et al. 2023, method.md Fig 13).
double alphaSplit(double feH);

/// Absolute G magnitude from the Stefan-Boltzmann law and a bolometric correction (Andrae et al. 2018, A&A 616, A8).
double absoluteG(double teff, double logG, double mass);

/// One star of a survey like APOGEE: mostly giants of the disc, seen to G ~ 18, with chemistry by component, a radial
/// metallicity gradient, and dust on the way.
Star drawStar(PhiloxSequence& random);

} // namespace zscape::mock
