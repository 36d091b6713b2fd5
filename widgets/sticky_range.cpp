#include "widgets/sticky_range.h"

#include <algorithm>
#include <cmath>

namespace zscape {

namespace {

/// Data that fill less of the range than this make it shrink.
constexpr double leastFill = 0.5;

} // namespace

void Extent::add(double value) {
    if (!std::isfinite(value)) return;
    lower = empty ? value : std::min(lower, value);
    upper = empty ? value : std::max(upper, value);
    empty = false;
}

bool StickyRange::fit(const Extent& data) {
    if (data.empty) return false;
    const bool inside = data.lower >= m_lower && data.upper <= m_upper;
    const bool fills = data.upper - data.lower >= leastFill * (m_upper - m_lower);
    if (m_fitted && inside && fills) return false;
    double size = data.upper - data.lower;
    if (size <= 0) size = std::max(std::abs(data.upper), 1e-300);
    m_lower = data.lower - m_below * size;
    m_upper = data.upper + m_above * size;
    m_fitted = true;
    return true;
}

int axisExponent(double largest, int current) {
    if (!(largest > 0) || !std::isfinite(largest)) return current;
    const double labelled = largest / std::pow(10.0, current);
    if (labelled >= 0.8 && labelled < 500) return current;
    return static_cast<int>(std::floor(std::log10(largest)));
}

} // namespace zscape
