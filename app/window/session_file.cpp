#include "app/window/session_file.h"

#include "core/base/atomic_file.h"
#include "core/base/content_hash.h"
#include "core/base/error.h"
#include "core/select/selection_json.h"

#include <nlohmann/json.hpp>

#include <array>
#include <fstream>
#include <iterator>

namespace zscape {

namespace {

using Json = nlohmann::ordered_json;
constexpr const char* formatName = "zscape session";
constexpr int formatVersion = 1;

Json fileJson(const SessionContent::File& file, const std::filesystem::path& folder) {
    return {{"path", file.path.lexically_proximate(folder).generic_string()}, {"hash", file.hash}};
}

SessionContent::File fileFrom(const Json& json, const std::filesystem::path& folder) {
    SessionContent::File file;
    file.path = (folder / json.at("path").get<std::string>()).lexically_normal();
    file.hash = json.value("hash", "");
    return file;
}

Json viewJson(const ViewState& view) {
    return {{"kind", view.kind},     {"id", view.id},        {"title", view.title},         {"columns", view.columns},
            {"colour", view.colour}, {"mode", view.mode},    {"reduction", view.reduction}, {"log_x", view.logX},
            {"log_y", view.logY},    {"flip_x", view.flipX}, {"flip_y", view.flipY},        {"bins", view.bins}};
}

ViewState viewFrom(const Json& json) {
    ViewState view;
    view.kind = json.at("kind").get<std::string>();
    view.id = json.at("id").get<std::string>();
    view.title = json.value("title", "");
    view.columns = json.at("columns").get<std::vector<std::string>>();
    view.colour = json.value("colour", "");
    view.mode = json.value("mode", 0);
    view.reduction = json.value("reduction", 0);
    view.logX = json.value("log_x", false);
    view.logY = json.value("log_y", false);
    view.flipX = json.value("flip_x", false);
    view.flipY = json.value("flip_y", false);
    view.bins = json.value("bins", view.bins);
    return view;
}

/// The folder that relative paths start from.
std::filesystem::path folderOf(const std::filesystem::path& path) {
    return std::filesystem::absolute(path).parent_path();
}

} // namespace

void writeSession(const std::filesystem::path& path, const SessionContent& session) {
    const std::filesystem::path folder = folderOf(path);
    Json json{{"format", formatName}, {"version", formatVersion}};
    if (session.demo) json["demo"] = true;
    if (!session.catalog.path.empty()) json["catalogue"] = fileJson(session.catalog, folder);
    if (!session.model.path.empty()) json["model"] = fileJson(session.model, folder);
    if (!session.normalization.path.empty()) json["normalisation"] = fileJson(session.normalization, folder);
    json["map"] = {{"x", session.mapX}, {"y", session.mapY}, {"colour", session.mapColour}};
    json["selections"] = Json::parse(toJson(session.selections));
    json["views"] = Json::array();
    for (const ViewState& view : session.views) {
        json["views"].push_back(viewJson(view));
    }
    if (!session.dropped.empty()) {
        json["dropped"] = Json::array();
        for (const SessionContent::File& file : session.dropped) {
            json["dropped"].push_back(fileJson(file, folder));
        }
    }
    json["explore"] = Json::parse(toJson(session.explore));
    json["latent_point"] = session.latent;
    // As text: many a JSON reader keeps numbers as doubles.
    if (session.pickedStar) json["picked_star"] = std::to_string(*session.pickedStar);
    json["arrangement"] = session.arrangement;
    writeFileAtomically(path, json.dump(1) + "\n");
}

ReadSession readSession(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary);
    if (!stream) throw Error("cannot open the session " + path.string() + "; does it exist, and may you read it?");
    const std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
    const Json json = Json::parse(text, nullptr, false);
    if (!json.is_object() || !json.contains("format") || json["format"] != formatName) {
        throw Error(path.string() + " is not a Zscape session, or is damaged; open its catalogue instead");
    }
    ReadSession read;
    const auto part = [&](const char* name, const char* what, auto&& take) {
        if (!json.contains(name)) return;
        try {
            take(json[name]);
        } catch (const std::exception&) {
            read.problems.push_back("the session " + path.string() + " has " + what +
                                    " that cannot be read; the rest is open");
        }
    };
    const Json version = json.value("version", Json());
    if (!version.is_number_integer() || version.get<int>() > formatVersion) {
        read.problems.push_back("the session " + path.string() +
                                " was written by a newer Zscape; what this one knows of it is open");
    }
    const std::filesystem::path folder = folderOf(path);
    SessionContent& content = read.content;
    part("demo", "a mark of the demo", [&](const Json& one) { content.demo = one.get<bool>(); });
    part("catalogue", "a catalogue", [&](const Json& one) { content.catalog = fileFrom(one, folder); });
    part("model", "a model", [&](const Json& one) { content.model = fileFrom(one, folder); });
    part("normalisation", "a normalisation", [&](const Json& one) { content.normalization = fileFrom(one, folder); });
    part("map", "columns of the map", [&](const Json& one) {
        content.mapX = one.value("x", "");
        content.mapY = one.value("y", "");
        content.mapColour = one.value("colour", "");
    });
    part("selections", "selections", [&](const Json& one) { content.selections = selectionsFromJson(one.dump()); });
    part("views", "views", [&](const Json& one) {
        for (const Json& view : one) {
            content.views.push_back(viewFrom(view));
        }
    });
    part("dropped", "dropped files", [&](const Json& one) {
        for (const Json& file : one) {
            content.dropped.push_back(fileFrom(file, folder));
        }
    });
    part("explore", "settings of tracks and spectra",
         [&](const Json& one) { content.explore = exploreStateFromJson(one.dump()); });
    part("latent_point", "a latent point", [&](const Json& one) { content.latent = one.get<std::vector<float>>(); });
    part("picked_star", "a picked star",
         [&](const Json& one) { content.pickedStar = std::stoll(one.get<std::string>()); });
    part("arrangement", "an arrangement of panels",
         [&](const Json& one) { content.arrangement = one.get<std::string>(); });
    return read;
}

std::string hashOfFile(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary);
    ContentHash hash;
    std::array<char, 65536> block{};
    while (stream.read(block.data(), block.size()) || stream.gcount() > 0) {
        hash.addBytes(block.data(), static_cast<std::size_t>(stream.gcount()));
    }
    return hash.text();
}

} // namespace zscape
