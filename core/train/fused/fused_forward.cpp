// The way forward: linear layers, batch norms, z, and the losses at the end.
#include "core/train/fused/fused_step.h"

#include <algorithm>
#include <cmath>

namespace zscape {

using kernels::tileSamples;

/// From the input of a layer through it and those behind it, up to the next batch norm, which the whole batch must
/// reach first; gives that layer, or the number of layers at the end.
template <typename Real>
std::size_t FusedStep<Real>::advance(const std::vector<PlannedLayer>& layers, std::size_t layer, const Tile& tile,
                                     const Real* input, Scratch& scratch, bool training) {
    for (; layer < layers.size(); ++layer) {
        const PlannedLayer& one = layers[layer];
        Real* out = outputs(tile, one);
        kernels::TrainProduct<Real> product;
        product.p = m_state.weights.data() + one.weight;
        product.rowStep = 1;
        product.depthStep = one.stride;
        product.q = input;
        product.qStride = product.cStride = product.cols = tileSamples;
        product.c = out;
        product.rows = one.out;
        product.depth = one.in;
        product.bias = m_state.weights.data() + one.bias();
        m_kernels.product(product);
        if (one.norm) {
            double* mean = moments(tile.index, one);
            if (training) m_kernels.moments(out, one.out, tile.samples, mean, mean + m_plan.statistics);
            return layer;
        }
        input = activation(one, tile, scratch);
    }
    return layer;
}

/// A layer's activations; those of a plain layer are its outputs.
template <typename Real>
const Real* FusedStep<Real>::activation(const PlannedLayer& layer, const Tile& tile, Scratch& scratch) const {
    if (layer.isPlain()) return outputs(tile, layer);
    m_kernels.activate(shape(layer, tile, scratch), outputs(tile, layer), scratch.activation.data());
    return scratch.activation.data();
}

/// A batch norm's mean and variance, in each thread for itself: the moments of the tiles merged in float64, in order
/// (Chan, Golub & LeVeque 1979), or the running ones.
template <typename Real>
void FusedStep<Real>::settle(const PlannedLayer& layer, int thread, bool training) {
    Scratch& scratch = m_scratch[static_cast<std::size_t>(thread)];
    const std::size_t first = layer.statistics, count = layer.out;
    constexpr std::size_t blockFeatures = 128;
    double mean[blockFeatures], squares[blockFeatures];
    const double stars = static_cast<double>(m_wholeBatch);
    for (std::size_t begin = 0; begin < count; begin += blockFeatures) {
        const std::size_t features = std::min(blockFeatures, count - begin);
        Real* running = m_state.runningMean.data() + first + begin;
        Real* runningVariance = m_state.runningVariance.data() + first + begin;
        if (training) {
            std::fill_n(mean, features, 0.0);
            std::fill_n(squares, features, 0.0);
            for (std::size_t index = firstPart(); index < endPart(); ++index) {
                const double share = static_cast<double>(partSamples(index)) / stars;
                const double* tileMean = moments(index, layer) + begin;
                for (std::size_t f = 0; f < features; ++f) {
                    mean[f] += tileMean[f] * share;
                }
            }
            for (std::size_t index = firstPart(); index < endPart(); ++index) {
                const double samples = static_cast<double>(partSamples(index));
                const double* tileMean = moments(index, layer) + begin;
                const double* tileSquares = tileMean + m_plan.statistics;
                for (std::size_t f = 0; f < features; ++f) {
                    const double shift = tileMean[f] - mean[f];
                    squares[f] += tileSquares[f] + samples * shift * shift;
                }
            }
        } else {
            for (std::size_t f = 0; f < features; ++f) {
                mean[f] = static_cast<double>(running[f]);
                squares[f] = static_cast<double>(runningVariance[f]) * stars;
            }
        }
        for (std::size_t f = 0; f < features; ++f) {
            const std::size_t at = first + begin + f;
            const double inverse = 1.0 / std::sqrt(squares[f] / stars + batchNormEpsilon);
            const double scale = static_cast<double>(m_state.weights[layer.gamma + begin + f]) * inverse;
            scratch.mean[at] = static_cast<Real>(mean[f]);
            scratch.inverseDeviation[at] = static_cast<Real>(inverse);
            scratch.scale[at] = static_cast<Real>(scale);
            scratch.shift[at] =
                static_cast<Real>(static_cast<double>(m_state.weights[layer.beta + begin + f]) - mean[f] * scale);
        }
        if (!training || thread != 0) continue;
        for (std::size_t f = 0; f < features; ++f) {
            const auto move = [](Real& value, double to) {
                value =
                    static_cast<Real>((1 - batchNormMomentum) * static_cast<double>(value) + batchNormMomentum * to);
            };
            move(running[f], mean[f]);
            move(runningVariance[f], squares[f] / (stars - 1));
        }
    }
}

template <typename Real>
void FusedStep<Real>::forward(int thread, bool training) {
    Scratch& scratch = m_scratch[static_cast<std::size_t>(thread)];
    const auto settleAll = [&](std::span<const PlannedLayer* const> layers) {
        if (training) {
            m_barrier.meet();
            exchange(layers, Exchange::Moments, thread);
        }
        for (const PlannedLayer* layer : layers) {
            settle(*layer, thread, training);
        }
    };
    const std::size_t heads = m_plan.encoder.size();
    std::size_t at = heads;
    const auto go = [&](const Tile& tile, std::size_t layer, const Real* input) {
        at = advance(m_plan.encoder, layer, tile, input, scratch, training);
        if (at == heads) encodeEnd(tile, thread, training);
    };
    // Where a thread's tiles stop is the same for all of them, and known without having a tile.
    const auto nextNorm = [](const std::vector<PlannedLayer>& layers, std::size_t layer) {
        while (layer < layers.size() && !layers[layer].norm) {
            ++layer;
        }
        return layer;
    };
    std::size_t branchAt = 0;
    const std::size_t branchEnd = m_plan.branches[0].size();
    forTiles(thread, [&](const Tile& tile) {
        m_source->x(tile.index * tileSamples, tile.samples, rows(tile, m_plan.xRow), thread);
        go(tile, 0, rows(tile, m_plan.xRow));
    });
    for (at = nextNorm(m_plan.encoder, 0); at < heads;) {
        const PlannedLayer& norm = m_plan.encoder[at];
        const PlannedLayer* norms[] = {&norm};
        settleAll(norms);
        const std::size_t next = at + 1;
        forTiles(thread, [&](const Tile& tile) { go(tile, next, activation(norm, tile, scratch)); });
        at = nextNorm(m_plan.encoder, next);
    }
    for (branchAt = nextNorm(m_plan.branches[0], 0); branchAt < branchEnd;) {
        const PlannedLayer* norms[] = {&m_plan.branches[0][branchAt], &m_plan.branches[1][branchAt]};
        settleAll(norms);
        const std::size_t next = branchAt + 1;
        forTiles(thread, [&](const Tile& tile) {
            std::size_t reached = 0;
            for (std::size_t branch = 0; branch < 2; ++branch) {
                reached = advance(m_plan.branches[branch], next, tile, activation(*norms[branch], tile, scratch),
                                  scratch, training);
            }
            if (reached == branchEnd) decodeEnd(tile, thread, training);
        });
        branchAt = nextNorm(m_plan.branches[0], next);
    }
}

/// The heads are there: z, and on into both branches.
template <typename Real>
void FusedStep<Real>::encodeEnd(const Tile& tile, int thread, bool training) {
    Scratch& scratch = m_scratch[static_cast<std::size_t>(thread)];
    m_source->noise(tile.index * tileSamples, tile.samples, rows(tile, m_plan.noiseRow), thread);
    kernels::LatentTile<Real> latent;
    latent.heads = outputs(tile, m_plan.encoder.back());
    latent.noise = rows(tile, m_plan.noiseRow);
    latent.latents = m_plan.latents;
    latent.samples = tile.samples;
    latent.z = rows(tile, m_plan.zRow);
    m_klSums[tile.index] = m_kernels.latent(latent);
    std::size_t reached = 0;
    for (const std::vector<PlannedLayer>& branch : m_plan.branches) {
        reached = advance(branch, 0, tile, latent.z, scratch, training);
    }
    if (reached == m_plan.branches[0].size()) decodeEnd(tile, thread, training);
}

/// Both branches' outputs are there: the loss and, in training, its gradients in their place.
template <typename Real>
void FusedStep<Real>::decodeEnd(const Tile& tile, int thread, bool training) {
    Scratch& scratch = m_scratch[static_cast<std::size_t>(thread)];
    m_source->err(tile.index * tileSamples, tile.samples, scratch.err.data(), thread);
    kernels::LossTile<Real> loss;
    loss.x = rows(tile, m_plan.xRow);
    loss.err = scratch.err.data();
    loss.decoded = outputs(tile, m_plan.branches[0].back());
    loss.logits = outputs(tile, m_plan.branches[1].back());
    loss.features = m_plan.inputs;
    loss.samples = tile.samples;
    loss.scale = m_recScale;
    loss.gradients = training;
    m_recSums[tile.index] = m_kernels.loss(loss);
}

template std::size_t FusedStep<float>::advance(const std::vector<PlannedLayer>&, std::size_t, const Tile&, const float*,
                                               Scratch&, bool);
template const float* FusedStep<float>::activation(const PlannedLayer&, const Tile&, Scratch&) const;
template void FusedStep<float>::settle(const PlannedLayer&, int, bool);
template void FusedStep<float>::forward(int, bool);
template void FusedStep<float>::encodeEnd(const Tile&, int, bool);
template void FusedStep<float>::decodeEnd(const Tile&, int, bool);
template std::size_t FusedStep<double>::advance(const std::vector<PlannedLayer>&, std::size_t, const Tile&,
                                                const double*, Scratch&, bool);
template const double* FusedStep<double>::activation(const PlannedLayer&, const Tile&, Scratch&) const;
template void FusedStep<double>::settle(const PlannedLayer&, int, bool);
template void FusedStep<double>::forward(int, bool);
template void FusedStep<double>::encodeEnd(const Tile&, int, bool);
template void FusedStep<double>::decodeEnd(const Tile&, int, bool);

} // namespace zscape
