#pragma once

#include <bit>
#include <cstdint>
#include <span>
#include <vector>

namespace zscape {

/// A set of source_ids that answers in about one memory access (open addressing, at most half full).
class IdTable {
public:
    explicit IdTable(std::span<const std::int64_t> ids)
        : m_slots(std::bit_ceil(2 * ids.size() + 2)),
          m_shift(64 - std::countr_zero(m_slots.size())) {
        for (const std::int64_t id : ids) {
            if (id == 0) {
                m_hasZero = true;
                continue;
            }
            std::size_t at = slotOf(id);
            while (m_slots[at] != 0 && m_slots[at] != id) {
                at = (at + 1) & (m_slots.size() - 1);
            }
            m_slots[at] = id;
        }
    }

    bool contains(std::int64_t id) const {
        if (id == 0) return m_hasZero;
        for (std::size_t at = slotOf(id);; at = (at + 1) & (m_slots.size() - 1)) {
            if (m_slots[at] == id) return true;
            if (m_slots[at] == 0) return false;
        }
    }

private:
    std::size_t slotOf(std::int64_t id) const {
        // Fibonacci hashing: source_ids share their low bits.
        return static_cast<std::size_t>((static_cast<std::uint64_t>(id) * 0x9E3779B97F4A7C15u) >> m_shift);
    }

    std::vector<std::int64_t> m_slots; ///< 0 is empty
    int m_shift;
    bool m_hasZero = false;
};

} // namespace zscape
