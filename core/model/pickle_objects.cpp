#include "core/model/pickle_machine.h"

#include "core/base/error.h"

#include <algorithm>
#include <array>
#include <optional>

// What stands in for the Python objects of a checkpoint: the whole list of names that a pickle may mention.

namespace zscape::pickle {

namespace {

constexpr const char* orderedDictName = "collections.OrderedDict";
constexpr const char* tensorName = "torch._utils._rebuild_tensor_v2";
constexpr const char* parameterName = "torch._utils._rebuild_parameter";
constexpr const char* sizeName = "torch.Size";

// Copies of what is in the memo would let a short pickle fill all memory, so whatever is copied is small.
constexpr std::size_t mostDimensions = 16;
constexpr std::size_t longestKey = 64;
constexpr std::size_t mostPairs = 10'000;

struct StorageName {
    const char* name;
    ScalarType type;
};
constexpr std::array<StorageName, 10> storageNames{{{"torch.HalfStorage", ScalarType::Float16},
                                                    {"torch.BFloat16Storage", ScalarType::BFloat16},
                                                    {"torch.FloatStorage", ScalarType::Float32},
                                                    {"torch.DoubleStorage", ScalarType::Float64},
                                                    {"torch.BoolStorage", ScalarType::Bool},
                                                    {"torch.ByteStorage", ScalarType::UInt8},
                                                    {"torch.CharStorage", ScalarType::Int8},
                                                    {"torch.ShortStorage", ScalarType::Int16},
                                                    {"torch.IntStorage", ScalarType::Int32},
                                                    {"torch.LongStorage", ScalarType::Int64}}};

std::optional<ScalarType> storageType(const std::string& name) {
    for (const StorageName& known : storageNames) {
        if (name == known.name) return known.type;
    }
    return std::nullopt;
}

bool isAllowed(const std::string& name) {
    return name == orderedDictName || name == tensorName || name == parameterName || name == sizeName ||
           storageType(name).has_value();
}

/// A name as it may be shown: a hostile file can put anything there.
std::string printable(const std::string& name) {
    std::string shown = name.substr(0, 80);
    std::replace_if(
        shown.begin(), shown.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
    return shown;
}

} // namespace

void Machine::global(const std::string& module, const std::string& name) {
    const std::string full = module + "." + name;
    if (!isAllowed(full)) {
        throw Error(
            m_where + " asks for '" + printable(full) +
            "', which has no place in a checkpoint, so nothing of it was run; save the model's state_dict alone");
    }
    push(Global{full});
}

void Machine::call() {
    const Tuple* arguments = pop()->as<Tuple>();
    const Global* function = pop()->as<Global>();
    if (!arguments || !function) fail("a call of something that cannot be called");
    if (function->name == orderedDictName) return orderedDict(*arguments);
    if (function->name == tensorName) return rebuildTensor(*arguments);
    if (function->name == parameterName) return rebuildParameter(*arguments);
    if (function->name == sizeName && arguments->items.size() == 1) {
        const Tuple* values = arguments->items[0]->as<Tuple>();
        if (values && values->items.size() <= mostDimensions) {
            push(*values, arguments->items[0]->depth);
            return;
        }
    }
    fail("a call of '" + function->name + "' with unexpected arguments");
}

/// OrderedDict(), or OrderedDict([[key, value], ...]) as Python 2 wrote it.
void Machine::orderedDict(const Tuple& arguments) {
    Dict dict;
    if (arguments.items.size() > 1) fail("an OrderedDict with unexpected arguments");
    if (!arguments.items.empty()) {
        const List* pairs = arguments.items[0]->as<List>();
        if (!pairs) fail("an OrderedDict with unexpected arguments");
        m_copiedPairs += pairs->items.size();
        if (m_copiedPairs > mostPairs) fail("too many values in OrderedDicts");
        for (const Value* pair : pairs->items) {
            const Tuple* tuplePair = pair->as<Tuple>();
            const List* listPair = pair->as<List>();
            const std::vector<const Value*>* items =
                tuplePair ? &tuplePair->items : (listPair ? &listPair->items : nullptr);
            if (!items || items->size() != 2) fail("an OrderedDict with unexpected arguments");
            dict.items.emplace_back((*items)[0], (*items)[1]);
        }
    }
    push(std::move(dict), arguments.items.empty() ? 1 : arguments.items[0]->depth);
}

std::vector<std::int64_t> Machine::sizes(const Value& value) const {
    const Tuple* tuple = value.as<Tuple>();
    if (!tuple || tuple->items.size() > mostDimensions) fail("a tensor with a damaged shape");
    std::vector<std::int64_t> numbers;
    for (const Value* item : tuple->items) {
        const std::int64_t* number = item->as<std::int64_t>();
        if (!number) fail("a tensor with a damaged shape");
        numbers.push_back(*number);
    }
    return numbers;
}

/// _rebuild_tensor_v2(storage, offset, shape, strides, requires_grad, backward_hooks[, metadata])
void Machine::rebuildTensor(const Tuple& arguments) {
    if (arguments.items.size() < 4) fail("a tensor with too few arguments");
    const Storage* storage = arguments.items[0]->as<Storage>();
    const std::int64_t* offset = arguments.items[1]->as<std::int64_t>();
    if (!storage || !offset) fail("a tensor without a storage");
    push(Tensor{*storage, *offset, sizes(*arguments.items[2]), sizes(*arguments.items[3])});
}

/// _rebuild_parameter(tensor, requires_grad, backward_hooks)
void Machine::rebuildParameter(const Tuple& arguments) {
    const Tensor* tensor = arguments.items.empty() ? nullptr : arguments.items[0]->as<Tensor>();
    if (!tensor) fail("a parameter without a tensor");
    push(*tensor);
}

/// A state set on an object: PyTorch hangs `_metadata` on the OrderedDict of a state_dict, which nobody needs here.
void Machine::setState() {
    pop();
    if (!top()->as<Dict>()) fail("a state for something that has none");
}

/// ('storage', storage type, key, location, count): the location may be 'cuda:0', the numbers are in the file either
/// way.
void Machine::persistent() {
    const Tuple* id = pop()->as<Tuple>();
    if (!id || id->items.size() < 5) fail("a damaged storage");
    const std::string* kind = id->items[0]->as<std::string>();
    const Global* type = id->items[1]->as<Global>();
    const std::string* key = id->items[2]->as<std::string>();
    const std::int64_t* count = id->items[4]->as<std::int64_t>();
    if (!kind || *kind != "storage" || !type || !key || !count || *count < 0) fail("a damaged storage");
    if (key->size() > longestKey) fail("a storage with an impossible key");
    const std::optional<ScalarType> scalar = storageType(type->name);
    if (!scalar) fail("a storage of type '" + type->name + "'");
    push(Storage{*scalar, *key, *count});
}

} // namespace zscape::pickle
