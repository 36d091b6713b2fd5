#include "widgets/plot_navigation.h"

#include <cmath>

namespace zscape {

namespace {

/// One notch of a wheel.
constexpr double zoomStep = 0.85;
/// What an arrow key moves, as a part of the axis.
constexpr double keyStep = 0.1;

QCPRange scaled(const QCPRange& range, double about, double factor) {
    return {about + (range.lower - about) * factor, about + (range.upper - about) * factor};
}

} // namespace

PlotNavigation::PlotNavigation(QCustomPlot& plot) : QObject(&plot), m_plot(plot) {
    plot.installEventFilter(this);
    plot.setMouseTracking(true);
    plot.setFocusPolicy(Qt::StrongFocus);
}

bool PlotNavigation::eventFilter(QObject* object, QEvent* event) {
    switch (event->type()) {
    case QEvent::MouseButtonPress:
        return press(*static_cast<QMouseEvent*>(event));
    case QEvent::MouseMove:
        return move(*static_cast<QMouseEvent*>(event));
    case QEvent::MouseButtonRelease:
        m_drag = {};
        m_plot.unsetCursor();
        return true;
    case QEvent::MouseButtonDblClick:
        m_drag = {};
        emit resetRequested();
        return true;
    case QEvent::Wheel:
        return wheel(*static_cast<QWheelEvent*>(event));
    case QEvent::KeyPress:
        return key(*static_cast<QKeyEvent*>(event));
    case QEvent::Leave:
        emit hovered(nullptr, {});
        return false;
    default:
        return QObject::eventFilter(object, event);
    }
}

QCPAxisRect* PlotNavigation::target(const QPointF& position, bool& horizontal, bool& vertical) const {
    for (QCPAxisRect* rect : m_plot.axisRects()) {
        if (!rect->visible() || !QRectF(rect->outerRect()).contains(position)) continue;
        const QRectF inner = rect->rect();
        vertical = position.y() >= inner.top() && position.y() <= inner.bottom();
        horizontal = position.x() >= inner.left() && position.x() <= inner.right();
        return horizontal || vertical ? rect : nullptr;
    }
    return nullptr;
}

bool PlotNavigation::press(const QMouseEvent& event) {
    if (event.button() != Qt::LeftButton && event.button() != Qt::RightButton) return false;
    bool horizontal = false, vertical = false;
    QCPAxisRect* rect = target(event.position(), horizontal, vertical);
    if (rect == nullptr) return true;
    m_drag = {rect,
              event.button(),
              event.position(),
              rect->axis(QCPAxis::atBottom)->range(),
              rect->axis(QCPAxis::atLeft)->range(),
              horizontal,
              vertical};
    m_plot.setCursor(event.button() == Qt::LeftButton ? Qt::ClosedHandCursor : Qt::SizeAllCursor);
    emit hovered(nullptr, {});
    return true;
}

bool PlotNavigation::move(const QMouseEvent& event) {
    if (m_drag.rect == nullptr) {
        bool horizontal = false, vertical = false;
        QCPAxisRect* rect = target(event.position(), horizontal, vertical);
        const bool inside = rect != nullptr && horizontal && vertical;
        emit hovered(inside ? rect : nullptr, event.position());
        return true;
    }
    const QPointF by = event.position() - m_drag.start;
    if (m_drag.button == Qt::LeftButton) {
        pan(by);
    } else {
        stretch(by);
    }
    emit moved(m_drag.rect, m_drag.horizontal, m_drag.vertical);
    return true;
}

void PlotNavigation::pan(const QPointF& by) {
    const QRect rect = m_drag.rect->rect();
    if (m_drag.horizontal)
        m_drag.rect->axis(QCPAxis::atBottom)->setRange(m_drag.x - by.x() / rect.width() * m_drag.x.size());
    if (m_drag.vertical)
        m_drag.rect->axis(QCPAxis::atLeft)->setRange(m_drag.y + by.y() / rect.height() * m_drag.y.size());
}

void PlotNavigation::stretch(const QPointF& by) {
    // The axes turn about the point where the drag began; right and up enlarge.
    const QRectF rect = m_drag.rect->rect();
    const double x = m_drag.x.lower + (m_drag.start.x() - rect.left()) / rect.width() * m_drag.x.size();
    const double y = m_drag.y.lower + (rect.bottom() - m_drag.start.y()) / rect.height() * m_drag.y.size();
    if (m_drag.horizontal)
        m_drag.rect->axis(QCPAxis::atBottom)->setRange(scaled(m_drag.x, x, std::exp(-by.x() / stretchPixels)));
    if (m_drag.vertical)
        m_drag.rect->axis(QCPAxis::atLeft)->setRange(scaled(m_drag.y, y, std::exp(by.y() / stretchPixels)));
}

void PlotNavigation::zoom(QCPAxisRect& rect, const QPointF& at, double factor, bool horizontal, bool vertical) {
    QCPAxis* x = rect.axis(QCPAxis::atBottom);
    QCPAxis* y = rect.axis(QCPAxis::atLeft);
    if (horizontal) x->setRange(scaled(x->range(), x->pixelToCoord(at.x()), factor));
    if (vertical) y->setRange(scaled(y->range(), y->pixelToCoord(at.y()), factor));
    emit moved(&rect, horizontal, vertical);
}

bool PlotNavigation::wheel(const QWheelEvent& event) {
    bool horizontal = false, vertical = false;
    QCPAxisRect* rect = target(event.position(), horizontal, vertical);
    if (rect == nullptr || event.angleDelta().y() == 0) return true;
    zoom(*rect, event.position(), std::pow(zoomStep, event.angleDelta().y() / 120.0), horizontal, vertical);
    return true;
}

bool PlotNavigation::key(const QKeyEvent& event) {
    const auto rects = m_plot.axisRects();
    if (rects.isEmpty()) return false;
    QCPAxisRect* rect = rects.first();
    QCPAxis* x = rect->axis(QCPAxis::atBottom);
    QCPAxis* y = rect->axis(QCPAxis::atLeft);
    const double dx = keyStep * x->range().size();
    const double dy = keyStep * y->range().size();
    switch (event.key()) {
    case Qt::Key_Left:
        x->setRange(x->range() - dx);
        break;
    case Qt::Key_Right:
        x->setRange(x->range() + dx);
        break;
    case Qt::Key_Up:
        y->setRange(y->range() + dy);
        break;
    case Qt::Key_Down:
        y->setRange(y->range() - dy);
        break;
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        zoom(*rect, QRectF(rect->rect()).center(), zoomStep, true, true);
        return true;
    case Qt::Key_Minus:
        zoom(*rect, QRectF(rect->rect()).center(), 1 / zoomStep, true, true);
        return true;
    case Qt::Key_Home:
        emit resetRequested();
        return true;
    default:
        return false;
    }
    const bool horizontal = event.key() == Qt::Key_Left || event.key() == Qt::Key_Right;
    emit moved(rect, horizontal, !horizontal);
    return true;
}

} // namespace zscape
