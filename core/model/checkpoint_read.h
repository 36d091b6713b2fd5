#pragma once

#include "core/model/model.h"

#include <filesystem>

namespace zscape {

/// Reads a PyTorch checkpoint (the zip form, since PyTorch 1.6): a dictionary with `model_state_dict` (and `epoch`), as
/// the published code saves it, or a bare state_dict; names may carry DataParallel's `module.`; tensors may be float16,
/// bfloat16, float32 or float64, saved from any device, with any strides. Sizes and preset are inferred from the
/// tensors. A `config.json` in the same folder or its parent must agree with them; a `NAME.npz` beside `NAME.pt` with
/// `mu` and `sig` is taken as the normalisation. Throws Error.
Model readPyTorchCheckpoint(const std::filesystem::path& path);

/// Throws Error when `config.json` (the published code's, `nn_config`) in the file's folder or the parent folder
/// disagrees with the architecture.
void checkConfig(const std::filesystem::path& checkpoint, const Architecture& architecture);

} // namespace zscape
