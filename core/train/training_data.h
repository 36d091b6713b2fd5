#pragma once

#include "core/base/bit_set.h"
#include "core/base/collective.h"
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
/// that training needs no second block of them. Immutable; any thread. In a parallel run (parallel_data.h) each process
/// knows all stars but holds the coefficients of its own alone.
struct TrainingData {
    std::size_t rows = 0; ///< stars to train and validate on
    std::size_t inputSize = 0;
    MatrixView<const float> coefficients;   ///< of the rows of `catalog`, raw [e-/s]
    MatrixView<const float> errors;         ///< the same for their errors
    std::vector<std::uint32_t> catalogRows; ///< row of the catalogue of each star, ascending
    bool isSelection = false;               ///< not all usable stars of the catalogue
    std::vector<double> inverseFlux;        ///< 1 / phot_g_mean_flux [s/e-] of each star
    Normalization normalization;
    Provenance provenance;                  ///< catalogue name, content hash, whether a mock; the run fills the rest
    std::shared_ptr<const Catalog> catalog; ///< keeps the coefficients alive

    Collective* collective = nullptr;     ///< the processes of a parallel run; null alone
    std::vector<std::uint32_t> blockRows; ///< row of `catalog` of each star, notHeld for others' stars; empty alone
    std::vector<double> splitValues;      ///< of options.splitColumn for each star, in a parallel run that has one
    static constexpr std::uint32_t notHeld = 0xFFFFFFFF;

    /// Where a star that this process holds lies in `catalog`, `coefficients` and `errors`.
    std::size_t blockRow(std::size_t star) const { return blockRows.empty() ? catalogRows[star] : blockRows[star]; }
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
