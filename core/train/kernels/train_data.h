#pragma once

// What a batch is made of: standardised rows and normal numbers.

#include "core/train/kernels/train_losses.h"

namespace zscape::kernels {
namespace {

void standardiseRow(const float* row, double inverseFlux, const double* mu, const double* inverseSig, std::size_t cols,
                    float* out) {
    if (mu) {
        for (std::size_t j = 0; j < cols; ++j) {
            out[j] = static_cast<float>((static_cast<double>(row[j]) * inverseFlux - mu[j]) * inverseSig[j]);
        }
    } else {
        for (std::size_t j = 0; j < cols; ++j) {
            out[j] = static_cast<float>(static_cast<double>(row[j]) * inverseFlux * inverseSig[j]);
        }
    }
}

using WordVec [[gnu::vector_size(vectorBytes), gnu::may_alias]] = std::uint32_t;
using LongVec [[gnu::vector_size(vectorBytes), gnu::may_alias]] = std::uint64_t;

/// The 64-bit products of the even lanes.
ZSCAPE_KERNEL_INLINE LongVec evenProducts(LongVec a, LongVec b) {
#if defined(__AVX512F__)
    return reinterpret_cast<LongVec>(
        __builtin_ia32_pmuludq512_mask(reinterpret_cast<IntVec>(a), reinterpret_cast<IntVec>(b),
                                       reinterpret_cast<long long __attribute__((vector_size(vectorBytes)))>(LongVec{}),
                                       static_cast<unsigned char>(-1)));
#elif defined(__AVX2__)
    return reinterpret_cast<LongVec>(
        __builtin_ia32_pmuludq256(reinterpret_cast<IntVec>(a), reinterpret_cast<IntVec>(b)));
#elif defined(__SSE2__)
    return reinterpret_cast<LongVec>(
        __builtin_ia32_pmuludq128(reinterpret_cast<IntVec>(a), reinterpret_cast<IntVec>(b)));
#else
    return (a & 0xffffffffu) * (b & 0xffffffffu);
#endif
}

/// High and low words of a lane-wise 32 x 32 bit product.
ZSCAPE_KERNEL_INLINE void wideProduct(WordVec a, std::uint32_t factor, WordVec& high, WordVec& low) {
    const LongVec all = reinterpret_cast<LongVec>(a);
    const LongVec by = LongVec{} + factor;
    const LongVec even = evenProducts(all, by);
    const LongVec odd = evenProducts(all >> 32, by);
    high = reinterpret_cast<WordVec>((even >> 32) | (odd & 0xffffffff00000000u));
    low = reinterpret_cast<WordVec>((even & 0xffffffffu) | (odd << 32));
}

/// Two normals from two words a lane (Box-Muller).
ZSCAPE_KERNEL_INLINE void normalPair(WordVec radiusWord, WordVec angleWord, Vec& first, Vec& second) {
    const Vec uniform =
        __builtin_convertvector(reinterpret_cast<IntVec>(radiusWord >> 1), Vec) * 0x1p-31f + 0x1p-32f; // (0, 1]
    const Vec squared = logarithm(uniform) * -2.0f;
    const Vec radius = squareRoot(larger(squared, Vec{})); // a hair below 0 where the uniform rounds to 1
    // A quarter of the circle from the two highest bits, the angle in it, +-pi/4, from the rest.
    const WordVec quarter = angleWord >> 30;
    const IntVec within = reinterpret_cast<IntVec>((angleWord << 2) ^ 0x80000000u) >> 1;
    const Vec t = __builtin_convertvector(within, Vec) * (0x1p-30f * 0.78539816339744831f);
    const Vec t2 = t * t;
    // Taylor series; the next terms are below 3e-9.
    const Vec sine = t + t * t2 * (-1.6666667e-1f + t2 * (8.3333333e-3f + t2 * (-1.9841270e-4f + t2 * 2.7557319e-6f)));
    const Vec cosine = 1.0f + t2 * (-0.5f + t2 * (4.1666668e-2f + t2 * (-1.3888889e-3f + t2 * 2.4801588e-5f)));
    const IntVec swap = -reinterpret_cast<IntVec>(quarter & 1u); // all bits or none
    const IntVec x = (asBits(cosine) & ~swap) | (asBits(sine) & swap);
    const IntVec y = (asBits(sine) & ~swap) | (asBits(cosine) & swap);
    const IntVec signX = reinterpret_cast<IntVec>(((quarter + 1u) & 2u) << 30);
    const IntVec signY = reinterpret_cast<IntVec>((quarter & 2u) << 30);
    first = radius * asFloats(x ^ signX);
    second = radius * asFloats(y ^ signY);
}

void normals(std::uint64_t seed, std::uint64_t stream, std::uint64_t first, std::size_t blocks, float* out) {
    constexpr std::uint64_t wordMask = 0xffffffffu;
    for (std::size_t done = 0; done < blocks; done += lanes) {
        WordVec counter0, counter1;
        for (std::size_t i = 0; i < lanes; ++i) {
            counter0[i] = static_cast<std::uint32_t>((first + done + i) & wordMask);
            counter1[i] = static_cast<std::uint32_t>((first + done + i) >> 32);
        }
        WordVec counter2 = WordVec{} + static_cast<std::uint32_t>(stream & wordMask);
        WordVec counter3 = WordVec{} + static_cast<std::uint32_t>(stream >> 32);
        std::uint32_t key0 = static_cast<std::uint32_t>(seed & wordMask);
        std::uint32_t key1 = static_cast<std::uint32_t>(seed >> 32);
        for (int round = 0; round < 10; ++round) {
            WordVec high0, low0, high1, low1;
            wideProduct(counter0, 0xD2511F53u, high0, low0);
            wideProduct(counter2, 0xCD9E8D57u, high1, low1);
            counter0 = high1 ^ counter1 ^ key0;
            counter1 = low1;
            counter2 = high0 ^ counter3 ^ key1;
            counter3 = low0;
            key0 += 0x9E3779B9u;
            key1 += 0xBB67AE85u;
        }
        Vec numbers[4];
        normalPair(counter0, counter1, numbers[0], numbers[1]);
        normalPair(counter2, counter3, numbers[2], numbers[3]);
        const std::size_t count = blocks - done < lanes ? blocks - done : lanes;
        for (std::size_t i = 0; i < count; ++i) {
            for (std::size_t j = 0; j < 4; ++j) {
                out[4 * (done + i) + j] = numbers[j][i];
            }
        }
    }
}

} // namespace
} // namespace zscape::kernels
