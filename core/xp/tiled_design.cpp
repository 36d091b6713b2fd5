#include "core/xp/tiled_design.h"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace zscape {

namespace {

constexpr std::size_t tileColumns = TiledDesign::tileColumns;
/// Rows whose coefficients stay in the first-level cache while the tiles pass by.
constexpr std::size_t blockRows = 64;

/// Eight floats; the compiler maps it to the registers of the function's instruction set.
using Float8 __attribute__((vector_size(32))) = float;

/// One tile of a few rows, held in registers. Forced inline so that it takes the caller's instruction set.
template <std::size_t Rows>
[[gnu::always_inline]] inline void multiplyTile(const float* in, std::size_t inStride, const float* values,
                                                std::size_t terms, float* out, std::size_t outStride,
                                                std::size_t outColumns) {
    Float8 low[Rows] = {};
    Float8 high[Rows] = {};
    for (std::size_t term = terms; term-- > 0; values += tileColumns) {
        Float8 lowValues;
        Float8 highValues;
        std::memcpy(&lowValues, values, sizeof lowValues);
        std::memcpy(&highValues, values + tileColumns / 2, sizeof highValues);
        for (std::size_t row = 0; row < Rows; ++row) {
            const float factor = in[row * inStride + term];
            low[row] += lowValues * factor;
            high[row] += highValues * factor;
        }
    }
    for (std::size_t row = 0; row < Rows; ++row) {
        float sums[tileColumns];
        std::memcpy(sums, &low[row], sizeof low[row]);
        std::memcpy(sums + tileColumns / 2, &high[row], sizeof high[row]);
        std::memcpy(out + row * outStride, sums, outColumns * sizeof(float));
    }
}

[[gnu::always_inline]] inline void multiplyBlock(MatrixView<const float> in, MatrixView<float> out,
                                                 const std::vector<TiledDesign::Tile>& tiles, const float* values) {
    for (std::size_t index = 0; index < tiles.size(); ++index) {
        const TiledDesign::Tile& tile = tiles[index];
        const std::size_t column = index * tileColumns;
        const std::size_t columns = std::min(tileColumns, out.cols - column);
        const float* tileValues = values + tile.offset;
        const float* source = in.data + tile.firstTerm;
        float* target = out.data + column;
        std::size_t row = 0;
        for (; row + 4 <= in.rows; row += 4) {
            multiplyTile<4>(source + row * in.cols, in.cols, tileValues, tile.termCount, target + row * out.cols,
                            out.cols, columns);
        }
        for (; row < in.rows; ++row) {
            multiplyTile<1>(source + row * in.cols, in.cols, tileValues, tile.termCount, target + row * out.cols,
                            out.cols, columns);
        }
    }
}

void multiplyBlockBaseline(MatrixView<const float> in, MatrixView<float> out,
                           const std::vector<TiledDesign::Tile>& tiles, const float* values) {
    multiplyBlock(in, out, tiles, values);
}

#if defined(__x86_64__)
[[gnu::target("avx2,fma")]] void multiplyBlockAvx2(MatrixView<const float> in, MatrixView<float> out,
                                                   const std::vector<TiledDesign::Tile>& tiles, const float* values) {
    multiplyBlock(in, out, tiles, values);
}
#endif

} // namespace

TiledDesign::TiledDesign(MatrixView<const double> design) : m_terms(design.rows), m_columns(design.cols) {
    for (std::size_t column = 0; column < m_columns; column += tileColumns) {
        const std::size_t columns = std::min(tileColumns, m_columns - column);
        const auto isUsed = [&](std::size_t term) {
            const std::span<const double> part = design.row(term).subspan(column, columns);
            return std::any_of(part.begin(), part.end(), [](double value) { return value != 0; });
        };
        std::size_t first = 0;
        std::size_t end = m_terms;
        while (first < end && !isUsed(first))
            ++first;
        while (end > first && !isUsed(end - 1))
            --end;
        m_tiles.push_back({first, end - first, m_values.size()});
        for (std::size_t term = end; term-- > first;) {
            for (std::size_t offset = 0; offset < tileColumns; ++offset) {
                m_values.push_back(offset < columns ? static_cast<float>(design.row(term)[column + offset]) : 0.0F);
            }
        }
    }
}

void TiledDesign::multiply(MatrixView<const float> in, MatrixView<float> out) const {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
        multiplyBlocks(in, out, multiplyBlockAvx2);
        return;
    }
#endif
    multiplyBaseline(in, out);
}

void TiledDesign::multiplyBaseline(MatrixView<const float> in, MatrixView<float> out) const {
    multiplyBlocks(in, out, multiplyBlockBaseline);
}

void TiledDesign::multiplyBlocks(MatrixView<const float> in, MatrixView<float> out, BlockFunction multiplyBlock) const {
    assert(in.cols == m_terms && out.cols == m_columns && in.rows == out.rows);
    for (std::size_t begin = 0; begin < in.rows; begin += blockRows) {
        const std::size_t count = std::min(blockRows, in.rows - begin);
        multiplyBlock(in.middleRows(begin, count), out.middleRows(begin, count), m_tiles, m_values.data());
    }
}

} // namespace zscape
