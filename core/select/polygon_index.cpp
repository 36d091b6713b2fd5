#include "core/select/polygon_index.h"

#include <algorithm>
#include <cmath>

namespace zscape {

namespace {

/// Whether a ray from (x, y) to larger x crosses the edge. Half-open in y, so that a vertex counts once.
bool crosses(double x0, double y0, double x1, double y1, double x, double y) {
    return (y0 > y) != (y1 > y) && x < (x1 - x0) * (y - y0) / (y1 - y0) + x0;
}

} // namespace

bool polygonContains(std::span<const DataPoint> vertices, double x, double y) {
    bool odd = false;
    for (std::size_t i = 0; i < vertices.size(); ++i) {
        const DataPoint& a = vertices[i];
        const DataPoint& b = vertices[i + 1 < vertices.size() ? i + 1 : 0];
        odd ^= crosses(a.x, a.y, b.x, b.y, x, y);
    }
    return odd;
}

PolygonIndex::PolygonIndex(std::span<const DataPoint> vertices) {
    if (vertices.size() < 3) return;
    const auto [left, right] = std::ranges::minmax(vertices, {}, &DataPoint::x);
    const auto [bottom, top] = std::ranges::minmax(vertices, {}, &DataPoint::y);
    m_minX = left.x;
    m_maxX = right.x;
    m_minY = bottom.y;
    m_maxY = top.y;
    const auto scale = [](double extent) {
        const double one = static_cast<double>(gridSize) / extent;
        return std::isfinite(one) && std::isfinite(extent) ? one : 0.0; // a flat polygon has one cell
    };
    m_scaleX = scale(m_maxX - m_minX);
    m_scaleY = scale(m_maxY - m_minY);
    m_cells.assign(gridSize * gridSize, outside);
    m_rowEdges.resize(gridSize);
    for (std::size_t i = 0; i < vertices.size(); ++i) {
        const DataPoint& a = vertices[i];
        const DataPoint& b = vertices[i + 1 < vertices.size() ? i + 1 : 0];
        markEdge({a.x, a.y, b.x, b.y});
    }
    fillCells();
}

/// One cell more on every side, so that rounding never puts a point of a marked edge's neighbourhood elsewhere.
void PolygonIndex::markEdge(const Edge& edge) {
    const std::size_t last = gridSize - 1;
    const std::size_t low = cell((std::min(edge.y0, edge.y1) - m_minY) * m_scaleY);
    const std::size_t high = cell((std::max(edge.y0, edge.y1) - m_minY) * m_scaleY);
    for (std::size_t row = low > 0 ? low - 1 : 0; row <= std::min(high + 1, last); ++row) {
        m_rowEdges[row].push_back(edge);
        double left = std::min(edge.x0, edge.x1);
        double right = std::max(edge.x0, edge.x1);
        if (m_scaleY > 0 && edge.y0 != edge.y1) {
            // The piece of the edge in this row and half a row to both sides.
            const auto at = [&](double level) {
                const double y = m_minY + level / m_scaleY;
                const double t = std::clamp((y - edge.y0) / (edge.y1 - edge.y0), 0.0, 1.0);
                return edge.x0 + t * (edge.x1 - edge.x0);
            };
            const double below = at(static_cast<double>(row) - 0.5);
            const double above = at(static_cast<double>(row) + 1.5);
            left = std::max(left, std::min(below, above));
            right = std::min(right, std::max(below, above));
        }
        const std::size_t first = cell((left - m_minX) * m_scaleX);
        const std::size_t end = cell((right - m_minX) * m_scaleX);
        for (std::size_t column = first > 0 ? first - 1 : 0; column <= std::min(end + 1, last); ++column) {
            m_cells[row * gridSize + column] = onEdge;
        }
    }
}

void PolygonIndex::fillCells() {
    for (std::size_t row = 0; row < gridSize; ++row) {
        std::uint8_t before = onEdge;
        for (std::size_t column = 0; column < gridSize; ++column) {
            std::uint8_t& state = m_cells[row * gridSize + column];
            if (state != onEdge) {
                // Without an edge between two cells of a row their answer is the same.
                if (before == onEdge) {
                    const double x = m_minX + (static_cast<double>(column) + 0.5) / m_scaleX;
                    const double y = m_minY + (static_cast<double>(row) + 0.5) / m_scaleY;
                    state = crossesOddly(row, x, y) ? inside : outside;
                } else {
                    state = before;
                }
            }
            before = state;
        }
    }
}

bool PolygonIndex::crossesOddly(std::size_t row, double x, double y) const {
    bool odd = false;
    for (const Edge& edge : m_rowEdges[row]) {
        odd ^= crosses(edge.x0, edge.y0, edge.x1, edge.y1, x, y);
    }
    return odd;
}

} // namespace zscape
