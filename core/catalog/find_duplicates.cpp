#include "core/catalog/find_duplicates.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <vector>

namespace zscape {

namespace {

constexpr std::int64_t emptySlot = std::numeric_limits<std::int64_t>::min();

// Fibonacci hashing: the high bits of the product depend on every bit of the id, sky position and running number alike.
std::size_t slotOf(std::int64_t id, int bits) {
    return static_cast<std::size_t>((static_cast<std::uint64_t>(id) * 0x9E3779B97F4A7C15u) >> (64 - bits));
}

} // namespace

BitSet findDuplicates(std::span<const std::int64_t> ids) {
    BitSet duplicates(ids.size());
    if (std::adjacent_find(ids.begin(), ids.end(), [](auto a, auto b) { return a >= b; }) == ids.end()) {
        return duplicates;
    }
    const std::size_t size = std::bit_ceil(std::max<std::size_t>(ids.size() * 2, 16));
    const int bits = std::countr_zero(size);
    std::vector<std::int64_t> table(size, emptySlot);
    bool emptySlotSeen = false;
    for (std::size_t row = 0; row < ids.size(); ++row) {
        const std::int64_t id = ids[row];
        if (id == emptySlot) {
            if (emptySlotSeen) duplicates.set(row);
            emptySlotSeen = true;
            continue;
        }
        std::size_t slot = slotOf(id, bits);
        while (table[slot] != emptySlot && table[slot] != id) {
            slot = (slot + 1) & (size - 1);
        }
        if (table[slot] == id) duplicates.set(row);
        table[slot] = id;
    }
    return duplicates;
}

} // namespace zscape
