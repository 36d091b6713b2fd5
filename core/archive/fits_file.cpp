// CFITSIO opens files by plain names only (fits_open_diskfile): its extended names could run filters and fetch URLs.
#include "core/archive/fits_library.h"

#include "core/base/error.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

namespace zscape {

namespace {

std::string statusText(int status) {
    std::array<char, FLEN_STATUS> text{};
    fits_get_errstatus(status, text.data());
    fits_clear_errmsg();
    return text.data();
}

} // namespace

std::size_t fitsElementBytes(char code) {
    switch (code) {
    case 'L':
    case 'B':
    case 'A':
    case 'X':
        return 1;
    case 'I':
        return 2;
    case 'J':
    case 'E':
        return 4;
    case 'K':
    case 'D':
    case 'C':
        return 8;
    case 'M':
        return 16;
    default:
        return 0;
    }
}

FitsFile::FitsFile(const std::filesystem::path& path, std::string name, const std::string& table)
    : m_name(std::move(name)),
      m_path(path),
      m_handle(std::make_unique<Handle>()) {
    std::error_code code;
    m_fileBytes = std::filesystem::file_size(path, code);
    {
        const auto lock = fitsLock();
        int status = 0;
        fits_open_diskfile(&m_handle->file, path.c_str(), READONLY, &status);
        check(status, "cannot be opened as FITS");
    }
    moveToTable(table);
}

FitsFile::FitsFile(std::vector<std::byte> bytes, std::string name, const std::string& table)
    : m_name(std::move(name)),
      m_bytes(std::move(bytes)),
      m_handle(std::make_unique<Handle>()) {
    // CFITSIO reads whole blocks.
    constexpr std::size_t blockBytes = 2880;
    m_fileBytes = m_bytes.size();
    m_bytes.resize((m_bytes.size() + blockBytes - 1) / blockBytes * blockBytes);
    m_memory = m_bytes.data();
    m_memoryBytes = m_bytes.size();
    {
        const auto lock = fitsLock();
        int status = 0;
        fits_open_memfile(&m_handle->file, "memory", READONLY, &m_memory, &m_memoryBytes, 0, nullptr, &status);
        check(status, "cannot be opened as FITS");
    }
    moveToTable(table);
}

FitsFile::~FitsFile() = default;

void FitsFile::check(int status, const std::string& doing) const {
    if (status == 0) return;
    throw Error(m_name + " " + doing + " (CFITSIO: " + statusText(status) +
                "); it may be damaged, copy or download it again");
}

void FitsFile::readRows(std::uint64_t first, std::size_t count, std::byte* out) {
    const auto lock = fitsLock();
    int status = 0;
    const std::size_t bytes = count * m_rowBytes;
    fits_read_tblbytes(m_handle->file, static_cast<LONGLONG>(first) + 1, 1, static_cast<LONGLONG>(bytes),
                       reinterpret_cast<unsigned char*>(out), &status);
    check(status, "cannot be read at row " + std::to_string(first + 1));
}

void FitsFile::readHeapAs(const FitsColumn& column, std::uint64_t row, std::size_t count, int type, void* null,
                          void* out) {
    const auto lock = fitsLock();
    int status = 0;
    int anyNull = 0;
    fits_read_col(m_handle->file, type, column.number, static_cast<LONGLONG>(row) + 1, 1, static_cast<LONGLONG>(count),
                  null, out, &anyNull, &status);
    check(status, "cannot be read at row " + std::to_string(row + 1) + ", column '" + column.name + "'");
}

void FitsFile::readHeap(const FitsColumn& column, std::uint64_t row, std::size_t count, float* out) {
    float null = std::nanf("");
    readHeapAs(column, row, count, TFLOAT, &null, out);
}

void FitsFile::readHeap(const FitsColumn& column, std::uint64_t row, std::size_t count, double* out) {
    double null = std::nan("");
    readHeapAs(column, row, count, TDOUBLE, &null, out);
}

void FitsFile::readHeap(const FitsColumn& column, std::uint64_t row, std::size_t count, std::int64_t* out,
                        std::int64_t null) {
    static_assert(sizeof(LONGLONG) == sizeof(std::int64_t));
    if (column.code != 'L') {
        readHeapAs(column, row, count, TLONGLONG, column.null ? &null : nullptr, out);
        return;
    }
    std::vector<char> flags(count);
    readHeapAs(column, row, count, TLOGICAL, nullptr, flags.data());
    std::copy(flags.begin(), flags.end(), out);
}

std::string FitsFile::readHeapText(const FitsColumn& column, std::uint64_t row, std::size_t count) {
    // Read as bytes: CFITSIO's own reading of a text stops at its first column width.
    std::string text(count, '\0');
    readHeapAs(column, row, count, TBYTE, nullptr, text.data());
    text.resize(std::min(text.size(), text.find('\0')));
    return withoutEndingSpaces(std::move(text));
}

} // namespace zscape
