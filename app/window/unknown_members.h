#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <utility>

/// What a session file has that only a newer Zscape knows: kept aside and written back as it was.
namespace zscape {

/// What `json` has and `ours`, which this Zscape writes for the same, has not; objects in objects too.
inline nlohmann::ordered_json unknownIn(const nlohmann::ordered_json& json, const nlohmann::ordered_json& ours) {
    auto unknown = nlohmann::ordered_json::object();
    for (const auto& [name, value] : json.items()) {
        if (!ours.contains(name)) {
            unknown[name] = value;
        } else if (value.is_object() && ours[name].is_object()) {
            auto inside = unknownIn(value, ours[name]);
            if (!inside.empty()) unknown[name] = std::move(inside);
        }
    }
    return unknown;
}

/// Puts back what unknownIn() found; no object adds nothing.
inline void addUnknown(nlohmann::ordered_json& json, const nlohmann::ordered_json& unknown) {
    if (!unknown.is_object()) return;
    for (const auto& [name, value] : unknown.items()) {
        if (!json.contains(name)) {
            json[name] = value;
        } else if (json[name].is_object()) {
            addUnknown(json[name], value);
        }
    }
}
/// The same from text, "" for nothing.
inline void addUnknown(nlohmann::ordered_json& json, const std::string& unknown) {
    addUnknown(json, nlohmann::ordered_json::parse(unknown, nullptr, false));
}

} // namespace zscape
