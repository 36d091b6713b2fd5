#include "core/archive/votable_field.h"

#include <array>
#include <charconv>
#include <utility>

namespace zscape {

namespace {

struct TypeName {
    std::string_view name;
    VotableType type;
    std::string_view shown;
    ValueKind kind;
    std::size_t bytes;
};

constexpr std::array<TypeName, 12> typeNames{{
    {"boolean", VotableType::Boolean, "bool", ValueKind::Integer, 1},
    {"bit", VotableType::Bit, "bit", ValueKind::Integer, 1},
    {"unsignedByte", VotableType::UnsignedByte, "uint8", ValueKind::Integer, 1},
    {"short", VotableType::Short, "int16", ValueKind::Integer, 2},
    {"int", VotableType::Int, "int32", ValueKind::Integer, 4},
    {"long", VotableType::Long, "int64", ValueKind::Integer, 8},
    {"char", VotableType::Char, "string", ValueKind::Text, 1},
    {"unicodeChar", VotableType::UnicodeChar, "string", ValueKind::Text, 2},
    {"float", VotableType::Float, "float32", ValueKind::Float32, 4},
    {"double", VotableType::Double, "float64", ValueKind::Float64, 8},
    {"floatComplex", VotableType::FloatComplex, "complex64", ValueKind::Float32, 8},
    {"doubleComplex", VotableType::DoubleComplex, "complex128", ValueKind::Float64, 16},
}};

const TypeName& entryOf(VotableType type) {
    return typeNames[static_cast<std::size_t>(type)];
}

} // namespace

std::size_t VotableField::elementBytes() const {
    return entryOf(type).bytes;
}

std::size_t VotableField::bytesOf(std::size_t count) const {
    return type == VotableType::Bit ? (count + 7) / 8 : count * elementBytes();
}

VotableField describeVotableField(const std::string& name, const std::string& datatype, const std::string& arraysize) {
    VotableField field;
    field.info.name = name;
    const TypeName* found = nullptr;
    for (const TypeName& entry : typeNames) {
        if (entry.name == datatype) found = &entry;
    }
    if (!found) throw Error("column '" + name + "' has the datatype '" + datatype + "', which is none of VOTable's");
    field.type = found->type;
    field.info.type = found->shown;
    field.info.kind = found->kind;
    // "55", "*", "55*", "5x2", "5x*": the last factor may vary.
    std::string_view sizes = arraysize;
    constexpr std::size_t largest = std::size_t{1} << 24;
    while (!sizes.empty()) {
        const std::size_t cross = std::min(sizes.find('x'), sizes.size());
        std::string_view part = sizes.substr(0, cross);
        sizes.remove_prefix(std::min(cross + 1, sizes.size()));
        if (part.ends_with('*')) {
            field.isVariable = true;
            continue;
        }
        std::size_t size = 0;
        const auto result = std::from_chars(part.data(), part.data() + part.size(), size);
        if (result.ec != std::errc{} || result.ptr != part.data() + part.size() || size == 0 || size > largest ||
            field.elements * size > largest) {
            throw Error(std::string("column '").append(name).append("' has the arraysize '").append(arraysize) +
                        "', which cannot be");
        }
        field.elements *= size;
    }
    field.info.isArray = !field.isText() && (field.isVariable || field.elements > 1);
    field.info.count = field.info.isArray && !field.isVariable ? field.elements : 0;
    // One bit is a truth value, as astropy writes them; several are packed.
    field.isReadable = field.type == VotableType::Bit
                           ? !field.info.isArray
                           : field.type != VotableType::FloatComplex && field.type != VotableType::DoubleComplex;
    return field;
}

} // namespace zscape
