// FITS binary tables out, through CFITSIO. Rows are laid out here and written in one piece, which takes CFITSIO's
// column calls out of the way of wide tables.
#include "core/io/table_sink.h"

#include <fitsio.h>

#include <algorithm>
#include <set>

namespace zscape {

namespace {

/// FITS header cards hold printable ASCII alone.
std::string cardText(std::string_view text) {
    std::string result;
    for (const char letter : text) {
        if (static_cast<unsigned char>(letter) >= 0x80 && (static_cast<unsigned char>(letter) & 0xC0) == 0x80) continue;
        result += letter >= 0x20 && letter < 0x7F ? letter : (letter == '\n' || letter == '\t') ? ' ' : '?';
    }
    return result;
}

struct FitsColumn {
    std::string name, form, unit, ucd, description;
    std::optional<std::int64_t> null;
    std::size_t width = 0; ///< of a text
};

FitsColumn columnOf(const NumericBlock& block) {
    constexpr std::array letters{'E', 'D', 'J', 'K', 'A'};
    FitsColumn column{
        cardText(block.name), "", cardText(block.unit), cardText(block.ucd), cardText(block.description), {}, 0};
    std::size_t repeat = block.columns;
    if (std::holds_alternative<std::vector<std::string>>(block.values)) repeat = column.width = textWidth(block);
    if (std::holds_alternative<std::vector<std::int32_t>>(block.values)) column.null = missingInteger<std::int32_t>;
    if (std::holds_alternative<std::vector<std::int64_t>>(block.values)) column.null = missingInteger<std::int64_t>;
    column.form = std::to_string(repeat) + letters[block.values.index()];
    return column;
}

class FitsSink : public TableSink {
public:
    FitsSink(const SinkTarget& target, const NumericTable& layout) : m_target(target.target) {
        if (!layout.sourceIds.empty()) {
            m_columns.push_back({"source_id", "1K", "", "meta.id;meta.main", "", {}, 0});
        }
        for (const NumericBlock& block : layout.blocks) {
            m_columns.push_back(columnOf(block));
            if (!block.axis.empty() && m_axisNames.insert(block.axisName).second) {
                m_axes.push_back({block.axisName, "", block.axis, 1, false, {}, {}});
            }
        }
        int status = 0;
        std::filesystem::remove(target.path); // CFITSIO wants to make it itself
        fits_create_diskfile(&m_file, target.path.c_str(), &status);
        check(status);
        createTable(m_columns, "ZSCAPE");
        for (const auto& [key, value] : layout.attributes) {
            const std::string name = "HIERARCH ZSCAPE " + cardText(key);
            fits_write_key_longstr(m_file, name.c_str(), cardText(value).c_str(), nullptr, &status);
            check(status);
        }
    }
    FitsSink(const FitsSink&) = delete;
    FitsSink& operator=(const FitsSink&) = delete;
    ~FitsSink() override {
        if (!m_file) return;
        int status = 0;
        fits_close_file(m_file, &status); // not committed: the file goes anyway
    }

    void append(const NumericTable& piece, std::size_t begin, std::size_t rows) override {
        formatRows(
            begin, rows, [&](std::string& bytes, std::size_t row) { appendRow(bytes, piece, row); },
            [&](const std::string& bytes) { writeRows(bytes, m_rows); });
    }
    void finish() override {
        for (const NumericBlock& axis : m_axes) {
            createTable({columnOf(axis)}, axis.name);
            std::string bytes;
            for (const double value : std::get<std::vector<double>>(axis.values)) {
                appendBigEndian(bytes, value);
            }
            LONGLONG rows = 0;
            writeRows(bytes, rows);
        }
        int status = 0;
        fitsfile* file = std::exchange(m_file, nullptr);
        fits_close_file(file, &status);
        check(status);
    }

private:
    void check(int status) const {
        if (status == 0) return;
        std::array<char, FLEN_STATUS> text{};
        fits_get_errstatus(status, text.data());
        fits_clear_errmsg();
        throw Error("cannot write " + m_target.string() + " (" + text.data() + "); is the disk full?");
    }

    void createTable(const std::vector<FitsColumn>& columns, const std::string& name) {
        std::vector<char*> names, forms, units;
        for (const FitsColumn& column : columns) {
            // CFITSIO takes char* but changes nothing.
            names.push_back(const_cast<char*>(column.name.c_str()));
            forms.push_back(const_cast<char*>(column.form.c_str()));
            units.push_back(const_cast<char*>(column.unit.c_str()));
        }
        int status = 0;
        fits_create_tbl(m_file, BINARY_TBL, 0, static_cast<int>(columns.size()), names.data(), forms.data(),
                        units.data(), name.c_str(), &status);
        for (std::size_t k = 0; k < columns.size(); ++k) {
            const std::string number = std::to_string(k + 1);
            if (columns[k].null) {
                LONGLONG null = *columns[k].null;
                fits_write_key(m_file, TLONGLONG, ("TNULL" + number).c_str(), &null, "missing", &status);
            }
            if (!columns[k].ucd.empty()) {
                fits_write_key_longstr(m_file, ("TUCD" + number).c_str(), columns[k].ucd.c_str(), nullptr, &status);
            }
            if (!columns[k].description.empty()) {
                fits_write_key_longstr(m_file, ("TCOMM" + number).c_str(), columns[k].description.c_str(), nullptr,
                                       &status);
            }
        }
        fits_set_hdustruc(m_file, &status);
        check(status);
        LONGLONG width = 0;
        fits_read_key(m_file, TLONGLONG, "NAXIS1", &width, nullptr, &status);
        check(status);
        m_rowBytes = static_cast<std::size_t>(width);
    }

    void appendRow(std::string& bytes, const NumericTable& table, std::size_t row) const {
        std::size_t at = 0;
        if (!table.sourceIds.empty()) {
            appendBigEndian(bytes, table.sourceIds[row]);
            ++at;
        }
        for (const NumericBlock& block : table.blocks) {
            const FitsColumn& column = m_columns[at++];
            std::visit(
                [&](const auto& values) {
                    using T = typename std::decay_t<decltype(values)>::value_type;
                    for (std::size_t index = row * block.columns; index < (row + 1) * block.columns; ++index) {
                        if constexpr (std::is_same_v<T, std::string>) {
                            const std::string text = block.isMissing(index) ? "" : values[index];
                            if (text.size() > column.width) {
                                throw Error("internal: a text of '" + block.name + "' is longer than the layout's");
                            }
                            bytes += text;
                            bytes.append(column.width - text.size(), '\0');
                        } else {
                            appendBigEndian(bytes, storedNumber(block, values, index));
                        }
                    }
                },
                block.values);
        }
    }

    void writeRows(const std::string& bytes, LONGLONG& rows) {
        int status = 0;
        std::vector<unsigned char> copy(bytes.begin(), bytes.end());
        fits_write_tblbytes(m_file, rows + 1, 1, static_cast<LONGLONG>(copy.size()), copy.data(), &status);
        check(status);
        rows += static_cast<LONGLONG>(copy.size() / m_rowBytes);
    }

    std::filesystem::path m_target;
    fitsfile* m_file = nullptr;
    std::vector<FitsColumn> m_columns;
    std::vector<NumericBlock> m_axes;
    std::set<std::string> m_axisNames;
    std::size_t m_rowBytes = 0;
    LONGLONG m_rows = 0;
};

} // namespace

std::unique_ptr<TableSink> makeFitsSink(const SinkTarget& target, const NumericTable& layout) {
    return std::make_unique<FitsSink>(target, layout);
}

} // namespace zscape
