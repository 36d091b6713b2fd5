#pragma once

#include "widgets/figure/figure_page.h"
#include "widgets/figure/figure_ticks.h"

namespace zscape {

/// Lengths of a figure that follow from its type size [mm].
struct FigureMetrics {
    explicit FigureMetrics(const FigureStyle& style);

    double em;
    double edge;    ///< free at the rim of the page
    double tickGap; ///< from the frame to tick labels at its left and right
    double tickGapBelow;
    double tickHeight; ///< of a line of tick labels
    double labelGap;   ///< from tick labels to the axis label
    double blockGap;   ///< between panels beside what their labels need
    double majorTick, minorTick;
    double lineWidth; ///< of frames and ticks
    double barGap, barWidth;

    FigureTicks ticksX(const AxisRange& axis, double frame_mm) const;
    FigureTicks ticksY(const AxisRange& axis, double frame_mm) const;
    /// Of a panel: the names of classes where it has them.
    FigureTicks ticksX(const FigurePanel& panel, double frame_mm) const;
    FigureTicks ticksY(const FigurePanel& panel, double frame_mm) const;
};

/// Lengths of a legend [mm].
struct LegendMetrics {
    explicit LegendMetrics(const FigureStyle& style);
    double em, pad, sample, line, gap, columnGap;
};
int legendRows(const PanelLegend& legend);
/// Where each column of a legend begins, from the legend's left edge, and where the last one ends [mm].
std::vector<double> legendColumns(const PanelLegend& legend, const FigureStyle& style);

/// The label of a class in a colour bar: "−0.5".
QString classText(double value);

/// The em with which a line of text of `width` ems fits a length: that of the figure, or a smaller one [mm].
double fittingEm(double width, double length_mm, const FigureStyle& style);

/// How much room a legend takes on the page [mm].
QSizeF legendSize(const PanelLegend& legend, const FigureStyle& style);

} // namespace zscape
