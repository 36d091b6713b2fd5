#include "widgets/scatter_view.h"

#include "core/base/error.h"
#include "widgets/axis_label.h"
#include "widgets/colour_bar.h"
#include "widgets/line_layer.h"
#include "widgets/number_text.h"
#include "widgets/plot_style.h"
#include "widgets/scatter_overlay.h"
#include "widgets/star_layer.h"

#include <QElapsedTimer>
#include <QEvent>

#include <algorithm>
#include <cmath>

namespace zscape {

namespace {

void checkColumns(const ScatterColumns& columns) {
    const std::size_t stars = columns.x ? columns.x->size() : 0;
    const std::size_t ys = columns.y ? columns.y->size() : 0;
    const bool labelsFit = !columns.labels || columns.labels->size() == stars;
    if (stars != ys || !labelsFit || (columns.shown && columns.shown->size() < stars)) {
        throw Error("the columns of the latent map differ in length; give x, y, labels and shown of the same stars");
    }
}

std::span<const float> valuesOf(const std::shared_ptr<const std::vector<float>>& column) {
    return column ? std::span<const float>(*column) : std::span<const float>();
}

void showRange(QCPAxis& axis, QCPAxis& opposite, const AxisRange& range) {
    const auto scale = range.logarithmic ? QCPAxis::stLogarithmic : QCPAxis::stLinear;
    if (axis.scaleType() != scale) setAxisLogarithmic(axis, range.logarithmic);
    for (QCPAxis* each : {&axis, &opposite}) {
        each->setRangeReversed(range.flipped);
        each->setRange(range.lower, range.upper);
    }
}

} // namespace

ScatterView::ScatterView(QWidget* parent) : QWidget(parent), m_emptyText(tr("Open a catalogue, or try the demo")) {
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAttribute(Qt::WA_OpaquePaintEvent);
    setAccessibleName(tr("Latent map"));
    buildPlot();
    setTheme(m_theme);
    updateAxes();
    updateTexts();
    constexpr int restMs = 25; // a moving pointer asks for no star
    m_hoverTimer.setSingleShot(true);
    m_hoverTimer.setInterval(restMs);
    connect(&m_hoverTimer, &QTimer::timeout, this, &ScatterView::hoverNow);
}

ScatterView::~ScatterView() = default;

void ScatterView::buildPlot() {
    m_plot = new QCustomPlot(this);
    // All input is this widget's; the plot only draws.
    m_plot->setAttribute(Qt::WA_TransparentForMouseEvents);
    m_plot->setFocusPolicy(Qt::NoFocus);
    m_plot->setInteractions({});
    m_plot->plotLayout()->setMargins(QMargins(gridUnit / 2, gridUnit / 2, gridUnit / 2, gridUnit / 2));
    m_plot->axisRect()->setMinimumMargins(QMargins(gridUnit, gridUnit, gridUnit, gridUnit));
    m_plot->axisRect()->setupFullAxesBox();
    m_stars = new StarLayer(*m_plot->axisRect());
    m_lines = new LineLayer(*m_plot->axisRect());
    m_colourBar = new ColourBar(*m_plot);
    m_overlay = new ScatterOverlay(this);
    connect(m_plot, &QCustomPlot::afterReplot, this, &ScatterView::afterReplot);
}

void ScatterView::setColumns(const ScatterColumns& columns) {
    checkColumns(columns);
    const std::size_t stars = columns.x ? columns.x->size() : 0;
    if (stars != valuesOf(m_columns.x).size()) {
        // Of other stars: the owner tells which of the new ones are highlighted.
        m_highlights = {};
        m_hoveredRow.reset();
    }
    if (columns.x != m_columns.x || columns.y != m_columns.y || columns.shown != m_columns.shown) {
        forgetContours(); // of other stars, or elsewhere
        m_zooms.clear();
    }
    m_columns = columns;
    m_shownStars = columns.shown ? columns.shown->count() : stars;
    updateStars();
    AxisLabel::set(*m_plot->xAxis, columns.xLabel);
    AxisLabel::set(*m_plot->yAxis, columns.yLabel);
    updateColourBar();
    updateTexts();
    scheduleFrame();
}

void ScatterView::setColourScale(const ColourScale& scale) {
    m_scale = scale;
    updateStars();
    updateColourBar();
    scheduleFrame();
}

void ScatterView::setRasterStyle(const RasterStyle& style) {
    m_style = style;
    updateStars();
    updateColourBar();
    scheduleFrame();
}

void ScatterView::setAxes(const AxisRange& x, const AxisRange& y) {
    const auto scalesDiffer = [](const AxisRange& a, const AxisRange& b) {
        return a.logarithmic != b.logarithmic || a.flipped != b.flipped;
    };
    if (scalesDiffer(x, m_x) || scalesDiffer(y, m_y)) {
        m_zooms.clear();
        m_contoursStale = true;
    }
    m_x = drawableRange(x);
    m_y = drawableRange(y);
    updateAxes();
}

void ScatterView::setRobustFit(bool robust) {
    m_robustFit = robust;
}

void ScatterView::fitToData() {
    FitOptions options;
    if (m_robustFit) {
        options.lowerPercent = 0.1;
        options.upperPercent = 99.9;
    }
    const FittedAxes axes =
        fitAxes(m_x, m_y, valuesOf(m_columns.x), valuesOf(m_columns.y), m_columns.shown.get(), options);
    setAxes(axes.x, axes.y);
    emit viewChanged();
}

void ScatterView::setHandle(std::optional<QPointF> position) {
    m_handle = position;
    if (!m_handle && m_drag == Drag::Handle) m_drag = Drag::None;
    updateOverlay();
}

void ScatterView::setPicked(std::optional<QPointF> position) {
    m_picked = position;
    updateOverlay();
}

void ScatterView::setNeighbours(std::vector<std::size_t> rows) {
    if (rows == m_neighbours) return;
    m_neighbours = std::move(rows);
    updateOverlay();
}

void ScatterView::setMarkedStars(std::vector<MarkedStar> stars) {
    if (stars == m_markedStars) return;
    m_markedStars = std::move(stars);
    updateOverlay();
}

void ScatterView::setTheme(Theme theme) {
    m_theme = theme;
    const PlotStyle style = plotStyle(theme);
    applyPlotStyle(*m_plot, style);
    m_colourBar->applyStyle(style);
    m_overlay->setTheme(theme);
    m_lines->setColours(style.colours);
    m_contoursStale = true;
    updateStars();
    updateColourBar();
    scheduleFrame();
}

void ScatterView::setEmptyText(const QString& text) {
    m_emptyText = text;
    updateTexts();
}

void ScatterView::setStatusHint(const QString& text) {
    m_statusHint = text;
    updateTexts();
}

std::size_t ScatterView::starsInView() const {
    return m_stars->starsInView();
}

bool ScatterView::empty() const {
    return !m_columns.x || m_columns.x->empty();
}

void ScatterView::updateAxes() {
    m_stars->setAxes(m_x, m_y);
    m_lines->setAxes(m_x, m_y);
    showRange(*m_plot->xAxis, *m_plot->xAxis2, m_x);
    showRange(*m_plot->yAxis, *m_plot->yAxis2, m_y);
    scheduleFrame();
}

void ScatterView::updateColourBar() {
    const RasterStyle style = rasterStyleShown();
    const bool counts = style.reduction == Reduction::Count;
    const bool fraction = style.reduction == Reduction::Fraction;
    const bool labels =
        m_columns.labels && (m_highlights.empty() || labelsOfHighlights()) && m_mode == DrawMode::Scatter;
    m_colourBar->setShown(!empty() && (counts || fraction || labels));
    if (!m_colourBar->shown()) return;
    ColourScale scale = scaleShown();
    double power = 1;
    if (counts) {
        scale.lower = 1;
        scale.upper = std::max(2.0, static_cast<double>(m_stars->largestCount()));
        scale.logarithmic = style.countLogarithmic;
        power = style.countLogarithmic ? 1 : style.countPower;
    }
    m_colourBar->setScale(scale, power);
    m_colourBar->setLabel(counts ? (m_highlights.empty() ? tr("stars per pixel") : tr("highlighted stars per pixel"))
                          : fraction ? tr("fraction highlighted")
                                     : m_columns.colourLabel);
}

void ScatterView::updateTexts() {
    m_overlay->setEmptyText(empty() ? m_emptyText : QString());
    m_overlay->setHint(empty() ? QString() : m_statusHint);
    m_plot->axisRect()->setVisible(!empty());
}

void ScatterView::updateOverlay() {
    // A logarithmic axis has no place for some positions.
    const auto shown = [this](const std::optional<QPointF>& position) -> std::optional<QPointF> {
        if (!position) return std::nullopt;
        const QPointF at = toWidget(*position);
        return std::isfinite(at.x()) && std::isfinite(at.y()) ? std::optional(at) : std::nullopt;
    };
    m_overlay->setPlotArea(plotArea());
    m_overlay->setHandle(shown(m_handle), m_drag == Drag::Handle);
    m_overlay->setPicked(shown(m_picked));
    std::vector<QPointF> neighbours;
    for (const std::size_t row : m_neighbours) {
        if (empty() || row >= m_columns.x->size()) continue;
        if (const auto at = shown(QPointF((*m_columns.x)[row], (*m_columns.y)[row]))) neighbours.push_back(*at);
    }
    m_overlay->setNeighbours(std::move(neighbours));
    m_overlay->setMarkedStars(markedShapes(m_markedStars, [this](const QPointF& at) { return toWidget(at); }));
    updateMarks();
}

void ScatterView::afterReplot() {
    updateOverlay();
    setAccessibleDescription(empty() ? m_emptyText
                                     : tr("%1 stars in view").arg(withThousands(static_cast<qint64>(starsInView()))));
    // The range of counts is known only once the stars are drawn.
    if (rasterStyleShown().reduction != Reduction::Count || !m_colourBar->shown()) return;
    const double upper = std::max(2.0, static_cast<double>(m_stars->largestCount()));
    if (m_colourBar->colourScale().dataRange().upper == upper) return;
    updateColourBar();
    scheduleFrame();
}

void ScatterView::scheduleFrame() {
    if (m_framePending) return;
    m_framePending = true;
    QMetaObject::invokeMethod(
        this,
        [this] {
            if (m_framePending) drawFrame();
        },
        Qt::QueuedConnection);
}

void ScatterView::drawFrame() {
    m_framePending = false;
    QElapsedTimer timer;
    timer.start();
    updateContours();
    m_plot->setBufferDevicePixelRatio(m_plot->devicePixelRatioF());
    m_plot->replot(QCustomPlot::rpImmediateRefresh);
    m_lastFrameMs = static_cast<double>(timer.nsecsElapsed()) * 1e-6;
    emit frameDrawn();
}

void ScatterView::renderNow() {
    m_stars->markChanged();
    if (m_mode == DrawMode::Contour && (m_contoursStale || m_contoursPending)) computeContours();
    drawFrame();
    if (m_framePending) drawFrame(); // the colour bar follows the counts
}

void ScatterView::renderOverlayNow() {
    m_overlay->repaintChanged();
}

QRect ScatterView::plotArea() const {
    return m_plot->axisRect()->rect();
}

Viewport ScatterView::viewport() const {
    const QRect area = plotArea();
    return {m_x, m_y, std::max(1, area.width()), std::max(1, area.height())};
}

QPointF ScatterView::inPlotArea(const QPointF& widget) const {
    return widget - QPointF(plotArea().topLeft());
}

QPointF ScatterView::toWidget(const QPointF& position) const {
    const Viewport view = viewport();
    return QPointF(view.pixelX(position.x()), view.pixelY(position.y())) + QPointF(plotArea().topLeft());
}

QPointF ScatterView::toData(const QPointF& widget) const {
    const Viewport view = viewport();
    const QPointF pixel = inPlotArea(widget);
    return {view.dataX(pixel.x()), view.dataY(pixel.y())};
}

std::optional<std::size_t> ScatterView::starAt(const QPointF& widget, double radius) const {
    const QPointF pixel = inPlotArea(widget);
    return nearestStar(m_stars->ordered(), viewport(), pixel.x(), pixel.y(), radius);
}

void ScatterView::resizeEvent(QResizeEvent*) {
    m_plot->setGeometry(rect());
    m_overlay->setGeometry(rect());
    m_overlay->raise();
    scheduleFrame();
}

bool ScatterView::event(QEvent* event) {
    // The resolution may differ on another screen, and label sizes with another font.
    if (event->type() == QEvent::ScreenChangeInternal) scheduleFrame();
#if QT_VERSION >= QT_VERSION_CHECK(6, 6, 0)
    if (event->type() == QEvent::DevicePixelRatioChange) scheduleFrame();
#endif
    if (event->type() == QEvent::FontChange || event->type() == QEvent::ApplicationFontChange) setTheme(m_theme);
    return QWidget::event(event);
}

} // namespace zscape
