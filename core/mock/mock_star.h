#pragma once

#include <cstdint>

namespace zscape::mock {

/// Where a star belongs; fractions and chemistry are in population.cpp, velocities in kinematics.cpp.
enum class Component { LowAlphaDisc, HighAlphaDisc, InSituHalo, GaiaEnceladus };
enum class Stage { MainSequence, Subgiant, RedGiant, RedClump, Hot };

/// The truth about one mock star, before any measurement.
struct Star {
    Component component = Component::LowAlphaDisc;
    Stage stage = Stage::MainSequence;
    double teff = 0; ///< K
    double logG = 0; ///< log10 of cm s^-2
    double mass = 1; ///< Sun = 1
    double feH = 0;  ///< dex, as are the next three
    double mgFe = 0;
    double mH = 0;
    double alphaM = 0;
    double gMag = 0;         ///< apparent G, dust included
    double distance_kpc = 0; ///< from the Sun
    double longitude = 0;    ///< Galactic, rad
    double sinLatitude = 0;
    double radius_kpc = 0; ///< cylindrical, from the Galactic centre
    double height_kpc = 0; ///< above the plane
    double ebv = 0;        ///< E(B-V) up to the star
    double sfdEbv = 0;     ///< E(B-V) of the whole line of sight
};

/// Every draw of star i comes from Philox streams of its own, so nothing depends on threads or on other stars.
enum class Draw : std::uint64_t { Population, Kinematics, Measurement, Spectrum, Noise, Count };
inline std::uint64_t streamOf(std::uint64_t star, Draw draw) {
    return star * static_cast<std::uint64_t>(Draw::Count) + static_cast<std::uint64_t>(draw);
}

} // namespace zscape::mock
