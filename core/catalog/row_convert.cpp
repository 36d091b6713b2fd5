#include "core/catalog/row_convert.h"

#include "core/base/error.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <type_traits>

namespace zscape {

namespace {

template <typename T>
struct Tag {
    using Type = T;
};

/// Calls visitor(Tag<T>) with the C++ type of a numeric kind.
template <typename Visitor>
void visitKind(ElementKind kind, const Visitor& visitor) {
    switch (kind) {
    case ElementKind::Float32:
        return visitor(Tag<float>{});
    case ElementKind::Float64:
        return visitor(Tag<double>{});
    case ElementKind::Int8:
        return visitor(Tag<std::int8_t>{});
    case ElementKind::UInt8:
        return visitor(Tag<std::uint8_t>{});
    case ElementKind::Int16:
        return visitor(Tag<std::int16_t>{});
    case ElementKind::UInt16:
        return visitor(Tag<std::uint16_t>{});
    case ElementKind::Int32:
        return visitor(Tag<std::int32_t>{});
    case ElementKind::UInt32:
        return visitor(Tag<std::uint32_t>{});
    case ElementKind::Int64:
        return visitor(Tag<std::int64_t>{});
    case ElementKind::UInt64:
        return visitor(Tag<std::uint64_t>{});
    case ElementKind::FixedText:
    case ElementKind::VariableText:
        break;
    }
    throw Error("internal: a text column was read as numbers");
}

/// Rows are packed, so members stand at any address.
template <typename T, bool Swapped>
T load(const std::byte* at) {
    std::array<std::byte, sizeof(T)> bytes;
    std::memcpy(bytes.data(), at, sizeof(T));
    if constexpr (Swapped) std::reverse(bytes.begin(), bytes.end());
    return std::bit_cast<T>(bytes);
}

// Which conversions a column or the coefficient block can ask for; the others are never instantiated.
template <typename Source, typename Target>
constexpr bool isWanted = std::is_same_v<Target, float> ||
                          (std::is_floating_point_v<Source> && std::is_floating_point_v<Target>) ||
                          (std::is_integral_v<Source> && std::is_integral_v<Target> &&
                           sizeof(Source) <= sizeof(Target));

[[noreturn]] void throwTooLarge(const std::string& name, std::size_t row, std::uint64_t value) {
    throw Error("column '" + name + "' has " + std::to_string(value) + " in row " + std::to_string(row) +
                " (counting from 0), more than a signed 64-bit integer can hold; correct or remove it");
}

template <typename Source, bool Swapped, typename Target>
void convertRows(const RowMember& member, std::size_t element, std::size_t width, const RowBlock& block, Target* out) {
    const std::byte* at = block.data + member.offset + element * sizeof(Source);
    for (std::size_t row = 0; row < block.count; ++row, at += block.rowBytes, out += width) {
        for (std::size_t k = 0; k < width; ++k) {
            const Source value = load<Source, Swapped>(at + k * sizeof(Source));
            if constexpr (std::is_same_v<Source, std::uint64_t> && std::is_same_v<Target, std::int64_t>) {
                if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
                    throwTooLarge(member.name, block.begin + row, value);
                }
            }
            out[k] = static_cast<Target>(value);
        }
    }
}

/// Elements element .. element + width of each row, to width values a row.
template <typename Target>
void convert(const RowMember& member, std::size_t element, std::size_t width, const RowBlock& block, Target* out) {
    visitKind(member.kind, [&](auto tag) {
        using Source = typename decltype(tag)::Type;
        if constexpr (isWanted<Source, Target>) {
            if (member.isSwapped) {
                convertRows<Source, true>(member, element, width, block, out);
            } else {
                convertRows<Source, false>(member, element, width, block, out);
            }
        } else {
            throw Error("internal: column '" + member.name + "' was given another type than it has");
        }
    });
}

std::string textAt(const RowMember& member, const std::byte* at) {
    if (member.kind == ElementKind::VariableText) {
        const char* text = nullptr;
        std::memcpy(&text, at, sizeof text);
        return text ? std::string(text) : std::string();
    }
    const char* first = reinterpret_cast<const char*>(at);
    const char* last = std::find(first, first + member.elementBytes, '\0');
    while (last != first && last[-1] == ' ') {
        --last;
    }
    return {first, last};
}

bool isMasked(const RowMember& mask, std::size_t element, const RowBlock& block, std::size_t row) {
    return block.data[row * block.rowBytes + mask.offset + element] != std::byte{0};
}

} // namespace

void convertToFloats(const RowMember& member, const RowMember* mask, const RowBlock& block, std::span<float> out) {
    float* first = out.data() + block.begin * member.count;
    convert(member, 0, member.count, block, first);
    if (!mask) return;
    for (std::size_t row = 0; row < block.count; ++row) {
        for (std::size_t k = 0; k < member.count; ++k) {
            if (isMasked(*mask, k, block, row)) {
                first[row * member.count + k] = std::numeric_limits<float>::quiet_NaN();
            }
        }
    }
}

void convertToIntegers(const RowMember& member, const RowBlock& block, std::span<std::int64_t> out) {
    convert(member, 0, 1, block, out.data() + block.begin);
}

ColumnBuilder::Values ColumnBuilder::valuesFor(ElementKind kind, std::size_t rows) {
    switch (kind) {
    case ElementKind::Float32:
        return std::vector<float>(rows);
    case ElementKind::Float64:
        return std::vector<double>(rows);
    case ElementKind::UInt32:
    case ElementKind::Int64:
    case ElementKind::UInt64:
        return std::vector<std::int64_t>(rows);
    case ElementKind::FixedText:
    case ElementKind::VariableText:
        return std::vector<std::string>(rows);
    default:
        return std::vector<std::int32_t>(rows);
    }
}

ColumnBuilder::ColumnBuilder(const RowMember& member, std::size_t element, const RowMember* mask, std::size_t rows)
    : m_member(&member),
      m_mask(mask),
      m_element(element),
      m_values(valuesFor(member.kind, rows)) {
    if (mask && member.isInteger()) m_missing = BitSet(rows);
}

void ColumnBuilder::fill(const RowBlock& block) {
    std::visit(
        [&](auto& values) {
            using T = typename std::decay_t<decltype(values)>::value_type;
            T* out = values.data() + block.begin;
            if constexpr (std::is_same_v<T, std::string>) {
                const std::byte* at = block.data + m_member->offset + m_element * m_member->elementBytes;
                for (std::size_t row = 0; row < block.count; ++row) {
                    out[row] = textAt(*m_member, at + row * block.rowBytes);
                }
            } else {
                convert(*m_member, m_element, 1, block, out);
            }
        },
        m_values);
    if (m_mask) applyMask(block);
}

void ColumnBuilder::applyMask(const RowBlock& block) {
    std::visit(
        [&](auto& values) {
            using T = typename std::decay_t<decltype(values)>::value_type;
            for (std::size_t row = 0; row < block.count; ++row) {
                if (!isMasked(*m_mask, m_element, block, row)) continue;
                if constexpr (std::is_floating_point_v<T>) {
                    values[block.begin + row] = std::numeric_limits<T>::quiet_NaN();
                } else if constexpr (std::is_same_v<T, std::string>) {
                    values[block.begin + row].clear();
                } else {
                    m_missing.set(block.begin + row);
                }
            }
        },
        m_values);
}

Column ColumnBuilder::finish(std::string name, std::string unit) && {
    Column column(std::move(name), std::move(unit),
                  std::visit([](auto& values) { return Column::Values(std::move(values)); }, m_values));
    if (m_missing.count() > 0) column.setMissing(std::move(m_missing));
    return column;
}

} // namespace zscape
