#include "core/train/star_moments.h"

#include "core/base/error.h"

#include <cmath>

namespace zscape {

StarMoments momentsOf(const MatrixView<const float>& coefficients, std::span<const double> flux,
                      std::span<const std::uint32_t> rows) {
    const std::size_t width = coefficients.cols;
    StarMoments moments{static_cast<double>(rows.size()), std::vector<double>(width, 0.0),
                        std::vector<double>(width, 0.0)};
    for (const std::uint32_t row : rows) {
        for (std::size_t j = 0; j < width; ++j) {
            moments.mean[j] += static_cast<double>(coefficients.row(row)[j]) / flux[row];
        }
    }
    for (double& mean : moments.mean) {
        mean /= moments.count;
    }
    for (const std::uint32_t row : rows) {
        for (std::size_t j = 0; j < width; ++j) {
            const double deviation = static_cast<double>(coefficients.row(row)[j]) / flux[row] - moments.mean[j];
            moments.squares[j] += deviation * deviation;
        }
    }
    return moments;
}

void merge(StarMoments& total, const StarMoments& part) {
    if (total.count == 0) {
        total = part;
        return;
    }
    const double count = total.count + part.count;
    for (std::size_t j = 0; j < total.mean.size(); ++j) {
        const double shift = part.mean[j] - total.mean[j];
        total.mean[j] += shift * part.count / count;
        total.squares[j] += part.squares[j] + shift * shift * total.count * part.count / count;
    }
    total.count = count;
}

Normalization normalizationFrom(const StarMoments& moments, const std::string& catalogName) {
    Normalization normalization;
    normalization.origin = "training catalogue";
    normalization.mu = moments.mean;
    normalization.sig.resize(moments.mean.size());
    for (std::size_t j = 0; j < moments.mean.size(); ++j) {
        normalization.sig[j] = std::sqrt(moments.squares[j] / moments.count);
        if (!(normalization.sig[j] > 0.0) || !std::isfinite(normalization.sig[j])) {
            throw Error("Coefficient " + std::to_string(j + 1) + " of \"" + catalogName +
                        "\" cannot be standardised, as it has no finite spread over the usable stars: check the "
                        "column, or train on more stars.");
        }
    }
    return normalization;
}

} // namespace zscape
