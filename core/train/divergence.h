#pragma once

#include "core/train/training_data.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace zscape {

/// Whether a run has exploded, asked after each step of an epoch with the sum of its losses so far. It has when this
/// sum alone is more than a thousand times what the whole first epoch cost, and what a network that has learned nothing
/// costs (one a coefficient; the paper's loss is a mean: one). The first epoch saw every star, so no outlier of the
/// data can reach that, however the batches fall, and no restart of the learning rate; weights that run away do within
/// a few steps. Never in the first epoch, which has nothing to be compared with.
bool hasExploded(const Architecture& architecture, const std::vector<EpochRecord>& history, double lossSum,
                 std::size_t stepsPerEpoch);

/// Who may be to blame: up to three of the stars with the largest |x|, as the end of a sentence. In a parallel run
/// `rows` are those of this process, and the stars those of all.
std::string describeSuspects(const TrainingData& data, std::span<const std::uint32_t> rows);

} // namespace zscape
