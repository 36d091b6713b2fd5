#include "core/archive/text_blocks.h"

#include "core/base/error.h"

#include <algorithm>
#include <cstring>

namespace zscape {

namespace {

constexpr std::size_t blockBytes = std::size_t{2} << 20;
constexpr std::size_t largestRecord = std::size_t{64} << 20;

/// Where the last record ends: after the last line end that has an even number of quotes before it. A lone quote
/// within a line (5" telescope) would hide all ends: then the last line end counts. npos: there is none.
std::size_t endOfRecords(std::string_view text) {
    const void* const found = ::memrchr(text.data(), '\n', text.size());
    if (!found) return std::string_view::npos;
    const auto last = static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
    std::size_t quotes = countOf(text.substr(0, last), '"');
    std::size_t end = last;
    while (quotes % 2 != 0) {
        const std::size_t before = end == 0 ? std::string_view::npos : text.rfind('\n', end - 1);
        if (before == std::string_view::npos) return last;
        quotes -= countOf(text.substr(before, end - before), '"');
        end = before;
    }
    return end;
}

} // namespace

std::size_t countOf(std::string_view text, char letter) {
    std::size_t count = 0;
    // Sums in bytes, which cannot overflow in a run of this length, are what the compiler adds sixteen at a time.
    constexpr std::size_t run = 128;
    for (; text.size() >= run; text.remove_prefix(run)) {
        std::uint8_t inRun = 0;
        for (std::size_t index = 0; index < run; ++index) {
            inRun = static_cast<std::uint8_t>(inRun + (text[index] == letter ? 1 : 0));
        }
        count += inRun;
    }
    return count + static_cast<std::size_t>(std::count(text.begin(), text.end(), letter));
}

bool TextBlocks::append(std::string& text, std::size_t bytes) {
    if (m_isAtEnd) return false;
    const std::size_t before = text.size();
    text.resize(before + bytes);
    const std::size_t got = m_stream->read({text.data() + before, bytes});
    text.resize(before + got);
    m_isAtEnd = got < bytes;
    return !m_isAtEnd;
}

bool TextBlocks::next(std::string& text) {
    text = std::move(m_rest);
    m_rest.clear();
    m_isOneLine = false;
    for (;;) {
        const std::size_t before = text.size();
        if (!append(text, blockBytes)) return !text.empty();
        const bool isOneLine = before > 0 && !::memrchr(text.data() + before, '\n', text.size() - before);
        const std::size_t end = isOneLine && m_isOneLine ? std::string_view::npos : endOfRecords(text);
        m_isOneLine = end == std::string_view::npos;
        if (end == std::string_view::npos) {
            if (text.size() > largestRecord) {
                throw Error(m_name + " has a line of more than " + std::to_string(largestRecord >> 20) +
                            " MB, which no table has; it is damaged or no table");
            }
            continue;
        }
        m_rest.assign(text, end + 1);
        text.resize(end + 1);
        return true;
    }
}

} // namespace zscape
