// The number scanner beside std::from_chars: the same end and the same bits.
#include "core/archive/number_scan.h"

#include <bit>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <string>

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

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    compare<double, std::uint64_t>(text);
    compare<float, std::uint32_t>(text);
    return 0;
}
