// Mouse and keys of the histogram.
#include "widgets/histogram_view.h"

#include "widgets/number_text.h"
#include "widgets/plot_navigation.h"
#include "widgets/track_ticks.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QToolTip>
#include <QWheelEvent>
#include <qcustomplot.h>

#include <algorithm>
#include <cmath>

namespace zscape {

namespace {

constexpr double smallestRange = 3; ///< pixels
constexpr double keyStep = 8;

ShapeModifier modifierOf(Qt::KeyboardModifiers modifiers) {
    if (modifiers & Qt::ControlModifier) return ShapeModifier::Remove;
    return modifiers & Qt::ShiftModifier ? ShapeModifier::Add : ShapeModifier::Replace;
}

} // namespace

void HistogramView::changeAxis(const AxisRange& axis) {
    if (drawableRange(axis) != axis || axis == m_axis) return;
    m_zooms.leave(m_axis);
    setAxis(axis);
    emit viewChanged();
}

void HistogramView::showAll() {
    m_zooms.beginGesture();
    m_zooms.leave(m_axis);
    m_zooms.endGesture();
    fitToData();
}

void HistogramView::goTo(const std::optional<AxisRange>& axis) {
    if (!axis) return;
    setAxis(*axis);
    emit viewChanged();
}

void HistogramView::showRange(double from, double to) {
    const Viewport view = viewport();
    m_range->topLeft->setTypeY(QCPItemPosition::ptAxisRectRatio);
    m_range->bottomRight->setTypeY(QCPItemPosition::ptAxisRectRatio);
    const double left = plotArea().left();
    m_range->topLeft->setCoords(view.dataX(from - left), 0);
    m_range->bottomRight->setCoords(view.dataX(to - left), 1);
    m_range->setVisible(true);
    m_plot->layer(QStringLiteral("overlay"))->replot();
}

void HistogramView::hideRange() {
    m_range->setVisible(false);
    m_plot->layer(QStringLiteral("overlay"))->replot();
}

void HistogramView::endRange(double to) {
    hideRange();
    if (std::abs(to - m_rangeFrom) < smallestRange) return;
    const Viewport view = viewport();
    const double a = view.dataX(m_rangeFrom - plotArea().left()), b = view.dataX(to - plotArea().left());
    PlotShape shape;
    shape.logX = m_axis.logarithmic;
    shape.geometry = PlotRange{std::min(a, b), std::max(a, b)};
    emit shapeDrawn(shape, m_modifier);
}

void HistogramView::endFrame(double to) {
    hideRange();
    if (std::abs(to - m_rangeFrom) < smallestRange) return;
    const double left = plotArea().left();
    const auto [low, high] = std::minmax({viewport().dataX(m_rangeFrom - left), viewport().dataX(to - left)});
    AxisRange framed = m_axis;
    framed.lower = low;
    framed.upper = high;
    changeAxis(framed);
}

double HistogramView::inPlotX(double widgetX) const {
    return std::clamp(widgetX, double(plotArea().left()), double(plotArea().left() + plotArea().width()));
}

bool HistogramView::selects() const {
    return m_tool != PlotTool::Pan && m_tool != PlotTool::Track;
}

void HistogramView::setTool(PlotTool tool) {
    if (tool == m_tool) return;
    if (m_drag == Drag::Range) {
        m_drag = Drag::None;
        hideRange();
    }
    m_tool = tool;
    showTool();
    updateCursor();
    emit toolChanged(tool);
}

void HistogramView::showTool() {
    m_mode->setVisible(selects());
    m_mode->setText(tr("%1: a range; Shift adds, Ctrl removes,\nEsc cancels, Space pans").arg(toolName(m_tool)));
    scheduleFrame();
}

void HistogramView::updateCursor() {
    Qt::CursorShape shape = m_spaceHeld ? Qt::OpenHandCursor : selects() ? Qt::SplitHCursor : Qt::ArrowCursor;
    if (m_drag == Drag::Pan && m_moved) shape = Qt::ClosedHandCursor;
    if (m_drag == Drag::Stretch) shape = Qt::SizeHorCursor;
    if (m_drag == Drag::Frame || m_drag == Drag::Range) shape = Qt::SplitHCursor;
    setCursor(shape);
}

void HistogramView::mousePressEvent(QMouseEvent* event) {
    if (m_drag != Drag::None || !m_columns.values) return;
    if (event->button() == Qt::BackButton) return goTo(m_zooms.back(m_axis));
    if (event->button() == Qt::ForwardButton) return goTo(m_zooms.forward(m_axis));
    m_zooms.beginGesture();
    m_pressed = event->position();
    m_axisAtPress = m_axis;
    m_moved = false;
    if (event->button() == Qt::RightButton) {
        m_drag = Drag::Stretch;
    } else if (event->button() == Qt::MiddleButton || m_spaceHeld) {
        m_drag = Drag::Pan;
    } else if (event->button() == Qt::LeftButton && plotArea().contains(m_pressed.toPoint())) {
        m_drag = selects() ? Drag::Range : event->modifiers() & Qt::ShiftModifier ? Drag::Frame : Drag::Pan;
        m_modifier = modifierOf(event->modifiers());
        m_rangeFrom = m_pressed.x();
    }
    updateCursor();
}

void HistogramView::mouseMoveEvent(QMouseEvent* event) {
    const double moved = event->position().x() - m_pressed.x();
    m_moved = m_moved || std::abs(moved) >= smallestRange;
    Viewport view = viewport();
    view.x = m_axisAtPress;
    if (m_drag == Drag::Range || m_drag == Drag::Frame) {
        showRange(m_rangeFrom, inPlotX(event->position().x()));
    } else if (m_drag == Drag::Pan) {
        if (m_moved) changeAxis(view.panned(moved, 0).x);
    } else if (m_drag == Drag::Stretch) {
        changeAxis(view.zoomed(std::exp(moved / stretchPixels), 1, m_pressed.x() - plotArea().left(), 0).x);
    } else {
        hoverAt(event->position());
    }
    updateCursor();
}

void HistogramView::hoverAt(const QPointF& at) {
    const QString text = m_ticks->textAt(at);
    if (text == m_hoverText) return;
    m_hoverText = text;
    if (text.isEmpty()) {
        QToolTip::hideText();
    } else {
        QToolTip::showText(mapToGlobal(at).toPoint(), text, this);
    }
}

void HistogramView::leaveEvent(QEvent* event) {
    hoverAt({-1, -1});
    QWidget::leaveEvent(event);
}

void HistogramView::mouseReleaseEvent(QMouseEvent* event) {
    const Drag drag = m_drag;
    m_drag = Drag::None;
    updateCursor();
    const bool clicked = event->button() == Qt::LeftButton && !m_spaceHeld &&
                         std::abs(event->position().x() - m_pressed.x()) < smallestRange;
    if (drag == Drag::Frame) endFrame(inPlotX(event->position().x()));
    m_zooms.endGesture();
    if (drag != Drag::None && drag != Drag::Stretch && clicked && pickMarked(m_pressed.x())) return hideRange();
    if (drag == Drag::Range) endRange(inPlotX(event->position().x()));
}

void HistogramView::wheelEvent(QWheelEvent* event) {
    const int turned = event->angleDelta().y() != 0 ? event->angleDelta().y() : event->angleDelta().x();
    changeAxis(viewport().zoomed(std::pow(1.2, turned / 120.0), 1, event->position().x() - plotArea().left(), 0).x);
    event->accept();
}

bool HistogramView::toolKey(int key) {
    const std::optional<PlotTool> tool = toolOfKey(key);
    // A range has no curve above or below it, and no line over stars.
    if (!tool || *tool > PlotTool::Brush) return false;
    setTool(*tool);
    return true;
}

void HistogramView::keyPressEvent(QKeyEvent* event) {
    const QRectF area = plotArea();
    const auto mark = [&](double step) {
        m_keyMark = std::clamp(m_keyMark.value_or(area.center().x()) + step, area.left(), area.right());
        showRange(m_drag == Drag::Range ? m_rangeFrom : *m_keyMark - 1, *m_keyMark);
    };
    const bool control = event->modifiers() & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier);
    switch (event->key()) {
    case Qt::Key_Left:
        return changeAxis(viewport().panned(0.1 * area.width(), 0).x);
    case Qt::Key_Right:
        return changeAxis(viewport().panned(-0.1 * area.width(), 0).x);
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        return changeAxis(viewport().zoomed(1.25, 1, area.width() / 2, 0).x);
    case Qt::Key_Minus:
        return changeAxis(viewport().zoomed(1 / 1.25, 1, area.width() / 2, 0).x);
    case Qt::Key_Comma:
        return mark(-keyStep);
    case Qt::Key_Period:
        return mark(keyStep);
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (!m_keyMark) mark(0);
        if (m_drag == Drag::Range) {
            m_drag = Drag::None;
            return endRange(*m_keyMark);
        }
        m_drag = Drag::Range;
        m_modifier = modifierOf(event->modifiers());
        m_rangeFrom = *m_keyMark;
        return;
    case Qt::Key_Home:
        return showAll();
    case Qt::Key_F:
        if (control) break;
        return showAll();
    case Qt::Key_Backspace:
        if (control) break;
        return goTo(event->modifiers() & Qt::ShiftModifier ? m_zooms.forward(m_axis) : m_zooms.back(m_axis));
    case Qt::Key_G:
        if (control) break;
        return setCountsLogarithmic(!m_logarithmic);
    case Qt::Key_U:
        if (control) break;
        return setCumulativeShown(!m_cumulative);
    case Qt::Key_Space:
        m_spaceHeld = true;
        updateCursor();
        return;
    case Qt::Key_Escape:
        if (m_drag == Drag::None && m_tool != PlotTool::Pan) return setTool(PlotTool::Pan);
        if (m_drag == Drag::None) break;
        if (m_drag == Drag::Pan || m_drag == Drag::Stretch) changeAxis(m_axisAtPress);
        m_zooms.endGesture();
        m_drag = Drag::None;
        return hideRange();
    default:
        if (!control && toolKey(event->key())) return;
        break;
    }
    QWidget::keyPressEvent(event);
}

void HistogramView::keyReleaseEvent(QKeyEvent* event) {
    if (event->key() != Qt::Key_Space || event->isAutoRepeat()) return QWidget::keyReleaseEvent(event);
    m_spaceHeld = false;
    updateCursor();
}

void HistogramView::focusOutEvent(QFocusEvent* event) {
    m_spaceHeld = false;
    QWidget::focusOutEvent(event);
}

} // namespace zscape
