#include "core/train/fused/fused_step.h"

#include <algorithm>
#include <cmath>

namespace zscape {

using kernels::tileSamples;

namespace {

constexpr double beta1 = 0.9, beta2 = 0.999; // PyTorch's defaults, as released
/// Parameters that a thread updates at a time: they stay in the first-level cache.
constexpr std::size_t sliceSize = 2048;

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

// ---- forward

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

// ---- backward

/// From the gradient by a layer's outputs, `slope`, to that by the outputs of the batch norm before it (which is then
/// in the branch's slope rows, its sums noted), or to the input of the first layer. Gives the layer reached.
template <typename Real>
std::size_t FusedStep<Real>::retreat(const std::vector<PlannedLayer>& layers, std::size_t layer, const Tile& tile,
                                     Real* slope, const Real* input, Real* inputSlope, bool addToInput,
                                     Scratch& scratch) {
    const std::size_t branch = &layers == &m_plan.branches[1] ? 1 : 0;
    for (;; --layer) {
        const PlannedLayer& one = layers[layer];
        m_kernels.transpose(slope, one.out, one.stride, scratch.transposed.data());
        kernels::TrainProduct<Real> product;
        product.p = m_state.weights.data() + one.weight;
        product.rowStep = one.stride;
        product.depthStep = 1;
        product.q = slope;
        product.qStride = product.cStride = product.cols = tileSamples;
        product.rows = one.in;
        product.depth = one.out;
        if (layer == 0) {
            addWeightGradient(one, tile, input, scratch);
            if (!inputSlope) return layer;
            product.c = inputSlope;
            product.accumulate = addToInput;
            m_kernels.product(product);
            return layer;
        }
        product.c = scratch.slope.data();
        m_kernels.product(product);
        const PlannedLayer& before = layers[layer - 1];
        double* slopeSums = sums(tile.index, before);
        Real* activations = scratch.activation.data();
        Real* next = rows(tile, m_plan.slopeRows[branch]);
        m_kernels.activateBack(shape(before, tile, scratch), outputs(tile, before), scratch.slope.data(), next,
                               activations, slopeSums, slopeSums + m_plan.statistics);
        std::fill_n(activations + before.out * tileSamples, tileSamples, Real(1));
        addWeightGradient(one, tile, activations, scratch);
        if (before.norm) return layer - 1;
        slope = next;
    }
}

/// `input` is [in + 1][64] with a last row of ones; the transposed gradient is in the scratch.
template <typename Real>
void FusedStep<Real>::addWeightGradient(const PlannedLayer& layer, const Tile& tile, const Real* input,
                                        const Scratch& scratch) {
    kernels::TrainProduct<Real> product;
    product.p = input;
    product.rowStep = tileSamples;
    product.depthStep = 1;
    product.q = scratch.transposed.data();
    product.qStride = product.cStride = product.cols = layer.stride;
    product.c = m_gradients.data() + tile.group * m_plan.parameters + layer.weight;
    product.rows = layer.in + 1;
    product.depth = tileSamples;
    product.accumulate = !tile.firstOfGroup;
    m_kernels.product(product);
}

/// The sums over the batch that a batch norm's way back needs, in each thread for itself; the first notes the gradients
/// of gamma and beta, which are those sums.
template <typename Real>
void FusedStep<Real>::settleBack(const PlannedLayer& layer, int thread) {
    Scratch& scratch = m_scratch[static_cast<std::size_t>(thread)];
    const double stars = static_cast<double>(m_wholeBatch);
    // These sums are the whole batch's already; of processes the first alone puts them into the gradient they add up.
    const bool notes = isFirst(m_collective);
    for (std::size_t f = 0; f < layer.out; ++f) {
        const std::size_t at = layer.statistics + f;
        double sum = 0, products = 0;
        for (std::size_t index = firstPart(); index < endPart(); ++index) {
            const double* tileSums = sums(index, layer) + f;
            sum += tileSums[0];
            products += tileSums[m_plan.statistics];
        }
        scratch.factor[at] = scratch.scale[at]; // gamma / deviation
        scratch.meanSlope[at] = static_cast<Real>(sum / stars);
        scratch.meanProduct[at] = static_cast<Real>(products / stars);
        if (thread != 0) continue;
        m_gradients[layer.gamma + f] = notes ? static_cast<Real>(products) : Real(0);
        m_gradients[layer.beta + f] = notes ? static_cast<Real>(sum) : Real(0);
    }
}

template <typename Real>
void FusedStep<Real>::backward(int thread) {
    Scratch& scratch = m_scratch[static_cast<std::size_t>(thread)];
    const auto pastNorm = [&](const PlannedLayer& layer, const Tile& tile, Real* slope) {
        m_kernels.normBack(shape(layer, tile, scratch), outputs(tile, layer), scratch.factor.data() + layer.statistics,
                           scratch.meanSlope.data() + layer.statistics, scratch.meanProduct.data() + layer.statistics,
                           slope);
    };
    const auto normBefore = [](const std::vector<PlannedLayer>& layers, std::size_t layer) {
        while (layer > 0 && !layers[layer - 1].norm) {
            --layer;
        }
        return layer; // 0: none; else the norm is layer - 1
    };
    const auto& branches = m_plan.branches;
    const std::size_t last = branches[0].size() - 1;
    const std::size_t heads = m_plan.encoder.size() - 1;
    // Both branches from layer `from` (their slopes are ready), and past z when that is reached.
    const auto branchesBack = [&](const Tile& tile, std::size_t from) {
        Real* dz = scratch.err.data();
        for (std::size_t branch = 0; branch < 2; ++branch) {
            const PlannedLayer& layer = branches[branch][from];
            Real* slope = rows(tile, m_plan.slopeRows[branch]);
            if (layer.norm) pastNorm(layer, tile, slope);
            retreat(branches[branch], from, tile, slope, rows(tile, m_plan.zRow), dz, branch == 1, scratch);
        }
        if (normBefore(branches[0], from) == 0) latentBack(tile, scratch);
    };
    forTiles(thread, [&](const Tile& tile) { branchesBack(tile, last); });
    for (std::size_t layer = normBefore(branches[0], last); layer > 0; layer = normBefore(branches[0], layer - 1)) {
        m_barrier.meet();
        const PlannedLayer* norms[] = {&branches[0][layer - 1], &branches[1][layer - 1]};
        exchange(norms, Exchange::Sums, thread);
        for (const PlannedLayer* norm : norms) {
            settleBack(*norm, thread);
        }
        forTiles(thread, [&](const Tile& tile) { branchesBack(tile, layer - 1); });
    }
    for (std::size_t layer = normBefore(m_plan.encoder, heads); layer > 0;
         layer = normBefore(m_plan.encoder, layer - 1)) {
        m_barrier.meet();
        const PlannedLayer& norm = m_plan.encoder[layer - 1];
        const PlannedLayer* norms[] = {&norm};
        exchange(norms, Exchange::Sums, thread);
        settleBack(norm, thread);
        forTiles(thread, [&](const Tile& tile) {
            Real* slope = rows(tile, m_plan.slopeRows[0]);
            pastNorm(norm, tile, slope);
            retreat(m_plan.encoder, layer - 1, tile, slope, rows(tile, m_plan.xRow), nullptr, false, scratch);
        });
    }
}

/// From the gradient by z (in the scratch) to the heads, and on into the encoder.
template <typename Real>
void FusedStep<Real>::latentBack(const Tile& tile, Scratch& scratch) {
    Real* slope = rows(tile, m_plan.slopeRows[0]);
    kernels::LatentTile<Real> latent;
    latent.heads = outputs(tile, m_plan.encoder.back());
    latent.noise = rows(tile, m_plan.noiseRow);
    latent.latents = m_plan.latents;
    latent.samples = tile.samples;
    latent.dz = scratch.err.data();
    latent.dHeads = slope;
    latent.klScale = m_klScale * m_options.klWeight;
    m_kernels.latentBack(latent);
    retreat(m_plan.encoder, m_plan.encoder.size() - 1, tile, slope, rows(tile, m_plan.xRow), nullptr, false, scratch);
}

// ---- update

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
