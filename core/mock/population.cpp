#include "core/mock/population.h"

#include "core/mock/chemistry.h"
#include "core/mock/dust.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace zscape::mock {
namespace {

Component drawComponent(PhiloxSequence& random) {
    const double u = random.uniform();
    if (u < 0.665) return Component::LowAlphaDisc;
    if (u < 0.945) return Component::HighAlphaDisc;
    if (u < 0.980) return Component::InSituHalo;
    return Component::GaiaEnceladus;
}

/// Shares of an infrared survey to H ~ 13.8: two giants for each dwarf, more in the old, distant components.
Stage drawStage(Component component, PhiloxSequence& random) {
    const bool halo = component == Component::InSituHalo || component == Component::GaiaEnceladus;
    const double u = random.uniform();
    if (u < (halo ? 0.16 : 0.29)) return Stage::MainSequence;
    if (u < (halo ? 0.22 : 0.35)) return Stage::Subgiant;
    if (u < (halo ? 0.34 : 0.56)) return Stage::RedClump;
    if (component == Component::LowAlphaDisc && u > 0.975) return Stage::Hot;
    return Stage::RedGiant;
}

/// How the star is placed on its sequence; Teff of giants waits for [M/H].
void drawEvolution(Star& star, PhiloxSequence& random) {
    const double u = random.uniform();
    const double kind = random.uniform();
    const double n = random.normal();
    switch (star.stage) {
    case Stage::MainSequence:
        star.teff = kind < 0.86 ? std::clamp(5780.0 + 470.0 * n, 4300.0, 6650.0) : 3150.0 + 1500.0 * u;
        star.mass = std::clamp(std::pow(star.teff / 5770.0, 1.7), 0.2, 1.6);
        break;
    case Stage::Subgiant:
        star.teff = u; // place between turn-off and the foot of the giant branch, see settleEvolution
        star.mass = 1.15;
        break;
    case Stage::RedGiant:
        // The luminosity function rises downwards from the tip, then is flat.
        star.logG = kind < 0.42 ? 0.1 + 1.9 * std::sqrt(u) : 2.0 + 1.6 * u;
        star.mass = 1.1;
        break;
    case Stage::RedClump: // the secondary clump holds the younger, heavier stars
        star.logG = kind < 0.86 ? 2.44 + 0.05 * n : 2.70 + 0.09 * n;
        star.mass = kind < 0.86 ? 1.15 : 2.1;
        break;
    case Stage::Hot:
        star.teff = std::min(6700.0 - 1300.0 * std::log(u), 12000.0);
        star.logG = 4.05 + 0.12 * n;
        star.mass = std::pow(star.teff / 5770.0, 1.5);
        break;
    }
}

/// Teff and log g that depend on [M/H]: metal-poor giants are hotter (about 230 K a dex on the branch).
void settleEvolution(Star& star, double drawnTeff, double scatter, double age) {
    const double metals = star.mH + 0.12;
    switch (star.stage) {
    case Stage::MainSequence:
        star.teff = drawnTeff - (drawnTeff > 4800 ? 160.0 * std::min(metals, 0.4) : 60.0 * metals);
        // Stars brighten while they stay: log g scatters more to the low side where the main sequence is old.
        star.logG = mainSequenceLogG(star.teff) + 0.035 * scatter;
        if (star.teff > 5000) star.logG += 0.05 - 0.09 * std::abs(age);
        if (star.teff > 6300) star.logG += 0.08;
        if (star.teff < 4500) star.logG += 0.22 * (4500 - star.teff) / 1000;
        break;
    case Stage::Subgiant:
        star.teff = 5950.0 - 780.0 * drawnTeff - 200.0 * metals + 60.0 * scatter;
        star.logG = 3.98 - 0.40 * drawnTeff + 0.05 * age;
        break;
    case Stage::RedGiant:
        star.teff = giantBranchTeff(star.logG) - 230.0 * metals + 38.0 * scatter;
        break;
    case Stage::RedClump:
        star.teff = std::min(4770.0 - 320.0 * metals + 55.0 * scatter + (star.mass > 2 ? 140.0 : 0.0), 5600.0);
        break;
    case Stage::Hot:
        break;
    }
    star.teff = std::clamp(star.teff, 3050.0, 12000.0);
}

double drawApparentG(Stage stage, double teff, PhiloxSequence& random) {
    double mean = 13.3, sigma = 1.6;
    if (stage == Stage::MainSequence) mean = teff < 4500 ? 14.4 : 12.8;
    if (stage == Stage::Hot) {
        mean = 10.3;
        sigma = 1.3;
    }
    for (;;) { // truncated to what the survey and the XP release hold
        const double g = mean + sigma * random.normal();
        if (g > 6.1 && g < 18.1) return g;
    }
}

double scaleHeight_kpc(Component component) {
    switch (component) {
    case Component::LowAlphaDisc:
        return 0.28;
    case Component::HighAlphaDisc:
        return 0.80;
    case Component::InSituHalo:
        return 2.2;
    case Component::GaiaEnceladus:
        return 4.0;
    }
    return 1.0;
}

/// Direction: the height above the plane follows the component's layer as far as the distance allows.
void drawDirection(Star& star, double distance_kpc, PhiloxSequence& random) {
    star.longitude = 2 * std::numbers::pi * random.uniform();
    const double height = -scaleHeight_kpc(star.component) * std::log(random.uniform());
    const double side = random.uniform() < 0.5 ? -1 : 1;
    const double anywhere = random.uniform();
    star.sinLatitude = side * (height < distance_kpc ? height / distance_kpc : anywhere);
}

void place(Star& star) {
    const double inPlane = star.distance_kpc * std::sqrt(std::max(0.0, 1 - star.sinLatitude * star.sinLatitude));
    const double x = sunRadius_kpc - inPlane * std::cos(star.longitude);
    const double y = inPlane * std::sin(star.longitude);
    star.radius_kpc = std::max(std::hypot(x, y), 0.3);
    star.height_kpc = star.distance_kpc * star.sinLatitude + 0.02;
}

/// The distance at which the star has its apparent G behind the dust on the way: bisection in log distance, as the
/// distance modulus and the dust both grow with distance.
double distanceFor(const Star& star, double patchiness) {
    const double modulus = star.gMag - absoluteG(star.teff, star.logG, star.mass);
    double low = std::log10(0.002), high = modulus / 5 - 2; // without dust it is 10^high kpc
    if (high < low) return 0.002;
    for (int step = 0; step < 26; ++step) {
        const double middle = 0.5 * (low + high);
        const double dust = dustToDistance(std::pow(10.0, middle), star.sinLatitude, patchiness);
        (5 * (middle + 2) + gExtinctionPerEbv * dust < modulus ? low : high) = middle;
    }
    return std::pow(10.0, 0.5 * (low + high));
}

} // namespace

double mainSequenceLogG(double teff) {
    if (teff < 5000) return 4.6;
    if (teff < 6300) return 7.1 - teff / 2000;
    return 3.95;
}

double giantBranchTeff(double logG) {
    return logG < 3.65 ? 3590 + 440 * logG : 90 + 1400 * logG;
}

double alphaSplit(double feH) {
    return ((0.1754 * feH + 0.1119) * feH - 0.1253) * feH + 0.1353;
}

double absoluteG(double teff, double logG, double mass) {
    const double logLuminosity = std::log10(mass) + 4 * std::log10(teff / 5772) - (logG - 4.438);
    const double t = std::clamp(teff, 3300.0, 8000.0) - 5772;
    const double correction = t > -1772 ? 6.0e-2 + t * (6.731e-5 + t * (-6.647e-8 + t * (2.859e-11 - t * 7.197e-15)))
                                        : 1.749 + t * (1.977e-3 + t * (3.737e-7 + t * (-8.966e-11 - t * 4.183e-14)));
    return 4.74 - 2.5 * logLuminosity - correction;
}

Star drawStar(PhiloxSequence& random) {
    Star star;
    star.component = drawComponent(random);
    star.stage = drawStage(star.component, random);
    drawEvolution(star, random);
    const double drawnTeff = star.teff;
    const double scatter = random.normal(), age = random.normal();
    const double patchiness = std::exp(0.5 * random.normal());
    // A first distance at the mean metallicity gives the place, the place gives the metallicity, and that the distance.
    star.mH = -0.12;
    settleEvolution(star, drawnTeff, scatter, age);
    star.gMag = drawApparentG(star.stage, star.teff, random);
    const double modulus = star.gMag - absoluteG(star.teff, star.logG, star.mass);
    drawDirection(star, std::pow(10.0, modulus / 5 - 2), random);
    star.distance_kpc = distanceFor(star, patchiness);
    place(star);
    drawChemistry(star, random);
    settleEvolution(star, drawnTeff, scatter, age);
    star.distance_kpc = distanceFor(star, patchiness);
    place(star);
    star.ebv = dustToDistance(star.distance_kpc, star.sinLatitude, patchiness);
    star.sfdEbv = dustBehind(star.sinLatitude, patchiness) * std::exp(0.08 * random.normal());
    return star;
}

} // namespace zscape::mock
