#pragma once

#include "core/base/aligned_array.h"
#include "core/base/collective.h"
#include "core/train/fused/fused_plan.h"
#include "core/train/fused/step_barrier.h"
#include "core/train/kernels/train_kernels.h"
#include "core/train/training_engine.h"

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace zscape {

/// Where a step's batch comes from, tile by tile ([features][64], zero beyond `samples`). Called from every thread of
/// the step; `thread` tells them apart.
template <typename Real>
class BatchSource {
public:
    virtual ~BatchSource() = default;
    virtual void x(std::size_t first, std::size_t samples, Real* tile, int thread) = 0;
    virtual void err(std::size_t first, std::size_t samples, Real* tile, int thread) = 0;
    virtual void noise(std::size_t first, std::size_t samples, Real* tile, int thread) = 0;
};

/// The network's numbers, and AdamW's; flat (fused_plan.h).
template <typename Real>
struct FusedState {
    explicit FusedState(const FusedPlan& plan)
        : weights(plan.parameters),
          firstMoment(plan.parameters),
          secondMoment(plan.parameters),
          runningMean(plan.statistics),
          runningVariance(plan.statistics) {}
    AlignedArray<Real> weights, firstMoment, secondMoment, runningMean, runningVariance;
    std::int64_t batchesTracked = 0;
    std::int64_t steps = 0;
};

/// One training step, by hand: forward, loss, backward and AdamW on tiles of [feature][64 samples].
///
/// The batch is cut into tiles, consecutive tiles into groups, and each thread has its groups from the first layer to
/// the last, so that a tile's numbers stay in its core's cache. A batch norm needs the whole batch, so there the
/// threads meet. What a step computes depends on tiles and groups alone, never on the threads: every sum over the batch
/// adds tiles (or groups) in their order. Float is the engine, double its check.
///
/// With a Collective the batch is spread over processes, each with its part: the first thread of each then exchanges
/// what a batch norm needs of the whole batch (float64, merged in the order of the processes) and the gradient, so that
/// all processes make the same step.
///
/// `run` and `evaluate` are called by every thread of a step at once, with their number; between steps the object
/// belongs to one thread.
template <typename Real>
class FusedStep {
public:
    /// `collective` is null for a process alone.
    FusedStep(const Architecture& architecture, const kernels::TrainKernels<Real>& kernels, int threads,
              Collective* collective = nullptr);

    const FusedPlan& plan() const { return m_plan; }
    FusedState<Real>& state() { return m_state; }
    const FusedState<Real>& state() const { return m_state; }
    const Real* gradients() const { return m_gradients.data(); }
    StepBarrier& barrier() { return m_barrier; }

    /// Before a step, on one thread: its batch, and what it does. Makes room when the batch is larger than any before.
    /// `wholeBatch` is the size over all processes where this is the part of one; 0 otherwise.
    void prepare(std::size_t batchSize, BatchSource<Real>& source, const StepOptions& options, double weightDecay,
                 std::size_t wholeBatch = 0);
    /// Forward and backward in training mode, then AdamW unless `gradientsOnly`; running statistics move.
    void run(int thread, bool gradientsOnly = false);
    /// Forward in eval mode.
    void evaluate(int thread);
    /// After a step, on one thread; of a part of a batch its contribution to the losses of the whole.
    BatchLosses losses() const;

private:
    struct Scratch { ///< of one thread
        AlignedArray<Real> activation, slope, transposed, err;
        /// Of each batch norm's features: v = scale u + shift, and what the way back needs.
        AlignedArray<Real> scale, shift, mean, inverseDeviation, factor, meanSlope, meanProduct;
    };
    struct Tile {
        std::size_t index = 0, samples = 0, group = 0;
        bool firstOfGroup = false;
        Real* block = nullptr;
    };
    Real* rows(const Tile& tile, std::size_t row) const { return tile.block + row * kernels::tileSamples; }
    double* moments(std::size_t tile, const PlannedLayer& layer) {
        return m_moments.data() + tile * 4 * m_plan.statistics + layer.statistics;
    }
    double* sums(std::size_t tile, const PlannedLayer& layer) { return moments(tile, layer) + 2 * m_plan.statistics; }
    Real* outputs(const Tile& tile, const PlannedLayer& layer) const { return rows(tile, layer.tileRow); }
    Tile tile(std::size_t index) const;
    template <typename Body>
    void forTiles(int thread, const Body& body);
    kernels::BlockShape<Real> shape(const PlannedLayer& layer, const Tile& tile, const Scratch& scratch) const;

    void forward(int thread, bool training);
    std::size_t advance(const std::vector<PlannedLayer>& layers, std::size_t layer, const Tile& tile, const Real* input,
                        Scratch& scratch, bool training);
    const Real* activation(const PlannedLayer& layer, const Tile& tile, Scratch& scratch) const;
    void settle(const PlannedLayer& layer, int thread, bool training);
    /// Makes the moments (or, on the way back, the sums) of the whole batch out of those of every process's tiles.
    enum class Exchange : std::uint8_t { Moments, Sums };
    void exchange(std::span<const PlannedLayer* const> layers, Exchange what, int thread);
    void collect(const PlannedLayer& layer, Exchange what, double* out);
    void combine(const PlannedLayer& layer, Exchange what, std::size_t offset, std::size_t messageSize);
    /// The parts of the batch that a batch norm adds up: its tiles, or one that stands for the whole.
    std::size_t firstPart() const { return m_collective ? m_room : 0; }
    std::size_t endPart() const { return m_collective ? m_room + 1 : m_tileCount; }
    std::size_t partSamples(std::size_t part) const { return m_collective ? m_wholeBatch : tile(part).samples; }
    void encodeEnd(const Tile& tile, int thread, bool training);
    void decodeEnd(const Tile& tile, int thread, bool training);

    void backward(int thread);
    std::size_t retreat(const std::vector<PlannedLayer>& layers, std::size_t layer, const Tile& tile, Real* slope,
                        const Real* input, Real* inputSlope, bool addToInput, Scratch& scratch);
    void addWeightGradient(const PlannedLayer& layer, const Tile& tile, const Real* input, const Scratch& scratch);
    void settleBack(const PlannedLayer& layer, int thread);
    void latentBack(const Tile& tile, Scratch& scratch);
    void update(int thread, bool gradientsOnly);

    /// Parameters that a thread updates at a time: they stay in the first-level cache.
    static constexpr std::size_t sliceSize = 2048;

    FusedPlan m_plan;
    const kernels::TrainKernels<Real>& m_kernels;
    Preset m_preset;
    int m_threads;
    Collective* m_collective;
    StepBarrier m_barrier;
    FusedState<Real> m_state;
    std::vector<Scratch> m_scratch;

    std::size_t m_batchSize = 0, m_wholeBatch = 0, m_tileCount = 0, m_groupCount = 0, m_room = 0;
    BatchSource<Real>* m_source = nullptr;
    StepOptions m_options;
    double m_weightDecay = 0;
    double m_recScale = 0, m_klScale = 0; ///< from sums over the batch to the preset's losses

    AlignedArray<Real> m_tiles;     ///< a block a tile
    AlignedArray<Real> m_gradients; ///< a flat array a group; the first becomes the sum
    /// [tile][4][statistics]: mean and squared deviations of outputs; sums of their gradients, plain and by output.
    /// After the last tile's come those of the whole batch, where processes share it.
    AlignedArray<double> m_moments;
    std::vector<double> m_sent, m_received;  ///< of an exchange; the second of all processes, the batch sizes first
    std::vector<double> m_recSums, m_klSums; ///< one a tile
    std::vector<double> m_squares;           ///< of the gradient, one a slice of the update
};

/// Calls body(tile) for the tiles of a thread's groups.
template <typename Real>
template <typename Body>
void FusedStep<Real>::forTiles(int thread, const Body& body) {
    const auto share = [&](int part) {
        return m_groupCount * static_cast<std::size_t>(part) / static_cast<std::size_t>(m_threads);
    };
    for (std::size_t group = share(thread); group < share(thread + 1); ++group) {
        const std::size_t begin = group * m_tileCount / m_groupCount;
        const std::size_t end = (group + 1) * m_tileCount / m_groupCount;
        for (std::size_t index = begin; index < end; ++index) {
            Tile one = tile(index);
            one.group = group;
            one.firstOfGroup = index == begin;
            body(one);
        }
    }
}

extern template class FusedStep<float>;
extern template class FusedStep<double>;

} // namespace zscape
