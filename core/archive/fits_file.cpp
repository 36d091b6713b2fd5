// CFITSIO opens files by plain names only (fits_open_diskfile): its extended names could run filters and fetch URLs.
#include "core/archive/fits_file.h"

#include "core/base/error.h"

#include <fitsio.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <fstream>
#include <mutex>

namespace zscape {

namespace {

constexpr std::size_t largestRow = std::size_t{256} << 20;

/// CFITSIO built without locks of its own must not run in two threads at once.
std::mutex& libraryMutex() {
    static std::mutex mutex;
    return mutex;
}
std::unique_lock<std::mutex> libraryLock() {
    static const bool isReentrant = fits_is_reentrant() != 0;
    return isReentrant ? std::unique_lock<std::mutex>() : std::unique_lock(libraryMutex());
}

std::string statusText(int status) {
    std::array<char, FLEN_STATUS> text{};
    fits_get_errstatus(status, text.data());
    fits_clear_errmsg();
    return text.data();
}

std::string trimmedRight(std::string text) {
    while (!text.empty() && text.back() == ' ') {
        text.pop_back();
    }
    return text;
}

bool isPrintable(const std::string& text) {
    return std::all_of(text.begin(), text.end(), [](char letter) { return letter >= ' ' && letter < 0x7F; });
}

ValueKind kindOf(const FitsColumn& column) {
    switch (column.code) {
    case 'A':
        return ValueKind::Text;
    case 'E':
        return ValueKind::Float32;
    case 'D':
        return ValueKind::Float64;
    default:
        return column.scale == 1 && column.zero == std::floor(column.zero) ? ValueKind::Integer : ValueKind::Float64;
    }
}

std::string typeName(char code) {
    switch (code) {
    case 'L':
        return "bool";
    case 'B':
        return "uint8";
    case 'I':
        return "int16";
    case 'J':
        return "int32";
    case 'K':
        return "int64";
    case 'E':
        return "float32";
    case 'D':
        return "float64";
    default:
        return "string";
    }
}

/// The keys that CFITSIO reads as numbers, here or in a table it opens.
bool isNumberKey(std::string_view card) {
    constexpr std::string_view keys[] = {"SIMPLE",  "BITPIX",  "NAXIS",  "EXTEND",   "PCOUNT",  "GCOUNT", "GROUPS",
                                         "TFIELDS", "TNULL",   "TSCAL",  "TZERO",    "TBCOL",   "THEAP",  "BSCALE",
                                         "BZERO",   "BLANK",   "EXTVER", "EXTLEVEL", "ZTABLE",  "ZIMAGE", "ZSIMPLE",
                                         "ZEXTEND", "ZBITPIX", "ZNAXIS", "ZPCOUNT",  "ZGCOUNT", "ZTILE",  "ZTHEAP",
                                         "ZBLANK",  "ZSCALE",  "ZZERO",  "ZTILELEN", "ZNAXIS"};
    const std::string_view key = card.substr(0, 8);
    return std::ranges::any_of(keys, [key](std::string_view one) {
        return key.starts_with(one) && key.find_first_not_of("0123456789 =", one.size()) == std::string_view::npos;
    });
}

} // namespace

struct FitsFile::Handle {
    fitsfile* file = nullptr;
    ~Handle() {
        if (!file) return;
        const auto lock = libraryLock();
        int status = 0;
        fits_close_file(file, &status);
        fits_clear_errmsg();
    }
};

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
        const auto lock = libraryLock();
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
        const auto lock = libraryLock();
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

void FitsFile::moveToTable(const std::string& table) {
    const auto lock = libraryLock();
    fitsfile* const file = m_handle->file;
    int wanted = 0;
    std::from_chars(table.data(), table.data() + table.size(), wanted);
    int status = 0;
    bool hasTable = false;
    constexpr int mostHdus = 10000;
    for (int hdu = 1; hdu < mostHdus; ++hdu) {
        int type = 0;
        LONGLONG end = 0;
        fits_get_hduaddrll(file, nullptr, nullptr, &end, &status);
        check(status, "has a damaged header of HDU " + std::to_string(hdu - 1));
        if (end > 0) checkHeader(static_cast<std::uint64_t>(end));
        fits_movabs_hdu(file, hdu + 1, &type, &status);
        if (status == END_OF_FILE) break;
        check(status, "has a damaged header of HDU " + std::to_string(hdu));
        const std::string name = keyText("EXTNAME");
        if (!table.empty() && hdu != wanted && name != table) continue;
        if (type == ASCII_TBL && !table.empty())
            throw Error("HDU " + table + " of " + m_name + " is a FITS text table; write it as a binary table first");
        if (type != BINARY_TBL) continue;
        int compressed = 0;
        int ignored = 0;
        fits_read_key(file, TLOGICAL, "ZTABLE", &compressed, nullptr, &ignored);
        if (compressed != 0) throw Error(m_name + " holds a compressed table (ZTABLE); unpack it with funpack first");
        hasTable = true;
        readSizes();
        if (m_rows > 0 || !table.empty()) {
            fits_clear_errmsg();
            return;
        }
    }
    fits_clear_errmsg();
    if (!table.empty()) throw Error("no binary table '" + table + "' in " + m_name);
    throw Error(m_name + (hasTable ? " has no binary table with rows" : " has no binary table"));
}

std::string FitsFile::bytesAt(std::uint64_t start, std::size_t count) const {
    std::string bytes;
    if (m_path.empty()) {
        if (start >= m_bytes.size()) return bytes;
        const std::size_t there = std::min<std::size_t>(count, m_bytes.size() - static_cast<std::size_t>(start));
        bytes.assign(reinterpret_cast<const char*>(m_bytes.data()) + start, there);
        return bytes;
    }
    bytes.resize(count);
    std::ifstream stream(m_path, std::ios::binary);
    stream.seekg(static_cast<std::streamoff>(start));
    stream.read(bytes.data(), static_cast<std::streamsize>(count));
    bytes.resize(static_cast<std::size_t>(std::max<std::streamsize>(stream.gcount(), 0)));
    return bytes;
}

void FitsFile::requireShortValue(std::string_view card) const {
    constexpr std::size_t longestNumber = 30;
    const std::size_t sign = card.find('=');
    if (sign == std::string_view::npos) return;
    std::string_view value = card.substr(sign + 1);
    value = value.substr(0, value.find('/'));
    value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
    while (value.ends_with(' ')) {
        value.remove_suffix(1);
    }
    if (value.size() <= longestNumber) return;
    const std::string_view key = card.substr(0, 8);
    throw Error(m_name + " has a damaged header: " + std::string(key.substr(0, key.find_first_of(" ="))) +
                " is no number; copy or download it again");
}

void FitsFile::checkHeader(std::uint64_t start) const {
    constexpr std::size_t cardBytes = 80;
    constexpr std::size_t blockBytes = 2880;
    constexpr std::size_t mostBlocks = 20000; // a table of 100,000 columns has fewer
    for (std::size_t block = 0; block < mostBlocks; ++block) {
        const std::string bytes = bytesAt(start + block * blockBytes, blockBytes);
        for (std::size_t at = 0; at + cardBytes <= bytes.size(); at += cardBytes) {
            const std::string_view card = std::string_view(bytes).substr(at, cardBytes);
            if (card.starts_with("END     ")) return;
            const bool isText = card.starts_with("TTYPE") || card.starts_with("TFORM") || card.starts_with("TUNIT") ||
                                card.starts_with("TDISP") || card.starts_with("TDIM");
            if (isNumberKey(card)) requireShortValue(card);
            // CFITSIO takes what follows the first '=' of a card for its value, wherever that stands.
            const std::size_t sign = card.find('=');
            if (!isText || sign == std::string_view::npos) continue;
            const std::size_t value = card.find_first_not_of(' ', sign + 1);
            const bool isQuoted = value != std::string_view::npos && card[value] == '\'' &&
                                  card.find('\'', value + 1) != std::string_view::npos;
            if (!isQuoted) {
                const std::string_view key = card.substr(0, 8);
                throw Error(m_name + " has a damaged header: " + std::string(key.substr(0, key.find(' '))) +
                            " is no text in quotes; copy or download it again");
            }
        }
        if (bytes.size() < blockBytes) return; // CFITSIO says that the file ends
    }
}

void FitsFile::readSizes() {
    fitsfile* const file = m_handle->file;
    int status = 0;
    LONGLONG rows = 0;
    LONGLONG rowBytes = 0;
    LONGLONG heapBytes = 0;
    fits_get_num_rowsll(file, &rows, &status);
    fits_read_key(file, TLONGLONG, "NAXIS1", &rowBytes, nullptr, &status);
    fits_read_key(file, TLONGLONG, "PCOUNT", &heapBytes, nullptr, &status);
    LONGLONG headerStart = 0;
    LONGLONG dataStart = 0;
    LONGLONG dataEnd = 0;
    fits_get_hduaddrll(file, &headerStart, &dataStart, &dataEnd, &status);
    check(status, "has a damaged table header");
    if (rows < 0 || rowBytes <= 0 || heapBytes < 0 || static_cast<std::size_t>(rowBytes) > largestRow ||
        dataStart < 0) {
        throw Error(m_name + " has a table of " + std::to_string(rows) + " rows of " + std::to_string(rowBytes) +
                    " bytes, which cannot be");
    }
    m_rows = static_cast<std::uint64_t>(rows);
    m_rowBytes = static_cast<std::size_t>(rowBytes);
    m_heapBytes = static_cast<std::uint64_t>(heapBytes);
    const auto start = static_cast<std::uint64_t>(dataStart);
    const std::uint64_t there = m_fileBytes > start ? m_fileBytes - start : 0;
    if (there / m_rowBytes < m_rows) {
        throw Error(m_name + " is cut off in row " + std::to_string(there / m_rowBytes + 1) + " of " +
                    std::to_string(m_rows) + "; copy or download it again");
    }
    if (there - m_rows * m_rowBytes < m_heapBytes) {
        throw Error(m_name + " is cut off in the lists after its " + std::to_string(m_rows) +
                    " rows; copy or download it again");
    }
}

std::string FitsFile::keyText(const std::string& key) const {
    std::array<char, FLEN_VALUE> text{};
    int status = 0;
    fits_read_key(m_handle->file, TSTRING, key.c_str(), text.data(), nullptr, &status);
    if (status != 0) fits_clear_errmsg();
    return status == 0 ? trimmedRight(text.data()) : std::string{};
}

std::vector<FitsColumn> FitsFile::describe(TableSchema& schema) {
    const auto lock = libraryLock();
    fitsfile* const file = m_handle->file;
    int status = 0;
    int count = 0;
    fits_get_num_cols(file, &count, &status);
    check(status, "has a damaged table header");
    schema.rows = m_rows;
    schema.table = keyText("EXTNAME");
    std::vector<FitsColumn> columns;
    std::size_t offset = 0;
    for (int number = 1; number <= count; ++number) {
        const std::string suffix = std::to_string(number);
        std::array<char, FLEN_VALUE> type{};
        LONGLONG repeat = 0;
        LONGLONG null = 0;
        FitsColumn column;
        column.number = number;
        fits_get_bcolparmsll(file, number, nullptr, nullptr, type.data(), &repeat, &column.scale, &column.zero, &null,
                             nullptr, &status);
        check(status, "has a damaged description of column " + suffix);
        column.name = keyText("TTYPE" + suffix);
        const std::string_view letters = type.data();
        column.isHeap = letters.starts_with('P') || letters.starts_with('Q');
        column.isWide = letters.starts_with('Q');
        column.code = letters.empty() ? '?' : letters[letters.size() > 1 && column.isHeap ? 1 : 0];
        column.offset = offset;
        column.repeat = static_cast<std::size_t>(std::max<LONGLONG>(repeat, 0));
        const std::size_t elementBytes = fitsElementBytes(column.code);
        const std::size_t cellBytes = column.isHeap        ? column.repeat * (column.isWide ? 16 : 8)
                                      : column.code == 'X' ? (column.repeat + 7) / 8
                                                           : column.repeat * elementBytes;
        offset += cellBytes;
        if (elementBytes == 0 || column.repeat > m_rowBytes * 8 || offset > m_rowBytes) {
            throw Error("column " + suffix + " of " + m_name + " has the type '" + std::string(letters) +
                        "' and does not fit its rows; the header is damaged");
        }
        LONGLONG declared = 0;
        int ignored = 0;
        fits_read_key(file, TLONGLONG, ("TNULL" + suffix).c_str(), &declared, nullptr, &ignored);
        if (ignored == 0) column.null = declared;
        fits_clear_errmsg();
        if (column.name.empty()) column.name = "col" + suffix;
        if (!isPrintable(column.name))
            throw Error("column " + suffix + " of " + m_name + " has a name of other characters than FITS allows");
        if (column.code == 'C' || column.code == 'M' || column.code == 'X' || column.repeat == 0) {
            schema.notices.push_back("column '" + column.name + "' of " + m_name + " was left out: it holds " +
                                     (column.repeat == 0   ? "nothing"
                                      : column.code == 'X' ? "bits"
                                                           : "complex numbers"));
            continue;
        }
        const std::string form = keyText("TFORM" + suffix);
        const std::size_t letter = form.find('A');
        if (column.code == 'A' && !column.isHeap && letter != std::string::npos) {
            std::size_t width = 0;
            std::from_chars(form.data() + letter + 1, form.data() + form.size(), width);
            if (width > 0 && width < column.repeat) column.textWidth = width;
        }
        ColumnInfo info;
        info.name = column.name;
        info.unit = keyText("TUNIT" + suffix);
        info.ucd = keyText("TUCD" + suffix);
        info.description = keyText("TCOMM" + suffix);
        info.type = typeName(column.code);
        info.kind = kindOf(column);
        const bool isText = column.code == 'A';
        info.isArray = isText ? column.textWidth > 0 : column.isHeap || column.repeat > 1;
        info.count = column.isHeap          ? 0
                     : column.textWidth > 0 ? column.repeat / column.textWidth
                     : info.isArray         ? column.repeat
                                            : 0;
        schema.columns.push_back(std::move(info));
        columns.push_back(std::move(column));
    }
    if (columns.empty()) throw Error("the table of " + m_name + " has no column that can be read");
    return columns;
}

void FitsFile::readRows(std::uint64_t first, std::size_t count, std::byte* out) {
    const auto lock = libraryLock();
    int status = 0;
    const std::size_t bytes = count * m_rowBytes;
    fits_read_tblbytes(m_handle->file, static_cast<LONGLONG>(first) + 1, 1, static_cast<LONGLONG>(bytes),
                       reinterpret_cast<unsigned char*>(out), &status);
    check(status, "cannot be read at row " + std::to_string(first + 1));
}

void FitsFile::readHeapAs(const FitsColumn& column, std::uint64_t row, std::size_t count, int type, void* null,
                          void* out) {
    const auto lock = libraryLock();
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
    return trimmedRight(std::move(text));
}

} // namespace zscape
