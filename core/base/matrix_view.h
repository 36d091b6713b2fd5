#pragma once

#include <cassert>
#include <cstddef>
#include <span>

namespace zscape {

/// A row-major matrix somebody else owns. Rows are contiguous.
template <typename T>
struct MatrixView {
    T* data = nullptr;
    std::size_t rows = 0;
    std::size_t cols = 0;

    MatrixView() = default;
    MatrixView(T* values, std::size_t rowCount, std::size_t colCount) : data(values), rows(rowCount), cols(colCount) {}
    MatrixView(std::span<T> values, std::size_t colCount)
        : data(values.data()),
          rows(colCount ? values.size() / colCount : 0),
          cols(colCount) {}
    /// A view of mutable values reads as a view of constant ones.
    operator MatrixView<const T>() const { return {data, rows, cols}; }

    std::span<T> row(std::size_t index) const {
        assert(index < rows);
        return {data + index * cols, cols};
    }
    MatrixView middleRows(std::size_t begin, std::size_t count) const {
        assert(begin + count <= rows);
        return {data + begin * cols, count, cols};
    }
    std::span<T> values() const { return {data, rows * cols}; }
};

} // namespace zscape
