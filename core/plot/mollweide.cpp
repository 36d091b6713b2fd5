#include "core/plot/mollweide.h"

#include "core/base/error.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace zscape {

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kDegree = std::numbers::pi / 180;

/// The auxiliary angle: 2 t + sin 2t = pi sin(latitude).
double auxiliary(double latitude) {
    const double target = std::numbers::pi * std::sin(latitude);
    if (std::abs(latitude) > 0.5 * std::numbers::pi - 1e-9) return std::copysign(0.5 * std::numbers::pi, latitude);
    // Near the poles the derivative vanishes as the cube root's does; Newton on a start from that expansion converges.
    const double rest = 1 - std::abs(target) / std::numbers::pi;
    double t = std::copysign(0.5 * std::numbers::pi - std::cbrt(0.75 * std::numbers::pi * rest), latitude);
    for (int step = 0; step < 12; ++step) {
        const double slope = 2 + 2 * std::cos(2 * t);
        if (slope < 1e-14) break;
        const double change = (2 * t + std::sin(2 * t) - target) / slope;
        t -= change;
        if (std::abs(change) < 1e-14) break;
    }
    return t;
}

/// Degrees from the centre, -180 .. 180.
double fromCentre(double longitude, double centre) {
    return std::remainder(longitude - centre, 360.0);
}

Mollweide::Plane pulledInside(Mollweide::Plane at) {
    const double radius = std::hypot(0.5 * at.x, at.y);
    constexpr double kEdge = 1 - 1e-12;
    if (radius <= kEdge) return at;
    return {at.x * kEdge / radius, at.y * kEdge / radius};
}

/// Sutherland-Hodgman against one vertical line of longitude; `keep` is -1 for the side below it, +1 above.
std::vector<SkyPoint> clipped(const std::vector<SkyPoint>& outline, double at, double keep) {
    std::vector<SkyPoint> result;
    for (std::size_t k = 0; k < outline.size(); ++k) {
        const SkyPoint& from = outline[k];
        const SkyPoint& to = outline[(k + 1) % outline.size()];
        const double a = keep * (from.longitude - at), b = keep * (to.longitude - at);
        if (a >= 0) result.push_back(from);
        if ((a > 0 && b < 0) || (a < 0 && b > 0)) {
            const double share = a / (a - b);
            result.push_back({at, from.latitude + share * (to.latitude - from.latitude)});
        }
    }
    return result;
}

} // namespace

Mollweide::Plane Mollweide::project(double longitude, double latitude) const {
    if (!std::isfinite(longitude) || !(std::abs(latitude) <= 90)) return {kNan, kNan};
    const double t = auxiliary(latitude * kDegree);
    return {-fromCentre(longitude, m_centre) / 90 * std::cos(t), std::sin(t)};
}

std::optional<SkyPoint> Mollweide::inverse(double x, double y) const {
    if (!(std::abs(y) <= 1)) return std::nullopt;
    const double t = std::asin(y);
    const double sine = std::clamp((2 * t + std::sin(2 * t)) / std::numbers::pi, -1.0, 1.0);
    const double latitude = std::asin(sine) / kDegree;
    const double width = std::cos(t);
    const double away = width > 0 ? -90 * x / width : 0;
    if (!(std::abs(away) <= 180) || (width <= 0 && std::abs(x) > 0)) return std::nullopt;
    double longitude = std::fmod(m_centre + away, 360.0);
    if (longitude < 0) longitude += 360;
    return SkyPoint{longitude, latitude};
}

ProjectedSky projectSky(ThreadPool& pool, const Mollweide& projection, std::span<const float> longitude,
                        std::span<const float> latitude) {
    if (longitude.size() != latitude.size()) {
        throw Error("longitudes and latitudes of a sky map differ in number; give columns of the same stars");
    }
    ProjectedSky result{std::vector<float>(longitude.size()), std::vector<float>(longitude.size())};
    pool.forChunks(longitude.size(), 16384, [&](std::size_t begin, std::size_t end, int) {
        for (std::size_t star = begin; star < end; ++star) {
            const Mollweide::Plane at =
                projection.project(static_cast<double>(longitude[star]), static_cast<double>(latitude[star]));
            result.x[star] = static_cast<float>(at.x);
            result.y[star] = static_cast<float>(at.y);
        }
    });
    return result;
}

std::vector<std::vector<SkyPoint>> skyOutlines(const Mollweide& projection, std::span<const Mollweide::Plane> vertices,
                                               double tolerance) {
    // In degrees from the centre there is no seam inside the ellipse, so the outline is one piece; it is divided finely
    // first, then thinned where the next point lies on the straight line.
    std::vector<SkyPoint> outline;
    for (std::size_t k = 0; k < vertices.size(); ++k) {
        const Mollweide::Plane from = vertices[k], to = vertices[(k + 1) % vertices.size()];
        const double length = std::hypot(to.x - from.x, to.y - from.y);
        const int pieces = std::clamp(static_cast<int>(std::ceil(length / (0.35 * std::sqrt(tolerance)))), 1, 200);
        for (int piece = 0; piece < pieces; ++piece) {
            const double share = static_cast<double>(piece) / pieces;
            const Mollweide::Plane at =
                pulledInside({from.x + share * (to.x - from.x), from.y + share * (to.y - from.y)});
            const std::optional<SkyPoint> sky = Mollweide(0).inverse(at.x, at.y);
            if (sky) outline.push_back({fromCentre(sky->longitude, 0), sky->latitude});
        }
    }
    // The range 0..360 begins at -centre (and a turn away from it) as seen from the centre.
    const double jump = fromCentre(0, projection.centre());
    std::vector<std::vector<SkyPoint>> result;
    for (const double keep : {-1.0, 1.0}) {
        std::vector<SkyPoint> part = clipped(outline, jump, keep);
        if (part.size() < 3) continue;
        const double offset = keep > 0 ? -jump : 360 - jump;
        for (SkyPoint& point : part) {
            point.longitude = std::clamp(point.longitude + offset, 0.0, 360.0);
        }
        result.push_back(std::move(part));
    }
    return result;
}

} // namespace zscape
