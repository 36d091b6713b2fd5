#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct zip;

namespace zscape {

/// One file of a zip archive; `size` is what its header claims, which `ZipReader::read` checks.
struct ZipEntry {
    std::string name;
    std::uint64_t size = 0;
    std::uint64_t index = 0;
};

/// Reads a zip archive (PyTorch checkpoints, NumPy `.npz`). Not for two threads at once.
class ZipReader {
public:
    /// Throws Error when the file is missing, unreadable, no zip archive or truncated.
    explicit ZipReader(const std::filesystem::path& path);

    const std::filesystem::path& path() const { return m_path; }
    const std::vector<ZipEntry>& entries() const { return m_entries; }
    const ZipEntry* find(std::string_view name) const; ///< nullptr where there is none

    /// The uncompressed bytes of an entry, its checksum verified. Throws Error when it is larger than `sizeLimit` (a
    /// small file can claim or inflate to any size), encrypted or damaged.
    std::vector<std::byte> read(const ZipEntry& entry, std::size_t sizeLimit) const;

private:
    struct Close {
        void operator()(zip* archive) const;
    };
    std::filesystem::path m_path;
    std::unique_ptr<zip, Close> m_archive;
    std::vector<ZipEntry> m_entries;
};

/// True when the file starts with the signature of a zip archive.
bool looksLikeZip(const std::filesystem::path& path);

/// A file to be put into an archive.
struct ZipContent {
    std::string name;
    std::vector<std::byte> bytes;
};

/// Writes `contents` uncompressed, in order, each one's bytes starting at a multiple of 64 (as PyTorch lays them out,
/// so that it can map them). Carries no clock time: the same contents give the same file. Writes `path` directly; the
/// caller brings an AtomicFile. Throws Error.
void writeStoredZip(const std::filesystem::path& path, std::span<const ZipContent> contents);

} // namespace zscape
