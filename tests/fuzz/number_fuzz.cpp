// The number scanner beside std::from_chars: the same end and the same bits. And many at a time beside one by one.
#include "core/archive/number_scan.h"
#include "core/archive/plain_numbers.h"

#include <bit>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

template <typename T, typename Bits>
void compare(const std::string& text) {
    T value{};
    const char* const end = text.data() + text.size();
    const char* const after = zscape::scanNumber(text.data(), end, value);
    if (text.empty() || (text[0] != '-' && text[0] != '.' && (text[0] < '0' || text[0] > '9'))) return;
    T expected{};
    const auto result = std::from_chars(text.data(), end, expected);
    // from_chars also reads "-inf" and "-nan", and says nothing of a number that is out of range.
    if (result.ec != std::errc{} || expected - expected != T{0}) return;
    if (after != result.ptr || std::bit_cast<Bits>(value) != std::bit_cast<Bits>(expected)) std::abort();
}

template <typename T, typename Bits>
void compareList(const std::string& text) {
    std::vector<T> values;
    const char* const end = text.data() + text.size();
    const char* const stop = zscape::scanPlainNumbers(text.data(), end, values);
    const char* at = text.data();
    for (const T value : values) {
        T expected{};
        const char* const after = zscape::scanNumber(at, end, expected);
        if (after == at || after == end || *after != ',' ||
            std::bit_cast<Bits>(value) != std::bit_cast<Bits>(expected)) {
            std::abort();
        }
        at = after + 1;
        if (at < end && *at == ' ') ++at;
    }
    if (at != stop) std::abort();
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    compare<double, std::uint64_t>(text);
    compare<float, std::uint32_t>(text);
    compareList<double, std::uint64_t>(text);
    compareList<float, std::uint32_t>(text);
    return 0;
}
