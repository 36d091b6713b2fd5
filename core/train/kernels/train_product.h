#pragma once

// The one matrix product of a training step, in the three ways it is needed: forwards (weights, by outputs), backwards
// (weights, by inputs) and weight gradients (activations times transposed gradients).

#include "core/model/kernels/vector.h"
#include "core/train/kernels/train_kernel_table.h"

namespace zscape::kernels {
namespace {

/// `Rows` x `Vecs` vectors of c in registers while the depth streams by. `Unit` says which step of p is 1.
enum class Unit { Row, Depth };

template <std::size_t Rows, std::size_t Vecs, Unit unit>
void trainBlock(const TrainProduct<float>& product, std::size_t row, std::size_t col) {
    Vec sums[Rows][Vecs];
    float* c = product.c + row * product.cStride + col;
    if (product.accumulate) {
#pragma GCC unroll 16
        for (std::size_t r = 0; r < Rows; ++r) {
#pragma GCC unroll 8
            for (std::size_t v = 0; v < Vecs; ++v) {
                sums[r][v] = load(c + r * product.cStride + v * lanes);
            }
        }
    } else {
#pragma GCC unroll 16
        for (std::size_t r = 0; r < Rows; ++r) {
            const Vec start = product.bias ? broadcast(product.bias[row + r]) : Vec{};
#pragma GCC unroll 8
            for (std::size_t v = 0; v < Vecs; ++v) {
                sums[r][v] = start;
            }
        }
    }
    const std::size_t rowStep = unit == Unit::Row ? 1 : product.rowStep;
    const std::size_t depthStep = unit == Unit::Depth ? 1 : product.depthStep;
    const float* p = product.p + row * rowStep;
    const float* q = product.q + col;
    for (std::size_t k = 0; k < product.depth; ++k, p += depthStep, q += product.qStride) {
        Vec inputs[Vecs];
#pragma GCC unroll 8
        for (std::size_t v = 0; v < Vecs; ++v) {
            inputs[v] = load(q + v * lanes);
        }
#pragma GCC unroll 16
        for (std::size_t r = 0; r < Rows; ++r) {
            const Vec weight = broadcast(p[r * rowStep]);
#pragma GCC unroll 8
            for (std::size_t v = 0; v < Vecs; ++v) {
                sums[r][v] += weight * inputs[v];
            }
        }
    }
#pragma GCC unroll 16
    for (std::size_t r = 0; r < Rows; ++r) {
#pragma GCC unroll 8
        for (std::size_t v = 0; v < Vecs; ++v) {
            store(c + r * product.cStride + v * lanes, sums[r][v]);
        }
    }
}

template <std::size_t Rows, std::size_t Vecs, Unit unit>
void trainRest(const TrainProduct<float>& product, std::size_t row, std::size_t col) {
    if constexpr (Rows > 0) {
        if (product.rows - row == Rows) {
            trainBlock<Rows, Vecs, unit>(product, row, col);
        } else {
            trainRest<Rows - 1, Vecs, unit>(product, row, col);
        }
    }
}

template <std::size_t Rows, std::size_t Vecs, Unit unit>
void trainColumns(const TrainProduct<float>& product, std::size_t col) {
    std::size_t row = 0;
    for (; row + Rows <= product.rows; row += Rows) {
        trainBlock<Rows, Vecs, unit>(product, row, col);
    }
    trainRest<Rows - 1, Vecs, unit>(product, row, col);
}

#if defined(__AVX512F__)
// Sums, inputs and one weight in 32 registers, for one to four vectors of columns. Five and six vectors go as three and
// the rest, so that no block is left with too few sums to hide the latency of a fused product.
template <Unit unit>
void trainProductBy(const TrainProduct<float>& product) {
    std::size_t col = 0;
    while (col < product.cols) {
        const std::size_t left = (product.cols - col) / lanes;
        const std::size_t vecs = left == 5 || left == 6 ? 3 : left > 4 ? 4 : left;
        switch (vecs) {
        case 4:
            trainColumns<6, 4, unit>(product, col);
            break;
        case 3:
            trainColumns<8, 3, unit>(product, col);
            break;
        case 2:
            trainColumns<12, 2, unit>(product, col);
            break;
        default:
            trainColumns<12, 1, unit>(product, col);
            break;
        }
        col += vecs * lanes;
    }
}
#else
#if defined(__AVX2__)
constexpr std::size_t trainRows = 6, trainVecs = 2; // 16 registers
#else
constexpr std::size_t trainRows = 4, trainVecs = 2;
#endif
template <Unit unit>
void trainProductBy(const TrainProduct<float>& product) {
    for (std::size_t col = 0; col < product.cols; col += trainVecs * lanes) {
        trainColumns<trainRows, trainVecs, unit>(product, col);
    }
}
#endif

void trainProduct(const TrainProduct<float>& product) {
    if (product.rowStep == 1) {
        trainProductBy<Unit::Row>(product);
    } else {
        trainProductBy<Unit::Depth>(product);
    }
}

} // namespace
} // namespace zscape::kernels
