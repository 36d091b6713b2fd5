#include "widgets/line_layer.h"

#include "widgets/class_marks.h"

#include <algorithm>
#include <cmath>

namespace zscape {

namespace {

constexpr double trackWidth = 1.75;
constexpr double markSide = 7;

QPolygonF inPixels(const QPolygonF& data, const Viewport& view, const QPointF& origin) {
    QPolygonF pixels;
    pixels.reserve(data.size());
    for (const QPointF& point : data) {
        const QPointF at(view.pixelX(point.x()), view.pixelY(point.y()));
        if (std::isfinite(at.x()) && std::isfinite(at.y())) pixels.append(at + origin);
    }
    return pixels;
}

} // namespace

std::vector<QPolygonF> trackPieces(const PlotTrack& track, const std::function<QPointF(const QPointF&)>& toPixels) {
    std::vector<QPolygonF> pieces;
    bool goesOn = false;
    for (std::size_t k = 0; k < track.points.size(); ++k) {
        const QPointF at = toPixels(track.points[k]);
        if (!std::isfinite(at.x()) || !std::isfinite(at.y())) {
            goesOn = false;
            continue;
        }
        if (!goesOn || (k < track.joined.size() && !track.joined[k])) pieces.emplace_back();
        pieces.back().append(at);
        goesOn = true;
    }
    return pieces;
}

LineLayer::LineLayer(QCPAxisRect& axisRect)
    : QCPLayerable(axisRect.parentPlot(), QStringLiteral("main"), &axisRect),
      m_axisRect(axisRect),
      m_colours(plotColours(Theme::Light)) {
    setParent(&axisRect);
}

void LineLayer::setAxes(const AxisRange& x, const AxisRange& y) {
    m_x = x;
    m_y = y;
}

void LineLayer::setTracks(std::vector<PlotTrack> tracks, const ColourScale& scale) {
    m_tracks = std::move(tracks);
    m_trackScale = scale;
}

Viewport LineLayer::viewport() const {
    const QRect area = m_axisRect.rect();
    return {m_x, m_y, std::max(1, area.width()), std::max(1, area.height())};
}

QColor LineLayer::colourOfPoint(const PlotTrack& track, std::size_t point) const {
    if (point >= track.along.size()) return QColor::fromRgba(track.colour);
    return QColor::fromRgba(colourOf(m_trackScale, track.along[point]));
}

void LineLayer::applyDefaultAntialiasingHint(QCPPainter* painter) const {
    painter->setAntialiasing(true);
}

QRect LineLayer::clipRect() const {
    return m_axisRect.rect();
}

void LineLayer::draw(QCPPainter* painter) {
    if (m_axisRect.rect().isEmpty()) return;
    const Viewport view = viewport();
    drawContours(*painter, view);
    for (const PlotTrack& track : m_tracks) {
        drawTrack(*painter, view, track);
    }
}

void LineLayer::drawContours(QCPPainter& painter, const Viewport& view) const {
    painter.setBrush(Qt::NoBrush);
    for (const ContourSet& set : m_contours) {
        for (const ContourSet::Level& level : set.levels) {
            painter.setPen(QPen(set.colour, level.width, level.dashed ? Qt::DashLine : Qt::SolidLine));
            for (const QPolygonF& line : level.lines) {
                const QPolygonF pixels = inPixels(line, view, m_axisRect.rect().topLeft());
                painter.drawPolyline(pixels);
                if (set.mark) drawMarks(painter, pixels, *set.mark, set.colour);
            }
        }
    }
}

/// A few along a line, so that it tells its selection without its colour; none on one that is hardly larger.
void LineLayer::drawMarks(QPainter& painter, const QPolygonF& line, ClassMark mark, const QColor& colour) const {
    constexpr qsizetype marks = 3;
    constexpr double leastExtent = 4 * markSide;
    const QSizeF extent = line.boundingRect().size();
    if (std::max(extent.width(), extent.height()) < leastExtent) return;
    for (qsizetype k = 0; k < marks; ++k) {
        paintClassMark(painter, mark, line[k * line.size() / marks], markSide, colour, m_colours.foreground);
    }
}

void LineLayer::drawTrack(QCPPainter& painter, const Viewport& view, const PlotTrack& track) const {
    painter.setBrush(Qt::NoBrush);
    if (!track.marks) { // a thin line of a map
        QPolygonF data(QList<QPointF>(track.points.begin(), track.points.end()));
        if (track.closed && !data.isEmpty()) data.append(data.front());
        const QPolygonF line = inPixels(data, view, m_axisRect.rect().topLeft());
        painter.setPen(QPen(QColor::fromRgba(track.colour), 1));
        painter.drawPolyline(line);
        return;
    }
    QColor halo = m_colours.background;
    halo.setAlpha(200);
    painter.setPen(QPen(halo, trackWidth + 2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    const std::vector<QPolygonF> pieces = trackPieces(track, [&](const QPointF& point) {
        return QPointF(view.pixelX(point.x()), view.pixelY(point.y())) + m_axisRect.rect().topLeft();
    });
    for (const QPolygonF& piece : pieces) {
        painter.drawPolyline(piece);
    }
    painter.setPen(QPen(QColor::fromRgba(track.colour), trackWidth, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    for (const QPolygonF& piece : pieces) {
        painter.drawPolyline(piece);
    }
    for (std::size_t k = 0; k < track.points.size(); ++k) {
        const QPointF at(view.pixelX(track.points[k].x()), view.pixelY(track.points[k].y()));
        if (!std::isfinite(at.x()) || !std::isfinite(at.y())) continue; // no place on a logarithmic axis
        paintClassMark(painter, track.mark, at + m_axisRect.rect().topLeft(), markSide, colourOfPoint(track, k),
                       m_colours.foreground);
    }
}

} // namespace zscape
