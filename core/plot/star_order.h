#pragma once

// The order in which stars lie on each other. Internal to core/plot.

#include <cstdint>

namespace zscape {

// A seeded random order without a table: a one-to-one mixing of 32 bits (xor-shift and odd factors, after C. Wellons'
// "lowbias32"; the factors are the seed). 0 stays 0, so that row + 1 never gives the key of an empty cell.
constexpr std::uint32_t orderOfRow(std::uint32_t row) {
    std::uint32_t key = row + 1;
    key = (key ^ (key >> 16)) * 0x21F0AAADu;
    key = (key ^ (key >> 15)) * 0xD35A2D97u;
    return key ^ (key >> 15);
}

} // namespace zscape
