#include "core/mock/kinematics.h"

#include "core/mock/population.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace zscape::mock {
namespace {

constexpr double circularSpeed = 229; // km/s

struct Velocity {
    double radial, rotation, vertical;
};

Velocity drawVelocity(const Star& star, PhiloxSequence& random) {
    const double a = random.normal(), b = random.normal(), c = random.normal();
    const double inner = std::exp(-(std::clamp(star.radius_kpc, 2.0, 16.0) - sunRadius_kpc) / 12.0);
    switch (star.component) {
    case Component::LowAlphaDisc:
        return {35 * inner * a, circularSpeed - 10 * inner + 24 * inner * b, 18 * inner * c};
    case Component::HighAlphaDisc:
        return {62 * inner * a, circularSpeed - 45 + 46 * b, 40 * inner * c};
    case Component::InSituHalo:
        return {135 * a, 60 + 95 * b, 90 * c};
    case Component::GaiaEnceladus:
        return {185 * a, 26 * b, 70 * c};
    }
    return {};
}

/// 2 (E - v0^2 ln r) - L^2/r^2: the square of the radial speed.
double radialSpeedSquared(double r, double energy, double momentum) {
    return 2 * (energy - circularSpeed * circularSpeed * std::log(r)) - momentum * momentum / (r * r);
}

/// Turning point between a radius where the orbit is (`inside`) and one where it is not, by bisection in ln r.
double turningPoint(double inside, double outside, double energy, double momentum) {
    double in = std::log(inside), out = std::log(outside);
    for (int step = 0; step < 30; ++step) {
        const double middle = 0.5 * (in + out);
        (radialSpeedSquared(std::exp(middle), energy, momentum) > 0 ? in : out) = middle;
    }
    return std::exp(0.5 * (in + out));
}

/// Energy of motion up and down at one radius; the force levels off above the disc.
double verticalAction(const Star& star, double speed) {
    const double frequency = 72 * std::exp(-(std::clamp(star.radius_kpc, 2.0, 16.0) - sunRadius_kpc) / 6.0);
    const double z = std::abs(star.height_kpc);
    const double energy = 0.5 * speed * speed + 0.5 * frequency * frequency * z * z / (1 + z / 0.8);
    return energy / frequency;
}

} // namespace

double radialAction(double energy, double momentum) {
    const double v2 = circularSpeed * circularSpeed;
    const double guiding = std::max(std::abs(momentum) / circularSpeed, 1e-3);
    if (radialSpeedSquared(guiding, energy, momentum) <= 0) return 0; // circular
    const double outermost = std::exp(energy / v2) * 1.001;           // where even a radial orbit turns
    const double apocentre = turningPoint(guiding, outermost, energy, momentum);
    const double pericentre = turningPoint(guiding, guiding * 1e-3, energy, momentum);
    // Gauss-Chebyshev of the second kind: the integrand is a square root at both ends.
    constexpr int nodes = 16;
    const double middle = 0.5 * (apocentre + pericentre), half = 0.5 * (apocentre - pericentre);
    double sum = 0;
    for (int i = 1; i <= nodes; ++i) {
        const double angle = std::numbers::pi * i / (nodes + 1);
        const double s = std::sin(angle), x = std::cos(angle);
        const double speed2 = std::max(0.0, radialSpeedSquared(middle + half * x, energy, momentum));
        sum += s * std::sqrt(speed2);
    }
    return half * sum / (nodes + 1);
}

Actions drawActions(const Star& star, PhiloxSequence& random) {
    const Velocity v = drawVelocity(star, random);
    const double v2 = circularSpeed * circularSpeed;
    Actions actions;
    actions.lz = star.radius_kpc * v.rotation;
    if (star.component == Component::LowAlphaDisc || star.component == Component::HighAlphaDisc) {
        const double energy = 0.5 * (v.radial * v.radial + v.rotation * v.rotation) + v2 * std::log(star.radius_kpc);
        actions.jr = radialAction(energy, actions.lz);
        actions.jz = verticalAction(star, v.vertical);
        return actions;
    }
    const double r = std::hypot(star.radius_kpc, star.height_kpc);
    const double speed2 = v.radial * v.radial + v.rotation * v.rotation + v.vertical * v.vertical;
    const double meridional = star.height_kpc * v.radial - star.radius_kpc * v.vertical;
    // L^2 = Lx^2 + Ly^2 + Lz^2 with the star in the x-z plane.
    const double momentum = std::sqrt(meridional * meridional + v.rotation * v.rotation * r * r);
    actions.jr = radialAction(0.5 * speed2 + v2 * std::log(r), momentum);
    actions.jz = momentum - std::abs(actions.lz);
    return actions;
}

} // namespace zscape::mock
