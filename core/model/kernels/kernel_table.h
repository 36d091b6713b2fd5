#pragma once

// kernels: the arithmetic inside the network on tiles of [feature][64 samples], compiled once for each instruction set.
//
// Nothing here may include the C++ library or Eigen: their inline functions, compiled here with AVX-512, could be the
// copies that the linker keeps for the whole program, which would then not start on an older processor. Everything but
// the one table of a set lives in an anonymous namespace; a test looks at the symbols of the objects.

#include <cstddef>

namespace zscape::kernels {

/// Samples in a tile: one row of a tile is four cache lines.
inline constexpr std::size_t tileSamples = 64;
/// Rows of packed weights, biases and single-sample vectors are padded with zeros to a multiple of this many floats.
inline constexpr std::size_t paddedFloats = 16;
constexpr std::size_t padded(std::size_t count) {
    return (count + paddedFloats - 1) / paddedFloats * paddedFloats;
}

/// y[out][sample] = bias[out] + sum over in of weights[in][out] * x[in][sample].
/// `weights` is [in][stride], stride >= out: packed transposed weights for the way forward; PyTorch's own [out][in]
/// order, read with in and out exchanged, for the way back. Pointers to tiles are 64-byte aligned.
struct Product {
    const float* weights = nullptr;
    std::size_t stride = 0;
    const float* bias = nullptr; ///< nullptr for none
    std::size_t in = 0;
    std::size_t out = 0;
    const float* x = nullptr;
    float* y = nullptr;
    /// GELU on y, block by block as it is made, while it is in the first-level cache: exact (erf) x Phi(x) to 3e-7
    /// absolute or half a unit in the last place.
    bool gelu = false;
    /// Floats that the caller reads next: fetched into the cache meanwhile, a part with each block (tileProduct only).
    const float* ahead = nullptr;
    std::size_t aheadCount = 0;
};

/// Rows of a row-major float32 matrix that fill a tile; samples from `rows` on are zero.
struct TileRows {
    const float* first = nullptr;
    std::size_t rows = 0; ///< 1 .. tileSamples
    std::size_t cols = 0;
};

/// How raw coefficients become network input: (c * inverseFlux[row] - mu[col]) * inverseSig[col], in float64.
struct Standardisation {
    const double* inverseFlux = nullptr;
    const double* mu = nullptr;         ///< padded(cols) entries
    const double* inverseSig = nullptr; ///< padded(cols) entries
};

/// The kernels of one instruction set. Values that are not finite stay in their own sample and come out as NaN.
struct KernelTable {
    /// One tile: x is [in][64], y is [out][64].
    void (*tileProduct)(const Product& product);
    /// One sample, the same sums in the same order: x is `in` floats; weights, bias and y are 64-byte aligned, stride
    /// is padded(out), bias and y have padded(out) floats.
    void (*vectorProduct)(const Product& product);
    /// In place, 1 / (1 + exp(-x)) to 2e-7 absolute; count is a multiple of 16.
    void (*sigmoid)(float* values, std::size_t count);
    /// Rows into a tile [cols][64]; infinities become NaN.
    void (*loadTile)(const TileRows& source, float* tile);
    void (*loadStandardised)(const TileRows& source, const Standardisation& standardisation, float* tile);
    /// The first `rows` samples of a tile [cols][64] into rows of a row-major matrix.
    void (*storeTile)(const float* tile, std::size_t rows, std::size_t cols, float* first);
};

namespace baseline {
[[gnu::visibility("hidden")]] extern const KernelTable table;
}
namespace avx2 {
[[gnu::visibility("hidden")]] extern const KernelTable table;
}
namespace avx512 {
[[gnu::visibility("hidden")]] extern const KernelTable table;
}

} // namespace zscape::kernels
