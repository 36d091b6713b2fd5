#include "widgets/class_marks.h"

#include <QCoreApplication>
#include <QPixmap>

namespace zscape {

QPolygonF markPolygon(ClassMark mark, const QPointF& at, double size) {
    QPolygonF polygon;
    for (const MarkCorner& corner : markOutline(mark)) {
        polygon.append(at + 0.5 * size * QPointF(corner.x, corner.y));
    }
    return polygon;
}

void paintClassMark(QPainter& painter, ClassMark mark, const QPointF& at, double size, const QColor& colour,
                    const QColor& edge) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(edge, 1, Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
    painter.setBrush(colour);
    painter.drawPolygon(markPolygon(mark, at, size));
    painter.restore();
}

QIcon classMarkIcon(ClassMark mark, const QColor& colour, const QColor& edge) {
    constexpr int side = 14, ratio = 2;
    QPixmap pixmap(side * ratio, side * ratio);
    pixmap.setDevicePixelRatio(ratio);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    paintClassMark(painter, mark, {side / 2.0, side / 2.0}, side - 2, colour, edge);
    QIcon icon(pixmap);
    icon.addPixmap(pixmap, QIcon::Selected); // else Qt tints it
    return icon;
}

QString markName(ClassMark mark) {
    const auto translated = [](const char* name) { return QCoreApplication::translate("ClassMark", name); };
    switch (mark) {
    case ClassMark::Circle:
        return translated("circle");
    case ClassMark::Square:
        return translated("square");
    case ClassMark::Up:
        return translated("triangle");
    case ClassMark::Diamond:
        return translated("diamond");
    case ClassMark::Cross:
        return translated("cross");
    case ClassMark::Down:
        return translated("triangle on its tip");
    case ClassMark::Plus:
        return translated("plus sign");
    }
    return {};
}

} // namespace zscape
