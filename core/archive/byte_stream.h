#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace zscape {

/// Bytes from front to back: of a file, of what a gzip file or a zip member inflates to, or of memory.
/// Not for two threads at once.
class ByteStream {
public:
    virtual ~ByteStream() = default;
    /// Fills `bytes` and returns how many are valid; fewer only at the end. Throws Error (unreadable, damaged, cut off,
    /// or inflating to far more than data do: a bomb).
    virtual std::size_t read(std::span<char> bytes) = 0;
    /// How much of the compressed or plain file is read, 0..1; may be asked while another thread reads.
    virtual double fraction() const = 0;
};

/// What a file starts with, inflated where it is gzip: enough to tell its format. Throws Error (missing, a folder, no
/// permission, empty).
struct FileStart {
    std::string bytes; ///< up to 64 kB
    bool isGzip = false;
    bool isZip = false;
};
FileStart readFileStart(const std::filesystem::path& path);

/// A plain or gzip-compressed file, told by its content. Throws Error as readFileStart.
std::unique_ptr<ByteStream> openFileStream(const std::filesystem::path& path);
/// A member of a zip archive. Throws Error (no such member, encrypted).
std::unique_ptr<ByteStream> openZipStream(const std::filesystem::path& path, const std::string& member);
/// Copies nothing: `bytes` must outlive the stream. A gzip start is inflated as in a file.
std::unique_ptr<ByteStream> openMemoryStream(std::span<const char> bytes, const std::string& name);

/// All of a stream, for formats that need to go back and forth. Throws Error above `limit` bytes; `name` and `what`
/// ("a FITS file in a zip archive") are for its message.
std::vector<std::byte> readWhole(ByteStream& stream, std::size_t limit, const std::string& name,
                                 const std::string& what);

} // namespace zscape
