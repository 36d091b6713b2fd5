// Selection tools of the latent map: shapes drawn with mouse or keys, and vertices that can be moved.
#include "widgets/scatter_view.h"

#include "core/plot/pixel_mask.h"
#include "widgets/number_text.h"
#include "widgets/scatter_overlay.h"
#include "widgets/star_layer.h"

#include <QKeyEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace zscape {

namespace {

constexpr double vertexGrabRadius = 8;
constexpr double edgeGrabDistance = 6;
constexpr double keyStep = 8, fineKeyStep = 1; ///< pixels
constexpr double smallestBrush = 3, largestBrush = 200, brushFactor = 1.25;

ShapeModifier modifierOf(Qt::KeyboardModifiers modifiers) {
    if (modifiers & Qt::ControlModifier) return ShapeModifier::Remove;
    return modifiers & Qt::ShiftModifier ? ShapeModifier::Add : ShapeModifier::Replace;
}

std::optional<QPointF> stepOf(int key) {
    switch (key) {
    case Qt::Key_Left:
        return QPointF(-1, 0);
    case Qt::Key_Right:
        return QPointF(1, 0);
    case Qt::Key_Up:
        return QPointF(0, -1);
    case Qt::Key_Down:
        return QPointF(0, 1);
    default:
        return std::nullopt;
    }
}

/// The stars of an image that lie in an area, in one colour.
QImage starsIn(const QImage& stars, const QPainterPath& area, const QColor& colour) {
    if (stars.isNull()) return {};
    QImage image(stars.size(), QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::transparent);
    QPainter painter(&image);
    painter.save();
    painter.scale(stars.devicePixelRatio(), stars.devicePixelRatio());
    painter.fillPath(area, colour);
    painter.restore();
    painter.setCompositionMode(QPainter::CompositionMode_DestinationIn);
    painter.drawImage(QRect(QPoint(0, 0), stars.size()), stars);
    painter.end();
    image.setDevicePixelRatio(stars.devicePixelRatio());
    return image;
}

} // namespace

void ScatterView::setTool(PlotTool tool) {
    if (tool == m_tool) return;
    if (m_drag == Drag::Shape) cancelDrag();
    m_tool = tool;
    m_keyCursor.reset();
    updateMarks();
    updateCursor(mapFromGlobal(QPointF(QCursor::pos())), {});
    emit toolChanged(tool);
}

void ScatterView::setBrushRadius(double radius) {
    m_brushRadius = std::clamp(radius, smallestBrush, largestBrush);
    updateMarks();
}

void ScatterView::setEditablePaths(std::vector<EditablePath> paths) {
    if (m_drag == Drag::Vertex) m_drag = Drag::None;
    const bool sameParts = paths.size() == m_paths.size();
    m_paths = std::move(paths);
    if (m_paths.empty()) {
        m_part = 0;
        m_vertex = -1;
        m_editable.reset();
    } else {
        if (!sameParts) m_part = m_paths.size() - 1;
        const EditablePath& path = m_paths[m_part];
        if (!sameParts || !m_editable || path.vertices.size() != m_editable->vertices.size()) m_vertex = -1;
        m_editable = path;
    }
    updateMarks();
}

void ScatterView::choosePart(std::size_t part) {
    if (part == m_part) return;
    m_part = part;
    m_editable = m_paths[part];
    m_vertex = -1;
}

/// The current path is another one now.
void ScatterView::notePath() {
    m_paths[m_part] = *m_editable;
    emit pathEdited(*m_editable, m_part);
}

void ScatterView::beginShape(const QPointF& widget, Qt::KeyboardModifiers modifiers) {
    m_drag = Drag::Shape;
    m_shapeModifier = m_tool == PlotTool::Track ? ShapeModifier::Replace : modifierOf(modifiers);
    m_shape.begin(m_tool, inPlotArea(widget), viewport(), m_brushRadius);
    updatePreview();
}

void ScatterView::continueShape(const QPointF& widget) {
    const QRect area = plotArea();
    // Held at the edge: what is outside cannot be seen.
    const QPointF held(std::clamp(widget.x(), double(area.left()), double(area.left() + area.width())),
                       std::clamp(widget.y(), double(area.top()), double(area.top() + area.height())));
    m_shape.moveTo(inPlotArea(held));
    updatePreview();
}

void ScatterView::endShape() {
    const std::optional<PlotShape> shape = m_shape.finish();
    m_previewCount = 0;
    updateMarks();
    if (!shape) return;
    if (m_tool != PlotTool::Track) {
        emit shapeDrawn(*shape, m_shapeModifier);
        return;
    }
    setTool(PlotTool::Pan);
    emit trackDrawn(*shape);
}

void ScatterView::updatePreview() {
    const Viewport view = viewport();
    const QImage mask = areaMask(m_shape.area(), view.width, view.height);
    m_previewCount = countOnMask(m_stars->pool(), m_stars->ordered(), view,
                                 {mask.constBits(), static_cast<std::size_t>(mask.sizeInBytes())},
                                 static_cast<std::size_t>(mask.bytesPerLine()));
    updateMarks();
}

QString ScatterView::modeText() const {
    QString text;
    switch (m_mode) {
    case DrawMode::Scatter:
        break;
    case DrawMode::Density:
        text = tr("Density");
        break;
    case DrawMode::Contour: {
        QStringList parts;
        for (const double fraction : m_fractions) {
            parts += QString::number(100 * fraction, 'g', 3);
        }
        text = tr("Contours around %1 % of the stars").arg(parts.join(QStringLiteral(", ")));
        break;
    }
    }
    if (m_tool == PlotTool::Pan) return text;
    const QString tool = m_tool == PlotTool::Track
                             ? tr("%1: a line over stars, Esc cancels, Space pans").arg(toolName(m_tool))
                             : tr("%1: Shift adds, Ctrl removes, Esc cancels, Space pans").arg(toolName(m_tool));
    return text.isEmpty() ? tool : text + QStringLiteral("\n") + tool;
}

void ScatterView::updateMarks() {
    ToolMarks marks;
    const QPointF corner(plotArea().topLeft());
    if (!empty()) marks.mode = modeText();
    if (m_shape.active()) {
        const QPainterPath area = m_shape.area();
        marks.removing = m_shapeModifier == ShapeModifier::Remove;
        marks.area = area.translated(corner);
        marks.outline = (m_tool == PlotTool::Brush ? area : m_shape.outline()).translated(corner);
        const PlotColours colours = plotColours(m_theme);
        QColor colour = marks.removing ? colours.observed : colours.accent;
        colour.setAlpha(200); // what lies beneath is still seen
        marks.preview = starsIn(m_stars->image(), area, colour);
        const double percent = m_shownStars ? 100.0 * double(m_previewCount) / double(m_shownStars) : 0;
        marks.count = tr("%1 of %2 (%3 %)")
                          .arg(withThousands(static_cast<qint64>(m_previewCount)),
                               withThousands(static_cast<qint64>(m_shownStars)), fixedText(percent, 1));
    }
    if (m_editable) {
        for (const QPointF& vertex : m_editable->vertices) {
            marks.vertices.push_back(toWidget(vertex));
        }
        marks.closed = m_editable->closed;
        marks.vertex = m_vertex;
    }
    for (std::size_t part = 0; part < m_paths.size(); ++part) {
        if (part == m_part) continue;
        ToolMarks::Path other{{}, m_paths[part].closed};
        for (const QPointF& vertex : m_paths[part].vertices) {
            other.vertices.push_back(toWidget(vertex));
        }
        marks.others.push_back(std::move(other));
    }
    marks.keyCursor = m_keyCursor;
    m_overlay->setMarks(marks);

    std::optional<QPointF> star;
    if (m_hoveredRow) star = toWidget({double((*m_columns.x)[*m_hoveredRow]), double((*m_columns.y)[*m_hoveredRow])});
    if (star && (!std::isfinite(star->x()) || !std::isfinite(star->y()))) star.reset();
    m_overlay->setHovered(star, {});
}

/// The nearest of all paths; of two in one place the current path's.
std::optional<ScatterView::VertexPlace> ScatterView::vertexAt(const QPointF& widget) const {
    std::optional<VertexPlace> nearest;
    double distance = vertexGrabRadius;
    for (std::size_t part = 0; part < m_paths.size(); ++part) {
        const EditablePath& path = part == m_part ? *m_editable : m_paths[part];
        for (std::size_t k = 0; k < path.vertices.size(); ++k) {
            const QPointF apart = toWidget(path.vertices[k]) - widget;
            const double length = std::hypot(apart.x(), apart.y());
            if (!(length < distance || (part == m_part && length <= distance))) continue;
            distance = length;
            nearest = VertexPlace{part, k};
        }
    }
    return nearest;
}

void ScatterView::moveVertex(const QPointF& widget) {
    if (!m_editable || m_vertex < 0) return;
    m_editable->vertices[static_cast<std::size_t>(m_vertex)] = toData(widget);
    updateMarks();
}

bool ScatterView::insertVertex(const QPointF& widget) {
    // The current path first: edges may cross.
    for (std::size_t turn = 0; turn < m_paths.size(); ++turn) {
        const std::size_t part = (m_part + turn) % m_paths.size();
        const auto before = edgeAt(m_paths[part], widget);
        if (!before) continue;
        choosePart(part);
        m_editable->vertices.insert(m_editable->vertices.begin() + static_cast<std::ptrdiff_t>(*before) + 1,
                                    toData(widget));
        m_vertex = static_cast<int>(*before) + 1;
        updateMarks();
        notePath();
        return true;
    }
    return false;
}

/// The vertex that the edge under a place begins at.
std::optional<std::size_t> ScatterView::edgeAt(const EditablePath& path, const QPointF& widget) const {
    const std::vector<QPointF>& vertices = path.vertices;
    for (std::size_t k = 0; k + (path.closed ? 0 : 1) < vertices.size(); ++k) {
        const QPointF from = toWidget(vertices[k]), to = toWidget(vertices[(k + 1) % vertices.size()]);
        const QPointF along = to - from;
        const double length2 = QPointF::dotProduct(along, along);
        const double share = length2 > 0 ? QPointF::dotProduct(widget - from, along) / length2 : -1;
        const QPointF apart = widget - (from + share * along);
        if (share > 0 && share < 1 && std::hypot(apart.x(), apart.y()) <= edgeGrabDistance) return k;
    }
    return std::nullopt;
}

/// To the next vertex, or the one before, of all paths.
void ScatterView::walkVertices(int step) {
    const int count = static_cast<int>(m_editable->vertices.size());
    if (m_vertex < 0) {
        m_vertex = 0;
    } else if (m_vertex + step >= 0 && m_vertex + step < count) {
        m_vertex += step;
    } else {
        choosePart((m_part + m_paths.size() + static_cast<std::size_t>(step)) % m_paths.size());
        m_vertex = step > 0 ? 0 : static_cast<int>(m_editable->vertices.size()) - 1;
    }
    updateMarks();
}

bool ScatterView::vertexKey(const QKeyEvent& event) {
    if (!m_editable || m_editable->vertices.empty() || m_drag != Drag::None) return false;
    std::vector<QPointF>& vertices = m_editable->vertices;
    const int count = static_cast<int>(vertices.size());
    if (event.key() == Qt::Key_PageDown || event.key() == Qt::Key_PageUp) {
        walkVertices(event.key() == Qt::Key_PageDown ? 1 : -1);
        return true;
    }
    if (m_vertex < 0) return false;
    const auto at = static_cast<std::size_t>(m_vertex);
    if (event.key() == Qt::Key_Delete || event.key() == Qt::Key_Backspace) {
        if (count <= (m_editable->closed ? 3 : 2)) return true;
        vertices.erase(vertices.begin() + m_vertex);
        m_vertex = std::min(m_vertex, count - 2);
    } else if (const auto step = stepOf(event.key())) {
        const double pixels = event.modifiers() & Qt::ControlModifier ? fineKeyStep : keyStep;
        vertices[at] = toData(toWidget(vertices[at]) + pixels * *step);
    } else if (event.key() == Qt::Key_Escape) {
        m_vertex = -1;
        updateMarks();
        return true;
    } else {
        return false;
    }
    updateMarks();
    notePath();
    return true;
}

bool ScatterView::drawingKey(const QKeyEvent& event) {
    if (m_tool == PlotTool::Pan) return false;
    const QRectF area = plotArea();
    if (const auto step = stepOf(event.key())) {
        const double pixels = event.modifiers() & Qt::ControlModifier ? fineKeyStep : keyStep;
        const QPointF at = m_keyCursor.value_or(area.center()) + pixels * *step;
        m_keyCursor =
            QPointF(std::clamp(at.x(), area.left(), area.right()), std::clamp(at.y(), area.top(), area.bottom()));
        if (m_drag == Drag::Shape) continueShape(*m_keyCursor);
        updateMarks();
        return true;
    }
    if (event.key() != Qt::Key_Return && event.key() != Qt::Key_Enter) return false;
    if (m_drag == Drag::Shape) {
        m_drag = Drag::None;
        endShape();
    } else if (m_drag == Drag::None) {
        if (!m_keyCursor) m_keyCursor = area.center();
        beginShape(*m_keyCursor, event.modifiers());
    }
    return true;
}

bool ScatterView::toolKey(const QKeyEvent& event) {
    if (event.key() == Qt::Key_Escape && m_drag == Drag::None && m_tool != PlotTool::Pan) {
        setTool(PlotTool::Pan);
        return true;
    }
    if (event.modifiers() & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier)) return false;
    if (const std::optional<PlotTool> tool = toolOfKey(event.key())) {
        setTool(*tool);
        return true;
    }
    switch (event.key()) {
    case Qt::Key_S:
        setDrawMode(DrawMode::Scatter);
        return true;
    case Qt::Key_D:
        setDrawMode(DrawMode::Density);
        return true;
    case Qt::Key_C:
        setDrawMode(DrawMode::Contour);
        return true;
    case Qt::Key_BracketLeft:
    case Qt::Key_BracketRight:
        if (m_tool != PlotTool::Brush) return false;
        setBrushRadius(event.key() == Qt::Key_BracketLeft ? m_brushRadius / brushFactor : m_brushRadius * brushFactor);
        return true;
    default:
        return false;
    }
}

} // namespace zscape
