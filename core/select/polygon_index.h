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

    bool contains(double x, double y) const { return insideBits(&x, &y, 1) != 0; }
    /// The answers for up to 64 points, the first in the lowest bit; NaN is outside.
    std::uint64_t insideBits(const double* x, const double* y, std::size_t count) const;

private:
    /// Along a side: one outside, the cells of the box, one for what rounding puts behind them, one outside.
    static constexpr std::size_t boxCells = 128;
    static constexpr std::size_t side = boxCells + 3;
    enum State : std::uint8_t { outside, inside, onEdge };
    struct Edge {
        double x0, y0, x1, y1;
    };

    static std::int32_t cell(double value, double low, double scale) {
        const double position = (value - low) * scale;
        constexpr double beyond = static_cast<double>(boxCells) + 1;
        // Written so that NaN comes out as -1.
        const double notBelow = position > -1.0 ? position : -1.0;
        return static_cast<std::int32_t>((notBelow < beyond ? notBelow : beyond) + 1.0);
    }
    bool crossesOddly(std::size_t row, double x, double y) const;
    void markEdge(const Edge& edge);
    void fillCells();

    double m_minX = 0, m_maxX = 0, m_minY = 0, m_maxY = 0;
    double m_scaleX = 0, m_scaleY = 0;
    std::vector<std::uint8_t> m_cells; ///< side x side, rows of equal y
    std::vector<std::vector<Edge>> m_rowEdges;
};

/// The plain loop: what PolygonIndex answers.
bool polygonContains(std::span<const DataPoint> vertices, double x, double y);

} // namespace zscape
