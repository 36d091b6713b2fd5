// One field of a text table: where it ends, and what number, list or text it holds.
#include "core/archive/number_scan.h"
#include "core/archive/plain_numbers.h"
#include "core/archive/text_rows.h"
#include "core/base/text_compare.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

namespace zscape {

namespace {

constexpr std::size_t largestQuote = 40; ///< characters of a field that a message shows

bool isBlank(char letter) {
    return letter == ' ' || letter == '\t' || letter == '\r' || letter == '\n';
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && isBlank(text.front())) {
        text.remove_prefix(1);
    }
    while (!text.empty() && isBlank(text.back())) {
        text.remove_suffix(1);
    }
    return text;
}

/// A field in a message: short, and without bytes that a terminal or a reader could stumble over.
std::string shown(std::string_view text) {
    std::string out = "'";
    for (const char letter : text.substr(0, largestQuote)) {
        out += letter >= ' ' && letter < 0x7F ? letter : '?';
    }
    return out + (text.size() > largestQuote ? "...'" : "'");
}

template <typename T>
bool readWord(std::string_view text, T& value) {
    const bool isNegative = text.starts_with('-');
    if (isNegative || text.starts_with('+')) text.remove_prefix(1);
    if (!equalIgnoringCase(text, "inf") && !equalIgnoringCase(text, "infinity")) return false;
    value = isNegative ? -std::numeric_limits<T>::infinity() : std::numeric_limits<T>::infinity();
    return true;
}

/// "" where a whole number could be made of a decimal one such as 56.0.
bool wholeOf(std::string_view text, std::int64_t& value) {
    double number = 0;
    const char* const end = text.data() + text.size();
    constexpr double exact = 9007199254740992.0; // 2^53
    if (scanNumber(text.data(), end, number) != end || std::abs(number) > exact || number != std::floor(number)) {
        return false;
    }
    value = static_cast<std::int64_t>(number);
    return true;
}

std::string readElement(std::string_view text, double& value) {
    return readReal(text, value);
}
std::string readElement(std::string_view text, float& value) {
    return readReal(text, value);
}

/// Whether `text` is UTF-8 without NUL bytes; -1, or the first byte that is not.
std::ptrdiff_t firstBadByte(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const auto lead = static_cast<unsigned char>(text[at]);
        const std::size_t length = lead < 0x80   ? 1
                                   : lead < 0xC2 ? 0
                                   : lead < 0xE0 ? 2
                                   : lead < 0xF0 ? 3
                                   : lead < 0xF5 ? 4
                                                 : 0;
        if (lead == 0 || length == 0 || at + length > text.size()) return static_cast<std::ptrdiff_t>(at);
        for (std::size_t index = 1; index < length; ++index) {
            if ((static_cast<unsigned char>(text[at + index]) & 0xC0) != 0x80) return static_cast<std::ptrdiff_t>(at);
        }
        at += length;
    }
    return -1;
}

} // namespace

bool FieldReader::take(std::string_view& text, TextField& field, bool& isLast) const {
    const bool isBlankSeparated = m_delimiter == ' ';
    std::size_t at = 0;
    while (at < text.size() && (text[at] == ' ' || (isBlankSeparated && text[at] == '\t'))) {
        ++at;
    }
    std::size_t end = 0;
    field.isQuoted = at < text.size() && text[at] == '"';
    if (field.isQuoted) {
        std::size_t quote = at + 1;
        for (;;) {
            const void* found =
                quote < text.size() ? std::memchr(text.data() + quote, '"', text.size() - quote) : nullptr;
            if (!found) return false;
            quote = static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
            if (quote + 1 >= text.size() || text[quote + 1] != '"') break;
            quote += 2;
        }
        field.text = text.substr(at + 1, quote - at - 1);
        end = quote + 1;
        while (end < text.size() && (text[end] == ' ' || text[end] == '\r')) {
            ++end;
        }
        if (end < text.size() && text[end] != '\n' && text[end] != m_delimiter && !isBlankSeparated) return false;
    } else {
        end = at;
        const char delimiter = m_delimiter;
        while (end < text.size() && text[end] != delimiter && text[end] != '\n' &&
               !(isBlankSeparated && text[end] == '\t')) {
            ++end;
        }
        field.text = trimmed(text.substr(at, end - at));
    }
    if (isBlankSeparated) {
        while (end < text.size() && (text[end] == ' ' || text[end] == '\t' || text[end] == '\r')) {
            ++end;
        }
        isLast = end >= text.size() || text[end] == '\n';
        text.remove_prefix(std::min(end + (isLast ? 1u : 0u), text.size()));
        return true;
    }
    isLast = end >= text.size() || text[end] == '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
    return true;
}

bool isMissingText(std::string_view text) {
    static constexpr std::array<std::string_view, 6> words{"null", "nan", "none", "na", "n/a", "--"};
    if (text.empty()) return true;
    if (text.size() > 4) return false;
    return std::any_of(words.begin(), words.end(),
                       [text](std::string_view word) { return equalIgnoringCase(text, word); });
}

std::string readInteger(std::string_view text, std::int64_t& value, bool& isMissing) {
    text = trimmed(text);
    value = 0;
    isMissing = isMissingText(text);
    if (isMissing) return {};
    const char* const first = text.data() + (text.front() == '+' ? 1 : 0);
    const char* const end = text.data() + text.size();
    const auto result = std::from_chars(first, end, value);
    if (result.ec == std::errc{} && result.ptr == end) return {};
    if (result.ec == std::errc::result_out_of_range && result.ptr == end) {
        return shown(text) + " is beyond the whole numbers that can be held, -2^63 to 2^63 - 1";
    }
    if (wholeOf(text, value)) return {};
    if (equalIgnoringCase(text, "true") || equalIgnoringCase(text, "t")) {
        value = 1;
        return {};
    }
    if (equalIgnoringCase(text, "false") || equalIgnoringCase(text, "f")) {
        value = 0;
        return {};
    }
    return shown(text) + " is not a whole number";
}

template <typename T>
std::string readReal(std::string_view text, T& value) {
    text = trimmed(text);
    const char* const end = text.data() + text.size();
    if (!text.empty() && scanNumber(text.data(), end, value) == end) return {};
    value = std::numeric_limits<T>::quiet_NaN();
    if (isMissingText(text) || readWord(text, value)) return {};
    if (equalIgnoringCase(text, "-nan")) return {};
    return shown(text) + " is not a number";
}
template std::string readReal<float>(std::string_view text, float& value);
template std::string readReal<double>(std::string_view text, double& value);

template <typename T>
std::string readList(std::string_view text, std::vector<T>& values, std::vector<std::uint8_t>* missingMarks) {
    text = trimmed(text);
    if (isMissingText(text)) return {};
    const char* at = text.data();
    const char* const end = at + text.size();
    int depth = 0;
    int number = 0;
    // "[1,,2]" and "[1,]" lack an element; in "(1, 2)" blanks follow commas, in "[1 2]" they stand for them.
    bool isElementDue = false;
    const auto failAt = [&](std::string_view what) {
        return "element " + std::to_string(number + 1) + " of the list " + std::string(what);
    };
    const bool isBracketed = *at == '(' || *at == '[';
    while (at < end) {
        const char letter = *at;
        if (isBlank(letter)) {
            ++at;
        } else if (letter == '(' || letter == '[') {
            if (++depth > 8) return "the list has more brackets than any list has";
            ++at;
        } else if (letter == ')' || letter == ']') {
            if (isElementDue || depth == 0) return failAt("is missing");
            --depth;
            ++at;
            if (depth == 0 && at < end)
                return "something follows the list: " + shown({at, static_cast<std::size_t>(end - at)});
        } else if (letter == ',') {
            if (isElementDue || number == 0) return failAt("is missing");
            isElementDue = true;
            ++at;
        } else {
            if constexpr (std::is_floating_point_v<T>) {
                const std::size_t before = values.size();
                const char* const behindMany = scanPlainNumbers(at, end, values);
                if (behindMany != at) {
                    number += static_cast<int>(values.size() - before);
                    at = behindMany;
                    isElementDue = true; // the last one's comma is taken
                    continue;
                }
                T value{};
                const char* const after = scanNumber(at, end, value);
                if (after != at &&
                    (after == end || *after == ',' || *after == ')' || *after == ']' || isBlank(*after))) {
                    values.push_back(value);
                    ++number;
                    at = after;
                    isElementDue = false;
                    continue;
                }
            }
            const char* last = at;
            while (last < end && *last != ',' && *last != ')' && *last != ']' && !isBlank(*last)) {
                ++last;
            }
            const std::string_view element(at, static_cast<std::size_t>(last - at));
            T value{};
            std::string problem;
            if constexpr (std::is_floating_point_v<T>) {
                problem = readElement(element, value);
            } else {
                bool isMissing = false;
                problem = readInteger(element, value, isMissing);
                if (isMissing && missingMarks) {
                    missingMarks->resize(values.size(), 0);
                    missingMarks->push_back(1);
                }
            }
            if (!problem.empty()) return failAt("cannot be read: " + problem);
            values.push_back(value);
            ++number;
            at = last;
            isElementDue = false;
        }
    }
    if (isBracketed && depth > 0) return "the list is cut off after " + std::to_string(number) + " numbers";
    if (isElementDue) return failAt("is missing");
    return {};
}
template std::string readList<float>(std::string_view, std::vector<float>&, std::vector<std::uint8_t>*);
template std::string readList<double>(std::string_view, std::vector<double>&, std::vector<std::uint8_t>*);
template std::string readList<std::int64_t>(std::string_view, std::vector<std::int64_t>&, std::vector<std::uint8_t>*);

std::string readText(const TextField& field, std::string& value) {
    value.assign(field.text);
    if (field.isQuoted) {
        for (std::size_t at = value.find("\"\""); at != std::string::npos; at = value.find("\"\"", at + 1)) {
            value.erase(at, 1);
        }
    } else if (value == "null") {
        value.clear();
    }
    const std::ptrdiff_t bad = firstBadByte(value);
    if (bad < 0) return {};
    return "the text " + shown(value) + " is not UTF-8 at its byte " + std::to_string(bad + 1);
}

} // namespace zscape
