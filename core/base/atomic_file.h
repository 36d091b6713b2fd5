#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

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
    /// Removes temporary files of this target that a killed program left; only while no other program writes it.
    static void removeLeftovers(const std::filesystem::path& target);

private:
    std::filesystem::path m_target;
    std::filesystem::path m_temporary;
    bool m_committed = false;
};

/// Writes a whole file that way. Throws Error.
void writeFileAtomically(const std::filesystem::path& path, std::span<const std::byte> bytes);
void writeFileAtomically(const std::filesystem::path& path, const std::string& text);

/// Makes what was created, renamed or removed in a folder last. Throws Error.
void syncFolder(const std::filesystem::path& folder);

} // namespace zscape
