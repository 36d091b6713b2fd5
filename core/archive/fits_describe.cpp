// What the columns of a FITS table are.
#include "core/archive/fits_library.h"

#include "core/base/error.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace zscape {

namespace {

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

} // namespace

std::vector<FitsColumn> FitsFile::describe(TableSchema& schema) {
    const auto lock = fitsLock();
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
        const std::string form = keyText("TFORM" + suffix);
        // CFITSIO calls both kinds of descriptor P.
        column.isWide = column.isHeap && form.find('Q') != std::string::npos;
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

} // namespace zscape
