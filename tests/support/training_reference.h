#pragma once

#include "core/model/spectral_model.h"
#include "core/train/training_engine.h"
#include "tests/support/random_model.h"
#include "tests/support/training_data.h"

#include <cmath>
#include <vector>

namespace zscape::test {

/// Stars on a two-dimensional manifold in 13 coefficients, with noise as large as their errors say.
inline TrainingData manifoldData(std::size_t rows) {
    const std::size_t width = 13;
    const std::vector<float> hidden = randomNumbers(rows * 2, 21), noise = randomNumbers(rows * width, 22);
    std::vector<float> x;
    for (std::size_t row = 0; row < rows; ++row) {
        const float a = hidden[2 * row], b = hidden[2 * row + 1];
        for (std::size_t j = 0; j < width; ++j) {
            const float order = static_cast<float>(j);
            x.push_back(std::sin(a + order) + 0.5F * b * std::cos(order) + 0.05F * noise[row * width + j]);
        }
    }
    return plainTrainingData(width, std::move(x), std::vector<float>(rows * width, 0.05F));
}

/// Float64 loss of a batch in eval mode, from the reference network.
inline BatchLosses referenceLosses(const Model& model, const TrainingData& data, const std::vector<std::uint32_t>& rows,
                                   const std::vector<float>& noise) {
    const std::size_t width = data.inputSize, latent = 3, count = rows.size();
    std::vector<float> x32(count * width), err32(count * width);
    standardiseRows(data, rows, x32, err32);
    const std::vector<double> x(x32.begin(), x32.end()), err(err32.begin(), err32.end());
    std::vector<double> mu, logVar, decoded, scatter;
    referenceEncode(model, {x.data(), count, width}, mu, logVar);
    std::vector<double> z(mu.size());
    BatchLosses losses;
    for (std::size_t i = 0; i < z.size(); ++i) {
        z[i] = mu[i] + static_cast<double>(noise[i]) * std::exp(logVar[i] / 2);
        losses.kl -= 1 + logVar[i] - mu[i] * mu[i] - std::exp(logVar[i]);
    }
    referenceDecode(model, {z.data(), count, latent}, decoded, scatter);
    for (std::size_t i = 0; i < x.size(); ++i) {
        const double variance = err[i] * err[i] + scatter[i] * scatter[i];
        losses.rec += (x[i] - decoded[i]) * (x[i] - decoded[i]) / variance + std::log(variance);
    }
    const bool paper = model.architecture.preset == Preset::Paper;
    const double stars = static_cast<double>(count);
    losses.rec *= paper ? 1 / (stars * static_cast<double>(width)) : 0.5 / stars;
    losses.kl *= paper ? 1 / (stars * static_cast<double>(latent)) : 0.5 / stars;
    return losses;
}

} // namespace zscape::test
