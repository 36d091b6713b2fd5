// Mouse, keys and what moves on top of the corner plot.
#include "widgets/axis_label.h"
#include "widgets/corner_view.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace zscape {

namespace {

constexpr double clickSlack = 3;
constexpr double wheelFactor = 1.2; ///< per notch
constexpr double keyZoomFactor = 1.25;
constexpr double keyPanShare = 0.1; ///< of a panel, per key press

ShapeModifier modifierOf(Qt::KeyboardModifiers modifiers) {
    if (modifiers & Qt::ControlModifier) return ShapeModifier::Remove;
    return modifiers & Qt::ShiftModifier ? ShapeModifier::Add : ShapeModifier::Replace;
}

} // namespace

void CornerView::setTool(PlotTool tool) {
    if (tool == m_tool) return;
    m_shape.cancel();
    m_tool = tool;
    setCursor(tool == PlotTool::Pan ? Qt::ArrowCursor : Qt::CrossCursor);
    update();
    emit toolChanged(tool);
}

bool CornerView::panelAt(const QPointF& at, int& row, int& column) const {
    for (int r = 0; r < size(); ++r) {
        for (int c = 0; c <= r; ++c) {
            if (!panel(r, c).contains(at.toPoint())) continue;
            row = r;
            column = c;
            return true;
        }
    }
    return false;
}

void CornerView::showIn(int row, int column, const Viewport& view) {
    std::vector<AxisRange> limits = m_limits;
    limits[static_cast<std::size_t>(column)] = view.x;
    if (row != column) limits[static_cast<std::size_t>(row)] = view.y; // upright a marginal has counts
    for (const AxisRange& range : limits) {
        if (drawableRange(range) != range) return;
    }
    m_zooms.leave(m_limits);
    setLimits(std::move(limits));
}

void CornerView::showAll() {
    m_zooms.beginGesture();
    m_zooms.leave(m_limits);
    m_zooms.endGesture();
    fitToData();
}

void CornerView::goTo(std::optional<std::vector<AxisRange>> limits) {
    if (limits) setLimits(*std::move(limits));
}

void CornerView::zoomPanel(int row, int column, double factor, const QPointF& at) {
    const QPointF pixel = at - QPointF(panel(row, column).topLeft());
    showIn(row, column, panelView(row, column).zoomed(factor, factor, pixel.x(), pixel.y()));
}

void CornerView::wheelEvent(QWheelEvent* event) {
    int row = 0, column = 0;
    const int turned = event->angleDelta().y() != 0 ? event->angleDelta().y() : event->angleDelta().x();
    event->accept();
    if (m_shape.active() || !panelAt(event->position(), row, column)) return;
    zoomPanel(row, column, std::pow(wheelFactor, turned / 120.0), event->position());
}

void CornerView::mousePressEvent(QMouseEvent* event) {
    if (event->button() == Qt::BackButton) return goTo(m_zooms.back(m_limits));
    if (event->button() == Qt::ForwardButton) return goTo(m_zooms.forward(m_limits));
    if (event->button() != Qt::LeftButton || !panelAt(event->position(), m_row, m_column)) return;
    m_pressed = true;
    m_pressedAt = event->position();
    if (m_tool != PlotTool::Pan && m_row != m_column) {
        constexpr double brushRadius = 8;
        m_modifier = m_tool == PlotTool::Track ? ShapeModifier::Replace : modifierOf(event->modifiers());
        m_shape.begin(m_tool, m_pressedAt - QPointF(panel(m_row, m_column).topLeft()), panelView(m_row, m_column),
                      brushRadius);
    }
    update();
}

void CornerView::mouseMoveEvent(QMouseEvent* event) {
    int row = 0, column = 0;
    const bool inside = panelAt(event->position(), row, column);
    setCursor(!inside ? Qt::ArrowCursor : m_tool == PlotTool::Pan ? Qt::PointingHandCursor : Qt::CrossCursor);
    if (!m_shape.active()) return hoverAt(event->position());
    const QRect area = panel(m_row, m_column);
    const QPointF held(std::clamp(event->position().x(), double(area.left()), double(area.right())),
                       std::clamp(event->position().y(), double(area.top()), double(area.bottom())));
    m_shape.moveTo(held - QPointF(area.topLeft()));
    update(area);
}

void CornerView::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton || !m_pressed) return;
    m_pressed = false;
    const QPointF moved = event->position() - m_pressedAt;
    if (m_shape.active()) {
        const std::optional<PlotShape> shape = m_shape.finish();
        update();
        if (shape && m_tool == PlotTool::Track) {
            setTool(PlotTool::Pan);
            emit trackDrawn(m_column, m_row, *shape);
        } else if (shape) {
            emit shapeDrawn(m_column, m_row, *shape, m_modifier);
        }
    } else if (m_tool == PlotTool::Pan && std::hypot(moved.x(), moved.y()) <= clickSlack) {
        emit panelActivated(m_column, m_row);
    }
}

void CornerView::keyPressEvent(QKeyEvent* event) {
    const auto choose = [this](int row, int column) {
        m_row = std::clamp(row, 0, std::max(0, size() - 1));
        m_column = std::clamp(column, 0, m_row);
        update();
    };
    const auto arrow = [&](int right, int down) {
        if (!(event->modifiers() & Qt::ShiftModifier)) return choose(m_row + down, m_column + right);
        const QRect area = panel(m_row, m_column);
        showIn(m_row, m_column,
               panelView(m_row, m_column)
                   .panned(-keyPanShare * right * area.width(), -keyPanShare * down * area.height()));
    };
    if (size() == 0 || event->modifiers() & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier)) {
        return QWidget::keyPressEvent(event);
    }
    switch (event->key()) {
    case Qt::Key_Left:
        return arrow(-1, 0);
    case Qt::Key_Right:
        return arrow(1, 0);
    case Qt::Key_Up:
        return arrow(0, -1);
    case Qt::Key_Down:
        return arrow(0, 1);
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        return zoomPanel(m_row, m_column, keyZoomFactor, QRectF(panel(m_row, m_column)).center());
    case Qt::Key_Minus:
        return zoomPanel(m_row, m_column, 1 / keyZoomFactor, QRectF(panel(m_row, m_column)).center());
    case Qt::Key_Return:
    case Qt::Key_Enter:
        emit panelActivated(m_column, m_row);
        return;
    case Qt::Key_Home:
    case Qt::Key_F:
        return showAll();
    case Qt::Key_Backspace:
        return goTo(event->modifiers() & Qt::ShiftModifier ? m_zooms.forward(m_limits) : m_zooms.back(m_limits));
    case Qt::Key_P:
        return setTool(PlotTool::Pan);
    case Qt::Key_R:
        return setTool(PlotTool::Rectangle);
    case Qt::Key_L:
        return setTool(PlotTool::Lasso);
    case Qt::Key_B:
        return setTool(PlotTool::Brush);
    case Qt::Key_A:
        return setTool(PlotTool::CurveAbove);
    case Qt::Key_U:
        return setTool(PlotTool::CurveBelow);
    case Qt::Key_T:
        return setTool(PlotTool::Track);
    case Qt::Key_Escape:
        if (m_shape.active()) {
            m_shape.cancel();
            m_pressed = false;
            return update();
        }
        if (m_tool != PlotTool::Pan) return setTool(PlotTool::Pan);
        break;
    default:
        break;
    }
    QWidget::keyPressEvent(event);
}

void CornerView::focusInEvent(QFocusEvent* event) {
    update();
    QWidget::focusInEvent(event);
}

void CornerView::focusOutEvent(QFocusEvent* event) {
    update();
    QWidget::focusOutEvent(event);
}

void CornerView::leaveEvent(QEvent*) {
    hoverAt({-1, -1});
}

void CornerView::hoverAt(const QPointF& at) {
    constexpr double reach = 7;
    QString text;
    int row = 0, column = 0;
    if (panelAt(at, row, column) && row != column) {
        for (const Track& track : m_tracks) {
            const std::vector<QPointF> points = trackIn(track, row, column).points;
            for (std::size_t k = 0; k < std::min(points.size(), track.texts.size()); ++k) {
                const QPointF apart = toWidget(row, column, points[k]) - at;
                if (std::hypot(apart.x(), apart.y()) <= reach) text = track.texts[k];
            }
        }
    }
    if (text.isEmpty() && m_hoverText.isEmpty()) return;
    m_hoverText = text;
    m_hoverAt = at;
    update();
}

void CornerView::paintStars(QPainter& painter) const {
    const PlotColours colours = plotColours(m_theme);
    const auto ring = [&](std::size_t star, const QColor& colour, double radius) {
        if (star >= m_columns.values.front()->size()) return;
        for (int row = 1; row < size(); ++row) {
            for (int column = 0; column < row; ++column) {
                const QPointF at = toWidget(row, column,
                                            {double((*m_columns.values[std::size_t(column)])[star]),
                                             double((*m_columns.values[std::size_t(row)])[star])});
                if (!std::isfinite(at.x()) || !std::isfinite(at.y())) continue;
                if (!panel(row, column).contains(at.toPoint())) continue;
                painter.setPen(QPen(colours.background, radius));
                painter.drawEllipse(at, radius, radius);
                painter.setPen(QPen(colour, 1.5));
                painter.drawEllipse(at, radius, radius);
            }
        }
    };
    painter.setBrush(Qt::NoBrush);
    for (const std::size_t star : m_neighbours) {
        ring(star, colours.accent, 3);
    }
    if (m_hovered) ring(*m_hovered, colours.accent, 4);
}

void CornerView::paintHoverText(QPainter& painter) const {
    if (m_hoverText.isEmpty()) return;
    const PlotColours colours = plotColours(m_theme);
    const QSizeF text = richTextSize(m_hoverText, plotFont());
    QRectF box(m_hoverAt + QPointF(gridUnit, gridUnit), text + QSizeF(gridUnit, gridUnit));
    if (box.right() > width()) box.moveRight(m_hoverAt.x() - gridUnit);
    if (box.bottom() > height()) box.moveBottom(m_hoverAt.y() - gridUnit);
    painter.setPen(QPen(colours.muted, 1));
    painter.setBrush(colours.background);
    painter.drawRect(box);
    drawRichText(painter, box.topLeft() + QPointF(gridUnit / 2.0, gridUnit / 2.0), m_hoverText, plotFont(),
                 colours.foreground);
    painter.setBrush(Qt::NoBrush);
}

void CornerView::paintEvent(QPaintEvent*) {
    if (m_frameStale || m_frame.isNull()) drawFrame();
    QPainter painter(this);
    painter.drawPixmap(0, 0, m_frame);
    if (size() == 0) return;
    const PlotColours colours = plotColours(m_theme);
    painter.setFont(plotFont());
    if (m_tool != PlotTool::Pan && size() > 1) {
        // The upper triangle is free.
        const QRect room(panel(0, 1).topLeft(), panel(0, size() - 1).bottomRight());
        painter.setPen(colours.accent);
        painter.drawText(room, Qt::AlignRight | Qt::AlignTop | Qt::TextWordWrap,
                         m_tool == PlotTool::Track
                             ? tr("%1: a line over the stars of a panel, Esc cancels").arg(toolName(m_tool))
                             : tr("%1: Shift adds, Ctrl removes, Esc cancels").arg(toolName(m_tool)));
    }
    if (hasFocus()) {
        painter.setPen(QPen(colours.accent, 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(panel(m_row, m_column));
    }
    drawMarked(painter);
    painter.setRenderHint(QPainter::Antialiasing);
    paintStars(painter);
    paintHoverText(painter);
    if (!m_shape.active()) return;
    const QRect area = panel(m_row, m_column);
    painter.setClipRect(area);
    painter.translate(area.topLeft());
    const QColor colour = m_modifier == ShapeModifier::Remove ? colours.observed : colours.accent;
    QColor fill = colour;
    fill.setAlpha(60);
    painter.fillPath(m_shape.area(), fill);
    painter.setPen(QPen(colour, 1.5));
    painter.drawPath(m_shape.outline());
}

} // namespace zscape
