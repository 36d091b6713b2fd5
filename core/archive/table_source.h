#pragma once

#include "core/base/bit_set.h"
#include "core/base/job_context.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// Tables as the archives deliver them, read in a stream: CSV and ECSV, FITS binary tables, VOTable, HDF5, each of them
/// plain, gzip-compressed, or in a zip archive. One interface, one file a format. What the numbers mean (spectra,
/// labels) is not known here: see xp_continuous.h and label_table.h.
namespace zscape {

enum class TableFileFormat { Text, Fits, Votable, Hdf5 };
std::string_view tableFileFormatName(TableFileFormat format); ///< "CSV or ECSV", "FITS", "VOTable", "HDF5"

/// What the values of a column are once read: whole numbers and truth values are Integer.
enum class ValueKind { Integer, Float32, Float64, Text };

/// One column as the file describes it.
struct ColumnInfo {
    std::string name;
    std::string unit; ///< as the file spells it; empty for none
    std::string ucd;
    std::string description;
    std::string type; ///< the file's own element type: "int16", "float64", "string"; "" where a CSV does not say
    ValueKind kind = ValueKind::Float64;
    bool isArray = false;  ///< every row has a list of values
    std::size_t count = 0; ///< the length of every row's list; 0 where it differs from row to row
};

/// What a table holds, known before its rows are read.
struct TableSchema {
    std::string file;                  ///< for messages: "stars.zip", and the member: "stars.zip (a/b.csv)"
    std::string table;                 ///< the table in the file: an HDU, a dataset, a VOTable's TABLE; may be empty
    std::vector<ColumnInfo> columns;   ///< names are unique
    std::optional<std::uint64_t> rows; ///< where the file tells
    std::map<std::string, std::string> meta;
    std::vector<std::string> notices; ///< columns that cannot be read and why, one sentence each

    /// Column by name: exactly so, else the one that differs only in case; nothing where there is none.
    std::optional<std::size_t> find(std::string_view name) const;
    /// Throws Error that names the file and lists the columns there are.
    std::size_t require(std::string_view name) const;
};

/// The values of one column in a run of rows. Scalars: one element a row. Arrays: the rows' lists one after another,
/// row r at offsets[r] .. offsets[r + 1]. A missing float is NaN, a missing text "", a missing list is empty; a missing
/// integer is 0 and marked.
struct ColumnValues {
    std::variant<std::vector<std::int64_t>, std::vector<float>, std::vector<double>, std::vector<std::string>> values;
    std::vector<std::size_t> offsets;       ///< rows + 1 for an array column, else empty
    std::vector<std::uint8_t> missingMarks; ///< of integers, an element each; empty: none is missing

    bool isMissing(std::size_t element) const { return !missingMarks.empty() && missingMarks[element] != 0; }
    template <typename T>
    const std::vector<T>& as() const {
        return std::get<std::vector<T>>(values);
    }
    std::size_t begin(std::size_t row) const { return offsets.empty() ? row : offsets[row]; }
    std::size_t end(std::size_t row) const { return offsets.empty() ? row + 1 : offsets[row + 1]; }
    /// The values of a row; of type T, which is that of the column's kind.
    template <typename T>
    std::span<const T> row(std::size_t index) const {
        return std::span<const T>(as<T>()).subspan(begin(index), end(index) - begin(index));
    }
    /// An element as a number, NaN where missing; the column must not be Text.
    double number(std::size_t element) const;
};

/// A run of rows; `columns` in the order asked for.
struct TableBatch {
    std::uint64_t firstRow = 0; ///< its number in the table, counted from 0
    std::size_t rows = 0;
    std::vector<ColumnValues> columns;
    /// Where rows were left out (ReadOptions::skipRow): the number in the table of every row here; else empty.
    std::vector<std::uint64_t> rowNumbers;

    std::uint64_t rowNumber(std::size_t row) const { return rowNumbers.empty() ? firstRow + row : rowNumbers[row]; }
};

/// A column to read, and as what. Text reads as any kind; numbers convert between kinds where nothing is lost but
/// floating digits; a number reads as Text nowhere but in text files.
struct ColumnRequest {
    std::size_t column = 0; ///< index into TableSchema::columns
    std::optional<ValueKind> kind = std::nullopt;
    /// Read as lists although the first rows of a CSV, all empty there, do not show that they are.
    bool asList = false;
};

struct ReadOptions {
    int threads = 0; ///< <= 0: every core; 1: only the calling thread works
    /// Called with one sentence (file, row, column) for a row whose text cannot be understood; the row is left out and
    /// reading goes on. Without it such a row throws. Damage that hides where rows begin always throws.
    std::function<void(const std::string&)> skipRow{};
};

/// A table being read from front to back in bounded memory. Not for two threads at once, though it may use several.
class TableSource {
public:
    virtual ~TableSource() = default;
    TableSource(const TableSource&) = delete;
    TableSource& operator=(const TableSource&) = delete;

    const TableSchema& schema() const { return m_schema; }
    /// What `next` gives, in this order; columns not asked for cost as little as the format lets them. To be called
    /// before the first `next`; without it every column is read as its own kind. Throws Error: no such column, or a
    /// kind it cannot be read as.
    void select(std::vector<ColumnRequest> columns);
    const std::vector<ColumnRequest>& selected() const { return m_selected; }

    /// The next rows, at least one; false at the end. Throws Error (file, row, column, what is wrong) and Cancelled.
    virtual bool next(TableBatch& batch) = 0;
    /// How much of the file is read, 0..1.
    virtual double fraction() const = 0;

protected:
    TableSource() = default;
    ValueKind kindOf(const ColumnRequest& request) const;
    bool isList(const ColumnRequest& request) const;
    /// Empties `batch` and gives it a column of the right kind for every request.
    void prepare(TableBatch& batch) const;
    /// Throws Error when two columns have one name.
    void requireUniqueNames() const;

    TableSchema m_schema;
    std::vector<ColumnRequest> m_selected;
};

/// One table that can be opened.
struct TableEntry {
    std::filesystem::path path;
    std::string member; ///< file in a zip archive; empty for none
    std::string table;  ///< FITS: HDU name or number; HDF5: dataset or group; empty: the first with rows
    TableFileFormat format = TableFileFormat::Text;
};

/// What a file holds, by its content and not its name: one entry for a plain or gzip file, one for every table among a
/// zip archive's members. Throws Error (missing, a folder, no permission, empty, no format known here).
std::vector<TableEntry> tablesIn(const std::filesystem::path& path);

/// Opens a table. Throws Error.
std::unique_ptr<TableSource> openTable(const TableEntry& entry, const ReadOptions& options = {},
                                       const JobContext& job = {});
/// Opens the one table of a file, of an archive its first member that is one.
std::unique_ptr<TableSource> openTable(const std::filesystem::path& path, const ReadOptions& options = {},
                                       const JobContext& job = {});

} // namespace zscape
