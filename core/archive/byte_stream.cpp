// Files, gzip (ISA-L or zlib) and zip members (libzip) as streams of bytes.
#include "core/archive/byte_stream.h"

#include "core/archive/inflater.h"
#include "core/base/error.h"

#include <zip.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <functional>
#include <system_error>

namespace zscape {

namespace {

constexpr std::size_t startBytes = 65536;
constexpr std::size_t chunkBytes = std::size_t{1} << 18;
/// Text and coefficients shrink 2 to 12 times, a table of zeros some 200; deflate itself reaches 1032, with a bomb.
constexpr std::uint64_t bombBytes = std::uint64_t{1} << 28;
constexpr std::uint64_t bombRatio = 500;

struct FileClose {
    void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, FileClose>;

File openFile(const std::filesystem::path& path) {
    std::error_code code;
    const std::filesystem::file_status status = std::filesystem::status(path, code);
    if (std::filesystem::is_directory(status)) throw Error(path.string() + " is a folder, not a file");
    File file(std::fopen(path.c_str(), "rb"));
    if (file) return file;
    if (errno == ENOENT || errno == ENOTDIR) throw Error("no such file: " + path.string());
    if (errno == EACCES) throw Error("no permission to read " + path.string() + "; change its permissions or copy it");
    throw Error("cannot open " + path.string() + " (" + std::generic_category().message(errno) + ")");
}

bool looksGzip(std::string_view start) {
    return start.starts_with("\x1f\x8b");
}

void refuseBomb(std::uint64_t in, std::uint64_t out, const std::string& name) {
    if (out > bombBytes && out / bombRatio > in) {
        throw Error(name + " inflates to more than " + std::to_string(bombRatio) +
                    " times its size, which no table does; it is damaged or made to harm");
    }
}

class PlainStream : public ByteStream {
public:
    explicit PlainStream(const std::filesystem::path& path) : m_name(path.string()), m_file(openFile(path)) {
        std::error_code code;
        const std::uintmax_t size = std::filesystem::file_size(path, code);
        if (!code) m_size = static_cast<double>(size);
    }
    std::size_t read(std::span<char> bytes) override {
        const std::size_t got = std::fread(bytes.data(), 1, bytes.size(), m_file.get());
        if (got < bytes.size() && std::ferror(m_file.get()) != 0) throw Error("cannot read " + m_name + " to its end");
        m_read += got;
        return got;
    }
    double fraction() const override { return m_size > 0 ? std::min(1.0, static_cast<double>(m_read) / m_size) : 1; }

private:
    std::string m_name;
    File m_file;
    double m_size = 0;
    std::atomic<std::uint64_t> m_read = 0;
};

class MemoryStream : public ByteStream {
public:
    explicit MemoryStream(std::span<const char> bytes) : m_bytes(bytes) {}
    std::size_t read(std::span<char> bytes) override {
        const std::size_t got = std::min(bytes.size(), m_bytes.size() - m_at);
        std::copy_n(m_bytes.data() + m_at, got, bytes.data());
        m_at += got;
        return got;
    }
    double fraction() const override {
        return m_bytes.empty() ? 1 : static_cast<double>(m_at) / static_cast<double>(m_bytes.size());
    }

private:
    std::span<const char> m_bytes;
    std::atomic<std::size_t> m_at = 0;
};

/// What a gzip stream of one or more members inflates to.
class GzipStream : public ByteStream {
public:
    GzipStream(std::unique_ptr<ByteStream> compressed, std::string name)
        : m_compressed(std::move(compressed)),
          m_name(std::move(name)),
          m_chunk(Inflater::keptBytes + chunkBytes),
          m_next(m_chunk.data()) {}

    std::size_t read(std::span<char> bytes) override {
        char* out = bytes.data();
        std::size_t room = bytes.size();
        while (room > 0 && !m_isAtEnd) {
            if (m_isBetweenMembers) {
                if (m_available == 0 && !refill()) break;
                if (!beginMember()) continue;
            }
            const std::size_t inputBefore = m_available;
            const std::size_t roomBefore = room;
            const Inflater::Step step = m_inflater.step(m_next, m_available, out, room);
            m_out += roomBefore - room;
            if (step == Inflater::Step::End) {
                m_isBetweenMembers = true;
            } else if (step == Inflater::Step::Damaged) {
                throw Error(m_name + " is damaged after " + std::to_string(m_out) +
                            " inflated bytes; copy or download it again");
            } else if (m_available == 0 && inputBefore == 0 && room == roomBefore) {
                refill(); // only now: the inflater may hold output of input that it has taken already
            }
            refuseBomb(m_in, m_out, m_name);
        }
        return bytes.size() - room;
    }
    double fraction() const override { return m_compressed->fraction(); }

private:
    bool refill() {
        // The last bytes of the old piece go in front of the new one.
        char* const fresh = m_chunk.data() + Inflater::keptBytes;
        if (m_in > 0) std::copy(m_next - Inflater::keptBytes, m_next, m_chunk.data());
        const std::size_t got = m_compressed->read({fresh, chunkBytes});
        m_in += got;
        m_next = fresh;
        m_available = got;
        if (got > 0) return true;
        if (!m_isBetweenMembers) {
            throw Error(m_name + " is cut off after " + std::to_string(m_out) +
                        " inflated bytes; copy or download it again");
        }
        m_isAtEnd = true;
        return false;
    }
    /// gzip files may be joined end to end; padding with zeros after the last is common on tapes, other bytes are not.
    bool beginMember() {
        while (m_available > 0 && *m_next == 0) {
            ++m_next;
            --m_available;
        }
        if (m_available == 0) return false;
        if (*m_next != 0x1f) {
            throw Error(m_name + " has other bytes after its gzip data; copy or download it again");
        }
        m_inflater.reset();
        m_isBetweenMembers = false;
        return true;
    }

    std::unique_ptr<ByteStream> m_compressed;
    std::string m_name;
    Inflater m_inflater;
    std::vector<char> m_chunk; ///< bytes kept of the piece before, and the piece
    const char* m_next;
    std::size_t m_available = 0;
    std::uint64_t m_in = 0;
    std::uint64_t m_out = 0;
    bool m_isBetweenMembers = false;
    bool m_isAtEnd = false;
};

std::string zipErrorText(int code) {
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    std::string text = zip_error_strerror(&error);
    zip_error_fini(&error);
    return text;
}

class ZipStream : public ByteStream {
public:
    ZipStream(const std::filesystem::path& path, const std::string& member)
        : m_name("'" + member + "' in " + path.string()) {
        int code = 0;
        m_archive.reset(zip_open(path.c_str(), ZIP_RDONLY, &code));
        if (!m_archive) throw Error("cannot read " + path.string() + " as a zip archive (" + zipErrorText(code) + ")");
        zip_stat_t status;
        if (zip_stat(m_archive.get(), member.c_str(), 0, &status) < 0) throw Error("there is no " + m_name);
        if ((status.valid & ZIP_STAT_SIZE) != 0) m_size = status.size;
        if ((status.valid & ZIP_STAT_COMP_SIZE) != 0) m_compressedSize = status.comp_size;
        m_file.reset(zip_fopen(m_archive.get(), member.c_str(), 0));
        if (!m_file) throw Error("cannot read " + m_name + " (" + zip_strerror(m_archive.get()) + ")");
    }
    std::size_t read(std::span<char> bytes) override {
        std::size_t done = 0;
        while (done < bytes.size()) {
            const zip_int64_t got = zip_fread(m_file.get(), bytes.data() + done, bytes.size() - done);
            if (got < 0) {
                throw Error("cannot read " + m_name + " (" + zip_file_strerror(m_file.get()) +
                            "); copy or download the archive again");
            }
            if (got == 0) break;
            done += static_cast<std::size_t>(got);
            m_read += static_cast<std::uint64_t>(got);
            refuseBomb(m_compressedSize, m_read, m_name);
        }
        return done;
    }
    double fraction() const override {
        return m_size > 0 ? std::min(1.0, static_cast<double>(m_read) / static_cast<double>(m_size)) : 1;
    }

private:
    struct Discard {
        void operator()(zip_t* archive) const { zip_discard(archive); }
    };
    struct CloseMember {
        void operator()(zip_file_t* file) const { zip_fclose(file); }
    };
    std::string m_name;
    std::unique_ptr<zip_t, Discard> m_archive;
    std::unique_ptr<zip_file_t, CloseMember> m_file; // closed before the archive
    std::uint64_t m_size = 0;
    std::uint64_t m_compressedSize = 0;
    std::atomic<std::uint64_t> m_read = 0;
};

/// Puts back what was read of a stream to look at it.
class RejoinedStream : public ByteStream {
public:
    RejoinedStream(std::string start, std::unique_ptr<ByteStream> rest)
        : m_start(std::move(start)),
          m_rest(std::move(rest)) {}
    std::size_t read(std::span<char> bytes) override {
        const std::size_t got = std::min(bytes.size(), m_start.size() - m_at);
        std::copy_n(m_start.data() + m_at, got, bytes.data());
        m_at += got;
        return got == bytes.size() ? got : got + m_rest->read(bytes.subspan(got));
    }
    double fraction() const override { return m_rest->fraction(); }

private:
    std::string m_start;
    std::size_t m_at = 0;
    std::unique_ptr<ByteStream> m_rest;
};

/// Inflates where the stream starts as gzip does.
std::unique_ptr<ByteStream> inflated(std::unique_ptr<ByteStream> stream, const std::string& name) {
    std::string start(2, '\0');
    start.resize(stream->read(start));
    const bool isGzip = looksGzip(start);
    auto whole = std::make_unique<RejoinedStream>(std::move(start), std::move(stream));
    if (!isGzip) return whole;
    return std::make_unique<GzipStream>(std::move(whole), name);
}

} // namespace

FileStart readFileStart(const std::filesystem::path& path) {
    FileStart start;
    start.bytes.resize(startBytes);
    start.bytes.resize(PlainStream(path).read(start.bytes));
    if (start.bytes.empty()) throw Error(path.string() + " is empty");
    start.isZip = start.bytes.starts_with("PK\x03\x04") || start.bytes.starts_with("PK\x05\x06");
    start.isGzip = looksGzip(start.bytes);
    if (start.isGzip) {
        start.bytes.resize(startBytes);
        start.bytes.resize(openFileStream(path)->read(start.bytes));
        if (start.bytes.empty()) throw Error(path.string() + " inflates to nothing");
    }
    return start;
}

std::unique_ptr<ByteStream> openFileStream(const std::filesystem::path& path) {
    return inflated(std::make_unique<PlainStream>(path), path.string());
}

std::unique_ptr<ByteStream> openZipStream(const std::filesystem::path& path, const std::string& member) {
    return inflated(std::make_unique<ZipStream>(path, member), "'" + member + "' in " + path.string());
}

std::unique_ptr<ByteStream> openMemoryStream(std::span<const char> bytes, const std::string& name) {
    return inflated(std::make_unique<MemoryStream>(bytes), name);
}

std::vector<std::byte> readWhole(ByteStream& stream, std::size_t limit, const std::string& name,
                                 const std::string& what) {
    std::vector<std::byte> bytes;
    std::vector<char> chunk(chunkBytes);
    for (;;) {
        const std::size_t got = stream.read(chunk);
        if (got == 0) return bytes;
        if (bytes.size() + got > limit) {
            throw Error(std::string(name).append(" is ").append(what).append(" of more than ") +
                        std::to_string(limit >> 20) + " MB; unpack it first, plain files of any size are read");
        }
        const auto* const first = reinterpret_cast<const std::byte*>(chunk.data());
        bytes.insert(bytes.end(), first, first + got);
    }
}

} // namespace zscape
