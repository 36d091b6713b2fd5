#pragma once

// Merges the threads' grids and the cells under a point's shape, one row of pixels after another. Internal to
// core/plot.

#include "core/plot/star_locator.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace zscape {

/// Base: keeps the merged rows that the stencil reaches in a ring, so that each is merged once a band.
template <typename Cell>
class RowRing {
public:
    RowRing(const std::vector<std::vector<Cell>>& grids, const StarGrid& grid, const PointStencil& stencil,
            int firstRow)
        : m_grids(grids),
          m_grid(grid),
          m_stencil(stencil),
          m_next(firstRow + grid.border + stencil.first),
          m_rows(static_cast<std::size_t>(stencil.rows())) {}

protected:
    const Cell* gridRow(std::size_t thread, int row) const {
        return m_grids[thread].data() + static_cast<std::size_t>(row) * static_cast<std::size_t>(m_grid.columns());
    }
    std::vector<Cell>& slot(int row) { return m_rows[static_cast<std::size_t>(row % m_stencil.rows())]; }

    const std::vector<std::vector<Cell>>& m_grids;
    StarGrid m_grid;
    const PointStencil& m_stencil;
    int m_next; ///< the grid row to merge next

private:
    std::vector<std::vector<Cell>> m_rows;
};

/// Sums over threads and cells. Rows are kept as running sums, so a point's width costs nothing.
template <typename Cell>
class RowSums : RowRing<Cell> {
    using Ring = RowRing<Cell>;

public:
    using Ring::Ring;
    /// The sums of pixel row y; y must grow by 1 from call to call, from the first row on.
    void row(int y, Cell* out) {
        if (this->m_stencil.rows() == 1) return singleRow(y + this->m_grid.border, out);
        const int last = y + this->m_grid.border + this->m_stencil.first + this->m_stencil.rows() - 1;
        for (; this->m_next <= last; ++this->m_next) {
            mergeRow(this->m_next);
        }
        std::fill(out, out + this->m_grid.width, Cell{0});
        for (int k = 0; k < this->m_stencil.rows(); ++k) {
            const Cell* running = this->slot(last - this->m_stencil.rows() + 1 + k).data() + this->m_grid.border;
            const Cell* from = running + this->m_stencil.begin[static_cast<std::size_t>(k)];
            const Cell* to = running + this->m_stencil.end[static_cast<std::size_t>(k)] + 1;
            for (int x = 0; x < this->m_grid.width; ++x) {
                out[x] += to[x] - from[x];
            }
        }
    }

private:
    void singleRow(int row, Cell* out) const {
        const Cell* first = this->gridRow(0, row);
        std::copy(first, first + this->m_grid.width, out);
        for (std::size_t thread = 1; thread < this->m_grids.size(); ++thread) {
            const Cell* other = this->gridRow(thread, row);
            for (int x = 0; x < this->m_grid.width; ++x) {
                out[x] += other[x];
            }
        }
    }
    void mergeRow(int row) {
        const auto columns = static_cast<std::size_t>(this->m_grid.columns());
        std::vector<Cell>& running = this->slot(row);
        running.resize(columns + 1);
        const Cell* first = this->gridRow(0, row);
        std::copy(first, first + columns, running.data() + 1);
        for (std::size_t thread = 1; thread < this->m_grids.size(); ++thread) {
            const Cell* other = this->gridRow(thread, row);
            for (std::size_t x = 0; x < columns; ++x) {
                running[x + 1] += other[x];
            }
        }
        running[0] = 0;
        for (std::size_t x = 0; x < columns; ++x) {
            running[x + 1] += running[x];
        }
    }
};

/// The largest key over threads and cells.
class RowMaxima : RowRing<std::uint32_t> {
public:
    using RowRing::RowRing;
    void row(int y, std::uint32_t* out) {
        const int last = y + m_grid.border + m_stencil.first + m_stencil.rows() - 1;
        for (; m_next <= last; ++m_next) {
            mergeRow(m_next);
        }
        std::fill(out, out + m_grid.width, 0u);
        for (int k = 0; k < m_stencil.rows(); ++k) {
            const std::uint32_t* merged = slot(last - m_stencil.rows() + 1 + k).data() + m_grid.border;
            for (int dx = m_stencil.begin[static_cast<std::size_t>(k)];
                 dx <= m_stencil.end[static_cast<std::size_t>(k)]; ++dx) {
                for (int x = 0; x < m_grid.width; ++x) {
                    out[x] = std::max(out[x], merged[x + dx]);
                }
            }
        }
    }

private:
    void mergeRow(int row) {
        const auto columns = static_cast<std::size_t>(m_grid.columns());
        std::vector<std::uint32_t>& merged = slot(row);
        const std::uint32_t* first = gridRow(0, row);
        merged.assign(first, first + columns);
        for (std::size_t thread = 1; thread < m_grids.size(); ++thread) {
            const std::uint32_t* other = gridRow(thread, row);
            for (std::size_t x = 0; x < columns; ++x) {
                merged[x] = std::max(merged[x], other[x]);
            }
        }
    }
};

} // namespace zscape
