// Mouse and keys of the latent map.
#include "widgets/scatter_view.h"

#include "widgets/plot_navigation.h"
#include "widgets/scatter_overlay.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QWheelEvent>
#include <qcustomplot.h>

#include <cmath>

namespace zscape {

namespace {

constexpr double handleGrabRadius = 12;
constexpr double pickRadius = 8;
constexpr double keyPickRadius = 200; ///< around the handle, without a pointer
constexpr double clickSlack = 3;      ///< a press that moves no further is a click
constexpr double smallestFrame = 4;
constexpr double wheelFactor = 1.2; ///< per notch
constexpr double keyZoomFactor = 1.25;
constexpr double keyPanShare = 0.1; ///< of the plot, per key press

double distance(const QPointF& a, const QPointF& b) {
    return std::hypot(a.x() - b.x(), a.y() - b.y());
}

} // namespace

bool ScatterView::onHandle(const QPointF& widget) const {
    return m_handle && distance(toWidget(*m_handle), widget) <= handleGrabRadius;
}

void ScatterView::changeView(const Viewport& view) {
    // Refused rather than repaired: at the limits of zooming the plot should stand still, not jump.
    if (drawableRange(view.x) != view.x || drawableRange(view.y) != view.y) return;
    if (view.x == m_x && view.y == m_y) return;
    m_zooms.leave({m_x, m_y});
    setAxes(view.x, view.y);
    emit viewChanged();
}

void ScatterView::noteZoom() {
    m_zooms.beginGesture();
    m_zooms.leave({m_x, m_y});
    m_zooms.endGesture();
}

void ScatterView::showAll() {
    noteZoom();
    fitToData();
}

void ScatterView::goTo(const std::optional<std::pair<AxisRange, AxisRange>>& ranges) {
    if (!ranges) return;
    setAxes(ranges->first, ranges->second);
    emit viewChanged();
}

void ScatterView::zoomAt(const QPointF& widget, double factor) {
    const QRect area = plotArea();
    const bool beside = widget.x() < area.left() && widget.y() <= area.bottom();
    const bool below = widget.y() > area.bottom() && widget.x() >= area.left();
    const QPointF pixel = inPlotArea(widget);
    changeView(viewport().zoomed(beside ? 1 : factor, below ? 1 : factor, pixel.x(), pixel.y()));
}

void ScatterView::mousePressEvent(QMouseEvent* event) {
    if (m_drag != Drag::None || empty()) return;
    if (event->button() == Qt::BackButton) return goTo(m_zooms.back({m_x, m_y}));
    if (event->button() == Qt::ForwardButton) return goTo(m_zooms.forward({m_x, m_y}));
    m_zooms.beginGesture();
    m_pressed = event->position();
    m_viewAtPress = viewport();
    if (event->button() == Qt::RightButton) {
        m_drag = Drag::Stretch;
    } else if (event->button() == Qt::LeftButton) {
        if (m_spaceHeld) {
            m_drag = Drag::Pan;
        } else if (const auto vertex = vertexAt(m_pressed)) {
            m_drag = Drag::Vertex;
            choosePart(vertex->part);
            m_vertex = static_cast<int>(vertex->vertex);
            m_editableAtPress = m_editable;
            updateMarks();
        } else if (m_tool != PlotTool::Pan) {
            if (plotArea().contains(m_pressed.toPoint())) beginShape(m_pressed, event->modifiers());
        } else if (event->modifiers() & Qt::ShiftModifier) {
            m_drag = Drag::Frame;
        } else if (onHandle(m_pressed)) {
            m_drag = Drag::Handle;
            m_handleAtPress = *m_handle;
            updateOverlay();
        } else {
            m_drag = Drag::Press;
        }
    } else if (event->button() == Qt::MiddleButton) {
        m_drag = Drag::Pan;
    }
    updateCursor(m_pressed, event->modifiers());
}

void ScatterView::mouseMoveEvent(QMouseEvent* event) {
    const QPointF at = event->position();
    if (empty()) return;
    if (m_drag != Drag::None) dragTo(at);
    m_hoverAt = at;
    if (m_drag == Drag::None) m_hoverTimer.start();
    updateCursor(at, event->modifiers());
    if (plotArea().contains(at.toPoint())) {
        emit cursorMoved(toData(at));
    } else if (m_drag == Drag::None) {
        emit cursorLeft();
    }
}

void ScatterView::dragTo(const QPointF& widget) {
    const QPointF moved = widget - m_pressed;
    if (m_drag == Drag::Press && distance(widget, m_pressed) > clickSlack) m_drag = Drag::Pan;
    switch (m_drag) {
    case Drag::Pan:
        changeView(m_viewAtPress.panned(moved.x(), moved.y()));
        break;
    case Drag::Stretch: {
        if (distance(widget, m_pressed) <= clickSlack) break;
        const QPointF about = inPlotArea(m_pressed);
        changeView(m_viewAtPress.zoomed(std::exp(moved.x() / stretchPixels), std::exp(-moved.y() / stretchPixels),
                                        about.x(), about.y()));
        break;
    }
    case Drag::Frame:
        m_overlay->setFrame(QRectF(m_pressed, widget).normalized() & QRectF(plotArea()));
        break;
    case Drag::Handle: {
        // Moves by as much as the pointer, from where it was: grabbing it beside the centre must not make it jump.
        const QPointF start(m_viewAtPress.pixelX(m_handleAtPress.x()), m_viewAtPress.pixelY(m_handleAtPress.y()));
        const QPointF pixel = start + moved;
        moveHandle({m_viewAtPress.dataX(pixel.x()), m_viewAtPress.dataY(pixel.y())});
        break;
    }
    case Drag::Shape:
        continueShape(widget);
        break;
    case Drag::Vertex:
        moveVertex(widget);
        break;
    case Drag::Press:
    case Drag::None:
        break;
    }
}

void ScatterView::moveHandle(const QPointF& position) {
    m_handle = position;
    updateOverlay();
    emit handleMoved(position);
}

void ScatterView::mouseReleaseEvent(QMouseEvent* event) {
    const bool right = event->button() == Qt::RightButton;
    if (m_drag == Drag::None || right != (m_drag == Drag::Stretch)) return;
    finishDrag(event->position());
    m_zooms.endGesture();
    updateCursor(event->position(), event->modifiers());
}

void ScatterView::finishDrag(const QPointF& widget) {
    const Drag drag = m_drag;
    m_drag = Drag::None;
    if (drag == Drag::Press) pickAt(widget, pickRadius);
    if (drag == Drag::Shape) endShape();
    if (drag == Drag::Vertex && m_editable != m_editableAtPress) notePath();
    if (drag == Drag::Handle) {
        updateOverlay();
        emit handleReleased();
    }
    if (drag != Drag::Frame) return;
    m_overlay->setFrame(std::nullopt);
    const QRectF frame = QRectF(m_pressed, widget).normalized() & QRectF(plotArea());
    if (frame.width() < smallestFrame || frame.height() < smallestFrame) return;
    const QPointF from = inPlotArea(frame.topLeft()), to = inPlotArea(frame.bottomRight());
    changeView(viewport().framed(from.x(), from.y(), to.x(), to.y()));
}

void ScatterView::cancelDrag() {
    const Drag drag = m_drag;
    m_drag = Drag::None;
    m_overlay->setFrame(std::nullopt);
    if (drag == Drag::Pan || drag == Drag::Stretch) changeView(m_viewAtPress);
    if (drag == Drag::Shape) m_shape.cancel();
    if (drag == Drag::Vertex) m_editable = m_editableAtPress;
    if (drag == Drag::Shape || drag == Drag::Vertex) updateMarks();
    m_zooms.endGesture();
    if (drag != Drag::Handle) return;
    moveHandle(m_handleAtPress);
    emit handleReleased();
}

void ScatterView::pickAt(const QPointF& widget, double radius) {
    if (!plotArea().contains(widget.toPoint())) return;
    const auto marked = markedStarAt(
        m_markedStars, [this](const QPointF& at) { return toWidget(at); }, widget, radius);
    if (marked) {
        emit markedStarPicked(*marked);
    } else if (const auto row = starAt(widget, radius)) {
        emit starPicked(static_cast<qsizetype>(*row));
    } else {
        emit nothingPicked();
    }
}

void ScatterView::mouseDoubleClickEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton && !empty() && onHandle(event->position())) {
        emit handleReset();
        return;
    }
    if (event->button() == Qt::LeftButton && insertVertex(event->position())) return;
    mousePressEvent(event);
}

void ScatterView::wheelEvent(QWheelEvent* event) {
    if (empty()) return event->ignore();
    // A notch is 120 eighths of a degree. With Shift or Alt some platforms report the wheel as horizontal.
    const QPoint turned = event->angleDelta();
    const int delta = turned.y() != 0 ? turned.y() : turned.x();
    if (delta != 0) zoomAt(event->position(), std::pow(wheelFactor, delta / 120.0));
    event->accept();
}

void ScatterView::keyPressEvent(QKeyEvent* event) {
    const QRectF area = plotArea();
    const auto pan = [&](double right, double down) {
        changeView(viewport().panned(-right * keyPanShare * area.width(), -down * keyPanShare * area.height()));
    };
    if (empty()) return QWidget::keyPressEvent(event);
    if (vertexKey(*event) || drawingKey(*event) || toolKey(*event)) return event->accept();
    switch (event->key()) {
    case Qt::Key_Left:
        return pan(-1, 0);
    case Qt::Key_Right:
        return pan(1, 0);
    case Qt::Key_Up:
        return pan(0, -1);
    case Qt::Key_Down:
        return pan(0, 1);
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        return zoomAt(area.center(), keyZoomFactor);
    case Qt::Key_Minus:
        return zoomAt(area.center(), 1 / keyZoomFactor);
    case Qt::Key_Home:
    case Qt::Key_F:
        if (event->modifiers() & Qt::ControlModifier) break;
        return showAll();
    case Qt::Key_Backspace:
        if (event->modifiers() & Qt::ControlModifier) break;
        return goTo(event->modifiers() & Qt::ShiftModifier ? m_zooms.forward({m_x, m_y}) : m_zooms.back({m_x, m_y}));
    case Qt::Key_Return:
    case Qt::Key_Enter:
        return pickAt(m_handle ? toWidget(*m_handle) : area.center(), keyPickRadius);
    case Qt::Key_Space:
        m_spaceHeld = true;
        return updateCursor(mapFromGlobal(QPointF(QCursor::pos())), event->modifiers());
    case Qt::Key_Escape:
        if (m_drag == Drag::None) break;
        return cancelDrag();
    default:
        break;
    }
    QWidget::keyPressEvent(event);
}

void ScatterView::keyReleaseEvent(QKeyEvent* event) {
    if (event->key() != Qt::Key_Space) return QWidget::keyReleaseEvent(event);
    if (event->isAutoRepeat()) return;
    m_spaceHeld = false;
    updateCursor(mapFromGlobal(QPointF(QCursor::pos())), event->modifiers());
}

void ScatterView::focusOutEvent(QFocusEvent* event) {
    m_spaceHeld = false; // its release goes to another widget
    QWidget::focusOutEvent(event);
}

void ScatterView::leaveEvent(QEvent* event) {
    m_hoverAt = QPointF(-1, -1);
    m_hoverTimer.start();
    emit cursorLeft();
    QWidget::leaveEvent(event);
}

void ScatterView::updateCursor(const QPointF& widget, Qt::KeyboardModifiers modifiers) {
    Qt::CursorShape shape = Qt::ArrowCursor;
    switch (m_drag) {
    case Drag::Pan:
    case Drag::Handle:
        shape = Qt::ClosedHandCursor;
        break;
    case Drag::Frame:
        shape = Qt::CrossCursor;
        break;
    case Drag::Stretch:
        shape = Qt::SizeAllCursor;
        break;
    case Drag::Shape:
        shape = Qt::CrossCursor;
        break;
    case Drag::Vertex:
        shape = Qt::SizeAllCursor;
        break;
    case Drag::Press:
        break;
    case Drag::None:
        if (m_spaceHeld) {
            shape = Qt::OpenHandCursor;
        } else if (vertexAt(widget)) {
            shape = Qt::SizeAllCursor;
        } else if (m_tool != PlotTool::Pan || modifiers & Qt::ShiftModifier) {
            shape = Qt::CrossCursor;
        } else if (onHandle(widget)) {
            shape = Qt::PointingHandCursor;
        }
        break;
    }
    if (cursor().shape() != shape) setCursor(shape);
}

} // namespace zscape
