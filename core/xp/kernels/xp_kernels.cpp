// The XP kernels of one instruction set; compiled once a set with ZSCAPE_KERNEL_SET naming its namespace.

#include "core/xp/kernels/xp_kernels.h"

namespace zscape::xpkernels {
namespace {

#if defined(__AVX512F__)
constexpr std::size_t vectorBytes = 64;
constexpr std::size_t blockRows = 8; // 24 sums and 3 vectors of the panel in 32 registers
#elif defined(__AVX2__)
constexpr std::size_t vectorBytes = 32;
constexpr std::size_t blockRows = 4; // 12 sums and 3 vectors of the panel in 16 registers
#else
constexpr std::size_t vectorBytes = 16;
constexpr std::size_t blockRows = 4;
#endif
constexpr std::size_t lanes = vectorBytes / sizeof(double);
using Vector [[gnu::vector_size(vectorBytes), gnu::may_alias]] = double;
using Unaligned [[gnu::vector_size(vectorBytes), gnu::may_alias, gnu::aligned(8)]] = double;

static_assert(groupRows % blockRows == 0);

template <std::size_t Vectors>
void productBlock(const PanelProduct& product, std::size_t firstRow) {
    Vector sums[blockRows][Vectors];
    double* out = product.out + firstRow * product.outStride;
    const double* rows = product.rows + firstRow * product.rowStride;
    for (std::size_t r = 0; r < blockRows; ++r) {
        for (std::size_t v = 0; v < Vectors; ++v) {
            sums[r][v] = *reinterpret_cast<const Unaligned*>(out + r * product.outStride + v * lanes);
        }
    }
    const double* panel = product.panel;
    for (std::size_t k = 0; k < product.terms; ++k, panel += Vectors * lanes) {
        Vector column[Vectors];
        for (std::size_t v = 0; v < Vectors; ++v) {
            column[v] = *reinterpret_cast<const Vector*>(panel + v * lanes);
        }
        for (std::size_t r = 0; r < blockRows; ++r) {
            const double value = rows[r * product.rowStride + k];
            for (std::size_t v = 0; v < Vectors; ++v) {
                sums[r][v] += value * column[v];
            }
        }
    }
    for (std::size_t r = 0; r < blockRows; ++r) {
        for (std::size_t v = 0; v < Vectors; ++v) {
            *reinterpret_cast<Unaligned*>(out + r * product.outStride + v * lanes) = sums[r][v];
        }
    }
}

void panelProduct(const PanelProduct& product) {
    for (std::size_t row = 0; row < groupRows; row += blockRows) {
        switch (product.vectors) {
        case 1:
            productBlock<1>(product, row);
            break;
        case 2:
            productBlock<2>(product, row);
            break;
        default:
            productBlock<3>(product, row);
            break;
        }
    }
}

template <typename T>
void pack(const T* errors, const T* correlations, std::size_t count, std::size_t used, double* out) {
    for (std::size_t i = 0; i < used; ++i) {
        const double error = static_cast<double>(errors[i]);
        if (correlations) {
            for (std::size_t j = 0; j < i; ++j) {
                out[j] = error * static_cast<double>(errors[j]) * static_cast<double>(correlations[j]);
            }
            correlations += i;
        } else {
            for (std::size_t j = 0; j < i; ++j) {
                out[j] = 0;
            }
        }
        out[i] = error * error;
        out += i + 1;
    }
    for (std::size_t i = used; i < count; ++i) {
        for (std::size_t j = 0; j <= i; ++j) {
            out[j] = 0;
        }
        out += i + 1;
    }
}

void packFloat(const float* errors, const float* correlations, std::size_t count, std::size_t used, double* out) {
    pack(errors, correlations, count, used, out);
}
void packDouble(const double* errors, const double* correlations, std::size_t count, std::size_t used, double* out) {
    pack(errors, correlations, count, used, out);
}

} // namespace

namespace ZSCAPE_KERNEL_SET {
const Table table{lanes, panelProduct, packFloat, packDouble};
}

} // namespace zscape::xpkernels
