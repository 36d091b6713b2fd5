#pragma once

#include <cstddef>
#include <memory>
#include <new>

namespace zscape {

/// Zeroed floats (or doubles) on a cache-line boundary, as the kernels want them.
template <typename T>
class AlignedArray {
public:
    AlignedArray() = default;
    explicit AlignedArray(std::size_t size)
        : m_values(size ? new (std::align_val_t{alignment}) T[size]() : nullptr),
          m_size(size) {}

    T* data() { return m_values.get(); }
    const T* data() const { return m_values.get(); }
    std::size_t size() const { return m_size; }
    T& operator[](std::size_t index) { return m_values[index]; }
    const T& operator[](std::size_t index) const { return m_values[index]; }

private:
    static constexpr std::size_t alignment = 64;
    struct Delete {
        void operator()(T* values) const { ::operator delete[](values, std::align_val_t{alignment}); }
    };
    std::unique_ptr<T[], Delete> m_values;
    std::size_t m_size = 0;
};

} // namespace zscape
