// Stars of a selection as a table to write.
#include "core/select/export_selection.h"

#include "core/base/error.h"

#include <algorithm>
#include <type_traits>

namespace zscape {

namespace {

/// Of any kind of array: text becomes std::string.
template <typename Values>
auto picked(const Values& values, const BitSet& rows, std::size_t count) {
    using Value = std::remove_cvref_t<decltype(values[0])>;
    std::vector<std::conditional_t<std::is_arithmetic_v<Value>, Value, std::string>> result;
    result.reserve(count);
    rows.forEach([&](std::size_t row) { result.emplace_back(values[row]); });
    return result;
}

/// A catalogue's column with its own type.
void fillFromColumn(NumericBlock& block, const Column& column, const BitSet& rows, std::size_t count) {
    block.unit = column.unit();
    std::visit([&](const auto& values) { block.values = picked(values, rows, count); }, column.values());
    if (column.missingBits().size() == 0) return;
    BitSet missing(count);
    std::size_t at = 0;
    rows.forEach([&](std::size_t row) { missing.set(at++, column.missingBits().test(row)); });
    if (missing.any()) block.missing = std::move(missing);
}

NumericBlock makeBlock(const StarTable& table, const std::string& name, const BitSet& rows, std::size_t count,
                       const JobContext& job) {
    NumericBlock block;
    block.isMatrix = false;
    const StarTable::Entry* entry = table.find(name);
    block.name = entry ? entry->id : name;
    const Column* column = table.catalog() ? table.catalog()->find(block.name) : nullptr;
    if (column && (!entry || entry->latent < 0)) {
        block.name = column->name();
        fillFromColumn(block, *column, rows, count);
    } else if (entry && entry->latent >= 0) {
        block.values = picked(*table.values(name, job), rows, count);
    } else {
        block.unit = entry ? entry->unit : "";
        block.values = picked(*table.exact(name, job), rows, count);
    }
    return block;
}

} // namespace

NumericTable exportStars(const StarTable& table, const BitSet& rows, const std::vector<std::string>& columns,
                         const JobContext& job) {
    const std::size_t count = rows.count();
    if (rows.size() != table.rows()) throw Error("the selection is of another catalogue; make it again");
    if (count == 0) throw Error("the selection holds no stars, so there is nothing to write");
    NumericTable result;
    if (table.catalog()) {
        rows.forEach([&](std::size_t row) { result.sourceIds.push_back(table.catalog()->sourceIds()[row]); });
        result.attributes["catalogue"] = table.catalog()->name();
        if (table.catalog()->isMock()) result.attributes["mock"] = "true";
    }
    for (const std::string& name : columns) {
        job.throwIfCancelled();
        NumericBlock block = makeBlock(table, name, rows, count, job);
        if (std::ranges::find(result.blocks, block.name, &NumericBlock::name) == result.blocks.end()) {
            result.blocks.push_back(std::move(block));
        }
    }
    if (result.sourceIds.empty() && result.blocks.empty()) throw Error("name at least one column to write");
    return result;
}

std::vector<std::string> columnList(std::string_view text, const StarTable& table) {
    std::vector<std::string> names;
    const auto add = [&](std::string_view name) {
        const std::size_t first = name.find_first_not_of(' ');
        if (first == std::string_view::npos) throw Error("the list of columns has an empty name; part names by commas");
        name = name.substr(first, name.find_last_not_of(' ') - first + 1);
        if (name != "all") {
            names.emplace_back(name);
            return;
        }
        for (const StarTable::Entry& entry : table.entries()) {
            names.push_back(entry.id);
        }
        for (const Column& column : table.catalog() ? table.catalog()->columns() : std::vector<Column>()) {
            if (!column.isNumeric()) names.push_back(column.name());
        }
    };
    std::size_t begin = 0;
    int depth = 0;
    bool quoted = false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (c == '"') quoted = !quoted;
        if (c == '(' || c == '[') ++depth;
        if (c == ')' || c == ']') --depth;
        if (c != ',' || depth > 0 || quoted) continue;
        add(text.substr(begin, at - begin));
        begin = at + 1;
    }
    add(text.substr(begin));
    return names;
}

} // namespace zscape
