#pragma once

#include "core/build/part_table.h"
#include "core/catalog/native_writer.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace zscape {

/// Where the values of one row are looked for: a row in each table, label tables first and the spectra's last; none
/// where the star does not stand in it.
using RowOfTables = std::span<const std::uint32_t>;

/// A column of the joined catalogue: of one name in several tables, the first of which that has a value gives it.
class JoinedColumn {
public:
    JoinedColumn(const std::string& name, const std::vector<const PartTable*>& tables);

    const NativeColumn& plan() const { return m_plan; }
    NativeColumn& plan() { return m_plan; }
    /// Values of rows as they will lie in the file. Missing integers are 0 and marked from `begin` on.
    void gather(std::span<const std::vector<std::uint32_t>> rows, std::size_t begin, std::size_t end,
                std::vector<std::byte>& out, BitSet& missing) const;

private:
    template <typename T>
    void gatherNumbers(std::span<const std::vector<std::uint32_t>> rows, std::size_t begin, std::size_t end,
                       std::vector<std::byte>& out, BitSet& missing) const;
    void gatherTexts(std::span<const std::vector<std::uint32_t>> rows, std::size_t begin, std::size_t end,
                     std::vector<std::byte>& out) const;
    /// The column that has a value for the star, and its row there; null for none.
    const Column* find(std::span<const std::vector<std::uint32_t>> rows, std::size_t star, std::size_t& row) const;

    NativeColumn m_plan;
    std::vector<const PartTable*> m_tables;
    std::vector<std::vector<const Column*>> m_columns; ///< table, part; null where it has none
};

/// The columns of the joined catalogue: those of the label tables in their order, then those of the spectra's files.
/// Throws Error when a name means text in one table and numbers in another.
std::vector<JoinedColumn> joinColumns(const std::vector<const PartTable*>& tables);

} // namespace zscape
