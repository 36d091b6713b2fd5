#pragma once

#include "core/base/thread_pool.h"

#include <optional>
#include <span>
#include <vector>

namespace zscape {

/// Longitude and latitude in degrees.
struct SkyPoint {
    double longitude = 0, latitude = 0;
    bool operator==(const SkyPoint&) const = default;
};

/// Mollweide's equal-area projection of the whole sky onto an ellipse |x| <= 2, |y| <= 1, with `centre` degrees of
/// longitude in the middle. As in maps of the sky seen from inside, longitude grows to the left.
class Mollweide {
public:
    explicit Mollweide(double centreLongitude = 0) : m_centre(centreLongitude) {}
    double centre() const { return m_centre; }

    struct Plane {
        double x, y;
    };
    /// NaN for what is not finite or has a latitude beyond +-90.
    Plane project(double longitude, double latitude) const;
    /// Exact; longitude in [0, 360). Nothing outside the ellipse.
    std::optional<SkyPoint> inverse(double x, double y) const;

private:
    double m_centre;
};

/// Columns of projected positions for drawing; NaN where a coordinate is missing.
struct ProjectedSky {
    std::vector<float> x, y;
};
ProjectedSky projectSky(ThreadPool& pool, const Mollweide& projection, std::span<const float> longitude,
                        std::span<const float> latitude);

/// An outline of straight pieces, drawn in the projected plane, as outlines in degrees of longitude and latitude that
/// enclose the same sky. Pieces are divided until they are straight in both planes (to `tolerance` degrees), and where
/// the outline crosses the seam opposite the centre, or the jump from 360 to 0, it is split into several with
/// longitudes in [0, 360]. Outlines of fewer than 3 points are left out. Vertices outside the ellipse move to its edge.
std::vector<std::vector<SkyPoint>> skyOutlines(const Mollweide& projection, std::span<const Mollweide::Plane> vertices,
                                               double tolerance = 0.05);

} // namespace zscape
