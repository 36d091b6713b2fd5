#include "widgets/marked_stars.h"

#include <QPainter>

#include <cmath>
#include <numbers>

namespace zscape {

namespace {

constexpr double diamondReach = 6, pickedReach = 9;
constexpr int corners = 72; ///< of an ellipse

bool isPlace(const QPointF& at) {
    return std::isfinite(at.x()) && std::isfinite(at.y());
}

QPolygonF diamond(const QPointF& at, double reach) {
    return {at + QPointF(0, -reach), at + QPointF(reach, 0), at + QPointF(0, reach), at + QPointF(-reach, 0)};
}

QPainterPath ellipseOf(const MarkedStar& star, const std::function<QPointF(const QPointF&)>& place) {
    QPainterPath path;
    if (!(star.sigma.x() > 0) && !(star.sigma.y() > 0)) return path;
    const QPointF middle = place(star.at), along = QPointF(star.sigma.x(), 0), across = QPointF(0, star.sigma.y());
    const QPointF right = place(star.at + along) - middle, left = middle - place(star.at - along);
    const QPointF up = place(star.at + across) - middle, down = middle - place(star.at - across);
    constexpr double bent = 0.25; // pixels
    if (std::abs(right.x() - left.x()) < bent && std::abs(up.y() - down.y()) < bent) {
        path.addEllipse(middle, std::abs(right.x()), std::abs(up.y()));
        return path;
    }
    bool isBegun = false;
    for (int corner = 0; corner <= corners; ++corner) {
        const double angle = 2 * std::numbers::pi * corner / corners;
        const QPointF at = place(star.at + QPointF(star.sigma.x() * std::cos(angle), star.sigma.y() * std::sin(angle)));
        if (!isPlace(at)) {
            isBegun = false; // beyond what a logarithmic axis has
        } else if (!isBegun) {
            path.moveTo(at);
            isBegun = true;
        } else {
            path.lineTo(at);
        }
    }
    return path;
}

} // namespace

std::vector<MarkedShape> markedShapes(const std::vector<MarkedStar>& stars,
                                      const std::function<QPointF(const QPointF&)>& place) {
    std::vector<MarkedShape> shapes;
    for (const MarkedStar& star : stars) {
        const QPointF at = place(star.at);
        if (isPlace(at)) shapes.push_back({at, ellipseOf(star, place), star.picked});
    }
    return shapes;
}

std::optional<std::size_t> markedStarAt(const std::vector<MarkedStar>& stars,
                                        const std::function<QPointF(const QPointF&)>& place, const QPointF& widget,
                                        double radius) {
    std::optional<std::size_t> nearest;
    double least = radius * radius;
    for (std::size_t index = 0; index < stars.size(); ++index) {
        const QPointF way = place(stars[index].at) - widget;
        const double squared = QPointF::dotProduct(way, way);
        if (!(squared <= least)) continue;
        least = squared;
        nearest = index;
    }
    return nearest;
}

void paintMarkedStars(QPainter& painter, const std::vector<MarkedShape>& shapes, const PlotColours& colours,
                      Theme theme, double size) {
    painter.save();
    QColor halo = colours.background;
    halo.setAlpha(220);
    const QColor colour = markedColour(theme);
    painter.setBrush(Qt::NoBrush);
    for (const MarkedShape& shape : shapes) {
        painter.setPen(QPen(halo, 3.5));
        painter.drawPath(shape.ellipse);
        painter.setPen(QPen(colour, shape.picked ? 2 : 1.5));
        painter.drawPath(shape.ellipse);
    }
    painter.setBrush(colour);
    for (const MarkedShape& shape : shapes) {
        const double reach = size * (shape.picked ? pickedReach : diamondReach);
        painter.setPen(QPen(halo, 4));
        painter.drawPolygon(diamond(shape.at, reach));
        painter.setPen(QPen(colours.foreground, shape.picked ? 2 : 1));
        painter.drawPolygon(diamond(shape.at, reach));
    }
    painter.restore();
}

QColor markedColour(Theme theme) {
    return classColours(theme)[3];
}

} // namespace zscape
