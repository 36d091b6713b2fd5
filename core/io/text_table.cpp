// Text tables in: lines are cut into pieces that all cores parse, and the pieces are joined in order.
#include "core/io/text_table.h"

#include "core/base/error.h"
#include "core/base/text_compare.h"
#include "core/base/thread_pool.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <set>

namespace zscape {

namespace {

constexpr std::string_view blanks = " \t\r";

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// Takes the next field off the front of `line`; a separator of ' ' stands for any run of blanks.
std::string_view takeField(std::string_view& line, char separator, bool& isLast) {
    if (separator == ' ') line = trimmed(line);
    std::size_t from = 0;
    const std::size_t first = line.find_first_not_of(blanks);
    if (first != std::string_view::npos && line[first] == '"') {
        const std::size_t quote = line.find('"', first + 1);
        from = quote == std::string_view::npos ? line.size() : quote;
    }
    const std::size_t end = line.find(separator, from);
    isLast = end == std::string_view::npos;
    std::string_view field = trimmed(line.substr(0, end));
    line = isLast ? std::string_view() : line.substr(end + 1);
    if (field.size() >= 2 && field.front() == '"' && field.back() == '"') field = field.substr(1, field.size() - 2);
    return field;
}

bool isSkipped(std::string_view line) {
    const std::string_view text = trimmed(line);
    return text.empty() || text.front() == '#';
}

enum class Parsed { Number, NotANumber, OutOfRange };

Parsed parseDouble(std::string_view field, double& value) {
    if (field.empty() || equalIgnoringCase(field, "null") || equalIgnoringCase(field, "nan")) {
        value = std::numeric_limits<double>::quiet_NaN();
        return Parsed::Number;
    }
    if (field.front() == '+') field.remove_prefix(1);
    const auto [end, code] = std::from_chars(field.data(), field.data() + field.size(), value);
    if (code == std::errc::invalid_argument || end != field.data() + field.size()) return Parsed::NotANumber;
    if (code == std::errc()) return Parsed::Number;
    // Out of range both ways: what is too small to hold is zero (or denormal), what is too large is an error.
    value = std::strtod(std::string(field).c_str(), nullptr);
    return std::isinf(value) ? Parsed::OutOfRange : Parsed::Number;
}

struct TextHeader {
    std::vector<std::string> names; ///< all columns, source_id among them
    std::optional<std::size_t> sourceId;
    char separator = ',';
};

/// One thread's share of the text and what it found there.
struct Piece {
    std::string_view text;
    std::vector<double> values;
    std::vector<std::int64_t> sourceIds;
    std::size_t rows = 0;
    std::size_t lines = 0; ///< seen, up to and with the bad one
    std::string problem;   ///< of the last line seen; empty when all is well
};

class PieceParser {
public:
    PieceParser(const TextHeader& header, Piece& piece) : m_header(header), m_piece(piece) {}

    void parse() {
        m_piece.values.clear();
        m_piece.sourceIds.clear();
        m_piece.rows = 0;
        m_piece.lines = 0;
        std::string_view rest = m_piece.text;
        while (!rest.empty() && m_piece.problem.empty()) {
            const std::size_t end = std::min(rest.find('\n'), rest.size());
            const std::string_view line = rest.substr(0, end);
            rest.remove_prefix(std::min(end + 1, rest.size()));
            ++m_piece.lines;
            if (!isSkipped(line)) parseLine(line);
        }
    }

private:
    void parseLine(std::string_view line) {
        const std::size_t expected = m_header.names.size();
        std::size_t count = 0;
        for (bool isLast = false; !isLast; ++count) {
            if (count < expected && m_header.sourceId != count && takePlainNumber(line, isLast)) continue;
            const std::string_view field = takeField(line, m_header.separator, isLast);
            if (count < expected && !parseField(field, count)) return;
        }
        if (count != expected) {
            m_piece.problem =
                std::to_string(count) + " values where the header names " + std::to_string(expected) + " columns";
            return;
        }
        ++m_piece.rows;
    }

    /// The common case in one pass: digits that end at a comma or at the line's end.
    bool takePlainNumber(std::string_view& line, bool& isLast) {
        const char* const lineEnd = line.data() + line.size();
        double value = 0;
        const auto [end, code] = std::from_chars(line.data(), lineEnd, value);
        if (code != std::errc() || (end != lineEnd && *end != ',') || m_header.separator != ',') return false;
        isLast = end == lineEnd;
        line.remove_prefix(static_cast<std::size_t>(end - line.data()) + (isLast ? 0 : 1));
        m_piece.values.push_back(value);
        return true;
    }

    bool parseField(std::string_view field, std::size_t column) {
        if (m_header.sourceId == column) return parseId(field, column);
        double value = 0;
        const Parsed result = parseDouble(field, value);
        if (result == Parsed::Number) {
            m_piece.values.push_back(value);
            return true;
        }
        say(column, field, result == Parsed::OutOfRange ? "is too large for a number" : "is not a number");
        return false;
    }

    bool parseId(std::string_view field, std::size_t column) {
        std::int64_t id = 0;
        const auto [end, code] = std::from_chars(field.data(), field.data() + field.size(), id);
        if (code != std::errc() || end != field.data() + field.size()) {
            say(column, field, "is not a 64-bit integer");
            return false;
        }
        m_piece.sourceIds.push_back(id);
        return true;
    }

    void say(std::size_t column, std::string_view field, const std::string& what) {
        m_piece.problem = "column '" + m_header.names[column] + "': '" + std::string(field.substr(0, 40)) + "' " + what;
    }

    const TextHeader& m_header;
    Piece& m_piece;
};

class TextTableReader {
public:
    TextTableReader(const std::filesystem::path& path, const JobContext& job)
        : m_path(path),
          m_job(job),
          m_stream(path, std::ios::binary) {
        if (!std::filesystem::exists(path)) throw Error("no such file: " + path.string());
        if (!std::filesystem::is_regular_file(path)) throw Error(path.string() + " is not a file");
        if (!m_stream) throw Error("cannot read " + path.string() + "; check its permissions");
        m_size = std::max<double>(static_cast<double>(std::filesystem::file_size(path)), 1.0);
    }

    InputTable read() {
        readHeader();
        std::string text;
        while (fill(text)) {
            m_job.throwIfCancelled();
            parseBlock(text);
            m_job.report(m_bytesRead / m_size, "reading " + m_path.filename().string());
        }
        if (m_table.rows == 0) throw Error(m_path.string() + " has column names but no rows");
        for (std::size_t column = 0; column < m_header.names.size(); ++column) {
            if (m_header.sourceId != column) m_table.names.push_back(m_header.names[column]);
        }
        return std::move(m_table);
    }

private:
    [[noreturn]] void fail(std::size_t line, const std::string& what) const {
        throw Error(m_path.string() + ", line " + std::to_string(line) + ": " + what);
    }

    void readHeader() {
        std::string line;
        bool isEcsv = false;
        while (std::getline(m_stream, line)) {
            m_bytesRead += static_cast<double>(line.size()) + 1;
            if (++m_lines == 1 && line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);
            if (line.starts_with("# %ECSV")) {
                isEcsv = true;
                m_header.separator = ' ';
            }
            if (isEcsv && line.starts_with("# delimiter:") && line.find(',') != std::string::npos) {
                m_header.separator = ',';
            }
            if (!isSkipped(line)) return parseHeader(line);
        }
        throw Error(m_path.string() + " is empty: its first line must name the columns");
    }

    void parseHeader(std::string_view line) {
        std::set<std::string> seen;
        bool hasName = false;
        for (bool isLast = false; !isLast;) {
            const std::string name(takeField(line, m_header.separator, isLast));
            if (name.empty()) fail(m_lines, "column " + std::to_string(m_header.names.size() + 1) + " has no name");
            if (!seen.insert(name).second) fail(m_lines, "two columns are named '" + name + "'; rename one");
            double number = 0;
            hasName = hasName || parseDouble(name, number) != Parsed::Number;
            if (!m_header.sourceId && (equalIgnoringCase(name, "source_id") || equalIgnoringCase(name, "ids"))) {
                m_header.sourceId = m_header.names.size();
            }
            m_header.names.push_back(name);
        }
        if (!hasName) fail(m_lines, "numbers stand where the column names must be; add a first line with names");
        if (m_header.names.size() == (m_header.sourceId ? 1u : 0u)) fail(m_lines, "there is no column of numbers");
    }

    /// The next whole lines; the rest of the last one is kept for the following call. False at the end.
    bool fill(std::string& text) {
        constexpr std::size_t blockBytes = std::size_t{8} << 20;
        text = std::move(m_rest);
        m_rest.clear();
        for (;;) {
            const std::size_t before = text.size();
            text.resize(before + blockBytes);
            m_stream.read(text.data() + before, static_cast<std::streamsize>(blockBytes));
            const std::size_t got = static_cast<std::size_t>(m_stream.gcount());
            text.resize(before + got);
            m_bytesRead += static_cast<double>(got);
            if (m_stream.bad()) throw Error("cannot read " + m_path.string() + " to its end");
            if (got < blockBytes) return !text.empty();
            const std::size_t end = text.rfind('\n');
            if (end == std::string::npos) continue; // a line longer than the block
            m_rest = text.substr(end + 1);
            text.resize(end + 1);
            return true;
        }
    }

    /// Growing by doubling would hold up to three times the numbers for a moment.
    void reserveForAll(const Piece& first) {
        if (first.rows == 0) return;
        const double rows = m_size / static_cast<double>(first.text.size()) * static_cast<double>(first.rows) * 1.02;
        const double perRow = static_cast<double>(first.values.size()) / static_cast<double>(first.rows);
        m_table.values.reserve(static_cast<std::size_t>(rows * perRow) + 1);
        if (m_header.sourceId) m_table.sourceIds.reserve(static_cast<std::size_t>(rows) + 1);
    }

    void parseBlock(std::string_view text) {
        const std::size_t pieceCount = text.size() > 65536 ? m_pieces.size() : 1;
        for (std::size_t index = 0; index < pieceCount; ++index) {
            const std::size_t wanted = text.size() / (pieceCount - index);
            const std::size_t end = index + 1 == pieceCount ? text.size() : text.find('\n', wanted);
            m_pieces[index].text = text.substr(0, end == std::string_view::npos ? text.size() : end + 1);
            text.remove_prefix(m_pieces[index].text.size());
        }
        m_pool.forChunks(pieceCount, 1, [this](std::size_t index, std::size_t, int) {
            PieceParser(m_header, m_pieces[index]).parse();
        });
        for (std::size_t index = 0; index < pieceCount; ++index) {
            const Piece& piece = m_pieces[index];
            m_lines += piece.lines;
            if (!piece.problem.empty()) fail(m_lines, piece.problem);
            m_table.rows += piece.rows;
            if (m_table.values.capacity() == 0) reserveForAll(piece);
            m_table.values.insert(m_table.values.end(), piece.values.begin(), piece.values.end());
            m_table.sourceIds.insert(m_table.sourceIds.end(), piece.sourceIds.begin(), piece.sourceIds.end());
        }
    }

    const std::filesystem::path& m_path;
    const JobContext& m_job;
    std::ifstream m_stream;
    double m_size = 1;
    double m_bytesRead = 0;
    std::size_t m_lines = 0;
    TextHeader m_header;
    std::string m_rest;
    ThreadPool m_pool;
    std::vector<Piece> m_pieces{static_cast<std::size_t>(m_pool.threadCount()) * 2};
    InputTable m_table;
};

} // namespace

InputTable readTextTable(const std::filesystem::path& path, const JobContext& job) {
    return TextTableReader(path, job).read();
}

} // namespace zscape
