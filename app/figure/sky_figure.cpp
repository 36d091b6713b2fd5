#include "app/figure/sky_figure.h"

#include "app/figure/view_layers.h"
#include "core/plot/mollweide.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <numbers>

namespace zscape {

namespace {

constexpr double margin = 1.02;

QPointF at(const Mollweide& projection, double longitude, double latitude) {
    const Mollweide::Plane plane = projection.project(longitude, latitude);
    return {plane.x, plane.y};
}

void addGraticule(FigurePanel& panel, const Mollweide& projection) {
    const auto add = [&](const char* name, std::vector<QPointF> points, const QColor& colour, double width) {
        panel.layers.emplace_back(CurveLayer{QString::fromUtf8(name), std::move(points), colour, width, Qt::SolidLine});
    };
    const QColor grey(0x80, 0x80, 0x80);
    for (int lon = -150; lon <= 150; lon += 30) {
        std::vector<QPointF> line;
        for (int lat = -90; lat <= 90; lat += 3) {
            line.push_back(at(projection, projection.centre() + lon, lat));
        }
        add("graticule", std::move(line), grey, 0.08);
    }
    for (int lat = -60; lat <= 60; lat += 30) {
        add("graticule",
            {at(projection, projection.centre() - 179.9999, lat), at(projection, projection.centre() + 179.9999, lat)},
            grey, 0.08);
    }
    std::vector<QPointF> rim;
    for (int i = 0; i <= 360; ++i) {
        const double angle = i * std::numbers::pi / 180;
        rim.emplace_back(2 * std::cos(angle), std::sin(angle));
    }
    add("outline", std::move(rim), Qt::black, 0.25);
}

bool isRightAscension(const std::string& id) {
    return id.size() >= 2 && std::tolower(static_cast<unsigned char>(id[0])) == 'r' &&
           std::tolower(static_cast<unsigned char>(id[1])) == 'a';
}

} // namespace

Figure skyFigure(FigureBuilder& builder, const ViewOptions& view) {
    Figure& figure = builder.figure();
    // As in the window: the galactic centre, or 12 h, in the middle.
    const Mollweide projection(isRightAscension(view.x) ? 180 : 0);
    ThreadPool pool(1);
    ProjectedSky sky = projectSky(pool, projection, *builder.column(view.x), *builder.column(view.y));
    FigurePanel panel;
    panel.name = QStringLiteral("sky (Mollweide)");
    panel.bare = true;
    panel.x = drawableRange(view.xRange.value_or(AxisRange{-2 * margin, 2 * margin, false, false}));
    panel.y = drawableRange(view.yRange.value_or(AxisRange{-margin, margin, false, false}));
    panel.xTickLabels = panel.yTickLabels = false;
    panel.xLabel = FigureBuilder::label(view.x) + QStringLiteral(", ") + FigureBuilder::label(view.y) +
                   QStringLiteral(": %1° in the middle, growing to the left; lines every 30°").arg(projection.centre());
    addStars(builder, panel, view, std::make_shared<const std::vector<float>>(std::move(sky.x)),
             std::make_shared<const std::vector<float>>(std::move(sky.y)));
    addGraticule(panel, projection);
    figure.panels.push_back(std::move(panel));
    PanelGrid grid;
    grid.cells = {{0}};
    grid.right_mm = figure.style.width_mm;
    grid.top_mm = contentTop(figure);
    if (auto& legend = figure.panels.front().legend) {
        legend->columns = std::min<int>(static_cast<int>(legend->entries.size()), builder.wide() ? 6 : 3);
        grid.top_mm = placeLegend(figure, *legend);
        legend.reset();
    }
    const AxisRange &across = figure.panels.front().x, &up = figure.panels.front().y;
    grid.aspect = std::clamp((up.upper - up.lower) / (across.upper - across.lower), 0.2, 2.0);
    figure.height_mm = arrangePanels(figure, grid);
    return std::move(figure);
}

} // namespace zscape
