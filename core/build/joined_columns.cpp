#include "core/build/joined_columns.h"

#include "core/base/error.h"
#include "core/base/text_compare.h"
#include "core/catalog/catalog.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <type_traits>

namespace zscape {

namespace {

/// The type that holds the values of both.
ColumnType commonType(ColumnType a, ColumnType b, const std::string& name) {
    if (a == b) return a;
    if (a == ColumnType::String || b == ColumnType::String) {
        throw Error("column '" + name +
                    "' is text in one table and numbers in another; give one of them another name "
                    "(--map NAME=COLUMN)");
    }
    const auto isInteger = [](ColumnType type) { return type == ColumnType::Int32 || type == ColumnType::Int64; };
    return isInteger(a) && isInteger(b) ? ColumnType::Int64 : ColumnType::Float64;
}

template <typename T>
T valueAs(const Column& column, std::size_t row) {
    switch (column.type()) {
    case ColumnType::Float32:
        return static_cast<T>(std::get<SharedArray<float>>(column.values())[row]);
    case ColumnType::Float64:
        return static_cast<T>(std::get<SharedArray<double>>(column.values())[row]);
    case ColumnType::Int32:
        return static_cast<T>(std::get<SharedArray<std::int32_t>>(column.values())[row]);
    case ColumnType::Int64:
        return static_cast<T>(std::get<SharedArray<std::int64_t>>(column.values())[row]);
    case ColumnType::String:
        break;
    }
    throw Error("internal: column '" + column.name() + "' is read as numbers");
}

const Column* columnNamed(const NativeContent& part, const std::string& name) {
    for (const Column& column : part.columns) {
        if (equalIgnoringCase(column.name(), name)) return &column;
    }
    return nullptr;
}

void addOrigin(std::string& all, const std::string& origin) {
    if (origin.empty() || all.find(origin) != std::string::npos || all.size() > 200) return;
    all += (all.empty() ? "" : "; ") + origin;
}

} // namespace

JoinedColumn::JoinedColumn(const std::string& name, const std::vector<const PartTable*>& tables) : m_tables(tables) {
    m_plan.name = name;
    bool isFirst = true;
    for (const PartTable* table : tables) {
        std::vector<const Column*>& columns = m_columns.emplace_back();
        for (const NativeContent& part : table->parts()) {
            const Column* column = columnNamed(part, name);
            columns.push_back(column);
            if (!column) continue;
            m_plan.type = isFirst ? column->type() : commonType(m_plan.type, column->type(), name);
            isFirst = false;
            if (m_plan.unit.empty()) m_plan.unit = column->unit();
            addOrigin(m_plan.origin, column->origin());
            if (const auto* texts = std::get_if<TextArray>(&column->values())) {
                m_plan.textWidth = std::max(m_plan.textWidth, texts->width());
            }
        }
    }
    if (m_plan.unit.empty() && equalIgnoringCase(name, column::gFlux)) m_plan.unit = "electron/s";
    m_plan.hasMissing = m_plan.type == ColumnType::Int32 || m_plan.type == ColumnType::Int64;
}

const Column* JoinedColumn::find(std::span<const std::vector<std::uint32_t>> rows, std::size_t star,
                                 std::size_t& row) const {
    for (std::size_t table = 0; table < m_tables.size(); ++table) {
        const std::uint32_t at = rows[table][star];
        if (at == IdIndex::none) continue;
        const PartTable::Place place = m_tables[table]->place(at);
        const Column* column = m_columns[table][place.part];
        if (!column || column->isMissing(place.row)) continue;
        row = place.row;
        return column;
    }
    return nullptr;
}

template <typename T>
void JoinedColumn::gatherNumbers(std::span<const std::vector<std::uint32_t>> rows, std::size_t begin, std::size_t end,
                                 std::vector<std::byte>& out, BitSet& missing) const {
    out.resize((end - begin) * sizeof(T));
    for (std::size_t star = begin; star < end; ++star) {
        std::size_t row = 0;
        const Column* column = find(rows, star, row);
        T value{};
        if (column) {
            value = valueAs<T>(*column, row);
        } else if constexpr (std::is_floating_point_v<T>) {
            value = std::numeric_limits<T>::quiet_NaN();
        } else {
            missing.set(star);
        }
        std::memcpy(out.data() + (star - begin) * sizeof(T), &value, sizeof(T));
    }
}

void JoinedColumn::gatherTexts(std::span<const std::vector<std::uint32_t>> rows, std::size_t begin, std::size_t end,
                               std::vector<std::byte>& out) const {
    out.assign((end - begin) * m_plan.textWidth, std::byte{0});
    for (std::size_t star = begin; star < end; ++star) {
        std::size_t row = 0;
        const Column* column = find(rows, star, row);
        if (!column) continue;
        const std::string_view text = std::get<TextArray>(column->values())[row];
        std::memcpy(out.data() + (star - begin) * m_plan.textWidth, text.data(), text.size());
    }
}

void JoinedColumn::gather(std::span<const std::vector<std::uint32_t>> rows, std::size_t begin, std::size_t end,
                          std::vector<std::byte>& out, BitSet& missing) const {
    switch (m_plan.type) {
    case ColumnType::Float32:
        return gatherNumbers<float>(rows, begin, end, out, missing);
    case ColumnType::Float64:
        return gatherNumbers<double>(rows, begin, end, out, missing);
    case ColumnType::Int32:
        return gatherNumbers<std::int32_t>(rows, begin, end, out, missing);
    case ColumnType::Int64:
        return gatherNumbers<std::int64_t>(rows, begin, end, out, missing);
    case ColumnType::String:
        return gatherTexts(rows, begin, end, out);
    }
}

std::vector<JoinedColumn> joinColumns(const std::vector<const PartTable*>& tables) {
    std::vector<std::string> names;
    for (const PartTable* table : tables) {
        for (const NativeContent& part : table->parts()) {
            for (const Column& column : part.columns) {
                const bool isKnown = std::ranges::any_of(
                    names, [&](const auto& name) { return equalIgnoringCase(name, column.name()); });
                if (!isKnown) names.push_back(column.name());
            }
        }
    }
    std::vector<JoinedColumn> columns;
    columns.reserve(names.size());
    for (const std::string& name : names) {
        columns.emplace_back(name, tables);
    }
    return columns;
}

} // namespace zscape
