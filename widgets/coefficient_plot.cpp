#include "widgets/coefficient_plot.h"

#include "core/base/error.h"
#include "widgets/axis_label.h"
#include "widgets/hover_readout.h"
#include "widgets/number_text.h"
#include "widgets/plot_navigation.h"
#include "widgets/plot_style.h"

#include <algorithm>
#include <cmath>

namespace zscape {

namespace {

constexpr double dotSize = 4;

/// New values at the keys 1, 2, ... without a new container.
void setValues(QCPGraph& graph, std::size_t first, std::span<const float> values, std::span<const float> offset,
               double factor) {
    std::size_t i = first;
    for (auto point = graph.data()->begin(); point != graph.data()->end(); ++point, ++i) {
        const double shift = offset.empty() ? 0 : factor * static_cast<double>(offset[i]);
        point->value = static_cast<double>(values[i]) + shift;
    }
}

} // namespace

CoefficientPlot::CoefficientPlot(QWidget* parent) : QCustomPlot(parent) {
    setAccessibleName(tr("Spectrum: normalised BP and RP coefficients"));
    plotLayout()->clear();
    plotLayout()->setRowSpacing(0);
    auto* top = new QCPLayoutGrid;
    m_top = top;
    legend = new QCPLegend;
    legend->setFillOrder(QCPLegend::foColumnsFirst);
    plotLayout()->addElement(0, 0, top);
    top->addElement(0, 0, legend);
    top->addElement(0, 1, new QCPTextElement(this));
    top->setColumnStretchFactor(0, 0.001);
    top->setMinimumSize(0, legendHeight);
    top->setMaximumSize(QWIDGETSIZE_MAX, legendHeight);
    legend->setLayer(QStringLiteral("legend"));
    layer(QStringLiteral("main"))->setMode(QCPLayer::lmBuffered);
    auto* margins = new QCPMarginGroup(this);
    makeBand(m_bands[0], 1, margins);
    makeBand(m_bands[1], 2, margins);
    m_bands[0].generated->setName(tr("generated"));
    m_bands[0].upper->setName(tr("± scatter"));
    m_readout = new HoverReadout(*this);
    keepTicksApart(*this);
    auto* navigation = new PlotNavigation(*this);
    connect(navigation, &PlotNavigation::moved, this, &CoefficientPlot::onMoved);
    connect(navigation, &PlotNavigation::hovered, this, &CoefficientPlot::onHovered);
    connect(navigation, &PlotNavigation::resetRequested, this, &CoefficientPlot::resetView);
    setStyle(plotStyle(Theme::Light));
}

void CoefficientPlot::makeBand(Band& band, int row, QCPMarginGroup* margins) {
    band.rect = new QCPAxisRect(this, true);
    band.rect->setMarginGroup(QCP::msLeft | QCP::msRight, margins);
    band.rect->setMinimumMargins(QMargins(gridUnit, gridUnit / 2, 2 * gridUnit, gridUnit / 2));
    plotLayout()->addElement(row, 0, band.rect);
    QCPAxis* x = band.rect->axis(QCPAxis::atBottom);
    QCPAxis* y = band.rect->axis(QCPAxis::atLeft);
    for (QCPGraph** graph : {&band.lower, &band.upper, &band.generated, &band.observed}) {
        *graph = addGraph(x, y);
        (*graph)->setAntialiasedFill(false);
        (*graph)->setVisible(false);
        (*graph)->removeFromLegend();
    }
    band.upper->setChannelFillGraph(band.lower);
    band.observed->setLineStyle(QCPGraph::lsNone);
    band.errors = new QCPErrorBars(x, y);
    band.errors->setErrorType(QCPErrorBars::etValueError);
    band.errors->setDataPlottable(band.observed);
    band.errors->setWhiskerWidth(0);
    band.errors->setSymbolGap(0);
    band.errors->setAntialiased(false);
    band.errors->setVisible(false);
    band.errors->removeFromLegend();
}

void CoefficientPlot::setStyle(const PlotStyle& style) {
    m_style = style;
    applyPlotStyle(*this, style);
    const PlotColours& c = style.colours;
    for (Band& band : m_bands) {
        band.lower->setPen(Qt::NoPen);
        band.upper->setPen(Qt::NoPen);
        band.upper->setBrush(c.band);
        band.generated->setPen(QPen(c.generated, lineWidth));
        band.observed->setPen(QPen(c.observed, 1));
        band.observed->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, c.observed, c.observed, dotSize));
        band.errors->setPen(QPen(c.observed, 1));
    }
    const QString number = tr("coefficient");
    const QString value = QStringLiteral(" (<i>c</i>/<i>G</i> − <i>μ</i>) / <i>σ</i>");
    m_bands[0].rect->axis(QCPAxis::atBottom)->setTickLabels(false);
    AxisLabel::set(*m_bands[1].rect->axis(QCPAxis::atBottom), number);
    AxisLabel::set(*m_bands[0].rect->axis(QCPAxis::atLeft), QStringLiteral("BP") + value);
    AxisLabel::set(*m_bands[1].rect->axis(QCPAxis::atLeft), QStringLiteral("RP") + value);
    m_readout->setStyle(style);
    m_axesChanged = true;
    emit drawNeeded();
}

void CoefficientPlot::setBands(std::size_t bp, std::size_t rp) {
    m_generated.clear();
    m_scatter.clear();
    m_observed.clear();
    m_errors.clear();
    m_bands[0].first = 0;
    m_bands[0].count = bp;
    m_bands[1].first = bp;
    m_bands[1].count = rp;
    for (Band& band : m_bands) {
        QVector<QCPGraphData> points;
        for (std::size_t i = 0; i < band.count; ++i)
            points.push_back({static_cast<double>(i + 1), 0});
        for (QCPGraph* graph : {band.lower, band.upper, band.generated, band.observed})
            graph->data()->set(points, true);
        band.errors->data()->fill(QCPErrorBarsData(0), static_cast<qsizetype>(band.count));
    }
    resetView();
}

void CoefficientPlot::requireSize(std::size_t values, std::size_t errors) const {
    const std::size_t expected = m_bands[0].count + m_bands[1].count;
    if (values == expected && (errors == 0 || errors == expected)) return;
    throw Error("A row of " + std::to_string(values) + " coefficients does not fit the plot's " +
                std::to_string(expected) + "; give one value a coefficient.");
}

void CoefficientPlot::setGenerated(std::span<const float> values, std::span<const float> scatter) {
    requireSize(values.size(), scatter.size());
    m_generated.assign(values.begin(), values.end());
    m_scatter.assign(scatter.begin(), scatter.end());
    updateCurves();
}

void CoefficientPlot::setObserved(std::span<const float> values, std::span<const float> errors, const QString& name) {
    requireSize(values.size(), errors.size());
    m_observed.assign(values.begin(), values.end());
    m_errors.assign(errors.begin(), errors.end());
    m_observedName = name;
    updateCurves();
}

void CoefficientPlot::clearGenerated() {
    m_generated.clear();
    m_scatter.clear();
    updateCurves();
}

void CoefficientPlot::clearObserved() {
    m_observed.clear();
    m_errors.clear();
    updateCurves();
}

void CoefficientPlot::updateCurves() {
    for (Band& band : m_bands)
        updateBand(band);
    updateLegend();
    emit drawNeeded();
}

void CoefficientPlot::updateBand(Band& band) {
    Extent extent;
    for (std::size_t i = band.first; i < band.first + band.count; ++i) {
        if (!m_generated.empty()) {
            const float scatter = m_scatter.empty() ? 0.0F : m_scatter[i];
            extent.add(static_cast<double>(m_generated[i] - scatter));
            extent.add(static_cast<double>(m_generated[i] + scatter));
        }
        if (!m_observed.empty()) extent.add(static_cast<double>(m_observed[i]));
    }
    if (!band.userY && band.range.fit(extent)) {
        band.rect->axis(QCPAxis::atLeft)->setRange(band.range.lower(), band.range.upper());
        m_axesChanged = true;
    }
    if (!m_generated.empty()) {
        setValues(*band.generated, band.first, m_generated, {}, 0);
        setValues(*band.lower, band.first, m_generated, m_scatter, -1);
        setValues(*band.upper, band.first, m_generated, m_scatter, 1);
    }
    if (!m_observed.empty()) setValues(*band.observed, band.first, m_observed, {}, 0);
    if (!m_errors.empty()) {
        for (std::size_t i = 0; i < band.count; ++i) {
            const auto error = static_cast<double>(m_errors[band.first + i]);
            (*band.errors->data())[static_cast<qsizetype>(i)] = QCPErrorBarsData(error);
        }
    }
    band.generated->setVisible(!m_generated.empty());
    band.lower->setVisible(!m_scatter.empty());
    band.upper->setVisible(!m_scatter.empty());
    band.observed->setVisible(!m_observed.empty());
    band.errors->setVisible(!m_errors.empty());
}

void CoefficientPlot::updateLegend() {
    Band& band = m_bands[0];
    if (band.observed->name() != m_observedName) {
        band.observed->setName(m_observedName);
        m_axesChanged = true;
    }
    for (QCPGraph* graph : {band.generated, band.upper, band.observed}) {
        const bool shown = graph->visible();
        if (legend->hasItemWithPlottable(graph) == shown) continue;
        m_axesChanged = true;
        if (shown) {
            graph->addToLegend(legend);
        } else {
            graph->removeFromLegend(legend);
        }
    }
}

ChosenRanges CoefficientPlot::chosenRanges() const {
    const auto of = [](const Band& band, QCPAxis::AxisType axis) {
        const QCPRange range = band.rect->axis(axis)->range();
        return std::pair(range.lower, range.upper);
    };
    ChosenRanges chosen;
    if (m_userX) chosen.x = of(m_bands[0], QCPAxis::atBottom);
    if (m_bands[0].userY) chosen.y = of(m_bands[0], QCPAxis::atLeft);
    if (m_bands[1].userY && m_bands[1].count > 0) chosen.below = of(m_bands[1], QCPAxis::atLeft);
    return chosen;
}

void CoefficientPlot::resetView() {
    m_userX = false;
    const std::size_t longest = std::max(m_bands[0].count, m_bands[1].count);
    for (Band& band : m_bands) {
        band.userY = false;
        band.range.release();
        band.rect->axis(QCPAxis::atBottom)->setRange(0, static_cast<double>(longest + 1));
    }
    m_axesChanged = true;
    updateCurves();
}

void CoefficientPlot::setChosenRanges(const ChosenRanges& chosen) {
    resetView();
    m_userX = chosen.x.has_value();
    const std::array vertical{chosen.y, chosen.below};
    for (std::size_t i = 0; i < m_bands.size(); ++i) {
        Band& band = m_bands[i];
        if (chosen.x) band.rect->axis(QCPAxis::atBottom)->setRange(chosen.x->first, chosen.x->second);
        band.userY = vertical[i].has_value();
        if (vertical[i]) band.rect->axis(QCPAxis::atLeft)->setRange(vertical[i]->first, vertical[i]->second);
    }
    emit drawNeeded();
}

void CoefficientPlot::onMoved(QCPAxisRect* rect, bool horizontal, bool vertical) {
    m_userX = m_userX || horizontal;
    for (Band& band : m_bands) {
        if (horizontal) band.rect->axis(QCPAxis::atBottom)->setRange(rect->axis(QCPAxis::atBottom)->range());
        if (vertical && band.rect == rect) band.userY = true;
    }
    m_axesChanged = true;
    emit drawNeeded();
}

void CoefficientPlot::onHovered(QCPAxisRect* rect, const QPointF& position) {
    const auto found = std::find_if(m_bands.begin(), m_bands.end(), [&](const Band& b) { return b.rect == rect; });
    if (rect == nullptr || found == m_bands.end() || (m_generated.empty() && m_observed.empty())) {
        m_readout->hide();
        return;
    }
    const QCPAxis* axis = rect->axis(QCPAxis::atBottom);
    const double number = std::round(axis->pixelToCoord(position.x()));
    if (number < 1 || number > static_cast<double>(found->count)) {
        m_readout->hide();
        return;
    }
    const std::size_t i = found->first + static_cast<std::size_t>(number) - 1;
    const auto value = [i](const std::vector<float>& values, const std::vector<float>& errors) {
        const QString text = fixedText(static_cast<double>(values[i]), 3);
        return errors.empty() ? text : text + QStringLiteral(" ± ") + fixedText(static_cast<double>(errors[i]), 3);
    };
    const QString band = found == m_bands.begin() ? QStringLiteral("BP") : QStringLiteral("RP");
    QStringList lines{band + QStringLiteral(" %1").arg(number, 0, 'f', 0)};
    if (!m_generated.empty()) lines += tr("generated %1").arg(value(m_generated, m_scatter));
    if (!m_observed.empty()) lines += tr("observed %1").arg(value(m_observed, m_errors));
    m_readout->show(*rect, axis->coordToPixel(number), lines.join(QStringLiteral("<br>")));
}

void CoefficientPlot::resizeEvent(QResizeEvent* event) {
    arrangeLegend(*legend, *m_top, event->size());
    QCustomPlot::resizeEvent(event);
}

void CoefficientPlot::draw() {
    if (m_axesChanged) {
        m_axesChanged = false;
        arrangeLegend(*legend, *m_top, size());
        replot(QCustomPlot::rpImmediateRefresh);
    } else {
        layer(QStringLiteral("main"))->replot();
        repaint();
    }
}

QString CoefficientPlot::hoverText() const {
    return m_readout->isShown() ? m_readout->html() : QString();
}

} // namespace zscape
