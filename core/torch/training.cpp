#include "core/base/thread_pool.h"
#include "core/torch/torch_backend.h"
#include "core/torch/torch_support.h"

#include <ATen/ops/addcmul.h>
#include <ATen/ops/batch_norm.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/zeros.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <map>

namespace zscape::torch_backend {
namespace {

constexpr double beta1 = 0.9, beta2 = 0.999, adamEpsilon = 1e-8; // PyTorch's defaults, as released

int threadCount(const TrainingOptions& options) {
    return options.threads > 0 ? options.threads : availableCores();
}

/// LibTorch's own threads for one branch: those left when two branches share what the run may take.
int branchThreads(int threads) {
    return std::max(1, threads / 2);
}

/// A layer whose tensors are views of the network's flat ones.
struct Layer {
    at::Tensor weight, bias;
    at::Tensor gamma, beta, mean, variance; ///< undefined without a batch norm
    bool gelu = false;
};

/// The scatter VAE on LibTorch's autograd. All trained numbers lie in one flat tensor (and their gradients in another),
/// so that AdamW is a handful of operations and not a handful for each of some sixty tensors. Decoder and scatter
/// network, two thirds of the work, depend on z alone, so they run side by side, forwards and backwards, each on a
/// graph of its own. LibTorch's own threads inside an operation gain nothing at this size, and cost a factor of 30
/// where other programs want the cores, as they wait for each other spinning.
class TorchEngine final : public TrainingEngine {
public:
    TorchEngine(const TrainingData& data, const TrainingOptions& options, const Model& start);
    std::string name() const override { return engineText(m_threads); }
    std::size_t latentSize() const override { return static_cast<std::size_t>(m_architecture.latentSize); }
    BatchLosses step(std::span<const std::uint32_t> rows, std::span<const float> noise,
                     const StepOptions& options) override;
    BatchLosses evaluate(std::span<const std::uint32_t> rows, std::span<const float> noise) override;
    std::vector<Tensor> gradients(std::span<const std::uint32_t> rows, std::span<const float> noise) override;
    EngineState state() const override;
    void setState(const EngineState& state) override;

private:
    /// A batch up to z, and the heads it came from.
    struct Encoded {
        at::Tensor x, err, mu, logVar, z;
    };
    void addTensor(const TensorSpec& spec, const Tensor& initial, std::int64_t& offset);
    Layer makeLayer(const LayerSpec& spec) const;
    std::vector<Layer> makeLayers(const std::vector<LayerSpec>& specs) const;
    at::Tensor forward(const std::vector<Layer>& layers, at::Tensor values, bool training) const;
    Encoded encode(std::span<const std::uint32_t> rows, std::span<const float> noise, bool training) const;
    at::Tensor generate(std::size_t branch, const at::Tensor& z, bool training) const;
    at::Tensor recLoss(const Encoded& batch, const at::Tensor& decoded, const at::Tensor& scatter) const;
    at::Tensor klLoss(const Encoded& batch) const;
    template <typename Body>
    void forBranches(bool withGradients, const Body& body);
    BatchLosses backward(std::span<const std::uint32_t> rows, std::span<const float> noise, double klWeight);
    void updateWeights(const StepOptions& options);
    Tensor copyOf(const TensorSpec& spec, const at::Tensor& values) const;
    std::vector<Tensor> trainedParts(const at::Tensor& flat) const;
    void setTrainedParts(const std::vector<Tensor>& parts, at::Tensor flat) const;

    const TrainingData& m_data;
    Architecture m_architecture;
    double m_weightDecay;
    int m_threads;
    ThreadPool m_pool; ///< at most two: one a branch
    std::vector<TensorSpec> m_specs;
    at::Tensor m_weights, m_gradients, m_mean, m_square; ///< flat: trained numbers, gradients, AdamW's two averages
    std::map<std::string, at::Tensor> m_parameters;      ///< views of m_weights that require a gradient
    std::map<std::string, at::Tensor> m_buffers;
    std::int64_t m_batchesTracked = 0;
    std::int64_t m_steps = 0;
    std::vector<Layer> m_encoder, m_decoder, m_scatter;
    Layer m_mu, m_logVar;
};

bool isTrained(const TensorSpec& spec) {
    return !spec.isBuffer && !spec.isCounter;
}

TorchEngine::TorchEngine(const TrainingData& data, const TrainingOptions& options, const Model& start)
    : m_data(data),
      m_architecture(options.architecture),
      m_weightDecay(options.weightDecay),
      m_threads(threadCount(options)),
      m_pool(std::min(m_threads, 2)),
      m_specs(tensorSpecs(m_architecture)) {
    if (!(start.architecture == m_architecture)) {
        throw Error("The model to start from has another architecture than the run: use the same sizes and preset.");
    }
    std::int64_t count = 0;
    for (const TensorSpec& spec : m_specs) {
        if (isTrained(spec)) count += static_cast<std::int64_t>(start.tensor(spec.name).values.size());
    }
    m_weights = at::empty({count});
    m_gradients = at::zeros({count});
    m_mean = at::zeros({count});
    m_square = at::zeros({count});
    std::int64_t offset = 0;
    for (const TensorSpec& spec : m_specs) {
        addTensor(spec, start.tensor(spec.name), offset);
    }
    const NetworkLayers layers = networkLayers(m_architecture);
    m_encoder = makeLayers(layers.encoder);
    m_mu = makeLayer(layers.mu);
    m_logVar = makeLayer(layers.logVar);
    m_decoder = makeLayers(layers.decoder);
    m_scatter = makeLayers(layers.scatter);
}

void TorchEngine::addTensor(const TensorSpec& spec, const Tensor& initial, std::int64_t& offset) {
    if (spec.isCounter) {
        m_batchesTracked = initial.counter; // one number serves all: every batch norm sees every batch
        return;
    }
    const at::Tensor values = toTorch(initial);
    if (spec.isBuffer) {
        m_buffers[spec.name] = values;
        return;
    }
    at::Tensor view = m_weights.narrow(0, offset, values.numel()).view(values.sizes());
    view.copy_(values);
    at::Tensor leaf = view.detach();
    leaf.requires_grad_(true);
    // With a gradient tensor in place, autograd adds into it: the flat one collects all of them.
    leaf.mutable_grad() = m_gradients.narrow(0, offset, values.numel()).view(values.sizes());
    m_parameters[spec.name] = leaf;
    offset += values.numel();
}

Layer TorchEngine::makeLayer(const LayerSpec& spec) const {
    Layer layer;
    layer.weight = m_parameters.at(spec.linear + ".weight");
    layer.bias = m_parameters.at(spec.linear + ".bias");
    layer.gelu = spec.gelu;
    if (spec.batchNorm.empty()) return layer;
    layer.gamma = m_parameters.at(spec.batchNorm + ".weight");
    layer.beta = m_parameters.at(spec.batchNorm + ".bias");
    layer.mean = m_buffers.at(spec.batchNorm + ".running_mean");
    layer.variance = m_buffers.at(spec.batchNorm + ".running_var");
    return layer;
}

std::vector<Layer> TorchEngine::makeLayers(const std::vector<LayerSpec>& specs) const {
    std::vector<Layer> layers;
    for (const LayerSpec& spec : specs) {
        layers.push_back(makeLayer(spec));
    }
    return layers;
}

at::Tensor TorchEngine::forward(const std::vector<Layer>& layers, at::Tensor values, bool training) const {
    for (const Layer& layer : layers) {
        values = at::linear(values, layer.weight, layer.bias);
        if (layer.gamma.defined()) {
            values = at::batch_norm(values, layer.gamma, layer.beta, layer.mean, layer.variance, training,
                                    batchNormMomentum, batchNormEpsilon, false);
        }
        if (layer.gelu) values = at::gelu(values);
    }
    return values;
}

TorchEngine::Encoded TorchEngine::encode(std::span<const std::uint32_t> rows, std::span<const float> noise,
                                         bool training) const {
    if (noise.size() != rows.size() * latentSize()) {
        throw Error("A batch of " + std::to_string(rows.size()) + " stars needs " +
                    std::to_string(rows.size() * latentSize()) + " noise numbers, but got " +
                    std::to_string(noise.size()) + ".");
    }
    Encoded batch;
    const std::vector<std::int64_t> size{static_cast<std::int64_t>(rows.size()),
                                         static_cast<std::int64_t>(m_data.inputSize)};
    batch.x = at::empty(size);
    batch.err = at::empty(size);
    const auto count = static_cast<std::size_t>(batch.x.numel());
    standardiseRows(m_data, rows, {batch.x.data_ptr<float>(), count}, {batch.err.data_ptr<float>(), count});
    const std::vector<std::int64_t> shape{batch.x.size(0), m_architecture.latentSize};
    const at::Tensor eps = at::from_blob(const_cast<float*>(noise.data()), shape);
    const at::Tensor hidden = forward(m_encoder, batch.x, training);
    batch.mu = at::linear(hidden, m_mu.weight, m_mu.bias);
    batch.logVar = at::linear(hidden, m_logVar.weight, m_logVar.bias);
    batch.z = at::addcmul(batch.mu, eps, (batch.logVar * 0.5).exp());
    return batch;
}

/// Branch 0 gives the coefficients, branch 1 the scatter.
at::Tensor TorchEngine::generate(std::size_t branch, const at::Tensor& z, bool training) const {
    return branch == 0 ? forward(m_decoder, z, training) : at::sigmoid(forward(m_scatter, z, training));
}

/// Method.md section 4: a sum over coefficients with factors 0.5 as released, a mean without them as the paper prints.
at::Tensor TorchEngine::recLoss(const Encoded& batch, const at::Tensor& decoded, const at::Tensor& scatter) const {
    const at::Tensor variance = at::addcmul(batch.err * batch.err, scatter, scatter);
    const at::Tensor residual = batch.x - decoded;
    const at::Tensor terms = residual * residual / variance + variance.log();
    if (m_architecture.preset == Preset::Paper) return terms.mean();
    return terms.sum() * (0.5 / static_cast<double>(batch.x.size(0)));
}

at::Tensor TorchEngine::klLoss(const Encoded& batch) const {
    const at::Tensor terms = batch.logVar + 1 - batch.mu * batch.mu - batch.logVar.exp();
    if (m_architecture.preset == Preset::Paper) return -terms.mean();
    return terms.sum() * (-0.5 / static_cast<double>(batch.x.size(0)));
}

template <typename Body>
void TorchEngine::forBranches(bool withGradients, const Body& body) {
    m_pool.forChunks(2, 1, [&](std::size_t branch, std::size_t, int) {
        useThreads(branchThreads(m_threads)); // of this thread alone, as the next is
        const c10::AutoGradMode gradients(withGradients);
        body(branch);
    });
}

/// Fills m_gradients and returns the losses. Four pieces: the encoder, both branches, the loss of their outputs; then
/// backwards the other way. A piece starts from a copy of its input that is cut off from the graph before, and hands
/// the gradient of that copy on.
BatchLosses TorchEngine::backward(std::span<const std::uint32_t> rows, std::span<const float> noise, double klWeight) {
    m_gradients.zero_();
    const Encoded batch = encode(rows, noise, true);
    std::array<at::Tensor, 2> inputs, outputs, ends;
    forBranches(true, [&](std::size_t branch) {
        inputs[branch] = batch.z.detach().requires_grad_(true);
        outputs[branch] = generate(branch, inputs[branch], true);
        ends[branch] = outputs[branch].detach().requires_grad_(true);
    });
    const at::Tensor rec = recLoss(batch, ends[0], ends[1]);
    rec.backward();
    forBranches(true, [&](std::size_t branch) { outputs[branch].backward(ends[branch].grad()); });
    const at::Tensor slope = inputs[0].grad() + inputs[1].grad(); // of rec, by z
    const at::Tensor kl = klLoss(batch);
    (kl * klWeight + (batch.z * slope).sum()).backward();
    return {rec.item<double>(), kl.item<double>()};
}

/// AdamW with decoupled weight decay on every trained number, as torch.optim.AdamW; before it the gradient is clipped
/// as torch.nn.utils.clip_grad_norm_ does.
void TorchEngine::updateWeights(const StepOptions& options) {
    const c10::NoGradGuard noGradients;
    ++m_steps;
    ++m_batchesTracked;
    if (options.clipNorm > 0) {
        const double norm = m_gradients.norm().item<double>();
        m_gradients.mul_(std::min(1.0, options.clipNorm / (norm + 1e-6)));
    }
    const double correction1 = 1.0 - std::pow(beta1, static_cast<double>(m_steps));
    const double correction2 = 1.0 - std::pow(beta2, static_cast<double>(m_steps));
    m_weights.mul_(1.0 - options.learningRate * m_weightDecay);
    m_mean.mul_(beta1).add_(m_gradients, 1.0 - beta1);
    m_square.mul_(beta2).addcmul_(m_gradients, m_gradients, 1.0 - beta2);
    at::Tensor denominator = m_square.sqrt();
    denominator.div_(std::sqrt(correction2)).add_(adamEpsilon);
    m_weights.addcdiv_(m_mean, denominator, -options.learningRate / correction1);
}

BatchLosses TorchEngine::step(std::span<const std::uint32_t> rows, std::span<const float> noise,
                              const StepOptions& options) {
    return guarded("train on a batch", [&] {
        useThreads(branchThreads(m_threads));
        const BatchLosses before = backward(rows, noise, options.klWeight);
        updateWeights(options);
        return before;
    });
}

BatchLosses TorchEngine::evaluate(std::span<const std::uint32_t> rows, std::span<const float> noise) {
    return guarded("evaluate a batch", [&] {
        useThreads(branchThreads(m_threads));
        const c10::NoGradGuard noGradients;
        const Encoded batch = encode(rows, noise, false);
        std::array<at::Tensor, 2> outputs;
        forBranches(false, [&](std::size_t branch) { outputs[branch] = generate(branch, batch.z, false); });
        return BatchLosses{recLoss(batch, outputs[0], outputs[1]).item<double>(), klLoss(batch).item<double>()};
    });
}

std::vector<Tensor> TorchEngine::gradients(std::span<const std::uint32_t> rows, std::span<const float> noise) {
    return guarded("take the gradients of a batch", [&] {
        useThreads(branchThreads(m_threads));
        // Training mode moves the running statistics; they are put back.
        std::map<std::string, at::Tensor> before;
        for (const auto& [name, values] : m_buffers) {
            before[name] = values.clone();
        }
        backward(rows, noise, 1);
        for (auto& [name, values] : m_buffers) {
            values.copy_(before.at(name));
        }
        return trainedParts(m_gradients);
    });
}

Tensor TorchEngine::copyOf(const TensorSpec& spec, const at::Tensor& values) const {
    Tensor tensor;
    tensor.name = spec.name;
    tensor.shape = spec.shape;
    const float* first = values.data_ptr<float>();
    tensor.values.assign(first, first + values.numel());
    return tensor;
}

/// A flat tensor cut into one a trained tensor.
std::vector<Tensor> TorchEngine::trainedParts(const at::Tensor& flat) const {
    std::vector<Tensor> parts;
    std::int64_t offset = 0;
    for (const TensorSpec& spec : m_specs) {
        if (!isTrained(spec)) continue;
        const auto count = static_cast<std::int64_t>(spec.elementCount());
        parts.push_back(copyOf(spec, flat.narrow(0, offset, count)));
        offset += count;
    }
    return parts;
}

void TorchEngine::setTrainedParts(const std::vector<Tensor>& parts, at::Tensor flat) const {
    std::int64_t offset = 0;
    for (const Tensor& part : parts) {
        const at::Tensor values = toTorch(part).flatten();
        flat.narrow(0, offset, values.numel()).copy_(values);
        offset += values.numel();
    }
}

EngineState TorchEngine::state() const {
    EngineState state;
    for (const TensorSpec& spec : m_specs) {
        if (spec.isCounter) {
            Tensor counter;
            counter.name = spec.name;
            counter.isCounter = true;
            counter.counter = m_batchesTracked;
            state.tensors.push_back(std::move(counter));
        } else {
            state.tensors.push_back(copyOf(spec, spec.isBuffer ? m_buffers.at(spec.name) : m_parameters.at(spec.name)));
        }
    }
    state.firstMoments = trainedParts(m_mean);
    state.secondMoments = trainedParts(m_square);
    state.steps = m_steps;
    return state;
}

void TorchEngine::setState(const EngineState& state) {
    guarded("take over the state of a training", [&] {
        const c10::NoGradGuard noGradients;
        requireState(state, m_architecture);
        std::vector<Tensor> trained;
        for (std::size_t t = 0; t < m_specs.size(); ++t) {
            const TensorSpec& spec = m_specs[t];
            if (spec.isCounter) {
                m_batchesTracked = state.tensors[t].counter;
            } else if (spec.isBuffer) {
                m_buffers.at(spec.name).copy_(toTorch(state.tensors[t]));
            } else {
                trained.push_back(state.tensors[t]);
            }
        }
        setTrainedParts(trained, m_weights);
        setTrainedParts(state.firstMoments, m_mean);
        setTrainedParts(state.secondMoments, m_square);
        m_steps = state.steps;
    });
}

} // namespace

std::unique_ptr<TrainingEngine> makeEngine(const TrainingData& data, const TrainingOptions& options,
                                           const Model& start) {
    return guarded("set up the training", [&] { return std::make_unique<TorchEngine>(data, options, start); });
}

} // namespace zscape::torch_backend
