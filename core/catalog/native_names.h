#pragma once

#include <string>
#include <string_view>

namespace zscape::native {

/// A column's name as the name of an HDF5 dataset, where `/` would begin a group.
inline std::string linkName(std::string_view name) {
    if (name == ".") return "%2E";
    std::string link;
    for (const char c : name) {
        link += c == '/' ? "%2F" : c == '%' ? "%25" : std::string(1, c);
    }
    return link;
}

} // namespace zscape::native
