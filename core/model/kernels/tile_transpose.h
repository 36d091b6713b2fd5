#pragma once

// Between row-major matrices (a sample a row) and tiles (a feature a row), four by four.

#include "core/model/kernels/kernel_table.h"
#include "core/model/kernels/vector.h"

namespace zscape::kernels {
namespace {

using Vec4 [[gnu::vector_size(16), gnu::may_alias]] = float;
using Vec4Unaligned [[gnu::vector_size(16), gnu::aligned(4), gnu::may_alias]] = float;
using Double4 [[gnu::vector_size(32), gnu::may_alias]] = double;
using Double4Unaligned [[gnu::vector_size(32), gnu::aligned(8), gnu::may_alias]] = double;

ZSCAPE_KERNEL_INLINE Vec4 load4(const float* from) {
    return *reinterpret_cast<const Vec4Unaligned*>(from);
}
ZSCAPE_KERNEL_INLINE void store4(float* to, Vec4 values) {
    *reinterpret_cast<Vec4Unaligned*>(to) = values;
}

ZSCAPE_KERNEL_INLINE void transpose(Vec4 (&m)[4]) {
    const Vec4 a = __builtin_shufflevector(m[0], m[1], 0, 4, 1, 5);
    const Vec4 b = __builtin_shufflevector(m[2], m[3], 0, 4, 1, 5);
    const Vec4 c = __builtin_shufflevector(m[0], m[1], 2, 6, 3, 7);
    const Vec4 d = __builtin_shufflevector(m[2], m[3], 2, 6, 3, 7);
    m[0] = __builtin_shufflevector(a, b, 0, 1, 4, 5);
    m[1] = __builtin_shufflevector(a, b, 2, 3, 6, 7);
    m[2] = __builtin_shufflevector(c, d, 0, 1, 4, 5);
    m[3] = __builtin_shufflevector(c, d, 2, 3, 6, 7);
}

/// Rows that are network input already.
struct AsTheyAre {
    ZSCAPE_KERNEL_INLINE float one(float value, std::size_t, std::size_t) const { return value + (value - value); }
    ZSCAPE_KERNEL_INLINE Vec4 four(Vec4 values, std::size_t, std::size_t) const { return values + (values - values); }
};

/// Raw coefficients; float64, because mu / sig may be large against the result.
struct Standardised {
    const Standardisation& with;
    ZSCAPE_KERNEL_INLINE float one(float value, std::size_t row, std::size_t col) const {
        const double x = (static_cast<double>(value) * with.inverseFlux[row] - with.mu[col]) * with.inverseSig[col];
        return static_cast<float>(x + (x - x));
    }
    ZSCAPE_KERNEL_INLINE Vec4 four(Vec4 values, std::size_t row, std::size_t col) const {
        const Double4 mu = *reinterpret_cast<const Double4Unaligned*>(with.mu + col);
        const Double4 inverseSig = *reinterpret_cast<const Double4Unaligned*>(with.inverseSig + col);
        const Double4 x = (__builtin_convertvector(values, Double4) * with.inverseFlux[row] - mu) * inverseSig;
        return __builtin_convertvector(x + (x - x), Vec4);
    }
};

template <typename Input>
ZSCAPE_KERNEL_INLINE void fillTile(const TileRows& source, Input input, float* tile) {
    const std::size_t wholeCols = source.cols / 4 * 4;
    const std::size_t wholeRows = source.rows / 4 * 4;
    const auto one = [&](std::size_t row, std::size_t col) {
        tile[col * tileSamples + row] = input.one(source.first[row * source.cols + col], row, col);
    };
    for (std::size_t row = 0; row < wholeRows; row += 4) {
        const float* from = source.first + row * source.cols;
        for (std::size_t col = 0; col < wholeCols; col += 4) {
            Vec4 block[4];
#pragma GCC unroll 4
            for (std::size_t r = 0; r < 4; ++r) {
                block[r] = input.four(load4(from + r * source.cols + col), row + r, col);
            }
            transpose(block);
#pragma GCC unroll 4
            for (std::size_t c = 0; c < 4; ++c) {
                store4(tile + (col + c) * tileSamples + row, block[c]);
            }
        }
        for (std::size_t col = wholeCols; col < source.cols; ++col) {
            for (std::size_t r = row; r < row + 4; ++r) {
                one(r, col);
            }
        }
    }
    for (std::size_t col = 0; col < source.cols; ++col) {
        for (std::size_t row = wholeRows; row < source.rows; ++row) {
            one(row, col);
        }
        for (std::size_t row = source.rows; row < tileSamples; ++row) {
            tile[col * tileSamples + row] = 0.0f;
        }
    }
}

void loadTile(const TileRows& source, float* tile) {
    fillTile(source, AsTheyAre{}, tile);
}

void loadStandardised(const TileRows& source, const Standardisation& standardisation, float* tile) {
    fillTile(source, Standardised{standardisation}, tile);
}

void storeTile(const float* tile, std::size_t rows, std::size_t cols, float* first) {
    const std::size_t wholeCols = cols / 4 * 4;
    const std::size_t wholeRows = rows / 4 * 4;
    for (std::size_t row = 0; row < wholeRows; row += 4) {
        float* to = first + row * cols;
        for (std::size_t col = 0; col < wholeCols; col += 4) {
            Vec4 block[4];
#pragma GCC unroll 4
            for (std::size_t c = 0; c < 4; ++c) {
                block[c] = load4(tile + (col + c) * tileSamples + row);
            }
            transpose(block);
#pragma GCC unroll 4
            for (std::size_t r = 0; r < 4; ++r) {
                store4(to + r * cols + col, block[r]);
            }
        }
    }
    for (std::size_t row = 0; row < rows; ++row) {
        for (std::size_t col = row < wholeRows ? wholeCols : 0; col < cols; ++col) {
            first[row * cols + col] = tile[col * tileSamples + row];
        }
    }
}

} // namespace
} // namespace zscape::kernels
