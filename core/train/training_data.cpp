#include "core/train/training_data.h"
#include "core/base/thread_pool.h"

#include <cmath>

namespace zscape {
namespace {

/// Rows handed to a thread at a time. Sums are merged chunk by chunk in order, so this number, not the threads, decides
/// how they round.
constexpr std::size_t chunkRows = 4096;

/// Mean and sum of squared deviations of each coefficient over some rows.
struct Moments {
    double count = 0;
    std::vector<double> mean;
    std::vector<double> squares;
};

Moments chunkMoments(const Catalog& catalog, std::span<const std::uint32_t> rows) {
    const std::size_t width = catalog.coefficientCount();
    const MatrixView<const float> coefficients = catalog.coefficients();
    Moments moments{static_cast<double>(rows.size()), std::vector<double>(width, 0.0), std::vector<double>(width, 0.0)};
    for (const std::uint32_t row : rows) {
        const double flux = catalog.gFlux()[row];
        for (std::size_t j = 0; j < width; ++j) {
            moments.mean[j] += static_cast<double>(coefficients.row(row)[j]) / flux;
        }
    }
    for (double& mean : moments.mean) {
        mean /= moments.count;
    }
    for (const std::uint32_t row : rows) {
        const double flux = catalog.gFlux()[row];
        for (std::size_t j = 0; j < width; ++j) {
            const double deviation = static_cast<double>(coefficients.row(row)[j]) / flux - moments.mean[j];
            moments.squares[j] += deviation * deviation;
        }
    }
    return moments;
}

/// Adds the moments of further rows (Chan, Golub & LeVeque 1979), which keeps the variance safe for any mean.
void merge(Moments& total, const Moments& part) {
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

Normalization normalizationOf(const Catalog& catalog, std::span<const std::uint32_t> rows, ThreadPool& pool,
                              const JobContext& job) {
    std::vector<Moments> parts((rows.size() + chunkRows - 1) / chunkRows);
    pool.forChunks(rows.size(), chunkRows, [&](std::size_t begin, std::size_t end, int) {
        job.throwIfCancelled();
        parts[begin / chunkRows] = chunkMoments(catalog, rows.subspan(begin, end - begin));
    });
    Moments total;
    for (const Moments& part : parts) {
        merge(total, part);
    }
    Normalization normalization;
    normalization.origin = "training catalogue";
    normalization.mu = total.mean;
    normalization.sig.resize(total.mean.size());
    for (std::size_t j = 0; j < total.mean.size(); ++j) {
        normalization.sig[j] = std::sqrt(total.squares[j] / total.count);
        if (!(normalization.sig[j] > 0.0) || !std::isfinite(normalization.sig[j])) {
            throw Error("Coefficient " + std::to_string(j + 1) + " of \"" + catalog.name() +
                        "\" cannot be standardised, as it has no finite spread over the usable stars: check the "
                        "column, or train on more stars.");
        }
    }
    return normalization;
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
        const std::size_t source = data.catalogRows[rows[i]];
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
