#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>

namespace zscape {

/// A whole file as read-only memory. The system reads a page when it is first looked at and may drop it again, so that
/// a file may be larger than memory. The file may be replaced meanwhile (as AtomicFile does), but must not be shortened
/// in place. May be read from any thread.
class MappedFile {
public:
    /// Throws Error: missing, no permission, empty, or a file system that cannot map files.
    static std::shared_ptr<const MappedFile> open(const std::filesystem::path& path);
    ~MappedFile();
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;

    std::span<const std::byte> bytes() const { return m_bytes; }

    /// Tells the system that a part of a mapped file is not needed for now: its memory is free at once. It is read
    /// again when it is looked at. Whoever goes through a file larger than memory is good to others with it.
    static void letGo(std::span<const std::byte> bytes);

private:
    explicit MappedFile(std::span<const std::byte> bytes) : m_bytes(bytes) {}

    std::span<const std::byte> m_bytes;
};

} // namespace zscape
