#pragma once

#include "core/select/definition.h"

#include <cstdint>
#include <span>
#include <vector>

namespace zscape {

/// Tells fast whether points are in a polygon (even-odd), with the very answer of the plain loop over its edges.
/// A grid over the polygon's box knows which cells no edge comes near, and so have one answer; in the others the edges
/// at that height are asked.
class PolygonIndex {
public:
    /// Vertices as they are compared: log10 of the data on a logarithmic axis.
    explicit PolygonIndex(std::span<const DataPoint> vertices);

    bool contains(double x, double y) const {
        // NaN fails the first line.
        if (!(x >= m_minX && x <= m_maxX && y >= m_minY && y <= m_maxY)) return false;
        const std::size_t row = cell((y - m_minY) * m_scaleY);
        const std::uint8_t state = m_cells[row * gridSize + cell((x - m_minX) * m_scaleX)];
        return state == onEdge ? crossesOddly(row, x, y) : state == inside;
    }

private:
    static constexpr std::size_t gridSize = 256;
    enum State : std::uint8_t { outside, inside, onEdge };
    struct Edge {
        double x0, y0, x1, y1;
    };

    static std::size_t cell(double position) {
        // Also of NaN, which a box too large for its extent makes of everything.
        const auto index = static_cast<std::int32_t>(position > 0 ? position : 0.0);
        return index < static_cast<std::int32_t>(gridSize) ? static_cast<std::size_t>(index) : gridSize - 1;
    }
    bool crossesOddly(std::size_t row, double x, double y) const;
    void markEdge(const Edge& edge);
    void fillCells();

    double m_minX = 0, m_maxX = -1, m_minY = 0, m_maxY = -1;
    double m_scaleX = 0, m_scaleY = 0;
    std::vector<std::uint8_t> m_cells; ///< gridSize x gridSize, rows of equal y
    std::vector<std::vector<Edge>> m_rowEdges;
};

/// The plain loop: what PolygonIndex answers.
bool polygonContains(std::span<const DataPoint> vertices, double x, double y);

} // namespace zscape
