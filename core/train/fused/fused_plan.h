#pragma once

#include "core/model/architecture.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace zscape {

/// Where a layer's numbers lie. All trained numbers of a network are in one flat array, those of a layer as
/// [in + 1][stride]: the weights, transposed, with the bias as their last row; then gamma and beta. Rows are padded
/// with zeros, which training leaves zero. Running statistics are in arrays of their own.
struct PlannedLayer {
    std::size_t in = 0, out = 0, stride = 0;
    bool norm = false, gelu = false;
    std::size_t weight = 0; ///< offset of its block in the flat parameters
    std::size_t gamma = 0;
    std::size_t beta = 0;
    std::size_t statistics = 0; ///< offset of its features in arrays over all batch norms
    std::size_t tileRow =
        0; ///< first row of its linear outputs in a tile's block; a row of ones follows, but for the last

    std::size_t bias() const { return weight + in * stride; }
    bool isPlain() const { return !norm && !gelu; }
};

enum class TensorKind : std::uint8_t { Parameter, RunningMean, RunningVariance, Counter };

/// A PyTorch tensor's place: element (row, col) is flat[first + row + col * colStep].
struct TensorPlace {
    std::string name;
    TensorKind kind = TensorKind::Parameter;
    std::size_t first = 0, rows = 0, cols = 1, colStep = 0;
};

/// The layout of a network for the fused engine. Plain data.
struct FusedPlan {
    explicit FusedPlan(const Architecture& architecture);

    std::size_t inputs = 0, latents = 0;
    std::vector<PlannedLayer> encoder;                 ///< blocks, then both heads as one layer of 2 x latents
    std::array<std::vector<PlannedLayer>, 2> branches; ///< decoder and scatter
    std::vector<TensorPlace> tensors;                  ///< in the order of tensorSpecs
    std::size_t parameters = 0;                        ///< size of the flat array
    std::size_t statistics = 0;                        ///< features of all batch norms, padded
    std::size_t xRow = 0, zRow = 0, noiseRow = 0;      ///< rows of a tile's block
    std::array<std::size_t, 2> slopeRows{};            ///< gradients by the outputs of each branch
    std::size_t tileRows = 0;                          ///< of a tile's whole block
    std::size_t widest = 0;                            ///< widest layer or input, padded
};

/// Copies a tensor (row-major, rows x cols) into its place and back; Real is float or double, so is Value.
template <typename Real, typename Value>
void placeTensor(const TensorPlace& place, const Value* values, Real* flat) {
    for (std::size_t row = 0; row < place.rows; ++row) {
        for (std::size_t col = 0; col < place.cols; ++col) {
            flat[place.first + row + col * place.colStep] = static_cast<Real>(values[row * place.cols + col]);
        }
    }
}
template <typename Value, typename Real>
std::vector<Value> takeTensor(const TensorPlace& place, const Real* flat) {
    std::vector<Value> values;
    values.reserve(place.rows * place.cols);
    for (std::size_t row = 0; row < place.rows; ++row) {
        for (std::size_t col = 0; col < place.cols; ++col) {
            values.push_back(static_cast<Value>(flat[place.first + row + col * place.colStep]));
        }
    }
    return values;
}

} // namespace zscape
