#pragma once

#include "core/plot/class_mark.h"

#include <QMetaType>
#include <QPointF>
#include <QString>

#include <limits>
#include <optional>
#include <variant>
#include <vector>

namespace zscape {

/// What the left button does in a view. Track draws one line that selects nothing; then the left button pans again.
enum class PlotTool { Pan, Rectangle, Lasso, Brush, CurveAbove, CurveBelow, Track };
/// Half the width of the band of stars around a drawn track, as a part of each axis.
inline constexpr double trackHalfWidth = 0.02;
/// Of a shape that was drawn: instead of the selection, with Shift added to it, with Ctrl taken out of it.
enum class ShapeModifier { Replace, Add, Remove };

/// A shape in data units; on a logarithmic axis straight lines are straight in log10. These are what the user drew, not
/// which stars: the owner makes a selection of them.
struct PlotRectangle {
    QPointF from, to; ///< lower and upper corner
    bool operator==(const PlotRectangle&) const = default;
};
struct PlotPolygon {
    std::vector<QPointF> vertices; ///< at least 3, closed from the last to the first; even-odd
    bool operator==(const PlotPolygon&) const = default;
};
struct PlotBrush {
    std::vector<QPointF> path;       ///< at least 1
    double radiusX = 0, radiusY = 0; ///< data units, on a logarithmic axis dex
    bool operator==(const PlotBrush&) const = default;
};
struct PlotCurve {
    std::vector<QPointF> line; ///< at least 2
    bool above = true;         ///< by the number, whatever way the axis runs
    bool operator==(const PlotCurve&) const = default;
};
struct PlotRange { ///< along x, of a histogram
    double low = -std::numeric_limits<double>::infinity();
    double high = std::numeric_limits<double>::infinity();
    bool operator==(const PlotRange&) const = default;
};
/// Several closed outlines, in any of which a star may be, for instance a lasso across the seam of a sky map.
struct PlotOutlines {
    std::vector<PlotPolygon> parts;
    bool operator==(const PlotOutlines&) const = default;
};

struct PlotShape {
    std::variant<PlotRectangle, PlotPolygon, PlotBrush, PlotCurve, PlotRange, PlotOutlines> geometry;
    bool logX = false, logY = false;
    bool operator==(const PlotShape&) const = default;
};

/// A line of points in data units on top of the stars: a track in this projection.
struct PlotTrack {
    QString name;
    std::vector<QPointF> points;
    std::vector<double> along;    ///< of each point, colours it along `setTrackScale`; empty: the line's colour
    std::vector<QString> texts;   ///< of each point, rich text shown under the cursor; may be empty
    std::vector<bool> joined;     ///< whether a line leads to each point from the one before; empty: to all
    unsigned colour = 0xFFD55E00; ///< 0xAARRGGBB, of the line
    bool closed = false;
    bool marks = true; ///< a shape at each point
    ClassMark mark = ClassMark::Circle;
};

/// Vertices that can be moved, of a polygon or an open line.
struct EditablePath {
    std::vector<QPointF> vertices;
    bool closed = true;
    bool operator==(const EditablePath&) const = default;
};

/// "Lasso", for tool tips and the mark in the corner of a view.
QString toolName(PlotTool tool);
/// The tool of a key of Qt::Key, the same in every view that has it; nothing for other keys.
std::optional<PlotTool> toolOfKey(int key);
/// One sentence that teaches how it works.
QString toolHelp(PlotTool tool);

} // namespace zscape

Q_DECLARE_METATYPE(zscape::PlotShape)
