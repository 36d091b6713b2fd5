#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace zscape {

/// Of a text that is no whole object: the members before the damage; an empty object without any.
inline nlohmann::ordered_json wholeMembersOf(const std::string& text) {
    std::vector<std::size_t> commas; ///< between the members of the outermost object
    int depth = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quoted) {
            if (c == '\\') ++i;
            quoted = c != '"';
        } else if (c == '"') {
            quoted = true;
        } else if (c == '{' || c == '[') {
            ++depth;
        } else if (c == '}' || c == ']') {
            --depth;
        } else if (c == ',' && depth == 1) {
            commas.push_back(i);
        }
    }
    for (; !commas.empty(); commas.pop_back()) {
        nlohmann::ordered_json json =
            nlohmann::ordered_json::parse(text.substr(0, commas.back()) + "}", nullptr, false);
        if (json.is_object()) return json;
    }
    return nlohmann::ordered_json::object();
}

} // namespace zscape
