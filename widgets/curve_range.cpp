#include "widgets/curve_range.h"

#include <algorithm>
#include <cmath>

namespace zscape {

namespace {

constexpr double shownPart = 0.8;
/// What may lie outside the shown part, as a multiple of it, and still be shown.
constexpr double tolerated = 1.5;
constexpr double margin = 0.06;

} // namespace

CurveRange robustCurveRange(std::vector<double> values) {
    std::erase_if(values, [](double value) { return !std::isfinite(value); });
    if (values.empty()) return {};
    const auto at = [&](double part) {
        const auto place = static_cast<std::ptrdiff_t>(part * static_cast<double>(values.size() - 1));
        std::nth_element(values.begin(), values.begin() + place, values.end());
        return values[static_cast<std::size_t>(place)];
    };
    const auto [lowest, highest] = std::minmax_element(values.begin(), values.end());
    double lower = *lowest;
    double upper = *highest;
    const double body = at(shownPart) - lower;
    if (body > 0 && upper - lower > (1 + tolerated) * body) upper = lower + 1.25 * body;
    if (upper == lower) {
        const double half = lower == 0 ? 1 : 0.05 * std::abs(lower);
        return {lower - half, upper + half};
    }
    const double room = margin * (upper - lower);
    return {lower - room, upper + room};
}

} // namespace zscape
