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

template <typename T>
struct VectorOf {
    using Aligned [[gnu::vector_size(vectorBytes), gnu::may_alias]] = T;
    using Unaligned [[gnu::vector_size(vectorBytes), gnu::may_alias, gnu::aligned(sizeof(T))]] = T;
    static constexpr std::size_t lanes = vectorBytes / sizeof(T);
};

static_assert(groupRows % blockRows == 0);

template <std::size_t Vectors, typename T>
void productBlock(const PanelProduct<T>& product, std::size_t firstRow) {
    using Vector = typename VectorOf<T>::Aligned;
    using Unaligned = typename VectorOf<T>::Unaligned;
    constexpr std::size_t lanes = VectorOf<T>::lanes;
    Vector sums[blockRows][Vectors];
    T* out = product.out + firstRow * product.outStride;
    const T* rows = product.rows + firstRow * product.rowStride;
    for (std::size_t r = 0; r < blockRows; ++r) {
        for (std::size_t v = 0; v < Vectors; ++v) {
            sums[r][v] = *reinterpret_cast<const Unaligned*>(out + r * product.outStride + v * lanes);
        }
    }
    const T* panel = product.panel;
    for (std::size_t k = 0; k < product.terms; ++k, panel += Vectors * lanes) {
        Vector column[Vectors];
        for (std::size_t v = 0; v < Vectors; ++v) {
            column[v] = *reinterpret_cast<const Vector*>(panel + v * lanes);
        }
        for (std::size_t r = 0; r < blockRows; ++r) {
            const T value = rows[r * product.rowStride + k];
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

template <typename T>
void panelProduct(const PanelProduct<T>& product) {
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

double narrow(const double* in, std::size_t count, float* out) {
    double largest = 0;
    std::size_t terms = 0;
    for (std::size_t i = 0; i < count; ++i) {
        terms += i + 1;
        largest = in[terms - 1] > largest ? in[terms - 1] : largest;
    }
    if (!(largest > 0)) largest = 1;
    const double inverse = 1 / largest;
    for (std::size_t k = 0; k < terms; ++k) {
        out[k] = static_cast<float>(in[k] * inverse);
    }
    return largest;
}

/// Vectors run over the end of a row of the triangle into the next one, which is written afterwards.
template <typename T>
void pack(const double* errors, const T* correlations, std::size_t count, std::size_t used, double* out) {
    using Vector = typename VectorOf<double>::Unaligned;
    using Numbers [[gnu::vector_size(VectorOf<double>::lanes * sizeof(T)), gnu::may_alias, gnu::aligned(sizeof(T))]] =
        T;
    constexpr std::size_t lanes = VectorOf<double>::lanes;
    std::size_t left = correlations ? count * (count - 1) / 2 : 0;
    for (std::size_t i = 0; i < used; ++i) {
        std::size_t j = 0;
        for (; j < i && j + lanes <= left; j += lanes) {
            const auto numbers = __builtin_convertvector(*reinterpret_cast<const Numbers*>(correlations + j), Vector);
            *reinterpret_cast<Vector*>(out + j) = errors[i] * *reinterpret_cast<const Vector*>(errors + j) * numbers;
        }
        for (; j < i; ++j) {
            out[j] = correlations ? errors[i] * errors[j] * static_cast<double>(correlations[j]) : 0;
        }
        out[i] = errors[i] * errors[i];
        out += i + 1;
        if (!correlations) continue;
        correlations += i;
        left -= i;
    }
    const std::size_t rest = (count * (count + 1) - used * (used + 1)) / 2;
    for (std::size_t k = 0; k < rest; ++k) {
        out[k] = 0;
    }
}

void packFloat(const double* errors, const float* correlations, std::size_t count, std::size_t used, double* out) {
    pack(errors, correlations, count, used, out);
}
void packDouble(const double* errors, const double* correlations, std::size_t count, std::size_t used, double* out) {
    pack(errors, correlations, count, used, out);
}

void addProducts(const double* values, const double* factors, std::size_t count, double* out) {
    for (std::size_t k = 0; k < count; ++k) {
        out[k] += values[k] * factors[k];
    }
}

void addCorrections(const float* corrections, const double* scale, double factor, std::size_t count, double* out) {
    for (std::size_t k = 0; k < count; ++k) {
        out[k] += factor * scale[k] * static_cast<double>(corrections[k]);
    }
}

void squareRoots(double* values, std::size_t count) {
    for (std::size_t k = 0; k < count; ++k) {
        values[k] = __builtin_sqrt(values[k] < 0 ? 0 : values[k]); // NaN stays
    }
}

} // namespace

namespace ZSCAPE_KERNEL_SET {
const Table table{
    VectorOf<double>::lanes, panelProduct<double>, panelProduct<float>, packFloat, packDouble, narrow, addProducts,
    addCorrections,          squareRoots};
}

} // namespace zscape::xpkernels
