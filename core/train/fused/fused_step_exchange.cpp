// What the processes of a parallel run tell each other within a step, besides the gradient.
#include "core/train/fused/fused_step.h"

namespace zscape {

/// The first thread talks; the others wait for it. Threads have met before, so that all tiles' numbers are there.
template <typename Real>
void FusedStep<Real>::exchange(std::span<const PlannedLayer* const> layers, Exchange what, int thread) {
    if (!m_collective) return;
    if (thread == 0) {
        std::size_t messageSize = 1;
        for (const PlannedLayer* layer : layers) {
            messageSize += 2 * layer->out;
        }
        m_sent.resize(messageSize);
        m_received.resize(messageSize * static_cast<std::size_t>(m_collective->size()));
        m_sent[0] = static_cast<double>(m_batchSize);
        std::size_t offset = 1;
        for (const PlannedLayer* layer : layers) {
            collect(*layer, what, m_sent.data() + offset);
            offset += 2 * layer->out;
        }
        m_collective->gather(std::span<const double>(m_sent), std::span<double>(m_received));
        offset = 1;
        for (const PlannedLayer* layer : layers) {
            combine(*layer, what, offset, messageSize);
            offset += 2 * layer->out;
        }
    }
    m_barrier.meet();
}

/// This process's tiles merged: [2][features].
template <typename Real>
void FusedStep<Real>::collect(const PlannedLayer& layer, Exchange what, double* out) {
    const double stars = static_cast<double>(m_batchSize);
    for (std::size_t f = 0; f < layer.out; ++f) {
        double first = 0, second = 0;
        for (std::size_t index = 0; index < m_tileCount; ++index) {
            if (what == Exchange::Moments) {
                first += moments(index, layer)[f] * (static_cast<double>(tile(index).samples) / stars);
            } else {
                first += sums(index, layer)[f];
                second += sums(index, layer)[m_plan.statistics + f];
            }
        }
        for (std::size_t index = 0; what == Exchange::Moments && index < m_tileCount; ++index) {
            const double* tileMoments = moments(index, layer) + f;
            const double shift = tileMoments[0] - first;
            second += tileMoments[m_plan.statistics] + static_cast<double>(tile(index).samples) * shift * shift;
        }
        out[f] = first;
        out[layer.out + f] = second;
    }
}

/// Those of all processes merged in their order (moments: Chan, Golub & LeVeque 1979), into the part that stands for
/// the whole batch.
template <typename Real>
void FusedStep<Real>::combine(const PlannedLayer& layer, Exchange what, std::size_t offset, std::size_t messageSize) {
    const double stars = static_cast<double>(m_wholeBatch);
    double* total = what == Exchange::Moments ? moments(m_room, layer) : sums(m_room, layer);
    for (std::size_t f = 0; f < layer.out; ++f) {
        double first = 0, second = 0;
        for (std::size_t at = 0; at < m_received.size(); at += messageSize) {
            const double* message = m_received.data() + at;
            const double weight = what == Exchange::Moments ? message[0] / stars : 1.0;
            first += message[offset + f] * weight;
            second += message[offset + layer.out + f];
        }
        for (std::size_t at = 0; what == Exchange::Moments && at < m_received.size(); at += messageSize) {
            const double* message = m_received.data() + at;
            const double shift = message[offset + f] - first;
            second += message[0] * shift * shift;
        }
        total[f] = first;
        total[m_plan.statistics + f] = second;
    }
}

template void FusedStep<float>::exchange(std::span<const PlannedLayer* const>, Exchange, int);
template void FusedStep<float>::collect(const PlannedLayer&, Exchange, double*);
template void FusedStep<float>::combine(const PlannedLayer&, Exchange, std::size_t, std::size_t);
template void FusedStep<double>::exchange(std::span<const PlannedLayer* const>, Exchange, int);
template void FusedStep<double>::collect(const PlannedLayer&, Exchange, double*);
template void FusedStep<double>::combine(const PlannedLayer&, Exchange, std::size_t, std::size_t);

} // namespace zscape
