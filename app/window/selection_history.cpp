#include "app/window/selection_history.h"

#include "core/base/error.h"
#include "core/select/selection_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace zscape {

namespace {

using Json = nlohmann::ordered_json;
constexpr int formatVersion = 1;
constexpr std::size_t mostCharacters = 4'000'000; ///< of definitions that are written: lists of source_ids can be long

/// Definitions by number: those of the shown list first, then others as they come.
class DefinitionPool {
public:
    explicit DefinitionPool(const std::vector<Selection>& shown) : m_shown(shown) {}

    std::size_t numberOf(const Definition& definition) {
        for (std::size_t i = 0; i < m_shown.size(); ++i) {
            if (m_shown[i].definition == definition) return i;
        }
        const auto known = std::ranges::find_if(m_more, [&](const Definition* one) { return *one == definition; });
        if (known != m_more.end()) return m_shown.size() + static_cast<std::size_t>(known - m_more.begin());
        m_more.push_back(&definition);
        std::string text = toJson(definition);
        m_characters += text.size();
        m_json.push_back(Json::parse(text));
        return m_shown.size() + m_more.size() - 1;
    }
    std::size_t characters() const { return m_characters; }
    const Json& json() const { return m_json; }

private:
    const std::vector<Selection>& m_shown;
    std::vector<const Definition*> m_more;
    Json m_json = Json::array();
    std::size_t m_characters = 0;
};

Json stateJson(const SelectionHistory::State& state, DefinitionPool& pool) {
    Json selections = Json::array();
    for (const Selection& selection : *state.list) {
        selections.push_back({{"name", selection.name},
                              {"colour", selection.colour},
                              {"visible", selection.visible},
                              {"definition", pool.numberOf(selection.definition)}});
    }
    Json json{{"selections", std::move(selections)}};
    if (state.current) json["current"] = *state.current;
    return json;
}

SelectionHistory::State stateFrom(const Json& json, const std::vector<Definition>& definitions) {
    std::vector<Selection> list;
    for (const Json& one : json.at("selections")) {
        list.push_back({one.at("name").get<std::string>(), one.at("colour").get<Rgb>(), one.at("visible").get<bool>(),
                        definitions.at(one.at("definition").get<std::size_t>())});
    }
    SelectionHistory::State state;
    if (json.contains("current")) state.current = json.at("current").get<std::size_t>();
    if (state.current && *state.current >= list.size()) throw Error("a current selection that is not in the list");
    state.list = std::make_shared<const std::vector<Selection>>(std::move(list));
    return state;
}

SelectionHistory historyFrom(const Json& json, const std::vector<Selection>& shown) {
    if (json.at("version").get<int>() != formatVersion) throw Error("a history of a newer version");
    std::vector<Definition> definitions;
    for (const Selection& selection : shown) {
        definitions.push_back(selection.definition);
    }
    for (const Json& one : json.at("definitions")) {
        definitions.push_back(definitionFromJson(one.dump()));
    }
    SelectionHistory history;
    history.steps = json.at("steps").get<std::vector<std::string>>();
    history.done = json.at("done").get<std::size_t>();
    for (const Json& one : json.at("states")) {
        history.states.push_back(stateFrom(one, definitions));
    }
    const bool whole = history.states.size() == history.steps.size() + 1 && history.done <= history.steps.size();
    if (!whole || *history.states[history.done].list != shown) throw Error("another list's history");
    return history;
}

} // namespace

void SelectionHistory::keepLast(std::size_t most) {
    if (steps.size() <= most) return;
    const std::size_t oldest = std::min(done, steps.size() - most);
    steps.erase(steps.begin(), steps.begin() + static_cast<std::ptrdiff_t>(oldest));
    states.erase(states.begin(), states.begin() + static_cast<std::ptrdiff_t>(oldest));
    done -= oldest;
    if (steps.size() <= most) return;
    steps.resize(most);
    states.resize(most + 1);
}

std::string toJson(const SelectionHistory& history, const std::vector<Selection>& shown) {
    DefinitionPool pool(shown);
    const std::size_t count = history.states.size();
    std::vector<Json> states(count);
    std::size_t first = history.done, end = history.done; // of the states that are written
    if (count > 0) states[end++] = stateJson(history.states[history.done], pool);
    // From the newest to undo to the oldest, then what is to redo, as long as there is room.
    while (first > 0 && pool.characters() < mostCharacters) {
        --first;
        states[first] = stateJson(history.states[first], pool);
    }
    while (end < count && pool.characters() < mostCharacters) {
        states[end] = stateJson(history.states[end], pool);
        ++end;
    }
    Json json{{"version", formatVersion}, {"definitions", pool.json()}, {"states", Json::array()}};
    for (std::size_t i = first; i < end; ++i) {
        json["states"].push_back(std::move(states[i]));
    }
    json["steps"] = Json::array();
    for (std::size_t i = first; i + 1 < end; ++i) {
        json["steps"].push_back(history.steps[i]);
    }
    json["done"] = history.done - first;
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

SelectionHistory selectionHistoryFromJson(std::string_view text, const std::vector<Selection>& shown) {
    try {
        return historyFrom(Json::parse(text), shown);
    } catch (const std::exception& error) {
        throw Error(std::string("the history of the selections cannot be read: ") + error.what());
    }
}

} // namespace zscape
