#pragma once

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace zscape {

/// Values that no one changes any more, shared by their copies: given as a vector, or lying in memory that something
/// else owns, such as a mapped file. May be read from any thread.
template <typename T>
class SharedArray {
public:
    using value_type = T;

    SharedArray() = default;
    SharedArray(std::vector<T> values) {
        auto owned = std::make_shared<const std::vector<T>>(std::move(values));
        m_values = *owned;
        m_bytes = owned->capacity() * sizeof(T);
        m_owner = std::move(owned);
    }
    SharedArray(std::initializer_list<T> values) : SharedArray(std::vector<T>(values)) {}
    /// `owner` keeps the memory of `values` alive.
    SharedArray(std::span<const T> values, std::shared_ptr<const void> owner)
        : m_owner(std::move(owner)),
          m_values(values) {}

    const T* data() const { return m_values.data(); }
    std::size_t size() const { return m_values.size(); }
    bool empty() const { return m_values.empty(); }
    const T& operator[](std::size_t index) const { return m_values[index]; }
    const T& front() const { return m_values.front(); }
    const T& back() const { return m_values.back(); }
    auto begin() const { return m_values.begin(); }
    auto end() const { return m_values.end(); }
    std::span<const T> span() const { return m_values; }

    std::size_t bytes() const { return m_bytes; } ///< of this program's memory; none where a file is mapped

private:
    std::shared_ptr<const void> m_owner;
    std::span<const T> m_values;
    std::size_t m_bytes = 0;
};

} // namespace zscape
