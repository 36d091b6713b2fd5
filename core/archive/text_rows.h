#pragma once

#include "core/archive/table_source.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Inside core/archive: the rows of a text block.
namespace zscape {

/// One field as it stands in the text; `isQuoted` fields have lost their quotes, doubled ones inside are still there.
struct TextField {
    std::string_view text;
    bool isQuoted = false;
};

/// How the fields of a record are told apart.
class FieldReader {
public:
    explicit FieldReader(char delimiter) : m_delimiter(delimiter) {}
    /// Takes a field off the front of `record`, which may go on over lines inside quotes. `isLast` is set where the
    /// record ends with it, and the line end is taken, too. False: the quotes are not closed.
    bool take(std::string_view& text, TextField& field, bool& isLast) const;
    char delimiter() const { return m_delimiter; }

private:
    char m_delimiter;
};

/// What stands in one field, read as a kind. All return an empty problem text when it can be.
bool isMissingText(std::string_view text); ///< "", null, nan, none, na, n/a, --
std::string readInteger(std::string_view text, std::int64_t& value, bool& isMissing);
template <typename T>
std::string readReal(std::string_view text, T& value); ///< NaN where missing
/// Appends the numbers of "(a, b)", "[a,b]", "[a b]" or "a b" to `values`.
template <typename T>
std::string readList(std::string_view text, std::vector<T>& values, std::vector<std::uint8_t>* missingMarks);
std::string readText(const TextField& field, std::string& value);

/// What of a record goes where.
struct RowPlan {
    struct Target {
        int request = -1; ///< index into the batch's columns; -1: not read
        ValueKind kind = ValueKind::Float64;
        bool isList = false;
        std::size_t count = 0; ///< elements that a list must have; 0: any number
    };
    std::vector<std::string> names;
    std::vector<Target> targets; ///< a field each
    FieldReader fields{','};
    bool skipsBadRows = false;
};

/// Appends a field to its column: a value, or a list and its end. The problem; empty without one.
std::string appendField(const RowPlan::Target& target, const TextField& field, ColumnValues& column);

/// Takes the values of a row that could not be read off the columns again.
class RowMarks {
public:
    void keep(const TableBatch& batch);
    void undo(TableBatch& batch) const;

private:
    std::vector<std::size_t> m_sizes; ///< how many values each column had before the row
};
/// Gives every column that marks missing values a mark for each value.
void finishMarks(TableBatch& batch);

/// A row that could not be read.
struct RowProblem {
    std::uint64_t row = 0;  ///< within the block
    std::uint64_t line = 0; ///< within the block
    std::string text;
};

/// What a block of text came to.
struct TextPiece {
    std::string text;
    TableBatch batch;       ///< prepared; firstRow is of the block
    std::uint64_t rows = 0; ///< those left out, too
    std::uint64_t lines = 0;
    std::vector<RowProblem> problems; ///< without skipsBadRows at most one, and the rest is not read
};

void readRows(const RowPlan& plan, TextPiece& piece);

} // namespace zscape
