#include "core/mock/chemistry.h"

#include "core/mock/population.h"

#include <algorithm>
#include <cmath>

namespace zscape::mock {
namespace {

double drawIron(const Star& star, PhiloxSequence& random) {
    const double n = random.normal();
    const double tail = -std::log(random.uniform()); // every population has a metal-poor tail
    switch (star.component) {
    case Component::LowAlphaDisc: {
        const double radius = std::clamp(star.radius_kpc, 3.0, 15.0);
        const double mean = 0.09 - 0.055 * (radius - sunRadius_kpc) - 0.05 * std::abs(star.height_kpc);
        return std::clamp(mean + 0.14 * n - 0.06 * tail, -0.9, 0.5);
    }
    case Component::HighAlphaDisc:
        return std::clamp(-0.27 + 0.18 * n - 0.12 * tail, -1.2, 0.3);
    case Component::InSituHalo:
        return std::clamp(-0.80 + 0.18 * n - 0.30 * tail, -2.4, -0.5);
    case Component::GaiaEnceladus:
        return std::clamp(-1.02 + 0.20 * n - 0.20 * tail, -2.4, -0.55);
    }
    return 0;
}

/// Mean [Mg/Fe] of each sequence; the disc ones keep about 0.1 dex from the split of Patil et al. (2023).
double meanMagnesium(Component component, double x) {
    switch (component) {
    case Component::LowAlphaDisc:
        return x < 0 ? 0.03 + x * (-0.179 - x * 0.0714) : 0.03 - 0.08 * x;
    case Component::HighAlphaDisc:
        return 0.19 + x * (-0.297 - x * 0.149);
    case Component::InSituHalo:
        return 0.33;
    case Component::GaiaEnceladus:
        return std::min(0.30, 0.26 - 0.22 * (x + 1.5));
    }
    return 0;
}

} // namespace

void drawChemistry(Star& star, PhiloxSequence& random) {
    star.feH = drawIron(star, random);
    const bool disc = star.component == Component::LowAlphaDisc || star.component == Component::HighAlphaDisc;
    star.mgFe = meanMagnesium(star.component, star.feH) + (disc ? 0.027 : 0.045) * random.normal();
    star.mH = star.feH + 0.012 * random.normal();
    star.alphaM = 0.88 * star.mgFe + 0.010 * random.normal();
}

} // namespace zscape::mock
