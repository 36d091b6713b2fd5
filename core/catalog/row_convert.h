#pragma once

#include "core/catalog/column.h"
#include "core/catalog/row_layout.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace zscape {

/// A run of rows as they lie in the file: `count` rows of `rowBytes` bytes, the first of which is row `begin`.
struct RowBlock {
    const std::byte* data = nullptr;
    std::size_t rowBytes = 0;
    std::size_t begin = 0;
    std::size_t count = 0;
};

/// Writes the member's elements as float32, row-major (row x element), to the block's place in `out` (all rows).
/// Elements marked in `mask` (may be null) become NaN. The member must be numeric.
void convertToFloats(const RowMember& member, const RowMember* mask, const RowBlock& block, std::span<float> out);

/// The same for a scalar integer member. Throws Error for an unsigned value above the int64 range, naming the row.
void convertToIntegers(const RowMember& member, const RowBlock& block, std::span<std::int64_t> out);

/// One column under construction: one element of one member, filled block by block. Blocks whose `begin` is a multiple
/// of 64 may be filled from several threads at once.
class ColumnBuilder {
public:
    /// float32 stays, other floats become float64; integers that fit become int32, others int64; text stays text.
    /// `mask` is the member that says which values are missing, or null. Both must outlive the builder.
    ColumnBuilder(const RowMember& member, std::size_t element, const RowMember* mask, std::size_t rows);

    /// Throws Error for an unsigned value above the int64 range, naming the row.
    void fill(const RowBlock& block);
    Column finish(std::string name, std::string unit) &&;

private:
    void applyMask(const RowBlock& block);

    using Values = std::variant<std::vector<float>, std::vector<double>, std::vector<std::int32_t>,
                                std::vector<std::int64_t>, std::vector<std::string>>;
    static Values valuesFor(ElementKind kind, std::size_t rows);

    const RowMember* m_member;
    const RowMember* m_mask;
    std::size_t m_element;
    Values m_values;
    BitSet m_missing;
};

} // namespace zscape
