#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace zscape {

/// XXH3-128 of what is added, in order: tells contents apart, not a safeguard against forgery.
class ContentHash {
public:
    ContentHash();
    ~ContentHash();
    ContentHash(const ContentHash&) = delete;
    ContentHash& operator=(const ContentHash&) = delete;

    void addBytes(const void* bytes, std::size_t count);
    template <typename T>
    void add(std::span<const T> values) {
        addBytes(values.data(), values.size_bytes());
    }
    template <typename T>
    void addValue(const T& value) {
        static_assert(std::is_arithmetic_v<T>);
        addBytes(&value, sizeof value);
    }
    /// With its length, so that "a", "bc" and "ab", "c" differ.
    void addText(std::string_view text) {
        addValue(text.size());
        addBytes(text.data(), text.size());
    }
    std::string text() const; ///< 32 hex digits

    /// What has been added so far, for another process of this program to go on from.
    std::vector<std::byte> state() const;
    void setState(std::span<const std::byte> state);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace zscape
