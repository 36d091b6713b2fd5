// Drawing against a direct restatement: every pixel collects the labels of the stars whose point covers it.
#include "core/base/error.h"
#include "core/base/philox.h"
#include "core/plot/star_raster.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

namespace zscape {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

struct Stars {
    std::vector<float> x, y, labels;
    StarRaster::Input input(const ColourScale& colour = {}) const { return {x, y, labels, nullptr, colour}; }
};

/// Stars in and around the unit square; some labels missing, some positions undefined.
Stars someStars(std::size_t count, double missing = 0.1) {
    Stars stars;
    const Philox random(7);
    for (std::size_t i = 0; i < count; ++i) {
        stars.x.push_back(static_cast<float>(1.4 * random.uniform(4 * i) - 0.2));
        stars.y.push_back(static_cast<float>(1.4 * random.uniform(4 * i + 1) - 0.2));
        const bool absent = random.uniform(4 * i + 2) < missing;
        stars.labels.push_back(absent ? kNan : static_cast<float>(random.uniform(4 * i + 3)));
    }
    for (std::size_t i = 0; i + 3 < count; i += 97) {
        stars.x[i] = kNan;
        stars.y[i + 1] = kInfinity;
        stars.x[i + 2] = -kInfinity;
    }
    return stars;
}

std::vector<Rgb> drawn(const StarRaster::Input& input, const Viewport& view, const RasterStyle& style, int threads = 2,
                       std::size_t* inside = nullptr) {
    StarRaster raster(threads);
    std::vector<Rgb> pixels(static_cast<std::size_t>(view.width * view.height), 0x12345678u);
    const std::size_t count = raster.draw(input, view, style, pixels, view.width);
    if (inside) *inside = count;
    return pixels;
}

/// The offsets of the pixels a point covers, from the pixel (odd size) or the pixel corner (even size) it lies nearest.
bool covers(int pointSize, int dx, int dy) {
    const int low = -(pointSize / 2), high = low + pointSize - 1;
    if (dx < low || dx > high || dy < low || dy > high) return false;
    if (pointSize <= 2) return true;
    const double centre = 0.5 * (low + high);
    return (dx - centre) * (dx - centre) + (dy - centre) * (dy - centre) <= 0.25 * pointSize * pointSize - 0.3;
}

std::vector<std::vector<std::size_t>> rowsOnPixels(const Stars& stars, const Viewport& view, int pointSize) {
    std::vector<std::vector<std::size_t>> rows(static_cast<std::size_t>(view.width * view.height));
    const double shift = pointSize % 2 == 0 ? 0.5 : 0;
    for (std::size_t star = 0; star < stars.x.size(); ++star) {
        const double px = std::floor(view.pixelX(static_cast<double>(stars.x[star])) + shift);
        const double py = std::floor(view.pixelY(static_cast<double>(stars.y[star])) + shift);
        if (!(std::abs(px) < 1e6 && std::abs(py) < 1e6)) continue;
        for (int y = std::max(0, static_cast<int>(py) - 5); y < std::min(view.height, static_cast<int>(py) + 6); ++y) {
            for (int x = std::max(0, static_cast<int>(px) - 5); x < std::min(view.width, static_cast<int>(px) + 6);
                 ++x) {
                if (!covers(pointSize, x - static_cast<int>(px), y - static_cast<int>(py))) continue;
                rows[static_cast<std::size_t>(y) * static_cast<std::size_t>(view.width) + static_cast<std::size_t>(x)]
                    .push_back(star);
            }
        }
    }
    return rows;
}

Rgb expectedColour(const Stars& stars, const std::vector<std::size_t>& rows, Reduction reduction,
                   const ColourScale& scale) {
    if (rows.empty()) return 0;
    std::vector<double> labels;
    for (const std::size_t row : rows) {
        if (std::isfinite(stars.labels[row])) labels.push_back(static_cast<double>(stars.labels[row]));
    }
    if (labels.empty()) return scale.missing;
    std::sort(labels.begin(), labels.end());
    switch (reduction) {
    case Reduction::Median:
        return colourOf(scale, labels[(labels.size() - 1) / 2]);
    case Reduction::Minimum:
        return colourOf(scale, labels.front());
    case Reduction::Maximum:
        return colourOf(scale, labels.back());
    default:
        return colourOf(scale, std::accumulate(labels.begin(), labels.end(), 0.0) / static_cast<double>(labels.size()));
    }
}

/// Entry of the table a colour was taken from; -1 where it is none of it.
int entryOf(Rgb colour) {
    const auto& table = colourTable(ColourMapName::Viridis);
    const auto found = std::find(table.begin(), table.end(), colour);
    return found == table.end() ? -1 : static_cast<int>(found - table.begin());
}

class EveryReduction : public testing::TestWithParam<std::tuple<Reduction, int>> {};

TEST_P(EveryReduction, AgreesWithTheDirectRestatement) {
    const auto [reduction, pointSize] = GetParam();
    const Stars stars = someStars(3000);
    const Viewport view{{0.05, 0.95}, {0.1, 0.8}, 61, 47};
    RasterStyle style;
    style.reduction = reduction;
    style.pointSize = pointSize;
    const std::vector<Rgb> pixels = drawn(stars.input(), view, style);
    const auto rows = rowsOnPixels(stars, view, pointSize);
    std::size_t different = 0;
    for (std::size_t pixel = 0; pixel < pixels.size(); ++pixel) {
        const Rgb expected = expectedColour(stars, rows[pixel], reduction, {});
        if (pixels[pixel] == expected) continue;
        // Float32 arithmetic may move a label that lies on the edge of two colours into the next one.
        ASSERT_GE(entryOf(pixels[pixel]), 0) << "pixel " << pixel;
        ASSERT_LE(std::abs(entryOf(pixels[pixel]) - entryOf(expected)), 1) << "pixel " << pixel;
        ++different;
    }
    EXPECT_LE(different, pixels.size() / 200);
}

INSTANTIATE_TEST_SUITE_P(Plot, EveryReduction,
                         testing::Combine(testing::Values(Reduction::Mean, Reduction::Median, Reduction::Minimum,
                                                          Reduction::Maximum),
                                          testing::Values(1, 2, 3, 4, 5, 9)),
                         [](const auto& parameter) {
                             const int reduction = static_cast<int>(std::get<0>(parameter.param));
                             return std::string("reduction") + std::to_string(reduction) + "_" +
                                    std::to_string(std::get<1>(parameter.param)) + "px";
                         });

TEST(StarRaster, SamePixelsOnAnyNumberOfThreads) {
    const Stars stars = someStars(60000);
    const Viewport view{{0, 1}, {0, 1}, 200, 150};
    for (const Reduction reduction : {Reduction::Mean, Reduction::Median, Reduction::Minimum, Reduction::Maximum,
                                      Reduction::Count, Reduction::Top}) {
        RasterStyle style;
        style.reduction = reduction;
        style.opacityPerStar = 0.4;
        const std::vector<Rgb> one = drawn(stars.input(), view, style, 1);
        EXPECT_EQ(one, drawn(stars.input(), view, style, 2));
        EXPECT_EQ(one, drawn(stars.input(), view, style, 5));
    }
}

TEST(StarRaster, TopDrawsOneOfTheStarsInARandomOrder) {
    // 1000 pixels with two stars each, label 0 first in the table: either is on top about as often.
    Stars stars;
    for (int pixel = 0; pixel < 1000; ++pixel) {
        for (const float label : {0.0f, 1.0f}) {
            stars.x.push_back(static_cast<float>(pixel) + 0.5f);
            stars.y.push_back(0.5f);
            stars.labels.push_back(label);
        }
    }
    RasterStyle style;
    style.reduction = Reduction::Top;
    style.pointSize = 1;
    const std::vector<Rgb> pixels = drawn(stars.input(), {{0, 1000}, {0, 1}, 1000, 1}, style);
    const auto first = std::count(pixels.begin(), pixels.end(), colourTable(ColourMapName::Viridis)[0]);
    const auto second = std::count(pixels.begin(), pixels.end(), colourTable(ColourMapName::Viridis)[255]);
    EXPECT_EQ(first + second, 1000);
    EXPECT_NEAR(static_cast<double>(first), 500, 80) << "5 standard deviations of a fair choice";
}

TEST(StarRaster, CountsStarsAndTellsTheLargest) {
    Stars stars;
    for (int pixel = 0; pixel < 3; ++pixel) {
        const int count = pixel == 0 ? 1 : pixel == 1 ? 10 : 100;
        stars.x.insert(stars.x.end(), static_cast<std::size_t>(count), static_cast<float>(pixel) + 0.5f);
        stars.y.insert(stars.y.end(), static_cast<std::size_t>(count), 0.5f);
    }
    StarRaster raster(2);
    RasterStyle style;
    style.reduction = Reduction::Count;
    style.pointSize = 1;
    std::vector<Rgb> pixels(4);
    raster.draw(stars.input(), {{0, 4}, {0, 1}, 4, 1}, style, pixels, 4);
    EXPECT_EQ(raster.largestCount(), 100u);
    EXPECT_EQ(entryOf(pixels[0]), 0);
    EXPECT_EQ(entryOf(pixels[1]), 128) << "10 is in the middle of 1 and 100";
    EXPECT_EQ(entryOf(pixels[2]), 255);
    EXPECT_EQ(pixels[3], 0u);
    style.countLogarithmic = false;
    raster.draw(stars.input(), {{0, 4}, {0, 1}, 4, 1}, style, pixels, 4);
    EXPECT_EQ(entryOf(pixels[1]), static_cast<int>(256 * 9.0 / 99));
    style.reduction = Reduction::Mean;
    raster.draw(stars.input(), {{0, 4}, {0, 1}, 4, 1}, style, pixels, 4);
    EXPECT_EQ(raster.largestCount(), 0u);
    EXPECT_EQ(pixels[0], style.plain) << "no labels";
}

TEST(StarRaster, LogarithmicAndFlippedAxesPutStarsWhereTheViewportSays) {
    Stars stars;
    stars.x = {20, 300, -4, 0};
    stars.y = {4.5f, 1.5f, 2, 2};
    const Viewport view{{1, 1000, true, true}, {0, 5, false, true}, 300, 50};
    RasterStyle style;
    style.pointSize = 1;
    std::size_t inside = 0;
    const std::vector<Rgb> pixels = drawn(stars.input(), view, style, 2, &inside);
    EXPECT_EQ(inside, 2u) << "a logarithmic axis has no place for -4 and 0";
    EXPECT_EQ(std::count(pixels.begin(), pixels.end(), style.plain), 2);
    for (const auto& [x, y] : {std::pair{20.0, 4.5}, std::pair{300.0, 1.5}}) {
        const auto column = static_cast<std::size_t>(view.pixelX(x)), row = static_cast<std::size_t>(view.pixelY(y));
        EXPECT_EQ(pixels[row * 300 + column], style.plain);
    }
}

TEST(StarRaster, ShowsOnlyWhatItIsAskedTo) {
    const Stars stars = someStars(5000, 0);
    BitSet shown(stars.x.size());
    Stars chosen;
    for (std::size_t star = 0; star < stars.x.size(); star += 3) {
        shown.set(star);
        chosen.x.push_back(stars.x[star]);
        chosen.y.push_back(stars.y[star]);
        chosen.labels.push_back(stars.labels[star]);
    }
    const Viewport view{{0, 1}, {0, 1}, 80, 80};
    StarRaster::Input masked = stars.input();
    masked.shown = &shown;
    std::size_t insideMasked = 0, insideChosen = 0;
    // Median, whose colours do not depend on how many stars there are in all.
    RasterStyle style;
    style.reduction = Reduction::Median;
    EXPECT_EQ(drawn(masked, view, style, 2, &insideMasked), drawn(chosen.input(), view, style, 2, &insideChosen));
    EXPECT_EQ(insideMasked, insideChosen);
    EXPECT_GT(insideMasked, 0u);
}

TEST(StarRaster, OpacityGrowsWithTheNumberOfStars) {
    Stars stars;
    for (const int pixel : {0, 1, 1, 2, 2, 2}) {
        stars.x.push_back(static_cast<float>(pixel) + 0.5f);
        stars.y.push_back(0.5f);
        stars.labels.push_back(0.5f);
    }
    stars.labels[1] = kNan; // covers all the same
    for (const Reduction reduction : {Reduction::Mean, Reduction::Median, Reduction::Top, Reduction::Count}) {
        RasterStyle style;
        style.reduction = reduction;
        style.pointSize = 1;
        style.opacityPerStar = 0.5;
        const std::vector<Rgb> pixels = drawn(stars.input(), {{0, 3}, {0, 1}, 3, 1}, style);
        EXPECT_EQ(pixels[0] >> 24, 128u);
        EXPECT_EQ(pixels[1] >> 24, 191u);
        EXPECT_EQ(pixels[2] >> 24, 223u);
        EXPECT_LE(pixels[0] >> 8 & 255u, 128u) << "colours are premultiplied";
    }
}

TEST(StarRaster, WildLabelDoesNotTurnAMeanIntoTheEdgeColour) {
    Stars stars;
    stars.x.assign(100, 0.5f);
    stars.y.assign(100, 0.5f);
    stars.labels.assign(100, 0.25f);
    stars.labels[50] = -9999; // a sentinel that a catalogue forgot to mark
    RasterStyle style;
    style.pointSize = 1;
    const int entry = entryOf(drawn(stars.input(), {{0, 1}, {0, 1}, 1, 1}, style)[0]);
    // (99 * 0.25 - 8) / 100 = 0.1675
    EXPECT_NEAR(entry, 256 * 0.1675, 1.5);
}

TEST(StarRaster, KeepsToTheStrideAndRejectsBadInput) {
    const Stars stars = someStars(100);
    StarRaster raster(2);
    std::vector<Rgb> pixels(30, 77u);
    raster.draw(stars.input(), {{2, 3}, {2, 3}, 8, 3}, {}, pixels, 10);
    for (std::size_t row = 0; row < 3; ++row) {
        EXPECT_EQ(pixels[row * 10 + 7], 0u);
        EXPECT_EQ(pixels[row * 10 + 8], 77u) << "outside the view";
    }
    EXPECT_THROW(raster.draw(stars.input(), {{0, 1}, {0, 1}, 8, 4}, {}, pixels, 10), Error);
    StarRaster::Input uneven = stars.input();
    uneven.y = uneven.y.first(50);
    EXPECT_THROW(raster.draw(uneven, {{0, 1}, {0, 1}, 8, 3}, {}, pixels, 10), Error);
    const BitSet few(10, true);
    StarRaster::Input masked = stars.input();
    masked.shown = &few;
    EXPECT_THROW(raster.draw(masked, {{0, 1}, {0, 1}, 8, 3}, {}, pixels, 10), Error);
    EXPECT_EQ(raster.draw({}, {{0, 1}, {0, 1}, 8, 3}, {}, pixels, 10), 0u);
}

TEST(NearestStar, IsTheNearestInPixelsAndTheLowestRowOfTies) {
    const Stars stars = someStars(20000);
    const Viewport view{{0, 1}, {0.001, 1, true, true}, 300, 700};
    ThreadPool pool(3);
    const OrderedStars ordered(pool, {stars.x, stars.y, nullptr, false, true});
    for (int trial = 0; trial < 50; ++trial) {
        const double px = 300 * Philox(3).uniform(2 * static_cast<std::uint64_t>(trial));
        const double py = 700 * Philox(3).uniform(2 * static_cast<std::uint64_t>(trial) + 1);
        double best = 1e300;
        for (std::size_t star = 0; star < stars.x.size(); ++star) {
            const double distance = std::hypot(view.pixelX(static_cast<double>(stars.x[star])) - px,
                                               view.pixelY(static_cast<double>(stars.y[star])) - py);
            if (distance < best) best = distance;
        }
        const auto found = nearestStar(ordered, view, px, py, 1e9);
        ASSERT_TRUE(found);
        EXPECT_NEAR(std::hypot(view.pixelX(static_cast<double>(stars.x[*found])) - px,
                               view.pixelY(static_cast<double>(stars.y[*found])) - py),
                    best, 1e-3);
    }
    const std::vector<float> same(100, 0.5f);
    EXPECT_EQ(nearestStar({pool, {same, same}}, {{0, 1}, {0, 1}, 10, 10}, 5, 5, 1), 0u);
    BitSet shown(100, true);
    shown.set(0, false);
    EXPECT_EQ(nearestStar({pool, {same, same, &shown}}, {{0, 1}, {0, 1}, 10, 10}, 5, 5, 1), 1u);
    EXPECT_FALSE(nearestStar({pool, {same, same}}, {{0, 1}, {0, 1}, 10, 10}, 0, 0, 7));
    const std::vector<float> nowhere(5, kNan);
    EXPECT_FALSE(nearestStar({pool, {nowhere, nowhere}}, {{0, 1}, {0, 1}, 10, 10}, 0, 0, 1e9));
}

} // namespace
} // namespace zscape
