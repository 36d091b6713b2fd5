#include "core/select/stroke_index.h"

#include <algorithm>
#include <cmath>

namespace zscape {

namespace {

constexpr std::size_t mostCells = 256; // along a side

std::size_t clampedCell(double position, std::size_t count) {
    if (!(position > 0)) return 0;
    return position >= static_cast<double>(count) ? count - 1 : static_cast<std::size_t>(position);
}

} // namespace

StrokeIndex::StrokeIndex(const BrushStroke& stroke) : m_radiusX(stroke.radiusX), m_radiusY(stroke.radiusY) {
    std::vector<DataPoint> path = stroke.path;
    for (DataPoint& point : path) {
        point = {point.x / m_radiusX, point.y / m_radiusY};
    }
    const auto [left, right] = std::ranges::minmax(path, {}, &DataPoint::x);
    const auto [bottom, top] = std::ranges::minmax(path, {}, &DataPoint::y);
    m_minX = left.x - 1;
    m_maxX = right.x + 1;
    m_minY = bottom.y - 1;
    m_maxY = top.y + 1;
    // Cells of a radius, as far as there may be that many.
    m_columns = clampedCell(m_maxX - m_minX, mostCells) + 1;
    m_rows = clampedCell(m_maxY - m_minY, mostCells) + 1;
    m_scaleX = static_cast<double>(m_columns) / (m_maxX - m_minX);
    m_scaleY = static_cast<double>(m_rows) / (m_maxY - m_minY);
    m_cells.resize(m_columns * m_rows);
    for (std::size_t i = 0; i < path.size(); ++i) {
        const DataPoint& a = path[i];
        const DataPoint& b = path[std::min(i + 1, path.size() - 1)];
        if (i + 1 == path.size() && i > 0) break;
        const double dx = b.x - a.x;
        const double dy = b.y - a.y;
        const Piece piece{a.x, a.y, dx, dy, dx * dx + dy * dy};
        // A little more than the radius, so that rounding of a cell never hides a piece.
        constexpr double reach = 1.001;
        const std::size_t lastRow = row(std::max(a.y, b.y) + reach);
        const std::size_t lastColumn = column(std::max(a.x, b.x) + reach);
        for (std::size_t r = row(std::min(a.y, b.y) - reach); r <= lastRow; ++r) {
            for (std::size_t c = column(std::min(a.x, b.x) - reach); c <= lastColumn; ++c) {
                m_cells[r * m_columns + c].push_back(piece);
            }
        }
    }
}

std::size_t StrokeIndex::column(double position) const {
    return clampedCell((position - m_minX) * m_scaleX, m_columns);
}

std::size_t StrokeIndex::row(double position) const {
    return clampedCell((position - m_minY) * m_scaleY, m_rows);
}

bool StrokeIndex::covers(double x, double y) const {
    const double u = x / m_radiusX;
    const double v = y / m_radiusY;
    if (!(u >= m_minX && u <= m_maxX && v >= m_minY && v <= m_maxY)) return false;
    return std::ranges::any_of(m_cells[row(v) * m_columns + column(u)], [&](const Piece& piece) {
        const double x0 = u - piece.x0;
        const double y0 = v - piece.y0;
        const double along =
            piece.lengthSquared > 0 ? std::clamp((x0 * piece.dx + y0 * piece.dy) / piece.lengthSquared, 0.0, 1.0) : 0.0;
        const double offX = x0 - along * piece.dx;
        const double offY = y0 - along * piece.dy;
        return offX * offX + offY * offY <= 1.0;
    });
}

} // namespace zscape
