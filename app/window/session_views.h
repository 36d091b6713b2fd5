#pragma once

#include "app/window/view_state.h"

#include <nlohmann/json.hpp>

/// Views and the map as a session's JSON has them. Internal to the session file.
namespace zscape {

/// With what only a newer Zscape knows of it.
nlohmann::ordered_json viewJson(const ViewState& view);
/// Throws Error, or what nlohmann throws, for what no view can be; what is unknown here is kept aside.
ViewState viewFrom(const nlohmann::ordered_json& json);

nlohmann::ordered_json mapJson(const ViewState& map);
ViewState mapFrom(const nlohmann::ordered_json& json);

nlohmann::ordered_json spectrumJson(const SpectrumSettings& spectrum);
SpectrumSettings spectrumFrom(const nlohmann::ordered_json& json);

/// A whole number between two ends, both included; without the member `otherwise`. Throws Error.
int numberIn(const nlohmann::ordered_json& json, const char* name, int lower, int upper, int otherwise);

} // namespace zscape
