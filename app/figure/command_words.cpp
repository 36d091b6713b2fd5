#include "app/figure/command_words.h"

#include <charconv>
#include <iterator>

namespace zscape {

namespace {

template <typename T>
std::string shortest(T value) {
    char digits[40];
    const auto end = std::to_chars(std::begin(digits), std::end(digits), value).ptr;
    return {digits, end};
}

} // namespace

std::string shellWord(const std::string& word) {
    if (!word.empty() && word.find_first_of(" \t\n'\"\\$&|;<>()*?[]#~`!{}^") == std::string::npos) return word;
    std::string result = "'";
    for (const char c : word) {
        result += c == '\'' ? std::string("'\\''") : std::string(1, c);
    }
    return result + "'";
}

std::string numberWord(double value) {
    return shortest(value);
}

std::string numberList(std::span<const float> values) {
    std::string list;
    for (const float value : values) {
        list += (list.empty() ? "" : ",") + shortest(value);
    }
    return list;
}

} // namespace zscape
