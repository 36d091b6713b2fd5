// Density grids, contours, histograms, corner counts, the sky projection and highlights, against direct restatements.
#include "core/base/error.h"
#include "core/base/philox.h"
#include "core/plot/classes.h"
#include "core/plot/contours.h"
#include "core/plot/corner_counts.h"
#include "core/plot/diagram_preset.h"
#include "core/plot/histogram.h"
#include "core/plot/mollweide.h"
#include "core/plot/pixel_mask.h"
#include "core/plot/star_raster.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

namespace zscape {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

std::vector<float> normals(std::size_t count, std::uint64_t seed) {
    const Philox random(seed);
    std::vector<float> values(count);
    for (std::size_t k = 0; k < count; ++k) {
        values[k] = static_cast<float>(random.normal(k));
    }
    return values;
}

double areaOf(const ContourLine& line) {
    double twice = 0;
    for (std::size_t k = 0; k < line.points.size(); ++k) {
        const GridPoint& a = line.points[k];
        const GridPoint& b = line.points[(k + 1) % line.points.size()];
        twice += a.column * b.row - b.column * a.row;
    }
    return std::abs(twice) / 2;
}

TEST(DensityGrid, CountsStarsOfBinsOnAnyNumberOfThreads) {
    const std::vector<float> x{0.5f, 0.5f, 1.5f, 3.9f, -1, kNan, 0.5f}, y{0.5f, 0.6f, 0.5f, 1.9f, 0.5f, 0.5f, 5};
    ThreadPool one(1);
    const DensityGrid grid = densityGrid(one, x, y, nullptr, {0, 4}, {0, 2}, 4, 2);
    EXPECT_EQ(grid.counts, (std::vector<std::uint32_t>{2, 1, 0, 0, 0, 0, 0, 1}));
    EXPECT_EQ(grid.inside, 4u);
    EXPECT_DOUBLE_EQ(grid.dataX(1), 1);
    EXPECT_DOUBLE_EQ(grid.dataY(2), 2);

    const std::vector<float> many = normals(100000, 1), others = normals(100000, 2);
    ThreadPool three(3);
    EXPECT_EQ(densityGrid(one, many, others, nullptr, {-3, 3}, {-3, 3}, 50, 60).counts,
              densityGrid(three, many, others, nullptr, {-3, 3}, {-3, 3}, 50, 60).counts);
    EXPECT_THROW(densityGrid(one, x, many, nullptr, {0, 1}, {0, 1}, 4, 4), Error);
}

TEST(DensityGrid, SmoothingKeepsAConstant) {
    DensityGrid grid{{0, 1}, {0, 1}, 7, 5, std::vector<std::uint32_t>(35, 4), 140};
    for (const float value : smoothedCounts(grid, 1.3)) {
        EXPECT_NEAR(value, 4, 1e-5);
    }
}

TEST(Contours, ALineAroundACircleHasItsRadius) {
    // A cone of height 20 over (30, 25): at level 8 its radius is 12.
    constexpr int columns = 60, rows = 50;
    std::vector<float> cone;
    for (int row = 0; row < rows; ++row) {
        for (int column = 0; column < columns; ++column) {
            cone.push_back(static_cast<float>(std::max(0.0, 20 - std::hypot(column + 0.5 - 30, row + 0.5 - 25))));
        }
    }
    const std::vector<ContourLine> lines = contourLines(cone, columns, rows, 8);
    ASSERT_EQ(lines.size(), 1u);
    EXPECT_TRUE(lines[0].closed);
    for (const GridPoint& point : lines[0].points) {
        EXPECT_NEAR(std::hypot(point.column - 30, point.row - 25), 12, 0.02);
    }
    EXPECT_NEAR(areaOf(lines[0]), std::numbers::pi * 144, 2);
}

TEST(Contours, ClosesAtTheEdgeAndSeparatesDiagonalPeaks) {
    EXPECT_EQ(contourLines(std::vector<float>(9, 1), 3, 3, 0.5).size(), 1u);
    EXPECT_TRUE(contourLines(std::vector<float>(9, 1), 3, 3, 2).empty());
    const std::vector<float> diagonal{4, 0, 0, 4};
    EXPECT_EQ(contourLines(diagonal, 2, 2, 3).size(), 2u); // the mean of the corners, 2, is below
    EXPECT_EQ(contourLines(diagonal, 2, 2, 1).size(), 1u); // and here above
    EXPECT_THROW(contourLines(diagonal, 3, 2, 1), Error);
}

TEST(Contours, LevelsEncloseTheirFractionOfANormal) {
    // Of a 2D normal a fraction p lies within r^2 = -2 ln(1 - p).
    const std::vector<float> x = normals(400000, 3), y = normals(400000, 4);
    ThreadPool pool(2);
    const DensityGrid grid = densityGrid(pool, x, y, nullptr, {-5, 5}, {-5, 5}, 100, 100);
    const std::vector<float> values = smoothedCounts(grid, 1);
    const std::vector<double> fractions{0.5, 0.95};
    const std::vector<double> levels = enclosedLevels(values, fractions);
    ASSERT_EQ(levels.size(), 2u);
    EXPECT_GT(levels[0], levels[1]);
    for (std::size_t k = 0; k < 2; ++k) {
        double largest = 0;
        for (const ContourLine& line : contourLines(values, 100, 100, levels[k])) {
            largest = std::max(largest, areaOf(line));
        }
        const double radius2 = largest / 100 / std::numbers::pi; // bins of 0.1
        EXPECT_NEAR(radius2, -2 * std::log(1 - fractions[k]), 0.12) << fractions[k];
    }
}

TEST(Histogram, CountsBelowAboveAndMissing) {
    const std::vector<float> values{-1, 0, 0.5f, 1, 1.5f, 2, 3, kNan};
    ThreadPool pool(2);
    const Histogram counted = histogram(pool, values, nullptr, {0, 2}, 2);
    EXPECT_EQ(counted.counts, (std::vector<std::uint32_t>{2, 3})); // the upper end is in the last bin
    EXPECT_EQ(counted.below, 1u);
    EXPECT_EQ(counted.above, 1u);
    EXPECT_EQ(counted.missing, 1u);
    const std::vector<double> shares = cumulativeShare(counted);
    EXPECT_NEAR(shares[0], 1.0 / 7, 1e-12);
    EXPECT_NEAR(shares[1], 3.0 / 7, 1e-12);
    EXPECT_NEAR(shares[2], 6.0 / 7, 1e-12);
    const Histogram logs = histogram(pool, std::vector<float>{0, 1, 5, 20, 99}, nullptr, {1, 100, true}, 2);
    EXPECT_EQ(logs.counts, (std::vector<std::uint32_t>{2, 2}));
    EXPECT_EQ(logs.missing, 1u);
    EXPECT_NEAR(logs.edge(1), 10, 1e-9);
    EXPECT_THROW(histogram(pool, values, nullptr, {2, 2}, 2), Error);
}

TEST(Histogram, ClassesAddUp) {
    const std::vector<float> values = normals(50000, 5);
    std::vector<std::uint8_t> classes(values.size());
    for (std::size_t k = 0; k < classes.size(); ++k) {
        classes[k] = static_cast<std::uint8_t>(k % 3);
    }
    ThreadPool one(1), four(4);
    const auto parts = histogramsByClass(four, values, classes, 2, nullptr, {-2, 2}, 40);
    const Histogram whole = histogram(one, values, nullptr, {-2, 2}, 40);
    ASSERT_EQ(parts.size(), 2u);
    BitSet others(values.size());
    for (std::size_t k = 0; k < values.size(); k += 3) {
        others.set(k);
    }
    const Histogram rest = histogram(one, values, &others, {-2, 2}, 40);
    for (std::size_t bin = 0; bin < 40; ++bin) {
        EXPECT_EQ(parts[0].counts[bin] + parts[1].counts[bin] + rest.counts[bin], whole.counts[bin]);
    }
}

TEST(CornerCounts, AreTheHistogramsOfEveryPair) {
    const std::vector<float> a = normals(30000, 6), b = normals(30000, 7), c = normals(30000, 8);
    const std::vector<std::span<const float>> columns{a, b, c};
    const std::vector<AxisRange> axes{{-2, 2}, {-3, 3}, {-2.5, 2.5}};
    ThreadPool one(1), three(3);
    const CornerPlaces places(three, columns, axes, 20);
    const CornerCounts counts = cornerCounts(three, places, nullptr);
    EXPECT_EQ(counts.pairs, cornerCounts(one, places, nullptr).pairs);
    const DensityGrid direct = densityGrid(one, a, c, nullptr, axes[0], axes[2], 20, 20);
    const auto pair = counts.pair(0, 2, 0);
    EXPECT_EQ(std::vector<std::uint32_t>(pair.begin(), pair.end()), direct.counts);
    const Histogram marginal = histogram(one, b, nullptr, axes[1], 20);
    EXPECT_EQ(std::vector<std::uint32_t>(counts.marginal(0, 1).begin(), counts.marginal(0, 1).end()), marginal.counts);
    EXPECT_EQ(counts.cumulative(0, 1), cumulativeShare(marginal));

    std::vector<std::uint8_t> classes(a.size(), 0);
    classes[5] = 2;
    const CornerCounts one2 = cornerCountsByClass(three, places, nullptr, classes, 2);
    EXPECT_EQ(std::accumulate(one2.marginals.begin(), one2.marginals.end(), 0u) +
                  std::accumulate(one2.below.begin(), one2.below.end(), 0u) +
                  std::accumulate(one2.above.begin(), one2.above.end(), 0u),
              3u);
    EXPECT_EQ(one2.marginal(0, 0)[10] + one2.marginal(1, 0)[10], one2.marginal(1, 0)[10]) << "class 1 has no star";
    BitSet few(a.size() - 1, true);
    EXPECT_THROW(cornerCounts(one, places, &few), Error);
    EXPECT_THROW(cornerCountsByClass(one, places, nullptr, std::span(classes).first(5), 2), Error);
    EXPECT_THROW(CornerPlaces(one, columns, axes, 251), Error);
}

TEST(Mollweide, ProjectsKnownPlacesAndBack) {
    const Mollweide galactic(0);
    // At latitude t with 2t + sin 2t = pi sin(lat): the pole is at (0, 1), the anticentre at the ellipse's ends.
    EXPECT_NEAR(galactic.project(0, 90).y, 1, 1e-12);
    EXPECT_NEAR(galactic.project(0, 90).x, 0, 1e-9);
    EXPECT_NEAR(galactic.project(90, 0).x, -1, 1e-12); // to the left
    EXPECT_NEAR(galactic.project(180 - 1e-9, 0).x, -2, 1e-9);
    // Half of a hemisphere lies below latitude 30: 2t + sin 2t = pi/2, so pi/2 - 2t is the fixed point of the cosine.
    EXPECT_NEAR(galactic.project(0, 30).y, std::sin(0.5 * (0.5 * std::numbers::pi - 0.7390851332151607)), 1e-12);
    EXPECT_TRUE(std::isnan(galactic.project(0, 91).x));
    EXPECT_FALSE(galactic.inverse(1.9, 0.9));
    const Mollweide equatorial(180);
    for (double longitude = 3; longitude < 360; longitude += 17) {
        for (double latitude = -89.9; latitude < 90; latitude += 8.3) {
            const Mollweide::Plane at = equatorial.project(longitude, latitude);
            const auto back = equatorial.inverse(at.x, at.y);
            ASSERT_TRUE(back);
            EXPECT_NEAR(back->longitude, longitude, 1e-6);
            EXPECT_NEAR(back->latitude, latitude, 1e-7);
        }
    }
}

bool within(const std::vector<std::vector<SkyPoint>>& outlines, double longitude, double latitude) {
    bool inside = false;
    for (const std::vector<SkyPoint>& outline : outlines) {
        for (std::size_t k = 0, last = outline.size() - 1; k < outline.size(); last = k++) {
            const SkyPoint &a = outline[k], &b = outline[last];
            if ((a.latitude > latitude) == (b.latitude > latitude)) continue;
            const double at =
                a.longitude + (latitude - a.latitude) / (b.latitude - a.latitude) * (b.longitude - a.longitude);
            if (longitude < at) inside = !inside;
        }
    }
    return inside;
}

TEST(Mollweide, OutlinesEncloseTheSameSkyAcrossTheWrap) {
    for (const double centre : {0.0, 180.0}) {
        const Mollweide sky(centre);
        const std::vector<Mollweide::Plane> square{{-0.5, -0.4}, {0.5, -0.4}, {0.6, 0.5}, {-0.5, 0.45}};
        const auto outlines = skyOutlines(sky, square);
        EXPECT_EQ(outlines.size(), centre == 0 ? 2u : 1u); // around longitude 0 it is in two parts
        std::size_t different = 0, tested = 0;
        for (double longitude = 0.5; longitude < 360; longitude += 3) {
            for (double latitude = -88; latitude < 90; latitude += 3) {
                const Mollweide::Plane at = sky.project(longitude, latitude);
                // Half planes of the square's sides, in order.
                bool inside = true;
                for (std::size_t k = 0; k < 4; ++k) {
                    const auto &a = square[k], &b = square[(k + 1) % 4];
                    inside = inside && (b.x - a.x) * (at.y - a.y) - (b.y - a.y) * (at.x - a.x) > 0;
                }
                ++tested;
                different += inside != within(outlines, longitude, latitude);
            }
        }
        EXPECT_EQ(different, 0u) << "of " << tested << " places, centre " << centre;
    }
}

TEST(Mollweide, AnOutlineOverThePoleEnclosesIt) {
    const Mollweide sky(0);
    const std::vector<Mollweide::Plane> cap{{-2, 0.9}, {2, 0.9}, {2, 1.2}, {-2, 1.2}};
    const auto outlines = skyOutlines(sky, cap);
    for (double longitude = 5; longitude < 360; longitude += 10) {
        EXPECT_TRUE(within(outlines, longitude, 89));
        EXPECT_FALSE(within(outlines, longitude, 50));
    }
}

TEST(Highlights, ColourTheirStarsAboveGreyOnes) {
    // Three stars on one pixel, one alone: classes 0, 1, 0 and 0.
    const std::vector<float> x{0.5f, 0.5f, 0.5f, 2.5f}, y{0.5f, 0.5f, 0.5f, 0.5f};
    auto set = std::make_shared<BitSet>(4);
    set->set(1);
    const std::vector<Highlight> highlights{{set, 0xFFE69F00}};
    ThreadPool pool(2);
    const std::vector<std::uint8_t> classes = classesOf(pool, 4, highlights);
    EXPECT_EQ(classes, (std::vector<std::uint8_t>{0, 1, 0, 0}));
    const std::vector<Rgb> colours = classColoursOf(highlights);
    StarRaster raster(2);
    StarRaster::Input input{x, y, {}, nullptr, {}};
    input.classes = classes;
    input.classColours = colours;
    input.greyed = 0xFF808080;
    RasterStyle style;
    style.pointSize = 1;
    std::vector<Rgb> pixels(4);
    const Viewport view{{0, 4}, {0, 1}, 4, 1};
    EXPECT_EQ(raster.draw(input, view, style, pixels, 4), 4u);
    EXPECT_EQ(pixels, (std::vector<Rgb>{0xFFE69F00, 0, 0xFF808080, 0}));

    style.reduction = Reduction::Fraction;
    input.colour = {ColourMapName::Viridis, 0, 1};
    raster.draw(input, view, style, pixels, 4);
    const auto& table = colourTable(ColourMapName::Viridis);
    EXPECT_EQ(pixels[0], table[85]); // one third
    EXPECT_EQ(pixels[2], table[0]);

    style.reduction = Reduction::Count; // highlighted stars alone are counted
    raster.draw(input, view, style, pixels, 4);
    EXPECT_EQ(raster.largestCount(), 1u);
    EXPECT_EQ(pixels[2], 0xFF808080u);

    set = std::make_shared<BitSet>(3);
    EXPECT_THROW(classesOf(pool, 4, std::vector<Highlight>{{set, 0}}), Error);
}

TEST(Counts, APowerSpreadsTheColoursOfSmallOnes) {
    // 1, 25 and 100 stars a pixel; with power 0.5 they are 1, 5 and 10, so 25 is 4/9 of the way.
    std::vector<float> x, y;
    for (int k = 0; k < 126; ++k) {
        x.push_back(k < 1 ? 0.5f : k < 26 ? 1.5f : 2.5f);
        y.push_back(0.5f);
    }
    StarRaster raster(2);
    RasterStyle style;
    style.pointSize = 1;
    style.reduction = Reduction::Count;
    style.countLogarithmic = false;
    style.countPower = 0.5;
    std::vector<Rgb> pixels(3);
    raster.draw({x, y, {}, nullptr, {}}, {{0, 3}, {0, 1}, 3, 1}, style, pixels, 3);
    const auto& table = colourTable(ColourMapName::Viridis);
    EXPECT_EQ(pixels, (std::vector<Rgb>{table[0], table[113], table[255]}));
}

TEST(PixelMask, CountsStarsOnItsPixels) {
    const std::vector<float> x{0.5f, 1.5f, 1.5f, 9, kNan}, y{0.5f, 0.5f, 1.5f, 0.5f, 0.5f};
    const std::vector<std::uint8_t> mask{0, 255, 0, 255, 255, 0}; // two rows of two, three apart
    ThreadPool pool(2);
    // Rows go down from the top: (1.5, 1.5) is on the first, (0.5, 0.5) and (1.5, 0.5) on the second.
    EXPECT_EQ(countOnMask(pool, {pool, {x, y}}, {{0, 2}, {0, 2}, 2, 2}, mask, 3), 3u);
    BitSet shown(5, true);
    shown.set(0, false);
    EXPECT_EQ(countOnMask(pool, {pool, {x, y, &shown}}, {{0, 2}, {0, 2}, 2, 2}, mask, 3), 2u);
    EXPECT_THROW(countOnMask(pool, {pool, {x, y}}, {{0, 2}, {0, 2}, 4, 2}, mask, 3), Error);
}

TEST(DiagramPresets, AreTheOnesOfTheMethod) {
    ASSERT_GE(diagramPresets().size(), 2u);
    const DiagramPreset& kiel = diagramPresets().front();
    EXPECT_EQ(kiel.id, "kiel");
    EXPECT_EQ(kiel.xAxis, (AxisRange{3600, 6500, false, true}));
    EXPECT_TRUE(kiel.yAxis.flipped);
}

} // namespace
} // namespace zscape
