#pragma once

#include "widgets/theme.h"

#include <QPainterPath>
#include <QPointF>
#include <QString>

#include <functional>
#include <optional>
#include <vector>

class QPainter;

namespace zscape {

/// A star that is not of the catalogue, drawn on top of a plot: a diamond, and an ellipse for how well it is known.
struct MarkedStar {
    QPointF at;    ///< data coordinates
    QPointF sigma; ///< 1 sigma along each axis; 0 where an axis has none
    bool picked = false;
    bool operator==(const MarkedStar&) const = default;
};

/// A marked star in widget coordinates.
struct MarkedShape {
    QPointF at;
    QPainterPath ellipse;
    bool picked = false;
    bool operator==(const MarkedShape&) const = default;
};

/// Where the stars lie in a widget by `place`, which maps data to widget coordinates and may give NaN or infinity: such
/// a star has no place and is left out (`stars` tells which are in, by their order). The ellipse goes through data
/// coordinates, so that logarithmic axes bend it.
std::vector<MarkedShape> markedShapes(const std::vector<MarkedStar>& stars,
                                      const std::function<QPointF(const QPointF&)>& place);

/// The nearest of the stars within `radius` of a widget position: its number among `stars`.
std::optional<std::size_t> markedStarAt(const std::vector<MarkedStar>& stars,
                                        const std::function<QPointF(const QPointF&)>& place, const QPointF& widget,
                                        double radius);

void paintMarkedStars(QPainter& painter, const std::vector<MarkedShape>& shapes, const PlotColours& colours,
                      Theme theme, double size = 1);

/// The colour of marked stars: Okabe-Ito's reddish purple, which no selection begins with.
QColor markedColour(Theme theme);

} // namespace zscape
