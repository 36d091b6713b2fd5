// The tiled float32 product against sums in double precision, both variants.
#include "core/xp/tiled_design.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace zscape {
namespace {

struct Size {
    std::size_t rows, terms, columns;
};

/// Small whole numbers: every sum is exact in float32, so the product must be too.
std::vector<double> wholeNumbers(std::size_t count, std::size_t seed) {
    std::vector<double> values(count);
    for (std::size_t index = 0; index < count; ++index) {
        values[index] = static_cast<double>((index * 7919 + seed * 104729) % 17) - 8;
    }
    return values;
}

class TiledDesignTest : public testing::TestWithParam<Size> {};

TEST_P(TiledDesignTest, IsTheExactProductOfWholeNumbers) {
    const auto [rows, terms, columns] = GetParam();
    std::vector<double> design = wholeNumbers(terms * columns, 1);
    // Zero blocks as the bands have them: the first third of the terms ends, the last third begins, halfway.
    for (std::size_t term = 0; term < terms; ++term) {
        for (std::size_t column = 0; column < columns; ++column) {
            const bool late = column >= columns / 2;
            if ((term < terms / 3 && late) || (term >= terms - terms / 3 && !late)) design[term * columns + column] = 0;
        }
    }
    const std::vector<double> in = wholeNumbers(rows * terms, 2);
    const std::vector<float> inFloats(in.begin(), in.end());
    const TiledDesign tiled(MatrixView<const double>(design.data(), terms, columns));
    std::vector<float> out(rows * columns + 1, 77.0F);
    std::vector<float> baselineOut = out;
    const MatrixView<const float> inView(inFloats.data(), rows, terms);
    tiled.multiply(inView, MatrixView<float>(out.data(), rows, columns));
    tiled.multiplyBaseline(inView, MatrixView<float>(baselineOut.data(), rows, columns));
    for (std::size_t row = 0; row < rows; ++row) {
        for (std::size_t column = 0; column < columns; ++column) {
            double sum = 0;
            for (std::size_t term = 0; term < terms; ++term) {
                sum += in[row * terms + term] * design[term * columns + column];
            }
            ASSERT_EQ(out[row * columns + column], static_cast<float>(sum)) << row << ", " << column;
        }
    }
    EXPECT_EQ(out, baselineOut);
    EXPECT_EQ(out.back(), 77.0F) << "wrote past the end";
}

INSTANTIATE_TEST_SUITE_P(Sizes, TiledDesignTest,
                         testing::Values(Size{1, 1, 1}, Size{1, 110, 343}, Size{3, 7, 16}, Size{4, 6, 17},
                                         Size{5, 9, 31}, Size{64, 12, 32}, Size{65, 110, 343}, Size{130, 3, 50}));

TEST(TiledDesign, OfNoTermsIsZero) {
    const std::vector<double> zeros(2 * 20, 0.0);
    const std::vector<float> in{3, 4};
    std::vector<float> out(20, 77.0F);
    TiledDesign(MatrixView<const double>(zeros.data(), 2, 20))
        .multiply(MatrixView<const float>(in.data(), 1, 2), MatrixView<float>(out.data(), 1, 20));
    EXPECT_EQ(out, std::vector<float>(20, 0.0F));
}

} // namespace
} // namespace zscape
