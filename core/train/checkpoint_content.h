#pragma once

#include "core/train/checkpoint.h"

namespace zscape {

/// The version of a checkpoint's group `training`. Raised when an older program could misread it.
inline constexpr int checkpointVersion = 1;

/// Numbers of a list of tensors one after the other, as files hold them.
std::vector<float> packValues(const std::vector<Tensor>& tensors);
std::vector<std::int64_t> packCounters(const std::vector<Tensor>& tensors);
/// The other way, into tensors of these shapes. Throws Error when the numbers are too few or too many.
std::vector<Tensor> unpackTensors(const std::vector<TensorSpec>& specs, const std::vector<float>& values,
                                  const std::vector<std::int64_t>& counters);
/// Those of an architecture that the optimiser moves.
std::vector<TensorSpec> trainedSpecs(const Architecture& architecture);

/// Of every number and text in a checkpoint. HDF5 has checksums over all but the data; this closes the gap.
std::string checkpointHash(const Checkpoint& checkpoint);

} // namespace zscape
