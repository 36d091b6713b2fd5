#pragma once

#include "core/train/kernels/train_kernel_table.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace zscape {

/// What a noise number is for; each has streams of its own.
enum class NoiseUse : std::uint8_t { Training, Validation };

/// Fills `out` with the standard normal numbers first, first + 1, ... of an epoch: pure functions of seed, use, epoch
/// and index (Philox, Box-Muller in float32), so any engine and any number of threads draws the same. (Another
/// instruction set may round the last bit otherwise.) In training, number (s * batchSize + i) * latentSize + k is eps_k
/// of the i-th row of step s; in validation, of the i-th validation row.
void trainingNoise(std::int64_t seed, NoiseUse use, int epoch, std::size_t first, std::span<float> out);
/// The same with the kernels of an instruction set.
void trainingNoise(const kernels::DataKernels& kernels, std::int64_t seed, NoiseUse use, int epoch, std::size_t first,
                   std::span<float> out);

} // namespace zscape
