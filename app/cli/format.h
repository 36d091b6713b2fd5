#pragma once

#include <cstddef>
#include <string>

namespace zscape::cli {

/// A count with thousands separators: 502,311.
inline std::string grouped(std::size_t value) {
    std::string digits = std::to_string(value);
    for (std::size_t at = digits.size(); at > 3;) {
        at -= 3;
        digits.insert(at, ",");
    }
    return digits;
}

} // namespace zscape::cli
