#include "core/base/philox.h"
#include "core/train/random_streams.h"
#include "core/train/training_engine.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace zscape {
namespace {

/// Two normals from two words (Box-Muller).
void normalPair(std::uint32_t radiusWord, std::uint32_t angleWord, float* out) {
    const double radius = std::sqrt(-2.0 * std::log((static_cast<double>(radiusWord) + 0.5) * 0x1p-32));
    const double angle = 2.0 * std::numbers::pi * (static_cast<double>(angleWord) + 0.5) * 0x1p-32;
    out[0] = static_cast<float>(radius * std::cos(angle));
    out[1] = static_cast<float>(radius * std::sin(angle));
}

} // namespace

void trainingNoise(std::int64_t seed, NoiseUse use, int epoch, std::size_t first, std::span<float> out) {
    const RandomStream stream = use == NoiseUse::Training ? RandomStream::TrainingNoise : RandomStream::ValidationNoise;
    const Philox random(static_cast<std::uint64_t>(seed), streamNumber(stream, epoch));
    std::size_t done = 0;
    while (done < out.size()) {
        // A block of Philox makes four numbers; the span may begin and end inside one.
        const std::size_t number = first + done;
        const auto words = random.block(number / 4);
        std::array<float, 4> four;
        normalPair(words[0], words[1], &four[0]);
        normalPair(words[2], words[3], &four[2]);
        const std::size_t skip = number % 4;
        const std::size_t take = std::min(four.size() - skip, out.size() - done);
        std::copy_n(four.begin() + static_cast<std::ptrdiff_t>(skip), take,
                    out.begin() + static_cast<std::ptrdiff_t>(done));
        done += take;
    }
}

} // namespace zscape
