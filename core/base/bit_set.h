#pragma once

#include "core/base/error.h"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace zscape {

/// One bit a star: which are usable, selected, missing. 64 stars a word; bits beyond the last star are zero.
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
    bool any() const {
        for (const std::uint64_t word : m_words) {
            if (word != 0) return true;
        }
        return false;
    }
    const std::vector<std::uint64_t>& words() const { return m_words; }
    /// Stars 64 * index ..., the first in the lowest bit. Different words may be set from different threads.
    void setWord(std::size_t index, std::uint64_t bits) {
        m_words[index] = bits;
        if (index + 1 == m_words.size()) trim();
    }

    /// Set algebra, word by word. Throws Error when the sizes differ.
    BitSet& operator&=(const BitSet& other) {
        return combine(other, [](std::uint64_t a, std::uint64_t b) { return a & b; });
    }
    BitSet& operator|=(const BitSet& other) {
        return combine(other, [](std::uint64_t a, std::uint64_t b) { return a | b; });
    }
    BitSet& operator^=(const BitSet& other) {
        return combine(other, [](std::uint64_t a, std::uint64_t b) { return a ^ b; });
    }
    /// Takes away what is in `other`.
    BitSet& andNot(const BitSet& other) {
        return combine(other, [](std::uint64_t a, std::uint64_t b) { return a & ~b; });
    }
    BitSet& complement() {
        for (std::uint64_t& word : m_words) {
            word = ~word;
        }
        trim();
        return *this;
    }
    /// How many are in both, without making their set. Throws Error when the sizes differ.
    std::size_t countBoth(const BitSet& other) const {
        requireSize(other);
        std::size_t total = 0;
        for (std::size_t i = 0; i < m_words.size(); ++i) {
            total += static_cast<std::size_t>(std::popcount(m_words[i] & other.m_words[i]));
        }
        return total;
    }
    bool operator==(const BitSet&) const = default;

    /// Calls visit(index) for every set bit, in order.
    template <typename Visit>
    void forEach(Visit&& visit) const {
        for (std::size_t i = 0; i < m_words.size(); ++i) {
            for (std::uint64_t word = m_words[i]; word != 0; word &= word - 1) {
                visit(i * 64 + static_cast<std::size_t>(std::countr_zero(word)));
            }
        }
    }
    std::size_t bytes() const { return m_words.capacity() * sizeof(std::uint64_t); }

private:
    void requireSize(const BitSet& other) const {
        if (other.m_size != m_size) throw Error("sets of different numbers of stars cannot be combined");
    }
    template <typename Operation>
    BitSet& combine(const BitSet& other, Operation operation) {
        requireSize(other);
        for (std::size_t i = 0; i < m_words.size(); ++i) {
            m_words[i] = operation(m_words[i], other.m_words[i]);
        }
        return *this;
    }
    void trim() {
        if (m_size & 63) m_words.back() &= (std::uint64_t{1} << (m_size & 63)) - 1;
    }

    std::size_t m_size = 0;
    std::vector<std::uint64_t> m_words;
};

} // namespace zscape
