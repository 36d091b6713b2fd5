#pragma once

#include <filesystem>

namespace zscape {

/// Whether a file says of itself that it is a model (a zip, as PyTorch saves checkpoints, or Zscape's own format).
/// False for everything else, a missing file too: whoever reads it next tells what is wrong.
bool isModelFile(const std::filesystem::path& path);

} // namespace zscape
