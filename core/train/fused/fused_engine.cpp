#include "core/train/fused/fused_engine.h"

#include "core/base/thread_pool.h"
#include "core/model/instruction_set.h"
#include "core/train/fused/fused_step.h"
#include "core/train/noise.h"

#include <algorithm>
#include <cmath>

namespace zscape {
namespace {

using kernels::tileSamples;

/// The batch of a step from the catalogue: rows standardised as they are read, the noise given or drawn.
class CatalogBatches final : public BatchSource<float> {
public:
    CatalogBatches(const TrainingData& data, std::size_t latents, InstructionSet set, int threads)
        : m_data(data),
          m_latents(latents),
          m_tiles(kernelTable(set)),
          m_kernels(trainKernelTable(set).data),
          m_mu(kernels::padded(data.inputSize)),
          m_inverseSig(kernels::padded(data.inputSize)) {
        for (std::size_t j = 0; j < data.inputSize; ++j) {
            m_mu[j] = data.normalization.mu[j];
            m_inverseSig[j] = 1.0 / data.normalization.sig[j];
        }
        const std::size_t numbers = std::max(data.inputSize, latents) * tileSamples + kernels::paddedFloats;
        for (int thread = 0; thread < threads; ++thread) {
            m_rows.emplace_back(numbers);
        }
    }

    void setRows(std::span<const std::uint32_t> rows) { m_batch = rows; }
    void giveNoise(std::span<const float> noise) { m_noise = noise; }
    /// Draws the noise: number `first` of the epoch is this batch's first.
    void drawNoise(std::int64_t seed, int epoch, std::size_t first) {
        m_noise = {};
        m_seed = seed;
        m_epoch = epoch;
        m_firstNoise = first;
    }

    void x(std::size_t first, std::size_t samples, float* tile, int thread) override {
        fill(m_data.coefficients, m_mu.data(), first, samples, tile, thread);
    }
    void err(std::size_t first, std::size_t samples, float* tile, int thread) override {
        fill(m_data.errors, nullptr, first, samples, tile, thread);
    }
    void noise(std::size_t first, std::size_t samples, float* tile, int thread) override {
        const float* numbers = m_noise.data() + first * m_latents;
        if (m_noise.empty()) {
            const std::span own(m_rows[static_cast<std::size_t>(thread)].data(), samples * m_latents);
            trainingNoise(m_kernels, m_seed, NoiseUse::Training, m_epoch, m_firstNoise + first * m_latents, own);
            numbers = own.data();
        }
        m_tiles.loadTile({numbers, samples, m_latents}, tile);
    }

private:
    void fill(const MatrixView<const float>& block, const double* mu, std::size_t first, std::size_t samples,
              float* tile, int thread) {
        fetch(block, first + tileSamples);
        float* standardised = m_rows[static_cast<std::size_t>(thread)].data();
        for (std::size_t i = 0; i < samples; ++i) {
            const std::uint32_t star = m_batch[first + i];
            m_kernels.standardiseRow(block.row(m_data.blockRow(star)).data(), m_data.inverseFlux[star], mu,
                                     m_inverseSig.data(), m_data.inputSize, standardised + i * m_data.inputSize);
        }
        m_tiles.loadTile({standardised, samples, m_data.inputSize}, tile);
    }
    /// Asks for the rows of the next tile: they lie anywhere in memory, so the processor cannot guess them. Inlined by
    /// force, as GCC takes a function that only prefetches for one without effect and drops its call.
    [[gnu::always_inline]] void fetch(const MatrixView<const float>& block, std::size_t first) const {
        constexpr std::size_t lineFloats = 16;
        // A row is found through two tables that miss the cache as well, so these are asked for a tile earlier still.
        for (std::size_t i = first + tileSamples; i < std::min(first + 2 * tileSamples, m_batch.size()); ++i) {
            __builtin_prefetch(&m_data.catalogRows[m_batch[i]], 0, 3);
            __builtin_prefetch(&m_data.inverseFlux[m_batch[i]], 0, 3);
        }
        for (std::size_t i = first; i < std::min(first + tileSamples, m_batch.size()); ++i) {
            const std::span<const float> row = block.row(m_data.blockRow(m_batch[i]));
            for (std::size_t j = 0; j < row.size(); j += lineFloats) {
                __builtin_prefetch(row.data() + j, 0, 2);
            }
        }
    }

    const TrainingData& m_data;
    std::size_t m_latents;
    const kernels::KernelTable& m_tiles;
    const kernels::DataKernels& m_kernels;
    AlignedArray<double> m_mu, m_inverseSig;
    std::vector<AlignedArray<float>> m_rows; ///< one a thread
    std::span<const std::uint32_t> m_batch;
    std::span<const float> m_noise;
    std::int64_t m_seed = 0;
    int m_epoch = 0;
    std::size_t m_firstNoise = 0;
};

/// One that all processors of a parallel run have, so that all processes round alike.
InstructionSet sharedSet(InstructionSet set, Collective* collective) {
    if (!collective) return set;
    const std::vector<InstructionSet> all = gatherValues(*collective, set);
    return *std::min_element(all.begin(), all.end());
}

/// Processes of one machine share its cores, unless they are told how many threads to take.
int threadsFor(const TrainingOptions& options, Collective* collective) {
    if (!collective) return options.threads;
    const int fair = fairThreads(*collective); // in any case, as every process has a say in it
    return options.threads > 0 ? options.threads : fair;
}

class FusedEngine final : public TrainingEngine {
public:
    FusedEngine(const TrainingData& data, const TrainingOptions& options, const Model& start, InstructionSet set)
        : m_specs(tensorSpecs(options.architecture)),
          m_architecture(options.architecture),
          m_weightDecay(options.weightDecay),
          m_collective(data.collective),
          m_set(sharedSet(set, m_collective)),
          m_pool(threadsFor(options, m_collective)),
          m_step(options.architecture, trainKernelTable(m_set).step, m_pool.threadCount(), m_collective),
          m_batches(data, m_step.plan().latents, m_set, m_pool.threadCount()) {
        if (!(start.architecture == m_architecture)) {
            throw Error(
                "The model to start from has another architecture than the run: use the same sizes and preset.");
        }
        setTensors(start.tensors);
    }

    std::string name() const override {
        const int threads = m_pool.threadCount();
        return "fused " + std::string(instructionSetName(m_set)) + ", " + std::to_string(threads) +
               (threads == 1 ? " thread" : " threads") +
               (m_collective ? " in each of " + std::to_string(m_collective->size()) + " processes" : "");
    }
    std::size_t latentSize() const override { return m_step.plan().latents; }
    BatchLosses step(std::span<const std::uint32_t> rows, std::span<const float> noise,
                     const StepOptions& options) override;
    BatchLosses evaluate(std::span<const std::uint32_t> rows, std::span<const float> noise) override;
    std::vector<Tensor> gradients(std::span<const std::uint32_t> rows, std::span<const float> noise) override;
    EngineState state() const override;
    void setState(const EngineState& state) override;
    std::vector<BatchLosses> trainEpoch(const EpochPlan& plan, const JobContext& job) override;

private:
    void begin(std::span<const std::uint32_t> rows, std::span<const float> noise, const StepOptions& options,
               std::size_t wholeBatch);
    std::size_t wholeBatch(std::size_t own) const;
    void beginPlanned(const EpochPlan& plan, std::size_t step);
    BatchLosses endStep(bool& stops);
    void setTensors(const std::vector<Tensor>& tensors);
    Tensor take(std::size_t index, const float* flat) const;
    std::vector<Tensor> takeTrained(const float* flat) const;
    void placeTrained(const std::vector<Tensor>& tensors, float* flat) const;

    std::vector<TensorSpec> m_specs; ///< as m_step.plan().tensors
    Architecture m_architecture;
    double m_weightDecay;
    Collective* m_collective;
    InstructionSet m_set;
    ThreadPool m_pool;
    FusedStep<float> m_step;
    CatalogBatches m_batches;
};

void FusedEngine::begin(std::span<const std::uint32_t> rows, std::span<const float> noise, const StepOptions& options,
                        std::size_t wholeBatch) {
    if (noise.size() != rows.size() * latentSize()) {
        throw Error("A batch of " + std::to_string(rows.size()) + " stars needs " +
                    std::to_string(rows.size() * latentSize()) + " noise numbers, but got " +
                    std::to_string(noise.size()) + ".");
    }
    m_batches.setRows(rows);
    m_batches.giveNoise(noise);
    m_step.prepare(rows.size(), m_batches, options, m_weightDecay, wholeBatch);
}

std::size_t FusedEngine::wholeBatch(std::size_t own) const {
    return own * static_cast<std::size_t>(m_collective ? m_collective->size() : 1);
}

BatchLosses FusedEngine::step(std::span<const std::uint32_t> rows, std::span<const float> noise,
                              const StepOptions& options) {
    begin(rows, noise, options, wholeBatch(rows.size()));
    m_pool.run([&](int thread) { m_step.run(thread); });
    bool stops = false;
    return endStep(stops);
}

BatchLosses FusedEngine::evaluate(std::span<const std::uint32_t> rows, std::span<const float> noise) {
    begin(rows, noise, {}, rows.size()); // each process for itself
    m_pool.run([&](int thread) { m_step.evaluate(thread); });
    return m_step.losses();
}

std::vector<Tensor> FusedEngine::gradients(std::span<const std::uint32_t> rows, std::span<const float> noise) {
    // Training mode moves the running statistics; they are put back.
    FusedState<float>& state = m_step.state();
    const std::vector<float> mean(state.runningMean.data(), state.runningMean.data() + state.runningMean.size());
    const std::vector<float> variance(state.runningVariance.data(),
                                      state.runningVariance.data() + state.runningVariance.size());
    const std::int64_t tracked = state.batchesTracked;
    begin(rows, noise, {}, wholeBatch(rows.size()));
    m_pool.run([&](int thread) { m_step.run(thread, true); });
    std::copy(mean.begin(), mean.end(), state.runningMean.data());
    std::copy(variance.begin(), variance.end(), state.runningVariance.data());
    state.batchesTracked = tracked;
    return takeTrained(m_step.gradients());
}

void FusedEngine::beginPlanned(const EpochPlan& plan, std::size_t step) {
    const auto batch = static_cast<std::size_t>(plan.batchSize);
    const std::size_t own = batch / wholeBatch(1);
    const std::size_t place = m_collective ? own * static_cast<std::size_t>(m_collective->rank()) : 0;
    m_batches.setRows(plan.rows.subspan(step * own, own));
    m_batches.drawNoise(plan.seed, plan.epoch, (step * batch + place) * latentSize());
    m_step.prepare(own, m_batches, plan.step, m_weightDecay, batch);
}

/// The losses of the step that was made. Processes stop together: when any of them wants to.
BatchLosses FusedEngine::endStep(bool& stops) {
    const BatchLosses own = m_step.losses();
    if (!m_collective) return own;
    double sums[] = {own.rec, own.kl, stops ? 1.0 : 0.0};
    m_collective->sum(sums);
    stops = sums[2] > 0;
    return {sums[0], sums[1]};
}

std::vector<BatchLosses> FusedEngine::trainEpoch(const EpochPlan& plan, const JobContext& job) {
    std::vector<BatchLosses> losses;
    losses.reserve(plan.stepCount);
    if (plan.stepCount == 0) return losses;
    beginPlanned(plan, plan.firstStep);
    bool more = !anyOf(m_collective, job.cancelled()); // written by the first thread between two meetings of all
    m_pool.run([&](int thread) {
        while (more) {
            m_step.run(thread);
            if (thread == 0) {
                bool stops = job.cancelled();
                losses.push_back(endStep(stops));
                more = losses.size() < plan.stepCount && std::isfinite(losses.back().loss()) && !stops;
                if (more) beginPlanned(plan, plan.firstStep + losses.size());
            }
            m_step.barrier().meet();
        }
    });
    return losses;
}

// ---- state

void FusedEngine::setTensors(const std::vector<Tensor>& tensors) {
    FusedState<float>& state = m_step.state();
    const std::vector<TensorPlace>& places = m_step.plan().tensors;
    for (std::size_t t = 0; t < places.size(); ++t) {
        switch (places[t].kind) {
        case TensorKind::Parameter:
            placeTensor(places[t], tensors[t].values.data(), state.weights.data());
            break;
        case TensorKind::RunningMean:
            placeTensor(places[t], tensors[t].values.data(), state.runningMean.data());
            break;
        case TensorKind::RunningVariance:
            placeTensor(places[t], tensors[t].values.data(), state.runningVariance.data());
            break;
        case TensorKind::Counter:
            state.batchesTracked = tensors[t].counter; // one number serves all: every batch norm sees every batch
            break;
        }
    }
}

Tensor FusedEngine::take(std::size_t index, const float* flat) const {
    Tensor tensor;
    tensor.name = m_specs[index].name;
    tensor.shape = m_specs[index].shape;
    tensor.values = takeTensor<float>(m_step.plan().tensors[index], flat);
    return tensor;
}

std::vector<Tensor> FusedEngine::takeTrained(const float* flat) const {
    std::vector<Tensor> tensors;
    for (std::size_t t = 0; t < m_specs.size(); ++t) {
        if (m_step.plan().tensors[t].kind == TensorKind::Parameter) tensors.push_back(take(t, flat));
    }
    return tensors;
}

void FusedEngine::placeTrained(const std::vector<Tensor>& tensors, float* flat) const {
    auto next = tensors.begin();
    for (const TensorPlace& place : m_step.plan().tensors) {
        if (place.kind == TensorKind::Parameter) placeTensor(place, (next++)->values.data(), flat);
    }
}

EngineState FusedEngine::state() const {
    const FusedState<float>& state = m_step.state();
    EngineState out;
    for (std::size_t t = 0; t < m_specs.size(); ++t) {
        const TensorKind kind = m_step.plan().tensors[t].kind;
        if (kind == TensorKind::Counter) {
            Tensor counter;
            counter.name = m_specs[t].name;
            counter.isCounter = true;
            counter.counter = state.batchesTracked;
            out.tensors.push_back(std::move(counter));
        } else {
            out.tensors.push_back(take(t, kind == TensorKind::Parameter     ? state.weights.data()
                                          : kind == TensorKind::RunningMean ? state.runningMean.data()
                                                                            : state.runningVariance.data()));
        }
    }
    out.firstMoments = takeTrained(state.firstMoment.data());
    out.secondMoments = takeTrained(state.secondMoment.data());
    out.steps = state.steps;
    return out;
}

void FusedEngine::setState(const EngineState& from) {
    requireState(from, m_architecture);
    setTensors(from.tensors);
    FusedState<float>& state = m_step.state();
    placeTrained(from.firstMoments, state.firstMoment.data());
    placeTrained(from.secondMoments, state.secondMoment.data());
    state.steps = from.steps;
}

} // namespace

std::unique_ptr<TrainingEngine> makeFusedEngine(const TrainingData& data, const TrainingOptions& options,
                                                const Model& start, InstructionSet set) {
    return std::make_unique<FusedEngine>(data, options, start, set);
}

} // namespace zscape
