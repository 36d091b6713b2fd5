#include "core/archive/votable_binary.h"

#include "core/archive/big_endian.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace zscape {

namespace {

constexpr std::size_t largestCell = std::size_t{64} << 20;
constexpr std::uint8_t noDigit = 0xFF;
constexpr std::uint8_t blank = 0xFE;
constexpr std::uint8_t padding = 0xFD;

constexpr std::array<std::uint8_t, 256> makeDigits() {
    std::array<std::uint8_t, 256> digits{};
    digits.fill(noDigit);
    constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (std::size_t index = 0; index < letters.size(); ++index) {
        digits[static_cast<unsigned char>(letters[index])] = static_cast<std::uint8_t>(index);
    }
    for (const char letter : {' ', '\t', '\r', '\n'}) {
        digits[static_cast<unsigned char>(letter)] = blank;
    }
    digits[static_cast<unsigned char>('=')] = padding;
    return digits;
}
constexpr auto digitOf = makeDigits();

std::uint32_t digitAt(std::string_view text, std::size_t at) {
    return digitOf[static_cast<unsigned char>(text[at])];
}

/// UTF-8 of a UCS-2 text; what is no character becomes a question mark.
std::string fromUcs2(const std::byte* at, std::size_t count) {
    std::string text;
    for (std::size_t index = 0; index < count; ++index) {
        const auto code = bigEndian<std::uint16_t>(at + index * 2);
        if (code == 0) break;
        if (code < 0x80) {
            text += static_cast<char>(code);
        } else if (code < 0x800) {
            text += static_cast<char>(0xC0 | (code >> 6));
            text += static_cast<char>(0x80 | (code & 0x3F));
        } else if (code >= 0xD800 && code < 0xE000) {
            text += '?';
        } else {
            text += static_cast<char>(0xE0 | (code >> 12));
            text += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
            text += static_cast<char>(0x80 | (code & 0x3F));
        }
    }
    return text;
}

template <typename T>
void pushMissing(ColumnValues& column, std::vector<T>& values) {
    if constexpr (std::is_same_v<T, std::int64_t>) {
        column.missingMarks.resize(values.size(), 0);
        column.missingMarks.push_back(1);
    }
    if constexpr (std::is_floating_point_v<T>) {
        values.push_back(std::numeric_limits<T>::quiet_NaN());
    } else {
        values.emplace_back();
    }
}

template <typename Raw, typename T>
std::string pushNumbers(const VotableField& field, const std::byte* at, std::size_t count, ColumnValues& column,
                        std::vector<T>& values) {
    if constexpr (std::is_floating_point_v<Raw> && std::is_floating_point_v<T>) {
        const std::size_t before = values.size();
        values.resize(before + count);
        for (std::size_t index = 0; index < count; ++index) {
            values[before + index] = static_cast<T>(bigEndian<Raw>(at + index * sizeof(Raw)));
        }
        return {};
    }
    for (std::size_t index = 0; index < count; ++index) {
        const Raw raw = bigEndian<Raw>(at + index * sizeof(Raw));
        if constexpr (std::is_integral_v<Raw>) {
            if (field.null && static_cast<std::int64_t>(raw) == *field.null) {
                pushMissing(column, values);
                continue;
            }
        } else if constexpr (std::is_integral_v<T>) {
            if (std::isnan(raw)) {
                pushMissing(column, values);
                continue;
            }
            constexpr double exact = 9007199254740992.0;
            if (!(std::abs(static_cast<double>(raw)) <= exact) || raw != std::floor(raw)) {
                return std::to_string(raw) + " is not a whole number that can be held exactly";
            }
        }
        values.push_back(static_cast<T>(raw));
    }
    return {};
}

} // namespace

bool Base64Decoder::decode(std::string_view text, std::vector<std::byte>& bytes) {
    std::size_t at = 0;
    std::size_t out = bytes.size();
    bytes.resize(out + text.size() / 4 * 3 + 6);
    const auto finish = [&](bool isGood) {
        bytes.resize(out);
        return isGood;
    };
    while (at < text.size()) {
        while (m_count == 0 && !m_isPadded && at + 4 <= text.size()) {
            const std::uint32_t a = digitAt(text, at);
            const std::uint32_t b = digitAt(text, at + 1);
            const std::uint32_t c = digitAt(text, at + 2);
            const std::uint32_t d = digitAt(text, at + 3);
            if ((a | b | c | d) >= 64) break;
            const std::uint32_t bits = a << 18 | b << 12 | c << 6 | d;
            bytes[out] = static_cast<std::byte>(bits >> 16);
            bytes[out + 1] = static_cast<std::byte>(bits >> 8 & 0xFF);
            bytes[out + 2] = static_cast<std::byte>(bits & 0xFF);
            out += 3;
            at += 4;
        }
        if (at >= text.size()) break;
        const std::uint32_t digit = digitAt(text, at++);
        if (digit == blank) continue;
        if (digit == padding) {
            // "xx==" ends in one byte, "xxx=" in two.
            if (!m_isPadded) {
                if (m_count < 2) return finish(false);
                for (int index = 0; index < m_count - 1; ++index) {
                    bytes[out++] = static_cast<std::byte>(m_bits >> (6 * m_count - 8 * (index + 1)) & 0xFF);
                }
                m_count = 0;
                m_bits = 0;
                m_isPadded = true;
            }
            continue;
        }
        if (digit == noDigit || m_isPadded) return finish(false);
        m_bits = m_bits << 6 | digit;
        if (++m_count == 4) {
            bytes[out] = static_cast<std::byte>(m_bits >> 16 & 0xFF);
            bytes[out + 1] = static_cast<std::byte>(m_bits >> 8 & 0xFF);
            bytes[out + 2] = static_cast<std::byte>(m_bits & 0xFF);
            out += 3;
            m_count = 0;
            m_bits = 0;
        }
    }
    return finish(true);
}

std::size_t VotableRows::rowLength(std::size_t at, std::string& problem) const {
    std::size_t end = at + m_markBytes;
    for (const VotableField& field : m_fields) {
        std::size_t count = field.elements;
        if (field.isVariable) {
            if (end + 4 > m_bytes.size()) return 0;
            const auto length = bigEndian<std::int32_t>(m_bytes.data() + end);
            end += 4;
            if (length < 0 || field.bytesOf(static_cast<std::size_t>(length)) > largestCell) {
                problem = ", column '" + field.info.name + "': a list of " + std::to_string(length) +
                          " values cannot be; the file is damaged";
                return 0;
            }
            count = static_cast<std::size_t>(length);
        }
        end += field.bytesOf(count);
        if (end > m_bytes.size()) return 0;
    }
    return end - at;
}

std::string VotableRows::takeRows(TableBatch& batch) {
    std::size_t at = 0;
    std::string problem;
    while (at < m_bytes.size()) {
        const std::size_t length = rowLength(at, problem);
        if (length == 0) break;
        problem = appendRow(at, batch);
        if (!problem.empty()) break;
        ++batch.rows;
        at += length;
    }
    m_bytes.erase(m_bytes.begin(), m_bytes.begin() + static_cast<std::ptrdiff_t>(at));
    return problem;
}

std::string VotableRows::appendRow(std::size_t at, TableBatch& batch) const {
    const std::byte* const marks = m_bytes.data() + at;
    const std::byte* cell = marks + m_markBytes;
    for (std::size_t index = 0; index < m_fields.size(); ++index) {
        const VotableField& field = m_fields[index];
        std::size_t count = field.elements;
        if (field.isVariable) {
            count = static_cast<std::size_t>(bigEndian<std::int32_t>(cell));
            cell += 4;
        }
        const bool isMissing =
            m_markBytes > 0 && (std::to_integer<unsigned>(marks[index / 8]) >> (7 - index % 8) & 1) != 0;
        const RowPlan::Target& target = m_targets[index];
        if (target.request >= 0) {
            std::string problem = appendCell(field, target, cell, count, isMissing,
                                             batch.columns[static_cast<std::size_t>(target.request)]);
            if (!problem.empty()) return ", column '" + field.info.name + "': " + problem;
        }
        cell += field.bytesOf(count);
    }
    return {};
}

std::string VotableRows::appendCell(const VotableField& field, const RowPlan::Target& target, const std::byte* at,
                                    std::size_t count, bool isMissing, ColumnValues& column) const {
    const auto push = [&](auto& values) -> std::string {
        using T = typename std::decay_t<decltype(values)>::value_type;
        std::string problem;
        if (isMissing) {
            if (!target.isList) pushMissing(column, values);
        } else if constexpr (std::is_same_v<T, std::string>) {
            if (field.type == VotableType::UnicodeChar) {
                values.push_back(fromUcs2(at, count));
            } else {
                std::string_view text(reinterpret_cast<const char*>(at), count);
                text = text.substr(0, text.find('\0'));
                text = text.substr(0, text.find_last_not_of(' ') + 1);
                std::string value;
                problem = readText({text, true}, value);
                values.push_back(std::move(value));
            }
        } else {
            switch (field.type) {
            case VotableType::Boolean:
                for (std::size_t index = 0; index < count; ++index) {
                    const auto letter = static_cast<char>(at[index]);
                    const bool isTrue = letter == 'T' || letter == 't' || letter == '1';
                    if (!isTrue && letter != 'F' && letter != 'f' && letter != '0') {
                        pushMissing(column, values);
                    } else {
                        values.push_back(isTrue ? T{1} : T{0});
                    }
                }
                break;
            case VotableType::Bit: // the first of the byte; astropy sets another one
                values.push_back(std::to_integer<unsigned>(*at) != 0 ? T{1} : T{0});
                break;
            case VotableType::UnsignedByte:
                problem = pushNumbers<std::uint8_t>(field, at, count, column, values);
                break;
            case VotableType::Short:
                problem = pushNumbers<std::int16_t>(field, at, count, column, values);
                break;
            case VotableType::Int:
                problem = pushNumbers<std::int32_t>(field, at, count, column, values);
                break;
            case VotableType::Long:
                problem = pushNumbers<std::int64_t>(field, at, count, column, values);
                break;
            case VotableType::Float:
                problem = pushNumbers<float>(field, at, count, column, values);
                break;
            default:
                problem = pushNumbers<double>(field, at, count, column, values);
                break;
            }
        }
        if (target.isList) column.offsets.push_back(values.size());
        return problem;
    };
    return std::visit(push, column.values);
}

} // namespace zscape
