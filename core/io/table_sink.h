#pragma once

#include "core/io/table_file.h"

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

/// Inside of TableWriter: one format each, and how values become text and bytes.
namespace zscape {

class TableSink {
public:
    virtual ~TableSink() = default;
    /// `rows` rows of `piece`, which has the layout's blocks, from its row `begin` on.
    virtual void append(const NumericTable& piece, std::size_t begin, std::size_t rows) = 0;
    virtual void finish() = 0;
};

/// What a sink is made from. `layout` outlives only the making.
struct SinkTarget {
    std::filesystem::path path;   ///< to write to
    std::filesystem::path target; ///< for messages
    TableFormat format;
    std::optional<std::size_t> rows; ///< where known
};
std::unique_ptr<TableSink> makeTextSink(const SinkTarget& target, const NumericTable& layout);
std::unique_ptr<TableSink> makeVoTableSink(const SinkTarget& target, const NumericTable& layout);
std::unique_ptr<TableSink> makeFitsSink(const SinkTarget& target, const NumericTable& layout);
std::unique_ptr<TableSink> makeHdf5Sink(const SinkTarget& target, const NumericTable& layout);

/// The integer that stands for missing where a format has no other way.
template <typename T>
inline constexpr T missingInteger = std::numeric_limits<T>::min();

/// Shortest digits that read back exactly; "nan" whatever the sign of a NaN, which means nothing.
template <typename T>
void appendNumber(std::string& text, T value) {
    if constexpr (std::is_floating_point_v<T>) {
        if (std::isnan(value)) {
            text += "nan";
            return;
        }
    }
    std::array<char, 40> buffer;
    text.append(buffer.data(), std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr);
}

/// "float32", "float64", "int32", "int64" or "string", as astropy says.
std::string typeName(const NumericBlock& block);
/// Bytes of the longest text of a block, at least 1.
std::size_t textWidth(const NumericBlock& block);

/// Appends the bytes of one value, big-endian as FITS and BINARY2 have it.
template <typename T>
void appendBigEndian(std::string& bytes, T value) {
    using Bits = std::conditional_t<sizeof(T) == 8, std::uint64_t, std::uint32_t>;
    const Bits bits = std::bit_cast<Bits>(value);
    std::array<char, sizeof(T)> buffer;
    for (std::size_t k = 0; k < sizeof(T); ++k) {
        buffer[k] = static_cast<char>(bits >> (8 * (sizeof(T) - 1 - k)));
    }
    bytes.append(buffer.data(), buffer.size());
}
/// A number as the formats keep it: NaN or missingInteger where it is missing. Throws Error where a present integer is
/// that one.
template <typename T>
T storedNumber(const NumericBlock& block, const std::vector<T>& values, std::size_t index) {
    if constexpr (std::is_floating_point_v<T>) {
        return block.isMissing(index) ? std::numeric_limits<T>::quiet_NaN() : values[index];
    } else {
        if (block.isMissing(index)) return missingInteger<T>;
        if (values[index] == missingInteger<T>) {
            throw Error("column '" + block.name + "' holds " + std::to_string(values[index]) +
                        ", which means missing in this file's format; write CSV, ECSV or VOTable instead");
        }
        return values[index];
    }
}

/// Runs format(text, row) for the rows begin .. begin+rows, on all cores, and hands the pieces in order to `write`.
void formatRows(std::size_t begin, std::size_t rows, const std::function<void(std::string&, std::size_t)>& format,
                const std::function<void(const std::string&)>& write);

} // namespace zscape
