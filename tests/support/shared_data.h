#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

namespace zscape::test {

/// A file of the shared data, e.g. "gaia/field_2000.h5", from ZSCAPE_SHARED_DATA or the folder beside the project.
/// Nothing where it is absent: the test then skips, visibly.
inline std::optional<std::filesystem::path> sharedData(const std::string& name) {
    const char* folder = std::getenv("ZSCAPE_SHARED_DATA");
    std::filesystem::path path = std::filesystem::path(folder ? folder : ZSCAPE_SHARED_DATA_DEFAULT) / name;
    if (!std::filesystem::exists(path)) return std::nullopt;
    return path;
}

} // namespace zscape::test
