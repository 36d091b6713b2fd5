// Which shapes can be.
#include "core/base/error.h"
#include "core/select/evaluate.h"

#include <cmath>

namespace zscape {

namespace {

constexpr std::size_t deepest = 100;
constexpr std::size_t mostBins = 4096;
constexpr std::size_t mostPoints = 1'000'000;
constexpr double largest = 1e150; // products of two are finite

void requirePoints(const std::vector<DataPoint>& points, const PlaneAxes& axes, std::size_t least,
                   const std::string& what) {
    if (points.size() < least) {
        throw Error(what + " needs at least " + std::to_string(least) + " points and has " +
                    std::to_string(points.size()));
    }
    if (points.size() > mostPoints) {
        throw Error(what + " has " + std::to_string(points.size()) + " points; at most " + std::to_string(mostPoints) +
                    " make sense");
    }
    for (const DataPoint& point : points) {
        if (!(std::abs(point.x) < largest && std::abs(point.y) < largest)) {
            throw Error("a point of " + what + " is not a finite number below 1e150");
        }
        if ((axes.logX && point.x <= 0) || (axes.logY && point.y <= 0)) {
            throw Error("a point of " + what + " is not positive, where its axis is logarithmic");
        }
    }
}

void requireAxes(const PlaneAxes& axes, const std::string& what) {
    if (axes.x.empty() || axes.y.empty())
        throw Error(what + " names no column for its " + (axes.x.empty() ? "x" : "y"));
}

struct Check {
    std::size_t depth = 0;

    void operator()(const AllShape&) const {}
    void operator()(const RectangleShape& shape) const {
        requireAxes(shape.axes, "a rectangle");
        requirePoints({shape.from, shape.to}, shape.axes, 2, "a rectangle");
    }
    void operator()(const PolygonShape& shape) const {
        requireAxes(shape.axes, "a lasso");
        requirePoints(shape.vertices, shape.axes, 3, "a lasso");
    }
    void operator()(const BrushShape& shape) const {
        requireAxes(shape.axes, "a brush");
        if (shape.strokes.empty()) throw Error("a brush has no strokes");
        for (const BrushStroke& stroke : shape.strokes) {
            requirePoints(stroke.path, shape.axes, 1, "a brush stroke");
            const bool positive = stroke.radiusX > 0 && stroke.radiusY > 0;
            if (!positive || !std::isfinite(stroke.radiusX) || !std::isfinite(stroke.radiusY)) {
                throw Error("a brush stroke needs radii that are positive numbers");
            }
        }
    }
    void operator()(const CurveShape& shape) const {
        requireAxes(shape.axes, "a curve");
        if (shape.formula.empty() == shape.line.empty()) throw Error("a curve is either a line or a formula");
        if (!shape.line.empty()) requirePoints(shape.line, shape.axes, 2, "a curve");
    }
    void operator()(const RangeShape& shape) const {
        if (shape.column.empty()) throw Error("a range names no column");
        if (std::isnan(shape.low) || std::isnan(shape.high)) throw Error("a bound of a range is not a number");
        if (shape.low > shape.high) {
            throw Error("the range of '" + shape.column + "' is empty: its low end is above its high end");
        }
    }
    void operator()(const ExpressionShape& shape) const {
        if (shape.expression.empty()) throw Error("a selection by formula has no formula");
    }
    void operator()(const IdListShape&) const {}
    void operator()(const NearestShape& shape) const {
        if (shape.point.empty()) throw Error("a selection of nearest stars has no latent point");
        for (const double value : shape.point) {
            if (!std::isfinite(value)) throw Error("the latent point of a selection is not of finite numbers");
        }
    }
    void operator()(const DensityShape& shape) const {
        requireAxes(shape.axes, "a density threshold");
        const bool whole = shape.from == shape.to;
        if (!whole) requirePoints({shape.from, shape.to}, shape.axes, 2, "a density threshold");
        if (shape.binsX < 1 || shape.binsY < 1 || shape.binsX > mostBins || shape.binsY > mostBins) {
            throw Error("a density threshold wants 1 to " + std::to_string(mostBins) + " bins along each axis");
        }
        if (!(shape.threshold >= 0) || !std::isfinite(shape.threshold)) {
            throw Error("a density threshold wants a number that is not negative");
        }
        if (shape.rule == DensityRule::Densest && shape.threshold > 1) {
            throw Error("the densest part of the stars is a fraction of 0 to 1");
        }
    }
    void operator()(const ReferenceShape& shape) const {
        if (shape.name.empty()) throw Error("a reference names no selection");
    }
    void operator()(const CombinationShape& shape) const {
        if (depth > deepest) throw Error("selections are combined more than " + std::to_string(deepest) + " deep");
        if (shape.operands.empty()) throw Error("a combination has no operands");
        if (shape.how == Combination::Not && shape.operands.size() != 1) {
            throw Error("'not' is of one operand and has " + std::to_string(shape.operands.size()));
        }
        for (const Definition& operand : shape.operands) {
            std::visit(Check{depth + 1}, operand.shape);
        }
    }
};

} // namespace

void checkDefinition(const Definition& definition) {
    std::visit(Check{}, definition.shape);
}

} // namespace zscape
