#pragma once

#include "core/plot/class_mark.h"
#include "core/plot/colour_map.h"

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

/// What a selection is: a value that names columns and numbers in data space, never rows or pixels, so that it does not
/// depend on zoom or window size, can be edited and saved, and means the same on another catalogue.
namespace zscape {

/// A point of a plot in data units.
struct DataPoint {
    double x = 0;
    double y = 0;
    bool operator==(const DataPoint&) const = default;
};

/// The plane a shape was drawn in. `x` and `y` are ids or formulas of a StarTable. On a logarithmic axis straight lines
/// are straight in log10; coordinates are data units all the same.
struct PlaneAxes {
    std::string x;
    std::string y;
    bool logX = false;
    bool logY = false;
    bool operator==(const PlaneAxes&) const = default;
};

/// Both corners belong to it, in any order.
struct RectangleShape {
    PlaneAxes axes;
    DataPoint from;
    DataPoint to;
    bool operator==(const RectangleShape&) const = default;
};

/// A lasso: closed from the last vertex to the first; parts that it runs around twice are outside (even-odd).
struct PolygonShape {
    PlaneAxes axes;
    std::vector<DataPoint> vertices; ///< at least 3
    bool operator==(const PolygonShape&) const = default;
};

/// Where an elliptic brush has been. Radii are in data units, on a logarithmic axis in dex, as the zoom of its time had
/// them; the stroke is straight from one point of the path to the next.
struct BrushStroke {
    std::vector<DataPoint> path; ///< at least 1
    double radiusX = 0;
    double radiusY = 0;
    bool operator==(const BrushStroke&) const = default;
};
struct BrushShape {
    PlaneAxes axes;
    std::vector<BrushStroke> strokes;
    bool operator==(const BrushShape&) const = default;
};

enum class CurveSide { Above, Below }; ///< by the number, whatever way the axis runs

/// Stars above or below a curve: a drawn line, or y as a formula of `x` and any columns.
/// A line holds from its first to its last x (of the stars there, those on the last x excepted) and beyond only when it
/// is `extended` along its first and last pieces; where it runs back, a star is above with an odd number of pieces
/// below.
struct CurveShape {
    PlaneAxes axes;
    std::vector<DataPoint> line; ///< at least 2; empty with a formula
    std::string formula;         ///< e.g. "5.9 - 0.4*x/1000"; "" with a line
    CurveSide side = CurveSide::Above;
    bool extended = false;
    bool operator==(const CurveShape&) const = default;
};

/// low <= column <= high; an open end leaves the bound itself out. Infinite for no bound.
struct RangeShape {
    std::string column; ///< id or formula
    double low = -std::numeric_limits<double>::infinity();
    double high = std::numeric_limits<double>::infinity();
    bool lowOpen = false;
    bool highOpen = false;
    bool operator==(const RangeShape&) const = default;
};

/// Stars for which a formula is neither 0 nor missing: "teff < 5000 && BP-RP > 1".
struct ExpressionShape {
    std::string expression;
    bool operator==(const ExpressionShape&) const = default;
};

/// Stars by source_id; those that the catalogue does not have do no harm.
struct IdListShape {
    std::string origin; ///< the file they came from, for people
    std::vector<std::int64_t> ids;
    bool operator==(const IdListShape&) const = default;
};

/// The `count` stars nearest to a point in latent space (Euclidean, all latents; of equally near ones the first rows).
struct NearestShape {
    std::vector<double> point; ///< one a latent
    std::size_t count = 100;
    bool operator==(const NearestShape&) const = default;
};

enum class DensityRule {
    AtLeast, ///< bins with at least `threshold` stars
    AtMost,  ///< bins with at most `threshold` stars: outliers
    Densest  ///< the fewest densest bins that hold a fraction `threshold` of the stars
};
/// Stars by how many are in their bin of a 2D histogram; bins are equal in log10 on a logarithmic axis.
/// Limits that are equal take the whole extent of the data. Stars outside the limits are not selected.
struct DensityShape {
    PlaneAxes axes;
    DataPoint from;
    DataPoint to;
    std::size_t binsX = 100; ///< 1 .. 4096
    std::size_t binsY = 100;
    DensityRule rule = DensityRule::AtLeast;
    double threshold = 1;
    bool operator==(const DensityShape&) const = default;
};

/// Every star.
struct AllShape {
    bool operator==(const AllShape&) const = default;
};

/// Another selection of the list, as it is then.
struct ReferenceShape {
    std::string name;
    bool operator==(const ReferenceShape&) const = default;
};

struct Definition;

enum class Combination {
    And,   ///< in all of the operands
    Or,    ///< in any
    Xor,   ///< in an odd number of them
    Minus, ///< in the first and none of the others
    Not    ///< one operand: every other star of the catalogue, those that miss a column too
};
struct CombinationShape {
    Combination how = Combination::And;
    std::vector<Definition> operands; ///< at least 1
    bool operator==(const CombinationShape& other) const;
};

struct Definition {
    using Shape =
        std::variant<AllShape, RectangleShape, PolygonShape, BrushShape, CurveShape, RangeShape, ExpressionShape,
                     IdListShape, NearestShape, DensityShape, ReferenceShape, CombinationShape>;
    Shape shape;

    Definition() = default;
    template <typename T, std::enable_if_t<std::is_constructible_v<Shape, T>, int> = 0>
    Definition(T one) : shape(std::move(one)) {} // a shape is a definition
    bool operator==(const Definition&) const = default;
};

/// A named, coloured set of stars.
struct Selection {
    std::string name; ///< of its own within a list
    Rgb colour = 0xFFE69F00;
    bool visible = true;
    Definition definition;
    bool operator==(const Selection&) const = default;
};

/// `a how b`, without nesting deeper where `a` is such a combination already. Not for Combination::Not.
Definition combined(Combination how, Definition a, Definition b);
/// Everything but `a`; what was negated twice is itself.
Definition negated(Definition a);

/// Okabe-Ito's colours for classes without black, in an order that tells neighbours apart; starts over after seven.
Rgb selectionColour(std::size_t index);
/// The shapes of selections: each of those colours has one of its own, which the first selection of that colour gets;
/// any other selection gets the first that is left, so that no two of seven look the same in grey.
std::vector<ClassMark> selectionMarks(const std::vector<Selection>& selections);

/// `wanted`, or "wanted 2", "wanted 3", ... where that name is taken.
std::string freeName(std::string_view wanted, const std::vector<Selection>& others);

} // namespace zscape
