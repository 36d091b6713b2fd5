#include "widgets/figure/figure_metrics.h"

#include "widgets/number_text.h"

#include <algorithm>
#include <cmath>

namespace zscape {

FigureMetrics::FigureMetrics(const FigureStyle& style)
    : em(style.em_mm()),
      edge(0.25 * em),
      tickGap(0.35 * em),
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
    const double label = (largest >= 1000 ? 4.2 : 3.2) * em;
    return figureTicks(axis, std::clamp(static_cast<int>(frame_mm / label), 2, 7));
}

FigureTicks FigureMetrics::ticksY(const AxisRange& axis, double frame_mm) const {
    return figureTicks(axis, std::clamp(static_cast<int>(frame_mm / (2.6 * em)), 2, 7));
}

QString classText(double value) {
    QString text = fixedText(value, 2);
    while (text.contains(u'.') && (text.endsWith(u'0') || text.endsWith(u'.')))
        text.chop(1);
    return text;
}

} // namespace zscape
