#include "core/build/part_columns.h"

#include "core/base/error.h"

#include <type_traits>

namespace zscape {

GrowingColumn::GrowingColumn(const Column& first)
    : m_name(first.name()),
      m_unit(first.unit()),
      m_origin(first.origin()) {
    std::visit(
        [this](const auto& values) {
            using T = typename std::decay_t<decltype(values)>::value_type;
            if constexpr (std::is_arithmetic_v<T>) {
                m_values = std::vector<T>();
            } else {
                m_values = std::vector<std::string>();
            }
        },
        first.values());
    add(first);
}

std::size_t GrowingColumn::size() const {
    return std::visit([](const auto& values) { return values.size(); }, m_values);
}

void GrowingColumn::add(const Column& more) {
    const std::size_t before = size();
    if (static_cast<std::size_t>(more.type()) != m_values.index()) {
        throw Error("internal: column '" + m_name + "' changes its type");
    }
    std::visit(
        [this](const auto& values) {
            using T = typename std::decay_t<decltype(values)>::value_type;
            using Held = std::conditional_t<std::is_arithmetic_v<T>, T, std::string>;
            auto& held = std::get<std::vector<Held>>(m_values);
            for (std::size_t row = 0; row < values.size(); ++row) {
                held.emplace_back(values[row]);
            }
        },
        more.values());
    const BitSet& missing = more.missingBits();
    for (std::size_t row = 0; row < missing.size(); ++row) {
        if (missing.test(row)) m_missing.push_back(before + row);
    }
}

Column GrowingColumn::take() {
    const std::size_t rows = size();
    Column column(m_name, m_unit, std::visit([](auto& values) { return Column::Values(std::move(values)); }, m_values));
    std::visit([](auto& values) { values.clear(); }, m_values);
    column.setOrigin(m_origin);
    if (!m_missing.empty()) {
        BitSet missing(rows);
        for (const std::size_t row : m_missing) {
            missing.set(row);
        }
        column.setMissing(std::move(missing));
        m_missing.clear();
    }
    return column;
}

Column integersWhereNotNegative(const std::string& name, const std::vector<std::int32_t>& values,
                                const std::string& origin) {
    Column column(name, "", values);
    BitSet missing(values.size());
    for (std::size_t row = 0; row < values.size(); ++row) {
        if (values[row] < 0) missing.set(row);
    }
    if (missing.count() > 0) column.setMissing(std::move(missing));
    column.setOrigin(origin);
    return column;
}

} // namespace zscape
