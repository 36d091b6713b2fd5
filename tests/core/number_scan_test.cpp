#include "core/archive/number_scan.h"

#include "core/archive/plain_numbers.h"
#include "core/base/philox.h"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <random>
#include <string>
#include <vector>

namespace zscape {
namespace {

template <typename T>
void expectAsFromChars(const std::string& text) {
    T expected{};
    const auto result = std::from_chars(text.data(), text.data() + text.size(), expected);
    ASSERT_EQ(result.ec, std::errc{}) << text;
    T value{};
    const char* const after = scanNumber(text.data(), text.data() + text.size(), value);
    ASSERT_EQ(after, result.ptr) << text;
    using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
    ASSERT_EQ(std::bit_cast<Bits>(value), std::bit_cast<Bits>(expected)) << text;
}

// Shortest digits of random bit patterns of the exponents that tables hold, and of all exponents.
TEST(ScanNumber, EqualsFromCharsForRandomBits) {
    std::mt19937_64 random(1);
    std::array<char, 64> buffer;
    for (int count = 0; count < 600000; ++count) {
        const std::uint64_t exponent = count % 2 == 0 ? 1023 - 40 + random() % 80 : 1 + random() % 2045;
        const double wide = std::bit_cast<double>((random() & 0x800FFFFFFFFFFFFF) | (exponent << 52));
        expectAsFromChars<double>({buffer.data(), std::to_chars(buffer.data(), buffer.end(), wide).ptr});
        const auto narrowBits = static_cast<std::uint32_t>(random());
        const std::uint32_t narrowExponent = 1 + static_cast<std::uint32_t>(random() % 254);
        const float narrow = std::bit_cast<float>((narrowBits & 0x807FFFFF) | (narrowExponent << 23));
        expectAsFromChars<float>({buffer.data(), std::to_chars(buffer.data(), buffer.end(), narrow).ptr});
    }
}

// Random digits: 1 to 25 of them with the point anywhere and exponents that reach every path.
TEST(ScanNumber, EqualsFromCharsForRandomDigits) {
    std::mt19937_64 random(2);
    for (int count = 0; count < 600000; ++count) {
        std::string text = random() % 2 == 0 ? "-" : "";
        const std::size_t digits = 1 + random() % 25;
        const std::size_t point = random() % (digits + 1);
        for (std::size_t digit = 0; digit < digits; ++digit) {
            if (digit == point) text += '.';
            text += static_cast<char>('0' + random() % 10);
        }
        if (random() % 3 == 0) text += (random() % 2 == 0 ? "e" : "E-") + std::to_string(random() % 12);
        expectAsFromChars<double>(text);
        expectAsFromChars<float>(text);
    }
}

// Exact halves between two neighbours, and one digit to either side of them: where a wrong last bit would show.
TEST(ScanNumber, RoundsTiesToEven) {
    std::mt19937_64 random(3);
    std::array<char, 128> buffer;
    for (int count = 0; count < 200000; ++count) {
        const std::uint64_t half = ((random() & 0x0FFFFFFFFFFFFF) | 0x10000000000000) * 2 + 1; // 54 bits
        const int down = static_cast<int>(random() % 12);
        const std::string text = std::to_string(half) + "E-" + std::to_string(down);
        expectAsFromChars<double>(text);
        expectAsFromChars<double>(std::to_string(half));
        const double floatHalf = static_cast<double>(((random() & 0x7FFFFF) | 0x800000) * 2 + 1);
        const double scaled = std::ldexp(floatHalf, -static_cast<int>(random() % 30));
        const std::string exact(buffer.data(),
                                std::to_chars(buffer.data(), buffer.end(), scaled, std::chars_format::fixed).ptr);
        expectAsFromChars<float>(exact);
        expectAsFromChars<float>(exact + (exact.find('.') == std::string::npos ? ".0000001" : "0000001"));
    }
}

/// Reads a list as text fields do: as many plain numbers as there are, then one of any kind, and so on.
template <typename T>
std::vector<T> readList(const std::string& text, std::size_t& plain) {
    std::vector<T> values;
    const char* at = text.data();
    const char* const end = at + text.size();
    while (at < end) {
        const std::size_t before = values.size();
        at = scanPlainNumbers(at, end, values);
        plain += values.size() - before;
        T value{};
        const char* const after = scanNumber(at, end, value);
        if (after == at) break;
        values.push_back(value);
        at = after;
        while (at < end && (*at == ',' || *at == ' ')) {
            ++at;
        }
    }
    return values;
}

template <typename T>
void expectListAsScanned(std::uint64_t seed) {
    std::mt19937_64 random(seed);
    std::size_t plain = 0;
    std::size_t all = 0;
    for (int count = 0; count < 4000; ++count) {
        std::string text;
        std::vector<T> expected;
        const std::size_t length = 1 + random() % 400;
        for (std::size_t number = 0; number < length; ++number) {
            std::string digits = random() % 2 == 0 ? "-" : "";
            const std::size_t digitCount = 1 + random() % 16;
            const std::size_t point = random() % (digitCount + 2);
            for (std::size_t digit = 0; digit < digitCount; ++digit) {
                if (digit == point) digits += '.';
                digits += static_cast<char>('0' + random() % 10);
            }
            if (random() % 20 == 0) digits += "E-5";
            if (random() % 40 == 0) digits = "-0";
            T value{};
            scanNumber(digits.data(), digits.data() + digits.size(), value);
            expected.push_back(value);
            text += (number == 0 ? "" : random() % 2 == 0 ? "," : ", ") + digits;
        }
        const std::vector<T> values = readList<T>(text, plain);
        ASSERT_EQ(values.size(), expected.size()) << text;
        ASSERT_EQ(std::memcmp(values.data(), expected.data(), values.size() * sizeof(T)), 0) << text;
        all += values.size();
    }
#ifdef __SSE4_1__
    EXPECT_GT(plain, all / 2); // or nothing of it was tested
#endif
}

TEST(ScanPlainNumbers, GivesTheSameBitsAsOneByOne) {
    expectListAsScanned<float>(4);
    expectListAsScanned<double>(5);
}

// Everything that is no plain number before a comma is left where it stands.
TEST(ScanPlainNumbers, StopsAtWhatIsNotPlain) {
    const std::string rest(32, ' ');
    for (const std::string text : {"1", "1]", "1e5,", "nan,", "--1,", "-,", ".,", "-.,", "1.2.3,", ",1", " 1,", "+1,",
                                   "1 ,", "123456789012345,", ""}) {
        for (const std::string& whole : {text + rest, text}) {
            std::vector<double> values;
            EXPECT_EQ(scanPlainNumbers(whole.data(), whole.data() + whole.size(), values), whole.data()) << whole;
            EXPECT_TRUE(values.empty()) << whole;
        }
    }
}

// Cases known to be hard for number readers: Paxson (1991), Java's endless loop, subnormals, and long digit strings.
TEST(ScanNumber, HardCases) {
    for (const char* text : {"5e125",
                             "69e267",
                             "999e-026",
                             "7861e-034",
                             "75569e-254",
                             "928609e-261",
                             "9210917e080",
                             "84863171e114",
                             "653777767e273",
                             "5232604057e-298",
                             "27235667517e-109",
                             "653532977297e-123",
                             "3142213164987e-294",
                             "46202199371337e-072",
                             "231010996856685e-073",
                             "9324754620109615e212",
                             "78459735791271921e049",
                             "272104041512242479e200",
                             "6802601037806061975e198",
                             "20505426358836677347e-221",
                             "836168422905420598437e-234",
                             "4891559871276714924261e222",
                             "2.2250738585072012e-308",
                             "2.2250738585072011e-308",
                             "4.9406564584124654e-324",
                             "1.7976931348623157e308",
                             "9007199254740993",
                             "9007199254740992.5",
                             "0.500000000000000166533453693773481063544750213623046875",
                             "6.631236846766476e-316",
                             "1090544144181609348671888949248",
                             "1090544144181609348835077142190",
                             "0",
                             "-0",
                             "0.0",
                             "000000000000000000000000000000000000.1",
                             "0.00000000000000000000000000000000001",
                             "123456789012345678901234567890",
                             "7.85E-4",
                             "-8.325508E-4",
                             "1.",
                             ".5",
                             "56947.03696840172"}) {
        expectAsFromChars<double>(text);
    }
    expectAsFromChars<float>("16777217");
    expectAsFromChars<float>("1.00000005960464477539062500001");
    expectAsFromChars<float>("1.000000059604644775390625");
    expectAsFromChars<float>("3.4028235e38");
    expectAsFromChars<float>("1.1754943e-38");
}

TEST(ScanNumber, BeyondTheTypeIsInfinityOrZero) {
    const auto wide = [](const std::string& text) {
        double value = 5;
        EXPECT_EQ(scanNumber(text.data(), text.data() + text.size(), value), text.data() + text.size()) << text;
        return value;
    };
    EXPECT_EQ(wide("1e309"), HUGE_VAL);
    EXPECT_EQ(wide("-1e999999999999"), -HUGE_VAL);
    EXPECT_EQ(wide("1e-400"), 0.0);
    EXPECT_EQ(wide("0.0000001e-99999"), 0.0);
    EXPECT_EQ(wide(std::string(400, '9')), HUGE_VAL);
    float narrow = 5;
    const std::string large = "1e39";
    scanNumber(large.data(), large.data() + large.size(), narrow);
    EXPECT_EQ(narrow, HUGE_VALF);
}

TEST(ScanNumber, StopsWhereTheNumberEnds) {
    const auto length = [](const std::string& text) {
        double value = 0;
        return scanNumber(text.data(), text.data() + text.size(), value) - text.data();
    };
    EXPECT_EQ(length("1.5,2"), 3);
    EXPECT_EQ(length("1e"), 1);
    EXPECT_EQ(length("1e+x"), 1);
    EXPECT_EQ(length("1.2.3"), 3);
    EXPECT_EQ(length("+7)"), 2);
    for (const char* text : {"", "-", ".", "nan", "x", "e5", "--1"}) {
        EXPECT_EQ(length(text), 0) << text;
    }
}

} // namespace
} // namespace zscape
