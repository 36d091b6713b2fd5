#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace zscape::pickle {

/// Writes a protocol 2 pickle value by value, with only the operations that PyTorch's weights_only reader takes
/// (1.13's takes no floats).
class Writer {
public:
    Writer() { m_bytes = "\x80\x02"; }

    Writer& beginDict() { return raw("}("); }
    Writer& beginOrderedDict() { return global("collections", "OrderedDict").raw(")R("); }
    Writer& endDict() { return raw("u"); } ///< sets the keys and values written since begin
    Writer& beginList() { return raw("]("); }
    Writer& endList() { return raw("e"); }
    Writer& beginTuple() { return raw("("); }
    Writer& endTuple() { return raw("t"); }
    Writer& call() { return raw("R"); }         ///< of a global and the tuple after it
    Writer& persistentId() { return raw("Q"); } ///< turns the tuple before it into a storage
    Writer& none() { return raw("N"); }
    Writer& boolean(bool value) { return raw(value ? "\x88" : "\x89"); }
    Writer& integer(std::int64_t value);
    Writer& text(std::string_view value); ///< UTF-8
    Writer& global(std::string_view module, std::string_view name);

    std::vector<std::byte> finish();

private:
    Writer& raw(std::string_view bytes) {
        m_bytes += bytes;
        return *this;
    }
    Writer& number(std::uint64_t bits, int size); ///< little-endian
    std::string m_bytes;
};

} // namespace zscape::pickle
