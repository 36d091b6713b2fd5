// A block of text to columns: one record after another, each field to its place.
#include "core/archive/text_rows.h"

#include "core/archive/text_blocks.h"

#include <algorithm>

namespace zscape {

namespace {

template <typename T>
std::string readInto(const RowPlan::Target& target, const TextField& field, ColumnValues& column,
                     std::vector<T>& values) {
    if (!target.isList) {
        T value{};
        std::string problem;
        if constexpr (std::is_same_v<T, std::string>) {
            problem = readText(field, value);
        } else if constexpr (std::is_same_v<T, std::int64_t>) {
            bool isMissing = false;
            problem = readInteger(field.text, value, isMissing);
            if (isMissing) {
                column.missingMarks.resize(values.size(), 0);
                column.missingMarks.push_back(1);
            }
        } else {
            problem = readReal(field.text, value);
        }
        if (problem.empty()) values.push_back(std::move(value));
        return problem;
    }
    const std::size_t before = values.size();
    std::string problem;
    if constexpr (std::is_same_v<T, std::string>) {
        values.emplace_back();
        problem = readText(field, values.back());
    } else {
        problem = readList(field.text, values, &column.missingMarks);
    }
    const std::size_t got = values.size() - before;
    if (problem.empty() && target.count > 0 && got > 0 && got != target.count) {
        problem = "there are " + std::to_string(got) + " numbers where the header says " + std::to_string(target.count);
    }
    column.offsets.push_back(values.size());
    return problem;
}

class RowReader {
public:
    RowReader(const RowPlan& plan, TextPiece& piece) : m_plan(plan), m_piece(piece) {}

    void read() {
        std::string_view rest = m_piece.text;
        while (!rest.empty()) {
            const std::size_t empty = std::min(rest.find_first_not_of('\n'), rest.size());
            m_piece.lines += empty;
            rest.remove_prefix(empty);
            if (rest.empty()) break;
            const char first = rest.front();
            if (first == '#' || first == '\r' || isBlankLine(rest)) {
                ++m_piece.lines;
                rest.remove_prefix(std::min(rest.find('\n'), rest.size() - 1) + 1);
                continue;
            }
            const std::string_view start = rest;
            m_marks.keep(m_piece.batch);
            std::string problem = readRow(rest);
            if (!problem.empty()) {
                m_marks.undo(m_piece.batch);
                m_piece.problems.push_back({m_piece.rows, m_piece.lines, std::move(problem)});
                if (!m_plan.skipsBadRows) return;
                // The damage may hide the end of the record: reading goes on at the next line.
                rest = start;
                rest.remove_prefix(std::min(rest.find('\n'), rest.size() - 1) + 1);
            } else {
                if (m_plan.skipsBadRows) m_piece.batch.rowNumbers.push_back(m_piece.rows);
                ++m_piece.batch.rows;
            }
            m_piece.lines += countOf(start.substr(0, start.size() - rest.size()), '\n');
            ++m_piece.rows;
        }
    }

private:
    static bool isBlankLine(std::string_view text) {
        if (text.front() != ' ' && text.front() != '\t') return false;
        const std::size_t at = text.find_first_not_of(" \t\r");
        return at == std::string_view::npos || text[at] == '\n';
    }

    std::string readRow(std::string_view& rest) {
        TextField field;
        bool isLast = false;
        std::size_t index = 0;
        for (; !isLast; ++index) {
            if (!m_plan.fields.take(rest, field, isLast)) {
                const std::string name = index < m_plan.names.size() ? m_plan.names[index] : "?";
                return "column '" + name + "': the quotes are not closed";
            }
            if (index >= m_plan.targets.size()) {
                // A delimiter at the end of every line is common; a field there is not.
                if (isLast && field.text.empty() && index == m_plan.targets.size()) break;
                return "there are more fields than the " + std::to_string(m_plan.targets.size()) + " columns named";
            }
            const RowPlan::Target& target = m_plan.targets[index];
            if (target.request < 0) continue;
            std::string problem =
                appendField(target, field, m_piece.batch.columns[static_cast<std::size_t>(target.request)]);
            if (!problem.empty()) return "column '" + m_plan.names[index] + "': " + problem;
        }
        if (index < m_plan.targets.size()) {
            return "there are " + std::to_string(index) + " fields where " + std::to_string(m_plan.targets.size()) +
                   " columns are named; the file may be cut off";
        }
        return {};
    }

    const RowPlan& m_plan;
    TextPiece& m_piece;
    RowMarks m_marks;
};

} // namespace

std::string appendField(const RowPlan::Target& target, const TextField& field, ColumnValues& column) {
    return std::visit([&](auto& values) { return readInto(target, field, column, values); }, column.values);
}

void RowMarks::keep(const TableBatch& batch) {
    m_sizes.resize(batch.columns.size());
    for (std::size_t index = 0; index < m_sizes.size(); ++index) {
        m_sizes[index] = std::visit([](const auto& values) { return values.size(); }, batch.columns[index].values);
    }
}

void RowMarks::undo(TableBatch& batch) const {
    for (std::size_t index = 0; index < m_sizes.size(); ++index) {
        ColumnValues& column = batch.columns[index];
        std::visit([&](auto& values) { values.resize(m_sizes[index]); }, column.values);
        if (column.missingMarks.size() > m_sizes[index]) column.missingMarks.resize(m_sizes[index]);
        if (!column.offsets.empty()) column.offsets.resize(batch.rows + 1);
    }
}

void finishMarks(TableBatch& batch) {
    for (ColumnValues& column : batch.columns) {
        const std::size_t count = std::visit([](const auto& values) { return values.size(); }, column.values);
        if (!column.missingMarks.empty()) column.missingMarks.resize(count, 0);
    }
}

void readRows(const RowPlan& plan, TextPiece& piece) {
    RowReader(plan, piece).read();
    finishMarks(piece.batch);
}

} // namespace zscape
