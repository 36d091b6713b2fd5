#include "core/archive/label_table.h"

#include "core/base/text_compare.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <set>

namespace zscape {

namespace {

struct Spelling {
    std::string column;
    std::optional<std::size_t> element;
};

/// "PARAM[3]" names element 3 of PARAM; a name without brackets, or with other things in them, is the column's own.
Spelling spell(std::string_view from) {
    const std::size_t bracket = from.rfind('[');
    if (bracket == std::string_view::npos || bracket == 0 || !from.ends_with(']'))
        return {std::string(from), std::nullopt};
    std::size_t element = 0;
    const char* const end = from.data() + from.size() - 1;
    const auto result = std::from_chars(from.data() + bracket + 1, end, element);
    if (result.ec != std::errc{} || result.ptr != end) return {std::string(from), std::nullopt};
    return {std::string(from.substr(0, bracket)), element};
}

std::string findProblem(const LabelColumn& label, const TableSchema& schema) {
    const Spelling spelling = spell(label.from);
    const auto found = schema.find(spelling.column);
    if (!found) return "there is no column '" + spelling.column + "'";
    const ColumnInfo& column = schema.columns[*found];
    if (column.isArray && !spelling.element) {
        return "column '" + column.name + "' holds lists; say which element, as in " + column.name + "[0]";
    }
    if (!column.isArray && spelling.element)
        return "column '" + column.name + "' holds no lists of which to take an element";
    if (spelling.element && column.count > 0 && *spelling.element >= column.count) {
        return "column '" + column.name + "' has " + std::to_string(column.count) + " elements, the last is " +
               column.name + "[" + std::to_string(column.count - 1) + "]";
    }
    return {};
}

std::string findSourceId(const TableSchema& schema) {
    static constexpr std::array<std::string_view, 7> names{
        "source_id", "GAIAEDR3_SOURCE_ID", "GAIADR3_SOURCE_ID", "dr3_source_id", "gaia_source_id", "ids", "Source"};
    for (const std::string_view name : names) {
        const auto found = schema.find(name);
        if (found && !schema.columns[*found].isArray && schema.columns[*found].kind != ValueKind::Text)
            return schema.columns[*found].name;
    }
    return {};
}

template <typename T>
Column pickElement(const TableBatch& batch, const ColumnValues& values, std::optional<std::size_t> element,
                   const std::string& name, const std::string& unit) {
    std::vector<T> out;
    out.reserve(batch.rows);
    BitSet missing;
    for (std::size_t row = 0; row < batch.rows; ++row) {
        const std::size_t at = values.begin(row) + element.value_or(0);
        if (at >= values.end(row)) {
            if constexpr (std::is_floating_point_v<T>) {
                out.push_back(std::numeric_limits<T>::quiet_NaN());
                continue;
            }
        }
        const bool isMissing = at >= values.end(row) || values.isMissing(at);
        if constexpr (std::is_same_v<T, std::int64_t>) {
            if (isMissing) {
                if (missing.size() == 0) missing = BitSet(batch.rows);
                missing.set(row);
            }
        }
        out.push_back(isMissing ? T{} : values.as<T>()[at]);
    }
    Column column(name, unit, std::move(out));
    column.setMissing(std::move(missing));
    return column;
}

} // namespace

LabelMapping mapLabels(const TableSchema& schema, bool keepOthers) {
    LabelMapping mapping;
    mapping.sourceId = findSourceId(schema);
    std::set<std::string> used{mapping.sourceId};
    std::set<std::string, std::less<>> names;
    for (const LabelName& label : labelNames()) {
        for (const std::string_view alias : label.aliases) {
            LabelColumn column{std::string(label.name), std::string(alias)};
            if (!findProblem(column, schema).empty()) continue;
            const Spelling spelling = spell(alias);
            const ColumnInfo& info = schema.columns[*schema.find(spelling.column)];
            if (info.kind == ValueKind::Text) continue;
            column.from = spelling.element ? std::string(alias) : info.name;
            column.unit = info.unit.empty() ? std::string(label.unit) : info.unit;
            used.insert(info.name);
            names.insert(column.name);
            mapping.columns.push_back(std::move(column));
            break;
        }
    }
    if (!keepOthers) return mapping;
    for (const ColumnInfo& column : schema.columns) {
        if (column.isArray || used.contains(column.name)) continue;
        // Catalogues hold names without regard to case: RA beside ra keeps the alias's choice.
        const bool isTaken = std::any_of(mapping.columns.begin(), mapping.columns.end(), [&](const LabelColumn& other) {
            return equalIgnoringCase(other.name, column.name);
        });
        if (!isTaken) mapping.columns.push_back({column.name, column.name, column.unit});
    }
    return mapping;
}

void checkMapping(const LabelMapping& mapping, const TableSchema& schema) {
    if (mapping.sourceId.empty()) throw Error("no column of " + schema.file + " is the Gaia source_id; name it");
    const ColumnInfo& id = schema.columns[schema.require(mapping.sourceId)];
    if (id.isArray || (id.kind == ValueKind::Text && !id.type.empty())) {
        throw Error("column '" + id.name + "' of " + schema.file + " holds " + (id.isArray ? "lists" : "text") +
                    " and cannot be the source_id");
    }
    for (std::size_t index = 0; index < mapping.columns.size(); ++index) {
        const LabelColumn& label = mapping.columns[index];
        const std::string problem = findProblem(label, schema);
        if (!problem.empty()) throw Error("'" + label.name + "' cannot be read from " + schema.file + ": " + problem);
        for (std::size_t before = 0; before < index; ++before) {
            if (equalIgnoringCase(mapping.columns[before].name, label.name)) {
                throw Error("two columns of " + schema.file + " are to be called '" + label.name + "'; leave one out");
            }
        }
    }
}

LabelReader::LabelReader(std::unique_ptr<TableSource> source, LabelMapping mapping)
    : m_source(std::move(source)),
      m_mapping(std::move(mapping)) {
    const TableSchema& table = m_source->schema();
    checkMapping(m_mapping, table);
    std::vector<ColumnRequest> requests{{table.require(m_mapping.sourceId), ValueKind::Integer}};
    for (const LabelColumn& label : m_mapping.columns) {
        const Spelling spelling = spell(label.from);
        const std::size_t column = *table.find(spelling.column);
        const auto known = std::find_if(requests.begin(), requests.end(),
                                        [column](const ColumnRequest& request) { return request.column == column; });
        Pick pick;
        pick.request = static_cast<std::size_t>(known - requests.begin());
        pick.element = spelling.element;
        pick.unit = label.unit.empty() ? table.columns[column].unit : label.unit;
        if (known == requests.end()) requests.push_back({column});
        m_picks.push_back(std::move(pick));
    }
    m_source->select(std::move(requests));
}

bool LabelReader::next(LabelBatch& batch) {
    if (!m_source->next(m_batch)) return false;
    batch = LabelBatch{};
    batch.firstRow = m_batch.firstRow;
    const ColumnValues& ids = m_batch.columns.front();
    batch.sourceIds = ids.as<std::int64_t>();
    batch.hasSourceId.resize(m_batch.rows);
    for (std::size_t row = 0; row < m_batch.rows; ++row) {
        batch.hasSourceId[row] = !ids.isMissing(row) && batch.sourceIds[row] > 0 ? 1 : 0;
    }
    for (std::size_t index = 0; index < m_picks.size(); ++index) {
        batch.columns.push_back(pickColumn(m_batch, m_picks[index], m_mapping.columns[index].name));
    }
    return true;
}

Column LabelReader::pickColumn(const TableBatch& batch, const Pick& pick, const std::string& name) const {
    const ColumnValues& values = batch.columns[pick.request];
    switch (values.values.index()) {
    case 0:
        return pickElement<std::int64_t>(batch, values, pick.element, name, pick.unit);
    case 1:
        return pickElement<float>(batch, values, pick.element, name, pick.unit);
    case 2:
        return pickElement<double>(batch, values, pick.element, name, pick.unit);
    default:
        return pickElement<std::string>(batch, values, pick.element, name, pick.unit);
    }
}

} // namespace zscape
