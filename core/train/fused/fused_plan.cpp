#include "core/train/fused/fused_plan.h"

#include "core/model/kernels/kernel_table.h"

#include <algorithm>
#include <map>

namespace zscape {
namespace {

/// Lays layers out one behind the other and remembers where each tensor went.
class Planner {
public:
    explicit Planner(FusedPlan& plan) : m_plan(plan) {}

    /// A layer whose outputs have rows of their own, and a row of ones.
    PlannedLayer ownRows(PlannedLayer layer) {
        layer.tileRow = rows(layer.out + 1);
        return layer;
    }

    /// One layer, or several with the same input side by side.
    PlannedLayer layer(const std::vector<LayerSpec>& specs) {
        PlannedLayer layer;
        layer.in = static_cast<std::size_t>(specs.front().in);
        for (const LayerSpec& spec : specs) {
            layer.out += static_cast<std::size_t>(spec.out);
        }
        layer.stride = kernels::padded(layer.out);
        layer.norm = !specs.front().batchNorm.empty();
        layer.gelu = specs.front().gelu;
        layer.weight = m_plan.parameters;
        m_plan.parameters += (layer.in + 1) * layer.stride;
        std::size_t column = 0;
        for (const LayerSpec& spec : specs) {
            const auto out = static_cast<std::size_t>(spec.out);
            place({spec.linear + ".weight", TensorKind::Parameter, layer.weight + column, out, layer.in, layer.stride});
            place({spec.linear + ".bias", TensorKind::Parameter, layer.bias() + column, out});
            column += out;
        }
        if (layer.norm) planNorm(specs.front().batchNorm, layer);
        m_plan.widest = std::max({m_plan.widest, layer.stride, kernels::padded(layer.in)});
        return layer;
    }

    std::size_t rows(std::size_t count) {
        const std::size_t first = m_plan.tileRows;
        m_plan.tileRows += count;
        return first;
    }

    const TensorPlace& find(const std::string& name) const { return m_places.at(name); }

private:
    void place(TensorPlace tensor) { m_places[tensor.name] = std::move(tensor); }

    void planNorm(const std::string& name, PlannedLayer& layer) {
        layer.gamma = m_plan.parameters;
        layer.beta = layer.gamma + layer.stride;
        m_plan.parameters += 2 * layer.stride;
        layer.statistics = m_plan.statistics;
        m_plan.statistics += layer.stride;
        place({name + ".weight", TensorKind::Parameter, layer.gamma, layer.out});
        place({name + ".bias", TensorKind::Parameter, layer.beta, layer.out});
        place({name + ".running_mean", TensorKind::RunningMean, layer.statistics, layer.out});
        place({name + ".running_var", TensorKind::RunningVariance, layer.statistics, layer.out});
        place({name + ".num_batches_tracked", TensorKind::Counter, 0, 0});
    }

    FusedPlan& m_plan;
    std::map<std::string, TensorPlace> m_places;
};

} // namespace

FusedPlan::FusedPlan(const Architecture& architecture)
    : inputs(static_cast<std::size_t>(architecture.inputSize)),
      latents(static_cast<std::size_t>(architecture.latentSize)) {
    Planner planner(*this);
    const NetworkLayers layers = networkLayers(architecture);
    xRow = planner.rows(inputs + 1);
    for (const LayerSpec& spec : layers.encoder) {
        encoder.push_back(planner.ownRows(planner.layer({spec})));
    }
    encoder.push_back(planner.ownRows(planner.layer({layers.mu, layers.logVar})));
    noiseRow = planner.rows(latents);
    zRow = planner.rows(latents + 1);
    for (std::size_t branch = 0; branch < 2; ++branch) {
        const std::vector<LayerSpec>& specs = branch == 0 ? layers.decoder : layers.scatter;
        for (const LayerSpec& spec : specs) {
            const bool last = &spec == &specs.back();
            branches[branch].push_back(last ? planner.layer({spec}) : planner.ownRows(planner.layer({spec})));
        }
    }
    for (std::size_t branch = 0; branch < 2; ++branch) {
        // The loss turns the last outputs into their gradients, which are where the way back begins.
        slopeRows[branch] = planner.rows(widest);
        branches[branch].back().tileRow = slopeRows[branch];
    }
    for (const TensorSpec& spec : tensorSpecs(architecture)) {
        tensors.push_back(planner.find(spec.name));
    }
}

} // namespace zscape
