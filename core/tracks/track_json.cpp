#include "core/base/error.h"
#include "core/tracks/track_options.h"

#include <nlohmann/json.hpp>

#include <limits>

namespace zscape {

namespace {

using nlohmann::ordered_json;

constexpr int version = 1;

ordered_json binsJson(const TrackBins& bins) {
    return {{"points", bins.points}, {"from", bins.from}, {"to", bins.to}, {"half_width", bins.halfWidth}};
}

template <typename T>
void take(const ordered_json& json, const char* key, T& value) {
    if (json.contains(key)) json.at(key).get_to(value);
}

void take(const ordered_json& json, const char* key, TrackBins& bins) {
    if (!json.contains(key)) return;
    const ordered_json& part = json.at(key);
    take(part, "points", bins.points);
    take(part, "from", bins.from);
    take(part, "to", bins.to);
    take(part, "half_width", bins.halfWidth);
}

/// JSON has no NaN: null stands for it.
ordered_json numbersJson(const std::vector<double>& values) {
    ordered_json json = ordered_json::array();
    for (const double value : values) {
        json.push_back(value == value ? ordered_json(value) : ordered_json());
    }
    return json;
}

std::vector<double> numbersOf(const ordered_json& json) {
    std::vector<double> values;
    for (const ordered_json& value : json) {
        values.push_back(value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>());
    }
    return values;
}

/// Parses, checks what the file is, and turns the library's errors into one sentence.
template <typename Read>
auto readJson(std::string_view text, const char* kind, const Read& read) {
    try {
        const ordered_json json = ordered_json::parse(text);
        if (!json.is_object() || !json.contains("zscape") || json.at("zscape") != kind) {
            throw Error(std::string("this JSON does not hold ") + kind + "; choose a file that zscape wrote them to");
        }
        if (json.value("version", 0) > version) {
            throw Error(std::string("these ") + kind + " were written by a newer zscape; update this one");
        }
        return read(json);
    } catch (const ordered_json::exception& error) {
        throw Error(std::string("the ") + kind + " cannot be read: " + error.what() + "; correct the JSON");
    }
}

ordered_json drawnJson(const DrawnOptions& drawn) {
    return {{"name", drawn.name},
            {"x", drawn.x},
            {"y", drawn.y},
            {"vertices", drawn.vertices},
            {"x_scale", drawn.xScale},
            {"y_scale", drawn.yScale},
            {"width", drawn.width},
            {"points", drawn.points}};
}

DrawnOptions drawnOf(const ordered_json& json) {
    DrawnOptions drawn;
    take(json, "name", drawn.name);
    json.at("x").get_to(drawn.x);
    json.at("y").get_to(drawn.y);
    json.at("vertices").get_to(drawn.vertices);
    take(json, "x_scale", drawn.xScale);
    take(json, "y_scale", drawn.yScale);
    take(json, "width", drawn.width);
    take(json, "points", drawn.points);
    return drawn;
}

void takeAlpha(const ordered_json& json, AlphaOptions& alpha) {
    take(json, "points", alpha.points);
    take(json, "half_width_dex", alpha.halfWidth_dex);
    if (json.contains("range_dex") && !json.at("range_dex").is_null()) {
        alpha.range_dex = json.at("range_dex").get<std::pair<double, double>>();
    }
    take(json, "margin_dex", alpha.margin_dex);
    take(json, "fixed_metallicity_dex", alpha.fixedMetallicity_dex);
    take(json, "fixed_half_width_dex", alpha.fixedHalfWidth_dex);
    take(json, "fixed_alpha_dex", alpha.fixedAlpha_dex);
}

} // namespace

std::string toJson(const TrackOptions& options) {
    const AlphaOptions& alpha = options.alpha;
    ordered_json json{
        {"zscape", "track options"},
        {"version", version},
        {"minimum_stars", options.minimumStars},
        {"main_sequence",
         {{"teff_k", binsJson(options.mainSequence.teff_K)}, {"member_logg_dex", options.mainSequence.memberLogg_dex}}},
        {"giant_branch",
         {{"logg_dex", binsJson(options.giantBranch.logg_dex)}, {"member_teff_k", options.giantBranch.memberTeff_K}}},
        {"metallicity",
         {{"m_h_dex", binsJson(options.metallicity.metallicity_dex)},
          {"giant_teff_k", binsJson(options.metallicity.giantTeff_K)},
          {"dwarf_teff_k", binsJson(options.metallicity.dwarfTeff_K)}}},
        {"alpha",
         {{"points", alpha.points},
          {"half_width_dex", alpha.halfWidth_dex},
          {"range_dex", alpha.range_dex ? ordered_json(*alpha.range_dex) : ordered_json()},
          {"margin_dex", alpha.margin_dex},
          {"fixed_metallicity_dex", alpha.fixedMetallicity_dex},
          {"fixed_half_width_dex", alpha.fixedHalfWidth_dex},
          {"fixed_alpha_dex", binsJson(alpha.fixedAlpha_dex)}}}};
    json["drawn"] = ordered_json::array();
    for (const DrawnOptions& drawn : options.drawn) {
        json["drawn"].push_back(drawnJson(drawn));
    }
    return json.dump(2);
}

TrackOptions trackOptionsFromJson(std::string_view text) {
    TrackOptions options = readJson(text, "track options", [](const ordered_json& json) {
        TrackOptions read;
        take(json, "minimum_stars", read.minimumStars);
        const ordered_json empty = ordered_json::object();
        const auto part = [&](const char* key) -> const ordered_json& {
            return json.contains(key) ? json.at(key) : empty;
        };
        take(part("main_sequence"), "teff_k", read.mainSequence.teff_K);
        take(part("main_sequence"), "member_logg_dex", read.mainSequence.memberLogg_dex);
        take(part("giant_branch"), "logg_dex", read.giantBranch.logg_dex);
        take(part("giant_branch"), "member_teff_k", read.giantBranch.memberTeff_K);
        take(part("metallicity"), "m_h_dex", read.metallicity.metallicity_dex);
        take(part("metallicity"), "giant_teff_k", read.metallicity.giantTeff_K);
        take(part("metallicity"), "dwarf_teff_k", read.metallicity.dwarfTeff_K);
        takeAlpha(part("alpha"), read.alpha);
        if (json.contains("drawn")) {
            for (const ordered_json& drawn : json.at("drawn")) {
                read.drawn.push_back(drawnOf(drawn));
            }
        }
        return read;
    });
    checkTrackOptions(options);
    return options;
}

std::string toJson(const std::vector<Track>& tracks) {
    ordered_json json{{"zscape", "tracks"}, {"version", version}, {"tracks", ordered_json::array()}};
    for (const Track& track : tracks) {
        ordered_json points = ordered_json::array();
        for (const TrackPoint& point : track.points) {
            points.push_back({{"bin", point.bin},
                              {"along", point.along},
                              {"stars", point.stars},
                              {"labels", numbersJson(point.labels)},
                              {"latent", point.latent}});
        }
        json["tracks"].push_back({{"name", track.name},
                                  {"kind", trackKindName(track.kind)},
                                  {"along", track.alongName},
                                  {"unit", track.alongUnit},
                                  {"parameter", track.parameter},
                                  {"bins", track.bins},
                                  {"labels", track.labelNames},
                                  {"points", std::move(points)}});
    }
    return json.dump(2);
}

std::vector<Track> tracksFromJson(std::string_view text) {
    return readJson(text, "tracks", [](const ordered_json& json) {
        std::vector<Track> tracks;
        for (const ordered_json& one : json.at("tracks")) {
            Track track;
            one.at("name").get_to(track.name);
            track.kind = trackKindFromName(one.at("kind").get<std::string>());
            one.at("along").get_to(track.alongName);
            one.at("unit").get_to(track.alongUnit);
            one.at("parameter").get_to(track.parameter);
            one.at("bins").get_to(track.bins);
            one.at("labels").get_to(track.labelNames);
            for (const ordered_json& point : one.at("points")) {
                TrackPoint read{point.at("along").get<double>(),
                                numbersOf(point.at("labels")),
                                point.at("latent").get<std::vector<float>>(),
                                point.at("stars").get<std::size_t>(),
                                {},
                                point.value("bin", track.points.size())};
                if (read.labels.size() != track.labelNames.size() || read.stars == 0) {
                    throw Error("a point of the track '" + track.name +
                                "' does not fit its labels; write the file anew");
                }
                track.points.push_back(std::move(read));
            }
            tracks.push_back(std::move(track));
        }
        return tracks;
    });
}

} // namespace zscape
