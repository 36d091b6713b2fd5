#pragma once

#include "core/select/definition.h"

#include <span>
#include <vector>

namespace zscape {

/// On which side of a drawn line points are; the pieces at an x are found through bins.
class CurveIndex {
public:
    /// Coordinates as they are compared: log10 of the data on a logarithmic axis.
    CurveIndex(std::span<const DataPoint> line, bool extended);

    enum class Side { None, Above, Below };
    /// None where the line does not reach and is not extended, and on the line itself.
    Side sideOf(double x, double y) const;

private:
    struct Piece {
        double x0, y0, x1, y1;
        double at(double x) const { return y0 + (y1 - y0) * ((x - x0) / (x1 - x0)); }
    };
    std::size_t bin(double x) const;

    double m_minX = 0, m_maxX = 0;
    double m_scale = 0;
    std::vector<std::vector<Piece>> m_bins;
    bool m_extended = false;
    DataPoint m_first, m_last; ///< ends, left and right
    double m_firstSlope = 0, m_lastSlope = 0;
};

} // namespace zscape
