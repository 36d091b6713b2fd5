#include "app/window/explore_state.h"

#include "app/window/generate_controller.h"
#include "app/window/main_window.h"
#include "app/window/tracks_controller.h"
#include "core/base/error.h"

#include <nlohmann/json.hpp>

#include <array>

namespace zscape {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<std::pair<SpectraShown, const char*>, 3> shownNames{
    {{SpectraShown::Mean, "mean"}, {SpectraShown::Difference, "difference"}, {SpectraShown::Ratio, "ratio"}}};

Json tracksJson(const TracksPanel::Request& request) {
    Json kinds = Json::array();
    for (const TrackKind kind : request.kinds) {
        kinds.push_back(std::string(trackKindName(kind)));
    }
    return {{"kinds", kinds},
            {"among", request.among.toStdString()},
            {"flavour", request.flavour == TrackFlavour::Released ? "released" : "paper"},
            {"colour_along", request.colourAlong},
            {"hidden", request.hidden},
            {"colours", request.colours},
            {"options", Json::parse(toJson(request.options))}};
}

TracksPanel::Request tracksFrom(const Json& json) {
    TracksPanel::Request request;
    for (const Json& kind : json.value("kinds", Json::array())) {
        request.kinds.push_back(trackKindFromName(kind.get<std::string>()));
    }
    request.among = QString::fromStdString(json.value("among", ""));
    request.flavour = json.value("flavour", "paper") == "released" ? TrackFlavour::Released : TrackFlavour::Paper;
    request.colourAlong = json.value("colour_along", true);
    request.hidden = json.value("hidden", request.hidden);
    request.colours = json.value("colours", request.colours);
    if (json.contains("options")) request.options = trackOptionsFromJson(json.at("options").dump());
    return request;
}

Json keptJson(const KeptPoint& kept) {
    return {{"name", kept.name}, {"latent", kept.latent}};
}

KeptPoint keptFrom(const Json& json) {
    return {json.at("name").get<std::string>(), json.at("latent").get<std::vector<float>>()};
}

Json traverseJson(const TraverseChoice& choice) {
    Json json{{"from", choice.from}, {"to", choice.to}, {"steps", choice.steps}};
    if (choice.track) json["track"] = *choice.track;
    if (choice.start) json["start"] = keptJson(*choice.start);
    if (choice.end) json["end"] = keptJson(*choice.end);
    return json;
}

TraverseChoice traverseFrom(const Json& json) {
    TraverseChoice choice;
    if (json.contains("track")) choice.track = json.at("track").get<std::string>();
    choice.from = json.value("from", "");
    choice.to = json.value("to", "");
    choice.steps = json.value("steps", choice.steps);
    if (json.contains("start")) choice.start = keptFrom(json.at("start"));
    if (json.contains("end")) choice.end = keptFrom(json.at("end"));
    return choice;
}

Json spectraJson(const SpectraChoice& choice) {
    return {{"shown", shownNames[static_cast<std::size_t>(choice.shown)].second},
            {"first", choice.first},
            {"second", choice.second}};
}

SpectraChoice spectraFrom(const Json& json) {
    SpectraChoice choice;
    const std::string shown = json.value("shown", "mean");
    for (const auto& [value, name] : shownNames) {
        if (shown == name) choice.shown = value;
    }
    choice.first = json.value("first", "");
    choice.second = json.value("second", "");
    return choice;
}

} // namespace

std::string toJson(const ExploreState& state) {
    return Json{{"tracks", tracksJson(state.tracks)},
                {"traverse", traverseJson(state.traverse)},
                {"spectra", spectraJson(state.spectra)},
                {"hidden_responses", state.hiddenResponses}}
        .dump();
}

ExploreState exploreStateFromJson(std::string_view text) {
    try {
        const Json json = Json::parse(text);
        const Json none = Json::object();
        const auto part = [&](const char* key) -> const Json& { return json.contains(key) ? json.at(key) : none; };
        ExploreState state;
        state.tracks = tracksFrom(part("tracks"));
        state.traverse = traverseFrom(part("traverse"));
        state.spectra = spectraFrom(part("spectra"));
        state.hiddenResponses = json.value("hidden_responses", state.hiddenResponses);
        return state;
    } catch (const Json::exception& error) {
        throw Error(std::string("the state of the tracks and spectra panels cannot be read: ") + error.what());
    }
}

ExploreState exploreStateOf(const MainWindow& window) {
    const auto* tracks = window.findChild<TracksController*>();
    const auto* generate = window.findChild<GenerateController*>();
    return {tracks->request(), tracks->traverseChoice(), generate->spectraChoice(), generate->hiddenResponses()};
}

void restore(MainWindow& window, const ExploreState& state) {
    auto* tracks = window.findChild<TracksController*>();
    tracks->restore(state.tracks, state.traverse);
    window.findChild<GenerateController*>()->restore(state.spectra, state.hiddenResponses);
}

} // namespace zscape
