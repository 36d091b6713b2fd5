#include "app/figure/sky_figure.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace zscape {

namespace {

constexpr double pi = std::numbers::pi;
constexpr double halfWidth = 2 * std::numbers::sqrt2; // of the ellipse on a unit sphere
constexpr double halfHeight = std::numbers::sqrt2;

/// Mollweide (1805): 2 t + sin 2t = pi sin(latitude); x = (2 sqrt 2 / pi) longitude cos t, y = sqrt 2 sin t.
QPointF mollweide(double longitude_deg, double latitude_deg) {
    if (!std::isfinite(longitude_deg) || !(std::abs(latitude_deg) <= 90)) {
        return {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::quiet_NaN()};
    }
    const double latitude = latitude_deg * pi / 180;
    double t = latitude;
    if (std::abs(latitude_deg) < 89.999) {
        for (int i = 0; i < 30; ++i) {
            const double step = (2 * t + std::sin(2 * t) - pi * std::sin(latitude)) / (2 + 2 * std::cos(2 * t));
            t -= step;
            if (std::abs(step) < 1e-10) break;
        }
    }
    double longitude = std::remainder(longitude_deg, 360.0);
    return {-halfWidth / 180 * longitude * std::cos(t), halfHeight * std::sin(t)};
}

CurveLayer graticule(const QString& name, std::vector<QPointF> points, double width) {
    return {name, std::move(points), QColor(0x80, 0x80, 0x80), width, Qt::SolidLine};
}

} // namespace

Figure skyFigure(FigureBuilder& builder, const ViewOptions& view) {
    Figure& figure = builder.figure();
    const FigureColumn longitude = builder.column(view.x), latitude = builder.column(view.y);
    auto xs = std::make_shared<std::vector<float>>(longitude->size());
    auto ys = std::make_shared<std::vector<float>>(longitude->size());
    for (std::size_t star = 0; star < longitude->size(); ++star) {
        const QPointF at = mollweide((*longitude)[star], (*latitude)[star]);
        (*xs)[star] = static_cast<float>(at.x());
        (*ys)[star] = static_cast<float>(at.y());
    }
    FigurePanel panel;
    panel.name = QStringLiteral("sky (Mollweide)");
    panel.bare = true;
    panel.x = {-1.02 * halfWidth, 1.02 * halfWidth, false, false};
    panel.y = {-1.02 * halfHeight, 1.02 * halfHeight, false, false};
    panel.xTickLabels = panel.yTickLabels = false;
    panel.xLabel = FigureBuilder::label(view.x) + QStringLiteral(", ") + FigureBuilder::label(view.y) +
                   QStringLiteral(": 0 in the middle, growing to the left; lines every 30°");
    StarsLayer stars;
    stars.name = QStringLiteral("stars");
    stars.x = xs;
    stars.y = ys;
    stars.shown = view.shown;
    stars.pointSize_mm = xs->size() > 50000 ? 0.1 : 0.25;
    stars.sourceIds = builder.sourceIds();
    if (!view.highlights.empty()) {
        stars.plain = 0xFFC4C4C4;
    } else if (!view.colour.empty()) {
        stars.labels = builder.column(view.colour);
        stars.meanPerPixel = true;
        const ValueRange range = percentileRange(*stars.labels, 2, 98);
        if (view.scale) {
            stars.colour = *view.scale;
        } else {
            stars.colour.lower = view.colourRange ? view.colourRange->first : range.lower;
            stars.colour.upper = view.colourRange ? view.colourRange->second : range.upper;
        }
        PanelColourBar bar;
        bar.scale = stars.colour;
        bar.label = FigureBuilder::label(view.colour);
        panel.colourBar = bar;
    }
    panel.layers.emplace_back(std::move(stars));
    PanelLegend legend;
    for (const ViewOptions::Highlight& one : view.highlights) {
        StarsLayer layer;
        layer.name = QString::fromStdString(one.name);
        layer.x = xs;
        layer.y = ys;
        layer.shown = one.stars;
        layer.plain = one.colour;
        layer.pointSize_mm = 0.25;
        layer.sourceIds = builder.sourceIds();
        panel.layers.emplace_back(std::move(layer));
        legend.entries.push_back({QString::fromStdString(one.name).toHtmlEscaped(), LegendEntry::Kind::Marker,
                                  QColor(one.colour), Qt::SolidLine, MarkerShape::Circle, QColor()});
    }
    for (int lon = -150; lon <= 150; lon += 30) {
        std::vector<QPointF> line;
        for (int lat = -90; lat <= 90; lat += 3) {
            line.push_back(mollweide(lon, lat));
        }
        panel.layers.emplace_back(graticule(QStringLiteral("graticule"), std::move(line), 0.08));
    }
    for (int lat = -60; lat <= 60; lat += 30) {
        panel.layers.emplace_back(
            graticule(QStringLiteral("graticule"), {mollweide(-179.9999, lat), mollweide(179.9999, lat)}, 0.08));
    }
    std::vector<QPointF> rim;
    for (int i = 0; i <= 360; ++i) {
        rim.emplace_back(halfWidth * std::cos(i * pi / 180), halfHeight * std::sin(i * pi / 180));
    }
    CurveLayer outline{QStringLiteral("outline"), std::move(rim), QColor(Qt::black), 0.25, Qt::SolidLine};
    panel.layers.emplace_back(std::move(outline));
    figure.panels.push_back(std::move(panel));
    PanelGrid grid;
    grid.cells = {{0}};
    grid.right_mm = figure.style.width_mm;
    grid.top_mm = contentTop(figure);
    grid.aspect = 0.5;
    figure.height_mm = arrangePanels(figure, grid);
    if (!legend.entries.empty()) {
        figure.legend = FigureLegend{legend, figure.panels.front().frame.topRight()};
    }
    return std::move(figure);
}

} // namespace zscape
