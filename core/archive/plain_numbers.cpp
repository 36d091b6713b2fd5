// Sixteen characters at once: which are digits, where the number ends and where its point is decide a shuffle that puts
// the digits to the right end of a register, and three multiplications make a number of them. No branch depends on the
// number, and the division is correctly rounded: both of its sides are exact (Clinger 1990).
#include "core/archive/plain_numbers.h"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#ifdef __SSE4_1__
#include <smmintrin.h>
#endif

namespace zscape {

#ifdef __SSE4_1__

namespace {

constexpr std::size_t largestLength = 14;    // the comma and the blank after it are among the sixteen
constexpr std::ptrdiff_t readableBytes = 17; // a sign and sixteen characters

struct Shuffles {
    /// For a number of `length` characters with its point at `point` (`length`: without one), which of its characters
    /// stands where in sixteen; 0x80 makes a zero.
    alignas(16) std::array<std::array<std::array<std::uint8_t, 16>, 16>, 16> places{};

    constexpr Shuffles() {
        for (std::size_t length = 0; length <= largestLength; ++length) {
            for (std::size_t point = 0; point <= length; ++point) {
                const std::size_t digits = length - (point < length ? 1 : 0);
                for (std::size_t place = 0; place < 16; ++place) {
                    const std::size_t digit = place + digits - 16; // wraps for the zeros in front
                    const bool isZero = place + digits < 16;
                    places[length][point][place] =
                        isZero ? std::uint8_t{0x80} : static_cast<std::uint8_t>(digit + (digit >= point ? 1 : 0));
                }
            }
        }
    }
};
constexpr Shuffles shuffles;

constexpr std::array<double, 16> powersOfTen{1,   1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                             1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

inline std::uint32_t marksOf(__m128i text, char letter) {
    return static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(text, _mm_set1_epi8(letter))));
}
inline std::uint32_t digitMarksOf(__m128i text) {
    const __m128i digits = _mm_sub_epi8(text, _mm_set1_epi8('0'));
    return static_cast<std::uint32_t>(
        _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_min_epu8(digits, _mm_set1_epi8(9)), digits)));
}

/// Sixteen digits, each a byte, the first in the lowest.
inline std::uint64_t numberOf(__m128i digits) {
    const __m128i tens = _mm_set_epi8(1, 10, 1, 10, 1, 10, 1, 10, 1, 10, 1, 10, 1, 10, 1, 10);
    const __m128i hundreds = _mm_set_epi16(1, 100, 1, 100, 1, 100, 1, 100);
    const __m128i tenThousands = _mm_set_epi16(1, 10000, 1, 10000, 1, 10000, 1, 10000);
    const __m128i pairs = _mm_madd_epi16(_mm_maddubs_epi16(digits, tens), hundreds);
    const __m128i halves = _mm_madd_epi16(_mm_packus_epi32(pairs, pairs), tenThousands);
    const auto both = static_cast<std::uint64_t>(_mm_cvtsi128_si64(halves));
    return (both & 0xFFFFFFFF) * 100000000 + (both >> 32);
}

/// Whether the nearest double to a text tells the nearest float, too: it does unless it lies halfway between two.
inline bool tellsFloat(double nearest) {
    constexpr std::uint64_t below = (std::uint64_t{1} << 29) - 1;
    constexpr std::uint64_t halfway = std::uint64_t{1} << 28;
    return (std::bit_cast<std::uint64_t>(nearest) & below) != halfway;
}

} // namespace

template <typename T>
const char* scanPlainNumbers(const char* from, const char* end, std::vector<T>& values) {
    std::array<T, 256> taken;
    std::size_t count = 0;
    const char* at = from;
    while (end - at >= readableBytes) {
        // The next number's place hangs on this one's length alone: on one load, the signs of the bytes, and a count.
        const __m128i text = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
        const std::uint32_t minus = marksOf(text, '-') & 1;
        const std::uint32_t pointMarks = marksOf(text, '.');
        const std::uint32_t numberMarks = digitMarksOf(text) | pointMarks | minus;
        const auto length = static_cast<std::size_t>(std::countr_zero(~numberMarks));
        const std::uint32_t inside = (std::uint32_t{1} << length) - 1;
        const std::uint32_t points = (pointMarks & inside) >> minus;
        if (length > largestLength || (marksOf(text, ',') & (inside + 1)) == 0) break; // too long, or the last
        if ((points & (points - 1)) != 0 || points == inside >> minus) break;          // two points, or no digit
        const std::size_t next = length + 1 + (marksOf(text, ' ') >> (length + 1) & 1);
        const std::size_t unsignedLength = length - minus;
        const auto point = static_cast<std::size_t>(std::countr_zero(points | (std::uint32_t{1} << unsignedLength)));
        const auto* const places = reinterpret_cast<const __m128i*>(shuffles.places[unsignedLength][point].data());
        const __m128i digits =
            _mm_sub_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(at + minus)), _mm_set1_epi8('0'));
        const auto whole = static_cast<double>(numberOf(_mm_shuffle_epi8(digits, _mm_load_si128(places))));
        const std::size_t decimals = unsignedLength - point - (point < unsignedLength ? 1 : 0);
        const double size = whole / powersOfTen[decimals];
        if constexpr (std::is_same_v<T, float>) {
            if (!tellsFloat(size)) break;
        }
        // A sign is as likely as not: its bit is set, which a branch would guess wrongly.
        const std::uint64_t sign = std::uint64_t{minus} << 63;
        taken[count] = static_cast<T>(std::bit_cast<double>(std::bit_cast<std::uint64_t>(size) | sign));
        at += next;
        if (++count == taken.size()) {
            values.insert(values.end(), taken.begin(), taken.end());
            count = 0;
        }
    }
    values.insert(values.end(), taken.begin(), taken.begin() + static_cast<std::ptrdiff_t>(count));
    return at;
}

#else

template <typename T>
const char* scanPlainNumbers(const char* from, const char*, std::vector<T>&) {
    return from;
}

#endif

template const char* scanPlainNumbers<float>(const char*, const char*, std::vector<float>&);
template const char* scanPlainNumbers<double>(const char*, const char*, std::vector<double>&);

} // namespace zscape
