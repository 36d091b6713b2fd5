// The headers of a FITS file: refused where CFITSIO would not survive them, and gone through to the table.
#include "core/archive/fits_library.h"

#include "core/base/error.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>

namespace zscape {

namespace {

constexpr std::size_t largestRow = std::size_t{256} << 20;

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

void FitsFile::moveToTable(const std::string& table) {
    const auto lock = fitsLock();
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
    return status == 0 ? withoutEndingSpaces(text.data()) : std::string{};
}

} // namespace zscape
