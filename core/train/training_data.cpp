#include "core/base/thread_pool.h"
#include "core/train/trainer.h"

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

std::vector<std::uint32_t> usableRows(const Catalog& catalog) {
    std::vector<std::uint32_t> rows;
    rows.reserve(catalog.usability().usable);
    for (std::size_t row = 0; row < catalog.rows(); ++row) {
        if (catalog.usable().test(row)) rows.push_back(static_cast<std::uint32_t>(row));
    }
    return rows;
}

/// The usable rows without their block yet.
TrainingData startData(const Catalog& catalog, const JobContext& job) {
    TrainingData data;
    data.catalogRows = usableRows(catalog);
    data.rows = data.catalogRows.size();
    data.inputSize = catalog.coefficientCount();
    if (data.rows < 2) {
        throw Error("Training needs at least two usable stars, but \"" + catalog.name() + "\" has " +
                    std::to_string(data.rows) + " of " + std::to_string(catalog.rows()) +
                    ": check its coefficients, errors and phot_g_mean_flux.");
    }
    job.report(-1, "Standardising " + std::to_string(data.rows) + " stars");
    data.provenance.catalogName = catalog.name();
    data.provenance.catalogHash = catalog.contentHash();
    data.provenance.mockData = catalog.isMock();
    return data;
}

void standardise(const Catalog& catalog, TrainingData& data, ThreadPool& pool, const JobContext& job) {
    data.x.resize(data.rows * data.inputSize);
    data.err.resize(data.rows * data.inputSize);
    const std::vector<double>& mu = data.normalization.mu;
    const std::vector<double>& sig = data.normalization.sig;
    pool.forChunks(data.rows, chunkRows, [&](std::size_t begin, std::size_t end, int) {
        job.throwIfCancelled();
        for (std::size_t row = begin; row < end; ++row) {
            const std::size_t source = data.catalogRows[row];
            const double flux = catalog.gFlux()[source];
            const std::span<const float> coefficients = catalog.coefficients().row(source);
            const std::span<const float> errors = catalog.coefficientErrors().row(source);
            float* x = data.x.data() + row * data.inputSize;
            float* err = data.err.data() + row * data.inputSize;
            for (std::size_t j = 0; j < data.inputSize; ++j) {
                x[j] = static_cast<float>((static_cast<double>(coefficients[j]) / flux - mu[j]) / sig[j]);
                err[j] = static_cast<float>(static_cast<double>(errors[j]) / flux / sig[j]);
            }
        }
    });
}

} // namespace

TrainingData prepareTrainingData(const Catalog& catalog, const JobContext& job) {
    TrainingData data = startData(catalog, job);
    ThreadPool pool;
    data.normalization = normalizationOf(catalog, data.catalogRows, pool, job);
    standardise(catalog, data, pool, job);
    return data;
}

TrainingData prepareTrainingData(const Catalog& catalog, const Normalization& normalization, const JobContext& job) {
    TrainingData data = startData(catalog, job);
    if (normalization.mu.size() != data.inputSize || normalization.sig.size() != data.inputSize) {
        throw Error("The normalisation is for " + std::to_string(normalization.mu.size()) + " coefficients, but \"" +
                    catalog.name() + "\" has " + std::to_string(data.inputSize) + ": give that of such spectra.");
    }
    data.normalization = normalization;
    ThreadPool pool;
    standardise(catalog, data, pool, job);
    return data;
}

} // namespace zscape
