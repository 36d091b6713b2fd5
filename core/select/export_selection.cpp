// Stars of a selection as a table to write.
#include "core/select/export_selection.h"

#include "core/base/error.h"

#include <algorithm>
#include <type_traits>

namespace zscape {

namespace {

/// Of any kind of array: text becomes std::string.
template <typename Values>
auto picked(const Values& values, std::span<const std::uint32_t> rows) {
    using Value = std::remove_cvref_t<decltype(values[0])>;
    std::vector<std::conditional_t<std::is_arithmetic_v<Value>, Value, std::string>> result;
    result.reserve(rows.size());
    for (const std::uint32_t row : rows) {
        result.emplace_back(values[row]);
    }
    return result;
}

/// A catalogue's column with its own type.
void fillFromColumn(NumericBlock& block, const Column& column, std::span<const std::uint32_t> rows) {
    block.unit = column.unit();
    std::visit([&](const auto& values) { block.values = picked(values, rows); }, column.values());
    if (column.missingBits().size() == 0) return;
    BitSet missing(rows.size());
    for (std::size_t at = 0; at < rows.size(); ++at) {
        missing.set(at, column.missingBits().test(rows[at]));
    }
    if (missing.any()) block.missing = std::move(missing);
}

NumericBlock makeBlock(const StarTable& table, const std::string& name, std::span<const std::uint32_t> rows,
                       const JobContext& job) {
    NumericBlock block;
    block.isMatrix = false;
    const StarTable::Entry* entry = table.find(name);
    block.name = entry ? entry->id : name;
    const Column* column = table.catalog() ? table.catalog()->find(block.name) : nullptr;
    if (column && (!entry || entry->latent < 0)) {
        block.name = column->name();
        fillFromColumn(block, *column, rows);
    } else if (entry && entry->latent >= 0) {
        block.values = picked(*table.values(name, job), rows);
    } else {
        block.unit = entry ? entry->unit : "";
        block.values = picked(*table.exact(name, job), rows);
    }
    return block;
}

} // namespace

NumericTable exportStars(const StarTable& table, const BitSet& rows, const std::vector<std::string>& columns,
                         const JobContext& job) {
    if (rows.size() != table.rows()) throw Error("the selection is of another catalogue; make it again");
    std::vector<std::uint32_t> order;
    order.reserve(rows.count());
    rows.forEach([&](std::size_t row) { order.push_back(static_cast<std::uint32_t>(row)); });
    if (order.empty()) throw Error("the selection holds no stars, so there is nothing to write");
    return exportStars(table, order, columns, job);
}

NumericTable exportStars(const StarTable& table, std::span<const std::uint32_t> rows,
                         const std::vector<std::string>& columns, const JobContext& job) {
    if (rows.empty()) throw Error("there are no stars to write");
    NumericTable result;
    if (table.catalog()) {
        result.sourceIds = picked(table.catalog()->sourceIds(), rows);
        result.attributes["catalogue"] = table.catalog()->name();
        if (table.catalog()->isMock()) result.attributes["mock"] = "true";
    }
    for (const std::string& name : columns) {
        job.throwIfCancelled();
        NumericBlock block = makeBlock(table, name, rows, job);
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
