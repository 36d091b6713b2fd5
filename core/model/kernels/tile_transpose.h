#pragma once

// Between row-major matrices (a sample a row) and tiles (a feature a row), in square blocks of a whole vector a side
// (four a side where the matrix is narrower). The last block of a row or column overlaps the one before it instead of
// leaving a rest to do one by one: what it writes twice is the same both times.

#include "core/model/kernels/kernel_table.h"
#include "core/model/kernels/vector.h"

namespace zscape::kernels {
namespace {

/// The types for blocks of Side x Side: 4, 8 or 16.
template <std::size_t Side>
struct Block {
    using Floats [[gnu::vector_size(Side * 4), gnu::may_alias]] = float;
    using FloatsUnaligned [[gnu::vector_size(Side * 4), gnu::aligned(4), gnu::may_alias]] = float;
    using Doubles [[gnu::vector_size(Side * 8), gnu::may_alias]] = double;
    using DoublesUnaligned [[gnu::vector_size(Side * 8), gnu::aligned(8), gnu::may_alias]] = double;
};

template <std::size_t... I>
struct Indices {};
template <std::size_t N, std::size_t... I>
struct MakeIndices : MakeIndices<N - 1, N - 1, I...> {};
template <std::size_t... I>
struct MakeIndices<0, I...> {
    using Type = Indices<I...>;
};
template <std::size_t N>
using IndicesTo = typename MakeIndices<N>::Type;

/// One shuffle of two vectors a and b of Side floats: every quarter of 128 bits takes two numbers of each. `Low` picks
/// 0 and 1 (else 2 and 3), in pairs (a b a b) or as they stand (a a b b).
template <std::size_t Side, bool Low, bool Pairs, typename V, std::size_t... I>
ZSCAPE_KERNEL_INLINE V quarterShuffle(V a, V b, Indices<I...>) {
    constexpr std::size_t first = Low ? 0 : 2;
    return __builtin_shufflevector(
        a, b, (I / 4 * 4 + first + (Pairs ? I % 4 / 2 : I % 2) + ((Pairs ? I % 2 : I % 4 / 2) ? Side : 0))...);
}

/// One shuffle of whole quarters of 128 bits: 0 and 2 of a, then of b (`Odd`: 1 and 3). With two quarters: 0 (1) of
/// each.
template <std::size_t Side, bool Odd, typename V, std::size_t... I>
ZSCAPE_KERNEL_INLINE V evenQuarters(V a, V b, Indices<I...>) {
    return __builtin_shufflevector(a, b, ((I / 4 * 2 + (Odd ? 1 : 0)) * 4 + I % 4)...);
}

/// Turns rows into columns.
template <std::size_t Side, typename V>
ZSCAPE_KERNEL_INLINE void transpose(V (&m)[Side]) {
    constexpr IndicesTo<Side> all{};
    // Every 4 x 4 block on its own: m[4 g + c] has in quarter q the column 4 q + c of rows 4 g .. 4 g + 3.
#pragma GCC unroll 4
    for (std::size_t g = 0; g < Side; g += 4) {
        const V a = quarterShuffle<Side, true, true>(m[g], m[g + 1], all);
        const V b = quarterShuffle<Side, true, true>(m[g + 2], m[g + 3], all);
        const V c = quarterShuffle<Side, false, true>(m[g], m[g + 1], all);
        const V d = quarterShuffle<Side, false, true>(m[g + 2], m[g + 3], all);
        m[g] = quarterShuffle<Side, true, false>(a, b, all);
        m[g + 1] = quarterShuffle<Side, false, false>(a, b, all);
        m[g + 2] = quarterShuffle<Side, true, false>(c, d, all);
        m[g + 3] = quarterShuffle<Side, false, false>(c, d, all);
    }
    // Then the blocks among each other.
    if constexpr (Side == 8) {
#pragma GCC unroll 4
        for (std::size_t c = 0; c < 4; ++c) {
            const V a = m[c], b = m[4 + c];
            m[c] = evenQuarters<Side, false>(a, b, all);
            m[4 + c] = evenQuarters<Side, true>(a, b, all);
        }
    } else if constexpr (Side == 16) {
#pragma GCC unroll 4
        for (std::size_t c = 0; c < 4; ++c) {
            const V a = evenQuarters<Side, false>(m[c], m[4 + c], all);
            const V b = evenQuarters<Side, true>(m[c], m[4 + c], all);
            const V d = evenQuarters<Side, false>(m[8 + c], m[12 + c], all);
            const V e = evenQuarters<Side, true>(m[8 + c], m[12 + c], all);
            m[c] = evenQuarters<Side, false>(a, d, all);
            m[4 + c] = evenQuarters<Side, false>(b, e, all);
            m[8 + c] = evenQuarters<Side, true>(a, d, all);
            m[12 + c] = evenQuarters<Side, true>(b, e, all);
        }
    }
}

template <std::size_t Side, typename V = typename Block<Side>::Floats>
ZSCAPE_KERNEL_INLINE V loadFloats(const float* from) {
    return *reinterpret_cast<const typename Block<Side>::FloatsUnaligned*>(from);
}

/// Rows that are network input already. 0 * value is 0, or NaN for an infinity.
struct AsTheyAre {
    ZSCAPE_KERNEL_INLINE float one(const float* from, std::size_t, std::size_t) const { return *from * 0.0f + *from; }
    template <std::size_t Side>
    ZSCAPE_KERNEL_INLINE auto many(const float* from, std::size_t, std::size_t) const {
        const auto values = loadFloats<Side>(from);
        return values * 0.0f + values;
    }
};

/// Raw coefficients; float64, because mu / sig may be large against the result.
struct Standardised {
    const Standardisation& with;

    ZSCAPE_KERNEL_INLINE float one(const float* from, std::size_t row, std::size_t col) const {
        const double x = (static_cast<double>(*from) * with.inverseFlux[row] - with.mu[col]) * with.inverseSig[col];
        const float value = static_cast<float>(x);
        return value * 0.0f + value;
    }
    template <std::size_t Side>
    ZSCAPE_KERNEL_INLINE auto many(const float* from, std::size_t row, std::size_t col) const {
        using Doubles = typename Block<Side>::Doubles;
        const Doubles mu = *reinterpret_cast<const typename Block<Side>::DoublesUnaligned*>(with.mu + col);
        const Doubles inverseSig =
            *reinterpret_cast<const typename Block<Side>::DoublesUnaligned*>(with.inverseSig + col);
        const Doubles coefficients = __builtin_convertvector(loadFloats<Side>(from), Doubles);
        const Doubles x = (coefficients * with.inverseFlux[row] - mu) * inverseSig;
        const typename Block<Side>::Floats values = __builtin_convertvector(x, typename Block<Side>::Floats);
        return values * 0.0f + values;
    }
};

/// Calls body(start) for blocks of Side that cover 0 .. count >= Side, the last one as far back as it must be.
template <std::size_t Side, typename Body>
ZSCAPE_KERNEL_INLINE void forBlocks(std::size_t count, const Body& body) {
    std::size_t start = 0;
    for (; start + Side <= count; start += Side) {
        body(start);
    }
    if (start < count) body(count - Side);
}

template <std::size_t Side, typename Input>
void fillBlocks(const TileRows& source, Input input, float* tile) {
    forBlocks<Side>(source.rows, [&](std::size_t row) {
        forBlocks<Side>(source.cols, [&](std::size_t col) {
            typename Block<Side>::Floats block[Side];
            const float* from = source.first + row * source.cols + col;
#pragma GCC unroll 16
            for (std::size_t r = 0; r < Side; ++r) {
                block[r] = input.template many<Side>(from + r * source.cols, row + r, col);
            }
            transpose<Side>(block);
#pragma GCC unroll 16
            for (std::size_t c = 0; c < Side; ++c) {
                *reinterpret_cast<typename Block<Side>::FloatsUnaligned*>(tile + (col + c) * tileSamples + row) =
                    block[c];
            }
        });
    });
}

template <typename Input>
ZSCAPE_KERNEL_INLINE void fillTile(const TileRows& source, Input input, float* tile) {
    if (source.rows >= lanes && source.cols >= lanes) {
        fillBlocks<lanes>(source, input, tile);
    } else if (source.rows >= 4 && source.cols >= 4) {
        fillBlocks<4>(source, input, tile);
    } else {
        for (std::size_t row = 0; row < source.rows; ++row) {
            for (std::size_t col = 0; col < source.cols; ++col) {
                tile[col * tileSamples + row] = input.one(source.first + row * source.cols + col, row, col);
            }
        }
    }
    if (source.rows == tileSamples) return;
    for (std::size_t col = 0; col < source.cols; ++col) {
        for (std::size_t row = source.rows; row < tileSamples; ++row) {
            tile[col * tileSamples + row] = 0.0f;
        }
    }
}

[[maybe_unused]] void loadTile(const TileRows& source, float* tile) {
    fillTile(source, AsTheyAre{}, tile);
}

[[maybe_unused]] void loadStandardised(const TileRows& source, const Standardisation& standardisation, float* tile) {
    fillTile(source, Standardised{standardisation}, tile);
}

template <std::size_t Side>
void storeBlocks(const float* tile, std::size_t rows, std::size_t cols, std::size_t stride, float* first) {
    forBlocks<Side>(rows, [&](std::size_t row) {
        forBlocks<Side>(cols, [&](std::size_t col) {
            typename Block<Side>::Floats block[Side];
#pragma GCC unroll 16
            for (std::size_t c = 0; c < Side; ++c) {
                block[c] = loadFloats<Side>(tile + (col + c) * tileSamples + row);
            }
            transpose<Side>(block);
#pragma GCC unroll 16
            for (std::size_t r = 0; r < Side; ++r) {
                *reinterpret_cast<typename Block<Side>::FloatsUnaligned*>(first + (row + r) * stride + col) = block[r];
            }
        });
    });
}

/// The first `rows` samples of a tile [cols][64] into rows that begin `stride` apart.
void storeStrided(const float* tile, std::size_t rows, std::size_t cols, std::size_t stride, float* first) {
    if (rows >= lanes && cols >= lanes) {
        storeBlocks<lanes>(tile, rows, cols, stride, first);
    } else if (rows >= 4 && cols >= 4) {
        storeBlocks<4>(tile, rows, cols, stride, first);
    } else {
        for (std::size_t row = 0; row < rows; ++row) {
            for (std::size_t col = 0; col < cols; ++col) {
                first[row * stride + col] = tile[col * tileSamples + row];
            }
        }
    }
}

[[maybe_unused]] void storeTile(const float* tile, std::size_t rows, std::size_t cols, float* first) {
    storeStrided(tile, rows, cols, cols, first);
}

} // namespace
} // namespace zscape::kernels
