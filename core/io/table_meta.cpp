#include "core/io/table_meta.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <optional>

namespace zscape {

namespace {

using Entries = std::vector<std::pair<std::string, std::string>>;

/// Reads one flow mapping `{key: value, ...}` of plain and quoted scalars. Values that are collections or tags are
/// skipped over. Every step moves forward, so that no text makes it run forever.
class FlowMapping {
public:
    /// `text` begins at the opening brace.
    explicit FlowMapping(std::string_view text) : m_text(text) {}

    std::optional<Entries> parse() {
        Entries entries;
        ++m_at;
        for (;;) {
            skipBlanks();
            if (atEnd()) return std::nullopt;
            if (peek() == '}') {
                ++m_at;
                return entries;
            }
            if (peek() == ',') {
                ++m_at;
                continue;
            }
            const std::optional<std::string> key = scalar(":,}");
            if (!key || atEnd()) return std::nullopt;
            if (peek() != ':') continue;
            ++m_at;
            skipBlanks();
            if (atEnd()) return std::nullopt;
            if (peek() == '{' || peek() == '[') {
                if (!skipCollection()) return std::nullopt;
                continue;
            }
            const bool isTagged = peek() == '!' || peek() == '&' || peek() == '*';
            const std::optional<std::string> value = scalar(",}");
            if (!value) return std::nullopt;
            if (!isTagged) entries.emplace_back(*key, *value);
        }
    }
    std::size_t length() const { return m_at; }

private:
    bool atEnd() const { return m_at >= m_text.size(); }
    char peek() const { return m_text[m_at]; }
    void skipBlanks() {
        while (!atEnd() && (peek() == ' ' || peek() == '\n')) {
            ++m_at;
        }
    }

    std::optional<std::string> scalar(std::string_view stops) {
        if (peek() == '\'') return singleQuoted();
        if (peek() == '"') return doubleQuoted();
        std::string value;
        while (!atEnd() && stops.find(peek()) == std::string_view::npos) {
            value += peek() == '\n' ? ' ' : peek();
            ++m_at;
        }
        while (!value.empty() && value.back() == ' ') {
            value.pop_back();
        }
        return value;
    }

    /// Line breaks inside quotes: one is a space, each further one a newline; blanks around them do not count.
    void foldBreak(std::string& value) {
        while (!value.empty() && value.back() == ' ') {
            value.pop_back();
        }
        std::size_t breaks = 0;
        while (!atEnd() && (peek() == ' ' || peek() == '\n')) {
            breaks += peek() == '\n' ? 1 : 0;
            ++m_at;
        }
        value += breaks == 1 ? std::string(" ") : std::string(breaks - 1, '\n');
    }

    std::optional<std::string> singleQuoted() {
        std::string value;
        for (++m_at; !atEnd();) {
            if (peek() == '\n') {
                foldBreak(value);
            } else if (peek() != '\'') {
                value += m_text[m_at++];
            } else if (m_at + 1 < m_text.size() && m_text[m_at + 1] == '\'') {
                value += '\'';
                m_at += 2;
            } else {
                ++m_at;
                return value;
            }
        }
        return std::nullopt;
    }

    std::optional<std::string> doubleQuoted() {
        std::string value;
        for (++m_at; !atEnd();) {
            const char letter = peek();
            if (letter == '\n') {
                foldBreak(value);
            } else if (letter == '"') {
                ++m_at;
                return value;
            } else if (letter == '\\') {
                ++m_at;
                escape(value);
            } else {
                value += letter;
                ++m_at;
            }
        }
        return std::nullopt;
    }

    void escape(std::string& value) {
        if (atEnd()) return;
        const char letter = m_text[m_at++];
        switch (letter) {
        case 'n':
            value += '\n';
            return;
        case 't':
            value += '\t';
            return;
        case 'r':
            value += '\r';
            return;
        case '0':
            value += '\0';
            return;
        case '\n':
            // An escaped line break joins two lines without a space.
            skipBlanks();
            return;
        case 'x':
            codePoint(value, 2);
            return;
        case 'u':
            codePoint(value, 4);
            return;
        case 'U':
            codePoint(value, 8);
            return;
        default:
            value += letter;
            return;
        }
    }

    void codePoint(std::string& value, std::size_t digits) {
        unsigned long code = 0;
        for (std::size_t count = 0; count < digits && !atEnd(); ++count) {
            const std::size_t digit =
                std::string_view("0123456789abcdef")
                    .find(static_cast<char>(peek() >= 'A' && peek() <= 'F' ? peek() - 'A' + 'a' : peek()));
            if (digit == std::string_view::npos) return;
            code = code * 16 + digit;
            ++m_at;
        }
        const auto push = [&value](unsigned long byte) { value += static_cast<char>(byte & 0xFF); };
        if (code < 0x80) {
            push(code);
        } else if (code < 0x800) {
            push(0xC0 | (code >> 6));
            push(0x80 | (code & 0x3F));
        } else if (code < 0x10000) {
            push(0xE0 | (code >> 12));
            push(0x80 | ((code >> 6) & 0x3F));
            push(0x80 | (code & 0x3F));
        } else {
            push(0xF0 | (code >> 18));
            push(0x80 | ((code >> 12) & 0x3F));
            push(0x80 | ((code >> 6) & 0x3F));
            push(0x80 | (code & 0x3F));
        }
    }

    bool skipCollection() {
        std::size_t depth = 0;
        while (!atEnd()) {
            const char letter = peek();
            if (letter == '\'' || letter == '"') {
                if (!scalar("")) return false;
                continue;
            }
            ++m_at;
            if (letter == '{' || letter == '[') ++depth;
            if ((letter == '}' || letter == ']') && --depth == 0) return true;
        }
        return false;
    }

    std::string_view m_text;
    std::size_t m_at = 0;
};

// Always in double quotes: bare words such as `y`, `no` or `null` would be read as other values.
std::string quoted(const std::string& text) {
    std::string out = "\"";
    for (const char letter : text) {
        if (letter == '"' || letter == '\\') {
            out += '\\';
            out += letter;
        } else if (letter == '\n') {
            out += "\\n";
        } else if (static_cast<unsigned char>(letter) < 0x20 || letter == 0x7F) {
            std::array<char, 8> code;
            std::snprintf(code.data(), code.size(), "\\x%02x", static_cast<unsigned>(letter) & 0xFFu);
            out += code.data();
        } else {
            out += letter;
        }
    }
    return out + '"';
}

std::string joinedNumbers(const std::vector<double>& values) {
    std::string text;
    for (const double value : values) {
        std::array<char, 40> buffer;
        text += text.empty() ? "" : ", ";
        text.append(buffer.data(), std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr);
    }
    return text;
}

} // namespace

TableMeta parseTableMeta(std::string_view yaml) {
    TableMeta result;
    enum class Section { Other, Columns, Meta } section = Section::Other;
    for (std::size_t at = 0; at < yaml.size();) {
        const std::string_view rest = yaml.substr(at);
        const std::size_t lineEnd = std::min(rest.find('\n'), rest.size());
        const std::string_view line = rest.substr(0, lineEnd);
        if (rest.starts_with("- {") && section != Section::Other) {
            FlowMapping mapping(rest.substr(2));
            if (const auto entries = mapping.parse()) {
                at += 2 + mapping.length();
                if (section == Section::Meta) result.meta.insert(entries->begin(), entries->end());
                const std::map<std::string, std::string> keys(entries->begin(), entries->end());
                if (section == Section::Columns && keys.contains("name") && keys.contains("unit")) {
                    result.units[keys.at("name")] = keys.at("unit");
                }
                if (section == Section::Columns) result.columns.push_back(keys);
                continue;
            }
        } else if (line.starts_with("datatype:")) {
            section = Section::Columns;
        } else if (line.starts_with("meta:")) {
            section = Section::Meta;
        } else if (!line.empty() && line[0] != '-' && line[0] != ' ') {
            section = Section::Other;
        }
        at += lineEnd + 1;
    }
    return result;
}

std::vector<std::string> formatTableMeta(const std::vector<ColumnMeta>& columns,
                                         const std::map<std::string, std::string>& meta,
                                         const std::map<std::string, std::vector<double>>& lists) {
    std::vector<std::string> lines{"datatype:"};
    for (const ColumnMeta& column : columns) {
        std::string line = "- {name: " + quoted(column.name);
        if (!column.unit.empty()) line += ", unit: " + quoted(column.unit);
        if (column.arraySize > 0) {
            line += ", datatype: string, subtype: '" + column.type + "[" + std::to_string(column.arraySize) + "]'";
        } else {
            line += ", datatype: " + column.type;
        }
        if (!column.description.empty()) line += ", description: " + quoted(column.description);
        if (!column.ucd.empty()) line += ", meta: {ucd: " + quoted(column.ucd) + "}";
        line += '}';
        lines.push_back(line);
    }
    const bool anyMask = std::any_of(columns.begin(), columns.end(), [](const auto& c) { return c.hasMask; });
    if (meta.empty() && lists.empty() && !anyMask) return lines;
    lines.push_back("meta: !!omap");
    for (const auto& [key, value] : meta) {
        lines.push_back("- {" + quoted(key) + ": " + quoted(value) + "}");
    }
    for (const auto& [key, values] : lists) {
        lines.push_back("- " + quoted(key) + ": [" + joinedNumbers(values) + "]");
    }
    if (anyMask) lines.push_back("- __serialized_columns__:");
    for (const ColumnMeta& column : columns) {
        if (!column.hasMask) continue;
        lines.push_back("    " + quoted(column.name) + ":");
        lines.push_back("      __class__: astropy.table.column.MaskedColumn");
        lines.push_back("      data: !astropy.table.SerializedColumn {name: " + quoted(column.name) + "}");
        lines.push_back("      mask: !astropy.table.SerializedColumn {name: " + quoted(column.name + ".mask") + "}");
    }
    return lines;
}

} // namespace zscape
