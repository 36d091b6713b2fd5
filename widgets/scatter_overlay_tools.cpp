// What selection tools and linked views draw on top of a plot.
#include "widgets/scatter_overlay.h"

#include "widgets/axis_label.h"

#include <QPainter>
#include <QTextDocument>

namespace zscape {

namespace {

constexpr double vertexSide = 8;
constexpr double hoverRadius = 7;
constexpr int hoverReach = 12;

void paintVeiled(QPainter& painter, const QRect& box, const QString& text, const PlotColours& colours,
                 const QColor& colour) {
    QColor veil = colours.background;
    veil.setAlpha(215);
    painter.fillRect(box.adjusted(-4, -2, 4, 2), veil);
    painter.setPen(colour);
    painter.drawText(box, Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap, text);
}

} // namespace

bool ToolMarks::operator==(const ToolMarks& other) const {
    return mode == other.mode && outline == other.outline && area == other.area && count == other.count &&
           preview.cacheKey() == other.preview.cacheKey() && removing == other.removing && others == other.others &&
           vertices == other.vertices && closed == other.closed && vertex == other.vertex &&
           keyCursor == other.keyCursor;
}

void ScatterOverlay::setMarks(const ToolMarks& marks) {
    if (marks == m_marks) return;
    m_marks = marks;
    changed(m_area.isEmpty() ? rect() : m_area);
}

QRect ScatterOverlay::hoverBox() const {
    if (!m_hovered) return {};
    const QPoint at = m_hovered->toPoint();
    const QRect mark(at - QPoint(hoverReach, hoverReach), QSize(2 * hoverReach, 2 * hoverReach));
    if (m_hoverText.isEmpty()) return mark;
    const QSize size = richTextSize(m_hoverText, plotFont()).toSize();
    const int left = at.x() > m_area.center().x() ? at.x() - hoverReach - size.width() : at.x() + hoverReach;
    const int top = at.y() > m_area.center().y() ? at.y() - hoverReach - size.height() : at.y() + hoverReach;
    return QRect(QPoint(left, top), size);
}

void ScatterOverlay::setHovered(std::optional<QPointF> position, const QString& text) {
    if (position == m_hovered && text == m_hoverText) return;
    const auto note = [this] {
        if (!m_hovered) return;
        const QPoint at = m_hovered->toPoint();
        changed(QRect(at - QPoint(hoverReach, hoverReach), QSize(2 * hoverReach, 2 * hoverReach)));
        if (!m_hoverText.isEmpty()) changed(hoverBox().adjusted(-8, -6, 8, 6));
    };
    note();
    m_hovered = position;
    m_hoverText = text;
    note();
}

void ScatterOverlay::paintShape(QPainter& painter) const {
    const QColor colour = m_marks.removing ? m_colours.observed : m_colours.accent;
    if (!m_marks.area.isEmpty()) {
        QColor fill = colour;
        fill.setAlpha(28);
        painter.fillPath(m_marks.area, fill);
    }
    if (!m_marks.preview.isNull()) painter.drawImage(QRectF(m_area), m_marks.preview);
    if (!m_marks.outline.isEmpty()) {
        QColor halo = m_colours.background;
        halo.setAlpha(200);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(halo, 3.5));
        painter.drawPath(m_marks.outline);
        painter.setPen(QPen(colour, 1.5, m_marks.removing ? Qt::DashLine : Qt::SolidLine));
        painter.drawPath(m_marks.outline);
    }
    if (!m_marks.keyCursor) return;
    const QPointF at = *m_marks.keyCursor;
    painter.setPen(QPen(colour, 1));
    painter.drawLine(at - QPointF(12, 0), at + QPointF(12, 0));
    painter.drawLine(at - QPointF(0, 12), at + QPointF(0, 12));
}

void ScatterOverlay::paintVertices(QPainter& painter) const {
    for (const ToolMarks::Path& other : m_marks.others) {
        paintPath(painter, other.vertices, other.closed, -1);
    }
    paintPath(painter, m_marks.vertices, m_marks.closed, m_marks.vertex);
}

void ScatterOverlay::paintPath(QPainter& painter, const std::vector<QPointF>& vertices, bool closed, int vertex) const {
    if (vertices.empty()) return;
    painter.setPen(QPen(m_colours.accent, 1.5, Qt::DashLine));
    painter.setBrush(Qt::NoBrush);
    for (std::size_t k = 0; k + (closed ? 0 : 1) < vertices.size(); ++k) {
        painter.drawLine(vertices[k], vertices[(k + 1) % vertices.size()]);
    }
    for (std::size_t k = 0; k < vertices.size(); ++k) {
        const bool current = static_cast<int>(k) == vertex;
        painter.setPen(QPen(m_colours.accent, current ? 2.5 : 1.5));
        painter.setBrush(current ? m_colours.accent : m_colours.background);
        QRectF box(0, 0, vertexSide, vertexSide);
        box.moveCenter(vertices[k]);
        painter.drawRect(box);
    }
    painter.setBrush(Qt::NoBrush);
}

void ScatterOverlay::paintHovered(QPainter& painter) const {
    if (!m_hovered) return;
    QColor halo = m_colours.background;
    halo.setAlpha(220);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(halo, 4));
    painter.drawEllipse(*m_hovered, hoverRadius, hoverRadius);
    painter.setPen(QPen(m_colours.foreground, 1.5));
    painter.drawEllipse(*m_hovered, hoverRadius, hoverRadius);
    if (m_hoverText.isEmpty()) return;
    const QRect box = hoverBox();
    QColor veil = m_colours.background;
    veil.setAlpha(235);
    painter.setPen(QPen(m_colours.muted, 1));
    painter.setBrush(veil);
    painter.drawRect(box.adjusted(-5, -3, 5, 3));
    painter.setBrush(Qt::NoBrush);
    drawRichText(painter, box.topLeft(), m_hoverText, plotFont(), m_colours.foreground);
}

void ScatterOverlay::paintModeText(QPainter& painter) const {
    if (m_area.isEmpty()) return;
    const QRect room = m_area.adjusted(gridUnit + 4, gridUnit, -gridUnit - 4, -gridUnit);
    if (!m_marks.mode.isEmpty()) {
        QRect box = painter.boundingRect(room, Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap, m_marks.mode);
        box.moveBottomLeft(room.bottomLeft());
        paintVeiled(painter, box, m_marks.mode, m_colours, m_colours.accent);
    }
    if (m_marks.count.isEmpty()) return;
    QRect box = painter.boundingRect(room, Qt::AlignLeft | Qt::AlignTop, m_marks.count);
    box.moveTopRight(room.topRight());
    paintVeiled(painter, box, m_marks.count, m_colours, m_marks.removing ? m_colours.observed : m_colours.accent);
}

} // namespace zscape
