#pragma once

// Batch norm, GELU and their ways back on a tile, row by row.

#include "core/model/kernels/vector_math.h"
#include "core/train/kernels/train_kernel_table.h"

namespace zscape::kernels {
namespace {

constexpr std::size_t rowVecs = tileSamples / lanes;

using Vec4 [[gnu::vector_size(16), gnu::may_alias]] = float;
using Vec8 [[gnu::vector_size(32), gnu::may_alias]] = float;

/// Sum over a vector's lanes, in a tree.
ZSCAPE_KERNEL_INLINE float sumLanes(Vec values) {
#if defined(__AVX512F__)
    const Vec8 eight = __builtin_shufflevector(values, values, 0, 1, 2, 3, 4, 5, 6, 7) +
                       __builtin_shufflevector(values, values, 8, 9, 10, 11, 12, 13, 14, 15);
#elif defined(__AVX2__)
    const Vec8 eight = values;
#endif
#if defined(__AVX2__)
    const Vec4 four =
        __builtin_shufflevector(eight, eight, 0, 1, 2, 3) + __builtin_shufflevector(eight, eight, 4, 5, 6, 7);
#else
    const Vec4 four = values;
#endif
    const Vec4 two = four + __builtin_shufflevector(four, four, 2, 3, 0, 1);
    return two[0] + two[1];
}

alignas(64) constexpr float sampleNumbers[tileSamples] = {
    0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
    22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43,
    44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63};

/// 1 in the lanes of vector number v whose sample counts, else 0.
ZSCAPE_KERNEL_INLINE Vec validLanes(std::size_t v, std::size_t samples) {
    const Vec numbers = load(sampleNumbers + v * lanes);
    return numbers < static_cast<float>(samples) ? Vec{} + 1.0f : Vec{};
}

struct RowMask {
    Vec valid[rowVecs];
    bool whole;
    explicit RowMask(std::size_t samples) : whole(samples == tileSamples) {
        for (std::size_t v = 0; v < rowVecs; ++v) {
            valid[v] = validLanes(v, samples);
        }
    }
};

void moments(const float* u, std::size_t features, std::size_t samples, double* mean, double* squares) {
    const RowMask mask(samples);
    const float share = 1.0f / static_cast<float>(samples);
    for (std::size_t f = 0; f < features; ++f, u += tileSamples) {
        Vec sum{};
#pragma GCC unroll 16
        for (std::size_t v = 0; v < rowVecs; ++v) {
            const Vec values = load(u + v * lanes);
            sum += mask.whole ? values : values * mask.valid[v];
        }
        const float centre = sumLanes(sum) * share;
        Vec deviations{}, squared{};
#pragma GCC unroll 16
        for (std::size_t v = 0; v < rowVecs; ++v) {
            Vec d = load(u + v * lanes) - centre;
            if (!mask.whole) d *= mask.valid[v];
            deviations += d;
            squared += d * d;
        }
        // The centre is rounded; what the deviations still sum to corrects both numbers.
        const double rest = static_cast<double>(sumLanes(deviations));
        const double count = static_cast<double>(samples);
        mean[f] = static_cast<double>(centre) + rest / count;
        squares[f] = static_cast<double>(sumLanes(squared)) - rest * rest / count;
    }
}

void activate(const BlockShape<float>& shape, const float* u, float* out) {
    for (std::size_t f = 0; f < shape.features; ++f) {
        const Vec scale = broadcast(shape.scale ? shape.scale[f] : 1.0f);
        const Vec shift = broadcast(shape.shift ? shape.shift[f] : 0.0f);
        for (std::size_t v = 0; v < rowVecs; v += geluVecs) {
            const std::size_t at = f * tileSamples + v * lanes;
            Vecs<geluVecs> values;
            for (std::size_t k = 0; k < geluVecs; ++k) {
                values.at[k] = load(u + at + k * lanes) * scale + shift;
            }
            if (shape.gelu) values = geluOf(values);
            for (std::size_t k = 0; k < geluVecs; ++k) {
                store(out + at + k * lanes, values.at[k]);
            }
        }
    }
}

/// GELU and its slope, Phi(x) + x phi(x). With u = |x| the slope is r = Phi(-u) - u phi(u) below zero and 1 - r above;
/// r / Phi(-u) = 1 - u phi(u) / Phi(-u) is smooth enough for a polynomial (resources/fit_activations.py; r to 1.4e-7).
template <std::size_t Count>
ZSCAPE_KERNEL_INLINE void geluWithSlope(const Vecs<Count>& x, Vecs<Count>& value, Vecs<Count>& slope) {
    Vecs<Count> u;
    for (std::size_t k = 0; k < Count; ++k) {
        u.at[k] = atMost(absolute(x.at[k]), 10.0f);
    }
    const Vecs<Count> tail = lowerTail(u);
    const Vecs<Count> share = polynomial(u, {-6.7852197389584035e-06f, 9.634195157559589e-05f, -0.00038068980211392045f,
                                             -0.0012943851761519909f, 0.02049182541668415f, -0.10968498885631561f,
                                             -0.6364572048187256f, -0.7978989481925964f, 1.000000238418579f});
    for (std::size_t k = 0; k < Count; ++k) {
        value.at[k] = larger(x.at[k], Vec{}) - absolute(x.at[k]) * tail.at[k];
        const Vec below = tail.at[k] * share.at[k];
        slope.at[k] = x.at[k] < Vec{} ? below : 1.0f - below;
    }
}

void activateBack(const BlockShape<float>& shape, const float* u, const float* slopes, float* d, float* activation,
                  double* sums, double* productSums) {
    const bool norm = shape.scale != nullptr;
    for (std::size_t f = 0; f < shape.features; ++f) {
        const Vec scale = broadcast(norm ? shape.scale[f] : 1.0f);
        const Vec shift = broadcast(norm ? shape.shift[f] : 0.0f);
        const float mean = norm ? shape.mean[f] : 0.0f;
        const float inverse = norm ? shape.inverseDeviation[f] : 0.0f;
        Vec sum{}, products{};
        for (std::size_t v = 0; v < rowVecs; v += geluVecs) {
            const std::size_t at = f * tileSamples + v * lanes;
            Vecs<geluVecs> linear, values, gradient;
            for (std::size_t k = 0; k < geluVecs; ++k) {
                linear.at[k] = load(u + at + k * lanes);
                values.at[k] = linear.at[k] * scale + shift;
                gradient.at[k] = load(slopes + at + k * lanes);
            }
            Vecs<geluVecs> value = values;
            if (shape.gelu) {
                Vecs<geluVecs> slope;
                geluWithSlope(values, value, slope);
                for (std::size_t k = 0; k < geluVecs; ++k) {
                    gradient.at[k] *= slope.at[k];
                }
            }
            for (std::size_t k = 0; k < geluVecs; ++k) {
                store(activation + at + k * lanes, value.at[k]);
                store(d + at + k * lanes, gradient.at[k]);
                sum += gradient.at[k];
                products += gradient.at[k] * ((linear.at[k] - mean) * inverse);
            }
        }
        if (norm) {
            sums[f] = static_cast<double>(sumLanes(sum));
            productSums[f] = static_cast<double>(sumLanes(products));
        }
    }
}

void normBack(const BlockShape<float>& shape, const float* u, const float* k, const float* meanD,
              const float* meanProduct, float* d) {
    const RowMask mask(shape.samples);
    for (std::size_t f = 0; f < shape.features; ++f) {
        const float mean = shape.mean[f];
        const float inverse = shape.inverseDeviation[f] * meanProduct[f];
        const Vec factor = broadcast(k[f]);
        const Vec away = broadcast(meanD[f]);
#pragma GCC unroll 4
        for (std::size_t v = 0; v < rowVecs; ++v) {
            const std::size_t at = f * tileSamples + v * lanes;
            const Vec gradient = factor * ((load(d + at) - away) - (load(u + at) - mean) * inverse);
            store(d + at, mask.whole ? gradient : gradient * mask.valid[v]);
        }
    }
}

} // namespace
} // namespace zscape::kernels
