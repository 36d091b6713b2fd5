#include "core/base/content_hash.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace zscape {

struct ContentHash::State {
    XXH3_state_t xxh;
};

// XXH3 wants its state on a 64-byte boundary; the type says so, and new keeps to it.
ContentHash::ContentHash() : m_state(std::make_unique<State>()) {
    XXH3_INITSTATE(&m_state->xxh);
    XXH3_128bits_reset(&m_state->xxh);
}

ContentHash::~ContentHash() = default;

void ContentHash::addBytes(const void* bytes, std::size_t count) {
    XXH3_128bits_update(&m_state->xxh, bytes, count);
}

std::vector<std::byte> ContentHash::state() const {
    const auto bytes = std::as_bytes(std::span(&m_state->xxh, 1));
    return {bytes.begin(), bytes.end()};
}

void ContentHash::setState(std::span<const std::byte> state) {
    // The secret is a table of the program, which lies elsewhere in each process.
    const unsigned char* secret = m_state->xxh.extSecret;
    std::memcpy(&m_state->xxh, state.data(), std::min(state.size(), sizeof m_state->xxh));
    m_state->xxh.extSecret = secret;
}

std::string ContentHash::text() const {
    const XXH128_hash_t hash = XXH3_128bits_digest(&m_state->xxh);
    std::array<char, 33> text;
    std::snprintf(text.data(), text.size(), "%016llx%016llx", static_cast<unsigned long long>(hash.high64),
                  static_cast<unsigned long long>(hash.low64));
    return text.data();
}

} // namespace zscape
