// CSV and ECSV: the header, the kinds of columns that a CSV does not name, and rows read by several threads.
#include "core/archive/ecsv_header.h"
#include "core/archive/formats.h"
#include "core/archive/text_blocks.h"
#include "core/archive/text_rows.h"
#include "core/base/text_compare.h"
#include "core/base/thread_pool.h"

#include <algorithm>
#include <cmath>

namespace zscape {

namespace {

constexpr std::size_t sampledRows = 500;
constexpr std::size_t sampledBytes = std::size_t{1} << 20;
constexpr double exactInteger = 9007199254740992.0; // 2^53

std::string placeText(const std::string& file, std::uint64_t row, std::uint64_t line) {
    return file + ", row " + std::to_string(row + 1) + " (line " + std::to_string(line + 1) + "), ";
}

/// What the values of a CSV column look like, from its first rows.
struct Looks {
    bool isEmpty = true;
    bool areNumbers = true;
    bool areWhole = true;
    bool areBeyondDouble = false;
    bool areWords = true; ///< true and false
    bool areLists = true;

    void add(const TextField& field) {
        const std::string_view text = field.text;
        if (isMissingText(text)) return;
        isEmpty = false;
        const bool isList = text.front() == '(' || text.front() == '[';
        areLists = areLists && isList;
        areWords = areWords && (equalIgnoringCase(text, "true") || equalIgnoringCase(text, "false"));
        double number = 0;
        std::int64_t whole = 0;
        bool isMissing = false;
        const bool isNumber = !isList && readReal(text, number).empty();
        areNumbers = areNumbers && isNumber;
        const bool isWhole = isNumber && text.find_first_of(".eEnN") == std::string_view::npos &&
                             readInteger(text, whole, isMissing).empty();
        areWhole = areWhole && isWhole;
        areBeyondDouble = areBeyondDouble || (isWhole && std::abs(number) >= exactInteger);
    }
};

bool isIdentifier(std::string_view name) {
    return equalIgnoringCase(name, "ids") ||
           (name.size() > 3 && equalIgnoringCase(name.substr(name.size() - 3), "_id"));
}

/// A number is a double unless that could lose digits: a CSV's first rows do not show what later ones hold.
void settleKind(ColumnInfo& column, const Looks& looks) {
    if (looks.isEmpty) {
        column.kind = ValueKind::Float64;
    } else if (looks.areLists) {
        column.kind = ValueKind::Float64;
        column.isArray = true;
    } else if (looks.areWords || (looks.areWhole && (looks.areBeyondDouble || isIdentifier(column.name)))) {
        column.kind = ValueKind::Integer;
    } else {
        column.kind = looks.areNumbers ? ValueKind::Float64 : ValueKind::Text;
    }
}

char guessDelimiter(std::string_view line) {
    for (const char candidate : {',', '\t', ';', '|'}) {
        if (line.find(candidate) != std::string_view::npos) return candidate;
    }
    while (!line.empty() && (line.back() == ' ' || line.back() == '\r')) {
        line.remove_suffix(1);
    }
    return line.find(' ', std::min(line.find_first_not_of(' '), line.size())) == std::string_view::npos ? ',' : ' ';
}

class TextSource : public TableSource {
public:
    TextSource(std::unique_ptr<ByteStream> stream, const std::string& name, const ReadOptions& options, JobContext job)
        : m_options(options),
          m_job(std::move(job)),
          m_blocks(std::move(stream), name) {
        m_schema.file = name;
        std::string text;
        if (!m_blocks.next(text)) throw Error(name + " is empty");
        const std::size_t headerBytes = readHeader(text);
        // A first line longer than a block stands in the next one.
        std::string more;
        if (headerBytes == text.size() && m_blocks.next(more)) text += more;
        const std::string_view rows = std::string_view(text).substr(headerBytes);
        if (!m_isTyped) sampleKinds(rows);
        m_blocks.putBack(rows);
        requireUniqueNames();
        for (std::size_t index = 0; index < m_schema.columns.size(); ++index) {
            m_selected.push_back({index});
        }
    }

    bool next(TableBatch& batch) override {
        if (!m_isStarted) start();
        for (;;) {
            m_job.throwIfCancelled();
            std::unique_ptr<TextPiece> piece = m_pipeline ? m_pipeline->take() : takeHere();
            if (!piece) return false;
            const std::uint64_t row = m_rows;
            const std::uint64_t line = m_lines;
            for (const RowProblem& problem : piece->problems) {
                const std::string sentence =
                    placeText(m_schema.file, row + problem.row, line + problem.line) + problem.text;
                if (!m_options.skipRow) throw Error(sentence);
                m_options.skipRow(sentence);
            }
            m_rows += piece->rows;
            m_lines += piece->lines;
            if (piece->batch.rows == 0) continue;
            piece->batch.firstRow = row;
            if (piece->problems.empty()) {
                piece->batch.rowNumbers.clear();
            } else {
                for (std::uint64_t& number : piece->batch.rowNumbers) {
                    number += row;
                }
            }
            batch = std::move(piece->batch);
            return true;
        }
    }

    double fraction() const override { return m_blocks.fraction(); }

private:
    /// The comment lines and the line of names; returns where the rows begin.
    std::size_t readHeader(std::string_view text) {
        if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff")) {
            throw Error(m_schema.file + " is UTF-16 text; save it as UTF-8");
        }
        std::size_t at = text.starts_with("\xef\xbb\xbf") ? 3 : 0;
        std::string yaml;
        bool isEcsv = false;
        for (;;) {
            if (at >= text.size()) throw Error(m_schema.file + " has no line with the names of its columns");
            const std::string_view line = text.substr(at, std::min(text.find('\n', at), text.size()) - at);
            if (!line.empty() && line.front() != '#' && line.find_first_not_of(" \t\r") != std::string_view::npos)
                break;
            if (line.starts_with("# %ECSV") || line.starts_with("#%ECSV")) isEcsv = true;
            if (isEcsv && line.starts_with("# ") && !line.starts_with("# %ECSV") && !line.starts_with("# ---")) {
                std::string_view content = line.substr(2);
                while (content.ends_with('\r'))
                    content.remove_suffix(1);
                yaml.append(content).push_back('\n');
            }
            at = std::min(at + line.size() + 1, text.size());
            ++m_lines;
        }
        if (isEcsv) {
            EcsvHeader header = parseEcsvHeader(yaml, m_schema.file);
            m_plan.fields = FieldReader(header.delimiter);
            m_schema.columns = std::move(header.columns);
            m_schema.meta = std::move(header.meta);
            m_isTyped = true;
        } else {
            m_plan.fields =
                FieldReader(guessDelimiter(text.substr(at, std::min(text.find('\n', at), text.size()) - at)));
        }
        std::string_view rest = text.substr(at);
        readNames(rest);
        ++m_lines;
        return text.size() - rest.size();
    }

    void readNames(std::string_view& rest) {
        constexpr std::size_t mostColumns = 100000;
        TextField field;
        bool isLast = false;
        std::vector<std::string> names;
        bool hasName = false;
        while (!isLast) {
            std::string name;
            if (!m_plan.fields.take(rest, field, isLast))
                throw Error("the line of column names of " + m_schema.file + " has quotes that are not closed");
            if (isLast && field.text.empty() && !names.empty()) break;
            const std::string problem = readText(field, name);
            if (!problem.empty())
                throw Error("column " + std::to_string(names.size() + 1) + " of " + m_schema.file + ": " + problem +
                            "; save the file as UTF-8");
            if (name.empty())
                throw Error("column " + std::to_string(names.size() + 1) + " of " + m_schema.file + " has no name");
            double number = 0;
            hasName = hasName || !readReal(name, number).empty();
            names.push_back(std::move(name));
            if (names.size() > mostColumns)
                throw Error(m_schema.file + " has more than " + std::to_string(mostColumns) +
                            " columns; it is damaged or no table");
        }
        if (!hasName)
            throw Error("numbers stand where " + m_schema.file + " must name its columns; add a first line with names");
        if (!m_isTyped) {
            for (std::string& name : names) {
                ColumnInfo column;
                column.name = std::move(name);
                m_schema.columns.push_back(std::move(column));
            }
            return;
        }
        for (std::size_t index = 0; index < std::max(names.size(), m_schema.columns.size()); ++index) {
            const std::string described = index < m_schema.columns.size() ? m_schema.columns[index].name : "nothing";
            const std::string named = index < names.size() ? names[index] : "nothing";
            if (described != named) {
                std::string sentence = "column " + std::to_string(index + 1) + " of " + m_schema.file;
                sentence.append(" is '").append(described).append("' in the ECSV header and '");
                throw Error(sentence.append(named).append("' in the line of names"));
            }
        }
    }

    void sampleKinds(std::string_view rows) {
        std::vector<Looks> looks(m_schema.columns.size());
        const std::size_t end = rows.find('\n', std::min(rows.size(), sampledBytes));
        rows = rows.substr(0, end == std::string_view::npos ? rows.size() : end + 1);
        for (std::size_t row = 0; row < sampledRows && !rows.empty(); ++row) {
            if (rows.front() == '#' || rows.front() == '\n') {
                rows.remove_prefix(std::min(rows.find('\n'), rows.size() - 1) + 1);
                continue;
            }
            TextField field;
            bool isLast = false;
            for (std::size_t index = 0; !isLast; ++index) {
                if (!m_plan.fields.take(rows, field, isLast)) return settleKinds(looks);
                if (index < looks.size()) looks[index].add(field);
            }
        }
        settleKinds(looks);
    }

    void settleKinds(const std::vector<Looks>& looks) {
        for (std::size_t index = 0; index < looks.size(); ++index) {
            settleKind(m_schema.columns[index], looks[index]);
        }
    }

    void start() {
        m_isStarted = true;
        m_plan.skipsBadRows = static_cast<bool>(m_options.skipRow);
        m_plan.targets.assign(m_schema.columns.size(), {});
        for (const ColumnInfo& column : m_schema.columns) {
            m_plan.names.push_back(column.name);
        }
        for (std::size_t index = 0; index < m_selected.size(); ++index) {
            const ColumnRequest& request = m_selected[index];
            RowPlan::Target& target = m_plan.targets[request.column];
            if (target.request >= 0) throw Error("column '" + m_plan.names[request.column] + "' is asked for twice");
            target = {static_cast<int>(index), kindOf(request), isList(request),
                      m_schema.columns[request.column].count};
        }
        const int threads = m_options.threads > 0 ? m_options.threads : availableCores();
        if (threads == 1) return;
        m_pipeline = std::make_unique<OrderedPipeline<TextPiece>>(
            threads, [this] { return makePiece(); }, [this](TextPiece& piece) { readRows(m_plan, piece); });
    }

    std::unique_ptr<TextPiece> makePiece() {
        auto piece = std::make_unique<TextPiece>();
        if (!m_blocks.next(piece->text)) return nullptr;
        prepare(piece->batch);
        return piece;
    }
    std::unique_ptr<TextPiece> takeHere() {
        auto piece = makePiece();
        if (piece) readRows(m_plan, *piece);
        return piece;
    }

    ReadOptions m_options;
    JobContext m_job;
    TextBlocks m_blocks;
    RowPlan m_plan;
    bool m_isTyped = false;
    bool m_isStarted = false;
    std::uint64_t m_rows = 0;
    std::uint64_t m_lines = 0;
    std::unique_ptr<OrderedPipeline<TextPiece>> m_pipeline; // last: its threads use all of the above
};

} // namespace

std::unique_ptr<TableSource> openTextTable(std::unique_ptr<ByteStream> stream, const std::string& name,
                                           const ReadOptions& options, const JobContext& job) {
    return std::make_unique<TextSource>(std::move(stream), name, options, job);
}

std::unique_ptr<TableSource> openTextTable(const TableEntry& entry, const ReadOptions& options, const JobContext& job) {
    return openTextTable(streamOf(entry), nameOf(entry), options, job);
}

} // namespace zscape
