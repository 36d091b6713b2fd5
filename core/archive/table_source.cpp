// What every table source shares: names, kinds, and the way from a path to the right reader.
#include "core/archive/table_source.h"

#include "core/archive/byte_stream.h"
#include "core/archive/formats.h"
#include "core/base/text_compare.h"
#include "core/io/zip_archive.h"

#include <algorithm>
#include <limits>
#include <set>

namespace zscape {

namespace {

constexpr std::size_t largestList = 40; ///< names that a message lists

bool converts(const ColumnInfo& column, ValueKind to) {
    if (to == column.kind) return true;
    // Text files hold everything as text; of other formats numbers read as other numbers.
    if (column.type.empty()) return true;
    return column.kind != ValueKind::Text && to != ValueKind::Text;
}

std::optional<TableFileFormat> formatOf(std::string_view start) {
    if (start.starts_with("SIMPLE  =") || start.starts_with("XTENSION=")) return TableFileFormat::Fits;
    if (start.starts_with("\x89HDF\r\n\x1a\n")) return TableFileFormat::Hdf5;
    std::string_view text = start;
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    text.remove_prefix(std::min(text.size(), text.find_first_not_of(" \t\r\n")));
    if (text.starts_with('<') || start.starts_with("\xff\xfe<") ||
        start.starts_with(std::string_view("\xfe\xff\0<", 4))) {
        return TableFileFormat::Votable;
    }
    if (start.find('\0') != std::string_view::npos) return std::nullopt;
    return TableFileFormat::Text;
}

[[noreturn]] void failUnknown(const std::string& name) {
    throw Error(name + " is none of the formats known here (CSV, ECSV, FITS, VOTable, HDF5, each also in gzip or zip)");
}

/// Members that say about the archive, not tables in it.
bool isAside(const std::string& name) {
    return name.empty() || name.ends_with('/') || name.starts_with("__MACOSX") || name.ends_with(".pdf") ||
           name.ends_with(".png") || name.ends_with(".md") || name.find("README") != std::string::npos;
}

std::vector<TableEntry> tablesInZip(const std::filesystem::path& path) {
    constexpr std::size_t startBytes = 4096;
    std::vector<TableEntry> entries;
    const ZipReader archive(path);
    for (const ZipEntry& member : archive.entries()) {
        if (isAside(member.name) || member.size == 0) continue;
        std::string start(startBytes, '\0');
        start.resize(openZipStream(path, member.name)->read(start));
        if (const auto format = formatOf(start)) entries.push_back({path, member.name, {}, *format});
    }
    if (entries.empty()) throw Error(path.string() + " is a zip archive without a table that can be read");
    return entries;
}

} // namespace

std::string_view tableFileFormatName(TableFileFormat format) {
    switch (format) {
    case TableFileFormat::Text:
        return "CSV or ECSV";
    case TableFileFormat::Fits:
        return "FITS";
    case TableFileFormat::Votable:
        return "VOTable";
    case TableFileFormat::Hdf5:
        return "HDF5";
    }
    return "";
}

std::optional<std::size_t> TableSchema::find(std::string_view name) const {
    for (std::size_t index = 0; index < columns.size(); ++index) {
        if (columns[index].name == name) return index;
    }
    for (std::size_t index = 0; index < columns.size(); ++index) {
        if (equalIgnoringCase(columns[index].name, name)) return index;
    }
    return std::nullopt;
}

std::size_t TableSchema::require(std::string_view name) const {
    if (const auto found = find(name)) return *found;
    std::string list;
    for (std::size_t index = 0; index < std::min(columns.size(), largestList); ++index) {
        list += (index > 0 ? ", " : "") + columns[index].name;
    }
    if (columns.size() > largestList) list += ", and " + std::to_string(columns.size() - largestList) + " more";
    throw Error("no column '" + std::string(name) + "' in " + file + ", which has " + list);
}

double ColumnValues::number(std::size_t element) const {
    if (isMissing(element)) return std::numeric_limits<double>::quiet_NaN();
    return std::visit(
        [element](const auto& all) -> double {
            if constexpr (std::is_same_v<std::decay_t<decltype(all)>, std::vector<std::string>>) {
                throw Error("a text is not a number");
            } else {
                return static_cast<double>(all[element]);
            }
        },
        values);
}

void TableSource::select(std::vector<ColumnRequest> columns) {
    for (const ColumnRequest& request : columns) {
        if (request.column >= m_schema.columns.size()) {
            throw Error(m_schema.file + " has no column number " + std::to_string(request.column + 1));
        }
        const ColumnInfo& column = m_schema.columns[request.column];
        if (request.kind && !converts(column, *request.kind)) {
            throw Error("column '" + column.name + "' of " + m_schema.file + " holds " +
                        (column.kind == ValueKind::Text ? "text" : "numbers") + ", which cannot be read as " +
                        (*request.kind == ValueKind::Text ? "text" : "numbers"));
        }
        if (request.asList && !column.isArray && !column.type.empty()) {
            throw Error("column '" + column.name + "' of " + m_schema.file + " holds one value a row, not a list");
        }
    }
    m_selected = std::move(columns);
}

ValueKind TableSource::kindOf(const ColumnRequest& request) const {
    return request.kind.value_or(m_schema.columns[request.column].kind);
}

bool TableSource::isList(const ColumnRequest& request) const {
    return (request.asList || m_schema.columns[request.column].isArray) &&
           (kindOf(request) != ValueKind::Text || m_schema.columns[request.column].kind == ValueKind::Text);
}

void TableSource::prepare(TableBatch& batch) const {
    batch.rows = 0;
    batch.rowNumbers.clear();
    batch.columns.resize(m_selected.size());
    for (std::size_t index = 0; index < m_selected.size(); ++index) {
        ColumnValues& column = batch.columns[index];
        const auto give = [&column]<typename T>(T empty) {
            if (auto* values = std::get_if<T>(&column.values)) {
                values->clear();
            } else {
                column.values = std::move(empty);
            }
        };
        switch (kindOf(m_selected[index])) {
        case ValueKind::Integer:
            give(std::vector<std::int64_t>{});
            break;
        case ValueKind::Float32:
            give(std::vector<float>{});
            break;
        case ValueKind::Float64:
            give(std::vector<double>{});
            break;
        case ValueKind::Text:
            give(std::vector<std::string>{});
            break;
        }
        column.missingMarks.clear();
        column.offsets.clear();
        if (isList(m_selected[index])) column.offsets.push_back(0);
    }
}

void TableSource::requireUniqueNames() const {
    std::set<std::string_view> seen;
    for (const ColumnInfo& column : m_schema.columns) {
        if (!seen.insert(column.name).second) {
            throw Error("two columns of " + m_schema.file + " are named '" + column.name + "'; rename one");
        }
    }
}

std::vector<TableEntry> tablesIn(const std::filesystem::path& path) {
    const FileStart start = readFileStart(path);
    if (start.isZip) return tablesInZip(path);
    const auto format = formatOf(start.bytes);
    if (!format) failUnknown(path.string());
    return {{path, {}, {}, *format}};
}

std::unique_ptr<TableSource> openTable(const TableEntry& entry, const ReadOptions& options, const JobContext& job) {
    switch (entry.format) {
    case TableFileFormat::Text:
        return openTextTable(entry, options, job);
    case TableFileFormat::Fits:
        return openFitsTable(entry, options, job);
    case TableFileFormat::Votable:
        return openVotable(entry, options, job);
    case TableFileFormat::Hdf5:
        return openHdf5Table(entry, options, job);
    }
    failUnknown(entry.path.string());
}

std::unique_ptr<TableSource> openTable(const std::filesystem::path& path, const ReadOptions& options,
                                       const JobContext& job) {
    return openTable(tablesIn(path).front(), options, job);
}

std::string nameOf(const TableEntry& entry) {
    return entry.member.empty() ? entry.path.string() : "'" + entry.member + "' in " + entry.path.string();
}

std::unique_ptr<ByteStream> streamOf(const TableEntry& entry) {
    return entry.member.empty() ? openFileStream(entry.path) : openZipStream(entry.path, entry.member);
}

} // namespace zscape
