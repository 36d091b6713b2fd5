// The way back: from the loss's gradients by the outputs to those of all weights.
#include "core/train/fused/fused_step.h"

#include <algorithm>

namespace zscape {

using kernels::tileSamples;

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

template std::size_t FusedStep<float>::retreat(const std::vector<PlannedLayer>&, std::size_t, const Tile&, float*,
                                               const float*, float*, bool, Scratch&);
template void FusedStep<float>::addWeightGradient(const PlannedLayer&, const Tile&, const float*, const Scratch&);
template void FusedStep<float>::settleBack(const PlannedLayer&, int);
template void FusedStep<float>::backward(int);
template void FusedStep<float>::latentBack(const Tile&, Scratch&);
template std::size_t FusedStep<double>::retreat(const std::vector<PlannedLayer>&, std::size_t, const Tile&, double*,
                                                const double*, double*, bool, Scratch&);
template void FusedStep<double>::addWeightGradient(const PlannedLayer&, const Tile&, const double*, const Scratch&);
template void FusedStep<double>::settleBack(const PlannedLayer&, int);
template void FusedStep<double>::backward(int);
template void FusedStep<double>::latentBack(const Tile&, Scratch&);

} // namespace zscape
