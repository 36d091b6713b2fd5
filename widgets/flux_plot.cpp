#include "widgets/flux_plot.h"

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

std::string sizeMismatch(std::size_t size, std::size_t grid) {
    return "A spectrum of " + std::to_string(size) + " values does not fit the plot's " + std::to_string(grid) +
           " wavelengths; give one value a wavelength.";
}

} // namespace

FluxPlot::FluxPlot(QWidget* parent) : QCustomPlot(parent) {
    setAccessibleName(tr("Spectrum: flux against wavelength"));
    setNoAntialiasingOnDrag(false);
    makeLayout();
    makeGraphs();
    keepTicksApart(*this);
    auto* navigation = new PlotNavigation(*this);
    connect(navigation, &PlotNavigation::moved, this, &FluxPlot::onMoved);
    connect(navigation, &PlotNavigation::hovered, this, &FluxPlot::onHovered);
    connect(navigation, &PlotNavigation::resetRequested, this, &FluxPlot::resetView);
    setStyle(plotStyle(Theme::Light));
}

void FluxPlot::makeLayout() {
    plotLayout()->clear(); // QCustomPlot's own axis rect and legend
    legend = nullptr;
    plotLayout()->setRowSpacing(0);
    auto* top = new QCPLayoutGrid;
    m_top = top;
    legend = new QCPLegend;
    legend->setFillOrder(QCPLegend::foColumnsFirst);
    m_note = new QCPTextElement(this);
    m_note->setTextFlags(Qt::AlignRight | Qt::AlignVCenter);
    plotLayout()->addElement(0, 0, top);
    top->addElement(0, 0, legend);
    top->addElement(0, 1, m_note);
    top->setColumnStretchFactor(0, 0.001);
    top->setMinimumSize(0, legendHeight);
    top->setMaximumSize(QWIDGETSIZE_MAX, legendHeight);
    legend->setLayer(QStringLiteral("legend"));

    auto* margins = new QCPMarginGroup(this);
    m_fluxRect = new QCPAxisRect(this, true);
    m_residualRect = new QCPAxisRect(this, true);
    m_residualRect->setMinimumSize(6 * gridUnit, 3 * gridUnit); // its own 50 px leave a low plot no spectrum
    for (QCPAxisRect* rect : {m_fluxRect, m_residualRect})
        rect->setMarginGroup(QCP::msLeft | QCP::msRight, margins);
    // Stacked panels stand close; the right margin holds half of the last tick label.
    m_fluxRect->setMinimumMargins(QMargins(gridUnit, gridUnit / 2, 2 * gridUnit, gridUnit / 2));
    m_residualRect->setMinimumMargins(QMargins(gridUnit, gridUnit / 2, 2 * gridUnit, gridUnit / 2));
    plotLayout()->addElement(1, 0, m_fluxRect);
    m_residualRect->setVisible(false);
    // The curves have a buffer of their own, the axes keep theirs while only curves change.
    layer(QStringLiteral("main"))->setMode(QCPLayer::lmBuffered);
    m_lines = new LineMarkers(*m_fluxRect, QStringLiteral("grid"));
    m_readout = new HoverReadout(*this);

    m_fluxRect->axis(QCPAxis::atBottom)->setRange(330, 1025);
    m_residualRect->axis(QCPAxis::atBottom)->setRange(330, 1025);
}

QCPGraph* FluxPlot::addLine(QCPAxisRect& rect) {
    QCPGraph* graph = addGraph(rect.axis(QCPAxis::atBottom), rect.axis(QCPAxis::atLeft));
    graph->setAntialiasedFill(false);
    graph->setAdaptiveSampling(false);
    graph->removeFromLegend();
    graph->setVisible(false);
    return graph;
}

void FluxPlot::makeGraphs() {
    m_lowerGraph = addLine(*m_fluxRect);
    m_upperGraph = addLine(*m_fluxRect);
    m_observedLower = addLine(*m_fluxRect);
    m_observedUpper = addLine(*m_fluxRect);
    for (QCPGraph*& graph : m_nearGraphs) {
        graph = addLine(*m_fluxRect);
        graph->setVisible(false);
    }
    m_nearGraphs[0]->setName(tr("nearest stars"));
    m_observedGraph = addLine(*m_fluxRect);
    m_generatedGraph = addLine(*m_fluxRect);
    m_residualLower = addLine(*m_residualRect);
    m_residualUpper = addLine(*m_residualRect);
    m_residualGraph = addLine(*m_residualRect);
    m_upperGraph->setChannelFillGraph(m_lowerGraph);
    m_observedUpper->setChannelFillGraph(m_observedLower);
    m_residualUpper->setChannelFillGraph(m_residualLower);
    m_generatedGraph->setName(tr("generated"));
    m_upperGraph->setName(tr("± scatter"));
}

void FluxPlot::setStyle(const PlotStyle& style) {
    m_style = style;
    applyPlotStyle(*this, style);
    if (!m_residualShown) {
        // A rect outside the layout is not among axisRects().
        for (const auto type : {QCPAxis::atBottom, QCPAxis::atTop, QCPAxis::atLeft, QCPAxis::atRight})
            applyAxisStyle(*m_residualRect->axis(type), style);
    }
    const PlotColours& c = style.colours;
    for (QCPGraph* band :
         {m_lowerGraph, m_upperGraph, m_observedLower, m_observedUpper, m_residualLower, m_residualUpper})
        band->setPen(Qt::NoPen);
    m_upperGraph->setBrush(c.band);
    QColor errors = c.observed;
    errors.setAlphaF(0.25F);
    m_observedUpper->setBrush(errors);
    m_residualUpper->setBrush(c.band);
    m_generatedGraph->setPen(QPen(c.generated, lineWidth));
    // One pixel: Qt draws such lines five times as fast, and this one stands still under the moving one.
    m_observedGraph->setPen(QPen(c.observed, 1));
    m_residualGraph->setPen(QPen(c.observed, 1));
    QColor faint = c.muted;
    faint.setAlpha(130);
    for (QCPGraph* graph : m_nearGraphs) {
        graph->setPen(QPen(faint, 1));
    }
    m_note->setFont(style.font);
    m_note->setTextColor(c.muted);
    m_lines->setColours(c.lineMarker, c.muted);
    m_lines->setFont(style.font);
    m_readout->setStyle(style);
    labelAxes();
    setExponent(m_exponent);
    emit drawNeeded();
}

void FluxPlot::setWavelengths(std::span<const double> wavelengths_nm) {
    m_wavelengths_nm.assign(wavelengths_nm.begin(), wavelengths_nm.end());
    clearGenerated();
    clearObserved();
    setNear({});
    QVector<QCPGraphData> points;
    for (const double wavelength : wavelengths_nm)
        points.push_back({wavelength, 0});
    for (int i = 0; i < graphCount(); ++i)
        graph(i)->data()->set(points, true);
    m_ratio.resize(wavelengths_nm.size());
    m_ratioBand.resize(wavelengths_nm.size());
    m_sorted.resize(wavelengths_nm.size());
    resetView();
}

void FluxPlot::fill(QCPGraph& graph, std::span<const float> values, std::span<const float> offset, double factor) {
    const double scale = std::pow(10.0, -m_exponent);
    std::size_t i = 0;
    for (auto point = graph.data()->begin(); point != graph.data()->end(); ++point, ++i) {
        const double shift = offset.empty() ? 0 : factor * static_cast<double>(offset[i]);
        point->value = (static_cast<double>(values[i]) + shift) * scale;
    }
}

void FluxPlot::setGenerated(std::span<const float> flux, std::span<const float> scatter) {
    if (flux.size() != m_wavelengths_nm.size()) throw Error(sizeMismatch(flux.size(), m_wavelengths_nm.size()));
    if (!scatter.empty() && scatter.size() != flux.size()) throw Error(sizeMismatch(scatter.size(), flux.size()));
    m_generated.assign(flux.begin(), flux.end());
    m_scatter.assign(scatter.begin(), scatter.end());
    updateFlux();
}

void FluxPlot::setObserved(std::span<const float> flux, std::span<const float> error, const QString& name) {
    if (flux.size() != m_wavelengths_nm.size()) throw Error(sizeMismatch(flux.size(), m_wavelengths_nm.size()));
    if (!error.empty() && error.size() != flux.size()) throw Error(sizeMismatch(error.size(), flux.size()));
    m_observed.assign(flux.begin(), flux.end());
    m_error.assign(error.begin(), error.end());
    m_observedName = name;
    updateFlux();
}

void FluxPlot::setNear(std::vector<std::vector<float>> fluxes) {
    fluxes.resize(std::min(fluxes.size(), mostNear));
    for (const std::vector<float>& flux : fluxes) {
        if (flux.size() != m_wavelengths_nm.size()) throw Error(sizeMismatch(flux.size(), m_wavelengths_nm.size()));
    }
    const bool told = !m_near.empty();
    m_near = std::move(fluxes);
    for (std::size_t k = 0; k < mostNear; ++k) {
        m_nearGraphs[k]->setVisible(k < m_near.size());
        if (k < m_near.size()) fill(*m_nearGraphs[k], m_near[k], {}, 0);
    }
    if (told == m_near.empty()) {
        if (told) {
            m_nearGraphs[0]->removeFromLegend(legend);
        } else {
            m_nearGraphs[0]->addToLegend(legend);
        }
        m_axesChanged = true;
    }
    emit drawNeeded();
}

void FluxPlot::clearGenerated() {
    m_generated.clear();
    m_scatter.clear();
    updateFlux();
}

void FluxPlot::clearObserved() {
    m_observed.clear();
    m_error.clear();
    updateFlux();
}

void FluxPlot::setResidual(Residual residual) {
    m_residual = residual;
    m_userResidual = false;
    m_residualRange.release();
    labelAxes();
    updateFlux();
}

void FluxPlot::setNote(const QString& text) {
    if (m_note->text() == text) return;
    m_note->setText(text);
    m_axesChanged = true;
    emit drawNeeded();
}

void FluxPlot::setLinesVisible(bool visible) {
    m_lines->setVisible(visible);
    m_axesChanged = true;
    emit drawNeeded();
}

void FluxPlot::setLineGroupVisible(LineGroup group, bool visible) {
    m_lines->setGroupVisible(group, visible);
    m_axesChanged = true;
    emit drawNeeded();
}

int FluxPlot::legendWidth(int plotWidth) const {
    const QCPLayoutElement& note = *m_note; // stands beside it
    return plotWidth - note.minimumOuterSizeHint().width() - gridUnit;
}

void FluxPlot::resizeEvent(QResizeEvent* event) {
    arrangeLegend(*legend, *m_top, {legendWidth(event->size().width()), event->size().height()});
    QCustomPlot::resizeEvent(event);
}

void FluxPlot::draw() {
    if (m_axesChanged) {
        m_axesChanged = false;
        arrangeLegend(*legend, *m_top, {legendWidth(width()), height()});
        replot(QCustomPlot::rpImmediateRefresh);
    } else {
        layer(QStringLiteral("main"))->replot();
        repaint();
    }
}

QString FluxPlot::hoverText() const {
    return m_readout->isShown() ? m_readout->html() : QString();
}

} // namespace zscape
