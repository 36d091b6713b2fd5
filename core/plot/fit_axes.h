#pragma once

#include "core/base/bit_set.h"
#include "core/plot/viewport.h"

#include <span>

namespace zscape {

/// What a fit shows: the stars between two percentiles of each axis, with a margin on every side (of the shown width).
struct FitOptions {
    double lowerPercent = 0;
    double upperPercent = 100;
    double margin = 0.03;
};

/// The ranges that show the stars that can be drawn (finite on both axes, positive on a logarithmic one, `shown`).
/// Scale and direction of the axes are kept; without such stars an axis shows 0..1 (logarithmic: 1..10).
struct FittedAxes {
    AxisRange x, y;
};
FittedAxes fitAxes(const AxisRange& x, const AxisRange& y, std::span<const float> xs, std::span<const float> ys,
                   const BitSet* shown, const FitOptions& options);

} // namespace zscape
