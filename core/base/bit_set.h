#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace zscape {

/// One bit a star: which are usable, selected, missing. 64 stars a word.
class BitSet {
public:
    BitSet() = default;
    explicit BitSet(std::size_t size, bool value = false)
        : m_size(size),
          m_words((size + 63) / 64, value ? ~std::uint64_t{0} : 0) {
        trim();
    }

    /// Of (size + 63) / 64 words; bits beyond the size are cleared.
    static BitSet fromWords(std::size_t size, std::vector<std::uint64_t> words) {
        BitSet bits;
        bits.m_size = size;
        bits.m_words = std::move(words);
        bits.m_words.resize((size + 63) / 64);
        bits.trim();
        return bits;
    }

    std::size_t size() const { return m_size; }
    bool test(std::size_t index) const { return (m_words[index >> 6] >> (index & 63)) & 1; }
    void set(std::size_t index, bool value = true) {
        const std::uint64_t mask = std::uint64_t{1} << (index & 63);
        if (value) {
            m_words[index >> 6] |= mask;
        } else {
            m_words[index >> 6] &= ~mask;
        }
    }
    std::size_t count() const {
        std::size_t total = 0;
        for (const std::uint64_t word : m_words) {
            total += static_cast<std::size_t>(std::popcount(word));
        }
        return total;
    }
    const std::vector<std::uint64_t>& words() const { return m_words; }
    std::size_t bytes() const { return m_words.capacity() * sizeof(std::uint64_t); }

private:
    void trim() {
        if (m_size & 63) m_words.back() &= (std::uint64_t{1} << (m_size & 63)) - 1;
    }

    std::size_t m_size = 0;
    std::vector<std::uint64_t> m_words;
};

} // namespace zscape
