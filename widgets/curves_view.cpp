#include "widgets/curves_view.h"

#include "core/base/error.h"
#include "widgets/axis_label.h"
#include "widgets/hover_readout.h"
#include "widgets/number_text.h"
#include "widgets/plot_navigation.h"

#include <algorithm>
#include <cmath>

namespace zscape {

namespace {

constexpr double dotSize = 4;

void requireSize(const std::vector<double>& values, std::size_t expected, bool mayBeEmpty) {
    if (values.size() == expected || (mayBeEmpty && values.empty())) return;
    throw Error("a curve of " + std::to_string(values.size()) + " values does not fit an axis of " +
                std::to_string(expected) + "; give one value a place");
}

} // namespace

CurvesView::CurvesView(QWidget* parent) : QCustomPlot(parent) {
    setPlottingHint(QCP::phFastPolylines);
    setMinimumSize(24 * gridUnit, 16 * gridUnit);
    plotLayout()->clear();
    plotLayout()->setRowSpacing(0);
    auto* top = new QCPLayoutGrid;
    legend = new QCPLegend;
    legend->setFillOrder(QCPLegend::foColumnsFirst);
    plotLayout()->addElement(0, 0, top);
    top->addElement(0, 0, legend);
    m_empty = new QCPTextElement(this);
    top->addElement(0, 1, m_empty);
    top->setColumnStretchFactor(0, 0.001);
    top->setMinimumSize(0, legendHeight);
    top->setMaximumSize(QWIDGETSIZE_MAX, legendHeight);
    legend->setLayer(QStringLiteral("legend"));
    auto* rect = new QCPAxisRect(this, true);
    rect->setMinimumMargins(QMargins(gridUnit, gridUnit / 2, 2 * gridUnit, gridUnit / 2));
    plotLayout()->addElement(1, 0, rect);
    layer(QStringLiteral("main"))->setMode(QCPLayer::lmBuffered);
    m_referenceGraph = addGraph(rect->axis(QCPAxis::atBottom), rect->axis(QCPAxis::atLeft));
    m_referenceGraph->removeFromLegend();
    m_referenceGraph->setVisible(false);
    m_readout = new HoverReadout(*this);
    keepTicksApart(*this);
    auto* navigation = new PlotNavigation(*this);
    connect(navigation, &PlotNavigation::moved, this, [this](QCPAxisRect*, bool horizontal, bool vertical) {
        m_userX = m_userX || horizontal;
        m_userY = m_userY || vertical;
        m_axesChanged = true;
        fillGraphs();
        renderNow();
    });
    connect(navigation, &PlotNavigation::resetRequested, this, &CurvesView::resetView);
    connect(navigation, &PlotNavigation::hovered, this, [this](QCPAxisRect* over, const QPointF& position) {
        if (over) {
            onHovered(position);
        } else {
            m_readout->hide();
        }
    });
    setTheme(Theme::Light);
}

void CurvesView::setAxes(const QString& xLabel, const QString& symbol, const QString& unit) {
    m_xLabel = xLabel;
    m_symbol = symbol;
    m_unit = unit;
    m_range.release();
    labelAxes();
    m_axesChanged = true;
}

void CurvesView::setEmptyText(const QString& text) {
    if (m_empty->text() == text) return;
    m_empty->setText(text);
    m_empty->setVisible(!text.isEmpty());
    axisRect(0)->setVisible(text.isEmpty()); // axes of nothing would pretend to a scale
    legend->setVisible(text.isEmpty());
    m_axesChanged = true;
}

void CurvesView::setReference(std::optional<double> value) {
    m_reference = value;
    m_referenceGraph->setVisible(value.has_value());
    m_axesChanged = true;
}

void CurvesView::setCurves(std::span<const double> x, std::vector<Curve> curves) {
    for (const Curve& curve : curves) {
        requireSize(curve.values, x.size(), false);
        requireSize(curve.lower, x.size(), true);
        requireSize(curve.upper, x.size(), true);
    }
    const bool sameShape = std::ranges::equal(curves, m_curves, [](const Curve& a, const Curve& b) {
        return a.name == b.name && a.lower.empty() == b.lower.empty() && a.colour == b.colour && a.dots == b.dots;
    });
    const bool sameX = std::ranges::equal(x, m_x);
    m_x.assign(x.begin(), x.end());
    m_curves = std::move(curves);
    if (!sameShape || !sameX) {
        m_range.release();
        makeGraphs();
    }
    fitAxes();
    fillGraphs();
}

void CurvesView::makeGraphs() {
    for (const Graphs& graphs : m_graphs) {
        for (QCPGraph* graph : {graphs.upper, graphs.lower, graphs.line}) {
            if (graph) removeGraph(graph);
        }
    }
    m_graphs.clear();
    QCPAxisRect* rect = axisRect(0);
    const auto add = [&] {
        QCPGraph* graph = addGraph(rect->axis(QCPAxis::atBottom), rect->axis(QCPAxis::atLeft));
        graph->removeFromLegend();
        graph->setAntialiasedFill(false);
        return graph;
    };
    for (const Curve& curve : m_curves) {
        Graphs graphs;
        if (!curve.lower.empty()) {
            graphs.lower = add();
            graphs.upper = add();
            graphs.upper->setChannelFillGraph(graphs.lower);
        }
        graphs.line = add();
        if (!curve.name.isEmpty()) {
            graphs.line->setName(curve.name);
            graphs.line->addToLegend();
        }
        m_graphs.push_back(graphs);
    }
    paintStyle();
    m_axesChanged = true;
}

void CurvesView::fillGraphs() {
    const double factor = std::pow(10.0, -m_exponent);
    const auto fill = [&](QCPGraph* graph, const std::vector<double>& values) {
        if (!graph) return;
        QVector<QCPGraphData> points;
        points.reserve(static_cast<qsizetype>(m_x.size()));
        for (std::size_t i = 0; i < m_x.size(); ++i) {
            points.push_back({m_x[i], factor * values[i]});
        }
        graph->data()->set(points, true);
    };
    for (std::size_t i = 0; i < m_curves.size(); ++i) {
        fill(m_graphs[i].line, m_curves[i].values);
        fill(m_graphs[i].lower, m_curves[i].lower);
        fill(m_graphs[i].upper, m_curves[i].upper);
    }
    if (m_reference && !m_x.empty()) {
        const QCPRange x = axisRect(0)->axis(QCPAxis::atBottom)->range();
        m_referenceGraph->data()->set({{x.lower, factor * *m_reference}, {x.upper, factor * *m_reference}}, true);
    }
}

void CurvesView::fitAxes() {
    Extent extent;
    for (const Curve& curve : m_curves) {
        for (const std::vector<double>* values : {&curve.values, &curve.lower, &curve.upper}) {
            for (const double value : *values) {
                if (std::isfinite(value)) extent.add(value);
            }
        }
    }
    if (m_reference && !extent.empty) extent.add(*m_reference);
    if (extent.empty) return;
    if (!m_unit.isEmpty()) {
        const int exponent = axisExponent(std::max(std::abs(extent.lower), std::abs(extent.upper)), m_exponent);
        if (exponent != m_exponent) {
            m_exponent = exponent;
            m_range.release();
            labelAxes();
        }
    }
    const double factor = std::pow(10.0, -m_exponent);
    extent.lower *= factor;
    extent.upper *= factor;
    if (m_range.fit(extent) && !m_userY) {
        axisRect(0)->axis(QCPAxis::atLeft)->setRange(m_range.lower(), m_range.upper());
        m_axesChanged = true;
    }
    QCPAxis* x = axisRect(0)->axis(QCPAxis::atBottom);
    // Dots at the ends are whole.
    const bool dots = std::ranges::any_of(m_curves, &Curve::dots);
    const double margin = dots ? 0.01 * (m_x.back() - m_x.front()) : 0;
    const QCPRange wanted(m_x.front() - margin, m_x.back() + margin);
    if (!m_userX && x->range() != wanted && wanted.size() > 0) {
        x->setRange(wanted);
        m_axesChanged = true;
    }
}

void CurvesView::labelAxes() {
    AxisLabel::set(*axisRect(0)->axis(QCPAxis::atBottom), m_xLabel);
    QString label = m_symbol;
    if (!m_unit.isEmpty()) {
        const QString power = m_exponent == 0 ? QString() : powerOfTenText(m_exponent) + u' ';
        label += QStringLiteral(" [%1%2]").arg(power, m_unit);
    }
    AxisLabel::set(*axisRect(0)->axis(QCPAxis::atLeft), label);
    m_axesChanged = true;
}

void CurvesView::paintStyle() {
    const PlotStyle style = plotStyle(m_theme);
    const auto colours = classColours(m_theme);
    m_referenceGraph->setPen(QPen(style.colours.muted, 1, Qt::DashLine));
    for (std::size_t i = 0; i < m_curves.size(); ++i) {
        const QColor colour = colours[static_cast<std::size_t>(m_curves[i].colour) % colours.size()];
        QCPGraph* line = m_graphs[i].line;
        line->setPen(QPen(colour, lineWidth));
        if (m_curves[i].dots) {
            line->setLineStyle(QCPGraph::lsNone);
            line->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, colour, colour, dotSize));
        }
        if (!m_graphs[i].upper) continue;
        QColor band = colour;
        band.setAlpha(70);
        m_graphs[i].lower->setPen(Qt::NoPen);
        m_graphs[i].upper->setPen(Qt::NoPen);
        m_graphs[i].upper->setBrush(band);
    }
}

void CurvesView::setTheme(Theme theme) {
    m_theme = theme;
    const PlotStyle style = plotStyle(theme);
    applyPlotStyle(*this, style);
    applyLegendStyle(*legend, style);
    m_empty->setFont(style.font);
    m_empty->setTextColor(style.colours.muted);
    m_readout->setStyle(style);
    paintStyle();
    m_axesChanged = true;
    renderNow();
}

ChosenRanges CurvesView::chosenRanges() const {
    ChosenRanges chosen;
    const QCPRange x = axisRect(0)->axis(QCPAxis::atBottom)->range(), y = axisRect(0)->axis(QCPAxis::atLeft)->range();
    const double factor = std::pow(10.0, m_exponent);
    if (m_userX) chosen.x = std::pair(x.lower, x.upper);
    if (m_userY) chosen.y = std::pair(y.lower * factor, y.upper * factor);
    return chosen;
}

void CurvesView::resetView() {
    m_userX = m_userY = false;
    m_range.release();
    fitAxes();
    fillGraphs();
    m_axesChanged = true;
    renderNow();
}

void CurvesView::renderNow() {
    if (!isVisible()) {
        m_axesChanged = true; // shown later, it paints everything
        return;
    }
    if (m_axesChanged) {
        replot(QCustomPlot::rpImmediateRefresh);
        m_axesChanged = false;
    } else {
        layer(QStringLiteral("main"))->replot();
    }
}

void CurvesView::onHovered(const QPointF& position) {
    if (m_x.empty()) return;
    const double at = axisRect(0)->axis(QCPAxis::atBottom)->pixelToCoord(position.x());
    const auto upper = std::ranges::lower_bound(m_x, at);
    auto index = static_cast<std::size_t>(upper - m_x.begin());
    if (index == m_x.size() || (index > 0 && at - m_x[index - 1] < m_x[index] - at)) --index;
    QString html = significantText(m_x[index], 4);
    for (const Curve& curve : m_curves) {
        const QString value = significantText(curve.values[index], 3);
        html += QStringLiteral("<br>") + (curve.name.isEmpty() ? value : curve.name.toHtmlEscaped() + u' ' + value);
    }
    m_readout->show(*axisRect(0), axisRect(0)->axis(QCPAxis::atBottom)->coordToPixel(m_x[index]), html);
}

QString CurvesView::hoverText() const {
    return m_readout->isShown() ? m_readout->html() : QString();
}

} // namespace zscape
