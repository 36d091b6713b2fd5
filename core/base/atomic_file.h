#pragma once

#include <filesystem>

namespace zscape {

/// Writes a file so that it appears only when complete: write to `temporaryPath()`, then `commit()` syncs it and
/// renames it over the target. Without a commit (an exception, a cancel) the temporary file is removed and the target
/// is untouched.
class AtomicFile {
public:
    /// Throws Error when the target's folder cannot be written.
    explicit AtomicFile(std::filesystem::path target);
    ~AtomicFile();
    AtomicFile(const AtomicFile&) = delete;
    AtomicFile& operator=(const AtomicFile&) = delete;

    const std::filesystem::path& temporaryPath() const { return m_temporary; }
    /// Throws Error when the disk is full or the rename fails.
    void commit();

    /// The target of a temporary path, for messages; any other path as it is.
    static std::filesystem::path targetOf(const std::filesystem::path& path);

private:
    std::filesystem::path m_target;
    std::filesystem::path m_temporary;
    bool m_committed = false;
};

} // namespace zscape
