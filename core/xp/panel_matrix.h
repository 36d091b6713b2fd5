#pragma once

#include "core/base/aligned_array.h"
#include "core/xp/kernels/xp_kernels.h"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace zscape {

/// A matrix terms x columns in the order in which the kernels read it: panels of at most three vectors of columns.
/// Immutable once packed.
template <typename T>
class PanelMatrix {
public:
    PanelMatrix() = default;
    /// `value(term, column)` is asked once for each of termCount x columns.
    PanelMatrix(const xpkernels::Table& kernels, std::size_t termCount, std::size_t columns, const auto& value)
        : m_kernels(&kernels),
          m_terms(termCount) {
        const std::size_t lanes = xpkernels::lanesOf<T>(kernels);
        m_paddedColumns = (columns + lanes - 1) / lanes * lanes;
        m_values = AlignedArray<T>(m_terms * m_paddedColumns);
        for (std::size_t first = 0; first < m_paddedColumns;) {
            const std::size_t left = (m_paddedColumns - first) / lanes;
            const std::size_t vectors = left == 4 ? 2 : std::min<std::size_t>(3, left); // 2 + 2 beats 3 + 1
            const Panel panel{first, vectors, first * m_terms, vectors * lanes};
            for (std::size_t k = 0; k < m_terms; ++k) {
                for (std::size_t c = 0; c < panel.width && first + c < columns; ++c) {
                    m_values[panel.offset + k * panel.width + c] = static_cast<T>(value(k, first + c));
                }
            }
            m_panels.push_back(panel);
            first += panel.width;
        }
    }

    std::size_t terms() const { return m_terms; }
    std::size_t paddedColumns() const { return m_paddedColumns; }

    /// out (rows x paddedColumns) = in (rows x stride) times this; rows is a multiple of groupRows.
    void multiply(const T* in, std::size_t stride, std::size_t rows, T* out) const {
        std::fill_n(out, rows * m_paddedColumns, T{0});
        for (std::size_t begin = 0; begin < m_terms; begin += blockTerms) {
            const std::size_t count = std::min(blockTerms, m_terms - begin);
            for (const Panel& panel : m_panels) {
                const T* part = m_values.data() + panel.offset + begin * panel.width;
                for (std::size_t row = 0; row < rows; row += xpkernels::groupRows) {
                    xpkernels::panelProduct(*m_kernels,
                                            {in + row * stride + begin, stride, part, panel.vectors, count,
                                             out + row * m_paddedColumns + panel.firstColumn, m_paddedColumns});
                }
            }
        }
    }

private:
    /// Terms worked on together: a panel's part of them fits into the first-level cache beside a group of rows.
    static constexpr std::size_t blockTerms = 110;
    struct Panel {
        std::size_t firstColumn, vectors, offset, width;
    };
    const xpkernels::Table* m_kernels = nullptr;
    std::size_t m_terms = 0;
    std::size_t m_paddedColumns = 0;
    std::vector<Panel> m_panels;
    AlignedArray<T> m_values;
};

} // namespace zscape
