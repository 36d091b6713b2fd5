// FITS binary tables: rows as they lie in the file, cells converted here, lists of the heap read by CFITSIO.
#include "core/archive/big_endian.h"
#include "core/archive/fits_file.h"
#include "core/archive/formats.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace zscape {

namespace {

constexpr std::size_t batchBytes = std::size_t{4} << 20;
constexpr std::size_t mostRows = 65536;

/// Where texts end and whether they can be shown: FITS has ASCII only.
std::string textOf(const std::byte* at, std::size_t width) {
    std::string text(reinterpret_cast<const char*>(at), width);
    text.resize(std::min(text.size(), text.find('\0')));
    while (!text.empty() && text.back() == ' ') {
        text.pop_back();
    }
    std::replace_if(
        text.begin(), text.end(), [](char letter) { return letter < ' ' || letter == 0x7F; }, '?');
    return text;
}

class FitsSource : public TableSource {
public:
    template <typename Input>
    FitsSource(Input&& input, const std::string& name, const std::string& table, JobContext job)
        : m_job(std::move(job)),
          m_file(std::forward<Input>(input), name, table) {
        m_schema.file = name;
        m_columns = m_file.describe(m_schema);
        requireUniqueNames();
        for (std::size_t index = 0; index < m_schema.columns.size(); ++index) {
            m_selected.push_back({index});
        }
        const std::uint64_t heapPerRow = m_file.rows() > 0 ? m_file.heapBytes() / m_file.rows() : 0;
        const std::uint64_t perRow = m_file.rowBytes() + heapPerRow;
        m_rowsPerBatch = static_cast<std::size_t>(
            std::clamp<std::uint64_t>(batchBytes / std::max<std::uint64_t>(perRow, 1), 1, mostRows));
    }

    bool next(TableBatch& batch) override {
        m_job.throwIfCancelled();
        if (m_row >= m_file.rows()) return false;
        const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(m_rowsPerBatch, m_file.rows() - m_row));
        m_bytes.resize(count * m_file.rowBytes());
        m_file.readRows(m_row, count, m_bytes.data());
        prepare(batch);
        batch.firstRow = m_row;
        batch.rows = count;
        for (std::size_t index = 0; index < m_selected.size(); ++index) {
            fill(m_columns[m_selected[index].column], batch.columns[index]);
        }
        m_row += count;
        return true;
    }

    double fraction() const override {
        return m_file.rows() > 0 ? static_cast<double>(m_row) / static_cast<double>(m_file.rows()) : 1;
    }

private:
    std::size_t rowCount() const { return m_bytes.size() / m_file.rowBytes(); }
    const std::byte* cell(const FitsColumn& column, std::size_t row) const {
        return m_bytes.data() + row * m_file.rowBytes() + column.offset;
    }
    [[noreturn]] void fail(const FitsColumn& column, std::size_t row, const std::string& what) const {
        throw Error(m_schema.file + ", row " + std::to_string(m_row + row + 1) + ", column '" + column.name +
                    "': " + what);
    }

    void fill(const FitsColumn& column, ColumnValues& out) {
        std::visit([&](auto& values) { fillInto(column, out, values); }, out.values);
    }

    template <typename T>
    void fillInto(const FitsColumn& column, ColumnValues& out, std::vector<T>& values) {
        if (column.isHeap) return fillFromHeap(column, out, values);
        if constexpr (std::is_same_v<T, std::string>) {
            const std::size_t width = column.textWidth > 0 ? column.textWidth : column.repeat;
            for (std::size_t row = 0; row < rowCount(); ++row) {
                for (std::size_t at = 0; at + width <= column.repeat; at += width) {
                    values.push_back(textOf(cell(column, row) + at, width));
                }
            }
        } else {
            values.reserve(rowCount() * column.repeat);
            switch (column.code) {
            case 'L':
                fillLogical(column, out, values);
                break;
            case 'B':
                fillNumbers<std::uint8_t>(column, out, values);
                break;
            case 'I':
                fillNumbers<std::int16_t>(column, out, values);
                break;
            case 'J':
                fillNumbers<std::int32_t>(column, out, values);
                break;
            case 'K':
                fillNumbers<std::int64_t>(column, out, values);
                break;
            case 'E':
                fillNumbers<float>(column, out, values);
                break;
            default:
                fillNumbers<double>(column, out, values);
                break;
            }
        }
        if (out.offsets.empty()) return;
        const std::size_t perRow = values.size() / rowCount();
        for (std::size_t row = 1; row <= rowCount(); ++row) {
            out.offsets.push_back(row * perRow);
        }
    }

    template <typename T>
    void markMissing(ColumnValues& out, std::vector<T>& values) const {
        if constexpr (std::is_floating_point_v<T>) {
            values.push_back(std::numeric_limits<T>::quiet_NaN());
        } else {
            out.missingMarks.resize(rowCount() == 0 ? 0 : std::max(out.missingMarks.size(), values.size() + 1), 0);
            out.missingMarks[values.size()] = 1;
            values.push_back(T{});
        }
    }
    template <typename T>
    static void finishMarks(ColumnValues& out, const std::vector<T>& values) {
        if (!out.missingMarks.empty()) out.missingMarks.resize(values.size(), 0);
    }

    template <typename T>
    void fillLogical(const FitsColumn& column, ColumnValues& out, std::vector<T>& values) const {
        for (std::size_t row = 0; row < rowCount(); ++row) {
            for (std::size_t element = 0; element < column.repeat; ++element) {
                const char letter = static_cast<char>(cell(column, row)[element]);
                if (letter == 'T' || letter == 'F') {
                    values.push_back(letter == 'T' ? T{1} : T{0});
                } else {
                    markMissing(out, values);
                }
            }
        }
        finishMarks(out, values);
    }

    template <typename Raw, typename T>
    void fillNumbers(const FitsColumn& column, ColumnValues& out, std::vector<T>& values) const {
        const std::size_t rows = rowCount();
        if constexpr (std::is_floating_point_v<Raw> && std::is_floating_point_v<T>) {
            if (!column.isScaled()) {
                values.resize(rows * column.repeat);
                T* to = values.data();
                for (std::size_t row = 0; row < rows; ++row) {
                    const std::byte* from = cell(column, row);
                    for (std::size_t element = 0; element < column.repeat; ++element, from += sizeof(Raw)) {
                        *to++ = static_cast<T>(bigEndian<Raw>(from));
                    }
                }
                return;
            }
        }
        for (std::size_t row = 0; row < rows; ++row) {
            const std::byte* from = cell(column, row);
            for (std::size_t element = 0; element < column.repeat; ++element, from += sizeof(Raw)) {
                const Raw raw = bigEndian<Raw>(from);
                if constexpr (std::is_integral_v<Raw>) {
                    if (column.null && static_cast<std::int64_t>(raw) == *column.null) {
                        markMissing(out, values);
                        continue;
                    }
                }
                values.push_back(converted<Raw, T>(column, raw, row));
            }
        }
        finishMarks(out, values);
    }

    template <typename Raw, typename T>
    T converted(const FitsColumn& column, Raw raw, std::size_t row) const {
        if constexpr (std::is_floating_point_v<T>) {
            return static_cast<T>(column.isScaled() ? static_cast<double>(raw) * column.scale + column.zero
                                                    : static_cast<double>(raw));
        } else if constexpr (std::is_floating_point_v<Raw>) {
            const double value = static_cast<double>(raw) * column.scale + column.zero;
            return wholeNumber(column, value, row);
        } else {
            if (!column.isScaled()) return static_cast<T>(raw);
            if (column.scale != 1 || column.zero != std::floor(column.zero)) {
                return wholeNumber(column, static_cast<double>(raw) * column.scale + column.zero, row);
            }
            // Unsigned numbers: stored less 2^15, 2^31 or 2^63.
            constexpr double limit = 9223372036854775808.0;
            if (column.zero == limit) {
                if (raw >= 0) fail(column, row, "the number is beyond 2^63 - 1, the largest that can be held");
                return static_cast<T>(static_cast<std::uint64_t>(raw) + (std::uint64_t{1} << 63));
            }
            std::int64_t sum = 0;
            if (!(std::abs(column.zero) < limit) ||
                __builtin_add_overflow(static_cast<std::int64_t>(raw), static_cast<std::int64_t>(column.zero), &sum)) {
                fail(column, row, "the number is beyond 2^63 - 1, the largest that can be held");
            }
            return sum;
        }
    }

    std::int64_t wholeNumber(const FitsColumn& column, double value, std::size_t row) const {
        constexpr double exact = 9007199254740992.0;
        if (!(std::abs(value) <= exact) || value != std::floor(value)) {
            fail(column, row, std::to_string(value) + " is not a whole number that can be held exactly");
        }
        return static_cast<std::int64_t>(value);
    }

    /// Length of a row's list, after its descriptor has been found to lie in the heap.
    std::size_t heapLength(const FitsColumn& column, std::size_t row) const {
        const std::byte* at = cell(column, row);
        const std::int64_t count = column.isWide ? bigEndian<std::int64_t>(at) : bigEndian<std::int32_t>(at);
        const std::int64_t offset = column.isWide ? bigEndian<std::int64_t>(at + 8) : bigEndian<std::int32_t>(at + 4);
        const auto heap = static_cast<std::int64_t>(m_file.heapBytes());
        const auto bytes = static_cast<std::int64_t>(fitsElementBytes(column.code));
        if (count == 0) return 0;
        if (count < 0 || offset < 0 || count > heap / bytes || offset > heap - count * bytes) {
            fail(column, row, "its list of " + std::to_string(count) + " values lies outside the file; it is damaged");
        }
        return static_cast<std::size_t>(count);
    }

    template <typename T>
    void fillFromHeap(const FitsColumn& column, ColumnValues& out, std::vector<T>& values) {
        // A damaged file may point every row at the whole heap.
        constexpr std::size_t mostBytes = std::size_t{512} << 20;
        for (std::size_t row = 0; row < rowCount(); ++row) {
            const std::size_t count = heapLength(column, row);
            const std::size_t before = values.size();
            if ((before + count) * sizeof(T) > mostBytes)
                fail(column, row, "the lists up to here have more numbers than the file can hold; it is damaged");
            if constexpr (std::is_same_v<T, std::string>) {
                values.push_back(count > 0 ? m_file.readHeapText(column, m_row + row, count) : std::string{});
                values.back() = textOf(reinterpret_cast<const std::byte*>(values.back().data()), values.back().size());
            } else {
                values.resize(before + count);
                if (count > 0) readList(column, m_row + row, out, values, before, count);
            }
            if (!out.offsets.empty()) out.offsets.push_back(values.size());
        }
        finishMarks(out, values);
    }

    template <typename T>
    void readList(const FitsColumn& column, std::uint64_t row, ColumnValues& out, std::vector<T>& values,
                  std::size_t before, std::size_t count) {
        if constexpr (std::is_floating_point_v<T>) {
            m_file.readHeap(column, row, count, values.data() + before);
        } else if constexpr (std::is_same_v<T, std::int64_t>) {
            constexpr std::int64_t null = std::numeric_limits<std::int64_t>::min() + 1;
            m_file.readHeap(column, row, count, values.data() + before, null);
            for (std::size_t at = before; column.null && at < values.size(); ++at) {
                if (values[at] != null) continue;
                out.missingMarks.resize(std::max(out.missingMarks.size(), at + 1), 0);
                out.missingMarks[at] = 1;
                values[at] = 0;
            }
        }
    }

    JobContext m_job;
    FitsFile m_file;
    std::vector<FitsColumn> m_columns;
    std::vector<std::byte> m_bytes; ///< the batch's rows as they lie in the file
    std::uint64_t m_row = 0;
    std::size_t m_rowsPerBatch = 1;
};

} // namespace

std::unique_ptr<TableSource> openFitsTable(std::vector<std::byte> bytes, const std::string& name,
                                           const std::string& table, const ReadOptions&, const JobContext& job) {
    return std::make_unique<FitsSource>(std::move(bytes), name, table, job);
}

std::unique_ptr<TableSource> openFitsTable(const TableEntry& entry, const ReadOptions& options, const JobContext& job) {
    const std::string name = nameOf(entry);
    if (entry.member.empty() && !readFileStart(entry.path).isGzip)
        return std::make_unique<FitsSource>(entry.path, name, entry.table, job);
    return openFitsTable(readWhole(*streamOf(entry), largestInMemory, name, "a packed FITS file"), name, entry.table,
                         options, job);
}

} // namespace zscape
