#include "core/model/pickle.h"

#include "core/model/pickle_machine.h"

namespace zscape::pickle {

const Value* Dict::find(std::string_view key) const {
    const Value* found = nullptr;
    for (const auto& [name, value] : items) {
        const std::string* text = name->as<std::string>();
        if (text && *text == key) found = value;
    }
    return found;
}

std::size_t scalarSize(ScalarType type) {
    switch (type) {
    case ScalarType::Bool:
    case ScalarType::UInt8:
    case ScalarType::Int8:
        return 1;
    case ScalarType::Float16:
    case ScalarType::BFloat16:
    case ScalarType::Int16:
        return 2;
    case ScalarType::Float32:
    case ScalarType::Int32:
        return 4;
    case ScalarType::Float64:
    case ScalarType::Int64:
        return 8;
    }
    return 0;
}

Document parse(std::span<const std::byte> bytes, const std::string& where) {
    return Machine(bytes, where).run();
}

} // namespace zscape::pickle
