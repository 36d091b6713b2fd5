#include "core/catalog/column.h"

#include "core/base/error.h"

#include <array>
#include <charconv>
#include <cmath>
#include <type_traits>

namespace zscape {

namespace {

template <typename T>
constexpr bool isText = std::is_same_v<T, std::string_view>;

[[noreturn]] void throwNotNumeric(const std::string& name) {
    throw Error("column '" + name + "' holds text, not numbers; choose a numeric column");
}

template <typename T>
bool isAbsent(const T& value) {
    if constexpr (isText<T>) {
        return value.empty();
    } else if constexpr (std::is_floating_point_v<T>) {
        return std::isnan(value);
    } else {
        return false;
    }
}

} // namespace

std::string_view columnTypeName(ColumnType type) {
    switch (type) {
    case ColumnType::Float32:
        return "float32";
    case ColumnType::Float64:
        return "float64";
    case ColumnType::Int32:
        return "int32";
    case ColumnType::Int64:
        return "int64";
    case ColumnType::String:
        return "string";
    }
    return "unknown";
}

std::size_t Column::size() const {
    return std::visit([](const auto& values) { return values.size(); }, m_values);
}

bool Column::isMissing(std::size_t row) const {
    if (m_missing.size() > 0 && m_missing.test(row)) return true;
    return std::visit([row](const auto& values) { return isAbsent(values[row]); }, m_values);
}

std::size_t Column::missingCount() const {
    if (m_missing.size() == 0 && (type() == ColumnType::Int32 || type() == ColumnType::Int64)) return 0;
    std::size_t count = 0;
    for (std::size_t row = 0; row < size(); ++row) {
        count += isMissing(row) ? 1 : 0;
    }
    return count;
}

double Column::number(std::size_t row) const {
    if (!isNumeric()) throwNotNumeric(m_name);
    if (isMissing(row)) return std::numeric_limits<double>::quiet_NaN();
    return std::visit(
        [row](const auto& values) -> double {
            using T = typename std::decay_t<decltype(values)>::value_type;
            if constexpr (isText<T>) {
                return 0.0; // not reached: text was refused above
            } else {
                return static_cast<double>(values[row]);
            }
        },
        m_values);
}

std::string Column::text(std::size_t row) const {
    if (isMissing(row)) return {};
    return std::visit(
        [row](const auto& values) -> std::string {
            using T = typename std::decay_t<decltype(values)>::value_type;
            if constexpr (isText<T>) {
                return std::string(values[row]);
            } else {
                std::array<char, 40> buffer;
                const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), values[row]).ptr;
                return {buffer.data(), end};
            }
        },
        m_values);
}

std::vector<float> Column::toFloats() const {
    if (!isNumeric()) throwNotNumeric(m_name);
    std::vector<float> floats(size());
    std::visit(
        [&floats](const auto& values) {
            using T = typename std::decay_t<decltype(values)>::value_type;
            if constexpr (!isText<T>) {
                for (std::size_t row = 0; row < floats.size(); ++row) {
                    floats[row] = static_cast<float>(values[row]);
                }
            }
        },
        m_values);
    for (std::size_t row = 0; row < m_missing.size(); ++row) {
        if (m_missing.test(row)) floats[row] = std::numeric_limits<float>::quiet_NaN();
    }
    return floats;
}

std::size_t Column::bytes() const {
    return std::visit([](const auto& values) { return values.bytes(); }, m_values) + m_missing.bytes();
}

} // namespace zscape
