#include "core/base/thread_pool.h"
#include "core/torch/torch_backend.h"
#include "core/torch/torch_support.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <limits>

namespace zscape::torch_backend {
namespace {

/// Rows a thread takes at a time: the intermediate tensors of a batch stay in its second-level cache, and LibTorch's
/// cost per call is spread.
constexpr std::size_t batchRows = 1024;

/// A linear layer in eval mode, y = x W^T + b, with the batch norm behind it folded in (as torch.nn.utils.fusion does),
/// so that this is LibTorch at its best.
struct Layer {
    at::Tensor weight; ///< W^T, in x out
    at::Tensor bias;
    bool gelu = false;
};
using Layers = std::vector<Layer>;

Layer makeLayer(const Model& model, const LayerSpec& spec) {
    Tensor weight = model.tensor(spec.linear + ".weight");
    Tensor bias = model.tensor(spec.linear + ".bias");
    if (!spec.batchNorm.empty()) {
        const std::vector<float>& gamma = model.tensor(spec.batchNorm + ".weight").values;
        const std::vector<float>& beta = model.tensor(spec.batchNorm + ".bias").values;
        const std::vector<float>& mean = model.tensor(spec.batchNorm + ".running_mean").values;
        const std::vector<float>& variance = model.tensor(spec.batchNorm + ".running_var").values;
        const auto in = static_cast<std::size_t>(spec.in);
        for (std::size_t o = 0; o < bias.values.size(); ++o) {
            const double scale =
                static_cast<double>(gamma[o]) / std::sqrt(static_cast<double>(variance[o]) + batchNormEpsilon);
            for (std::size_t i = 0; i < in; ++i) {
                float& value = weight.values[o * in + i];
                value = static_cast<float>(static_cast<double>(value) * scale);
            }
            const double centred = static_cast<double>(bias.values[o]) - static_cast<double>(mean[o]);
            bias.values[o] = static_cast<float>(centred * scale + static_cast<double>(beta[o]));
        }
    }
    return {toTorch(weight).t(), toTorch(bias), spec.gelu};
}

Layers makeLayers(const Model& model, const std::vector<LayerSpec>& specs) {
    Layers layers;
    for (const LayerSpec& spec : specs) {
        layers.push_back(makeLayer(model, spec));
    }
    return layers;
}

/// Output tensors of a chain of layers for up to a number of rows, kept so that nothing is allocated in a batch.
class Buffers {
public:
    Buffers(const Layers& layers, std::int64_t rows) {
        for (const Layer& layer : layers) {
            m_outputs.push_back(at::empty({rows, layer.bias.size(0)}));
        }
    }
    /// Runs the chain on rows x in; the result is rows x out and valid until the next call.
    at::Tensor run(const Layers& layers, at::Tensor values) {
        for (std::size_t i = 0; i < layers.size(); ++i) {
            at::Tensor out = m_outputs[i].narrow(0, 0, values.size(0));
            at::addmm_out(out, layers[i].bias, values, layers[i].weight);
            if (layers[i].gelu) at::gelu_(out);
            values = out;
        }
        return values;
    }

private:
    std::vector<at::Tensor> m_outputs;
};

std::int64_t rowsOf(std::size_t rows) {
    return static_cast<std::int64_t>(rows);
}

class TorchModel final : public SpectralModel {
public:
    TorchModel(Model model, int threads);
    const Model& model() const override { return m_model; }
    std::string engineName() const override { return engineText(m_pool.threadCount()); }
    Latents encode(const SpectraView& spectra, const JobContext& job) const override;
    Generated decode(MatrixView<const float> latents, const JobContext& job) const override;
    void decodeOne(std::span<const float> latent, std::span<float> coefficients,
                   std::span<float> scatter) const override;

private:
    void encodeBatch(const SpectraView& spectra, std::size_t begin, std::size_t end, Buffers& encoder, Buffers& heads,
                     at::Tensor& x, Latents& out) const;
    void standardise(const SpectraView& spectra, std::size_t begin, std::size_t end, float* x) const;
    void decodeBatch(MatrixView<const float> latents, Buffers& decoder, Buffers& scatter, float* coefficients,
                     float* scatterOut) const;
    template <typename Body>
    void forBatches(std::size_t rows, const JobContext& job, const Body& body) const;

    Model m_model;
    Layers m_encoder;
    Layers m_heads; ///< mu and log_var as one layer of twice the latent size
    Layers m_decoder;
    Layers m_scatter;
    std::vector<double> m_invSig;
    mutable ThreadPool m_pool;
    /// Of decodeOne alone, which may run while another thread encodes.
    std::unique_ptr<Buffers> m_oneDecoded, m_oneScatter;
};

/// mu and log_var read the same input: one product with both sets of weights, mu first.
Layer joinHeads(const Model& model, const NetworkLayers& layers) {
    Tensor weight = model.tensor(layers.mu.linear + ".weight");
    Tensor bias = model.tensor(layers.mu.linear + ".bias");
    const Tensor& logVarWeight = model.tensor(layers.logVar.linear + ".weight");
    const Tensor& logVarBias = model.tensor(layers.logVar.linear + ".bias");
    weight.values.insert(weight.values.end(), logVarWeight.values.begin(), logVarWeight.values.end());
    weight.shape[0] += logVarWeight.shape[0];
    bias.values.insert(bias.values.end(), logVarBias.values.begin(), logVarBias.values.end());
    bias.shape[0] += logVarBias.shape[0];
    return {toTorch(weight).t(), toTorch(bias), false};
}

TorchModel::TorchModel(Model model, int threads) : m_model(std::move(model)), m_pool(threads) {
    m_model.validate();
    const c10::InferenceMode inference;
    const NetworkLayers layers = networkLayers(m_model.architecture);
    m_encoder = makeLayers(m_model, layers.encoder);
    m_heads = {joinHeads(m_model, layers)};
    m_decoder = makeLayers(m_model, layers.decoder);
    m_scatter = makeLayers(m_model, layers.scatter);
    m_oneDecoded = std::make_unique<Buffers>(m_decoder, 1);
    m_oneScatter = std::make_unique<Buffers>(m_scatter, 1);
    if (m_model.normalization) {
        for (const double sig : m_model.normalization->sig) {
            m_invSig.push_back(1.0 / sig);
        }
    }
}

/// Hands batches of rows to the pool. Each thread runs LibTorch single-threaded on batches of its own, which beats
/// LibTorch's own threads (they meet after every operation).
/// body() makes what a thread needs and returns the function (begin, end) for its batches.
template <typename Body>
void TorchModel::forBatches(std::size_t rows, const JobContext& job, const Body& body) const {
    std::atomic<std::size_t> next{0};
    m_pool.run([&](int) {
        const c10::InferenceMode inference; // of this thread alone, as the next is
        useThreads(1);
        auto perform = body();
        for (std::size_t begin = next.fetch_add(batchRows); begin < rows; begin = next.fetch_add(batchRows)) {
            job.throwIfCancelled();
            perform(begin, std::min(begin + batchRows, rows));
        }
    });
}

void TorchModel::standardise(const SpectraView& spectra, std::size_t begin, std::size_t end, float* x) const {
    const std::size_t width = spectra.values.cols;
    if (spectra.gFlux.empty()) {
        std::memcpy(x, spectra.values.row(begin).data(), (end - begin) * width * sizeof(float));
        return;
    }
    const double* mu = m_model.normalization->mu.data();
    for (std::size_t row = begin; row < end; ++row, x += width) {
        const double flux = spectra.gFlux[row];
        // Without a flux there is no spectrum to encode: the row is NaN, as one with a NaN coefficient.
        const double scale = flux > 0 && std::isfinite(flux) ? 1.0 / flux : std::numeric_limits<double>::quiet_NaN();
        const float* values = spectra.values.row(row).data();
        for (std::size_t j = 0; j < width; ++j) {
            x[j] = static_cast<float>((static_cast<double>(values[j]) * scale - mu[j]) * m_invSig[j]);
        }
    }
}

void TorchModel::encodeBatch(const SpectraView& spectra, std::size_t begin, std::size_t end, Buffers& encoder,
                             Buffers& heads, at::Tensor& x, Latents& out) const {
    standardise(spectra, begin, end, x.data_ptr<float>());
    const at::Tensor hidden = encoder.run(m_encoder, x.narrow(0, 0, rowsOf(end - begin)));
    const at::Tensor both = heads.run(m_heads, hidden);
    const float* values = both.data_ptr<float>();
    for (std::size_t row = begin; row < end; ++row, values += 2 * out.latentSize) {
        std::copy_n(values, out.latentSize, out.mu.data() + row * out.latentSize);
        std::copy_n(values + out.latentSize, out.latentSize, out.logVar.data() + row * out.latentSize);
    }
}

Latents TorchModel::encode(const SpectraView& spectra, const JobContext& job) const {
    const auto width = static_cast<std::size_t>(m_model.architecture.inputSize);
    if (spectra.values.cols != width) {
        throw Error("The spectra have " + std::to_string(spectra.values.cols) +
                    " coefficients each, but the model takes " + std::to_string(width) +
                    ": use a model trained on such spectra.");
    }
    if (!spectra.gFlux.empty()) {
        m_model.requireNormalization();
        if (spectra.gFlux.size() != spectra.values.rows) {
            throw Error("There are " + std::to_string(spectra.gFlux.size()) + " G fluxes for " +
                        std::to_string(spectra.values.rows) + " spectra; give one for each.");
        }
    }
    Latents out;
    out.rows = spectra.values.rows;
    out.latentSize = static_cast<std::size_t>(m_model.architecture.latentSize);
    out.mu.resize(out.rows * out.latentSize);
    out.logVar.resize(out.rows * out.latentSize);
    guarded("encode the spectra", [&] {
        forBatches(out.rows, job, [&] {
            return [&, encoder = Buffers(m_encoder, rowsOf(batchRows)), heads = Buffers(m_heads, rowsOf(batchRows)),
                    x = at::empty({rowsOf(batchRows), rowsOf(width)})](std::size_t begin, std::size_t end) mutable {
                encodeBatch(spectra, begin, end, encoder, heads, x, out);
            };
        });
    });
    return out;
}

void TorchModel::decodeBatch(MatrixView<const float> latents, Buffers& decoder, Buffers& scatter, float* coefficients,
                             float* scatterOut) const {
    const std::vector<std::int64_t> shape{rowsOf(latents.rows), rowsOf(latents.cols)};
    const at::Tensor z = at::from_blob(const_cast<float*>(latents.data), shape);
    const at::Tensor decoded = decoder.run(m_decoder, z);
    std::copy_n(decoded.data_ptr<float>(), decoded.numel(), coefficients);
    at::Tensor spread = scatter.run(m_scatter, z);
    spread.sigmoid_();
    std::copy_n(spread.data_ptr<float>(), spread.numel(), scatterOut);
}

Generated TorchModel::decode(MatrixView<const float> latents, const JobContext& job) const {
    const auto latentSize = static_cast<std::size_t>(m_model.architecture.latentSize);
    if (latents.cols != latentSize) {
        throw Error("The latent points have " + std::to_string(latents.cols) + " numbers each, but the model has " +
                    std::to_string(latentSize) + " latents: give as many.");
    }
    Generated out;
    out.rows = latents.rows;
    out.coefficientCount = static_cast<std::size_t>(m_model.architecture.inputSize);
    out.coefficients.resize(out.rows * out.coefficientCount);
    out.scatter.resize(out.rows * out.coefficientCount);
    guarded("decode the latent points", [&] {
        forBatches(out.rows, job, [&] {
            return [&, decoder = Buffers(m_decoder, rowsOf(batchRows)),
                    scatter = Buffers(m_scatter, rowsOf(batchRows))](std::size_t begin, std::size_t end) mutable {
                decodeBatch(latents.middleRows(begin, end - begin), decoder, scatter,
                            out.coefficients.data() + begin * out.coefficientCount,
                            out.scatter.data() + begin * out.coefficientCount);
            };
        });
    });
    return out;
}

void TorchModel::decodeOne(std::span<const float> latent, std::span<float> coefficients,
                           std::span<float> scatter) const {
    const auto latentSize = static_cast<std::size_t>(m_model.architecture.latentSize);
    const auto width = static_cast<std::size_t>(m_model.architecture.inputSize);
    if (latent.size() != latentSize || coefficients.size() != width || scatter.size() != width) {
        throw Error("A latent point of this model has " + std::to_string(latentSize) + " numbers and gives " +
                    std::to_string(width) + " coefficients; give spans of these sizes.");
    }
    guarded("decode the latent point", [&] {
        const c10::InferenceMode inference;
        useThreads(1); // one row is too little work to share
        decodeBatch({latent.data(), 1, latentSize}, *m_oneDecoded, *m_oneScatter, coefficients.data(), scatter.data());
    });
}

} // namespace

const char* libTorchVersion() {
    return TORCH_VERSION;
}

std::unique_ptr<SpectralModel> makeModel(Model model, int threads) {
    return guarded("set up the model", [&] { return std::make_unique<TorchModel>(std::move(model), threads); });
}

} // namespace zscape::torch_backend
