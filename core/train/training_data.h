#pragma once

#include "core/base/bit_set.h"
#include "core/base/job_context.h"
#include "core/base/matrix_view.h"
#include "core/catalog/catalog.h"
#include "core/model/model.h"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace zscape {

/// The stars of a run. The coefficients stay where the catalogue holds them and are standardised batch by batch, so
/// that training needs no second block of them. Immutable; any thread.
struct TrainingData {
    std::size_t rows = 0; ///< stars to train and validate on
    std::size_t inputSize = 0;
    MatrixView<const float> coefficients;   ///< all rows of the catalogue, raw [e-/s]
    MatrixView<const float> errors;         ///< the same for their errors
    std::vector<std::uint32_t> catalogRows; ///< row of the catalogue of each star, ascending
    std::vector<double> inverseFlux;        ///< 1 / phot_g_mean_flux [s/e-] of each star
    Normalization normalization;
    Provenance provenance;                  ///< catalogue name, content hash, whether a mock; the run fills the rest
    std::shared_ptr<const Catalog> catalog; ///< keeps the coefficients alive
};

/// x = (c / G - mu) / sig and err = (e / G) / sig (method.md section 1) of the stars `rows` (numbers below data.rows),
/// computed in float64 and rounded once; x and err are rows.size() x inputSize, row-major.
void standardiseRows(const TrainingData& data, std::span<const std::uint32_t> rows, std::span<float> x,
                     std::span<float> err);

/// The usable stars of a catalogue, those of `selection` alone where one is given (one bit a row of the catalogue),
/// with mu and sig over them in float64 (ddof 0), on all cores; the same numbers on any number of threads. Throws Error
/// when fewer than two stars are usable or a coefficient is the same in all of them; Cancelled.
TrainingData prepareTrainingData(std::shared_ptr<const Catalog> catalog, const JobContext& job = {},
                                 const BitSet* selection = nullptr);
/// The same with a normalisation that is given: to go on from a model, or to repeat a recorded training. Throws Error
/// when its size is not the catalogue's.
TrainingData prepareTrainingData(std::shared_ptr<const Catalog> catalog, const Normalization& normalization,
                                 const JobContext& job = {}, const BitSet* selection = nullptr);

} // namespace zscape
