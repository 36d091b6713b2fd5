#include "app/window/plot_definition.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace zscape {

namespace {

DataPoint pointOf(const QPointF& point) {
    return {point.x(), point.y()};
}

std::vector<DataPoint> pointsOf(const std::vector<QPointF>& points) {
    std::vector<DataPoint> result;
    result.reserve(points.size());
    std::ranges::transform(points, std::back_inserter(result), pointOf);
    return result;
}

std::vector<QPointF> plotPointsOf(const std::vector<DataPoint>& points) {
    std::vector<QPointF> result;
    result.reserve(points.size());
    std::ranges::transform(points, std::back_inserter(result), [](const DataPoint& p) { return QPointF(p.x, p.y); });
    return result;
}

struct Convert {
    PlaneAxes axes;

    Definition operator()(const PlotRectangle& one) const {
        return RectangleShape{axes, pointOf(one.from), pointOf(one.to)};
    }
    Definition operator()(const PlotPolygon& one) const { return PolygonShape{axes, pointsOf(one.vertices)}; }
    Definition operator()(const PlotBrush& one) const {
        return BrushShape{axes, {BrushStroke{pointsOf(one.path), one.radiusX, one.radiusY}}};
    }
    Definition operator()(const PlotCurve& one) const {
        CurveShape curve;
        curve.axes = axes;
        curve.line = pointsOf(one.line);
        curve.side = one.above ? CurveSide::Above : CurveSide::Below;
        return curve;
    }
    Definition operator()(const PlotRange& one) const {
        RangeShape range;
        range.column = axes.x;
        range.low = one.low;
        range.high = one.high;
        return range;
    }
    Definition operator()(const PlotOutlines& one) const {
        if (one.parts.size() == 1) return (*this)(one.parts.front());
        CombinationShape any;
        any.how = Combination::Or;
        for (const PlotPolygon& part : one.parts) {
            any.operands.push_back((*this)(part));
        }
        return any;
    }
};

/// Of a single shape.
std::optional<EditablePath> ownPath(const Definition& definition, const PlaneAxes& axes) {
    if (const auto* polygon = std::get_if<PolygonShape>(&definition.shape); polygon && polygon->axes == axes) {
        return EditablePath{plotPointsOf(polygon->vertices), true};
    }
    if (const auto* box = std::get_if<RectangleShape>(&definition.shape); box && box->axes == axes) {
        return EditablePath{
            {{box->from.x, box->from.y}, {box->to.x, box->from.y}, {box->to.x, box->to.y}, {box->from.x, box->to.y}},
            true};
    }
    if (const auto* curve = std::get_if<CurveShape>(&definition.shape);
        curve && curve->axes == axes && !curve->line.empty()) {
        return EditablePath{plotPointsOf(curve->line), false};
    }
    return std::nullopt;
}

/// The definition itself or those of its parts, at any depth and in order, that have vertices in this plane.
template <typename AnyDefinition> // const or not
void addEditableParts(AnyDefinition& definition, const PlaneAxes& axes, std::vector<AnyDefinition*>& parts) {
    if (auto* combination = std::get_if<CombinationShape>(&definition.shape)) {
        for (auto& operand : combination->operands) {
            addEditableParts<AnyDefinition>(operand, axes, parts);
        }
    } else if (ownPath(definition, axes)) {
        parts.push_back(&definition);
    }
}

} // namespace

Definition definitionOf(const PlotShape& shape, const PlaneAxes& axes) {
    PlaneAxes plane = axes;
    plane.logX = shape.logX;
    plane.logY = shape.logY;
    return std::visit(Convert{plane}, shape.geometry);
}

std::vector<EditablePath> editablePathsOf(const Definition& definition, const PlaneAxes& axes) {
    std::vector<const Definition*> parts;
    addEditableParts(definition, axes, parts);
    std::vector<EditablePath> paths;
    for (const Definition* part : parts) {
        paths.push_back(*ownPath(*part, axes));
    }
    return paths;
}

Definition withPath(Definition definition, const PlaneAxes& axes, std::size_t number, const EditablePath& path) {
    std::vector<Definition*> parts;
    addEditableParts(definition, axes, parts);
    if (number >= parts.size()) return definition;
    Definition* part = parts[number];
    if (auto* polygon = std::get_if<PolygonShape>(&part->shape)) {
        polygon->vertices = pointsOf(path.vertices);
    } else if (auto* curve = std::get_if<CurveShape>(&part->shape)) {
        curve->line = pointsOf(path.vertices);
    } else if (std::holds_alternative<RectangleShape>(part->shape)) {
        part->shape = PolygonShape{axes, pointsOf(path.vertices)};
    }
    return definition;
}

std::optional<DrawnOptions> drawnTrackOf(const PlotShape& shape, const PlaneAxes& axes, const AxisRange& x,
                                         const AxisRange& y) {
    const auto* curve = std::get_if<PlotCurve>(&shape.geometry);
    if (!curve) return std::nullopt;
    const auto scaled = [](double value, bool logarithmic) { return logarithmic ? std::log10(value) : value; };
    const auto column = [](const std::string& name, bool logarithmic) {
        return logarithmic ? "log10(" + name + ")" : name;
    };
    const auto length = [&](const AxisRange& axis, bool logarithmic) {
        return std::abs(scaled(axis.upper, logarithmic) - scaled(axis.lower, logarithmic));
    };
    DrawnOptions drawn;
    drawn.x = column(axes.x, shape.logX);
    drawn.y = column(axes.y, shape.logY);
    drawn.xScale = length(x, shape.logX);
    drawn.yScale = length(y, shape.logY);
    drawn.width = trackHalfWidth;
    for (const QPointF& vertex : curve->line) {
        drawn.vertices.emplace_back(scaled(vertex.x(), shape.logX), scaled(vertex.y(), shape.logY));
    }
    return drawn;
}

} // namespace zscape
