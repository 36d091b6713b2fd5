#include "core/plot/viewport.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace zscape {

namespace {

double toScale(const AxisRange& axis, double value) {
    if (!axis.logarithmic) return value;
    return value > 0 ? std::log10(value) : std::numeric_limits<double>::quiet_NaN();
}

double fromScale(const AxisRange& axis, double value) {
    return axis.logarithmic ? std::pow(10.0, value) : value;
}

/// 0 at the lower end of the range, 1 at the upper; reversed when the axis runs backwards.
double toFraction(const AxisRange& axis, double value) {
    const double lower = toScale(axis, axis.lower);
    const double fraction = (toScale(axis, value) - lower) / (toScale(axis, axis.upper) - lower);
    return axis.flipped ? 1 - fraction : fraction;
}

double fromFraction(const AxisRange& axis, double fraction) {
    const double lower = toScale(axis, axis.lower);
    const double along = axis.flipped ? 1 - fraction : fraction;
    return fromScale(axis, lower + along * (toScale(axis, axis.upper) - lower));
}

/// The range between two fractions of the present one.
AxisRange between(const AxisRange& axis, double fraction0, double fraction1) {
    AxisRange result = axis;
    const double end0 = fromFraction(axis, fraction0);
    const double end1 = fromFraction(axis, fraction1);
    result.lower = std::min(end0, end1);
    result.upper = std::max(end0, end1);
    return result;
}

AxisRange scaledRange(const AxisRange& axis, double factor, double atFraction) {
    return between(axis, atFraction - atFraction / factor, atFraction + (1 - atFraction) / factor);
}

} // namespace

double Viewport::pixelX(double value) const {
    return toFraction(x, value) * width;
}
double Viewport::pixelY(double value) const {
    return (1 - toFraction(y, value)) * height;
}
double Viewport::dataX(double pixel) const {
    return fromFraction(x, pixel / width);
}
double Viewport::dataY(double pixel) const {
    return fromFraction(y, 1 - pixel / height);
}

Viewport Viewport::panned(double dx, double dy) const {
    Viewport result = *this;
    result.x = between(x, -dx / width, 1 - dx / width);
    result.y = between(y, dy / height, 1 + dy / height);
    return result;
}

Viewport Viewport::zoomed(double factorX, double factorY, double atPixelX, double atPixelY) const {
    Viewport result = *this;
    result.x = scaledRange(x, factorX, atPixelX / width);
    result.y = scaledRange(y, factorY, 1 - atPixelY / height);
    return result;
}

Viewport Viewport::framed(double pixelX0, double pixelY0, double pixelX1, double pixelY1) const {
    Viewport result = *this;
    result.x = between(x, pixelX0 / width, pixelX1 / width);
    result.y = between(y, 1 - pixelY0 / height, 1 - pixelY1 / height);
    return result;
}

AxisRange drawableRange(const AxisRange& range) {
    constexpr double kLargest = 1e30; // float32 columns, with room for the pixel arithmetic
    constexpr double kSmallestWidth = 1e-6;
    AxisRange result = range;
    if (!std::isfinite(result.lower) || !std::isfinite(result.upper)) {
        result.lower = result.logarithmic ? 1 : 0;
        result.upper = result.logarithmic ? 10 : 1;
    }
    if (result.lower > result.upper) std::swap(result.lower, result.upper);
    result.lower = std::clamp(result.lower, -kLargest, kLargest);
    result.upper = std::clamp(result.upper, -kLargest, kLargest);
    if (result.logarithmic) {
        if (result.upper <= 0) result.upper = 10;
        result.upper = std::max(result.upper, 1 / kLargest);
        if (result.lower <= 0) result.lower = result.upper / 1000;
    }
    const double size = std::max(std::abs(result.lower), std::abs(result.upper));
    const double needed = std::max(kSmallestWidth * size, 1 / kLargest);
    if (result.upper - result.lower >= needed) return result;
    const double middle = 0.5 * (result.lower + result.upper);
    result.lower = middle - 0.5 * needed;
    result.upper = middle + 0.5 * needed;
    return result;
}

} // namespace zscape
