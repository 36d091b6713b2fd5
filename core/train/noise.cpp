#include "core/train/noise.h"

#include "core/train/kernels/train_kernels.h"
#include "core/train/random_streams.h"

#include <algorithm>
#include <array>

namespace zscape {

void trainingNoise(const kernels::DataKernels& kernels, std::int64_t seed, NoiseUse use, int epoch, std::size_t first,
                   std::span<float> out) {
    const auto key = static_cast<std::uint64_t>(seed);
    const std::uint64_t stream =
        streamNumber(use == NoiseUse::Training ? RandomStream::TrainingNoise : RandomStream::ValidationNoise, epoch);
    // A block of Philox makes four numbers; the span may begin and end inside one.
    std::array<float, 4> four;
    const auto part = [&](std::size_t done, std::size_t skip, std::size_t count) {
        kernels.normals(key, stream, (first + done) / 4, 1, four.data());
        std::copy_n(four.begin() + static_cast<std::ptrdiff_t>(skip), count,
                    out.begin() + static_cast<std::ptrdiff_t>(done));
        return done + count;
    };
    std::size_t done = 0;
    if (first % 4 != 0) done = part(0, first % 4, std::min(out.size(), 4 - first % 4));
    const std::size_t whole = (out.size() - done) / 4;
    kernels.normals(key, stream, (first + done) / 4, whole, out.data() + done);
    done += 4 * whole;
    if (done < out.size()) part(done, 0, out.size() - done);
}

void trainingNoise(std::int64_t seed, NoiseUse use, int epoch, std::size_t first, std::span<float> out) {
    trainingNoise(trainKernelTable(bestInstructionSet()).data, seed, use, epoch, first, out);
}

} // namespace zscape
