#pragma once

// kernels: the arithmetic of many XP spectra at a time, compiled once for each instruction set. The rules of
// core/model/kernels/kernel_table.h hold here too: nothing of the C++ library, one visible table a set.

#include <cstddef>

namespace zscape::xpkernels {

/// Stars of a group: rows that a product works on together.
inline constexpr std::size_t groupRows = 8;

/// out[r][c] += sum over k of rows[r][k] * panel[k][c], for groupRows rows and `vectors` vectors of columns, the terms
/// first to last. `panel` is packed [terms][vectors * lanes] and aligned to 64 bytes.
struct PanelProduct {
    const double* rows = nullptr;
    std::size_t rowStride = 0;
    const double* panel = nullptr;
    std::size_t vectors = 0; ///< 1, 2 or 3
    std::size_t terms = 0;
    double* out = nullptr;
    std::size_t outStride = 0;
};

struct Table {
    std::size_t lanes = 0; ///< doubles of a vector
    void (*panelProduct)(const PanelProduct& product);
    /// Covariance of one star, packed: out[i (i+1)/2 + j] = e_i e_j R_ij for j < i, e_i^2 for j = i; zero from `used`
    /// coefficients on. `correlations` is the strict lower triangle row by row, or nullptr: independent.
    void (*packFloat)(const float* errors, const float* correlations, std::size_t count, std::size_t used, double* out);
    void (*packDouble)(const double* errors, const double* correlations, std::size_t count, std::size_t used,
                       double* out);
};

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
