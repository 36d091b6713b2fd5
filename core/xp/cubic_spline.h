#pragma once

#include <span>
#include <vector>

namespace zscape {

/// The interpolating cubic spline with not-a-knot ends, as scipy's splrep(x, y, s=0); beyond its ends the outermost
/// cubics go on. Plain data.
class CubicSpline {
public:
    /// At least four points, x rising. Throws Error.
    CubicSpline(std::span<const double> x, std::span<const double> y);
    double operator()(double at) const;

private:
    std::vector<double> m_x, m_y;
    std::vector<double> m_second; ///< second derivative at each point
};

} // namespace zscape
