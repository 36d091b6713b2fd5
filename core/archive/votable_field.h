#pragma once

#include "core/archive/table_source.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Inside core/archive: what VOTable's FIELD elements say.
namespace zscape {

enum class VotableType {
    Boolean,
    Bit,
    UnsignedByte,
    Short,
    Int,
    Long,
    Char,
    UnicodeChar,
    Float,
    Double,
    FloatComplex,
    DoubleComplex
};

/// One FIELD, as it is stored; what a reader sees of it is `info`.
struct VotableField {
    ColumnInfo info;
    VotableType type = VotableType::Char;
    bool isVariable = false;  ///< BINARY: a count stands before the elements
    std::size_t elements = 1; ///< of a fixed field
    std::optional<std::int64_t> null;
    bool isReadable = true; ///< false for bits and complex numbers

    std::size_t elementBytes() const;
    bool isText() const { return type == VotableType::Char || type == VotableType::UnicodeChar; }
    /// Bytes of `count` elements in BINARY.
    std::size_t bytesOf(std::size_t count) const;
};

/// Throws Error (without file): an unknown type, a size that cannot be.
VotableField describeVotableField(const std::string& name, const std::string& datatype, const std::string& arraysize);

} // namespace zscape
