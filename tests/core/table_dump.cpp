// Prints what the readers make of files, as JSON lines, for python_writes_tables.py: `table_dump FILE...`. Numbers have
// the digits that read back exactly; what is missing, and NaN, is null.
#include "core/archive/table_source.h"
#include "core/io/npy.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <iostream>

namespace {

using nlohmann::json;
using namespace zscape;

json numberJson(double value) {
    if (std::isnan(value)) return nullptr;
    if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
    return value;
}

json elementJson(const ColumnValues& column, std::size_t index) {
    if (column.isMissing(index)) return nullptr;
    return std::visit(
        [index](const auto& values) -> json {
            using T = typename std::decay_t<decltype(values)>::value_type;
            if constexpr (std::is_floating_point_v<T>) {
                return numberJson(static_cast<double>(values[index]));
            } else {
                return values[index];
            }
        },
        column.values);
}

json arrayJson(const NpyArray& array) {
    json values = json::array();
    for (const double value : array.values) {
        values.push_back(numberJson(value));
    }
    return {{"shape", array.shape}, {"values", values}};
}

json tableJson(const std::string& path) {
    const std::unique_ptr<TableSource> source = openTable(path);
    json columns = json::object();
    for (const ColumnInfo& column : source->schema().columns) {
        columns[column.name] = {
            {"unit", column.unit}, {"description", column.description}, {"ucd", column.ucd}, {"values", json::array()}};
    }
    TableBatch batch;
    while (source->next(batch)) {
        for (std::size_t index = 0; index < batch.columns.size(); ++index) {
            const ColumnInfo& info = source->schema().columns[index];
            const ColumnValues& column = batch.columns[index];
            json& values = columns[info.name]["values"];
            for (std::size_t row = 0; row < batch.rows; ++row) {
                if (!info.isArray) {
                    values.push_back(elementJson(column, row));
                    continue;
                }
                json list = json::array();
                for (std::size_t at = column.begin(row); at < column.end(row); ++at) {
                    list.push_back(elementJson(column, at));
                }
                values.push_back(list);
            }
        }
    }
    return {{"columns", columns}, {"notices", source->schema().notices}};
}

json fileJson(const std::string& path) {
    if (path.ends_with(".npy")) return arrayJson(readNpy(path));
    if (!path.ends_with(".npz")) return tableJson(path);
    json arrays = json::object();
    for (const std::string& name : npzNames(path)) {
        arrays[name] = arrayJson(readNpz(path, std::array{name}).front());
    }
    return arrays;
}

} // namespace

int main(int count, char** arguments) {
    for (int index = 1; index < count; ++index) {
        json said;
        try {
            said = fileJson(arguments[index]);
        } catch (const std::exception& error) {
            said = {{"error", error.what()}};
        }
        std::cout << said.dump(-1, ' ', false, json::error_handler_t::replace) << '\n';
    }
    return 0;
}
