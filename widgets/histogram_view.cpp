#include "widgets/histogram_view.h"

#include "core/base/error.h"
#include "core/plot/fit_axes.h"
#include "widgets/axis_label.h"
#include "widgets/class_marks.h"
#include "widgets/number_text.h"
#include "widgets/plot_style.h"
#include "widgets/track_ticks.h"

#include <algorithm>
#include <cmath>

namespace zscape {

HistogramView::HistogramView(QWidget* parent) : QWidget(parent), m_pool(std::min(availableCores(), 8)) {
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAttribute(Qt::WA_OpaquePaintEvent);
    setAccessibleName(tr("Histogram"));
    setToolTip(tr("R, then drag: select the stars of a range; Shift adds them, Ctrl removes them. P: pan again.\n"
                  "G: logarithmic counts, U: cumulative share, F: show all"));
    m_plot = new QCustomPlot(this);
    m_plot->setAttribute(Qt::WA_TransparentForMouseEvents);
    m_plot->setFocusPolicy(Qt::NoFocus);
    m_plot->setInteractions({});
    m_plot->plotLayout()->setMargins(QMargins(gridUnit / 2, gridUnit / 2, gridUnit / 2, gridUnit / 2));
    m_plot->axisRect()->setMinimumMargins(QMargins(gridUnit, gridUnit, gridUnit, gridUnit));
    m_plot->axisRect()->setupFullAxesBox();
    m_plot->layer(QStringLiteral("overlay"))->setMode(QCPLayer::lmBuffered);
    m_range = new QCPItemRect(m_plot);
    m_range->setLayer(QStringLiteral("overlay"));
    m_range->setVisible(false);
    m_mode = new QCPItemText(m_plot);
    m_mode->setLayer(QStringLiteral("overlay"));
    m_mode->position->setType(QCPItemPosition::ptAxisRectRatio);
    m_mode->position->setCoords(0, 1);
    m_mode->setPositionAlignment(Qt::AlignLeft | Qt::AlignBottom);
    m_mode->setPadding(QMargins(gridUnit, gridUnit / 2, gridUnit, gridUnit / 2));
    m_mode->setVisible(false);
    m_ticks = new TrackTicks(*m_plot->axisRect());
    m_hover = new QCPItemTracer(m_plot);
    m_hover->setLayer(QStringLiteral("overlay"));
    m_hover->setStyle(QCPItemTracer::tsCrosshair);
    m_hover->setVisible(false);
    makeMarkLines();
    setTheme(m_theme);
}

HistogramView::~HistogramView() = default;

void HistogramView::setColumns(const Columns& columns) {
    const std::size_t stars = columns.values ? columns.values->size() : 0;
    if (columns.shown && columns.shown->size() < stars) {
        throw Error("the shown stars of the histogram are fewer than its values; give both of the same catalogue");
    }
    const bool isNew = columns.values != m_columns.values;
    if (!m_columns.values || m_columns.values->size() != stars) m_highlights = {};
    m_columns = columns;
    m_hover->setVisible(false);
    AxisLabel::set(*m_plot->xAxis, columns.label);
    AxisLabel::set(*m_plot->yAxis, tr("stars"));
    m_countsStale = m_highlightedStale = true;
    if (isNew) {
        m_zooms.clear();
        fitToData();
    }
    scheduleFrame();
}

void HistogramView::setHighlights(const HighlightSet& highlights) {
    if (highlights == m_highlights) return;
    highlights.classes(m_pool, m_columns.values ? m_columns.values->size() : 0); // throws before anything changes
    m_highlights = highlights;
    m_highlightedStale = true;
    scheduleFrame();
}

void HistogramView::setAxis(const AxisRange& axis) {
    m_axis = drawableRange(axis);
    m_countsStale = m_highlightedStale = true;
    scheduleFrame();
}

void HistogramView::fitToData() {
    if (!m_columns.values) return;
    const std::vector<float>& values = *m_columns.values;
    setAxis(fitAxes(m_axis, {}, values, values, m_columns.shown.get(), {0.05, 99.95, 0.03}).x);
    emit viewChanged();
}

void HistogramView::setBins(int bins) {
    m_bins = std::clamp(bins, 1, 10000);
    m_countsStale = m_highlightedStale = true;
    scheduleFrame();
}

void HistogramView::setCountsLogarithmic(bool logarithmic) {
    m_logarithmic = logarithmic;
    setAxisLogarithmic(*m_plot->yAxis, logarithmic);
    setTheme(m_theme);
}

void HistogramView::setCumulativeShown(bool shown) {
    m_cumulative = shown;
    scheduleFrame();
}

void HistogramView::setHovered(std::optional<std::size_t> row) {
    const bool known = row && m_columns.values && *row < m_columns.values->size();
    const double value = known ? static_cast<double>((*m_columns.values)[*row]) : std::nan("");
    m_hover->setVisible(std::isfinite(value));
    if (std::isfinite(value)) {
        m_hover->position->setTypeX(QCPItemPosition::ptPlotCoords);
        m_hover->position->setTypeY(QCPItemPosition::ptAxisRectRatio);
        m_hover->position->setCoords(value, -1); // only the upright line of the cross is inside
    }
    m_plot->layer(QStringLiteral("overlay"))->replot();
}

void HistogramView::setTracks(std::vector<Track> tracks, const ColourScale& scale) {
    m_ticks->setTracks(std::move(tracks), scale);
    scheduleFrame();
}

const std::vector<HistogramView::Track>& HistogramView::tracks() const {
    return m_ticks->tracks();
}

void HistogramView::setTheme(Theme theme) {
    m_theme = theme;
    const PlotStyle style = plotStyle(theme);
    m_ticks->setColours(style.colours);
    applyPlotStyle(*m_plot, style);
    // The right axis is the cumulative share's, not the other side of the counts'.
    QObject::disconnect(m_plot->yAxis, nullptr, m_plot->yAxis2, nullptr);
    m_plot->yAxis2->setScaleType(QCPAxis::stLinear);
    m_plot->yAxis2->setTicker(QSharedPointer<NumberTicker>::create());
    m_plot->yAxis2->setRange(0, 1.05);
    AxisLabel::set(*m_plot->yAxis2, tr("cumulative share"));
    QColor fill = style.colours.accent;
    fill.setAlpha(40);
    m_range->setPen(QPen(style.colours.accent, 1, Qt::DashLine));
    m_range->setBrush(fill);
    QColor veil = style.colours.background;
    veil.setAlpha(215);
    m_mode->setFont(plotFont());
    m_mode->setColor(style.colours.accent);
    m_mode->setBrush(veil);
    m_hover->setPen(QPen(style.colours.foreground, 1));
    scheduleFrame();
}

void HistogramView::recount() {
    const std::vector<float>& values = *m_columns.values;
    if (m_countsStale) m_counts = histogram(m_pool, values, m_columns.shown.get(), m_axis, m_bins);
    if (m_highlightedStale) {
        m_highlighted.clear();
        if (const auto classes = m_highlights.classes(m_pool, values.size())) {
            m_highlighted = histogramsByClass(m_pool, values, *classes, m_highlights.classCount(),
                                              m_columns.shown.get(), m_axis, m_bins);
        }
    }
    m_countsStale = m_highlightedStale = false;
}

void HistogramView::drawCounts(const Histogram& counts, const QColor& line, const QColor& fill, bool dashed) {
    QVector<double> edges, heights, shares;
    const std::vector<double> cumulative = cumulativeShare(counts);
    for (std::size_t bin = 0; bin <= counts.counts.size(); ++bin) {
        edges.append(counts.edge(bin));
        heights.append(bin < counts.counts.size() ? counts.counts[bin] : counts.counts.back());
        shares.append(cumulative[bin]);
    }
    QCPGraph* bars = m_plot->addGraph();
    bars->setLineStyle(QCPGraph::lsStepLeft);
    bars->setPen(QPen(line, 1.25));
    bars->setBrush(fill);
    bars->setAntialiased(false);
    bars->setAdaptiveSampling(false);
    bars->setData(edges, heights, true);
    if (!m_cumulative) return;
    QCPGraph* curve = m_plot->addGraph(m_plot->xAxis, m_plot->yAxis2);
    curve->setPen(QPen(line, 1.25, dashed ? Qt::DashLine : Qt::SolidLine));
    curve->setData(edges, shares, true);
}

/// The shape of a selection on its highest bin and, where there is one, half-way up its cumulative curve: lines of one
/// grey are told apart.
void HistogramView::drawMark(const Histogram& counts, const Highlight& highlight) {
    constexpr double unit = 6; // the size that shapes of graphs are given in
    constexpr double size = classMarkSize + 1;
    if (counts.inside() == 0) return;
    QPainterPath shape;
    shape.addPolygon(markPolygon(highlight.mark, {0, 0}, unit));
    shape.closeSubpath();
    const QPen edge(plotColours(m_theme).foreground, unit / size); // one pixel
    const auto add = [&](std::size_t bin, double value, QCPAxis* axis) {
        QCPGraph* mark = m_plot->addGraph(m_plot->xAxis, axis);
        mark->setLineStyle(QCPGraph::lsNone);
        mark->setScatterStyle(QCPScatterStyle(shape, edge, QColor::fromRgb(highlight.colour), size));
        mark->addData(m_axis.logarithmic ? std::sqrt(counts.edge(bin) * counts.edge(bin + 1))
                                         : 0.5 * (counts.edge(bin) + counts.edge(bin + 1)),
                      value);
    };
    const auto highest = std::ranges::max_element(counts.counts);
    add(static_cast<std::size_t>(highest - counts.counts.begin()), *highest, m_plot->yAxis);
    if (!m_cumulative) return;
    const std::vector<double> shares = cumulativeShare(counts);
    const auto half = std::ranges::find_if(shares, [](double share) { return share >= 0.5; });
    const auto bin = static_cast<std::size_t>(half - shares.begin());
    if (bin < counts.counts.size()) add(bin, *half, m_plot->yAxis2);
}

void HistogramView::drawFrame() {
    m_framePending = false;
    m_plot->clearGraphs();
    const bool empty = !m_columns.values || m_columns.values->empty();
    m_plot->axisRect()->setVisible(!empty);
    if (!empty) {
        recount();
        const PlotColours colours = plotColours(m_theme);
        const bool plain = m_highlights.empty();
        QColor fill = plain ? colours.accent : colours.missing;
        fill.setAlpha(plain ? 70 : 90);
        drawCounts(m_counts, plain ? colours.accent : colours.muted, fill, true);
        for (std::size_t k = 0; k < m_highlighted.size(); ++k) {
            QColor colour = QColor::fromRgb(m_highlights.list()[k].colour);
            QColor soft = colour;
            soft.setAlpha(60);
            drawCounts(m_highlighted[k], colour, soft, true);
        }
        for (std::size_t k = 0; k < m_highlighted.size(); ++k) {
            drawMark(m_highlighted[k], m_highlights.list()[k]);
        }
        const double top = std::max<double>(1, m_counts.largest());
        m_plot->yAxis->setRange(m_logarithmic ? 0.7 : 0, m_logarithmic ? 2 * top : 1.05 * top);
        for (QCPAxis* axis : {m_plot->xAxis, m_plot->xAxis2}) {
            const auto scale = m_axis.logarithmic ? QCPAxis::stLogarithmic : QCPAxis::stLinear;
            if (axis->scaleType() != scale) setAxisLogarithmic(*m_plot->xAxis, m_axis.logarithmic);
            axis->setRange(m_axis.lower, m_axis.upper);
            axis->setRangeReversed(m_axis.flipped);
        }
        m_ticks->setAxis(m_axis);
        m_plot->yAxis2->setTickLabels(m_cumulative);
        m_plot->yAxis2->setTicks(m_cumulative);
        AxisLabel::set(*m_plot->yAxis2, m_cumulative ? tr("cumulative share") : QString());
        setAccessibleDescription(tr("%1 stars in %2 bins, %3 without a value")
                                     .arg(withThousands(static_cast<qint64>(m_counts.inside())), withThousands(m_bins),
                                          withThousands(static_cast<qint64>(m_counts.missing))));
    }
    m_plot->setBufferDevicePixelRatio(m_plot->devicePixelRatioF());
    m_plot->replot(QCustomPlot::rpImmediateRefresh);
}

void HistogramView::scheduleFrame() {
    if (m_framePending) return;
    m_framePending = true;
    QMetaObject::invokeMethod(
        this,
        [this] {
            if (m_framePending) drawFrame();
        },
        Qt::QueuedConnection);
}

void HistogramView::renderNow() {
    drawFrame();
}

QRect HistogramView::plotArea() const {
    return m_plot->axisRect()->rect();
}

Viewport HistogramView::viewport() const {
    return {m_axis, {}, std::max(1, plotArea().width()), std::max(1, plotArea().height())};
}

double HistogramView::toWidgetX(double value) const {
    return viewport().pixelX(value) + plotArea().left();
}

void HistogramView::resizeEvent(QResizeEvent*) {
    m_plot->setGeometry(rect());
    scheduleFrame();
}

} // namespace zscape
