#pragma once

#include "core/plot/viewport.h"
#include "widgets/plot_shape.h"

#include <QImage>
#include <QPainterPath>

#include <optional>

namespace zscape {

/// A shape while it is drawn, in the pixels of a plot area: what the pointer did so far, what it covers, and in the end
/// the shape in data units. Arithmetic only; views translate events and paint.
class ShapeDrawing {
public:
    /// The brush's radius is in pixels.
    void begin(PlotTool tool, const QPointF& pixel, const Viewport& view, double brushRadius);
    void moveTo(const QPointF& pixel);
    bool active() const { return m_active; }
    void cancel();
    PlotTool tool() const { return m_tool; }
    const Viewport& view() const { return m_view; }

    /// What would be selected, filled even-odd in pixels; and the line that was drawn.
    QPainterPath area() const;
    QPainterPath outline() const;
    /// Ends it. Nothing where it is too small to mean anything (a click, or a line that goes nowhere).
    std::optional<PlotShape> finish();

private:
    QPointF toData(const QPointF& pixel) const;
    std::vector<QPointF> dataOf(const std::vector<QPointF>& pixels) const;

    bool m_active = false;
    PlotTool m_tool = PlotTool::Pan;
    Viewport m_view;
    double m_brushRadius = 16;
    std::vector<QPointF> m_path;
};

/// The area of a shape in the pixels of a view, as ShapeDrawing::area has it.
QPainterPath shapeArea(const PlotShape& shape, const Viewport& view);
/// One byte a pixel, 255 where the centre of the pixel is in `area`.
QImage areaMask(const QPainterPath& area, int width, int height);
/// The fewest of the points that stay within `tolerance` of the line through all of them (Douglas and Peucker 1973).
std::vector<QPointF> thinned(const std::vector<QPointF>& points, double tolerance);

} // namespace zscape
