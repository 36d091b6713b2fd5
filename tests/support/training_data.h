#pragma once

#include "core/train/training_data.h"

#include <memory>
#include <numeric>
#include <utility>
#include <vector>

namespace zscape::test {

/// Training data whose standardised x and err are these numbers (rows x width): a catalogue of unit flux, mu 0, sig 1.
inline TrainingData plainTrainingData(std::size_t width, std::vector<float> x, std::vector<float> err) {
    const std::size_t rows = x.size() / width;
    std::vector<std::int64_t> ids(rows);
    std::iota(ids.begin(), ids.end(), 1);
    const auto catalog = std::make_shared<const Catalog>(
        "test", width, ids, std::move(x), std::move(err),
        std::vector<Column>{Column("phot_g_mean_flux", "electron/s", std::vector<double>(rows, 1.0))});
    const Normalization plain{std::vector<double>(width, 0.0), std::vector<double>(width, 1.0), "test"};
    return prepareTrainingData(catalog, plain);
}

} // namespace zscape::test
