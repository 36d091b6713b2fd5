#include "core/explore/near_names.h"

#include <algorithm>
#include <cctype>
#include <utility>

namespace zscape {

namespace {

std::string lowered(std::string_view text) {
    std::string result(text);
    std::ranges::transform(result, result.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return result;
}

/// Letters to add, drop, change or swap (Damerau-Levenshtein, optimal string alignment).
std::size_t editDistance(const std::string& a, const std::string& b) {
    std::vector<std::size_t> before(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    std::vector<std::size_t> next(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) {
        row[j] = j;
    }
    for (std::size_t i = 1; i <= a.size(); ++i) {
        next[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            next[j] = std::min({row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] == b[j - 1] ? 0u : 1u)});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                next[j] = std::min(next[j], before[j - 2] + 1);
            }
        }
        before.swap(row);
        row.swap(next);
    }
    return row[b.size()];
}

} // namespace

std::vector<std::string> nearNames(std::string_view typed, std::span<const std::string> names) {
    constexpr std::size_t longestTyped = 64; // nobody mistypes more; keeps the work small
    if (typed.empty() || typed.size() > longestTyped) return {};
    const std::string wanted = lowered(typed);
    std::vector<std::pair<std::size_t, std::string>> found;
    for (const std::string& name : names) {
        const std::string candidate = lowered(name);
        std::size_t distance = editDistance(wanted, candidate);
        const bool part = wanted.size() >= 3 && candidate.find(wanted) != std::string::npos;
        if (distance > std::max<std::size_t>(1, wanted.size() / 3) && !part) continue;
        if (part) distance = std::min<std::size_t>(distance, 2);
        found.emplace_back(distance, name);
    }
    std::ranges::stable_sort(found, {}, &std::pair<std::size_t, std::string>::first);
    std::vector<std::string> result;
    for (const auto& [distance, name] : found) {
        if (result.size() < 3 && std::ranges::find(result, name) == result.end()) result.push_back(name);
    }
    return result;
}

std::string suggestion(std::string_view typed, std::span<const std::string> names) {
    const std::vector<std::string> near = nearNames(typed, names);
    std::string text;
    for (std::size_t i = 0; i < near.size(); ++i) {
        text += (i == 0 ? "; did you mean " : i + 1 == near.size() ? " or " : ", ") + near[i];
    }
    return text.empty() ? text : text + "?";
}

} // namespace zscape
