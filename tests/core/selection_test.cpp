// Facts about selections: which stars a definition means.
#include "core/base/philox.h"
#include "core/select/evaluate.h"
#include "core/select/polygon_index.h"
#include "tests/support/labelled_stars.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>

namespace {

using namespace zscape;
using test::labelledCatalog;
using test::latentRows;
using Rows = std::vector<std::size_t>;

constexpr double nan64 = std::numeric_limits<double>::quiet_NaN();
const PlaneAxes plane{"x", "y", false, false};

Rows rowsOf(const BitSet& set) {
    Rows rows;
    set.forEach([&](std::size_t row) { rows.push_back(row); });
    return rows;
}

/// Stars at (x, y) given as pairs.
StarTable starsAt(const std::vector<DataPoint>& points, std::shared_ptr<const Latents> latents = nullptr) {
    std::vector<double> x;
    std::vector<double> y;
    for (const DataPoint& point : points) {
        x.push_back(point.x);
        y.push_back(point.y);
    }
    return {labelledCatalog({Column("x", "", x), Column("y", "", y)}), std::move(latents)};
}

std::string errorOf(const Definition& definition, const StarTable& table, const std::vector<Selection>& others = {}) {
    try {
        evaluate(definition, table, others);
    } catch (const Error& error) {
        return error.what();
    }
    return "no error";
}

Selection called(const std::string& name, Definition definition) {
    return {name, selectionColour(0), true, std::move(definition)};
}

TEST(BitSet, CombinesByWords) {
    BitSet a(130);
    BitSet b(130);
    for (std::size_t i : {0u, 63u, 64u, 129u})
        a.set(i);
    for (std::size_t i : {0u, 64u, 100u})
        b.set(i);
    EXPECT_EQ(rowsOf(BitSet(a) &= b), (Rows{0, 64}));
    EXPECT_EQ(rowsOf(BitSet(a) |= b), (Rows{0, 63, 64, 100, 129}));
    EXPECT_EQ(rowsOf(BitSet(a) ^= b), (Rows{63, 100, 129}));
    EXPECT_EQ(rowsOf(BitSet(a).andNot(b)), (Rows{63, 129}));
    EXPECT_EQ(BitSet(a).complement().count(), 126u);
    EXPECT_EQ(BitSet(a).complement().complement(), a);
    EXPECT_EQ(a.countBoth(b), 2u);
    EXPECT_TRUE(a.any());
    EXPECT_FALSE(BitSet(130).any());
    EXPECT_THROW(a &= BitSet(131), Error);
    BitSet last(70);
    last.setWord(1, ~std::uint64_t{0});
    EXPECT_EQ(last.count(), 6u); // stars beyond the end stay out
}

TEST(Selection, ARectangleHoldsItsBordersAndAnyOrderOfCorners) {
    const StarTable table = starsAt({{0, 0}, {1, 2}, {1.0001, 2}, {0.5, nan64}, {0.5, 1}});
    EXPECT_EQ(rowsOf(evaluate(RectangleShape{plane, {1, 0}, {0, 2}}, table)), (Rows{0, 1, 4}));
}

TEST(Selection, ALassoIsExactInDataSpace) {
    // A triangle whose long side passes within 1e-9 of two stars.
    const StarTable table = starsAt({{1e6 + 0.5, 0.5 + 1e-9}, {1e6 + 0.5, 0.5 - 1e-9}, {1e6 + 0.25, 0.2}, {0, 0}});
    const PolygonShape lasso{plane, {{1e6, 0}, {1e6 + 1, 1}, {1e6 + 1, 0}}};
    EXPECT_EQ(rowsOf(evaluate(lasso, table)), (Rows{1, 2}));
}

TEST(Selection, ALassoThatRunsRoundTwiceLeavesItsMiddleOut) {
    const PolygonShape star{plane, {{0, 3}, {1.8, -2.4}, {-2.9, 0.9}, {2.9, 0.9}, {-1.8, -2.4}}}; // a pentagram
    EXPECT_EQ(rowsOf(evaluate(star, starsAt({{0, 0}, {0, 2}, {1.5, -1.9}, {3, 3}}))), (Rows{1, 2}));
}

TEST(Selection, OnALogarithmicAxisLinesAreStraightInTheLogarithm) {
    // From (1, 0) to (100, 1): half way up stands x = 10, not 50.
    const PlaneAxes axes{"x", "y", true, false};
    const PolygonShape lasso{axes, {{1, 0}, {100, 1}, {100, 0}}};
    EXPECT_EQ(rowsOf(evaluate(lasso, starsAt({{11, 0.5}, {9, 0.5}, {-1, 0}, {0, 0}}))), (Rows{0}));
}

/// What the lasso's grid answers is what the plain loop answers, for wild polygons and points on their very corners.
TEST(Selection, TheLassosGridAgreesWithThePlainLoop) {
    const Philox random(7);
    std::uint64_t draw = 0;
    for (int shape = 0; shape < 40; ++shape) {
        std::vector<DataPoint> vertices(3 + static_cast<std::size_t>(shape) * 3);
        const double stretch = shape % 4 == 0 ? 1e-9 : 1.0;
        for (DataPoint& vertex : vertices) {
            vertex = {1000 + random.normal(draw++), stretch * random.normal(draw++)};
            if (shape % 3 == 0) vertex.x = std::round(vertex.x * 2) / 2; // upright and shared edges
            if (shape % 5 == 0) vertex.y = std::round(vertex.y / stretch * 2) / 2 * stretch;
        }
        const PolygonIndex index(vertices);
        std::vector<DataPoint> points = vertices;
        for (int i = 0; i < 3000; ++i) {
            points.push_back({1000 + 1.5 * random.normal(draw++), stretch * 1.5 * random.normal(draw++)});
        }
        for (std::size_t i = 0; i + 1 < vertices.size(); ++i) {
            points.push_back({(vertices[i].x + vertices[i + 1].x) / 2, (vertices[i].y + vertices[i + 1].y) / 2});
        }
        for (const DataPoint& point : points) {
            ASSERT_EQ(index.contains(point.x, point.y), polygonContains(vertices, point.x, point.y))
                << "shape " << shape << " at " << point.x << ", " << point.y;
        }
    }
}

TEST(Selection, FlatAndHugeLassosHoldNothingTheyShouldNot) {
    EXPECT_EQ(evaluate(PolygonShape{plane, {{0, 0}, {1, 0}, {2, 0}}}, starsAt({{1, 0}, {1, 1}})).count(), 0u);
    EXPECT_EQ(evaluate(PolygonShape{plane, {{1, 0}, {1, 5}, {1, 2}}}, starsAt({{1, 3}, {2, 2}})).count(), 0u);
    const PolygonShape huge{plane, {{-1e149, -1e149}, {1e149, -1e149}, {0, 1e149}}};
    EXPECT_EQ(rowsOf(evaluate(huge, starsAt({{0, 0}, {1e308, 1e308}}))), (Rows{0}));
    // Too large for its own extent; the grid must not go astray all the same.
    const PolygonIndex index(std::vector<DataPoint>{{-1e308, -1e308}, {1e308, -1e308}, {0, 1e308}});
    EXPECT_FALSE(index.contains(1.2e308, 0));
}

TEST(Selection, ABrushCoversItsRadiiAroundThePath) {
    // A stroke from (0,0) to (10,0), radius 1 in x and 2 in y, and a dab at (20, 5).
    const BrushShape brush{plane, {{{{0, 0}, {10, 0}}, 1, 2}, {{{20, 5}}, 0.5, 0.5}}};
    EXPECT_EQ(
        rowsOf(evaluate(
            brush,
            starsAt({{5, 2}, {5, 2.01}, {-1, 0}, {-1.01, 0}, {10.8, 1.3}, {20.3, 5.3}, {20.4, 5.4}, {nan64, 0}}))),
        (Rows{0, 2, 5}));
}

TEST(Selection, ALongBrushStrokeAgreesWithTheDistanceToEveryPiece) {
    const Philox random(11);
    BrushStroke stroke{{}, 0.3, 0.1};
    for (std::uint64_t i = 0; i < 300; ++i) {
        const double t = static_cast<double>(i) * 0.05;
        stroke.path.push_back({t * std::cos(t), t * std::sin(t)});
    }
    std::vector<DataPoint> points;
    for (std::uint64_t i = 0; i < 4000; ++i) {
        points.push_back({8 * random.normal(2 * i), 8 * random.normal(2 * i + 1)});
    }
    const BitSet selected = evaluate(BrushShape{plane, {stroke}}, starsAt(points));
    ASSERT_GT(selected.count(), 100u);
    for (std::size_t row = 0; row < points.size(); ++row) {
        double nearest = 1e9;
        for (std::size_t i = 0; i + 1 < stroke.path.size(); ++i) {
            const double ax = stroke.path[i].x / 0.3, ay = stroke.path[i].y / 0.1;
            const double dx = stroke.path[i + 1].x / 0.3 - ax, dy = stroke.path[i + 1].y / 0.1 - ay;
            const double px = points[row].x / 0.3 - ax, py = points[row].y / 0.1 - ay;
            const double t = std::clamp((px * dx + py * dy) / (dx * dx + dy * dy), 0.0, 1.0);
            nearest = std::min(nearest, std::hypot(px - t * dx, py - t * dy));
        }
        if (std::abs(nearest - 1) < 1e-9) continue;
        ASSERT_EQ(selected.test(row), nearest < 1) << row;
    }
}

TEST(Selection, ADrawnCurvePartsAboveFromBelow) {
    const StarTable table = starsAt({{1, 2}, {1, 0}, {3, 1.4}, {3, 1.6}, {5, 9}, {-1, 9}, {2, 1}, {1, nan64}});
    CurveShape curve{plane, {{0, 1}, {2, 1}, {4, 2}}, "", CurveSide::Above, false};
    EXPECT_EQ(rowsOf(evaluate(curve, table)), (Rows{0, 3}));
    curve.side = CurveSide::Below;
    EXPECT_EQ(rowsOf(evaluate(curve, table)), (Rows{1, 2})); // a star on the line is on neither side
    curve.extended = true;
    EXPECT_EQ(rowsOf(evaluate(curve, table)), (Rows{1, 2}));
    curve.side = CurveSide::Above;
    EXPECT_EQ(rowsOf(evaluate(curve, table)), (Rows{0, 3, 4, 5}));
    std::ranges::reverse(curve.line); // drawn from right to left
    EXPECT_EQ(rowsOf(evaluate(curve, table)), (Rows{0, 3, 4, 5}));
}

TEST(Selection, ACurveThatRunsBackCountsItsPieces) {
    // An S: at x = 2 its pieces stand at y = 1, 2 and 3.
    const CurveShape curve{plane, {{0, 1}, {3, 1}, {3, 2}, {1, 2}, {1, 3}, {4, 3}}, "", CurveSide::Above, false};
    EXPECT_EQ(rowsOf(evaluate(curve, starsAt({{2, 0}, {2, 1.5}, {2, 2.5}, {2, 4}}))), (Rows{1, 3}));
}

TEST(Selection, ATypedCurveMayUseXAndAnyColumn) {
    const StarTable table = starsAt({{4000, 4.4}, {4000, 4.2}, {4000, nan64}});
    CurveShape curve{plane, {}, "5.9 - 0.4*x/1000", CurveSide::Above, false}; // 4.3 at 4000 K
    EXPECT_EQ(rowsOf(evaluate(curve, table)), (Rows{0}));
    curve.side = CurveSide::Below;
    EXPECT_EQ(rowsOf(evaluate(curve, table)), (Rows{1}));
    curve.axes.x = "x/1000";
    curve.formula = "5.9 - 0.4*x"; // x is the axis, whatever stands on it
    EXPECT_EQ(rowsOf(evaluate(curve, table)), (Rows{1}));
}

TEST(Selection, ARangeHasOpenAndClosedEnds) {
    const StarTable table = starsAt({{1, 0}, {2, 0}, {3, 0}, {nan64, 0}});
    RangeShape range{"x", 1, 3};
    EXPECT_EQ(evaluate(range, table).count(), 3u);
    range.lowOpen = range.highOpen = true;
    EXPECT_EQ(rowsOf(evaluate(range, table)), (Rows{1}));
    EXPECT_EQ(rowsOf(evaluate(RangeShape{"x*2", 4}, table)), (Rows{1, 2}));
}

TEST(Selection, AFormulaSelectsWhereItIsTrue) {
    const StarTable table = starsAt({{1, 5}, {2, 1}, {nan64, 1}});
    EXPECT_EQ(rowsOf(evaluate(ExpressionShape{"x < y"}, table)), (Rows{0}));
    EXPECT_EQ(rowsOf(evaluate(ExpressionShape{"!(x < y)"}, table)), (Rows{1})); // missing is not false
}

TEST(Selection, IdsAreExact) {
    const std::vector<std::int64_t> ids{9007199254740993, 9007199254740992, 5, 0, -7};
    const auto catalog = std::make_shared<const Catalog>("big ids", 1, ids, std::vector<float>(5, 1.0f),
                                                         std::vector<float>(5, 1.0f), std::vector<Column>{});
    const StarTable table(catalog, nullptr);
    EXPECT_EQ(rowsOf(evaluate(IdListShape{"", {9007199254740993, 5, 77}}, table)), (Rows{0, 2}));
    EXPECT_EQ(rowsOf(evaluate(IdListShape{"", {0, -7}}, table)), (Rows{3, 4}));
    EXPECT_EQ(evaluate(IdListShape{"", {}}, table).count(), 0u);
}

TEST(Selection, TheNearestOfALatentPoint) {
    const auto latents = latentRows(2, {0, 0, 3, 4, 1, 0, 0, 1, std::numeric_limits<float>::quiet_NaN(), 0});
    const StarTable table = starsAt(std::vector<DataPoint>(5), latents);
    EXPECT_EQ(rowsOf(evaluate(NearestShape{{0, 0}, 2}, table)), (Rows{0, 2})); // rows 2 and 3 are as near: the first
    EXPECT_EQ(rowsOf(evaluate(NearestShape{{3, 3}, 1}, table)), (Rows{1}));
    EXPECT_EQ(evaluate(NearestShape{{0, 0}, 99}, table).count(), 4u); // a star without latents is near nothing
    EXPECT_NE(errorOf(NearestShape{{0, 0, 0}, 1}, table).find("3 latents, and the model has 2"), std::string::npos);
}

TEST(Selection, DenseAndSparseBins) {
    // Bins of 1 x 1 in 0..2: three stars, two stars, one star, none.
    const StarTable table = starsAt({{0.1, 0.1}, {0.2, 0.9}, {0.9, 0.2}, {1.5, 0.5}, {2, 0.4}, {0.5, 1.5}, {5, 5}});
    DensityShape density{plane, {0, 0}, {2, 2}, 2, 2, DensityRule::AtLeast, 2};
    EXPECT_EQ(rowsOf(evaluate(density, table)), (Rows{0, 1, 2, 3, 4}));
    density.rule = DensityRule::AtMost;
    EXPECT_EQ(rowsOf(evaluate(density, table)), (Rows{3, 4, 5}));
    density.rule = DensityRule::Densest;
    density.threshold = 0.5; // of six stars in the bins
    EXPECT_EQ(rowsOf(evaluate(density, table)), (Rows{0, 1, 2}));
    density.threshold = 0;
    EXPECT_EQ(evaluate(density, table).count(), 0u);
    DensityShape whole{plane, {0, 0}, {0, 0}, 1, 1, DensityRule::AtLeast, 7};
    EXPECT_EQ(evaluate(whole, table).count(), 7u); // equal limits: the data's own
}

TEST(Selection, CombinationsAreSetAlgebra) {
    const StarTable table = starsAt({{1, 0}, {2, 0}, {3, 0}, {nan64, 0}});
    const Definition low = RangeShape{"x", 0, 2};
    const Definition high = RangeShape{"x", 2, 9};
    EXPECT_EQ(rowsOf(evaluate(combined(Combination::And, low, high), table)), (Rows{1}));
    EXPECT_EQ(rowsOf(evaluate(combined(Combination::Or, low, high), table)), (Rows{0, 1, 2}));
    EXPECT_EQ(rowsOf(evaluate(combined(Combination::Xor, low, high), table)), (Rows{0, 2}));
    EXPECT_EQ(rowsOf(evaluate(combined(Combination::Minus, low, high), table)), (Rows{0}));
    EXPECT_EQ(rowsOf(evaluate(negated(low), table)), (Rows{2, 3}));
    EXPECT_EQ(negated(negated(low)), low);
    const Definition three = combined(Combination::Or, combined(Combination::Or, low, high), AllShape{});
    EXPECT_EQ(std::get<CombinationShape>(three.shape).operands.size(), 3u);
    EXPECT_EQ(evaluate(three, table).count(), 4u);
}

TEST(Selection, ReferencesMeanTheOtherSelectionAsItIs) {
    const StarTable table = starsAt({{1, 0}, {2, 0}, {3, 0}});
    std::vector<Selection> list{called("low", RangeShape{"x", 0, 2}), called("rest", negated(ReferenceShape{"low"}))};
    EXPECT_EQ(rowsOf(evaluate(ReferenceShape{"rest"}, table, list)), (Rows{2}));
    list[0].definition = RangeShape{"x", 0, 1};
    EXPECT_EQ(rowsOf(evaluate(ReferenceShape{"rest"}, table, list)), (Rows{1, 2}));
    EXPECT_EQ(referencesOf(list[1].definition, list), (std::vector<std::string>{"low"}));
    EXPECT_EQ(errorOf(ReferenceShape{"lwo"}, table, list), "there is no selection 'lwo'; did you mean low?");
}

TEST(Selection, CirclesAreFoundWherever) {
    const StarTable table = starsAt({{1, 0}});
    const std::vector<Selection> list{called("a", ReferenceShape{"b"}),
                                      called("b", combined(Combination::Or, AllShape{}, ReferenceShape{"c"})),
                                      called("c", negated(ReferenceShape{"a"})), called("d", ReferenceShape{"d"})};
    EXPECT_EQ(errorOf(ReferenceShape{"a"}, table, list),
              "selections refer to each other in a circle: 'a' -> 'b' -> 'c' -> 'a'; take one out of another");
    EXPECT_NE(errorOf(ReferenceShape{"d"}, table, list).find("'d' -> 'd'"), std::string::npos);
    EXPECT_TRUE(wouldCircle("c", ReferenceShape{"a"}, list));
    EXPECT_TRUE(wouldCircle("new", ReferenceShape{"new"}, list));
    EXPECT_FALSE(wouldCircle("c", AllShape{}, list));
    EXPECT_FALSE(wouldCircle("new", ReferenceShape{"nothing"}, list));
}

TEST(Selection, ManyReferencesToOneSelectionAreFollowedOnce) {
    // Each refers twice to the one before: 2^60 ways down, were they all taken.
    const StarTable table = starsAt({{1, 0}, {2, 0}});
    std::vector<Selection> list{called("0", RangeShape{"x", 0, 1})};
    for (int i = 1; i <= 60; ++i) {
        const ReferenceShape before{std::to_string(i - 1)};
        list.push_back(called(std::to_string(i), combined(Combination::And, before, before)));
    }
    EXPECT_EQ(rowsOf(evaluate(ReferenceShape{"60"}, table, list)), (Rows{0}));
}

TEST(Selection, ADefinitionWhoseColumnsAreMissingSaysWhich) {
    const StarTable table = starsAt({{1, 0}});
    const std::vector<Selection> list{called("hot", ExpressionShape{"TEFF > 7000 && LOGG > x"})};
    const Definition both = combined(Combination::And, ReferenceShape{"hot"}, RangeShape{"BP-RP", 0, 1});
    EXPECT_EQ(missingColumns(both, table, list), (std::vector<std::string>{"TEFF", "LOGG", "BP", "RP"}));
    EXPECT_EQ(errorOf(both, table, list), "the selection needs TEFF, LOGG, BP, RP, which the catalogue does not have");
    EXPECT_EQ(
        errorOf(NearestShape{{0, 0}, 1}, table),
        "the selection needs z1, z2, which the catalogue does not have; z1, z2, ... are there once a model is open");
    EXPECT_EQ(errorOf(RectangleShape{{"z1", "y", false, false}, {0, 0}, {1, 1}}, table).find("the selection needs z1"),
              0u);
}

TEST(Selection, ShapesThatCannotBeAreRefused) {
    const StarTable table = starsAt({{1, 0}});
    const auto refused = [&](const Definition& definition) { return errorOf(definition, table) != "no error"; };
    EXPECT_TRUE(refused(PolygonShape{plane, {{0, 0}, {1, 1}}}));
    EXPECT_TRUE(refused(PolygonShape{plane, {{0, 0}, {1, 1}, {nan64, 0}}}));
    EXPECT_TRUE(refused(PolygonShape{plane, {{0, 0}, {1, 1}, {1e200, 0}}}));
    EXPECT_TRUE(refused(PolygonShape{{"x", "y", true, false}, {{0, 0}, {1, 1}, {1, 0}}}));
    EXPECT_TRUE(refused(BrushShape{plane, {}}));
    EXPECT_TRUE(refused(BrushShape{plane, {{{{0, 0}}, 0, 1}}}));
    EXPECT_TRUE(refused(CurveShape{plane, {}, "", CurveSide::Above, false}));
    EXPECT_TRUE(refused(CurveShape{plane, {{0, 0}}, "", CurveSide::Above, false}));
    EXPECT_TRUE(refused(RangeShape{"x", 2, 1}));
    EXPECT_TRUE(refused(ExpressionShape{""}));
    EXPECT_TRUE(refused(DensityShape{plane, {0, 0}, {1, 1}, 0, 5, DensityRule::AtLeast, 1}));
    EXPECT_TRUE(refused(DensityShape{plane, {0, 0}, {1, 1}, 5, 5, DensityRule::Densest, 2}));
    EXPECT_TRUE(refused(CombinationShape{Combination::And, {}}));
    EXPECT_TRUE(refused(CombinationShape{Combination::Not, {AllShape{}, AllShape{}}}));
    EXPECT_TRUE(refused(ReferenceShape{""}));
    EXPECT_FALSE(refused(AllShape{}));
}

TEST(Selection, ManyStarsOnAllCoresGiveTheSameSet) {
    std::vector<DataPoint> points(100001);
    for (std::size_t i = 0; i < points.size(); ++i) {
        const double t = static_cast<double>(i);
        points[i] = {std::fmod(t * 0.618, 1.0), std::fmod(t * 0.414, 1.0)};
    }
    const PolygonShape lasso{plane, {{0.1, 0.1}, {0.9, 0.2}, {0.5, 0.8}}};
    const BitSet selected = evaluate(lasso, starsAt(points));
    for (std::size_t row = 0; row < points.size(); ++row) {
        ASSERT_EQ(selected.test(row), polygonContains(lasso.vertices, points[row].x, points[row].y));
    }
    const std::atomic<bool> cancel{true};
    EXPECT_THROW(evaluate(lasso, starsAt(points), {}, JobContext({}, &cancel)), Cancelled);
}

TEST(Selection, NamesAndColoursOfNewSelections) {
    const std::vector<Selection> list{called("lasso", AllShape{}), called("lasso 2", AllShape{})};
    EXPECT_EQ(freeName("lasso", list), "lasso 3");
    EXPECT_EQ(freeName("", list), "selection");
    EXPECT_NE(selectionColour(0), selectionColour(1));
    EXPECT_EQ(selectionColour(0), selectionColour(7));
}

} // namespace
