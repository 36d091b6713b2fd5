#pragma once

// Weights times a tile, and weights times one sample: blocks of outputs are held in registers while the inputs stream
// by. GELU follows each block.

#include "core/model/kernels/kernel_table.h"
#include "core/model/kernels/vector.h"
#include "core/model/kernels/vector_math.h"

namespace zscape::kernels {
namespace {

// Outputs x vectors in registers: with the inputs and one weight they fill the 32, 16 or 16 registers of the set.
#if defined(__AVX512F__)
constexpr std::size_t blockOutputs = 6, blockVectors = 4;
#elif defined(__AVX2__)
constexpr std::size_t blockOutputs = 6, blockVectors = 2;
#else
constexpr std::size_t blockOutputs = 4, blockVectors = 2;
#endif

/// Outputs firstOutput .. firstOutput + Outputs of all samples.
template <std::size_t Outputs>
void productBlock(const Product& product, std::size_t firstOutput) {
    for (std::size_t sample = 0; sample < tileSamples; sample += blockVectors * lanes) {
        Vec sums[Outputs][blockVectors];
#pragma GCC unroll 8
        for (std::size_t r = 0; r < Outputs; ++r) {
            const Vec start = product.bias ? broadcast(product.bias[firstOutput + r]) : Vec{};
#pragma GCC unroll 8
            for (std::size_t v = 0; v < blockVectors; ++v) {
                sums[r][v] = start;
            }
        }
        const float* weights = product.weights + firstOutput;
        const float* x = product.x + sample;
        for (std::size_t k = 0; k < product.in; ++k, weights += product.stride, x += tileSamples) {
            Vec inputs[blockVectors];
#pragma GCC unroll 8
            for (std::size_t v = 0; v < blockVectors; ++v) {
                inputs[v] = load(x + v * lanes);
            }
#pragma GCC unroll 8
            for (std::size_t r = 0; r < Outputs; ++r) {
                const Vec weight = broadcast(weights[r]);
#pragma GCC unroll 8
                for (std::size_t v = 0; v < blockVectors; ++v) {
                    sums[r][v] += weight * inputs[v];
                }
            }
        }
        float* y = product.y + firstOutput * tileSamples + sample;
#pragma GCC unroll 8
        for (std::size_t r = 0; r < Outputs; ++r) {
#pragma GCC unroll 8
            for (std::size_t v = 0; v < blockVectors; ++v) {
                store(y + r * tileSamples + v * lanes, sums[r][v]);
            }
        }
    }
}

/// The outputs that are left when blocks of blockOutputs are done.
template <std::size_t Outputs>
void productRest(const Product& product, std::size_t firstOutput) {
    if constexpr (Outputs > 0) {
        if (product.out - firstOutput == Outputs) {
            productBlock<Outputs>(product, firstOutput);
        } else {
            productRest<Outputs - 1>(product, firstOutput);
        }
    }
}

template <std::size_t Count>
ZSCAPE_KERNEL_INLINE void geluAt(float* values) {
    Vecs<Count> x;
    for (std::size_t k = 0; k < Count; ++k) {
        x.at[k] = load(values + k * lanes);
    }
    x = geluOf(x);
    for (std::size_t k = 0; k < Count; ++k) {
        store(values + k * lanes, x.at[k]);
    }
}

/// In place; count is a multiple of the lanes.
void gelu(float* values, std::size_t count) {
    std::size_t i = 0;
    for (; i + geluVecs * lanes <= count; i += geluVecs * lanes) {
        geluAt<geluVecs>(values + i);
    }
    for (; i < count; i += lanes) {
        geluAt<1>(values + i);
    }
}

/// Asks for one part of `parts` of what the caller reads next.
ZSCAPE_KERNEL_INLINE void fetchAhead(const Product& product, std::size_t part, std::size_t parts) {
    constexpr std::size_t lineFloats = 16;
    const std::size_t lines = (product.aheadCount + lineFloats - 1) / lineFloats;
    for (std::size_t line = lines * part / parts; line < lines * (part + 1) / parts; ++line) {
        __builtin_prefetch(product.ahead + line * lineFloats, 0, 2);
    }
}

void tileProduct(const Product& product) {
    const std::size_t blocks = (product.out + blockOutputs - 1) / blockOutputs;
    for (std::size_t block = 0; block < blocks; ++block) {
        if (product.ahead) fetchAhead(product, block, blocks);
        const std::size_t output = block * blockOutputs;
        const bool whole = output + blockOutputs <= product.out;
        if (whole) {
            productBlock<blockOutputs>(product, output);
        } else {
            productRest<blockOutputs - 1>(product, output);
        }
        if (product.gelu) {
            gelu(product.y + output * tileSamples, (whole ? blockOutputs : product.out - output) * tileSamples);
        }
    }
}

/// `Vectors` vectors of outputs of one sample, so that as many sums are under way at once.
template <std::size_t Vectors>
void vectorBlock(const Product& product, std::size_t firstOutput) {
    Vec sums[Vectors];
#pragma GCC unroll 8
    for (std::size_t v = 0; v < Vectors; ++v) {
        sums[v] = product.bias ? load(product.bias + firstOutput + v * lanes) : Vec{};
    }
    const float* weights = product.weights + firstOutput;
    for (std::size_t k = 0; k < product.in; ++k, weights += product.stride) {
        const Vec input = broadcast(product.x[k]);
#pragma GCC unroll 8
        for (std::size_t v = 0; v < Vectors; ++v) {
            sums[v] += load(weights + v * lanes) * input;
        }
    }
#pragma GCC unroll 8
    for (std::size_t v = 0; v < Vectors; ++v) {
        store(product.y + firstOutput + v * lanes, sums[v]);
    }
}

void vectorProduct(const Product& product) {
    const std::size_t end = padded(product.out);
    std::size_t output = 0;
    for (; output + 8 * lanes <= end; output += 8 * lanes) {
        vectorBlock<8>(product, output);
    }
    for (; output + 4 * lanes <= end; output += 4 * lanes) {
        vectorBlock<4>(product, output);
    }
    for (; output < end; output += lanes) {
        vectorBlock<1>(product, output);
    }
    if (product.gelu) gelu(product.y, end);
}

} // namespace
} // namespace zscape::kernels
