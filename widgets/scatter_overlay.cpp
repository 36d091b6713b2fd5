#include "widgets/scatter_overlay.h"

#include <QPaintEvent>
#include <QPainter>

namespace zscape {

namespace {

constexpr double handleRadius = 8;
constexpr double handleCross = 13;
constexpr double pickedRadius = 6;
constexpr double neighbourRadius = 4;
constexpr double pickedReach = 11;
constexpr int reach = 16; ///< of everything painted around a position

/// Draws the same lines twice: wide in the background's colour, so that they stand out from stars of any colour.
template <typename Lines>
void paintWithHalo(QPainter& painter, const PlotColours& colours, const QColor& colour, double width, Lines&& lines) {
    QColor halo = colours.background;
    halo.setAlpha(220);
    painter.setPen(QPen(halo, width + 2.5, Qt::SolidLine, Qt::RoundCap));
    lines();
    painter.setPen(QPen(colour, width, Qt::SolidLine, Qt::RoundCap));
    lines();
}

/// Four strokes pointing at a position, from `inner` to `outer` away.
void paintStrokes(QPainter& painter, const QPointF& at, double inner, double outer) {
    for (const QPointF& way : {QPointF(1, 0), QPointF(-1, 0), QPointF(0, 1), QPointF(0, -1)}) {
        painter.drawLine(at + inner * way, at + outer * way);
    }
}

} // namespace

ScatterOverlay::ScatterOverlay(QWidget* parent) : QWidget(parent), m_colours(plotColours(Theme::Light)) {
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setAttribute(Qt::WA_NoSystemBackground);
    setFocusPolicy(Qt::NoFocus);
}

void ScatterOverlay::setTheme(Theme theme) {
    m_theme = theme;
    m_colours = plotColours(theme);
    changed(rect());
}

void ScatterOverlay::setPlotArea(const QRect& area) {
    if (area == m_area) return;
    m_area = area;
    changed(rect());
}

void ScatterOverlay::setHandle(std::optional<QPointF> position, bool grabbed) {
    if (position == m_handle && grabbed == m_grabbed) return;
    updateAround(m_handle);
    m_handle = position;
    m_grabbed = grabbed;
    updateAround(m_handle);
}

void ScatterOverlay::setPicked(std::optional<QPointF> position) {
    if (position == m_picked) return;
    updateAround(m_picked);
    m_picked = position;
    updateAround(m_picked);
}

void ScatterOverlay::setNeighbours(std::vector<QPointF> positions) {
    if (positions == m_neighbours) return;
    for (const QPointF& at : m_neighbours) {
        updateAround(at);
    }
    m_neighbours = std::move(positions);
    for (const QPointF& at : m_neighbours) {
        updateAround(at);
    }
}

void ScatterOverlay::setMarkedStars(std::vector<MarkedShape> stars) {
    if (stars == m_stars) return;
    m_stars = std::move(stars);
    changed(m_area.isEmpty() ? rect() : m_area);
}

void ScatterOverlay::setFrame(std::optional<QRectF> frame) {
    if (frame == m_frame) return;
    if (m_frame) changed(m_frame->toAlignedRect().adjusted(-2, -2, 2, 2));
    m_frame = frame;
    if (m_frame) changed(m_frame->toAlignedRect().adjusted(-2, -2, 2, 2));
}

void ScatterOverlay::setEmptyText(const QString& text) {
    if (text == m_emptyText) return;
    m_emptyText = text;
    changed(rect());
}

void ScatterOverlay::setHint(const QString& text) {
    if (text == m_hint) return;
    m_hint = text;
    changed(rect());
}

void ScatterOverlay::updateAround(const std::optional<QPointF>& position) {
    if (!position || !QRectF(rect()).adjusted(-reach, -reach, reach, reach).contains(*position)) return;
    changed(QRect(position->toPoint() - QPoint(reach, reach), QSize(2 * reach, 2 * reach)));
}

void ScatterOverlay::changed(const QRect& area) {
    m_changed += area;
    update(area);
}

void ScatterOverlay::repaintChanged() {
    if (!m_changed.isEmpty()) repaint(m_changed);
}

void ScatterOverlay::paintEvent(QPaintEvent*) {
    m_changed = {};
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(plotFont());
    paintTexts(painter);
    painter.setClipRect(m_area);
    painter.setBrush(Qt::NoBrush);
    paintShape(painter);
    paintVertices(painter);
    paintMarkedStars(painter, m_stars, m_colours, m_theme);
    paintNeighbours(painter);
    paintPicked(painter);
    paintFrame(painter);
    paintHandle(painter);
    paintHovered(painter);
    paintModeText(painter);
}

void ScatterOverlay::paintHandle(QPainter& painter) const {
    if (!m_handle) return;
    const QPointF at = *m_handle;
    QColor fill = m_colours.accent;
    fill.setAlpha(m_grabbed ? 110 : 40);
    painter.setPen(Qt::NoPen);
    painter.setBrush(fill);
    painter.drawEllipse(at, handleRadius, handleRadius);
    painter.setBrush(Qt::NoBrush);
    paintWithHalo(painter, m_colours, m_colours.accent, 2, [&] {
        painter.drawEllipse(at, handleRadius, handleRadius);
        paintStrokes(painter, at, handleRadius, handleCross);
    });
    paintWithHalo(painter, m_colours, m_colours.accent, 1, [&] { paintStrokes(painter, at, 0, 3); });
}

void ScatterOverlay::paintNeighbours(QPainter& painter) const {
    for (const QPointF& at : m_neighbours) {
        paintWithHalo(painter, m_colours, m_colours.accent, 1.5,
                      [&] { painter.drawEllipse(at, neighbourRadius, neighbourRadius); });
    }
}

void ScatterOverlay::paintPicked(QPainter& painter) const {
    if (!m_picked) return;
    const QPointF at = *m_picked;
    paintWithHalo(painter, m_colours, m_colours.observed, 2,
                  [&] { painter.drawEllipse(at, pickedRadius, pickedRadius); });
    // Diagonal strokes: shape, not colour alone, tells it from the handle.
    painter.save();
    painter.translate(at);
    painter.rotate(45);
    paintWithHalo(painter, m_colours, m_colours.observed, 2,
                  [&] { paintStrokes(painter, {}, pickedRadius + 1, pickedReach); });
    painter.restore();
}

void ScatterOverlay::paintFrame(QPainter& painter) const {
    if (!m_frame) return;
    QColor fill = m_colours.accent;
    fill.setAlpha(30);
    painter.setBrush(fill);
    painter.setPen(QPen(m_colours.accent, 1, Qt::DashLine));
    painter.drawRect(*m_frame);
}

void ScatterOverlay::paintTexts(QPainter& painter) const {
    if (!m_emptyText.isEmpty()) {
        QFont font = painter.font();
        font.setPointSizeF(font.pointSizeF() * 1.4);
        painter.save();
        painter.setFont(font);
        painter.setPen(m_colours.muted);
        painter.drawText(rect().adjusted(2 * gridUnit, 0, -2 * gridUnit, 0), Qt::AlignCenter | Qt::TextWordWrap,
                         m_emptyText);
        painter.restore();
    }
    if (m_hint.isEmpty() || m_area.isEmpty()) return;
    const QRect room = m_area.adjusted(gridUnit + 2, gridUnit, -gridUnit, -gridUnit);
    const QString text = painter.fontMetrics().elidedText(m_hint, Qt::ElideRight, room.width());
    const QRect box = painter.boundingRect(room, Qt::AlignLeft | Qt::AlignTop, text);
    QColor veil = m_colours.background;
    veil.setAlpha(200);
    painter.fillRect(box.adjusted(-4, -2, 4, 2), veil);
    painter.setPen(m_colours.muted);
    painter.drawText(box, Qt::AlignLeft | Qt::AlignTop, text);
}

} // namespace zscape
