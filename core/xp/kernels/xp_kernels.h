#pragma once

// kernels: the arithmetic of many XP spectra at a time, compiled once for each instruction set. The rules of
// core/model/kernels/kernel_table.h hold here too: nothing of the C++ library, one visible table a set.

#include <cstddef>

namespace zscape::xpkernels {

/// Stars of a group: rows that a product works on together.
inline constexpr std::size_t groupRows = 8;
/// Doubles after errors and packed covariances that `pack` may touch: a vector of the widest set.
inline constexpr std::size_t packPadding = 8;

/// out[r][c] += sum over k of rows[r][k] * panel[k][c], for groupRows rows and `vectors` vectors of columns, the terms
/// first to last. `panel` is packed [terms][vectors * lanes] and aligned to 64 bytes.
template <typename T>
struct PanelProduct {
    const T* rows = nullptr;
    std::size_t rowStride = 0;
    const T* panel = nullptr;
    std::size_t vectors = 0; ///< 1, 2 or 3
    std::size_t terms = 0;
    T* out = nullptr;
    std::size_t outStride = 0;
};

struct Table {
    std::size_t lanes = 0; ///< doubles of a vector
    void (*panelProduct)(const PanelProduct<double>& product);
    void (*panelProductFloat)(const PanelProduct<float>& product);
    /// Covariance of one star, packed: out[i (i+1)/2 + j] = e_i e_j R_ij for j < i, e_i^2 for j = i; zero from `used`
    /// coefficients on. `errors` holds `packPadding` zeros after its `count` values, and `out` has room for as many
    /// after its count (count+1)/2. `correlations` is the strict lower triangle row by row, or nullptr: independent.
    void (*packFloat)(const double* errors, const float* correlations, std::size_t count, std::size_t used,
                      double* out);
    void (*packDouble)(const double* errors, const double* correlations, std::size_t count, std::size_t used,
                       double* out);
    /// The packed covariance of `count` coefficients divided by its largest variance, which is returned (1 if there is
    /// none above zero).
    double (*narrow)(const double* in, std::size_t count, float* out);
    /// out[k] += values[k] factors[k]
    void (*addProducts)(const double* values, const double* factors, std::size_t count, double* out);
    /// out[k] += factor scale[k] corrections[k]
    void (*addCorrections)(const float* corrections, const double* scale, double factor, std::size_t count,
                           double* out);
    /// Square roots in place; those of negative numbers are 0.
    void (*squareRoots)(double* values, std::size_t count);
};

/// Numbers of a vector, which holds twice as many floats as doubles.
template <typename T>
std::size_t lanesOf(const Table& table) {
    return sizeof(T) == sizeof(float) ? 2 * table.lanes : table.lanes;
}
inline void panelProduct(const Table& table, const PanelProduct<double>& product) {
    table.panelProduct(product);
}
inline void panelProduct(const Table& table, const PanelProduct<float>& product) {
    table.panelProductFloat(product);
}

namespace baseline {
[[gnu::visibility("hidden")]] extern const Table table;
}
namespace avx2 {
[[gnu::visibility("hidden")]] extern const Table table;
}
namespace avx512 {
[[gnu::visibility("hidden")]] extern const Table table;
}

} // namespace zscape::xpkernels
