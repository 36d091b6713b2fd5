#pragma once

#include "core/select/definition.h"

#include <cstdint>
#include <vector>

namespace zscape {

/// Tells whether points are under a brush stroke: within its radii of the path. The pieces of the path that a point may
/// be near are found through a grid.
class StrokeIndex {
public:
    /// Coordinates as they are compared: log10 of the data on a logarithmic axis.
    explicit StrokeIndex(const BrushStroke& stroke);
    bool covers(double x, double y) const;

private:
    struct Piece {
        double x0, y0, dx, dy, lengthSquared; ///< in radii
    };
    std::size_t column(double position) const;
    std::size_t row(double position) const;

    double m_radiusX, m_radiusY;
    double m_minX = 0, m_maxX = 0, m_minY = 0, m_maxY = 0; ///< in radii
    std::size_t m_columns = 1, m_rows = 1;
    double m_scaleX = 0, m_scaleY = 0;
    std::vector<std::vector<Piece>> m_cells;
};

} // namespace zscape
