#pragma once

#include "core/base/shared_array.h"

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace zscape {

/// Texts that no one changes any more, shared by their copies: given as strings, or as a block of characters of one
/// width a text, padded with NUL, as they lie in a file. May be read from any thread.
class TextArray {
public:
    using value_type = std::string_view;

    TextArray() = default;
    TextArray(std::vector<std::string> texts)
        : m_texts(std::make_shared<const std::vector<std::string>>(std::move(texts))) {}
    /// `characters` holds width characters a text; `width` is at least 1.
    TextArray(SharedArray<char> characters, std::size_t width) : m_characters(std::move(characters)), m_width(width) {}

    std::size_t size() const {
        if (m_texts) return m_texts->size();
        return m_width > 0 ? m_characters.size() / m_width : 0;
    }
    std::string_view operator[](std::size_t index) const {
        if (m_texts) return (*m_texts)[index];
        const char* first = m_characters.data() + index * m_width;
        return {first, static_cast<std::size_t>(std::find(first, first + m_width, '\0') - first)};
    }
    /// Characters of the longest text at most; at least 1.
    std::size_t width() const {
        if (!m_texts) return std::max<std::size_t>(m_width, 1);
        std::size_t width = 1;
        for (const std::string& text : *m_texts) {
            width = std::max(width, text.size());
        }
        return width;
    }
    /// Of this program's memory; none where a file is mapped.
    std::size_t bytes() const {
        std::size_t total = m_characters.bytes();
        if (!m_texts) return total;
        total += m_texts->capacity() * sizeof(std::string);
        for (const std::string& text : *m_texts) {
            // Short strings live inside the object; only longer ones own memory.
            if (text.capacity() > std::string().capacity()) total += text.capacity() + 1;
        }
        return total;
    }

    friend bool operator==(const TextArray& a, const TextArray& b) {
        if (a.size() != b.size()) return false;
        for (std::size_t i = 0; i < a.size(); ++i) {
            if (a[i] != b[i]) return false;
        }
        return true;
    }

private:
    std::shared_ptr<const std::vector<std::string>> m_texts;
    SharedArray<char> m_characters;
    std::size_t m_width = 0;
};

} // namespace zscape
