#include "core/model/pickle_write.h"

#include "core/base/error.h"

#include <cstring>
#include <limits>

namespace zscape::pickle {

Writer& Writer::number(std::uint64_t bits, int size) {
    for (int i = 0; i < size; ++i) {
        m_bytes += static_cast<char>(static_cast<unsigned char>(bits >> (8 * i)));
    }
    return *this;
}

Writer& Writer::integer(std::int64_t value) {
    const auto bits = static_cast<std::uint64_t>(value);
    if (value >= 0 && value <= 0xFF) return raw("K").number(bits, 1);
    if (value >= std::numeric_limits<std::int32_t>::min() && value <= std::numeric_limits<std::int32_t>::max()) {
        return raw("J").number(bits, 4);
    }
    return raw("\x8a\x08").number(bits, 8);
}

Writer& Writer::text(std::string_view value) {
    if (value.size() > std::numeric_limits<std::uint32_t>::max()) throw Error("internal: text too long for a pickle");
    return raw("X").number(value.size(), 4).raw(value);
}

Writer& Writer::global(std::string_view module, std::string_view name) {
    return raw("c").raw(module).raw("\n").raw(name).raw("\n");
}

std::vector<std::byte> Writer::finish() {
    raw(".");
    std::vector<std::byte> bytes(m_bytes.size());
    std::memcpy(bytes.data(), m_bytes.data(), bytes.size());
    return bytes;
}

} // namespace zscape::pickle
