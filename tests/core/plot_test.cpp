// Data <-> pixel arithmetic and colours.
#include "core/base/philox.h"
#include "core/plot/colour_map.h"
#include "core/plot/fit_axes.h"
#include "core/plot/viewport.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <vector>

namespace zscape {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

TEST(Viewport, PixelsAndDataAreInverse) {
    const Viewport view{{1, 1000, true, false}, {-2, 6, false, true}, 640, 480};
    EXPECT_NEAR(view.pixelX(1), 0, 1e-9);
    EXPECT_NEAR(view.pixelX(10), 640.0 / 3, 1e-9);
    EXPECT_NEAR(view.pixelY(-2), 0, 1e-9) << "a flipped y axis grows downwards";
    EXPECT_NEAR(view.pixelY(6), 480, 1e-9);
    EXPECT_NEAR(view.dataX(view.pixelX(37)), 37, 1e-9);
    EXPECT_NEAR(view.dataY(view.pixelY(5.5)), 5.5, 1e-9);
    EXPECT_TRUE(std::isnan(view.pixelX(-1)));
}

TEST(Viewport, PanMovesTheContentWithThePointer) {
    const Viewport view{{0, 10, false, true}, {1, 100, true, false}, 100, 200};
    const Viewport moved = view.panned(30, -20);
    EXPECT_NEAR(moved.pixelX(4), view.pixelX(4) + 30, 1e-9);
    EXPECT_NEAR(moved.pixelY(7), view.pixelY(7) - 20, 1e-9);
}

TEST(Viewport, ZoomKeepsThePointUnderThePointer) {
    const Viewport view{{0, 10, false, false}, {1, 100, true, true}, 100, 200};
    const Viewport closer = view.zoomed(2, 4, 30, 50);
    EXPECT_NEAR(closer.dataX(30), view.dataX(30), 1e-9);
    EXPECT_NEAR(closer.dataY(50), view.dataY(50), 1e-9);
    EXPECT_NEAR(closer.x.upper - closer.x.lower, 5, 1e-9);
    EXPECT_NEAR(std::log10(closer.y.upper / closer.y.lower), 0.5, 1e-9);
}

TEST(Viewport, FrameShowsTheRectangleFromAnyCorner) {
    const Viewport view{{0, 10}, {0, 20, false, true}, 100, 100};
    for (const Viewport& framed : {view.framed(20, 10, 50, 60), view.framed(50, 60, 20, 10)}) {
        EXPECT_NEAR(framed.x.lower, 2, 1e-9);
        EXPECT_NEAR(framed.x.upper, 5, 1e-9);
        EXPECT_NEAR(framed.y.lower, 2, 1e-9);
        EXPECT_NEAR(framed.y.upper, 12, 1e-9);
    }
}

TEST(Viewport, DrawableRangeRepairsWhatCannotBeDrawn) {
    const AxisRange good{-1, 3};
    EXPECT_EQ(drawableRange(good), good);
    for (const AxisRange& bad : {AxisRange{5, 5}, AxisRange{3, 1}, AxisRange{0, static_cast<double>(kNan)},
                                 AxisRange{-1, 100, true}, AxisRange{-2, -1, true}, AxisRange{1e300, 1e301}}) {
        const AxisRange range = drawableRange(bad);
        EXPECT_LT(range.lower, range.upper);
        EXPECT_TRUE(std::isfinite(range.lower) && std::isfinite(range.upper));
        EXPECT_TRUE(!range.logarithmic || range.lower > 0);
    }
}

TEST(ColourMap, TablesHaveTheirPublishedEnds) {
    // matplotlib 3.11: viridis(0) = #440154, viridis(255) = #fde725, cividis(255) = #fee838 (as 8-bit), magma(0) =
    // #000004
    EXPECT_EQ(colourTable(ColourMapName::Viridis)[0], 0xFF440154u);
    EXPECT_EQ(colourTable(ColourMapName::Viridis)[255], 0xFFFDE725u);
    EXPECT_EQ(colourTable(ColourMapName::Cividis)[255], 0xFFFEE838u);
    EXPECT_EQ(colourTable(ColourMapName::Magma)[0], 0xFF000004u);
    // Moreland (2009): (59, 76, 192) to (180, 4, 38) through (221, 221, 221)
    EXPECT_EQ(colourTable(ColourMapName::BlueRed)[0], 0xFF3B4CC0u);
    EXPECT_EQ(colourTable(ColourMapName::BlueRed)[255], 0xFFB40426u);
    EXPECT_EQ(colourTable(ColourMapName::BlueRed)[127], 0xFFDCDDDDu);
}

TEST(ColourMap, ScaleClipsFlipsAndMarksMissing) {
    const auto& table = colourTable(ColourMapName::Viridis);
    ColourScale scale;
    scale.lower = 10;
    scale.upper = 1000;
    EXPECT_EQ(colourOf(scale, -5), table[0]);
    EXPECT_EQ(colourOf(scale, 2000), table[255]);
    EXPECT_EQ(colourOf(scale, 505), table[128]);
    EXPECT_EQ(colourOf(scale, static_cast<double>(kNan)), scale.missing);
    scale.logarithmic = true;
    EXPECT_EQ(colourOf(scale, 101), table[128]) << "the middle in log10 is 100";
    EXPECT_EQ(colourOf(scale, 0), scale.missing);
    scale.flipped = true;
    EXPECT_EQ(colourOf(scale, 2000), table[0]);
    scale = {};
    scale.lower = scale.upper = 3;
    EXPECT_EQ(colourOf(scale, 3), table[127]);
}

TEST(ColourMap, APowerStretchesTheLowEnd) {
    const auto& table = colourTable(ColourMapName::Viridis);
    ColourScale scale;
    scale.power = 0.5;
    EXPECT_EQ(colourOf(scale, 0.25), directedTable(scale)[64]) << "one value, drawn or in the bar";
    EXPECT_EQ(colourOf(scale, 0.25), table[128]) << "the square root of a quarter is the middle";
    EXPECT_EQ(colourOf(scale, 1), table[255]);
    scale.flipped = true;
    EXPECT_EQ(colourOf(scale, 0.25), directedTable(scale)[64]);
    scale.logarithmic = true;
    scale.lower = 0.01;
    EXPECT_EQ(colourOf(scale, 0.1), table[127]) << "a logarithm has no power";
}

TEST(ColourMap, PercentilesAsNumpyHasThem) {
    const std::vector<float> values{5, kNan, 1, 3, kInfinity, 2, 4};
    // numpy.percentile([1, 2, 3, 4, 5], [10, 90]) = [1.4, 4.6]
    const ValueRange range = percentileRange(values, 10, 90);
    EXPECT_NEAR(range.lower, 1.4, 1e-12);
    EXPECT_NEAR(range.upper, 4.6, 1e-12);
    const ValueRange padded = paddedExtent(values, 0.05);
    EXPECT_NEAR(padded.lower, 0.8, 1e-12);
    EXPECT_NEAR(padded.upper, 5.2, 1e-12);
    const std::vector<float> none{kNan};
    EXPECT_EQ(percentileRange(none, 0, 100).upper, 1);
    EXPECT_EQ(paddedExtent(none, 0.1).lower, 0);
}

TEST(ColourMap, PercentilesOfManyValuesAreThoseOfTheSortedOnes) {
    std::vector<float> values;
    for (std::uint64_t k = 0; k < 20001; ++k) {
        values.push_back(static_cast<float>(Philox(9).normal(k)));
        if (k % 3 == 0) values.push_back(-0.25f); // many alike
        if (k % 50 == 0) values.push_back(kNan);
    }
    std::vector<float> sorted;
    std::copy_if(values.begin(), values.end(), std::back_inserter(sorted), [](float v) { return std::isfinite(v); });
    std::sort(sorted.begin(), sorted.end());
    for (const double percent : {0.0, 0.1, 1.0, 37.0, 50.0, 99.0, 100.0}) {
        const double position = percent / 100 * static_cast<double>(sorted.size() - 1);
        const auto below = static_cast<std::size_t>(position);
        const double low = static_cast<double>(sorted[below]);
        const double high = static_cast<double>(sorted[std::min(below + 1, sorted.size() - 1)]);
        const double expected = low + (position - static_cast<double>(below)) * (high - low);
        EXPECT_EQ(percentileRange(values, percent, 100).lower, expected) << percent;
    }
}

TEST(FitAxes, ShowsEveryStarThatCanBeDrawn) {
    const std::vector<float> xs{1, 10, 1000, 5000, -3, 2, 3}, ys{1, 2, 3, kNan, 50, -1, 70};
    BitSet shown(7, true);
    shown.set(6, false);
    const FittedAxes all = fitAxes({0, 1, true, true}, {0, 1}, xs, ys, &shown, {0, 100, 0.1});
    EXPECT_NEAR(std::log10(all.x.lower), -0.3, 1e-6) << "1 .. 1000, margin a tenth of three decades";
    EXPECT_NEAR(std::log10(all.x.upper), 3.3, 1e-6);
    EXPECT_TRUE(all.x.logarithmic && all.x.flipped);
    EXPECT_NEAR(all.y.lower, -1 - 0.4, 1e-6);
    EXPECT_NEAR(all.y.upper, 3 + 0.4, 1e-6);
}

TEST(FitAxes, PercentilesKeepOutliersOut) {
    std::vector<float> xs, ys;
    for (int star = 0; star <= 1000; ++star) {
        xs.push_back(static_cast<float>(star));
        ys.push_back(7);
    }
    xs[1000] = 1e9f;
    const FittedAxes axes = fitAxes({}, {}, xs, ys, nullptr, {0.1, 99.9, 0});
    EXPECT_NEAR(axes.x.lower, 1, 1e-6);
    EXPECT_NEAR(axes.x.upper, 999, 1e-3) << "the next one is 1e9";
    EXPECT_LT(axes.y.lower, 7);
    EXPECT_GT(axes.y.upper, 7);
    const FittedAxes none = fitAxes({-5, 5}, {-5, 5, true}, {}, {}, nullptr, {});
    EXPECT_EQ(none.x.upper, 1);
    EXPECT_EQ(none.y.upper, 10);
}

} // namespace
} // namespace zscape
