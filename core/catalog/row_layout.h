#pragma once

#include "core/io/hdf5.h"

#include <cstddef>
#include <string>
#include <vector>

namespace zscape {

/// What one element of a row member is, as it lies in the file's row.
enum class ElementKind {
    Float32,
    Float64,
    Int8,
    UInt8,
    Int16,
    UInt16,
    Int32,
    UInt32,
    Int64,
    UInt64,
    FixedText,   ///< elementBytes characters, padded with NUL or spaces
    VariableText ///< a char* that HDF5 allocated
};

/// One member of a compound row: a scalar (count 1) or an array of `count` elements.
struct RowMember {
    std::string name;
    std::size_t offset = 0;
    std::size_t elementBytes = 0;
    std::size_t count = 1;
    bool isArray = false;
    bool isSwapped = false; ///< the other byte order than this machine's
    ElementKind kind = ElementKind::Float64;

    bool isNumeric() const { return kind < ElementKind::FixedText; }
    bool isInteger() const { return isNumeric() && kind > ElementKind::Float64; }
};

/// The rows of a compound dataset as they will lie in memory.
struct RowLayout {
    hdf5::Handle type; ///< memory type for H5Dread; equals the file's unless `isConverted`
    std::size_t rowBytes = 0;
    std::vector<RowMember> members;
    std::vector<std::string> unsupported; ///< members of a type no column can hold: nested rows, references, ...
    bool isConverted = false;             ///< HDF5 must convert (half floats, odd integers): raw bytes cannot be used
    bool hasVariableText = false;         ///< H5Dvlen_reclaim is due after each block
};

/// Describes a compound dataset. Bool, enum and bit fields count as integers. Throws Error when it is not a compound
/// or its type is damaged; `where` (dataset and file) appears in the message.
RowLayout describeRows(hid_t dataset, const std::string& where);

} // namespace zscape
