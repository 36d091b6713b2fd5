#pragma once

#include "widgets/figure/figure_metrics.h"
#include "widgets/figure/figure_page.h"

#include <QPainter>

namespace zscape {

/// Draws one panel of a figure. Internal to widgets/figure.
class PanelPainter {
public:
    PanelPainter(QPainter& painter, const Figure& figure, const FigurePanel& panel, bool outlines);

    void paintLayers();
    void paintAxes();
    void paintColourBar();
    void paintLegend();
    /// Anywhere on the page: `at` is the upper right corner.
    void paintLegend(const PanelLegend& legend, const QPointF& at);
    void paintTexts();

private:
    void paint(const StarsLayer& layer);
    void paint(const DensityLayer& layer);
    void paint(const ContourLayer& layer);
    void paint(const CurveLayer& layer);
    void paint(const MarkerLayer& layer);
    void paint(const StepsLayer& layer);
    void paint(const BandLayer& layer);
    void paint(const VerticalsLayer& layer);
    void paint(const TicksLayer& layer);
    void paint(const CellsLayer& layer);

    /// May lie far outside the frame; NaN where the axis has no place for it.
    QPointF toPage(const QPointF& data) const;
    QPointF toPage(const QPointF& data, const AxisRange& vertical) const;
    QPointF toPage(double x, double y) const { return toPage(QPointF(x, y)); }
    void polyline(const std::vector<QPointF>& page, const QPen& pen);
    void area(const std::vector<QPointF>& page, const QColor& colour);
    void marker(const QPointF& at, MarkerShape shape, double size, const QColor& fill, const QPen& edge);
    void markLine(const std::vector<QPointF>& page, MarkerShape shape, const QColor& colour);
    void markFullestBin(const DensityLayer& layer);
    void classMark(const QPointF& at, MarkerShape shape, const QColor& colour);
    void paintFrame();
    void paintTitle();
    void paintRightAxis(const PanelRightAxis& axis);
    void upright(const QString& html, double left); ///< along the right side of the frame
    void ticks(const FigureTicks& ticks, bool horizontal, bool labels);
    QPointF cornerBox(PanelCorner corner, const QSizeF& size) const;
    void box(const QRectF& rect);
    void drawLegend(const PanelLegend& legend, const QPointF& at);

    QPainter& m_painter;
    const Figure& m_figure;
    const FigurePanel& m_panel;
    bool m_outlines;
    FigureMetrics m_metrics;
};

} // namespace zscape
