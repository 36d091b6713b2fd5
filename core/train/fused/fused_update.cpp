// The end of a step: the groups' gradients added up and AdamW.
#include "core/train/fused/fused_step.h"

#include <algorithm>
#include <cmath>

namespace zscape {

namespace {

constexpr double beta1 = 0.9, beta2 = 0.999; // PyTorch's defaults, as released

} // namespace

template <typename Real>
void FusedStep<Real>::update(int thread, bool gradientsOnly) {
    m_barrier.meet();
    const std::size_t slices = m_squares.size();
    const auto share = [&](int part) {
        return slices * static_cast<std::size_t>(part) / static_cast<std::size_t>(m_threads);
    };
    const auto count = [&](std::size_t slice) { return std::min(sliceSize, m_plan.parameters - slice * sliceSize); };
    const auto sum = [&](std::size_t slice) {
        Real* gradients = m_gradients.data() + slice * sliceSize;
        m_squares[slice] = m_kernels.sumParts(gradients, m_plan.parameters, m_groupCount, count(slice), gradients);
    };
    kernels::AdamRange<Real> range;
    const double step = static_cast<double>(m_state.steps + 1);
    range.decay = 1.0 - m_options.learningRate * m_weightDecay;
    range.stepSize = m_options.learningRate / (1.0 - std::pow(beta1, step));
    range.squareScale = 1.0 / std::sqrt(1.0 - std::pow(beta2, step));
    const auto apply = [&](std::size_t slice) {
        const std::size_t first = slice * sliceSize;
        range.weights = m_state.weights.data() + first;
        range.mean = m_state.firstMoment.data() + first;
        range.square = m_state.secondMoment.data() + first;
        range.gradients = m_gradients.data() + first;
        range.count = count(slice);
        m_kernels.adam(range);
    };
    const bool clips = m_options.clipNorm > 0;
    const bool waits = clips || m_collective;
    for (std::size_t slice = share(thread); slice < share(thread + 1); ++slice) {
        sum(slice);
        if (!waits && !gradientsOnly) apply(slice);
    }
    if (m_collective) {
        m_barrier.meet();
        if (thread == 0) m_collective->sum(std::span<Real>(m_gradients.data(), m_plan.parameters));
        m_barrier.meet();
        for (std::size_t slice = share(thread); clips && slice < share(thread + 1); ++slice) {
            Real* gradients = m_gradients.data() + slice * sliceSize;
            m_squares[slice] = m_kernels.sumParts(gradients, m_plan.parameters, 1, count(slice), gradients);
        }
    }
    if (waits && !gradientsOnly) {
        if (clips) {
            m_barrier.meet();
            double squares = 0;
            for (const double one : m_squares) {
                squares += one;
            }
            range.gradientScale = std::min(1.0, m_options.clipNorm / (std::sqrt(squares) + 1e-6));
        }
        for (std::size_t slice = share(thread); slice < share(thread + 1); ++slice) {
            apply(slice);
        }
    }
    m_barrier.meet();
    if (thread == 0) {
        ++m_state.batchesTracked;
        if (!gradientsOnly) ++m_state.steps;
    }
}

template void FusedStep<float>::update(int, bool);
template void FusedStep<double>::update(int, bool);

} // namespace zscape
