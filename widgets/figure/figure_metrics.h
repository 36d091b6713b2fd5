#pragma once

#include "widgets/figure/figure_page.h"
#include "widgets/figure/figure_ticks.h"

namespace zscape {

/// Lengths of a figure that follow from its type size [mm].
struct FigureMetrics {
    explicit FigureMetrics(const FigureStyle& style);

    double em;
    double edge;       ///< free at the rim of the page
    double tickGap;    ///< from the frame to tick labels
    double tickHeight; ///< of a line of tick labels
    double labelGap;   ///< from tick labels to the axis label
    double blockGap;   ///< between panels beside what their labels need
    double majorTick, minorTick;
    double lineWidth; ///< of frames and ticks
    double barGap, barWidth;

    FigureTicks ticksX(const AxisRange& axis, double frame_mm) const;
    FigureTicks ticksY(const AxisRange& axis, double frame_mm) const;
};

/// The label of a class in a colour bar: "−0.5".
QString classText(double value);

} // namespace zscape
