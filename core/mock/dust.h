#pragma once

namespace zscape::mock {

/// A(lambda)/E(B-V) of the mean Milky Way extinction law, R_V = 3.1 (Cardelli, Clayton & Mathis 1989, ApJ 345, 245,
/// eqs 2 and 3), 300 nm to 3.3 um.
double extinctionPerEbv(double wavelength_nm);

/// A_G/E(B-V) of a typical star, used to place stars; the spectra themselves get the whole law.
inline constexpr double gExtinctionPerEbv = 2.5;

/// E(B-V) of an exponential dust layer around the plane: to `distance_kpc`, and of the whole line of sight.
/// `patchiness` multiplies both: the cloud-to-cloud differences between lines of sight.
double dustToDistance(double distance_kpc, double sinLatitude, double patchiness);
double dustBehind(double sinLatitude, double patchiness);

} // namespace zscape::mock
