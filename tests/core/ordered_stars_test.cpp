// Stars in the order of a space-filling curve, and that drawing them in bands gives the very pixels of a plain loop.
#include "core/base/error.h"
#include "core/base/philox.h"
#include "core/plot/classes.h"
#include "core/plot/star_locator.h"
#include "core/plot/star_order.h"
#include "core/plot/star_raster.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>

namespace zscape {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

struct Stars {
    std::vector<float> x, y, labels;
    std::vector<std::uint8_t> classes;
    BitSet shown;
};

/// A cloud with wide tails on positive values, a dense knot of equal stars, and positions and labels that are none.
Stars cloud(std::size_t count) {
    Stars stars;
    stars.shown = BitSet(count, true);
    const Philox random(5);
    for (std::size_t row = 0; row < count; ++row) {
        stars.x.push_back(static_cast<float>(std::exp(random.normal(3 * row))));
        stars.y.push_back(static_cast<float>(1 + random.normal(3 * row + 1)));
        stars.labels.push_back(row % 11 == 0 ? kNan : static_cast<float>(random.uniform(3 * row + 2)));
        stars.classes.push_back(static_cast<std::uint8_t>(row % 7 == 0 ? 1 + row % 2 : 0));
        if (row % 13 == 0) stars.shown.set(row, false);
        if (row % 5 == 0) stars.x[row] = stars.y[row] = 1.25f;
    }
    const float wild[] = {kNan, kInfinity, -kInfinity, -3, 0, 1e30f, -1e30f, 3e38f};
    for (std::size_t row = 0; row < 16 && row < count; ++row) {
        (row < 8 ? stars.x : stars.y)[row] = wild[row % 8];
    }
    return stars;
}

/// The rows on each pixel, by the arithmetic of the inner loop, star after star.
std::vector<std::vector<std::size_t>> rowsByPlainLoop(const Stars& stars, const Viewport& view, int pointSize) {
    const PixelLine lineX = pixelLineX(view), lineY = pixelLineY(view);
    const PointStencil stencil(pointSize);
    const StarGrid grid(view, pointSize);
    const float bias = static_cast<float>(grid.border) + grid.shift;
    std::vector<std::vector<std::size_t>> rows(static_cast<std::size_t>(view.width * view.height));
    for (std::size_t star = 0; star < stars.x.size(); ++star) {
        const float x = lineX.logarithmic ? std::log10(stars.x[star]) : stars.x[star];
        const float y = lineY.logarithmic ? std::log10(stars.y[star]) : stars.y[star];
        const float cx = lineX(x) + bias, cy = lineY(y) + bias;
        if (!stars.shown.test(star) || !std::isfinite(x) || !std::isfinite(y)) continue;
        const auto columns = static_cast<float>(grid.columns()), cellRows = static_cast<float>(grid.bottom);
        if (!(cx >= 0 && cx < columns && cy >= 0 && cy < cellRows)) continue;
        const int column = static_cast<int>(cx) - grid.border, row = static_cast<int>(cy) - grid.border;
        for (int k = 0; k < stencil.rows(); ++k) {
            const int pixelY = row - stencil.first - k;
            const auto at = static_cast<std::size_t>(k);
            for (int pixelX = column - stencil.end[at]; pixelX <= column - stencil.begin[at]; ++pixelX) {
                if (pixelX < 0 || pixelX >= view.width || pixelY < 0 || pixelY >= view.height) continue;
                rows[static_cast<std::size_t>(pixelY * view.width + pixelX)].push_back(star);
            }
        }
    }
    return rows;
}

std::int32_t levelOf(const LabelLevels& levels, float label) {
    std::int32_t level = 0;
    levels.quantise(&label, 1, &level);
    return level;
}

Rgb expected(const Stars& stars, const std::vector<std::size_t>& rows, Reduction reduction, const ColourScale& scale) {
    if (rows.empty()) return 0;
    const auto table = directedTable(scale);
    const auto later = [](std::size_t a, std::size_t b) {
        return orderOfRow(static_cast<std::uint32_t>(a)) < orderOfRow(static_cast<std::uint32_t>(b));
    };
    if (reduction == Reduction::Top) {
        const std::size_t top = *std::max_element(rows.begin(), rows.end(), later);
        return colourOf(scale, static_cast<double>(stars.labels[top]));
    }
    const int bits = static_cast<int>(std::bit_width(stars.x.size()));
    const bool mean = reduction == Reduction::Mean;
    const LabelLevels quantiser(scale, mean ? 8 : 0, mean ? 1 << std::min(24, 64 - 2 * bits) : 1 << 20);
    std::vector<std::int32_t> levels;
    for (const std::size_t row : rows) {
        const std::int32_t level = levelOf(quantiser, stars.labels[row]);
        if (level != LabelLevels::kMissing) levels.push_back(level);
    }
    if (levels.empty()) return scale.missing;
    std::sort(levels.begin(), levels.end());
    auto level = static_cast<float>(reduction == Reduction::Minimum   ? levels.front()
                                    : reduction == Reduction::Maximum ? levels.back()
                                                                      : levels[(levels.size() - 1) / 2]);
    if (mean) {
        level = static_cast<float>(std::accumulate(levels.begin(), levels.end(), std::int64_t{0})) /
                static_cast<float>(levels.size());
    }
    return table[static_cast<std::size_t>(quantiser.tableEntry(level))];
}

const Viewport kViews[] = {
    {{-0.5, 4.5}, {-2, 4}, 173, 131},
    {{0.01, 50, true, true}, {4, -2, false, true}, 97, 200},
    {{0.1, 20, true, false}, {0.05, 6, true, true}, 150, 49},
    {{1.2499, 1.2501}, {1.2, 1.3}, 64, 48}, // far inside the knot
    {{-1e6, 1e6}, {-1e4, 1e4}, 31, 7},      // far outside
    {{100, 101}, {50, 51}, 20, 20},         // where there is nothing
};

TEST(OrderedStars, AreDrawnAsAPlainLoopOverTheRowsWouldDrawThem) {
    const Stars stars = cloud(6000);
    StarRaster raster(3);
    for (const Viewport& given : kViews) {
        const Viewport view{drawableRange(given.x), drawableRange(given.y), given.width, given.height};
        StarRaster::Input input{stars.x, stars.y, stars.labels, &stars.shown, {ColourMapName::Cividis, 0.1, 0.8}};
        for (const int size : {1, 2, 3, 6}) {
            const auto rows = rowsByPlainLoop(stars, view, size);
            for (const Reduction reduction :
                 {Reduction::Mean, Reduction::Median, Reduction::Minimum, Reduction::Maximum, Reduction::Top}) {
                RasterStyle style;
                style.reduction = reduction;
                style.pointSize = size;
                std::vector<Rgb> pixels(rows.size(), 7u);
                raster.draw(input, view, style, pixels, view.width);
                for (std::size_t pixel = 0; pixel < pixels.size(); ++pixel) {
                    ASSERT_EQ(pixels[pixel], expected(stars, rows[pixel], reduction, input.colour))
                        << "pixel " << pixel << ", size " << size << ", reduction " << static_cast<int>(reduction)
                        << ", width " << view.width;
                }
            }
        }
    }
}

TEST(OrderedStars, ClassesAndCountsAreThoseOfAPlainLoop) {
    const Stars stars = cloud(6000);
    const std::vector<Rgb> colours{0xFFE69F00, 0xFF56B4E9};
    StarRaster raster(2);
    const Viewport view = kViews[0];
    StarRaster::Input input{stars.x, stars.y, {}, &stars.shown, {}, stars.classes, colours, 0xFF808080};
    const auto rows = rowsByPlainLoop(stars, view, 2);
    std::vector<Rgb> pixels(rows.size());
    raster.draw(input, view, {}, pixels, view.width);
    for (std::size_t pixel = 0; pixel < pixels.size(); ++pixel) {
        Rgb colour = rows[pixel].empty() ? 0 : input.greyed;
        std::uint32_t top = 0;
        for (const std::size_t row : rows[pixel]) {
            const std::uint32_t order = orderOfRow(static_cast<std::uint32_t>(row)) >> 5; // the others hold the class
            if (stars.classes[row] == 0 || order < top) continue;
            top = order;
            colour = colours[stars.classes[row] - 1u];
        }
        ASSERT_EQ(pixels[pixel], colour) << "pixel " << pixel;
    }
    RasterStyle counting;
    counting.reduction = Reduction::Count;
    raster.draw(StarRaster::Input{stars.x, stars.y, {}, &stars.shown, {}}, view, counting, pixels, view.width);
    std::size_t largest = 0;
    for (const auto& onPixel : rows) {
        largest = std::max(largest, onPixel.size());
    }
    EXPECT_EQ(raster.largestCount(), largest);
}

TEST(OrderedStars, AreTheDrawableRowsOnceOnAnyNumberOfThreads) {
    const Stars stars = cloud(5000);
    ThreadPool one(1), four(4);
    for (const bool logarithmic : {false, true}) {
        const OrderedStars ordered(one, {stars.x, stars.y, &stars.shown, logarithmic, false});
        std::vector<std::uint32_t> expectedRows;
        for (std::size_t row = 0; row < stars.x.size(); ++row) {
            const bool drawn = std::isfinite(stars.x[row]) && std::isfinite(stars.y[row]) && stars.shown.test(row) &&
                               (!logarithmic || stars.x[row] > 0);
            if (drawn) expectedRows.push_back(static_cast<std::uint32_t>(row));
        }
        std::vector<std::uint32_t> rows(ordered.rows(), ordered.rows() + ordered.size());
        const OrderedStars again(four, {stars.x, stars.y, &stars.shown, logarithmic, false});
        EXPECT_TRUE(std::equal(rows.begin(), rows.end(), again.rows(), again.rows() + again.size()));
        for (std::size_t star = 0; star < ordered.size(); ++star) {
            const OrderedStars::Box& box = ordered.box(star / OrderedStars::kBlock);
            const float x = stars.x[rows[star]];
            ASSERT_EQ(ordered.x()[star], logarithmic ? std::log10(x) : x);
            ASSERT_EQ(ordered.y()[star], stars.y[rows[star]]);
            ASSERT_TRUE(ordered.x()[star] >= box.left && ordered.x()[star] <= box.right);
            ASSERT_TRUE(ordered.y()[star] >= box.bottom && ordered.y()[star] <= box.top);
        }
        std::sort(rows.begin(), rows.end());
        EXPECT_EQ(rows, expectedRows);
    }
}

TEST(OrderedStars, NeighboursInMemoryAreNeighboursOnThePlot) {
    Stars stars;
    const Philox random(6);
    for (std::size_t row = 0; row < 65536; ++row) {
        stars.x.push_back(static_cast<float>(random.uniform(2 * row)));
        stars.y.push_back(static_cast<float>(random.uniform(2 * row + 1)));
    }
    ThreadPool pool(2);
    const OrderedStars ordered(pool, {stars.x, stars.y});
    double area = 0;
    for (std::size_t block = 0; block < ordered.blocks(); ++block) {
        const OrderedStars::Box& box = ordered.box(block);
        area += static_cast<double>((box.right - box.left) * (box.top - box.bottom));
    }
    // 256 blocks that tiled the square would have an area of 1 in all; the curve jumps in some. In the order of the
    // rows it would be about 254.
    EXPECT_LT(area, 4);
}

TEST(OrderedStars, RefuseAxesThatTheyAreNotOrderedFor) {
    const std::vector<float> x{1, 2}, y{1, 2}, few{1};
    ThreadPool pool(1);
    OrderedStars ordered(pool, {x, y});
    StarRaster raster(1);
    std::vector<Rgb> pixels(4);
    EXPECT_THROW(raster.draw(ordered, {}, {{1, 2, true}, {1, 2}, 2, 2}, {}, pixels, 2), Error);
    EXPECT_THROW(ordered.setLabels(pool, few), Error);
    EXPECT_THROW(OrderedStars(pool, {x, few}), Error);
    const BitSet short_(1, true);
    EXPECT_THROW(OrderedStars(pool, {x, y, &short_}), Error);
}

TEST(HighlightSet, CopiesShareTheClassesOfTheStars) {
    auto stars = std::make_shared<BitSet>(100);
    stars->set(42);
    const HighlightSet set{{stars, 0xFFE69F00}};
    const HighlightSet copy = set;
    ThreadPool pool(1);
    const auto classes = set.classes(pool, 100);
    ASSERT_TRUE(classes);
    EXPECT_EQ((*classes)[42], 1);
    EXPECT_EQ(copy.classes(pool, 100), classes);
    EXPECT_EQ(copy, (HighlightSet{{stars, 0xFFE69F00}}));
    EXPECT_EQ(HighlightSet().classes(pool, 100), nullptr);
    EXPECT_THROW(set.classes(pool, 101), Error);
}

} // namespace
} // namespace zscape
