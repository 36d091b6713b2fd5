#include "widgets/figure/figure_metrics.h"

#include "widgets/figure/figure_text.h"
#include "widgets/number_text.h"

#include <algorithm>
#include <cmath>

namespace zscape {

namespace {

FigureTicks ticksOf(const std::vector<QString>& classes) {
    FigureTicks ticks;
    ticks.strokes = false;
    for (const QString& name : classes) {
        ticks.major.push_back(static_cast<double>(ticks.major.size()));
        ticks.labels.push_back(name);
    }
    return ticks;
}

} // namespace

FigureMetrics::FigureMetrics(const FigureStyle& style)
    : em(style.em_mm()),
      edge(0.25 * em),
      tickGap(0.35 * em),
      tickGapBelow(0.6 * em),
      tickHeight(0.78 * em),
      labelGap(0.45 * em),
      blockGap(0.6 * em),
      majorTick(0.5 * em),
      minorTick(0.27 * em),
      lineWidth(std::max(0.15, 0.06 * em)),
      barGap(0.6 * em),
      barWidth(0.9 * em) {}

FigureTicks FigureMetrics::ticksX(const AxisRange& axis, double frame_mm) const {
    // A label and the room beside it: wider numbers want fewer of them.
    const double largest = std::max(std::abs(axis.lower), std::abs(axis.upper));
    const double label = (largest >= 1000 ? 4.1 : 3.1) * em;
    return figureTicks(axis, std::clamp(static_cast<int>(frame_mm / label), 2, 7));
}

FigureTicks FigureMetrics::ticksY(const AxisRange& axis, double frame_mm) const {
    return figureTicks(axis, std::clamp(static_cast<int>(frame_mm / (2.8 * em)), 2, 7));
}

FigureTicks FigureMetrics::ticksX(const FigurePanel& panel, double frame_mm) const {
    return panel.xClasses.empty() ? ticksX(panel.x, frame_mm) : ticksOf(panel.xClasses);
}

FigureTicks FigureMetrics::ticksY(const FigurePanel& panel, double frame_mm) const {
    return panel.yClasses.empty() ? ticksY(panel.y, frame_mm) : ticksOf(panel.yClasses);
}

QString classText(double value) {
    QString text = fixedText(value, 2);
    while (text.contains(u'.') && (text.endsWith(u'0') || text.endsWith(u'.')))
        text.chop(1);
    return text;
}

double fittingEm(double width, double length_mm, const FigureStyle& style) {
    const double em = style.em_mm();
    return width * em > length_mm ? length_mm / width : em;
}

LegendMetrics::LegendMetrics(const FigureStyle& style)
    : em(0.9 * style.em_mm()),
      pad(0.4 * em),
      sample(1.8 * em),
      line(1.3 * em),
      gap(0.5 * em),
      columnGap(1.6 * em) {}

int legendRows(const PanelLegend& legend) {
    return (static_cast<int>(legend.entries.size()) + legend.columns - 1) / legend.columns;
}

std::vector<double> legendColumns(const PanelLegend& legend, const FigureStyle& style) {
    const LegendMetrics lengths(style);
    const auto rows = static_cast<std::size_t>(legendRows(legend));
    std::vector<double> edges{lengths.pad};
    for (std::size_t first = 0; first < legend.entries.size(); first += rows) {
        double widest = 0;
        for (std::size_t i = first; i < std::min(first + rows, legend.entries.size()); ++i) {
            widest = std::max(widest, FigureText(legend.entries[i].text, style.family).width());
        }
        edges.push_back(edges.back() + lengths.sample + lengths.gap + widest * lengths.em + lengths.columnGap);
    }
    edges.back() -= lengths.columnGap;
    return edges;
}

QSizeF legendSize(const PanelLegend& legend, const FigureStyle& style) {
    const LegendMetrics lengths(style);
    return {legendColumns(legend, style).back() + lengths.pad, 1.4 * lengths.pad + legendRows(legend) * lengths.line};
}

} // namespace zscape
