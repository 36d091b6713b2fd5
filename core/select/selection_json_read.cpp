// JSON to selections; everything that is not as it should be is refused.
#include "core/base/error.h"
#include "core/select/evaluate.h"
#include "core/select/selection_json.h"
#include "core/select/shape_names.h"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <map>
#include <optional>
#include <set>

namespace zscape {

namespace {

using nlohmann::json;

constexpr int deepest = 100;

/// One JSON object whose members are taken one by one; what is left at the end is not known.
class Members {
public:
    Members(const json& object, std::string where) : m_where(std::move(where)) {
        if (!object.is_object()) fail("is not an object");
        for (const auto& [key, value] : object.items()) {
            m_left.emplace(key, &value);
        }
    }

    const std::string& where() const { return m_where; }
    [[noreturn]] void fail(const std::string& what) const { throw Error("selections: " + m_where + " " + what); }

    const json* find(const char* key) {
        const auto found = m_left.find(key);
        if (found == m_left.end()) return nullptr;
        const json* value = found->second;
        m_left.erase(found);
        return value;
    }
    const json& take(const char* key) {
        if (const json* value = find(key)) return *value;
        fail(std::string("has no '") + key + "'");
    }
    std::string text(const char* key) { return asText(take(key), key); }
    std::string text(const char* key, const char* otherwise) {
        const json* value = find(key);
        return value ? asText(*value, key) : otherwise;
    }
    double number(const char* key) { return asNumber(take(key), key); }
    double number(const char* key, double otherwise) {
        const json* value = find(key);
        return value ? asNumber(*value, key) : otherwise;
    }
    bool flag(const char* key, bool otherwise) {
        const json* value = find(key);
        if (!value) return otherwise;
        if (!value->is_boolean()) fail(std::string("has a '") + key + "' that is neither true nor false");
        return value->get<bool>();
    }
    std::size_t size(const char* key) { return asSize(take(key), key); }
    std::size_t asSize(const json& value, const char* key) const {
        if (!value.is_number_unsigned()) fail(std::string("has a '") + key + "' that is not a whole number");
        return value.get<std::size_t>();
    }
    const json& list(const char* key) {
        const json& value = take(key);
        if (!value.is_array()) fail(std::string("has a '") + key + "' that is not a list");
        return value;
    }
    DataPoint point(const char* key) { return asPoint(take(key), key); }
    std::vector<DataPoint> points(const char* key) {
        std::vector<DataPoint> result;
        for (const json& one : list(key)) {
            result.push_back(asPoint(one, key));
        }
        return result;
    }
    template <typename Value, std::size_t count>
    Value word(const char* key, const std::array<std::pair<std::string_view, Value>, count>& words) {
        const std::string given = text(key);
        std::string known;
        for (const auto& [name, value] : words) {
            if (name == given) return value;
            known += (known.empty() ? "" : ", ") + std::string(name);
        }
        fail(std::string("has a '") + key + "' that is none of " + known);
    }
    PlaneAxes axes() {
        PlaneAxes result;
        result.x = text("x");
        result.y = text("y");
        result.logX = flag("log_x", false);
        result.logY = flag("log_y", false);
        return result;
    }
    double asNumber(const json& value, const char* key) const {
        if (!value.is_number()) fail(std::string("has a '") + key + "' that is not a number");
        return value.get<double>();
    }
    void end() const {
        if (!m_left.empty()) fail("has a '" + m_left.begin()->first + "', which means nothing here");
    }

private:
    std::string asText(const json& value, const char* key) const {
        if (!value.is_string()) fail(std::string("has a '") + key + "' that is not text");
        return value.get<std::string>();
    }
    DataPoint asPoint(const json& value, const char* key) const {
        if (!value.is_array() || value.size() != 2) fail(std::string("has a '") + key + "' that is not of [x, y]");
        return {asNumber(value[0], key), asNumber(value[1], key)};
    }

    std::string m_where;
    std::map<std::string, const json*> m_left;
};

Definition readDefinition(const json& value, const std::string& where, int depth);

BrushShape readBrush(Members& members) {
    BrushShape shape{members.axes(), {}};
    for (const json& one : members.list("strokes")) {
        Members stroke(one, "a stroke of " + members.where());
        shape.strokes.push_back({stroke.points("path"), stroke.number("radius_x"), stroke.number("radius_y")});
        stroke.end();
    }
    return shape;
}

CurveShape readCurve(Members& members) {
    CurveShape shape;
    shape.axes = members.axes();
    shape.formula = members.text("formula", "");
    if (shape.formula.empty()) shape.line = members.points("line");
    shape.side = members.word("side", shape_names::sides);
    shape.extended = members.flag("extended", false);
    return shape;
}

IdListShape readIds(Members& members) {
    IdListShape shape{members.text("origin", ""), {}};
    for (const json& one : members.list("ids")) {
        const bool fits = one.is_number_integer() &&
                          (!one.is_number_unsigned() || one.get<std::uint64_t>() <= std::uint64_t{INT64_MAX});
        if (!fits) members.fail("has a source_id that is not a whole number below 2^63");
        shape.ids.push_back(one.get<std::int64_t>());
    }
    return shape;
}

NearestShape readNearest(Members& members) {
    NearestShape shape;
    for (const json& one : members.list("point")) {
        shape.point.push_back(members.asNumber(one, "point"));
    }
    shape.count = members.size("count");
    return shape;
}

DensityShape readDensity(Members& members) {
    DensityShape shape;
    shape.axes = members.axes();
    if (const json* from = members.find("from")) {
        if (!from->is_array() || from->size() != 2) members.fail("has a 'from' that is not of [x, y]");
        shape.from = {members.asNumber((*from)[0], "from"), members.asNumber((*from)[1], "from")};
        shape.to = members.point("to");
    }
    const json& bins = members.list("bins");
    if (bins.size() != 2) members.fail("has 'bins' that are not of two numbers");
    shape.binsX = members.asSize(bins[0], "bins");
    shape.binsY = members.asSize(bins[1], "bins");
    shape.rule = members.word("rule", shape_names::rules);
    shape.threshold = members.number("threshold");
    return shape;
}

RangeShape readRange(Members& members) {
    RangeShape shape;
    shape.column = members.text("column");
    shape.low = members.number("low", shape.low);
    shape.high = members.number("high", shape.high);
    shape.lowOpen = members.flag("low_open", false);
    shape.highOpen = members.flag("high_open", false);
    return shape;
}

/// Empty when the type is no combination.
std::optional<CombinationShape> readCombination(const std::string& type, Members& members, int depth) {
    for (const auto& [name, how] : shape_names::combinations) {
        if (name != type) continue;
        CombinationShape shape{how, {}};
        for (const json& one : members.list("of")) {
            shape.operands.push_back(readDefinition(one, members.where(), depth + 1));
        }
        return shape;
    }
    return std::nullopt;
}

Definition readShape(const std::string& type, Members& members, int depth) {
    if (type == "all") return AllShape{};
    if (type == "rectangle") return RectangleShape{members.axes(), members.point("from"), members.point("to")};
    if (type == "polygon") return PolygonShape{members.axes(), members.points("vertices")};
    if (type == "brush") return readBrush(members);
    if (type == "curve") return readCurve(members);
    if (type == "range") return readRange(members);
    if (type == "expression") return ExpressionShape{members.text("expression")};
    if (type == "ids") return readIds(members);
    if (type == "nearest") return readNearest(members);
    if (type == "density") return readDensity(members);
    if (type == "selection") return ReferenceShape{members.text("name")};
    if (auto combination = readCombination(type, members, depth)) return std::move(*combination);
    members.fail("is of the type '" + type + "', which this version does not know");
}

Definition readDefinition(const json& value, const std::string& where, int depth) {
    if (depth > deepest)
        throw Error("selections: " + where + " is nested more than " + std::to_string(deepest) + " deep");
    Members members(value, where);
    const std::string type = members.text("type");
    Definition definition = readShape(type, members, depth);
    members.end();
    return definition;
}

void check(const Definition& definition, const std::string& where) {
    try {
        checkDefinition(definition);
    } catch (const Error& error) {
        throw Error("selections: in " + where + ", " + error.what());
    }
}

Rgb readColour(const std::string& text, const Members& members) {
    unsigned colour = 0;
    char end = 0;
    const bool digits = text.size() == 7 && text.find_first_not_of("0123456789abcdefABCDEF", 1) == std::string::npos;
    if (!digits || std::sscanf(text.c_str(), "#%6x%c", &colour, &end) != 1) {
        members.fail("has a colour that is not of the form #rrggbb");
    }
    return 0xFF000000u | colour;
}

json parsed(std::string_view text) {
    try {
        return json::parse(text);
    } catch (const json::parse_error& error) {
        throw Error("selections: this is not JSON from byte " + std::to_string(error.byte) + " on");
    } catch (const json::exception&) {
        throw Error("selections: a number in this JSON is too large");
    }
}

} // namespace

std::vector<Selection> selectionsFromJson(std::string_view text) {
    const json whole = parsed(text);
    Members top(whole, "the file");
    if (top.text("format") != shape_names::format) top.fail("is not a list of selections");
    const double version = top.number("version");
    if (version > shape_names::version) top.fail("comes from a newer Zscape; update this one to read it");
    if (version != shape_names::version) top.fail("has a version that never was");
    std::vector<Selection> result;
    std::set<std::string> names;
    for (const json& one : top.list("selections")) {
        Members members(one, "selection number " + std::to_string(result.size() + 1));
        Selection selection;
        selection.name = members.text("name");
        if (selection.name.empty()) members.fail("has no name");
        if (!names.insert(selection.name).second) members.fail("has the name '" + selection.name + "' of another");
        const std::string colour = members.text("colour", "");
        selection.colour = colour.empty() ? selectionColour(result.size()) : readColour(colour, members);
        selection.visible = members.flag("visible", true);
        const std::string where = "'" + selection.name + "'";
        selection.definition = readDefinition(members.take("definition"), where, 0);
        check(selection.definition, where);
        members.end();
        result.push_back(std::move(selection));
    }
    top.end();
    return result;
}

Definition definitionFromJson(std::string_view text) {
    Definition definition = readDefinition(parsed(text), "the definition", 0);
    check(definition, "the definition");
    return definition;
}

} // namespace zscape
