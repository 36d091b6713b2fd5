#pragma once

#include "core/torch/flat_layout.h"
#include "core/torch/staging.h"
#include "core/torch/torch_support.h"
#include "core/train/training_engine.h"

#include <array>
#include <functional>
#include <memory>

namespace zscape::torch_backend {

/// A batch on the network's device: x and variance (err squared) are stars x coefficients, noise is stars x latents.
struct Batch {
    at::Tensor x, variance, noise;
};

/// Mean losses of a batch, 0-dimensional on the device.
struct LossTensors {
    at::Tensor rec, kl;
};

/// What an update depends on, each 0-dimensional on the device: a CUDA graph reads them anew at every replay.
struct StepScalars {
    at::Tensor decay, negativeRate, inverseRootCorrection, klWeight, clipNorm;
};
StepScalars asScalars(const at::Tensor& numbers);

/// Runs body(0) and body(1), side by side where that is possible, and waits for both (a GPU's stream does the waiting).
/// Gradients are recorded or not.
using BranchRunner = std::function<void(bool withGradients, const std::function<void(std::size_t)>& body)>;

/// The scatter VAE on LibTorch's autograd with AdamW, on one device. All trained numbers lie in one flat tensor, so
/// that AdamW is a handful of operations and not a handful for each of some sixty tensors. Decoder and scatter network,
/// two thirds of the work, depend on z alone, so they may run side by side, forwards and backwards, each on a graph of
/// its own. Nothing in a step reads a number back from the device. Used by one engine, on its thread.
class Network {
public:
    /// With bfloat16, linear layers take weights and inputs rounded to it; everything else stays float32.
    Network(const Architecture& architecture, const Model& start, at::Device device, bool bfloat16, BranchRunner run);

    /// Fills the gradients and moves the running statistics. `alongside`, if any, runs beside the encoder.
    LossTensors backward(const Batch& batch, const at::Tensor& klWeight, const std::function<void()>& alongside = {});
    /// AdamW with decoupled weight decay on every trained number, as torch.optim.AdamW; before it the gradient may be
    /// clipped as torch.nn.utils.clip_grad_norm_ does.
    void update(const StepScalars& scalars, bool clip);
    /// In eval mode, without gradients.
    LossTensors evaluate(const Batch& batch);

    const Architecture& architecture() const { return m_architecture; }
    at::Device device() const { return m_weights.device(); }
    /// As backward() left them, one tensor a trained tensor.
    std::vector<Tensor> gradients() const;
    /// Everything but the number of updates, which the engine counts.
    EngineState state(std::int64_t batchesTracked) const;
    void setState(const EngineState& state);
    /// Copies of all that a step changes, and back again.
    std::vector<at::Tensor> copies() const;
    void restore(const std::vector<at::Tensor>& copies);

private:
    /// A layer whose tensors are views of the flat ones.
    struct Layer {
        at::Tensor weight, bias;
        at::Tensor gamma, beta, mean, variance; ///< undefined without a batch norm
        bool gelu = false;
    };
    using Layers = std::vector<Layer>;
    /// The trained tensors of encoder with heads (0), decoder (1) or scatter network (2).
    struct Parameters {
        std::vector<at::Tensor> linear, norm;
        std::vector<at::Tensor> with(const std::vector<at::Tensor>& others) const;
    };
    /// z, and the heads it came from.
    struct Encoded {
        at::Tensor mu, logVar, z;
    };
    /// rec and its slopes by the outputs of the branches.
    struct RecLoss {
        at::Tensor rec;
        std::array<at::Tensor, 2> slopes;
    };
    void fill(const std::vector<Tensor>& tensors);
    Layer makeLayer(const LayerSpec& spec, Parameters& parameters) const;
    Layers makeLayers(const std::vector<LayerSpec>& specs, Parameters& parameters) const;
    at::Tensor forward(const Layers& layers, at::Tensor values, bool training) const;
    Encoded encode(const Batch& batch, bool training) const;
    at::Tensor generate(std::size_t branch, const at::Tensor& z, bool training) const;
    RecLoss recLoss(const Batch& batch, const std::array<at::Tensor, 2>& outputs, bool withSlopes) const;
    at::Tensor klLoss(const Encoded& encoded) const;
    void collect(const std::array<std::vector<at::Tensor>, 3>& gradients);
    void roundWeights();
    at::Tensor part(const at::Tensor& flat, const TensorSpec& spec) const;
    static std::vector<float> inMemory(const at::Tensor& flat);

    Architecture m_architecture;
    BranchRunner m_run;
    FlatLayout m_layout;
    at::Tensor m_weights, m_gradients, m_mean, m_square; ///< flat: trained numbers, gradients, AdamW's two averages
    at::Tensor m_statistics;                             ///< flat: running means and variances
    at::Tensor m_rounded;                                ///< the linear layers' weights in bfloat16, if wanted
    std::array<Parameters, 3> m_parameters;
    Layers m_encoder, m_decoder, m_scatter;
    Layer m_mu, m_logVar;
};

/// What both engines share. All that touches a tensor goes through onDevice.
class TorchEngine : public TrainingEngine {
public:
    std::size_t latentSize() const override;
    BatchLosses evaluate(std::span<const std::uint32_t> rows, std::span<const float> noise) override;
    std::vector<Tensor> gradients(std::span<const std::uint32_t> rows, std::span<const float> noise) override;
    EngineState state() const override;
    void setState(const EngineState& state) override;

protected:
    TorchEngine(const TrainingData& data, const TrainingOptions& options);
    void makeNetwork(const Model& start, at::Device device, BranchRunner run);
    /// Does `work` with LibTorch set up for this engine (threads, device, stream), its errors turned into ours.
    virtual void onDevice(const char* what, const std::function<void()>& work) const = 0;
    virtual Batch load(std::span<const std::uint32_t> rows, std::span<const float> noise) const = 0;
    void requireNoise(std::size_t rows, std::size_t noise) const;

    const TrainingData& m_data;
    const TrainingOptions m_options;
    std::unique_ptr<Network> m_network;
    std::int64_t m_updates = 0;
    std::int64_t m_batchesTracked = 0; ///< one number serves all: every batch norm sees every batch

private:
    void countBatches(const std::vector<Tensor>& tensors);
};

} // namespace zscape::torch_backend
