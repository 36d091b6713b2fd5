#pragma once

#include "core/base/job_context.h"

#include <cstddef>
#include <filesystem>

namespace zscape {

/// A scratch file of a measurement, removed at its end.
class ScratchFile {
public:
    ScratchFile();
    ~ScratchFile();
    ScratchFile(const ScratchFile&) = delete;
    ScratchFile& operator=(const ScratchFile&) = delete;
    const std::filesystem::path& path() const { return m_path; }

private:
    std::filesystem::path m_path;
};

inline constexpr std::size_t releasedScratchRowBytes = 1800;
/// Writes made-up stars in the released layout, as many bytes a row as the release has. Throws Error when it cannot.
void writeReleasedScratch(const std::filesystem::path& path, std::size_t stars, const JobContext& job);

} // namespace zscape
