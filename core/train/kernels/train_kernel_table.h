#pragma once

// kernels: the arithmetic of a training step on tiles of [feature][64 samples], compiled once for each instruction set
// beside the network's own (core/model/kernels/kernel_table.h says what such a file may include), and once in plain
// float64 to check them.
//
// Tiles are 64-byte aligned. `samples` is how many of a tile's 64 columns are stars; the others hold numbers that are
// finite and count for nothing.

#include "core/model/kernels/kernel_table.h"

#include <cstdint>

namespace zscape::kernels {

/// c[r][j] (+)= sum over k of p[r * rowStep + k * depthStep] * q[k * qStride + j]; one of the steps is 1. cols is a
/// multiple of paddedFloats; q and c, and their strides, are multiples of it, too.
template <typename Real>
struct TrainProduct {
    const Real* p = nullptr;
    std::size_t rowStep = 0, depthStep = 0;
    const Real* q = nullptr;
    std::size_t qStride = 0;
    Real* c = nullptr;
    std::size_t cStride = 0;
    std::size_t rows = 0, cols = 0, depth = 0;
    const Real* bias = nullptr; ///< one a row, added; nullptr for none
    bool accumulate = false;    ///< add to what c holds
};

/// A block's way from its linear outputs u to its activations, v = scale u + shift, and what the way back needs. Arrays
/// have one entry a feature. Without batch norm all are nullptr, and v = u.
template <typename Real>
struct BlockShape {
    std::size_t features = 0;
    std::size_t samples = 0;
    const Real* scale = nullptr;
    const Real* shift = nullptr;
    const Real* mean = nullptr;             ///< of u over the batch
    const Real* inverseDeviation = nullptr; ///< 1 / sqrt(var + eps)
    bool gelu = false;
};

/// AdamW on a range of the flat parameters; the gradient is taken times gradientScale.
template <typename Real>
struct AdamRange {
    Real* weights = nullptr;
    Real* mean = nullptr;
    Real* square = nullptr;
    const Real* gradients = nullptr;
    std::size_t count = 0; ///< a multiple of paddedFloats
    double gradientScale = 1;
    double decay = 0;       ///< 1 - lr * weight decay
    double stepSize = 0;    ///< lr / (1 - beta1^t)
    double squareScale = 0; ///< 1 / sqrt(1 - beta2^t)
};

/// What the reconstruction loss reads and writes: [features][64] each.
template <typename Real>
struct LossTile {
    const Real* x = nullptr;
    const Real* err = nullptr;
    Real* decoded = nullptr; ///< in: xhat; out: d loss / d xhat
    Real* logits = nullptr;  ///< in: the scatter's logits; out: d loss / d logit
    std::size_t features = 0, samples = 0;
    double scale = 0;      ///< of the loss: sums times this
    bool gradients = true; ///< else decoded and logits stay as they are
};

/// The heads [2 L][64] (mu, then log_var), the noise and z [L][64].
template <typename Real>
struct LatentTile {
    const Real* heads = nullptr;
    const Real* noise = nullptr;
    std::size_t latents = 0, samples = 0;
    Real* z = nullptr;        ///< forward: out
    const Real* dz = nullptr; ///< backward: in
    Real* dHeads = nullptr;   ///< backward: out
    double klScale = 0;       ///< backward: of the kl term, its weight included
};

template <typename Real>
struct TrainKernels {
    void (*product)(const TrainProduct<Real>& product);
    /// Mean of each feature over the samples, and the sum of squared deviations from it (two passes: safe for any
    /// mean).
    void (*moments)(const Real* u, std::size_t features, std::size_t samples, double* mean, double* squares);
    /// out = GELU(v), or v.
    void (*activate)(const BlockShape<Real>& shape, const Real* u, Real* out);
    /// From the gradient by the activations, slope, to that by v, d; `activation` is GELU(v) again. With batch norm
    /// sums[f] and productSums[f] are the sums of d and of d * uhat, uhat = (u - mean) * inverseDeviation.
    void (*activateBack)(const BlockShape<Real>& shape, const Real* u, const Real* slope, Real* d, Real* activation,
                         double* sums, double* productSums);
    /// d = k (d - meanD - uhat meanProduct), the gradient by u: batch norm's way back. 0 in columns without a star.
    void (*normBack)(const BlockShape<Real>& shape, const Real* u, const Real* k, const Real* meanD,
                     const Real* meanProduct, Real* d);
    /// tile [features][64] to rows [64][stride], zero from `features` on; stride is padded(features).
    void (*transpose)(const Real* tile, std::size_t features, std::size_t stride, Real* rows);
    /// Sum over coefficients and stars of (x - xhat)^2 / (2 var) + log(var) / 2, var = err^2 + sigmoid(logit)^2.
    double (*loss)(const LossTile<Real>& tile);
    /// z = mu + noise exp(log_var / 2); returns the sum of -(1 + log_var - mu^2 - exp(log_var)) / 2.
    double (*latent)(const LatentTile<Real>& tile);
    void (*latentBack)(const LatentTile<Real>& tile);
    void (*adam)(const AdamRange<Real>& range);
    /// total[i] = sum over parts of gradients[part * stride + i], in order; returns the sum of squares. total may be
    /// gradients.
    double (*sumParts)(const Real* gradients, std::size_t stride, std::size_t parts, std::size_t count, Real* total);
};

/// A row of raw numbers standardised, out[j] = (row[j] * inverseFlux - mu[j]) * inverseSig[j], in float64; mu may be
/// nullptr for 0. mu and inverseSig have padded(cols) entries. And normal numbers.
struct DataKernels {
    void (*standardiseRow)(const float* row, double inverseFlux, const double* mu, const double* inverseSig,
                           std::size_t cols, float* out);
    /// Four standard normals from each Philox 4x32-10 block first, first + 1, ...: Box-Muller on its words 0 and 1,
    /// and on 2 and 3.
    void (*normals)(std::uint64_t seed, std::uint64_t stream, std::uint64_t first, std::size_t blocks, float* out);
};

struct TrainKernelTable {
    TrainKernels<float> step;
    DataKernels data;
};

namespace baseline {
[[gnu::visibility("hidden")]] extern const TrainKernelTable trainTable;
}
namespace avx2 {
[[gnu::visibility("hidden")]] extern const TrainKernelTable trainTable;
}
namespace avx512 {
[[gnu::visibility("hidden")]] extern const TrainKernelTable trainTable;
}

} // namespace zscape::kernels
