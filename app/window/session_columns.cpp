#include "app/window/session_columns.h"

#include "core/archive/table_source.h"
#include "core/base/error.h"
#include "core/io/table_file.h"

#include <algorithm>

namespace zscape {

SessionContent::Columns writeColumns(const std::filesystem::path& file, const Catalog& catalog,
                                     const std::vector<std::string>& names) {
    SessionContent::Columns columns;
    NumericTable table;
    table.sourceIds.assign(catalog.sourceIds().begin(), catalog.sourceIds().end());
    for (const std::string& name : names) {
        const Column& column = catalog.require(name);
        NumericBlock block;
        block.name = name;
        block.unit = column.unit();
        block.description = column.origin();
        block.values = column.toFloats();
        block.isMatrix = false;
        table.blocks.push_back(std::move(block));
        columns.list.push_back({name, column.unit(), column.origin()});
    }
    writeTable(file, table);
    columns.file = {file, hashOfFile(file)};
    return columns;
}

std::vector<Column> readColumns(const SessionContent::Columns& columns, const Catalog& catalog) {
    const std::string file = columns.file.path.string();
    if (!std::filesystem::exists(columns.file.path)) {
        throw Error("the columns that were reckoned for this session are gone with " + file +
                    "; reckon them again in the menu Spectra");
    }
    if (hashOfFile(columns.file.path) != columns.file.hash) {
        throw Error(file + " is another file than when the session was saved; reckon its columns again in the menu "
                           "Spectra");
    }
    const std::unique_ptr<TableSource> source = openTable(columns.file.path);
    std::vector<ColumnRequest> requests{{source->schema().require("source_id")}};
    for (const SessionContent::Columns::One& one : columns.list) {
        requests.push_back({source->schema().require(one.name), ValueKind::Float32});
    }
    source->select(std::move(requests));
    std::vector<std::int64_t> ids;
    std::vector<std::vector<float>> values(columns.list.size());
    TableBatch batch;
    while (source->next(batch)) {
        const auto& some = batch.columns[0].as<std::int64_t>();
        ids.insert(ids.end(), some.begin(), some.end());
        for (std::size_t index = 0; index < values.size(); ++index) {
            const auto& more = batch.columns[index + 1].as<float>();
            values[index].insert(values[index].end(), more.begin(), more.end());
        }
    }
    if (!std::ranges::equal(ids, catalog.sourceIds())) {
        throw Error(file + " holds columns of other stars than the catalogue's; reckon them again in the menu Spectra");
    }
    std::vector<Column> read;
    for (std::size_t index = 0; index < values.size(); ++index) {
        const SessionContent::Columns::One& one = columns.list[index];
        read.emplace_back(one.name, one.unit, std::move(values[index]));
        read.back().setOrigin(one.origin);
    }
    return read;
}

} // namespace zscape
