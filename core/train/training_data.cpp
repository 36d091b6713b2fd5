#include "core/train/training_data.h"
#include "core/base/thread_pool.h"
#include "core/train/star_moments.h"

namespace zscape {
namespace {

Normalization normalizationOf(const Catalog& catalog, std::span<const std::uint32_t> rows, ThreadPool& pool,
                              const JobContext& job) {
    std::vector<StarMoments> parts((rows.size() + momentChunk - 1) / momentChunk);
    pool.forChunks(rows.size(), momentChunk, [&](std::size_t begin, std::size_t end, int) {
        job.throwIfCancelled();
        parts[begin / momentChunk] =
            momentsOf(catalog.coefficients(), catalog.gFlux(), rows.subspan(begin, end - begin));
    });
    StarMoments total;
    for (const StarMoments& part : parts) {
        merge(total, part);
    }
    return normalizationFrom(total, catalog.name());
}

std::vector<std::uint32_t> usableRows(const Catalog& catalog, const BitSet* selection) {
    std::vector<std::uint32_t> rows;
    rows.reserve(catalog.usability().usable);
    for (std::size_t row = 0; row < catalog.rows(); ++row) {
        if (!catalog.usable().test(row)) continue;
        if (!selection || selection->test(row)) rows.push_back(static_cast<std::uint32_t>(row));
    }
    return rows;
}

/// Everything but the normalisation.
TrainingData startData(std::shared_ptr<const Catalog> stars, const BitSet* selection, const JobContext& job) {
    const Catalog& catalog = *stars;
    TrainingData data;
    data.catalogRows = usableRows(catalog, selection);
    data.rows = data.catalogRows.size();
    data.isSelection = data.rows != catalog.usability().usable;
    data.inputSize = catalog.coefficientCount();
    if (data.rows < 2) {
        throw Error("Training needs at least two usable stars, but \"" + catalog.name() + "\" has " +
                    std::to_string(data.rows) + " of " + std::to_string(catalog.rows()) +
                    (selection ? " in this selection" : "") + ": check its coefficients, errors and phot_g_mean_flux.");
    }
    job.report(-1, "Preparing " + std::to_string(data.rows) + " stars");
    data.coefficients = catalog.coefficients();
    data.errors = catalog.coefficientErrors();
    data.inverseFlux.reserve(data.rows);
    for (const std::uint32_t row : data.catalogRows) {
        data.inverseFlux.push_back(1.0 / catalog.gFlux()[row]);
    }
    data.provenance.catalogName = catalog.name();
    data.provenance.catalogHash = catalog.contentHash();
    data.provenance.mockData = catalog.isMock();
    data.catalog = std::move(stars);
    return data;
}

} // namespace

void standardiseRows(const TrainingData& data, std::span<const std::uint32_t> rows, std::span<float> x,
                     std::span<float> err) {
    const std::vector<double>& mu = data.normalization.mu;
    const std::vector<double>& sig = data.normalization.sig;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const std::size_t source = data.blockRow(rows[i]);
        const double inverseFlux = data.inverseFlux[rows[i]];
        const std::span<const float> coefficients = data.coefficients.row(source);
        const std::span<const float> errors = data.errors.row(source);
        for (std::size_t j = 0; j < data.inputSize; ++j) {
            const std::size_t out = i * data.inputSize + j;
            x[out] = static_cast<float>((static_cast<double>(coefficients[j]) * inverseFlux - mu[j]) / sig[j]);
            err[out] = static_cast<float>(static_cast<double>(errors[j]) * inverseFlux / sig[j]);
        }
    }
}

TrainingData prepareTrainingData(std::shared_ptr<const Catalog> catalog, const JobContext& job,
                                 const BitSet* selection) {
    TrainingData data = startData(std::move(catalog), selection, job);
    ThreadPool pool;
    data.normalization = normalizationOf(*data.catalog, data.catalogRows, pool, job);
    return data;
}

TrainingData prepareTrainingData(std::shared_ptr<const Catalog> catalog, const Normalization& normalization,
                                 const JobContext& job, const BitSet* selection) {
    TrainingData data = startData(std::move(catalog), selection, job);
    if (normalization.mu.size() != data.inputSize || normalization.sig.size() != data.inputSize) {
        throw Error("The normalisation is for " + std::to_string(normalization.mu.size()) + " coefficients, but \"" +
                    data.catalog->name() + "\" has " + std::to_string(data.inputSize) + ": give that of such spectra.");
    }
    data.normalization = normalization;
    return data;
}

} // namespace zscape
