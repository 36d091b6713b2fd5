#pragma once

#include "core/xp/panel_matrix.h"

#include <cstddef>
#include <vector>

namespace zscape {

struct SampledBand;

/// Variances of one band's samples from packed covariances of its coefficients: diag(A^T C A) as one product with
/// P[ij][c] = (2 - delta_ij) A_ic A_jc.
///
/// Neighbouring columns of P nearly depend on each other: the design's functions are Hermite functions, whose products
/// span about 110 of them, and what a table adds is its last printed digit. So a few columns S, chosen by pivots, carry
/// the rest: P_rest = P_S X + D with |D| < 1e-5 |P_rest|. P_S and X are used in float64, D in float32, whose rounding
/// then is 1e-12 of a variance; on the default grid that is 3/4 of the work. X need not be exact, since D is what it
/// leaves. Where columns do not carry each other (few, far apart), all are in S.
///
/// Immutable, any thread.
class VarianceDesign {
public:
    VarianceDesign() = default;
    VarianceDesign(const xpkernels::Table& kernels, const SampledBand& band);

    /// Doubles from one row of packed covariances to the next.
    std::size_t rowStride() const { return m_rowStride; }

    /// Room that `variances` works in, for rows stars at most.
    struct Scratch {
        Scratch(const VarianceDesign& design, std::size_t rows);
        AlignedArray<float> narrowRows, corrections;
        AlignedArray<double> carriers, carried, largest;
    };

    /// out[row * outStride + column] of `rows` stars, a multiple of groupRows; `packed` is rows x rowStride().
    void variances(const double* packed, std::size_t rows, Scratch& scratch, double* out, std::size_t outStride) const;

    std::size_t columns() const { return m_order.size(); }
    std::size_t carrierCount() const { return m_carrierCount; } ///< columns of S

private:
    const xpkernels::Table* m_kernels = nullptr;
    std::size_t m_coefficients = 0;
    std::size_t m_rowStride = 0;
    std::size_t m_narrowStride = 0;
    std::size_t m_carrierCount = 0;
    std::vector<std::size_t> m_order; ///< columns of the band: S, then the rest
    std::vector<double> m_scale;      ///< of a column of the rest: D is divided by it, lest float32 underflow
    PanelMatrix<double> m_carriers;   ///< P_S
    PanelMatrix<double> m_carry;      ///< X
    PanelMatrix<float> m_correction;  ///< D / scale
};

} // namespace zscape
