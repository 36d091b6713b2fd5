#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace zscape {

/// Up to three of `names` that somebody who typed `typed` may have meant, nearest first: a few letters wrong, or part
/// of a name. Without regard to case.
std::vector<std::string> nearNames(std::string_view typed, std::span<const std::string> names);

/// "; did you mean A, B or C?" or, without such a name, "".
std::string suggestion(std::string_view typed, std::span<const std::string> names);

} // namespace zscape
