#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

/// A reader for the pickles inside PyTorch checkpoints. It builds plain data and nothing else: there is no way from a
/// pickle to code, since the few names it knows (below) are handled here and every other one is an error.
namespace zscape::pickle {

struct Value;

struct None {};
struct Bytes {
    std::string data;
};
struct Tuple {
    std::vector<const Value*> items;
};
struct List {
    std::vector<const Value*> items;
};
/// dict and OrderedDict, in the order written; a key set twice appears twice, the later one counts.
struct Dict {
    std::vector<std::pair<const Value*, const Value*>> items;
    /// The value of a text key, nullptr where there is none.
    const Value* find(std::string_view key) const;
};
/// A name of the allow-list. Only ever called by the reader itself.
struct Global {
    std::string name; ///< "torch._utils._rebuild_tensor_v2"
};
enum class ScalarType { Float16, BFloat16, Float32, Float64, Bool, UInt8, Int8, Int16, Int32, Int64 };
std::size_t scalarSize(ScalarType type); ///< in bytes
/// The block of numbers behind one or more tensors: entry `data/KEY` of the checkpoint.
struct Storage {
    ScalarType type = ScalarType::Float32;
    std::string key;
    std::int64_t count = 0;
};
/// A tensor as written: not checked against its storage (checkpoint_read does).
struct Tensor {
    Storage storage;
    std::int64_t offset = 0;
    std::vector<std::int64_t> shape;
    std::vector<std::int64_t> strides;
};

struct Value {
    std::variant<None, bool, std::int64_t, double, std::string, Bytes, Tuple, List, Dict, Global, Storage, Tensor> data;
    int depth = 1; ///< levels of containers at and below this value when it was made

    template <typename T>
    const T* as() const {
        return std::get_if<T>(&data);
    }
};

/// The values of one pickle, which own each other in one flat store (so that neither depth nor cycles matter).
class Document {
public:
    const Value& root() const { return *m_root; }

private:
    friend class Machine;
    std::deque<Value> m_values;
    const Value* m_root = nullptr;
};

/// Interprets a pickle of protocol 2 to 5 as torch.save writes them. Allowed names: collections.OrderedDict,
/// torch._utils._rebuild_tensor_v2, torch._utils._rebuild_parameter, torch.Size, torch.FloatStorage and its kin.
/// Throws Error naming `where` and the offending name for any other one, and for input that is truncated, damaged,
/// nested deeper than 100 levels or beyond a million values.
Document parse(std::span<const std::byte> bytes, const std::string& where);

} // namespace zscape::pickle
