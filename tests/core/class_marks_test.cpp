// The shapes that tell classes of stars apart without their colours.
#include "core/plot/class_mark.h"
#include "core/plot/star_raster.h"

#include "core/base/error.h"
#include "core/base/philox.h"
#include "core/select/definition.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace zscape {
namespace {

constexpr Rgb kColour = 0xFFE69F00, kEdge = 0xFF101418, kGrey = 0xFFB4BCC4;

/// Stars of a few classes on a view of pixels; columns stay where the raster reads them.
struct Classes {
    std::vector<float> x, y;
    std::vector<std::uint8_t> classes;
    std::vector<Rgb> colours;
    std::vector<ClassMark> marks;

    void add(double atX, double atY, std::uint8_t number) {
        x.push_back(static_cast<float>(atX));
        y.push_back(static_cast<float>(atY));
        classes.push_back(number);
    }
    std::vector<Rgb> drawn(int width, int height, const RasterStyle& style, int threads = 1) const {
        StarRaster raster(threads);
        StarRaster::Input input{x, y, {}, nullptr, {}};
        input.classes = classes;
        input.classColours = colours;
        input.classMarks = marks;
        input.markEdge = kEdge;
        input.greyed = kGrey;
        const auto w = static_cast<std::size_t>(width);
        std::vector<Rgb> pixels(w * static_cast<std::size_t>(height));
        // y grows downwards, as pixels do.
        raster.draw(input, {{0, double(width)}, {0, double(height), false, true}, width, height}, style, pixels, width);
        return pixels;
    }
};

/// One star of a shape in the middle of 5 x 5 pixels, as rows of # and blanks.
std::string point(ClassMark mark, int size) {
    Classes one;
    one.colours = {kColour};
    one.marks = {mark};
    one.add(0.5 * size, 0.5 * size, 1);
    RasterStyle style;
    style.pointSize = size;
    style.markSize = 7;
    std::string picture;
    const std::vector<Rgb> pixels = one.drawn(size, size, style);
    for (std::size_t k = 0; k < pixels.size(); ++k) {
        EXPECT_TRUE(pixels[k] == 0 || pixels[k] == kColour);
        picture += pixels[k] == kColour ? '#' : '.';
        if ((k + 1) % static_cast<std::size_t>(size) == 0) picture += '\n';
    }
    return picture;
}

TEST(ClassMarks, LargePointsAreTheShapesOfTheirClasses) {
    EXPECT_EQ(point(ClassMark::Circle, 5), ".###.\n#####\n#####\n#####\n.###.\n");
    EXPECT_EQ(point(ClassMark::Square, 5), "#####\n#####\n#####\n#####\n#####\n");
    EXPECT_EQ(point(ClassMark::Up, 5), "..#..\n..#..\n.###.\n.###.\n#####\n");
    EXPECT_EQ(point(ClassMark::Diamond, 5), "..#..\n.###.\n#####\n.###.\n..#..\n");
    EXPECT_EQ(point(ClassMark::Cross, 5), "#...#\n.#.#.\n..#..\n.#.#.\n#...#\n");
    EXPECT_EQ(point(ClassMark::Down, 5), "#####\n.###.\n.###.\n..#..\n..#..\n");
    EXPECT_EQ(point(ClassMark::Plus, 5), "..#..\n..#..\n#####\n..#..\n..#..\n");
}

TEST(ClassMarks, AllSevenDifferAtEverySizeOfAPoint) {
    for (int size = 5; size <= kLargestPoint; ++size) {
        std::vector<std::string> pictures;
        for (std::size_t number = 0; number < kClassMarks; ++number) {
            pictures.push_back(point(classMark(number), size));
        }
        std::ranges::sort(pictures);
        EXPECT_EQ(std::ranges::adjacent_find(pictures), pictures.end()) << size;
    }
    EXPECT_EQ(classMark(7), classMark(0));
}

TEST(ClassMarks, FewStarsOfSmallPointsCarryTheirShapes) {
    // Two classes of the same colour, a star each: only the shapes tell which is which.
    Classes two;
    two.colours = {kColour, kColour};
    two.marks = {ClassMark::Square, ClassMark::Plus};
    two.add(20.5, 20.5, 1);
    two.add(60.5, 20.5, 2);
    two.add(40.5, 20.5, 0);
    RasterStyle style;
    style.pointSize = 1;
    style.markSize = 7;
    const std::vector<Rgb> pixels = two.drawn(80, 40, style);
    const auto at = [&](int x, int y) { return pixels[static_cast<std::size_t>(80 * y + x)]; };
    EXPECT_EQ(at(20, 20), kColour);
    EXPECT_EQ(at(60, 20), kColour);
    EXPECT_EQ(at(40, 20), kGrey) << "a star of no class stays a point";
    EXPECT_EQ(at(41, 20), 0u);
    EXPECT_EQ(at(22, 22), kColour) << "the square reaches to its corner";
    EXPECT_NE(at(62, 22), kColour) << "the plus does not";
    EXPECT_EQ(at(62, 20), kColour);
    EXPECT_EQ(at(63, 23), 0u) << "nothing between the arms of the plus";
    EXPECT_NE(at(24, 20), 0u) << "an edge around the square";
    EXPECT_NE(at(24, 20), kColour);
    EXPECT_EQ(at(26, 20), 0u);

    style.markSize = 0;
    const std::vector<Rgb> without = two.drawn(80, 40, style);
    EXPECT_EQ(std::ranges::count_if(without, [](Rgb pixel) { return pixel != 0; }), 3) << "points alone";
}

TEST(ClassMarks, AreHalfDrawnAtTheEdgeOfAView) {
    Classes one;
    one.colours = {kColour};
    one.marks = {ClassMark::Square};
    one.add(0.5, 0.5, 1);
    one.add(39.5, 39.5, 1);
    RasterStyle style;
    style.pointSize = 2;
    style.markSize = 8;
    const std::vector<Rgb> pixels = one.drawn(40, 40, style);
    EXPECT_EQ(pixels[0], kColour);
    EXPECT_EQ(pixels[40 * 40 - 1], kColour);
}

TEST(ClassMarks, AreFewWhereStarsAreManySoThatDensityIsSeen) {
    Classes many;
    many.colours = {kColour, 0xFF56B4E9};
    many.marks = {ClassMark::Square, ClassMark::Up};
    for (std::uint64_t star = 0; star < 31000; ++star) {
        many.add(400 * Philox(1).uniform(2 * star), 400 * Philox(1).uniform(2 * star + 1), 1 + star % 2);
    }
    RasterStyle style;
    style.pointSize = 1;
    style.markSize = 7;
    const std::vector<Rgb> marked = many.drawn(400, 400, style);
    style.markSize = 0;
    const std::vector<Rgb> plain = many.drawn(400, 400, style);
    std::ptrdiff_t changed = 0;
    for (std::size_t pixel = 0; pixel < marked.size(); ++pixel) {
        changed += marked[pixel] != plain[pixel];
    }
    EXPECT_GT(changed, 500) << "some do carry their shapes";
    // Two classes on 1/64 of the view each, with their edges 81/49 of that.
    EXPECT_LT(static_cast<double>(changed), 400.0 * 400 * 2 / 64 * 81 / 49);
}

TEST(ClassMarks, StarsKeepTheirShapeWhenOthersJoin) {
    Classes stars;
    stars.colours = {kColour};
    stars.marks = {ClassMark::Square};
    RasterStyle style;
    style.pointSize = 1;
    style.markSize = 7;
    std::vector<Rgb> before;
    // On a grid whose marks do not touch: 1 in 2, 4, ... of them are marked as their class grows.
    for (std::uint64_t star = 0; star < 1600; ++star) {
        stars.add(10 * static_cast<double>(star % 40) + 5.5, 10 * static_cast<double>(star / 40) + 5.5, 1);
        if (star != 399 && star != 1599) continue;
        const std::vector<Rgb> now = stars.drawn(400, 400, style);
        if (!before.empty()) {
            const std::size_t known = 400 * 100; // rows of the first 400 stars
            for (std::size_t pixel = 0; pixel < known; ++pixel) {
                EXPECT_TRUE(now[pixel] != kEdge || before[pixel] == kEdge) << "no star of before gains a shape";
            }
        }
        before = now;
    }
}

TEST(ClassMarks, SamePixelsOnAnyNumberOfThreads) {
    Classes stars;
    for (std::size_t number = 0; number < 15; ++number) {
        stars.colours.push_back(selectionColour(number));
        stars.marks.push_back(classMark(number));
    }
    for (std::uint64_t star = 0; star < 20000; ++star) {
        // Some classes with few stars, some with many.
        const double share = Philox(2).uniform(3 * star + 2);
        stars.add(300 * Philox(2).uniform(3 * star), 500 * Philox(2).uniform(3 * star + 1),
                  static_cast<std::uint8_t>(15.99 * share * share * share));
    }
    for (const int size : {1, 2, 4, 5, 6, 9}) {
        for (const double opacity : {1.0, 0.4}) {
            RasterStyle style;
            style.pointSize = size;
            style.markSize = 7;
            style.opacityPerStar = opacity;
            const std::vector<Rgb> one = stars.drawn(300, 500, style, 1);
            EXPECT_EQ(one, stars.drawn(300, 500, style, 2)) << size;
            EXPECT_EQ(one, stars.drawn(300, 500, style, 5)) << size;
        }
    }
}

TEST(ClassMarks, EveryClassNeedsOne) {
    Classes stars;
    stars.colours = {kColour, kColour};
    stars.marks = {ClassMark::Square};
    stars.add(1, 1, 2);
    EXPECT_THROW(stars.drawn(4, 4, {}), Error);
}

TEST(SelectionMarks, GoWithTheColoursAndAreTakenOnce) {
    const auto of = [](const std::vector<Rgb>& colours) {
        std::vector<Selection> list;
        for (const Rgb colour : colours) {
            list.push_back({"one", colour, true, {}});
        }
        return selectionMarks(list);
    };
    using enum ClassMark;
    std::vector<Rgb> all;
    for (std::size_t number = 0; number < 8; ++number) {
        all.push_back(selectionColour(number));
    }
    EXPECT_EQ(of(all), (std::vector<ClassMark>{Circle, Square, Up, Diamond, Cross, Down, Plus, Circle}));
    EXPECT_EQ(of({selectionColour(1), selectionColour(0)}), (std::vector<ClassMark>{Square, Circle}));
    EXPECT_EQ(of({0xFF123456, selectionColour(0), selectionColour(0), selectionColour(1)}),
              (std::vector<ClassMark>{Up, Circle, Diamond, Square}))
        << "a colour of the user's own, and one that is there twice, get what the others leave";
}

} // namespace
} // namespace zscape
