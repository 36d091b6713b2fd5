#pragma once

#include <cstdint>

namespace zscape {

/// Philox streams of a training run, so that no two uses draw the same numbers. An epoch counts in the low 32 bits.
enum class RandomStream : std::uint64_t { Split = 1, Shuffle = 2, TrainingNoise = 3, ValidationNoise = 4 };

inline std::uint64_t streamNumber(RandomStream use, int epoch = 0) {
    return (std::uint64_t{0x7A} << 48) | (static_cast<std::uint64_t>(use) << 32) |
           static_cast<std::uint64_t>(static_cast<std::uint32_t>(epoch));
}

} // namespace zscape
