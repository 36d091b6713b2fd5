#include "app/window/session_file.h"

#include "app/window/session_views.h"
#include "app/window/unknown_members.h"
#include "app/window/whole_members.h"
#include "core/base/atomic_file.h"
#include "core/base/content_hash.h"
#include "core/base/error.h"
#include "core/select/selection_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <set>

namespace zscape {

namespace {

using Json = nlohmann::ordered_json;
constexpr const char* formatName = "zscape session";
constexpr int formatVersion = 1;

const std::set<std::string> knownMembers{"format",
                                         "version",
                                         "demo",
                                         "demo_catalogue",
                                         "demo_model",
                                         "catalogue",
                                         "model",
                                         "normalisation",
                                         "map",
                                         "spectrum",
                                         "selections",
                                         "views",
                                         "current_selection",
                                         "latent_point",
                                         "picked_star",
                                         "arrangement",
                                         "dropped",
                                         "columns",
                                         "explore",
                                         "history"};

/// A path that is not UTF-8 cannot be JSON text; its bytes go beside it.
std::string hexOf(const std::string& bytes) {
    std::string hex;
    for (const char byte : bytes) {
        std::array<char, 3> digits{};
        std::snprintf(digits.data(), digits.size(), "%02x", static_cast<unsigned>(static_cast<unsigned char>(byte)));
        hex += digits.data();
    }
    return hex;
}

std::string bytesOf(const std::string& hex) {
    if (hex.size() % 2 != 0) throw Error("a path with half a byte");
    std::string bytes;
    for (std::size_t i = 0; i < hex.size(); i += 2) {
        bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
    }
    return bytes;
}

bool isText(const std::string& bytes) {
    try {
        static_cast<void>(Json(bytes).dump());
        return true;
    } catch (const Json::exception&) {
        return false;
    }
}

Json fileJson(const SessionContent::File& file, const std::filesystem::path& folder) {
    const std::string path = file.path.lexically_proximate(folder).generic_string();
    Json json{{"path", path}, {"hash", file.hash}};
    if (!isText(path)) json["path_bytes"] = hexOf(path);
    return json;
}

SessionContent::File fileFrom(const Json& json, const std::filesystem::path& folder) {
    SessionContent::File file;
    const std::string path = json.contains("path_bytes") ? bytesOf(json["path_bytes"].get<std::string>())
                                                         : json.at("path").get<std::string>();
    if (path.empty()) throw Error("an empty path");
    file.path = (folder / path).lexically_normal();
    file.hash = json.value("hash", "");
    return file;
}

Json columnsJson(const SessionContent::Columns& columns) {
    Json list = Json::array();
    for (const SessionContent::Columns::One& one : columns.list) {
        list.push_back({{"name", one.name}, {"unit", one.unit}, {"origin", one.origin}});
    }
    return {{"hash", columns.file.hash}, {"list", list}};
}

SessionContent::Columns columnsFrom(const Json& json, const std::filesystem::path& session) {
    SessionContent::Columns columns{{columnsFileOf(session), json.at("hash").get<std::string>()}, {}};
    for (const Json& one : json.at("list")) {
        columns.list.push_back({one.at("name").get<std::string>(), one.value("unit", ""), one.value("origin", "")});
    }
    return columns;
}

/// Sentences for the parts of one file that cannot be read.
class Problems {
public:
    Problems(std::string file, std::vector<std::string>& sentences) : m_file(std::move(file)), m_sentences(sentences) {}
    /// Runs `take`; when it throws, `what` is what the session has.
    template <typename Take>
    void guard(const std::string& what, Take&& take) {
        try {
            take();
        } catch (const std::exception&) {
            m_sentences.push_back("the session " + m_file + " has " + what + " that cannot be read; the rest is open");
        }
    }

private:
    std::string m_file;
    std::vector<std::string>& m_sentences;
};

/// One that is damaged does not take the others with it.
std::vector<Selection> selectionsFrom(const Json& json, Problems& problems) {
    try {
        return selectionsFromJson(json.dump());
    } catch (const Error&) {
        std::vector<Selection> selections;
        Json alone = Json::parse(toJson(std::vector<Selection>{}));
        for (const Json& one : json.at("selections")) {
            const std::string name = one.is_object() ? one.value("name", Json()).dump() : "without a name";
            problems.guard("a selection " + name, [&] {
                alone["selections"] = Json::array({one});
                Selection read = selectionsFromJson(alone.dump()).front();
                read.name = freeName(read.name, selections);
                selections.push_back(std::move(read));
            });
        }
        return selections;
    }
}

/// The folder that relative paths start from.
std::filesystem::path folderOf(const std::filesystem::path& path) {
    return std::filesystem::absolute(path).parent_path();
}

} // namespace

std::string toJson(const SessionContent& session, const std::filesystem::path& folder) {
    Json json{{"format", formatName}, {"version", formatVersion}};
    if (session.demoCatalog && session.demoModel) {
        json["demo"] = true;
    } else if (session.demoCatalog) {
        json["demo_catalogue"] = true;
    } else if (session.demoModel) {
        json["demo_model"] = true;
    }
    if (!session.catalog.path.empty()) json["catalogue"] = fileJson(session.catalog, folder);
    if (!session.model.path.empty()) json["model"] = fileJson(session.model, folder);
    if (!session.normalization.path.empty()) json["normalisation"] = fileJson(session.normalization, folder);
    json["map"] = mapJson(session.map);
    json["spectrum"] = spectrumJson(session.spectrum);
    json["selections"] = Json::parse(toJson(session.selections));
    if (session.currentSelection) json["current_selection"] = *session.currentSelection;
    if (!session.history.steps.empty()) json["history"] = Json::parse(toJson(session.history, session.selections));
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
    if (!session.columns.list.empty()) json["columns"] = columnsJson(session.columns);
    json["explore"] = Json::parse(toJson(session.explore));
    json["latent_point"] = session.latent;
    // As text: many a JSON reader keeps numbers as doubles.
    if (session.pickedStar) json["picked_star"] = std::to_string(*session.pickedStar);
    json["arrangement"] = session.arrangement;
    addUnknown(json, session.unknown);
    // A catalogue may have a column name that is no text; a mark in its place loses less than the whole session.
    return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

void writeSession(const std::filesystem::path& path, const SessionContent& session) {
    writeFileAtomically(path, toJson(session, folderOf(path)));
}

ReadSession readSession(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary);
    if (!stream) throw Error("cannot open the session " + path.string() + "; does it exist, and may you read it?");
    const std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
    Json json = Json::parse(text, nullptr, false);
    const bool whole = json.is_object();
    if (!whole) json = wholeMembersOf(text);
    if (!json.contains("format") || json["format"] != formatName) {
        throw Error(path.string() + " is not a Zscape session, or is damaged; open its catalogue instead");
    }
    ReadSession read;
    if (!whole) {
        read.problems.push_back("the session " + path.string() +
                                " is damaged or cut off; what stands before the damage is open");
    }
    Problems problems(path.string(), read.problems);
    const auto part = [&](const char* name, const char* what, auto&& take) {
        if (json.contains(name)) problems.guard(what, [&] { take(json[name]); });
    };
    const Json version = json.value("version", Json());
    if (!version.is_number_integer() || version.get<std::int64_t>() > formatVersion) {
        read.problems.push_back("the session " + path.string() +
                                " was written by a newer Zscape; what this one knows of it is open");
    }
    const std::filesystem::path folder = folderOf(path);
    SessionContent& content = read.content;
    const auto has = [&](std::initializer_list<const char*> names) {
        return std::ranges::any_of(names, [&](const char* name) { return json.contains(name); });
    };
    read.hasCatalog = has({"demo", "demo_catalogue", "catalogue"});
    read.hasModel = has({"demo", "demo_model", "model"});
    part("demo", "a mark of the demo", [&](const Json& one) {
        content.demoModel = one.get<bool>();
        content.demoCatalog = content.demoModel;
    });
    part("demo_catalogue", "a mark of the demo", [&](const Json& one) { content.demoCatalog = one.get<bool>(); });
    part("demo_model", "a mark of the demo", [&](const Json& one) { content.demoModel = one.get<bool>(); });
    part("catalogue", "a catalogue", [&](const Json& one) { content.catalog = fileFrom(one, folder); });
    part("model", "a model", [&](const Json& one) { content.model = fileFrom(one, folder); });
    part("normalisation", "a normalisation", [&](const Json& one) { content.normalization = fileFrom(one, folder); });
    Json unknown = Json::object();
    const auto keep = [&](const char* name, Json inside) {
        if (!inside.empty()) unknown[name] = std::move(inside);
    };
    part("map", "a map", [&](const Json& one) {
        content.map = mapFrom(one);
        keep("map", unknownIn(one, mapJson(content.map)));
    });
    part("spectrum", "settings of the spectrum panel", [&](const Json& one) {
        content.spectrum = spectrumFrom(one);
        keep("spectrum", unknownIn(one, spectrumJson(content.spectrum)));
    });
    const std::size_t before = read.problems.size();
    part("selections", "selections", [&](const Json& one) { content.selections = selectionsFrom(one, problems); });
    part("current_selection", "a current selection",
         [&](const Json& one) { content.currentSelection = one.get<std::size_t>(); });
    // Of a list that lacks a damaged selection there is no history, which is told already.
    if (read.problems.size() == before) {
        part("history", "a history of its selections",
             [&](const Json& one) { content.history = selectionHistoryFromJson(one.dump(), content.selections); });
    }
    part("views", "views", [&](const Json& all) {
        if (!all.is_array()) throw Error("no list");
        for (const Json& one : all) {
            problems.guard("a view", [&] { content.views.push_back(viewFrom(one)); });
        }
    });
    part("dropped", "dropped files", [&](const Json& one) {
        for (const Json& file : one) {
            content.dropped.push_back(fileFrom(file, folder));
        }
    });
    part("columns", "reckoned columns", [&](const Json& one) { content.columns = columnsFrom(one, path); });
    part("explore", "settings of tracks and spectra", [&](const Json& one) {
        content.explore = exploreStateFromJson(one.dump());
        keep("explore", unknownIn(one, Json::parse(toJson(content.explore))));
    });
    part("latent_point", "a latent point", [&](const Json& one) { content.latent = one.get<std::vector<float>>(); });
    part("picked_star", "a picked star",
         [&](const Json& one) { content.pickedStar = std::stoll(one.get<std::string>()); });
    part("arrangement", "an arrangement of panels",
         [&](const Json& one) { content.arrangement = one.get<std::string>(); });
    for (const auto& [name, value] : json.items()) {
        if (!knownMembers.contains(name)) unknown[name] = value;
    }
    if (!unknown.empty()) content.unknown = unknown.dump();
    return read;
}

} // namespace zscape
