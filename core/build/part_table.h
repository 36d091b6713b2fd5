#pragma once

#include "core/catalog/native_read.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <optional>
#include <string_view>
#include <vector>

namespace zscape {

/// Native files, mapped, as one table: the rows of one after those of another.
class PartTable {
public:
    /// Throws Error.
    explicit PartTable(const std::vector<std::filesystem::path>& parts);

    struct Place {
        std::size_t part = 0;
        std::size_t row = 0; ///< in the part
    };
    std::size_t rows() const { return m_firstRows.back(); }
    Place place(std::size_t row) const;
    const std::vector<NativeContent>& parts() const { return m_parts; }
    std::vector<std::int64_t> sourceIds() const;

private:
    std::vector<NativeContent> m_parts;
    std::vector<std::size_t> m_firstRows; ///< of each part, and after the last
};

/// The row of every id: a hash table of row numbers, 8 bytes an id and up to 16 more.
class IdIndex {
public:
    static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

    /// Of rows with one id the first is kept, unless `isBetter(row, kept)` says of a later one that it is better. Rows
    /// of id 0 are no star's. Throws Error for 2^32 rows or more.
    IdIndex(std::vector<std::int64_t> ids, const std::function<bool(std::size_t, std::size_t)>& isBetter);

    std::uint32_t find(std::int64_t id) const;              ///< its row, or none
    std::size_t duplicates() const { return m_duplicates; } ///< rows that gave way
    const std::vector<std::int64_t>& ids() const { return m_ids; }

private:
    std::size_t slotOf(std::int64_t id) const;

    std::vector<std::int64_t> m_ids;
    std::vector<std::uint32_t> m_rows;
    int m_bits = 4;
    std::size_t m_duplicates = 0;
};

} // namespace zscape
