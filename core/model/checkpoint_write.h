#pragma once

#include "core/model/model.h"

#include <filesystem>

namespace zscape {

/// Writes a checkpoint that `torch.load(path, weights_only=True)` and the published code read: `model_state_dict` and
/// `epoch` (no optimiser state), and our provenance under `zscape_provenance`; where the model has a normalisation,
/// `NAME.npz` (mu, sig) beside it. Atomic, and the same model gives the same bytes. Throws Error.
void writePyTorchCheckpoint(const Model& model, const std::filesystem::path& path);

} // namespace zscape
