#pragma once

#include "core/plot/viewport.h"

#include <QString>

#include <vector>

namespace zscape {

/// Where an axis of a figure has ticks. Labels are rich text.
struct FigureTicks {
    std::vector<double> major;
    std::vector<double> minor;
    std::vector<QString> labels; ///< one a major tick; "" where none is wanted
    bool strokes = true;         ///< else labels alone
};

/// About `wanted` ticks at round numbers; on a logarithmic axis of more than a decade at powers of ten.
FigureTicks figureTicks(const AxisRange& axis, int wanted);

} // namespace zscape
