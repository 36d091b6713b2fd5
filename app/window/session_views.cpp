#include "app/window/session_views.h"

#include "app/window/unknown_members.h"
#include "core/base/error.h"
#include "core/plot/colour_map.h"
#include "core/plot/star_raster.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace zscape {

namespace {

using Json = nlohmann::ordered_json;
constexpr int lastMode = 2; ///< DrawMode::Contour; the widgets' enums are not known here
constexpr int mostBins = 1000, mostPointSize = 9;

/// An axis that follows the data has no range.
Json zoomJson(const ChosenRanges& zoom) {
    Json json = Json::object();
    const auto add = [&](const char* name, const auto& range) {
        if (range) json[name] = {range->first, range->second};
    };
    add("x", zoom.x);
    add("y", zoom.y);
    add("below", zoom.below);
    return json;
}

ChosenRanges zoomFrom(const Json& json) {
    const auto range = [&](const char* name) -> std::optional<std::pair<double, double>> {
        if (!json.contains(name)) return std::nullopt;
        const auto ends = json[name].get<std::pair<double, double>>();
        if (!(ends.first < ends.second)) throw Error("a range that is empty");
        return ends;
    };
    return {range("x"), range("y"), range("below")};
}

Json knownViewJson(const ViewState& view) {
    Json json{{"kind", view.kind},
              {"id", view.id},
              {"title", view.title},
              {"columns", view.columns},
              {"colour", view.colour},
              {"mode", view.mode},
              {"reduction", view.reduction},
              {"log_x", view.logX},
              {"log_y", view.logY},
              {"flip_x", view.flipX},
              {"flip_y", view.flipY},
              {"log_colour", view.logColour},
              {"flip_colour", view.flipColour},
              // Older programs know no automatic map, and show viridis.
              {"colour_map", std::max(view.colourMap, 0)},
              {"colour_map_automatic", view.colourMap == automaticMap},
              {"colour_power", view.colourPower},
              {"colour_clip", view.colourClip},
              {"colour_ends", view.colourEnds},
              {"count_scale", static_cast<int>(view.countScale)},
              {"selected_by_label", view.selectedByLabel},
              {"point_size", view.pointSize},
              {"bins", view.bins},
              {"sorted", view.sorted},
              {"descending", view.descending},
              {"ranges", view.ranges}};
    if (view.kind != "spectrum") return json;
    json["spectrum"] = spectrumJson(view.spectrum);
    // As text: other programs read long integers as doubles.
    if (view.star) json["star"] = std::to_string(*view.star);
    return json;
}

/// Throws for what no view can be; the widgets take the rest as it is.
ViewState knownViewFrom(const Json& json) {
    ViewState view;
    view.kind = json.value("kind", "");
    view.id = json.value("id", "");
    view.title = json.value("title", "");
    view.columns = json.value("columns", std::vector<std::string>());
    view.colour = json.value("colour", "");
    view.mode = numberIn(json, "mode", 0, lastMode, 0);
    view.reduction = numberIn(json, "reduction", 0, static_cast<int>(Reduction::Fraction), 0);
    view.logX = json.value("log_x", false);
    view.logY = json.value("log_y", false);
    view.flipX = json.value("flip_x", false);
    view.flipY = json.value("flip_y", false);
    view.logColour = json.value("log_colour", false);
    view.flipColour = json.value("flip_colour", false);
    view.colourMap = numberIn(json, "colour_map", 0, static_cast<int>(ColourMapName::BlueRed), 0);
    if (json.value("colour_map_automatic", false)) view.colourMap = automaticMap;
    view.colourPower = json.value("colour_power", 1.0);
    view.colourClip = json.value("colour_clip", view.colourClip);
    view.colourEnds = json.value("colour_ends", std::vector<double>());
    view.countScale =
        static_cast<CountScale>(numberIn(json, "count_scale", 0, static_cast<int>(CountScale::Linear), 0));
    view.selectedByLabel = json.value("selected_by_label", false);
    if (!(view.colourPower > 0 && view.colourPower <= 10)) throw Error("colour_power out of range");
    if (!(view.colourClip >= 0 && view.colourClip < 50)) throw Error("colour_clip out of range");
    const std::vector<double>& colours = view.colourEnds;
    if (!colours.empty() && !(colours.size() == 2 && colours[0] < colours[1])) {
        throw Error("ends of colours that no view has");
    }
    view.pointSize = numberIn(json, "point_size", 0, mostPointSize, 0);
    view.bins = numberIn(json, "bins", 1, mostBins, view.bins);
    view.sorted = json.value("sorted", "");
    view.descending = json.value("descending", false);
    view.ranges = json.value("ranges", std::vector<double>());
    const std::size_t ends = view.ranges.size();
    if (ends != 0 && ends != 2 && ends != 4) throw Error("a number of range ends that no view has");
    for (std::size_t i = 0; i < ends; i += 2) {
        if (!(view.ranges[i] < view.ranges[i + 1])) throw Error("a range that is empty");
    }
    if (const auto spectrum = json.find("spectrum"); spectrum != json.end()) view.spectrum = spectrumFrom(*spectrum);
    if (const auto star = json.find("star"); star != json.end()) view.star = std::stoll(star->get<std::string>());
    return view;
}

} // namespace

int numberIn(const Json& json, const char* name, int lower, int upper, int otherwise) {
    const int value = json.value(name, otherwise);
    if (value < lower || value > upper) throw Error(std::string(name) + " out of range");
    return value;
}

Json spectrumJson(const SpectrumSettings& spectrum) {
    return {{"mode", spectrum.mode},           {"residual", spectrum.residual},
            {"lines", spectrum.lines},         {"hidden_lines", spectrum.hiddenLines},
            {"flux", zoomJson(spectrum.flux)}, {"coefficients", zoomJson(spectrum.coefficients)}};
}

SpectrumSettings spectrumFrom(const Json& json) {
    SpectrumSettings spectrum;
    spectrum.mode = numberIn(json, "mode", 0, 1, spectrum.mode);
    spectrum.residual = numberIn(json, "residual", 0, 2, spectrum.residual);
    spectrum.lines = json.value("lines", spectrum.lines);
    spectrum.hiddenLines = json.value("hidden_lines", std::vector<int>());
    spectrum.flux = zoomFrom(json.value("flux", Json::object()));
    spectrum.coefficients = zoomFrom(json.value("coefficients", Json::object()));
    return spectrum;
}

Json viewJson(const ViewState& view) {
    Json json = knownViewJson(view);
    addUnknown(json, view.unknown);
    return json;
}

ViewState viewFrom(const Json& json) {
    ViewState view = knownViewFrom(json);
    const Json unknown = unknownIn(json, knownViewJson(view));
    if (!unknown.empty()) view.unknown = unknown.dump();
    return view;
}

Json mapJson(const ViewState& map) {
    Json json = knownViewJson(map);
    for (const char* member : {"kind", "id", "title", "columns", "bins", "sorted", "descending"}) {
        json.erase(member);
    }
    json["x"] = map.columns.empty() ? "" : map.columns[0];
    json["y"] = map.columns.empty() ? "" : map.columns[1];
    return json;
}

ViewState mapFrom(const Json& json) {
    ViewState map = knownViewFrom(json);
    const std::string x = json.value("x", "");
    const std::string y = json.value("y", "");
    if (!x.empty() && !y.empty()) map.columns = {x, y};
    return map;
}

} // namespace zscape
