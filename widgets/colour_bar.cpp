#include "widgets/colour_bar.h"

#include "core/plot/viewport.h"
#include "widgets/axis_label.h"

#include <cmath>

namespace zscape {

namespace {

constexpr int barWidth = 12;

QCPColorGradient gradientOf(const ColourScale& scale, double power) {
    QMap<double, QColor> stops;
    const auto table = directedTable(scale);
    for (std::size_t entry = 0; entry < table.size(); ++entry) {
        double place = (static_cast<double>(entry) + 0.5) / 256;
        if (power != 1) {
            const double low = std::pow(scale.lower, power), high = std::pow(scale.upper, power);
            place = (std::pow(low + place * (high - low), 1 / power) - scale.lower) / (scale.upper - scale.lower);
        }
        stops.insert(place, QColor::fromRgb(table[entry]));
    }
    QCPColorGradient gradient;
    gradient.setLevelCount(256);
    gradient.setColorStops(stops);
    return gradient;
}

} // namespace

ColourBar::ColourBar(QCustomPlot& plot) : QObject(&plot), m_plot(plot), m_bar(new QCPColorScale(&plot)) {
    m_bar->setType(QCPAxis::atRight);
    m_bar->setBarWidth(barWidth);
    m_bar->setRangeDrag(false);
    m_bar->setRangeZoom(false);
    m_bar->setVisible(false);
    auto* group = new QCPMarginGroup(&plot);
    m_bar->setMarginGroup(QCP::msTop | QCP::msBottom, group);
    plot.axisRect()->setMarginGroup(QCP::msTop | QCP::msBottom, group);
}

void ColourBar::setShown(bool shown) {
    if (shown == m_shown) return;
    m_shown = shown;
    m_bar->setVisible(shown);
    if (shown) {
        m_plot.plotLayout()->addElement(0, 1, m_bar);
    } else {
        m_plot.plotLayout()->take(m_bar);
        m_plot.plotLayout()->simplify();
    }
}

void ColourBar::setScale(const ColourScale& scale, double power) {
    const AxisRange range = drawableRange({scale.lower, scale.upper, scale.logarithmic, false});
    m_bar->setGradient(gradientOf(scale, power));
    const auto type = scale.logarithmic ? QCPAxis::stLogarithmic : QCPAxis::stLinear;
    if (m_bar->dataScaleType() != type) {
        m_bar->setDataScaleType(type);
        setAxisLogarithmic(*m_bar->axis(), scale.logarithmic);
    }
    m_bar->setDataRange(QCPRange(range.lower, range.upper));
}

void ColourBar::setLabel(const QString& html) {
    AxisLabel::set(*m_bar->axis(), html);
}

void ColourBar::applyStyle(const PlotStyle& style) {
    applyAxisStyle(*m_bar->axis(), style);
    for (QCPAxis* axis : m_bar->axis()->axisRect()->axes()) {
        axis->setBasePen(QPen(style.colours.foreground, style.frameWidth));
        axis->setTickPen(m_bar->axis()->tickPen());
        axis->setSubTickPen(m_bar->axis()->subTickPen());
    }
}

} // namespace zscape
