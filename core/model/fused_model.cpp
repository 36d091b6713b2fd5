// The fused CPU engine: tiles of 64 samples go through all layers while they are in the cache.

#include "core/base/thread_pool.h"
#include "core/model/fused_network.h"
#include "core/model/instruction_set.h"
#include "core/model/spectral_model.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <mutex>
#include <string>

namespace zscape {

namespace {

using kernels::tileSamples;

/// Rows that a thread takes at a time: under a millisecond, so that a cancel is felt at once.
constexpr std::size_t chunkRows = 16 * tileSamples;

/// Counts finished rows and tells the job from the calling thread only (a report may touch what one thread owns).
class Progress {
public:
    Progress(const JobContext& job, std::size_t rows, std::string text)
        : m_job(job),
          m_rows(rows),
          m_text(std::move(text)) {}
    void finished(std::size_t rows, int thread) {
        const std::size_t done = m_done.fetch_add(rows, std::memory_order_relaxed) + rows;
        if (thread == 0) m_job.report(static_cast<double>(done) / static_cast<double>(m_rows), m_text);
    }

private:
    const JobContext& m_job;
    std::size_t m_rows;
    std::string m_text;
    std::atomic<std::size_t> m_done{0};
};

/// Two results of `count` zeros. Large ones are made side by side: the system hands out their pages as they are filled,
/// and one thread doing that for both would hold up all others.
void makeBoth(ThreadPool& pool, std::size_t count, std::vector<float>& first, std::vector<float>& second) {
    std::vector<float>* const results[] = {&first, &second};
    constexpr std::size_t worthAThread = 1 << 16; // floats that take longer to fill than a thread to wake
    pool.forChunks(2, count < worthAThread ? 2 : 1, [&](std::size_t begin, std::size_t end, int) {
        for (std::size_t i = begin; i < end; ++i) {
            results[i]->resize(count);
        }
    });
}

void checkCount(std::size_t found, std::size_t expected, const char* what) {
    if (found != expected) {
        throw Error("the model takes " + std::to_string(expected) + " " + what + " but was given " +
                    std::to_string(found) + "; use the model that belongs to these data");
    }
}

class FusedModel final : public SpectralModel {
public:
    FusedModel(Model model, int threads, InstructionSet set);

    const Model& model() const override { return m_model; }
    std::string engineName() const override;
    Latents encode(const SpectraView& spectra, const JobContext& job) const override;
    Generated decode(MatrixView<const float> latents, const JobContext& job) const override;
    void decodeOne(std::span<const float> latent, std::span<float> coefficients,
                   std::span<float> scatter) const override;

private:
    std::size_t inputSize() const { return static_cast<std::size_t>(m_model.architecture.inputSize); }
    std::size_t latentSize() const { return static_cast<std::size_t>(m_model.architecture.latentSize); }
    void loadSpectra(const SpectraView& spectra, std::size_t begin, std::size_t rows, float* tile) const;
    void encodeTile(const SpectraView& spectra, std::size_t begin, std::size_t rows, FusedScratch& scratch,
                    Latents& result) const;
    void decodeTile(MatrixView<const float> latents, std::size_t begin, std::size_t rows, FusedScratch& scratch,
                    float* latentTile, Generated& result) const;

    Model m_model;
    InstructionSet m_set;
    const kernels::KernelTable& m_kernels;
    FusedNetworks m_networks;
    AlignedArray<double> m_mu; ///< of the normalisation, padded; empty without one
    AlignedArray<double> m_inverseSig;
    // One job at a time has the pool and its scratch, one a thread; decodeOne has its own and may run beside it.
    mutable std::mutex m_poolUse;
    mutable ThreadPool m_pool;
    mutable std::vector<FusedScratch> m_scratch;
    mutable std::vector<AlignedArray<float>> m_latentTiles;
    mutable FusedScratch m_oneScratch;
};

FusedModel::FusedModel(Model model, int threads, InstructionSet set)
    : m_model(std::move(model)),
      m_set(set),
      m_kernels(kernelTable(set)),
      m_networks(m_model),
      m_pool(threads),
      m_oneScratch(m_networks.width()) {
    for (int thread = 0; thread < m_pool.threadCount(); ++thread) {
        m_scratch.emplace_back(m_networks.width() * tileSamples);
        m_latentTiles.emplace_back(latentSize() * tileSamples);
    }
    if (!m_model.normalization) return;
    m_mu = AlignedArray<double>(kernels::padded(inputSize()));
    m_inverseSig = AlignedArray<double>(kernels::padded(inputSize()));
    for (std::size_t j = 0; j < inputSize(); ++j) {
        m_mu[j] = m_model.normalization->mu[j];
        m_inverseSig[j] = 1.0 / m_model.normalization->sig[j];
    }
}

std::string FusedModel::engineName() const {
    const int threads = m_pool.threadCount();
    return "fused " + std::string(instructionSetName(m_set)) + ", " + std::to_string(threads) +
           (threads == 1 ? " thread" : " threads");
}

void FusedModel::loadSpectra(const SpectraView& spectra, std::size_t begin, std::size_t rows, float* tile) const {
    const kernels::TileRows source{spectra.values.data + begin * inputSize(), rows, inputSize()};
    if (spectra.gFlux.empty()) {
        m_kernels.loadTile(source, tile);
        return;
    }
    double inverseFlux[tileSamples];
    for (std::size_t i = 0; i < rows; ++i) {
        const double flux = spectra.gFlux[begin + i];
        // A flux of zero or none at all has no spectrum per flux: NaN, like a missing coefficient.
        inverseFlux[i] = flux > 0 ? 1.0 / flux : std::numeric_limits<double>::quiet_NaN();
    }
    m_kernels.loadStandardised(source, {inverseFlux, m_mu.data(), m_inverseSig.data()}, tile);
}

void FusedModel::encodeTile(const SpectraView& spectra, std::size_t begin, std::size_t rows, FusedScratch& scratch,
                            Latents& result) const {
    loadSpectra(spectra, begin, rows, scratch.buffer(0));
    // While this tile is multiplied, the next one's rows come from memory.
    const std::size_t end = begin + rows;
    const std::span ahead(spectra.values.data + end * inputSize(),
                          std::min(tileSamples, spectra.values.rows - end) * inputSize());
    const float* heads = m_networks.encoder.applyToTile(m_kernels, scratch.buffer(0), scratch, ahead);
    const std::size_t size = latentSize();
    m_kernels.storeTile(heads, rows, size, result.mu.data() + begin * size);
    m_kernels.storeTile(heads + size * tileSamples, rows, size, result.logVar.data() + begin * size);
}

Latents FusedModel::encode(const SpectraView& spectra, const JobContext& job) const {
    checkCount(spectra.values.cols, inputSize(), "coefficients a star");
    if (!spectra.gFlux.empty()) {
        checkCount(spectra.gFlux.size(), spectra.values.rows, "G fluxes for as many stars");
        m_model.requireNormalization();
    }
    const std::size_t rows = spectra.values.rows;
    Latents result{rows, latentSize(), {}, {}};
    const std::lock_guard lock(m_poolUse);
    makeBoth(m_pool, rows * latentSize(), result.mu, result.logVar);
    Progress progress(job, rows, "Encoding");
    m_pool.forChunks(rows, chunkRows, [&](std::size_t begin, std::size_t end, int thread) {
        job.throwIfCancelled();
        for (std::size_t row = begin; row < end; row += tileSamples) {
            encodeTile(spectra, row, std::min(tileSamples, end - row), m_scratch[static_cast<std::size_t>(thread)],
                       result);
        }
        progress.finished(end - begin, thread);
    });
    return result;
}

void FusedModel::decodeTile(MatrixView<const float> latents, std::size_t begin, std::size_t rows, FusedScratch& scratch,
                            float* latentTile, Generated& result) const {
    const std::size_t size = inputSize();
    m_kernels.loadTile({latents.data + begin * latentSize(), rows, latentSize()}, latentTile);
    float* tile = m_networks.decoder.applyToTile(m_kernels, latentTile, scratch);
    m_kernels.storeTile(tile, rows, size, result.coefficients.data() + begin * size);
    tile = m_networks.scatter.applyToTile(m_kernels, latentTile, scratch);
    m_kernels.sigmoid(tile, size * tileSamples);
    m_kernels.storeTile(tile, rows, size, result.scatter.data() + begin * size);
}

Generated FusedModel::decode(MatrixView<const float> latents, const JobContext& job) const {
    checkCount(latents.cols, latentSize(), "latents a star");
    const std::size_t rows = latents.rows;
    Generated result{rows, inputSize(), {}, {}};
    const std::lock_guard lock(m_poolUse);
    makeBoth(m_pool, rows * inputSize(), result.coefficients, result.scatter);
    Progress progress(job, rows, "Decoding");
    m_pool.forChunks(rows, chunkRows, [&](std::size_t begin, std::size_t end, int thread) {
        job.throwIfCancelled();
        const auto own = static_cast<std::size_t>(thread);
        for (std::size_t row = begin; row < end; row += tileSamples) {
            decodeTile(latents, row, std::min(tileSamples, end - row), m_scratch[own], m_latentTiles[own].data(),
                       result);
        }
        progress.finished(end - begin, thread);
    });
    return result;
}

void FusedModel::decodeOne(std::span<const float> latent, std::span<float> coefficients,
                           std::span<float> scatter) const {
    checkCount(latent.size(), latentSize(), "latents a star");
    checkCount(coefficients.size(), inputSize(), "coefficients a star");
    checkCount(scatter.size(), inputSize(), "scatter values a star");
    const float* one = m_networks.decoder.applyToVector(m_kernels, latent.data(), m_oneScratch);
    std::copy_n(one, inputSize(), coefficients.data());
    float* other = m_networks.scatter.applyToVector(m_kernels, latent.data(), m_oneScratch);
    m_kernels.sigmoid(other, kernels::padded(inputSize()));
    std::copy_n(other, inputSize(), scatter.data());
}

} // namespace

std::unique_ptr<SpectralModel> makeFusedModel(Model model, int threads, InstructionSet set) {
    model.validate();
    return std::make_unique<FusedModel>(std::move(model), threads, set);
}

} // namespace zscape
