#pragma once

#include "core/build/import.h"

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace zscape {

/// What was read from one input, as native files in the cache folder.
struct CachedInput {
    ImportInput input;
    std::vector<std::filesystem::path> parts; ///< in row order
    std::size_t bp = 0;                       ///< coefficients of a star in each band; 0 where the input does not tell
    std::size_t rp = 0;
};

/// The folder in which every input is kept as it was read, with what tells whether it has changed since: size and time,
/// or else content. One thread an input; different inputs at once.
class ImportCache {
public:
    /// Makes the folder. Throws Error.
    explicit ImportCache(std::filesystem::path folder);

    /// What is kept of an input, if it was read with the same `settings` and has not changed.
    std::optional<CachedInput> find(const std::filesystem::path& path, const std::string& settings) const;
    /// The file for part number `part` of an input.
    std::filesystem::path partPath(const std::filesystem::path& path, const std::string& settings,
                                   std::size_t part) const;
    /// Keeps what was read. Throws Error.
    void store(const CachedInput& read, const std::string& settings) const;
    std::filesystem::path folder() const { return m_folder; }

private:
    std::string keyOf(const std::filesystem::path& path, const std::string& settings) const;

    std::filesystem::path m_folder;
};

} // namespace zscape
