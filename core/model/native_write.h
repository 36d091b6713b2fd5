#pragma once

#include "core/model/model.h"

#include <filesystem>

namespace zscape {

/// The format's version. Raised when an older program could misread a file; new attributes and groups do not raise it.
inline constexpr int nativeFormatVersion = 1;
inline constexpr const char* nativeFormatName = "zscape-model";

/// Writes Zscape's own model file (HDF5; the layout is in models/README.md). Atomic. Throws Error.
void writeNativeModel(const Model& model, const std::filesystem::path& path);

} // namespace zscape
