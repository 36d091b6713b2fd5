// Decimal text to the nearest binary number. Up to 19 digits w and a power of ten q: where both are exact in double,
// one multiplication or division rounds correctly (Clinger 1990). Else, for |q| <= 27, where 5^q fits 64 bits, the
// quotient or product is formed exactly in 128 bits and rounded once. What is left, std::from_chars does.
#include "core/archive/number_scan.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

namespace zscape {

namespace {

__extension__ using Wide = unsigned __int128;

constexpr int exactPowers = 22; // 10^22 is the last power of ten that a double holds exactly
constexpr int widePowers = 27;  // 5^27 is the last power of five that 64 bits hold
constexpr int largestDigits = 19;
constexpr std::uint64_t exactInteger = std::uint64_t{1} << 53;

constexpr std::array<double, exactPowers + 1> makePowersOfTen() {
    std::array<double, exactPowers + 1> powers{};
    double power = 1;
    for (double& value : powers) {
        value = power;
        power *= 10;
    }
    return powers;
}

constexpr std::array<std::uint64_t, widePowers + 1> makePowersOfFive() {
    std::array<std::uint64_t, widePowers + 1> powers{};
    std::uint64_t power = 1;
    for (std::uint64_t& value : powers) {
        value = power;
        power *= 5;
    }
    return powers;
}

constexpr auto powersOfTen = makePowersOfTen();
constexpr auto powersOfFive = makePowersOfFive();

struct Decimal {
    std::uint64_t digits = 0;
    int exponent = 0; ///< of ten
    bool isNegative = false;
    bool isShort = true; ///< no more digits than `digits` holds, and an exponent within reason
};

inline bool isDigit(char letter) {
    return static_cast<unsigned char>(letter - '0') < 10;
}

/// The high bit of every byte that is no digit, exact up to the first such byte (sums carry upwards only).
inline std::uint64_t notDigits(std::uint64_t bytes) {
    return ((bytes + 0x4646464646464646u) | (bytes - 0x3030303030303030u)) & 0x8080808080808080u;
}
/// The number that eight digits make, by arithmetic on all at once.
inline std::uint64_t eightDigits(std::uint64_t bytes) {
    bytes -= 0x3030303030303030u;
    bytes = bytes * 10 + (bytes >> 8);
    constexpr std::uint64_t mask = 0x000000FF000000FFu;
    return (((bytes & mask) * 0x000F424000000064u) + (((bytes >> 16) & mask) * 0x0000271000000001u)) >> 32;
}

constexpr std::array<std::uint64_t, 9> smallPowers{1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};

/// Eight characters at a time: how many of them are digits decides a shift and a power, not a branch.
inline const char* takeDigits(const char* at, const char* end, std::uint64_t& digits) {
    if constexpr (std::endian::native == std::endian::little) {
        while (end - at >= 8) {
            std::uint64_t bytes = 0;
            std::memcpy(&bytes, at, 8);
            const std::uint64_t others = notDigits(bytes);
            if (others == 0) {
                digits = digits * 100000000 + eightDigits(bytes);
                at += 8;
                continue;
            }
            const int count = std::countr_zero(others) >> 3;
            if (count == 0) return at;
            const std::uint64_t zeros = 0x3030303030303030u >> (8 * count);
            digits =
                digits * smallPowers[static_cast<std::size_t>(count)] + eightDigits(bytes << (64 - 8 * count) | zeros);
            return at + count;
        }
    }
    while (at < end && isDigit(*at)) {
        digits = digits * 10 + static_cast<std::uint64_t>(*at - '0');
        ++at;
    }
    return at;
}

const char* takeExponentDigits(const char* at, const char* end, Decimal& decimal) {
    const char* digit = at + 1;
    const bool isNegative = digit < end && *digit == '-';
    if (digit < end && (*digit == '-' || *digit == '+')) ++digit;
    if (digit == end || !isDigit(*digit)) return at;
    int exponent = 0;
    for (; digit < end && isDigit(*digit); ++digit) {
        if (exponent < 100000) exponent = exponent * 10 + (*digit - '0');
    }
    decimal.exponent += isNegative ? -exponent : exponent;
    return digit;
}

inline const char* takeExponent(const char* at, const char* end, Decimal& decimal) {
    if (at == end || (*at | 0x20) != 'e') return at;
    return takeExponentDigits(at, end, decimal);
}

inline const char* takeDecimal(const char* from, const char* end, Decimal& decimal) {
    const char* at = from;
    if (at < end && (*at == '-' || *at == '+')) {
        decimal.isNegative = *at == '-';
        ++at;
    }
    const char* const first = at;
    at = takeDigits(at, end, decimal.digits);
    auto count = at - first;
    if (at < end && *at == '.') {
        const char* const fraction = at + 1;
        at = takeDigits(fraction, end, decimal.digits);
        decimal.exponent = -static_cast<int>(std::min<std::ptrdiff_t>(at - fraction, 100000));
        count += at - fraction;
    }
    if (count == 0) return from;
    if (count > largestDigits) {
        // Zeros in front do not count: 0.000000123456789012345 has 15 digits.
        const char* digit = first;
        while (digit < at && (*digit == '0' || *digit == '.')) {
            if (*digit == '0') --count;
            ++digit;
        }
        decimal.isShort = count <= largestDigits;
    }
    return takeExponent(at, end, decimal);
}

/// significand * 2^exponent, with `isMore` for anything cut off below it, rounded to nearest, ties to even. The top bit
/// of `significand` is set and the result is in the normal range, as |q| <= 27 grants for both types.
template <typename T>
T rounded(std::uint64_t significand, int exponent, bool isMore) {
    constexpr int kept = std::numeric_limits<T>::digits;
    constexpr int dropped = 64 - kept;
    const std::uint64_t rest = significand & ((std::uint64_t{1} << dropped) - 1);
    constexpr std::uint64_t half = std::uint64_t{1} << (dropped - 1);
    std::uint64_t result = significand >> dropped;
    if (rest > half || (rest == half && (isMore || (result & 1) != 0))) ++result;
    // Made from its bits: the exponent field is that of 1 <= x < 2; a carry out of the significand moves into it.
    using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
    constexpr int bias = std::numeric_limits<T>::max_exponent - 1;
    const Bits field = static_cast<Bits>(exponent + 63 + bias - 1);
    return std::bit_cast<T>(static_cast<Bits>((field << (kept - 1)) + static_cast<Bits>(result)));
}

/// digits * 10^exponent for digits > 0 and |exponent| <= 27.
template <typename T>
T exactly(std::uint64_t digits, int exponent) {
    const int shift = std::countl_zero(digits);
    const std::uint64_t top = digits << shift;
    if (exponent >= 0) {
        const Wide product = static_cast<Wide>(top) * powersOfFive[static_cast<std::size_t>(exponent)];
        const auto high = static_cast<std::uint64_t>(product >> 64);
        const int zeros = high == 0 ? 64 : std::countl_zero(high);
        const auto significand = static_cast<std::uint64_t>((product << zeros) >> 64);
        const bool isMore = static_cast<std::uint64_t>(product << zeros) != 0;
        return rounded<T>(significand, exponent - shift + 64 - zeros, isMore);
    }
    const std::uint64_t power = powersOfFive[static_cast<std::size_t>(-exponent)];
    const int powerShift = std::countl_zero(power);
    const std::uint64_t divisor = power << powerShift;
    // Both have their top bit set: halved where needed, the dividend's upper half is below the divisor, so the quotient
    // fits 64 bits and has its top bit set.
    const int halved = top >= divisor ? 1 : 0;
    const Wide dividend = static_cast<Wide>(top) << (64 - halved);
    const auto quotient = static_cast<std::uint64_t>(dividend / divisor);
    const bool isMore = static_cast<std::uint64_t>(dividend % divisor) != 0;
    return rounded<T>(quotient, exponent - shift + powerShift - 64 + halved, isMore);
}

template <typename T>
const char* scanSlowly(const char* from, const char* end, T& value) {
    const char* const start = from < end && *from == '+' ? from + 1 : from;
    const auto result = std::from_chars(start, end, value);
    if (result.ec == std::errc::result_out_of_range) {
        // from_chars does not say which way: the place of the first digit that is not zero does.
        Decimal exponent;
        int magnitude = 0;
        bool isBeforePoint = true;
        bool hasDigit = false;
        const char* at = start < end && *start == '-' ? start + 1 : start;
        for (; at < end && (isDigit(*at) || *at == '.'); ++at) {
            if (*at == '.') isBeforePoint = false;
            if (*at == '.') continue;
            hasDigit = hasDigit || *at != '0';
            if (isBeforePoint && hasDigit && magnitude < 1000000) ++magnitude;
            if (!isBeforePoint && !hasDigit && magnitude > -1000000) --magnitude;
        }
        takeExponent(at, end, exponent);
        const T size = magnitude + exponent.exponent > 0 ? std::numeric_limits<T>::infinity() : T{0};
        value = *start == '-' ? -size : size;
    } else if (result.ec != std::errc{}) {
        return from;
    }
    return result.ptr;
}

template <typename T>
T withSign(T value, bool isNegative) {
    return isNegative ? -value : value;
}

} // namespace

const char* scanNumber(const char* from, const char* end, double& value) {
    Decimal decimal;
    const char* const after = takeDecimal(from, end, decimal);
    if (after == from) return from;
    if (decimal.isShort) {
        const std::uint64_t digits = decimal.digits;
        const int exponent = decimal.exponent;
        if (digits <= exactInteger && exponent >= -exactPowers && exponent <= exactPowers) {
            const auto whole = static_cast<double>(digits);
            value = withSign(exponent < 0 ? whole / powersOfTen[static_cast<std::size_t>(-exponent)]
                                          : whole * powersOfTen[static_cast<std::size_t>(exponent)],
                             decimal.isNegative);
            return after;
        }
        if (digits == 0) {
            value = withSign(0.0, decimal.isNegative);
            return after;
        }
        if (exponent >= -widePowers && exponent <= widePowers) {
            value = withSign(exactly<double>(digits, exponent), decimal.isNegative);
            return after;
        }
    }
    return scanSlowly(from, end, value);
}

const char* scanNumber(const char* from, const char* end, float& value) {
    Decimal decimal;
    const char* const after = takeDecimal(from, end, decimal);
    if (after == from) return from;
    if (decimal.isShort) {
        const std::uint64_t digits = decimal.digits;
        const int exponent = decimal.exponent;
        if (digits == 0) {
            value = withSign(0.0F, decimal.isNegative);
            return after;
        }
        if (digits <= exactInteger && exponent >= -exactPowers && exponent <= 0) {
            // The nearest double has the same nearest float as the text unless it lies halfway between two floats.
            const double nearest = static_cast<double>(digits) / powersOfTen[static_cast<std::size_t>(-exponent)];
            constexpr std::uint64_t below = (std::uint64_t{1} << 29) - 1;
            constexpr std::uint64_t halfway = std::uint64_t{1} << 28;
            if ((std::bit_cast<std::uint64_t>(nearest) & below) != halfway) {
                value = withSign(static_cast<float>(nearest), decimal.isNegative);
                return after;
            }
        }
        // 10^19 * 10^18 is below the largest float (3.4e38).
        if (exponent >= -widePowers && exponent <= 18) {
            value = withSign(exactly<float>(digits, exponent), decimal.isNegative);
            return after;
        }
    }
    return scanSlowly(from, end, value);
}

} // namespace zscape
