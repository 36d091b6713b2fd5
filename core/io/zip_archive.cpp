#include "core/io/zip_archive.h"

#include "core/base/error.h"

#include <zip.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>

namespace zscape {

namespace {

constexpr std::size_t dataAlignment = 64;

std::string textOf(int code) {
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    std::string text = zip_error_strerror(&error);
    zip_error_fini(&error);
    return text;
}

void requireFile(const std::filesystem::path& path) {
    std::error_code code;
    const std::filesystem::file_status status = std::filesystem::status(path, code);
    if (!std::filesystem::exists(status)) throw Error("no such file: " + path.string());
    if (std::filesystem::is_directory(status)) throw Error(path.string() + " is a folder, not a file");
}

struct FileClose {
    void operator()(zip_file_t* file) const { zip_fclose(file); }
};

/// An extra field that pads the local header so that the data after it starts aligned. PyTorch's own id, "FB".
std::vector<zip_uint8_t> paddingField(std::size_t headerEnd) {
    constexpr std::size_t fieldHeader = 4;
    const std::size_t unpadded = headerEnd + fieldHeader;
    return std::vector<zip_uint8_t>((dataAlignment - unpadded % dataAlignment) % dataAlignment, 'Z');
}

/// An archive being written; discarded unless closed.
class Writer {
public:
    explicit Writer(const std::filesystem::path& path) : m_name(path.string()) {
        int code = 0;
        m_archive = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code);
        if (!m_archive) throw Error("cannot create " + m_name + " (" + textOf(code) + ")");
    }
    ~Writer() {
        if (m_archive) zip_discard(m_archive);
    }
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    void add(const ZipContent& content) {
        constexpr std::size_t localHeader = 30;
        zip_source_t* source = zip_source_buffer(m_archive, content.bytes.data(), content.bytes.size(), 0);
        if (!source) fail();
        const zip_int64_t added = zip_file_add(m_archive, content.name.c_str(), source, ZIP_FL_ENC_UTF_8);
        if (added < 0) {
            zip_source_free(source);
            fail();
        }
        const auto index = static_cast<zip_uint64_t>(added);
        const std::vector<zip_uint8_t> padding = paddingField(m_offset + localHeader + content.name.size());
        constexpr zip_uint16_t dosEpochDate = (1 << 5) | 1; // 1 January 1980
        if (zip_set_file_compression(m_archive, index, ZIP_CM_STORE, 0) < 0 ||
            zip_file_set_dostime(m_archive, index, 0, dosEpochDate, 0) < 0 ||
            zip_file_extra_field_set(m_archive, index, 0x4246, ZIP_EXTRA_FIELD_NEW, padding.data(),
                                     static_cast<zip_uint16_t>(padding.size()), ZIP_FL_LOCAL) < 0) {
            fail();
        }
        m_offset += localHeader + content.name.size() + 4 + padding.size() + content.bytes.size();
    }

    void close() {
        if (zip_close(m_archive) < 0) fail();
        m_archive = nullptr;
    }

private:
    [[noreturn]] void fail() const {
        throw Error("cannot write " + m_name + " (" + zip_strerror(m_archive) + "); is the disk full?");
    }
    std::string m_name;
    zip_t* m_archive = nullptr;
    std::size_t m_offset = 0;
};

} // namespace

void ZipReader::Close::operator()(zip* archive) const {
    zip_discard(archive);
}

ZipReader::ZipReader(const std::filesystem::path& path) : m_path(path) {
    requireFile(path);
    int code = 0;
    m_archive.reset(zip_open(path.c_str(), ZIP_RDONLY, &code));
    if (!m_archive) {
        throw Error("cannot read " + path.string() + " as a zip archive (" + textOf(code) +
                    "); it may be truncated, copy it again");
    }
    const zip_int64_t count = zip_get_num_entries(m_archive.get(), 0);
    for (zip_int64_t i = 0; i < count; ++i) {
        zip_stat_t status;
        const auto index = static_cast<zip_uint64_t>(i);
        constexpr zip_uint64_t needed = ZIP_STAT_NAME | ZIP_STAT_SIZE;
        if (zip_stat_index(m_archive.get(), index, 0, &status) < 0 || (status.valid & needed) != needed) continue;
        m_entries.push_back({status.name, status.size, index});
    }
}

const ZipEntry* ZipReader::find(std::string_view name) const {
    const auto found =
        std::find_if(m_entries.begin(), m_entries.end(), [&](const ZipEntry& entry) { return entry.name == name; });
    return found == m_entries.end() ? nullptr : &*found;
}

std::vector<std::byte> ZipReader::read(const ZipEntry& entry, std::size_t sizeLimit) const {
    const std::string what = "'" + entry.name + "' in " + m_path.string();
    if (entry.size > sizeLimit) {
        throw Error(what + " is " + std::to_string(entry.size) + " bytes, more than the " + std::to_string(sizeLimit) +
                    " that can belong there; the file is damaged or not what its ending says");
    }
    const std::unique_ptr<zip_file_t, FileClose> file(zip_fopen_index(m_archive.get(), entry.index, 0));
    if (!file) throw Error("cannot read " + what + " (" + zip_strerror(m_archive.get()) + ")");
    // Grown as data arrive, since the claimed size may be far above what is there. The read after the last byte is the
    // one that verifies the checksum.
    std::vector<std::byte> bytes;
    std::vector<std::byte> chunk(std::size_t{1} << 18);
    for (;;) {
        const zip_int64_t got = zip_fread(file.get(), chunk.data(), chunk.size());
        if (got < 0)
            throw Error("cannot read " + what + " (" + zip_file_strerror(file.get()) + "); the file is damaged");
        if (got == 0) break;
        bytes.insert(bytes.end(), chunk.begin(), chunk.begin() + got);
        if (bytes.size() > sizeLimit) throw Error(what + " inflates to more than its header says; the file is damaged");
    }
    if (bytes.size() != entry.size) throw Error(what + " is truncated; copy the file again");
    return bytes;
}

bool looksLikeZip(const std::filesystem::path& path) {
    std::array<char, 4> start{};
    std::ifstream(path, std::ios::binary).read(start.data(), start.size());
    return std::memcmp(start.data(), "PK\x03\x04", 4) == 0 || std::memcmp(start.data(), "PK\x05\x06", 4) == 0;
}

void writeStoredZip(const std::filesystem::path& path, std::span<const ZipContent> contents) {
    Writer writer(path);
    for (const ZipContent& content : contents) {
        writer.add(content);
    }
    writer.close();
}

} // namespace zscape
