// Selections to JSON.
#include "core/select/selection_json.h"

#include "core/select/shape_names.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <cstdio>

namespace zscape {

namespace {

using nlohmann::ordered_json;
using shape_names::nameOf;

ordered_json written(const Definition& definition);

ordered_json written(const DataPoint& point) {
    return ordered_json::array({point.x, point.y});
}

ordered_json written(const std::vector<DataPoint>& points) {
    ordered_json list = ordered_json::array();
    for (const DataPoint& point : points) {
        list.push_back(written(point));
    }
    return list;
}

ordered_json start(const char* type) {
    return {{"type", type}};
}

ordered_json start(const char* type, const PlaneAxes& axes) {
    ordered_json json{{"type", type}, {"x", axes.x}, {"y", axes.y}};
    if (axes.logX) json["log_x"] = true;
    if (axes.logY) json["log_y"] = true;
    return json;
}

struct Writer {
    ordered_json operator()(const AllShape&) const { return start("all"); }
    ordered_json operator()(const RectangleShape& shape) const {
        ordered_json json = start("rectangle", shape.axes);
        json["from"] = written(shape.from);
        json["to"] = written(shape.to);
        return json;
    }
    ordered_json operator()(const PolygonShape& shape) const {
        ordered_json json = start("polygon", shape.axes);
        json["vertices"] = written(shape.vertices);
        return json;
    }
    ordered_json operator()(const BrushShape& shape) const {
        ordered_json json = start("brush", shape.axes);
        json["strokes"] = ordered_json::array();
        for (const BrushStroke& stroke : shape.strokes) {
            json["strokes"].push_back(
                {{"path", written(stroke.path)}, {"radius_x", stroke.radiusX}, {"radius_y", stroke.radiusY}});
        }
        return json;
    }
    ordered_json operator()(const CurveShape& shape) const {
        ordered_json json = start("curve", shape.axes);
        if (shape.formula.empty()) {
            json["line"] = written(shape.line);
        } else {
            json["formula"] = shape.formula;
        }
        json["side"] = nameOf(shape_names::sides, shape.side);
        if (shape.extended) json["extended"] = true;
        return json;
    }
    ordered_json operator()(const RangeShape& shape) const {
        ordered_json json = start("range");
        json["column"] = shape.column;
        if (std::isfinite(shape.low)) json["low"] = shape.low;
        if (std::isfinite(shape.high)) json["high"] = shape.high;
        if (shape.lowOpen) json["low_open"] = true;
        if (shape.highOpen) json["high_open"] = true;
        return json;
    }
    ordered_json operator()(const ExpressionShape& shape) const {
        ordered_json json = start("expression");
        json["expression"] = shape.expression;
        return json;
    }
    ordered_json operator()(const IdListShape& shape) const {
        ordered_json json = start("ids");
        if (!shape.origin.empty()) json["origin"] = shape.origin;
        json["ids"] = shape.ids;
        return json;
    }
    ordered_json operator()(const NearestShape& shape) const {
        ordered_json json = start("nearest");
        json["point"] = shape.point;
        json["count"] = shape.count;
        return json;
    }
    ordered_json operator()(const DensityShape& shape) const {
        ordered_json json = start("density", shape.axes);
        if (shape.from != shape.to) {
            json["from"] = written(shape.from);
            json["to"] = written(shape.to);
        }
        json["bins"] = {shape.binsX, shape.binsY};
        json["rule"] = nameOf(shape_names::rules, shape.rule);
        json["threshold"] = shape.threshold;
        return json;
    }
    ordered_json operator()(const ReferenceShape& shape) const {
        ordered_json json = start("selection");
        json["name"] = shape.name;
        return json;
    }
    ordered_json operator()(const CombinationShape& shape) const {
        ordered_json json{{"type", nameOf(shape_names::combinations, shape.how)}, {"of", ordered_json::array()}};
        for (const Definition& operand : shape.operands) {
            json["of"].push_back(written(operand));
        }
        return json;
    }
};

ordered_json written(const Definition& definition) {
    return std::visit(Writer{}, definition.shape);
}

std::string colourText(Rgb colour) {
    char text[8];
    std::snprintf(text, sizeof text, "#%06x", colour & 0xFFFFFFu);
    return text;
}

/// Names in a catalogue may be any bytes; JSON is UTF-8.
std::string dumped(const ordered_json& json) {
    return json.dump(1, ' ', false, ordered_json::error_handler_t::replace);
}

} // namespace

std::string toJson(const Definition& definition) {
    return dumped(written(definition));
}

std::string toJson(const std::vector<Selection>& selections) {
    ordered_json list = ordered_json::array();
    for (const Selection& selection : selections) {
        list.push_back({{"name", selection.name},
                        {"colour", colourText(selection.colour)},
                        {"visible", selection.visible},
                        {"definition", written(selection.definition)}});
    }
    return dumped({{"format", shape_names::format}, {"version", shape_names::version}, {"selections", list}}) + "\n";
}

} // namespace zscape
