#include "core/catalog/row_layout.h"

#include <bit>
#include <optional>

namespace zscape {

namespace {

using hdf5::Handle;

constexpr H5T_order_t nativeOrder = std::endian::native == std::endian::little ? H5T_ORDER_LE : H5T_ORDER_BE;
constexpr std::size_t largestRow = std::size_t{64} << 20;

enum class Support { Raw, NeedsConversion, None };

struct Element {
    Support support = Support::None;
    ElementKind kind = ElementKind::Float64;
    bool isSwapped = false;
};

Element describeFloat(hid_t type) {
    const auto equals = [type](hid_t other) { return H5Tequal(type, other) > 0; };
    constexpr bool little = nativeOrder == H5T_ORDER_LE;
    if (equals(H5T_IEEE_F32LE)) return {Support::Raw, ElementKind::Float32, !little};
    if (equals(H5T_IEEE_F32BE)) return {Support::Raw, ElementKind::Float32, little};
    if (equals(H5T_IEEE_F64LE)) return {Support::Raw, ElementKind::Float64, !little};
    if (equals(H5T_IEEE_F64BE)) return {Support::Raw, ElementKind::Float64, little};
    return {Support::NeedsConversion, ElementKind::Float64, false};
}

Element describeInteger(hid_t type, bool isSigned) {
    const std::size_t size = H5Tget_size(type);
    const H5T_order_t order = H5Tget_order(type);
    const bool isWhole = H5Tget_precision(type) == size * 8 && H5Tget_offset(type) == 0;
    const bool isSwapped = size > 1 && order != nativeOrder;
    if (!isWhole || (order != H5T_ORDER_LE && order != H5T_ORDER_BE)) {
        return {Support::NeedsConversion, ElementKind::Int64, false};
    }
    switch (size) {
    case 1:
        return {Support::Raw, isSigned ? ElementKind::Int8 : ElementKind::UInt8, isSwapped};
    case 2:
        return {Support::Raw, isSigned ? ElementKind::Int16 : ElementKind::UInt16, isSwapped};
    case 4:
        return {Support::Raw, isSigned ? ElementKind::Int32 : ElementKind::UInt32, isSwapped};
    case 8:
        return {Support::Raw, isSigned ? ElementKind::Int64 : ElementKind::UInt64, isSwapped};
    default:
        return {Support::NeedsConversion, ElementKind::Int64, false};
    }
}

Element describeElement(hid_t type) {
    switch (H5Tget_class(type)) {
    case H5T_FLOAT:
        return describeFloat(type);
    case H5T_INTEGER:
        return describeInteger(type, H5Tget_sign(type) != H5T_SGN_NONE);
    case H5T_BITFIELD: {
        const Element element = describeInteger(type, false);
        // HDF5 has no conversion from bit fields to integers.
        return element.support == Support::Raw ? element : Element{};
    }
    case H5T_ENUM: {
        const Handle base(H5Tget_super(type), H5Tclose);
        const Element element = describeInteger(base.id(), H5Tget_sign(base.id()) != H5T_SGN_NONE);
        return element.support == Support::Raw ? element : Element{};
    }
    case H5T_STRING:
        if (H5Tis_variable_str(type) > 0) return {Support::Raw, ElementKind::VariableText, false};
        return {Support::Raw, ElementKind::FixedText, false};
    default:
        return {};
    }
}

/// A member with the HDF5 type its values take in memory.
struct Described {
    RowMember member;
    Handle memoryType;
    Support support = Support::None;
};

Handle arrayOf(hid_t element, std::size_t count) {
    const hsize_t size = count;
    return {H5Tarray_create2(element, 1, &size), H5Tclose};
}

Described describeMember(hid_t rowType, unsigned index, const std::string& where) {
    Described result;
    char* name = H5Tget_member_name(rowType, index);
    Handle type(H5Tget_member_type(rowType, index), H5Tclose);
    if (!name || !type) throw Error("the row type of " + where + " is damaged; copy the file again");
    result.member.name = name;
    H5free_memory(name);
    result.member.offset = H5Tget_member_offset(rowType, index);

    Handle element(H5Tcopy(type.id()), H5Tclose);
    if (H5Tget_class(type.id()) == H5T_ARRAY) {
        result.member.isArray = true;
        result.member.count = 1;
        std::vector<hsize_t> sizes(static_cast<std::size_t>(std::max(H5Tget_array_ndims(type.id()), 0)));
        H5Tget_array_dims2(type.id(), sizes.data());
        for (const hsize_t size : sizes) {
            result.member.count *= size;
        }
        element = Handle(H5Tget_super(type.id()), H5Tclose);
    }
    const Element described = describeElement(element.id());
    result.support = described.support;
    result.member.kind = described.kind;
    result.member.isSwapped = described.isSwapped;
    result.member.elementBytes = H5Tget_size(element.id());
    if (described.support == Support::NeedsConversion) {
        const hid_t native = described.kind == ElementKind::Float64 ? H5T_NATIVE_DOUBLE : H5T_NATIVE_INT64;
        result.member.elementBytes = 8;
        result.memoryType =
            result.member.isArray ? arrayOf(native, result.member.count) : Handle(H5Tcopy(native), H5Tclose);
    } else {
        result.memoryType = std::move(type);
    }
    const std::size_t size = H5Tget_size(result.memoryType.id());
    if (size == 0 || size > largestRow || size != result.member.count * result.member.elementBytes) {
        if (result.support != Support::None) {
            throw Error("column '" + result.member.name + "' of " + where +
                        " has a damaged or unreasonably large type; copy the file again");
        }
    }
    return result;
}

/// Lays the members out anew, so that HDF5 converts while reading.
void repack(RowLayout& layout, std::vector<Described>& described) {
    std::size_t offset = 0;
    for (Described& each : described) {
        each.member.offset = offset;
        offset += H5Tget_size(each.memoryType.id());
    }
    layout.rowBytes = offset;
    layout.type = Handle(H5Tcreate(H5T_COMPOUND, offset), H5Tclose);
    for (const Described& each : described) {
        H5Tinsert(layout.type.id(), each.member.name.c_str(), each.member.offset, each.memoryType.id());
    }
    layout.isConverted = true;
}

} // namespace

RowLayout describeRows(hid_t dataset, const std::string& where) {
    const hdf5::Quiet quiet;
    RowLayout layout;
    // HDF5 marks this type as one in memory: its members' offsets are those H5Dread produces.
    layout.type = Handle(H5Dget_type(dataset), H5Tclose);
    if (!layout.type || H5Tget_class(layout.type.id()) != H5T_COMPOUND) {
        throw Error(where + " is not a table of compound rows; a catalogue in the released layout is needed");
    }
    layout.rowBytes = H5Tget_size(layout.type.id());
    const int count = H5Tget_nmembers(layout.type.id());
    if (count <= 0 || layout.rowBytes == 0 || layout.rowBytes > largestRow) {
        throw Error("the row type of " + where + " is damaged or unreasonably large; copy the file again");
    }
    std::vector<Described> described;
    bool needsConversion = false;
    for (unsigned index = 0; index < static_cast<unsigned>(count); ++index) {
        Described each = describeMember(layout.type.id(), index, where);
        if (each.support == Support::None) {
            layout.unsupported.push_back(each.member.name);
            continue;
        }
        if (each.member.offset + each.member.count * each.member.elementBytes > layout.rowBytes &&
            each.support == Support::Raw) {
            throw Error("the row type of " + where + " is damaged; copy the file again");
        }
        needsConversion = needsConversion || each.support == Support::NeedsConversion;
        layout.hasVariableText = layout.hasVariableText || each.member.kind == ElementKind::VariableText;
        described.push_back(std::move(each));
    }
    // Unsupported members may own memory after a read (variable-length lists), so they are not read at all.
    if ((needsConversion || !layout.unsupported.empty()) && !described.empty()) repack(layout, described);
    for (Described& each : described) {
        layout.members.push_back(std::move(each.member));
    }
    return layout;
}

} // namespace zscape
