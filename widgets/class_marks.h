#pragma once

#include "core/plot/class_mark.h"

#include <QColor>
#include <QIcon>
#include <QPainter>
#include <QPolygonF>
#include <QString>

namespace zscape {

/// Side of the shape of a class beside small points, in device-independent pixels.
inline constexpr int classMarkSize = 7;

/// The outline of a shape around a place, `size` from side to side.
QPolygonF markPolygon(ClassMark mark, const QPointF& at, double size);
/// A shape in the colour of its class; the edge sets it off from others of that colour.
void paintClassMark(QPainter& painter, ClassMark mark, const QPointF& at, double size, const QColor& colour,
                    const QColor& edge);
/// For a list; the same in a chosen row.
QIcon classMarkIcon(ClassMark mark, const QColor& colour, const QColor& edge);
/// "triangle", for who cannot see it.
QString markName(ClassMark mark);

} // namespace zscape
