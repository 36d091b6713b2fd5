#include "core/select/polygon_index.h"

#include <algorithm>
#include <array>
#include <bit>
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

PolygonIndex::PolygonIndex(std::span<const DataPoint> vertices) : m_cells(side * side, outside), m_rowEdges(side) {
    if (vertices.size() < 3) return;
    const auto [left, right] = std::ranges::minmax(vertices, {}, &DataPoint::x);
    const auto [bottom, top] = std::ranges::minmax(vertices, {}, &DataPoint::y);
    m_minX = left.x;
    m_maxX = right.x;
    m_minY = bottom.y;
    m_maxY = top.y;
    const auto scale = [](double extent) {
        const double one = static_cast<double>(boxCells) / extent;
        return std::isfinite(one) && std::isfinite(extent) ? one : 0.0; // a flat polygon has one cell
    };
    m_scaleX = scale(m_maxX - m_minX);
    m_scaleY = scale(m_maxY - m_minY);
    for (std::size_t i = 0; i < vertices.size(); ++i) {
        const DataPoint& a = vertices[i];
        const DataPoint& b = vertices[i + 1 < vertices.size() ? i + 1 : 0];
        markEdge({a.x, a.y, b.x, b.y});
    }
    fillCells();
}

/// One cell more on every side, so that rounding never puts a point of a marked edge's neighbourhood elsewhere.
void PolygonIndex::markEdge(const Edge& edge) {
    constexpr std::int32_t first = 1;
    constexpr auto last = static_cast<std::int32_t>(side) - 2;
    const std::int32_t low = cell(std::min(edge.y0, edge.y1), m_minY, m_scaleY);
    const std::int32_t high = cell(std::max(edge.y0, edge.y1), m_minY, m_scaleY);
    for (std::int32_t row = std::max(low - 1, first); row <= std::min(high + 1, last); ++row) {
        m_rowEdges[static_cast<std::size_t>(row)].push_back(edge);
        double left = std::min(edge.x0, edge.x1);
        double right = std::max(edge.x0, edge.x1);
        if (m_scaleY > 0 && edge.y0 != edge.y1) {
            // The piece of the edge in this row and half a row to both sides.
            const auto at = [&](double level) {
                const double y = m_minY + level / m_scaleY;
                const double t = std::clamp((y - edge.y0) / (edge.y1 - edge.y0), 0.0, 1.0);
                return edge.x0 + t * (edge.x1 - edge.x0);
            };
            const double below = at(static_cast<double>(row) - 1.5);
            const double above = at(static_cast<double>(row) + 0.5);
            left = std::max(left, std::min(below, above));
            right = std::min(right, std::max(below, above));
        }
        const std::int32_t from = std::max(cell(left, m_minX, m_scaleX) - 1, first);
        const std::int32_t to = std::min(cell(right, m_minX, m_scaleX) + 1, last);
        for (std::int32_t column = from; column <= to; ++column) {
            m_cells[static_cast<std::size_t>(row) * side + static_cast<std::size_t>(column)] = onEdge;
        }
    }
}

void PolygonIndex::fillCells() {
    for (std::size_t row = 1; row + 1 < side; ++row) {
        std::uint8_t before = onEdge;
        for (std::size_t column = 1; column + 1 < side; ++column) {
            std::uint8_t& state = m_cells[row * side + column];
            if (state != onEdge) {
                // Without an edge between two cells of a row their answer is the same.
                if (before == onEdge) {
                    const double x = m_minX + (static_cast<double>(column) - 0.5) / m_scaleX;
                    const double y = m_minY + (static_cast<double>(row) - 0.5) / m_scaleY;
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

/// Without a branch but for the few points near an edge: stars come in no order, so a branch is guessed wrong often.
std::uint64_t PolygonIndex::insideBits(const double* x, const double* y, std::size_t count) const {
    std::array<std::int32_t, 64> cells;
    for (std::size_t i = 0; i < count; ++i) {
        cells[i] = cell(y[i], m_minY, m_scaleY) * static_cast<std::int32_t>(side) + cell(x[i], m_minX, m_scaleX);
    }
    std::uint64_t within = 0;
    std::uint64_t unsure = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint64_t state = m_cells[static_cast<std::size_t>(cells[i])];
        within |= (state & 1) << i;
        unsure |= (state >> 1) << i;
    }
    for (; unsure != 0; unsure &= unsure - 1) {
        const auto i = static_cast<std::size_t>(std::countr_zero(unsure));
        const std::size_t row = static_cast<std::size_t>(cells[i]) / side;
        within |= std::uint64_t{crossesOddly(row, x[i], y[i]) ? 1u : 0u} << i;
    }
    return within;
}

} // namespace zscape
