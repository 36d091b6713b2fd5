#include "core/archive/ecsv_header.h"

#include "core/base/error.h"
#include "core/io/table_meta.h"

#include <algorithm>
#include <charconv>

namespace zscape {

namespace {

using Keys = std::map<std::string, std::string>;

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t\r");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::string unquoted(std::string_view text) {
    text = trimmed(text);
    if (text.size() >= 2 && (text.front() == '\'' || text.front() == '"') && text.back() == text.front()) {
        text = text.substr(1, text.size() - 2);
    }
    return std::string(text);
}

/// The Gaia archive's columns: "- " opens one, then "  key: value" lines; "  meta:" holds deeper ones such as ucd.
std::vector<Keys> blockColumns(std::string_view yaml) {
    std::vector<Keys> columns;
    bool isInside = false;
    std::string* folded = nullptr;
    std::size_t foldedIndent = 0;
    for (std::size_t at = 0; at < yaml.size();) {
        const std::size_t lineEnd = std::min(yaml.find('\n', at), yaml.size());
        const std::string_view line = yaml.substr(at, lineEnd - at);
        at = lineEnd + 1;
        std::size_t indent = std::min(line.find_first_not_of(' '), line.size());
        std::string_view content = trimmed(line);
        if (content.empty()) continue;
        if (indent == 0 && content.front() != '-') {
            isInside = content.starts_with("datatype:");
            folded = nullptr;
            continue;
        }
        if (!isInside) continue;
        if (indent == 0) {
            columns.emplace_back();
            folded = nullptr;
            indent = 2;
            content = trimmed(content.substr(1));
            if (content.empty()) continue;
        }
        if (columns.empty()) continue;
        if (folded && indent > foldedIndent) {
            *folded += (folded->empty() ? "" : " ") + std::string(content);
            continue;
        }
        folded = nullptr;
        if (content.front() == '-') content = trimmed(content.substr(1)); // meta: !!omap writes "- ucd: ..."
        const std::size_t colon = content.find(':');
        if (colon == std::string_view::npos) continue;
        const std::string_view value = trimmed(content.substr(colon + 1));
        std::string& place = columns.back()[unquoted(content.substr(0, colon))];
        if (value == ">" || value == "|" || value == ">-" || value == "|-") {
            place.clear();
            folded = &place;
            foldedIndent = indent;
        } else {
            place = unquoted(value);
        }
    }
    return columns;
}

/// "float64[null]" or "float64[5,2]": the element type, and how many.
void readShape(std::string_view subtype, ColumnInfo& column, const std::string& file) {
    const std::size_t bracket = subtype.find('[');
    column.isArray = true;
    column.type = std::string(subtype.substr(0, bracket));
    std::string_view sizes = subtype.substr(bracket + 1);
    if (!sizes.ends_with(']')) throw Error("column '" + column.name + "' in the header of " + file + " has no shape");
    sizes.remove_suffix(1);
    std::size_t count = 1;
    while (!sizes.empty()) {
        const std::size_t comma = std::min(sizes.find(','), sizes.size());
        const std::string_view part = trimmed(sizes.substr(0, comma));
        std::size_t size = 0;
        const auto result = std::from_chars(part.data(), part.data() + part.size(), size);
        constexpr std::size_t largest = std::size_t{1} << 24;
        if (part == "null" || part == "~") {
            count = 0;
        } else if (result.ec != std::errc{} || size == 0 || size > largest || count * size > largest) {
            throw Error("column '" + column.name + "' in the header of " + file + " has the shape [" +
                        std::string(subtype.substr(bracket + 1)) + ", which cannot be");
        } else {
            count *= size;
        }
        sizes.remove_prefix(std::min(comma + 1, sizes.size()));
    }
    column.count = count;
}

std::string take(const Keys& keys, const std::string& name) {
    const auto found = keys.find(name);
    return found == keys.end() ? std::string{} : found->second;
}

ColumnInfo describe(const Keys& keys, const std::string& file, std::size_t number) {
    ColumnInfo column;
    column.name = take(keys, "name");
    column.unit = take(keys, "unit");
    column.ucd = take(keys, "ucd");
    column.description = take(keys, "description");
    column.type = take(keys, "datatype");
    if (column.name.empty())
        throw Error("column " + std::to_string(number) + " in the header of " + file + " has no name");
    const std::string subtype = take(keys, "subtype");
    if (column.type == "string" && subtype.find('[') != std::string::npos) readShape(subtype, column, file);
    const std::string& type = column.type;
    if (type == "float32" || type == "float16") {
        column.kind = ValueKind::Float32;
    } else if (type == "float64" || type == "float128") {
        column.kind = ValueKind::Float64;
    } else if (type == "bool" || type.starts_with("int") || type.starts_with("uint")) {
        column.kind = ValueKind::Integer;
    } else if (type == "string") {
        column.kind = ValueKind::Text;
    } else {
        throw Error("column '" + column.name + "' in the header of " + file + " has the type '" + type +
                    "', which is none of ECSV's");
    }
    return column;
}

/// Only what stands before `datatype` or after it in the first column: `delimiter: ','`.
char readDelimiter(std::string_view yaml, const std::string& file) {
    const std::string_view key = "delimiter:";
    std::size_t at = yaml.starts_with(key) ? 0 : yaml.find("\n" + std::string(key));
    if (at == std::string_view::npos) return ' ';
    if (yaml[at] == '\n') ++at;
    std::string_view value = yaml.substr(at + key.size());
    value = value.substr(0, std::min(value.find('\n'), value.size()));
    const std::string text = unquoted(value);
    if (text == "\\t" || text == "\t") return '\t';
    if (text.size() != 1 || std::string_view(",; |\t").find(text[0]) == std::string_view::npos) {
        throw Error("the header of " + file + " names the delimiter '" + text +
                    "'; one of , ; | blank or tab is needed");
    }
    return text[0];
}

} // namespace

EcsvHeader parseEcsvHeader(std::string_view yaml, const std::string& file) {
    EcsvHeader header;
    header.delimiter = readDelimiter(yaml, file);
    TableMeta meta = parseTableMeta(yaml);
    header.meta = std::move(meta.meta);
    const std::vector<Keys> columns = meta.columns.empty() ? blockColumns(yaml) : std::move(meta.columns);
    if (columns.empty()) throw Error("the ECSV header of " + file + " describes no column");
    for (const Keys& keys : columns) {
        header.columns.push_back(describe(keys, file, header.columns.size() + 1));
    }
    return header;
}

} // namespace zscape
