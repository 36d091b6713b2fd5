#include "widgets/shape_drawing.h"

#include <QCoreApplication>
#include <QPainter>
#include <QPainterPathStroker>

#include <algorithm>
#include <cmath>

namespace zscape {

namespace {

constexpr double smallestShape = 3;    ///< pixels
constexpr double thinningPixels = 0.7; ///< how far a thinned outline may be from the pointer's path
constexpr double beyond = 4;           ///< pixels past the edge of the plot: everything on that side

double distanceToPiece(const QPointF& point, const QPointF& from, const QPointF& to) {
    const QPointF along = to - from;
    const double length2 = QPointF::dotProduct(along, along);
    const double share = length2 > 0 ? std::clamp(QPointF::dotProduct(point - from, along) / length2, 0.0, 1.0) : 0;
    const QPointF apart = point - (from + share * along);
    return std::hypot(apart.x(), apart.y());
}

void thin(const std::vector<QPointF>& points, std::size_t first, std::size_t last, double tolerance,
          std::vector<bool>& kept) {
    double farthest = tolerance;
    std::size_t at = first;
    for (std::size_t k = first + 1; k < last; ++k) {
        const double distance = distanceToPiece(points[k], points[first], points[last]);
        if (distance > farthest) {
            farthest = distance;
            at = k;
        }
    }
    if (at == first) return;
    kept[at] = true;
    thin(points, first, at, tolerance, kept);
    thin(points, at, last, tolerance, kept);
}

QPainterPath polyline(const std::vector<QPointF>& points, bool closed) {
    QPainterPath path;
    for (const QPointF& point : points) {
        path.elementCount() == 0 ? path.moveTo(point) : path.lineTo(point);
    }
    if (closed) path.closeSubpath();
    return path;
}

/// The area between a line and the upper or lower end of the plot, for stars above or below by the number.
QPainterPath curveArea(const std::vector<QPointF>& line, const Viewport& view, bool above) {
    if (line.size() < 2) return {};
    const double edge = above != view.y.flipped ? -beyond : view.height + beyond;
    std::vector<QPointF> points = line;
    points.emplace_back(line.back().x(), edge);
    points.emplace_back(line.front().x(), edge);
    return polyline(points, true);
}

QPainterPath strokeArea(const std::vector<QPointF>& path, double radiusX, double radiusY) {
    QPainterPath area;
    area.setFillRule(Qt::WindingFill);
    if (path.empty() || !(radiusX > 0) || !(radiusY > 0)) return area;
    if (path.size() == 1) {
        area.addEllipse(path.front(), radiusX, radiusY);
        return area;
    }
    // A round pen, stretched where the zoom has changed since.
    QTransform squeeze = QTransform::fromScale(1, radiusX / radiusY),
               back = QTransform::fromScale(1, radiusY / radiusX);
    QPainterPathStroker stroker;
    stroker.setWidth(2 * radiusX);
    stroker.setCapStyle(Qt::RoundCap);
    stroker.setJoinStyle(Qt::RoundJoin);
    area = back.map(stroker.createStroke(squeeze.map(polyline(path, false))));
    area.setFillRule(Qt::WindingFill);
    return area;
}

/// How far a length in pixels reaches on an axis: data units, or dex.
double unitsOf(const AxisRange& axis, double pixels, int length) {
    const double width = axis.logarithmic ? std::log10(axis.upper / axis.lower) : axis.upper - axis.lower;
    return pixels * width / length;
}

} // namespace

std::vector<QPointF> thinned(const std::vector<QPointF>& points, double tolerance) {
    if (points.size() < 3) return points;
    std::vector<bool> kept(points.size(), false);
    kept.front() = kept.back() = true;
    thin(points, 0, points.size() - 1, tolerance, kept);
    std::vector<QPointF> result;
    for (std::size_t k = 0; k < points.size(); ++k) {
        if (kept[k]) result.push_back(points[k]);
    }
    return result;
}

void ShapeDrawing::begin(PlotTool tool, const QPointF& pixel, const Viewport& view, double brushRadius) {
    m_active = tool != PlotTool::Pan;
    m_tool = tool;
    m_view = view;
    m_brushRadius = brushRadius;
    m_path = {pixel};
}

void ShapeDrawing::moveTo(const QPointF& pixel) {
    if (!m_active || pixel == m_path.back()) return;
    if (m_tool == PlotTool::Rectangle) m_path.resize(1);
    m_path.push_back(pixel);
}

void ShapeDrawing::cancel() {
    m_active = false;
    m_path.clear();
}

QPainterPath ShapeDrawing::outline() const {
    if (!m_active) return {};
    if (m_tool != PlotTool::Rectangle) return polyline(m_path, m_tool == PlotTool::Lasso);
    QPainterPath path;
    path.addRect(QRectF(m_path.front(), m_path.back()).normalized());
    return path;
}

QPainterPath ShapeDrawing::area() const {
    if (!m_active) return {};
    switch (m_tool) {
    case PlotTool::Brush:
        return strokeArea(m_path, m_brushRadius, m_brushRadius);
    case PlotTool::CurveAbove:
    case PlotTool::CurveBelow:
        return curveArea(m_path, m_view, m_tool == PlotTool::CurveAbove);
    case PlotTool::Track: // the stars that will be its members
        return strokeArea(m_path, trackHalfWidth * m_view.width, trackHalfWidth * m_view.height);
    default:
        return outline();
    }
}

QPointF ShapeDrawing::toData(const QPointF& pixel) const {
    return {m_view.dataX(pixel.x()), m_view.dataY(pixel.y())};
}

std::vector<QPointF> ShapeDrawing::dataOf(const std::vector<QPointF>& pixels) const {
    std::vector<QPointF> data;
    data.reserve(pixels.size());
    for (const QPointF& pixel : pixels) {
        data.push_back(toData(pixel));
    }
    return data;
}

std::optional<PlotShape> ShapeDrawing::finish() {
    if (!m_active) return std::nullopt;
    m_active = false;
    PlotShape shape;
    shape.logX = m_view.x.logarithmic;
    shape.logY = m_view.y.logarithmic;
    const QRectF extent = polyline(m_path, false).boundingRect();
    const std::vector<QPointF> path = thinned(m_path, thinningPixels);
    switch (m_tool) {
    case PlotTool::Pan:
        return std::nullopt;
    case PlotTool::Rectangle: {
        if (extent.width() < smallestShape || extent.height() < smallestShape) return std::nullopt;
        const QPointF a = toData(extent.topLeft()), b = toData(extent.bottomRight());
        shape.geometry = PlotRectangle{{std::min(a.x(), b.x()), std::min(a.y(), b.y())},
                                       {std::max(a.x(), b.x()), std::max(a.y(), b.y())}};
        return shape;
    }
    case PlotTool::Lasso:
        if (path.size() < 3 || extent.width() < smallestShape || extent.height() < smallestShape) return std::nullopt;
        shape.geometry = PlotPolygon{dataOf(path)};
        return shape;
    case PlotTool::Brush:
        shape.geometry = PlotBrush{dataOf(path), unitsOf(m_view.x, m_brushRadius, m_view.width),
                                   unitsOf(m_view.y, m_brushRadius, m_view.height)};
        return shape;
    case PlotTool::CurveAbove:
    case PlotTool::CurveBelow:
        if (path.size() < 2 || extent.width() < smallestShape) return std::nullopt;
        shape.geometry = PlotCurve{dataOf(path), m_tool == PlotTool::CurveAbove};
        return shape;
    case PlotTool::Track:
        if (path.size() < 2 || std::max(extent.width(), extent.height()) < smallestShape) return std::nullopt;
        shape.geometry = PlotCurve{dataOf(path), true};
        return shape;
    }
    return std::nullopt;
}

QPainterPath shapeArea(const PlotShape& shape, const Viewport& view) {
    const auto pixel = [&](const QPointF& at) { return QPointF(view.pixelX(at.x()), view.pixelY(at.y())); };
    const auto pixels = [&](const std::vector<QPointF>& points) {
        std::vector<QPointF> result;
        for (const QPointF& point : points) {
            result.push_back(pixel(point));
        }
        return result;
    };
    QPainterPath area;
    if (const auto* rectangle = std::get_if<PlotRectangle>(&shape.geometry)) {
        area.addRect(QRectF(pixel(rectangle->from), pixel(rectangle->to)).normalized());
    } else if (const auto* polygon = std::get_if<PlotPolygon>(&shape.geometry)) {
        area = polyline(pixels(polygon->vertices), true);
    } else if (const auto* brush = std::get_if<PlotBrush>(&shape.geometry)) {
        area = strokeArea(pixels(brush->path), brush->radiusX / unitsOf(view.x, 1, view.width),
                          brush->radiusY / unitsOf(view.y, 1, view.height));
    } else if (const auto* curve = std::get_if<PlotCurve>(&shape.geometry)) {
        area = curveArea(pixels(curve->line), view, curve->above);
    } else if (const auto* outlines = std::get_if<PlotOutlines>(&shape.geometry)) {
        for (const PlotPolygon& part : outlines->parts) {
            area.addPath(polyline(pixels(part.vertices), true));
        }
    } else if (const auto* range = std::get_if<PlotRange>(&shape.geometry)) {
        const double low = std::isfinite(range->low) ? view.pixelX(range->low) : (view.x.flipped ? view.width : 0);
        const double high = std::isfinite(range->high) ? view.pixelX(range->high) : (view.x.flipped ? 0 : view.width);
        area.addRect(QRectF(QPointF(low, 0), QPointF(high, view.height)).normalized());
    }
    return area;
}

QImage areaMask(const QPainterPath& area, int width, int height) {
    QImage mask(std::max(1, width), std::max(1, height), QImage::Format_Grayscale8);
    mask.fill(0);
    QPainter painter(&mask);
    painter.fillPath(area, Qt::white);
    return mask;
}

std::optional<PlotTool> toolOfKey(int key) {
    switch (key) {
    case Qt::Key_P:
        return PlotTool::Pan;
    case Qt::Key_R:
        return PlotTool::Rectangle;
    case Qt::Key_L:
        return PlotTool::Lasso;
    case Qt::Key_B:
        return PlotTool::Brush;
    case Qt::Key_A:
        return PlotTool::CurveAbove;
    case Qt::Key_U:
        return PlotTool::CurveBelow;
    case Qt::Key_T:
        return PlotTool::Track;
    default:
        return std::nullopt;
    }
}

QString toolName(PlotTool tool) {
    const auto tr = [](const char* text) { return QCoreApplication::translate("PlotTool", text); };
    switch (tool) {
    case PlotTool::Pan:
        return tr("Pan");
    case PlotTool::Rectangle:
        return tr("Rectangle");
    case PlotTool::Lasso:
        return tr("Lasso");
    case PlotTool::Brush:
        return tr("Brush");
    case PlotTool::CurveAbove:
        return tr("Above a curve");
    case PlotTool::CurveBelow:
        return tr("Below a curve");
    case PlotTool::Track:
        return tr("Draw a track");
    }
    return {};
}

QString toolHelp(PlotTool tool) {
    const auto tr = [](const char* text) { return QCoreApplication::translate("PlotTool", text); };
    switch (tool) {
    case PlotTool::Pan:
        return tr("Drag to move the view, click to pick the nearest star, Shift-drag to zoom to a frame (P)");
    case PlotTool::Rectangle:
        return tr("Drag a box around stars; Shift adds them to the selection, Ctrl removes them (R)");
    case PlotTool::Lasso:
        return tr("Draw around stars; Shift adds them to the selection, Ctrl removes them (L)");
    case PlotTool::Brush:
        return tr("Paint over stars; [ and ] change the brush, Shift adds, Ctrl removes (B)");
    case PlotTool::CurveAbove:
        return tr("Draw a line; the stars with larger values than it are selected (A)");
    case PlotTool::CurveBelow:
        return tr("Draw a line; the stars with smaller values than it are selected (U)");
    case PlotTool::Track:
        return tr("Draw a line over stars; those along it become a track, seen in every view (T)");
    }
    return {};
}

} // namespace zscape
