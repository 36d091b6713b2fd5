#include "core/build/part_table.h"

#include "core/base/error.h"

#include <algorithm>
#include <bit>

namespace zscape {

PartTable::PartTable(const std::vector<std::filesystem::path>& parts) {
    m_firstRows.push_back(0);
    for (const std::filesystem::path& part : parts) {
        m_parts.push_back(readNativeContent(part));
        m_firstRows.push_back(m_firstRows.back() + m_parts.back().rows);
    }
}

PartTable::Place PartTable::place(std::size_t row) const {
    const auto after = std::ranges::upper_bound(m_firstRows, row);
    const auto part = static_cast<std::size_t>(after - m_firstRows.begin()) - 1;
    return {part, row - m_firstRows[part]};
}

std::vector<std::int64_t> PartTable::sourceIds() const {
    std::vector<std::int64_t> ids;
    ids.reserve(rows());
    for (const NativeContent& part : m_parts) {
        ids.insert(ids.end(), part.sourceIds.begin(), part.sourceIds.end());
    }
    return ids;
}

// Fibonacci hashing, as in find_duplicates.cpp: the high bits depend on every bit of the id.
std::size_t IdIndex::slotOf(std::int64_t id) const {
    return static_cast<std::size_t>((static_cast<std::uint64_t>(id) * 0x9E3779B97F4A7C15U) >> (64 - m_bits));
}

IdIndex::IdIndex(std::vector<std::int64_t> ids, const std::function<bool(std::size_t, std::size_t)>& isBetter)
    : m_ids(std::move(ids)) {
    if (m_ids.size() >= none) throw Error("more than 4,294,967,294 rows cannot be cross-matched; import them in parts");
    const std::size_t size = std::bit_ceil(std::max<std::size_t>(m_ids.size() * 2, 16));
    m_bits = std::countr_zero(size);
    m_rows.assign(size, none);
    for (std::size_t row = 0; row < m_ids.size(); ++row) {
        if (m_ids[row] == 0) continue;
        std::size_t slot = slotOf(m_ids[row]);
        while (m_rows[slot] != none && m_ids[m_rows[slot]] != m_ids[row]) {
            slot = (slot + 1) & (size - 1);
        }
        if (m_rows[slot] == none) {
            m_rows[slot] = static_cast<std::uint32_t>(row);
            continue;
        }
        ++m_duplicates;
        if (isBetter(row, m_rows[slot])) m_rows[slot] = static_cast<std::uint32_t>(row);
    }
}

std::uint32_t IdIndex::find(std::int64_t id) const {
    if (id == 0) return none;
    std::size_t slot = slotOf(id);
    while (m_rows[slot] != none && m_ids[m_rows[slot]] != id) {
        slot = (slot + 1) & (m_rows.size() - 1);
    }
    return m_rows[slot];
}

} // namespace zscape
