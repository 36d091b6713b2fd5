// Values of HDF5 rows as a column's kind wants them.
#include "core/archive/hdf5_table.h"

#include "core/base/error.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace zscape {

namespace {

template <typename T>
T nativeValue(const std::byte* at, bool isSwapped) {
    std::byte raw[sizeof(T)];
    std::memcpy(raw, at, sizeof(T));
    if (isSwapped) std::reverse(raw, raw + sizeof(T));
    T value;
    std::memcpy(&value, raw, sizeof(T));
    return value;
}

class Taker {
public:
    Taker(std::size_t rows, std::uint64_t firstRow, const std::string& file)
        : m_rows(rows),
          m_firstRow(firstRow),
          m_file(file) {}

    void fill(const Hdf5Part& part, const Hdf5Place& place, ColumnValues& out) const {
        const RowMember& member = part.layout.members[place.member];
        const RowMember* const mask = place.mask ? &part.layout.members[*place.mask] : nullptr;
        const auto push = [&](auto& values) {
            values.reserve(m_rows * member.count);
            for (std::size_t row = 0; row < m_rows; ++row) {
                const std::byte* const bytes = part.bytes.data() + row * part.layout.rowBytes;
                for (std::size_t element = 0; element < member.count; ++element) {
                    const bool isMasked =
                        mask &&
                        bytes[mask->offset + mask->elementBytes * std::min(element, mask->count - 1)] != std::byte{0};
                    pushElement(member, bytes + member.offset + element * member.elementBytes, row, isMasked, out,
                                values);
                }
                if (!out.offsets.empty()) out.offsets.push_back(values.size());
            }
            if (!out.missingMarks.empty()) out.missingMarks.resize(values.size(), 0);
        };
        std::visit(push, out.values);
    }

private:
    template <typename T>
    void pushElement(const RowMember& member, const std::byte* at, std::size_t row, bool isMasked, ColumnValues& out,
                     std::vector<T>& values) const {
        if constexpr (std::is_same_v<T, std::string>) {
            values.push_back(isMasked ? std::string{} : textOf(member, at));
        } else {
            T value{};
            if (isMasked) {
                if constexpr (std::is_floating_point_v<T>) {
                    value = std::numeric_limits<T>::quiet_NaN();
                } else {
                    out.missingMarks.resize(values.size(), 0);
                    out.missingMarks.push_back(1);
                }
            } else {
                value = numberOf<T>(member, at, row);
            }
            values.push_back(value);
        }
    }

    static std::string textOf(const RowMember& member, const std::byte* at) {
        std::string text;
        if (member.kind == ElementKind::VariableText) {
            const char* pointer = nullptr;
            std::memcpy(&pointer, at, sizeof pointer);
            text = pointer ? pointer : "";
        } else {
            text.assign(reinterpret_cast<const char*>(at), member.elementBytes);
            text.resize(std::min(text.size(), text.find('\0')));
        }
        while (!text.empty() && text.back() == ' ') {
            text.pop_back();
        }
        return text;
    }

    template <typename T>
    T numberOf(const RowMember& member, const std::byte* at, std::size_t row) const {
        switch (member.kind) {
        case ElementKind::Float32:
            return real<T>(member, static_cast<double>(nativeValue<float>(at, member.isSwapped)), row);
        case ElementKind::Float64:
            return real<T>(member, nativeValue<double>(at, member.isSwapped), row);
        case ElementKind::Int8:
            return static_cast<T>(nativeValue<std::int8_t>(at, false));
        case ElementKind::UInt8:
            return static_cast<T>(nativeValue<std::uint8_t>(at, false));
        case ElementKind::Int16:
            return static_cast<T>(nativeValue<std::int16_t>(at, member.isSwapped));
        case ElementKind::UInt16:
            return static_cast<T>(nativeValue<std::uint16_t>(at, member.isSwapped));
        case ElementKind::Int32:
            return static_cast<T>(nativeValue<std::int32_t>(at, member.isSwapped));
        case ElementKind::UInt32:
            return static_cast<T>(nativeValue<std::uint32_t>(at, member.isSwapped));
        case ElementKind::Int64:
            return static_cast<T>(nativeValue<std::int64_t>(at, member.isSwapped));
        default: {
            const auto value = nativeValue<std::uint64_t>(at, member.isSwapped);
            if (std::is_integral_v<T> && value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
                fail(member, row, std::to_string(value) + " is beyond 2^63 - 1, the largest that can be held");
            }
            return static_cast<T>(value);
        }
        }
    }

    template <typename T>
    T real(const RowMember& member, double value, std::size_t row) const {
        if constexpr (std::is_integral_v<T>) {
            constexpr double exact = 9007199254740992.0;
            if (!(std::abs(value) <= exact) || value != std::floor(value))
                fail(member, row, std::to_string(value) + " is not a whole number that can be held exactly");
        }
        return static_cast<T>(value);
    }

    [[noreturn]] void fail(const RowMember& member, std::size_t row, const std::string& what) const {
        throw Error(m_file + ", row " + std::to_string(m_firstRow + row + 1) + ", column '" + member.name +
                    "': " + what);
    }

    std::size_t m_rows;
    std::uint64_t m_firstRow;
    const std::string& m_file;
};

} // namespace

void takeHdf5Values(const Hdf5Part& part, const Hdf5Place& place, std::size_t rows, std::uint64_t firstRow,
                    const std::string& file, ColumnValues& out) {
    Taker(rows, firstRow, file).fill(part, place, out);
}

} // namespace zscape
