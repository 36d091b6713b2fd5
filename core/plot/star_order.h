#pragma once

// The order in which stars lie on each other. Internal to core/plot.

#include <cstdint>

namespace zscape {

// A seeded random order without a table: a one-to-one mixing of 32 bits (xor-shift and odd factors, after C. Wellons'
// "lowbias32"; the factors are the seed). 0 stays 0, so that row + 1 never gives the key of an empty cell.
inline constexpr std::uint32_t kFactor1 = 0x21F0AAADu, kFactor2 = 0xD35A2D97u;

constexpr std::uint32_t inverseOf(std::uint32_t odd) {
    std::uint32_t inverse = odd; // Newton's iteration doubles the correct bits, from 3
    for (int step = 0; step < 4; ++step) {
        inverse *= 2 - odd * inverse;
    }
    return inverse;
}

constexpr std::uint32_t orderOfRow(std::uint32_t row) {
    std::uint32_t key = row + 1;
    key = (key ^ (key >> 16)) * kFactor1;
    key = (key ^ (key >> 15)) * kFactor2;
    return key ^ (key >> 15);
}

constexpr std::uint32_t rowOfOrder(std::uint32_t key) {
    key = (key ^ (key >> 15) ^ (key >> 30)) * inverseOf(kFactor2);
    key = (key ^ (key >> 15) ^ (key >> 30)) * inverseOf(kFactor1);
    return (key ^ (key >> 16)) - 1;
}
static_assert(rowOfOrder(orderOfRow(0)) == 0 && rowOfOrder(orderOfRow(123456789)) == 123456789);

} // namespace zscape
