#pragma once

#include "core/base/matrix_view.h"

#include <cstddef>
#include <vector>

namespace zscape {

/// A design matrix cut into tiles of 16 columns, each with only the rows that are not zero there, so that the product
/// stays in cache and BP coefficients cost nothing at RP wavelengths. Immutable, any thread.
class TiledDesign {
public:
    TiledDesign() = default;
    /// `design` is terms x columns, rounded to float32 here.
    explicit TiledDesign(MatrixView<const double> design);

    /// out = in * design, rows x terms times terms x columns. The sizes must fit. A row's result does not depend on the
    /// rows beside it. Terms are added last to first: XP coefficients fall with order, and adding the small ones first
    /// makes the rounding error three times smaller.
    void multiply(MatrixView<const float> in, MatrixView<float> out) const;
    /// The same with the instructions every x86-64-v2 machine has, which `multiply` uses where there is no AVX2.
    void multiplyBaseline(MatrixView<const float> in, MatrixView<float> out) const;

    static constexpr std::size_t tileColumns = 16;
    struct Tile {
        std::size_t firstTerm = 0;
        std::size_t termCount = 0;
        std::size_t offset = 0; ///< of its termCount x 16 values, last term first
    };

private:
    using BlockFunction = void (*)(MatrixView<const float>, MatrixView<float>, const std::vector<Tile>&, const float*);
    void multiplyBlocks(MatrixView<const float> in, MatrixView<float> out, BlockFunction multiplyBlock) const;

    std::size_t m_terms = 0;
    std::size_t m_columns = 0;
    std::vector<Tile> m_tiles;
    std::vector<float> m_values;
};

} // namespace zscape
