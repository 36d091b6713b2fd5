#pragma once

// The losses with their gradients, and AdamW.

#include "core/train/kernels/train_blocks.h"

namespace zscape::kernels {
namespace {

/// ln x of positive normal numbers to 2e-7 absolute or an ulp (the polynomial of Cephes' logf, Moshier 1992); NaN of a
/// NaN.
ZSCAPE_KERNEL_INLINE Vec logarithm(Vec x) {
    // m in [sqrt(1/2), sqrt(2)): the bits of sqrt(1/2) are taken off before the exponent is cut.
    const IntVec bits = asBits(x) - 0x3f3504f3;
    const IntVec exponent = bits >> 23;
    const Vec m = asFloats((bits & 0x7fffff) + 0x3f3504f3) - 1.0f;
    const Vec e = __builtin_convertvector(exponent, Vec);
    Vec sum = m * 7.0376836292e-2f + -1.1514610310e-1f;
    sum = sum * m + 1.1676998740e-1f;
    sum = sum * m + -1.2420140846e-1f;
    sum = sum * m + 1.4249322787e-1f;
    sum = sum * m + -1.6668057665e-1f;
    sum = sum * m + 2.0000714765e-1f;
    sum = sum * m + -2.4999993993e-1f;
    sum = sum * m + 3.3333331174e-1f;
    const Vec squared = m * m;
    const Vec small = (sum * m * squared + e * -2.12194440e-4f) - squared * 0.5f;
    return (m + small) + e * 0.693359375f + x * 0.0f; // the last keeps a NaN
}

double loss(const LossTile<float>& tile) {
    const RowMask mask(tile.samples);
    const float scale = static_cast<float>(tile.scale);
    double total = 0;
    for (std::size_t f = 0; f < tile.features; ++f) {
        Vec sum{};
#pragma GCC unroll 2
        for (std::size_t v = 0; v < rowVecs; ++v) {
            const std::size_t at = f * tileSamples + v * lanes;
            const Vec err = load(tile.err + at);
            const Vec s = sigmoidOf(load(tile.logits + at));
            // Columns without a star have an error of 0, whose variance could be 0.
            const Vec variance = larger(err * err + s * s, broadcast(1e-37f));
            const Vec inverse = 1.0f / variance;
            const Vec residual = load(tile.decoded + at) - load(tile.x + at);
            const Vec weighted = residual * inverse;
            const Vec chi2 = residual * weighted;
            const Vec terms = (chi2 + logarithm(variance)) * 0.5f;
            sum += mask.whole ? terms : terms * mask.valid[v];
            if (!tile.gradients) continue;
            const Vec factor = mask.valid[v] * scale;
            store(tile.decoded + at, weighted * factor);
            // d/ds = s (1 - chi2) / var, and ds / dlogit = s (1 - s).
            store(tile.logits + at, (s * s) * (1.0f - s) * ((1.0f - chi2) * inverse) * factor);
        }
        total += static_cast<double>(sumLanes(sum));
    }
    return total;
}

double latent(const LatentTile<float>& tile) {
    const RowMask mask(tile.samples);
    double total = 0;
    for (std::size_t k = 0; k < tile.latents; ++k) {
        Vec sum{};
        for (std::size_t v = 0; v < rowVecs; ++v) {
            const std::size_t at = k * tileSamples + v * lanes;
            const Vec mu = load(tile.heads + at);
            const Vec logVar = load(tile.heads + tile.latents * tileSamples + at);
            const Vec sigma = exponential(logVar * 0.5f);
            store(tile.z + at, mu + load(tile.noise + at) * sigma);
            const Vec terms = ((mu * mu + sigma * sigma) - (1.0f + logVar)) * 0.5f;
            sum += mask.whole ? terms : terms * mask.valid[v];
        }
        total += static_cast<double>(sumLanes(sum));
    }
    return total;
}

void latentBack(const LatentTile<float>& tile) {
    const RowMask mask(tile.samples);
    const float scale = static_cast<float>(tile.klScale);
    const std::size_t second = tile.latents * tileSamples;
    for (std::size_t k = 0; k < tile.latents; ++k) {
        for (std::size_t v = 0; v < rowVecs; ++v) {
            const std::size_t at = k * tileSamples + v * lanes;
            const Vec sigma = exponential(load(tile.heads + second + at) * 0.5f);
            const Vec dz = load(tile.dz + at);
            store(tile.dHeads + at, (dz + load(tile.heads + at) * scale) * mask.valid[v]);
            const Vec slope = dz * load(tile.noise + at) * sigma + (sigma * sigma - 1.0f) * scale;
            store(tile.dHeads + second + at, slope * 0.5f * mask.valid[v]);
        }
    }
}

ZSCAPE_KERNEL_INLINE Vec squareRoot(Vec x) {
#if defined(__AVX512F__)
    return __builtin_ia32_sqrtps512_mask(x, Vec{}, static_cast<unsigned short>(-1), roundAsEver);
#elif defined(__AVX2__)
    return __builtin_ia32_sqrtps256(x);
#elif defined(__SSE__)
    return __builtin_ia32_sqrtps(x);
#else
    for (std::size_t i = 0; i < lanes; ++i) {
        x[i] = __builtin_sqrtf(x[i]);
    }
    return x;
#endif
}

/// As torch.optim.AdamW, betas 0.9 and 0.999, eps 1e-8.
void adam(const AdamRange<float>& range) {
    const float gradientScale = static_cast<float>(range.gradientScale), decay = static_cast<float>(range.decay);
    const float stepSize = static_cast<float>(range.stepSize), squareScale = static_cast<float>(range.squareScale);
    for (std::size_t i = 0; i < range.count; i += lanes) {
        const Vec gradient = load(range.gradients + i) * gradientScale;
        const Vec mean = load(range.mean + i) * 0.9f + gradient * 0.1f;
        const Vec square = load(range.square + i) * 0.999f + gradient * gradient * 0.001f;
        const Vec weights = load(range.weights + i) * decay;
        store(range.mean + i, mean);
        store(range.square + i, square);
        store(range.weights + i, weights - stepSize * (mean / (squareRoot(square) * squareScale + 1e-8f)));
    }
}

double sumParts(const float* gradients, std::size_t stride, std::size_t parts, std::size_t count, float* total) {
    double squares = 0;
    Vec block{};
    for (std::size_t i = 0; i < count; i += lanes) {
        Vec sum = load(gradients + i);
        for (std::size_t part = 1; part < parts; ++part) {
            sum += load(gradients + part * stride + i);
        }
        store(total + i, sum);
        block += sum * sum;
        if (i % 1024 == 0) { // so that a long range does not lose small squares
            squares += static_cast<double>(sumLanes(block));
            block = Vec{};
        }
    }
    return squares + static_cast<double>(sumLanes(block));
}

} // namespace
} // namespace zscape::kernels
