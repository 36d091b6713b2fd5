#include "widgets/sky_view.h"

#include <QKeyEvent>
#include <qcustomplot.h>

#include <algorithm>
#include <cmath>

namespace zscape {

namespace {

constexpr double halfWidth = 2.08, halfHeight = 1.04; ///< of the ellipse, with a margin
constexpr int graticuleStep = 30;                     ///< degrees

PlotTrack thinLine(std::vector<QPointF> points, const QColor& colour) {
    PlotTrack line;
    line.points = std::move(points);
    line.colour = colour.rgba();
    line.marks = false;
    return line;
}

QPointF pointOf(const Mollweide::Plane& at) {
    return {at.x, at.y};
}

} // namespace

SkyView::SkyView(QWidget* parent) : QWidget(parent), m_map(new ScatterView(this)) {
    m_map->setAccessibleName(tr("Sky map"));
    m_map->setToolTip(tr("The whole sky in Mollweide's equal-area projection, longitude growing to the left.\n"
                         "R, L, B: select with a rectangle, lasso or brush; P: pan; F: show all"));
    setAccessibleName(tr("Sky map"));
    setFocusProxy(m_map);
    m_map->installEventFilter(this);
    connect(m_map, &ScatterView::starPicked, this, &SkyView::starPicked);
    connect(m_map, &ScatterView::nothingPicked, this, &SkyView::nothingPicked);
    connect(m_map, &ScatterView::hovered, this, &SkyView::hovered);
    connect(m_map, &ScatterView::markedStarPicked, this, &SkyView::markedStarPicked);
    connect(m_map, &ScatterView::shapeDrawn, this, &SkyView::convertShape);
    connect(m_map, &ScatterView::cursorMoved, this, [this](const QPointF& at) {
        if (const auto sky = m_projection.inverse(at.x(), at.y())) emit cursorMoved(*sky);
    });
    setTheme(m_theme);
}

void SkyView::setColumns(const Columns& columns, double centre) {
    m_projection = Mollweide(centre);
    m_columns = {};
    if (columns.longitude && columns.latitude) {
        ThreadPool pool(std::min(availableCores(), 8));
        ProjectedSky projected = projectSky(pool, m_projection, *columns.longitude, *columns.latitude);
        m_columns.x = std::make_shared<const std::vector<float>>(std::move(projected.x));
        m_columns.y = std::make_shared<const std::vector<float>>(std::move(projected.y));
    }
    m_columns.labels = columns.labels;
    m_columns.shown = columns.shown;
    m_columns.colourLabel = columns.colourLabel;
    m_map->setColumns(m_columns);
    m_map->setStatusHint(columns.longitudeLabel.isEmpty()
                             ? QString()
                             : tr("%1, %2; centre %3°").arg(columns.longitudeLabel, columns.latitudeLabel).arg(centre));
    placeMarked();
    drawGraticule();
    hideAxes();
    fitToSky();
}

void SkyView::setMarkedStars(std::vector<MarkedStar> stars) {
    m_marked = std::move(stars);
    placeMarked();
}

void SkyView::placeMarked() {
    std::vector<MarkedStar> placed = m_marked;
    for (MarkedStar& star : placed) {
        if (!std::isfinite(star.at.x()) || !(std::abs(star.at.y()) <= 90)) {
            star.at = {std::nan(""), std::nan("")};
        } else {
            star.at = pointOf(m_projection.project(star.at.x(), star.at.y()));
        }
        star.sigma = {};
    }
    m_map->setMarkedStars(std::move(placed));
}

void SkyView::setPicked(std::optional<std::size_t> row) {
    std::optional<QPointF> at;
    if (row && m_columns.x && *row < m_columns.x->size()) {
        const QPointF place(double((*m_columns.x)[*row]), double((*m_columns.y)[*row]));
        if (std::isfinite(place.x()) && std::isfinite(place.y())) at = place;
    }
    m_map->setPicked(at);
}

void SkyView::setTheme(Theme theme) {
    m_theme = theme;
    m_map->setTheme(theme);
    drawGraticule();
    hideAxes();
}

void SkyView::hideAxes() {
    for (QCPAxis* axis : m_map->plot().axisRect()->axes()) {
        axis->setVisible(false);
    }
}

void SkyView::drawGraticule() {
    const PlotColours colours = plotColours(m_theme);
    QColor faint = colours.foreground;
    faint.setAlpha(110);
    std::vector<PlotTrack> lines;
    const double east = m_projection.centre() + 180 - 1e-9, west = m_projection.centre() - 180 + 1e-9;
    for (int latitude = -90 + graticuleStep; latitude < 90; latitude += graticuleStep) {
        lines.push_back(thinLine(
            {pointOf(m_projection.project(east, latitude)), pointOf(m_projection.project(west, latitude))}, faint));
    }
    for (int away = -180; away <= 180; away += graticuleStep) {
        const bool edge = std::abs(away) == 180;
        std::vector<QPointF> points;
        for (int latitude = -90; latitude <= 90; latitude += 2) {
            points.push_back(pointOf(
                m_projection.project(edge ? (away > 0 ? east : west) : m_projection.centre() + away, latitude)));
        }
        lines.push_back(thinLine(std::move(points), edge ? colours.foreground : faint));
    }
    m_map->setTracks(std::move(lines));
}

void SkyView::fitToSky() {
    const QRect area = m_map->plotArea();
    const double width = std::max(1, area.width()), height = std::max(1, area.height());
    const double perPixel = std::max(2 * halfWidth / width, 2 * halfHeight / height);
    m_map->setAxes({-perPixel * width / 2, perPixel * width / 2}, {-perPixel * height / 2, perPixel * height / 2});
}

bool SkyView::eventFilter(QObject* object, QEvent* event) {
    if (object == m_map && event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<const QKeyEvent*>(event);
        const bool all = key->key() == Qt::Key_Home || key->key() == Qt::Key_F;
        if (all && !(key->modifiers() & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier))) {
            m_map->noteZoom();
            fitToSky();
            return true;
        }
    }
    return QWidget::eventFilter(object, event);
}

QPointF SkyView::toWidget(const SkyPoint& at) const {
    const Mollweide::Plane plane = m_projection.project(at.longitude, at.latitude);
    return m_map->mapToParent(QPointF(0, 0).toPoint()) + m_map->toWidget({plane.x, plane.y});
}

void SkyView::convertShape(const PlotShape& shape, ShapeModifier modifier) {
    std::vector<std::vector<Mollweide::Plane>> areas;
    if (const auto* polygon = std::get_if<PlotPolygon>(&shape.geometry)) {
        areas.emplace_back();
        for (const QPointF& vertex : polygon->vertices) {
            areas.back().push_back({vertex.x(), vertex.y()});
        }
    } else {
        const QRect area = m_map->plotArea();
        const Viewport view{m_map->xAxis(), m_map->yAxis(), std::max(1, area.width()), std::max(1, area.height())};
        for (const QPolygonF& part : shapeArea(shape, view).simplified().toSubpathPolygons()) {
            areas.emplace_back();
            for (const QPointF& pixel : part) {
                areas.back().push_back({view.dataX(pixel.x()), view.dataY(pixel.y())});
            }
        }
    }
    PlotOutlines outlines;
    for (const std::vector<Mollweide::Plane>& area : areas) {
        for (const std::vector<SkyPoint>& part : skyOutlines(m_projection, area)) {
            PlotPolygon polygon;
            for (const SkyPoint& point : part) {
                polygon.vertices.emplace_back(point.longitude, point.latitude);
            }
            outlines.parts.push_back(std::move(polygon));
        }
    }
    if (!outlines.parts.empty()) emit shapeDrawn({outlines, false, false}, modifier);
}

void SkyView::resizeEvent(QResizeEvent*) {
    m_map->setGeometry(rect());
    m_map->renderNow(); // lays the plot out, so that its area is known
    fitToSky();
}

} // namespace zscape
