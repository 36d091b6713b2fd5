#include "core/train/fused/fused_step.h"

#include <algorithm>

namespace zscape {

using kernels::tileSamples;

namespace {

/// Into how many groups the tiles fall: as many threads as that can share a step. More groups mean more gradients to
/// add up.
std::size_t groupsOf(std::size_t tiles) {
    return std::min(tiles, std::clamp<std::size_t>(tiles / 4, 8, 64));
}

} // namespace

template <typename Real>
FusedStep<Real>::FusedStep(const Architecture& architecture, const kernels::TrainKernels<Real>& kernels, int threads,
                           Collective* collective)
    : m_plan(architecture),
      m_kernels(kernels),
      m_preset(architecture.preset),
      m_threads(threads),
      m_collective(collective),
      m_barrier(threads),
      m_state(m_plan),
      m_squares((m_plan.parameters + sliceSize - 1) / sliceSize) {
    const std::size_t tile = (m_plan.widest + 1) * tileSamples;
    for (int thread = 0; thread < threads; ++thread) {
        Scratch scratch;
        for (AlignedArray<Real>* array : {&scratch.activation, &scratch.slope, &scratch.transposed, &scratch.err}) {
            *array = AlignedArray<Real>(tile);
        }
        for (AlignedArray<Real>* array : {&scratch.scale, &scratch.shift, &scratch.mean, &scratch.inverseDeviation,
                                          &scratch.factor, &scratch.meanSlope, &scratch.meanProduct}) {
            *array = AlignedArray<Real>(m_plan.statistics);
        }
        m_scratch.push_back(std::move(scratch));
    }
}

template <typename Real>
void FusedStep<Real>::prepare(std::size_t batchSize, BatchSource<Real>& source, const StepOptions& options,
                              double weightDecay, std::size_t wholeBatch) {
    m_batchSize = batchSize;
    m_wholeBatch = wholeBatch > 0 ? wholeBatch : batchSize;
    m_tileCount = (batchSize + tileSamples - 1) / tileSamples;
    m_groupCount = groupsOf(m_tileCount);
    m_source = &source;
    m_options = options;
    m_weightDecay = weightDecay;
    const double stars = static_cast<double>(m_wholeBatch);
    const bool paper = m_preset == Preset::Paper;
    m_recScale = paper ? 2.0 / (stars * static_cast<double>(m_plan.inputs)) : 1.0 / stars;
    m_klScale = paper ? 2.0 / (stars * static_cast<double>(m_plan.latents)) : 1.0 / stars;
    if (m_tileCount <= m_room) return;
    m_room = m_tileCount;
    m_tiles = AlignedArray<Real>(m_room * m_plan.tileRows * tileSamples);
    m_gradients = AlignedArray<Real>(m_groupCount * m_plan.parameters);
    m_moments = AlignedArray<double>((m_room + 1) * 4 * m_plan.statistics);
    m_recSums.resize(m_room);
    m_klSums.resize(m_room);
    // The rows of ones, whose product with the gradients is that of the biases.
    for (std::size_t index = 0; index < m_room; ++index) {
        Real* block = m_tiles.data() + index * m_plan.tileRows * tileSamples;
        const auto ones = [&](std::size_t row) { std::fill_n(block + row * tileSamples, tileSamples, Real(1)); };
        ones(m_plan.xRow + m_plan.inputs);
        ones(m_plan.zRow + m_plan.latents);
        for (const auto& branch : m_plan.branches) {
            ones(branch.front().tileRow + branch.front().out);
        }
    }
}

template <typename Real>
typename FusedStep<Real>::Tile FusedStep<Real>::tile(std::size_t index) const {
    Tile tile;
    tile.index = index;
    tile.samples = std::min(tileSamples, m_batchSize - index * tileSamples);
    tile.block = const_cast<Real*>(m_tiles.data()) + index * m_plan.tileRows * tileSamples;
    return tile;
}

template <typename Real>
kernels::BlockShape<Real> FusedStep<Real>::shape(const PlannedLayer& layer, const Tile& tile,
                                                 const Scratch& scratch) const {
    kernels::BlockShape<Real> shape;
    shape.features = layer.out;
    shape.samples = tile.samples;
    shape.gelu = layer.gelu;
    if (!layer.norm) return shape;
    shape.scale = scratch.scale.data() + layer.statistics;
    shape.shift = scratch.shift.data() + layer.statistics;
    shape.mean = scratch.mean.data() + layer.statistics;
    shape.inverseDeviation = scratch.inverseDeviation.data() + layer.statistics;
    return shape;
}

template <typename Real>
void FusedStep<Real>::run(int thread, bool gradientsOnly) {
    forward(thread, true);
    backward(thread);
    update(thread, gradientsOnly);
}

template <typename Real>
void FusedStep<Real>::evaluate(int thread) {
    forward(thread, false);
}

template <typename Real>
BatchLosses FusedStep<Real>::losses() const {
    BatchLosses sums;
    for (std::size_t index = 0; index < m_tileCount; ++index) {
        sums.rec += m_recSums[index];
        sums.kl += m_klSums[index];
    }
    return {sums.rec * m_recScale, sums.kl * m_klScale};
}

template class FusedStep<float>;
template class FusedStep<double>;

} // namespace zscape
