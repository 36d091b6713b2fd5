#include "core/torch/training_network.h"

#include <algorithm>

namespace zscape::torch_backend {

StepScalars asScalars(const at::Tensor& numbers) {
    return {numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]};
}

std::vector<at::Tensor> Network::Parameters::with(const std::vector<at::Tensor>& others) const {
    std::vector<at::Tensor> all = linear;
    all.insert(all.end(), norm.begin(), norm.end());
    all.insert(all.end(), others.begin(), others.end());
    return all;
}

Network::Network(const Architecture& architecture, const Model& start, at::Device device, bool bfloat16,
                 BranchRunner run)
    : m_architecture(architecture),
      m_run(std::move(run)),
      m_layout(architecture) {
    if (!(start.architecture == m_architecture)) {
        throw Error("The model to start from has another architecture than the run: use the same sizes and preset.");
    }
    for (at::Tensor* flat : {&m_weights, &m_gradients, &m_mean, &m_square, &m_statistics}) {
        *flat =
            at::zeros({flat == &m_statistics ? m_layout.statisticsCount : m_layout.trainedCount}, at::device(device));
    }
    if (bfloat16) m_rounded = at::zeros({m_layout.linearCount}, at::device(device).dtype(at::kBFloat16));
    fill(start.tensors);
    const NetworkLayers layers = networkLayers(m_architecture);
    m_encoder = makeLayers(layers.encoder, m_parameters[0]);
    m_mu = makeLayer(layers.mu, m_parameters[0]);
    m_logVar = makeLayer(layers.logVar, m_parameters[0]);
    m_decoder = makeLayers(layers.decoder, m_parameters[1]);
    m_scatter = makeLayers(layers.scatter, m_parameters[2]);
}

at::Tensor Network::part(const at::Tensor& flat, const TensorSpec& spec) const {
    const std::vector<std::int64_t> shape(spec.shape.begin(), spec.shape.end());
    return flat.narrow(0, m_layout.offsets.at(spec.name), static_cast<std::int64_t>(spec.elementCount())).view(shape);
}

/// Tensors of the network, in the order of m_layout.specs, into the flat ones.
void Network::fill(const std::vector<Tensor>& tensors) {
    const c10::NoGradGuard noGradients;
    m_weights.copy_(wrapped(m_layout.flatTrained(tensors), 1).flatten());
    m_statistics.copy_(wrapped(m_layout.flatStatistics(tensors), 1).flatten());
    roundWeights();
}

void Network::roundWeights() {
    if (m_rounded.defined()) m_rounded.copy_(m_weights.narrow(0, 0, m_layout.linearCount));
}

Network::Layer Network::makeLayer(const LayerSpec& layer, Parameters& parameters) const {
    const auto view = [&](const at::Tensor& flat, const std::string& name) {
        const auto spec = std::find_if(m_layout.specs.begin(), m_layout.specs.end(),
                                       [&](const TensorSpec& candidate) { return candidate.name == name; });
        return part(flat, *spec).detach();
    };
    const at::Tensor& linear = m_rounded.defined() ? m_rounded : m_weights;
    Layer made;
    made.gelu = layer.gelu;
    made.weight = view(linear, layer.linear + ".weight").requires_grad_(true);
    made.bias = view(linear, layer.linear + ".bias").requires_grad_(true);
    parameters.linear.insert(parameters.linear.end(), {made.weight, made.bias});
    if (layer.batchNorm.empty()) return made;
    made.gamma = view(m_weights, layer.batchNorm + ".weight").requires_grad_(true);
    made.beta = view(m_weights, layer.batchNorm + ".bias").requires_grad_(true);
    parameters.norm.insert(parameters.norm.end(), {made.gamma, made.beta});
    made.mean = view(m_statistics, layer.batchNorm + ".running_mean");
    made.variance = view(m_statistics, layer.batchNorm + ".running_var");
    return made;
}

Network::Layers Network::makeLayers(const std::vector<LayerSpec>& specs, Parameters& parameters) const {
    Layers layers;
    for (const LayerSpec& spec : specs) {
        layers.push_back(makeLayer(spec, parameters));
    }
    return layers;
}

at::Tensor Network::forward(const Layers& layers, at::Tensor values, bool training) const {
    for (const Layer& layer : layers) {
        values = at::linear(values.to(layer.weight.scalar_type()), layer.weight, layer.bias);
        if (layer.gamma.defined()) {
            values = at::batch_norm(values, layer.gamma, layer.beta, layer.mean, layer.variance, training,
                                    batchNormMomentum, batchNormEpsilon, false);
        }
        if (layer.gelu) values = at::gelu(values);
    }
    return values;
}

Network::Encoded Network::encode(const Batch& batch, bool training) const {
    const at::Tensor hidden = forward(m_encoder, batch.x, training);
    Encoded encoded;
    encoded.mu = at::linear(hidden, m_mu.weight, m_mu.bias).to(at::kFloat);
    encoded.logVar = at::linear(hidden, m_logVar.weight, m_logVar.bias).to(at::kFloat);
    encoded.z = at::addcmul(encoded.mu, batch.noise, (encoded.logVar * 0.5).exp());
    return encoded;
}

/// Branch 0 gives the coefficients, branch 1 the scatter.
at::Tensor Network::generate(std::size_t branch, const at::Tensor& z, bool training) const {
    if (branch == 0) return forward(m_decoder, z, training).to(at::kFloat);
    return at::sigmoid(forward(m_scatter, z, training).to(at::kFloat));
}

/// Method.md section 4: a sum over coefficients with factors 0.5 as released, a mean without them as the paper prints.
/// With r = x - xhat and v = err^2 + s^2, a term r^2 / v + log v has the slopes -2 r / v by xhat and
/// 2 s / v (1 - r^2 / v) by s. In memory both runners take half the stars.
Network::RecLoss Network::recLoss(const Batch& batch, const std::array<at::Tensor, 2>& outputs, bool withSlopes) const {
    const std::int64_t rows = batch.x.size(0), halves = device().is_cpu() ? 2 : 1;
    const double factor = m_architecture.preset == Preset::Paper ? 1.0 / static_cast<double>(batch.x.numel())
                                                                 : 0.5 / static_cast<double>(rows);
    std::array<at::Tensor, 2> sums;
    const std::array<at::Tensor, 2> slopes{at::empty_like(batch.x), at::empty_like(batch.x)};
    const auto addHalf = [&](std::size_t half) {
        const std::int64_t begin = rows * static_cast<std::int64_t>(half) / halves;
        const std::int64_t count = rows * (static_cast<std::int64_t>(half) + 1) / halves - begin;
        const auto of = [&](const at::Tensor& values) { return values.narrow(0, begin, count); };
        const at::Tensor scatter = of(outputs[1]);
        const at::Tensor variance = at::addcmul(of(batch.variance), scatter, scatter);
        const at::Tensor residual = of(batch.x) - of(outputs[0]);
        at::Tensor byDecoded = of(slopes[0]), byScatter = of(slopes[1]);
        at::div_out(byDecoded, residual, variance);
        at::Tensor square = residual.mul_(byDecoded);
        if (withSlopes) {
            byDecoded.mul_(-2 * factor);
            at::div_out(byScatter, scatter, variance);
        }
        sums[half] = variance.log_().add_(square).sum();
        if (withSlopes) byScatter.mul_(square.sub_(1).mul_(-2 * factor));
    };
    if (halves == 1) {
        addHalf(0);
        return {sums[0] * factor, slopes};
    }
    m_run(false, addHalf);
    return {(sums[0] + sums[1]) * factor, slopes};
}

at::Tensor Network::klLoss(const Encoded& encoded) const {
    const at::Tensor terms = encoded.logVar + 1 - encoded.mu * encoded.mu - encoded.logVar.exp();
    if (m_architecture.preset == Preset::Paper) return -terms.mean();
    return terms.sum() * (-0.5 / static_cast<double>(terms.size(0)));
}

/// Four pieces: the encoder, both branches, the loss of their outputs; then backwards the other way. A piece starts
/// from a copy of its input that is cut off from the graph before, and hands the gradient of that copy on. All tensors
/// live to the end of the function, when what the branches did has been waited for: until then no stream of a GPU may
/// get their memory for something else.
LossTensors Network::backward(const Batch& batch, const at::Tensor& klWeight, const std::function<void()>& alongside) {
    using torch::autograd::grad;
    Encoded encoded;
    at::Tensor kl;
    const auto runEncoder = [&](std::size_t piece) {
        if (piece == 1) return alongside();
        encoded = encode(batch, true);
        kl = klLoss(encoded);
    };
    if (alongside) {
        m_run(true, runEncoder);
    } else {
        const c10::AutoGradMode gradients(true);
        runEncoder(0);
    }
    std::array<at::Tensor, 2> inputs, outputs, ends;
    m_run(true, [&](std::size_t branch) {
        inputs[branch] = encoded.z.detach().requires_grad_(true);
        outputs[branch] = generate(branch, inputs[branch], true);
        ends[branch] = outputs[branch].detach();
    });
    const RecLoss rec = [&] {
        const c10::NoGradGuard noGradients;
        return recLoss(batch, ends, true);
    }();
    std::array<std::vector<at::Tensor>, 3> gradients;
    m_run(true, [&](std::size_t branch) {
        gradients[branch + 1] =
            grad({outputs[branch]}, m_parameters[branch + 1].with({inputs[branch]}), {rec.slopes[branch]});
    });
    const at::Tensor slope = gradients[1].back() + gradients[2].back(); // of rec, by z
    gradients[0] = grad({kl, encoded.z}, m_parameters[0].with({}), {klWeight, slope});
    collect(gradients);
    return {rec.rec, kl.detach()};
}

/// Into the flat tensor with one operation (two in bfloat16).
void Network::collect(const std::array<std::vector<at::Tensor>, 3>& gradients) {
    const c10::NoGradGuard noGradients;
    std::vector<at::Tensor> linear, norm;
    for (std::size_t p = 0; p < gradients.size(); ++p) {
        for (std::size_t g = 0; g < m_parameters[p].linear.size() + m_parameters[p].norm.size(); ++g) {
            (g < m_parameters[p].linear.size() ? linear : norm).push_back(gradients[p][g].flatten());
        }
    }
    if (m_rounded.defined()) {
        m_gradients.narrow(0, 0, m_layout.linearCount).copy_(at::cat(linear));
        at::Tensor rest = m_gradients.narrow(0, m_layout.linearCount, m_layout.trainedCount - m_layout.linearCount);
        if (!norm.empty()) at::cat_out(rest, norm);
    } else {
        linear.insert(linear.end(), norm.begin(), norm.end());
        at::cat_out(m_gradients, linear);
    }
}

void Network::update(const StepScalars& scalars, bool clip) {
    const c10::NoGradGuard noGradients;
    if (clip) m_gradients.mul_((scalars.clipNorm / (m_gradients.norm() + 1e-6)).clamp_max(1));
    m_weights.mul_(scalars.decay);
    m_mean.mul_(beta1).add_(m_gradients, 1.0 - beta1);
    m_square.mul_(beta2).addcmul_(m_gradients, m_gradients, 1.0 - beta2);
    const at::Tensor denominator = m_square.sqrt().mul_(scalars.inverseRootCorrection).add_(adamEpsilon);
    m_weights.addcmul_(m_mean / denominator, scalars.negativeRate);
    roundWeights();
}

LossTensors Network::evaluate(const Batch& batch) {
    const c10::NoGradGuard noGradients;
    const Encoded encoded = encode(batch, false);
    std::array<at::Tensor, 2> outputs;
    m_run(false, [&](std::size_t branch) { outputs[branch] = generate(branch, encoded.z, false); });
    return {recLoss(batch, outputs, false).rec, klLoss(encoded)};
}

std::vector<float> Network::inMemory(const at::Tensor& flat) {
    const at::Tensor values = flat.cpu();
    return {values.data_ptr<float>(), values.data_ptr<float>() + values.numel()};
}

std::vector<Tensor> Network::gradients() const {
    return m_layout.trainedTensors(inMemory(m_gradients));
}

EngineState Network::state(std::int64_t batchesTracked) const {
    EngineState state;
    state.tensors = m_layout.tensors(inMemory(m_weights), inMemory(m_statistics), batchesTracked);
    state.firstMoments = m_layout.trainedTensors(inMemory(m_mean));
    state.secondMoments = m_layout.trainedTensors(inMemory(m_square));
    return state;
}

void Network::setState(const EngineState& state) {
    requireState(state, m_architecture);
    fill(state.tensors);
    m_mean.copy_(wrapped(m_layout.flatTrained(state.firstMoments), 1).flatten());
    m_square.copy_(wrapped(m_layout.flatTrained(state.secondMoments), 1).flatten());
}

std::vector<at::Tensor> Network::copies() const {
    return {m_weights.clone(), m_mean.clone(), m_square.clone(), m_statistics.clone()};
}

void Network::restore(const std::vector<at::Tensor>& copies) {
    m_weights.copy_(copies[0]);
    m_mean.copy_(copies[1]);
    m_square.copy_(copies[2]);
    m_statistics.copy_(copies[3]);
    roundWeights();
}

TorchEngine::TorchEngine(const TrainingData& data, const TrainingOptions& options) : m_data(data), m_options(options) {}

void TorchEngine::makeNetwork(const Model& start, at::Device device, BranchRunner run) {
    const bool bfloat16 = m_options.precision == Precision::Bf16;
    m_network = std::make_unique<Network>(m_options.architecture, start, device, bfloat16, std::move(run));
    countBatches(start.tensors);
}

void TorchEngine::countBatches(const std::vector<Tensor>& tensors) {
    const auto counter =
        std::find_if(tensors.begin(), tensors.end(), [](const Tensor& tensor) { return tensor.isCounter; });
    m_batchesTracked = counter == tensors.end() ? 0 : counter->counter;
}

std::size_t TorchEngine::latentSize() const {
    return static_cast<std::size_t>(m_network->architecture().latentSize);
}

void TorchEngine::requireNoise(std::size_t rows, std::size_t noise) const {
    if (noise == rows * latentSize()) return;
    throw Error("A batch of " + std::to_string(rows) + " stars needs " + std::to_string(rows * latentSize()) +
                " noise numbers, but got " + std::to_string(noise) + ".");
}

BatchLosses TorchEngine::evaluate(std::span<const std::uint32_t> rows, std::span<const float> noise) {
    requireNoise(rows.size(), noise.size());
    BatchLosses losses;
    onDevice("evaluate a batch", [&] {
        const LossTensors tensors = m_network->evaluate(load(rows, noise));
        losses = {tensors.rec.item<double>(), tensors.kl.item<double>()};
    });
    return losses;
}

std::vector<Tensor> TorchEngine::gradients(std::span<const std::uint32_t> rows, std::span<const float> noise) {
    requireNoise(rows.size(), noise.size());
    std::vector<Tensor> gradients;
    onDevice("take the gradients of a batch", [&] {
        const std::vector<at::Tensor> before = m_network->copies(); // training mode moves the running statistics
        m_network->backward(load(rows, noise), at::ones({}, at::device(m_network->device())));
        m_network->restore(before);
        gradients = m_network->gradients();
    });
    return gradients;
}

EngineState TorchEngine::state() const {
    EngineState state;
    onDevice("read the state of a training", [&] { state = m_network->state(m_batchesTracked); });
    state.steps = m_updates;
    return state;
}

void TorchEngine::setState(const EngineState& state) {
    onDevice("take over the state of a training", [&] { m_network->setState(state); });
    m_updates = state.steps;
    countBatches(state.tensors);
}

} // namespace zscape::torch_backend
