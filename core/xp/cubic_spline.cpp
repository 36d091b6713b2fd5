#include "core/xp/cubic_spline.h"

#include "core/base/error.h"

#include <algorithm>

namespace zscape {

CubicSpline::CubicSpline(std::span<const double> x, std::span<const double> y)
    : m_x(x.begin(), x.end()),
      m_y(y.begin(), y.end()),
      m_second(x.size()) {
    const std::size_t n = x.size();
    if (n < 4 || y.size() != n || !std::is_sorted(x.begin(), x.end(), std::less_equal<>())) {
        throw Error("a cubic spline needs four or more points of rising x");
    }
    std::vector<double> h(n - 1), slope(n - 1);
    for (std::size_t i = 0; i + 1 < n; ++i) {
        h[i] = x[i + 1] - x[i];
        slope[i] = (y[i + 1] - y[i]) / h[i];
    }
    // Unknown second derivatives M_1 .. M_{n-2}; the ends follow from equal third derivatives across the second and the
    // last but one point: M_0 = M_1 - h_0/h_1 (M_2 - M_1).
    const std::size_t m = n - 2;
    std::vector<double> lower(m), diagonal(m), upper(m), right(m);
    for (std::size_t k = 0; k < m; ++k) {
        const std::size_t i = k + 1;
        lower[k] = h[i - 1];
        diagonal[k] = 2 * (h[i - 1] + h[i]);
        upper[k] = h[i];
        right[k] = 6 * (slope[i] - slope[i - 1]);
    }
    diagonal.front() += h[0] + h[0] * h[0] / h[1];
    upper.front() -= h[0] * h[0] / h[1];
    diagonal.back() += h[n - 2] + h[n - 2] * h[n - 2] / h[n - 3];
    lower.back() -= h[n - 2] * h[n - 2] / h[n - 3];
    for (std::size_t k = 1; k < m; ++k) {
        const double factor = lower[k] / diagonal[k - 1];
        diagonal[k] -= factor * upper[k - 1];
        right[k] -= factor * right[k - 1];
    }
    m_second[m] = right[m - 1] / diagonal[m - 1];
    for (std::size_t k = m - 1; k-- > 0;) {
        m_second[k + 1] = (right[k] - upper[k] * m_second[k + 2]) / diagonal[k];
    }
    m_second[0] = m_second[1] - h[0] / h[1] * (m_second[2] - m_second[1]);
    m_second[n - 1] = m_second[n - 2] + h[n - 2] / h[n - 3] * (m_second[n - 2] - m_second[n - 3]);
}

double CubicSpline::operator()(double at) const {
    const auto next = std::upper_bound(m_x.begin() + 1, m_x.end() - 1, at);
    const std::size_t i = static_cast<std::size_t>(next - m_x.begin()) - 1;
    const double h = m_x[i + 1] - m_x[i];
    const double a = (m_x[i + 1] - at) / h;
    const double b = (at - m_x[i]) / h;
    return a * m_y[i] + b * m_y[i + 1] +
           ((a * a * a - a) * m_second[i] + (b * b * b - b) * m_second[i + 1]) * (h * h) / 6;
}

} // namespace zscape
