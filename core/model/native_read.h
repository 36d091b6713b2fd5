#pragma once

#include "core/model/model.h"

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

namespace zscape {

/// Reads Zscape's own model file (HDF5; the layout is in models/README.md). Throws Error: another kind of HDF5 file, a
/// file of a newer version of the format, anything missing or of another size than the architecture says.
Model readNativeModel(const std::filesystem::path& path);
Model readNativeModelImage(std::span<const std::byte> bytes, const std::string& name);

} // namespace zscape
