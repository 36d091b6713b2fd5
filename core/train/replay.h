#pragma once

#include "core/base/matrix_view.h"
#include "core/train/training_engine.h"

#include <filesystem>
#include <string>
#include <vector>

namespace zscape {

/// A short training recorded with PyTorch in float64, to check an engine against: the initial network, the rows and the
/// noise of each step, and what came out. Layout of the file: groups `initial`, `gradient_step_0`, `after_N_steps` (N
/// steps) with the tensors under their PyTorch names; datasets `rows` (steps x batch), `eps` (steps x batch x latents),
/// `rec`, `kl` (steps), `mu`, `sig`; attributes `preset`, `input_dim`, `latent_dim`, `layers`, `learning_rate`,
/// `weight_decay`, `catalogue`, and `betas`, `eps_adam`, which must be Zscape's. A network of fewer inputs than the
/// catalogue has coefficients takes the first ones. resources/record_training.py makes such files.
struct Replay {
    struct Recorded {
        std::string name;
        std::vector<double> values;
    };
    TrainingOptions options;     ///< architecture, batch size, learning rate (constant) and weight decay
    std::string catalogue;       ///< file name of the catalogue `rows` counts in
    Normalization normalization; ///< of the inputSize coefficients the network takes
    Model initial;
    std::vector<Recorded> initialValues; ///< the same in float64, counters left out
    std::size_t steps = 0;
    std::vector<std::uint32_t> rows; ///< steps x batchSize
    std::vector<double> noise;       ///< steps x batchSize x latentSize
    std::vector<double> rec, kl;     ///< losses of each step, before its update
    std::vector<Recorded> gradients; ///< of rec + kl at step 0, of each trained tensor
    std::vector<Recorded> after;     ///< the network after the last step, counters left out
};
/// Throws Error: not such a file, sizes that contradict each other, numbers that are not finite, another optimiser.
Replay readReplay(const std::filesystem::path& path);

/// The recorded stars, standardised as recorded, whether or not Zscape would train on them of itself. Throws Error when
/// the catalogue has too few coefficients or rows, or a star no flux.
TrainingData prepareReplayData(const Replay& replay, std::shared_ptr<const Catalog> catalog);

/// How far an engine is from the recording. A tensor's difference is |a - b| / |b| in Euclidean norms; infinite where
/// the engine's numbers are not finite.
struct ReplayDifference {
    double gradient = 0; ///< largest over the tensors, at step 0
    /// Largest over steps, of rec + kl, rec and kl, each relative to its recorded size, but at least to a tenth of the
    /// largest of all steps: rec passes through zero in a long training, where a relative difference means nothing.
    double loss = 0;
    double state = 0;                        ///< largest over weights and running variances after the last step
    std::string gradientTensor, stateTensor; ///< where it is largest
    /// Largest of running_mean - bias, in the units of the values. A mean follows its bias with delay, so this is not
    /// wholly free of how the bias wandered: PyTorch's own float32 is at 5e-3 here.
    double runningMean = 0;
};
/// Runs the recorded steps on an engine. `data` are those of prepareReplayData, or all stars of the catalogue
/// standardised with the recording's normalisation. A bias that a batch norm takes out again has no true gradient, so
/// AdamW turns its rounding noise into steps of a learning rate: such biases are left out of `gradient` and `state`,
/// and running_mean, which follows them, is compared by itself. The gradient of mu.bias, of which a batch norm behind
/// the decoder's first layer leaves kl's small part, is measured together with mu.weight's. Throws Error when the data
/// lack a recorded row.
ReplayDifference compareReplay(const Replay& replay, const TrainingData& data, const EngineFactory& makeEngine);

/// The same on the fused engine built for float64, in one thread. `catalogue` is the file in the released layout, of
/// which the recorded stars are read as float64. Throws Error as prepareReplayData.
ReplayDifference compareReplayFloat64(const Replay& replay, const std::filesystem::path& catalogue);

/// The distinct rows of the catalogue that the recording uses, ascending. Throws Error when the catalogue has fewer
/// rows, or fewer coefficients than the network takes.
std::vector<std::uint32_t> recordedStars(const Replay& replay, const std::string& catalogue, std::size_t rows,
                                         std::size_t coefficients);
/// 1 / flux of a recorded star. Throws Error when it is not a positive number.
double inverseFluxOf(double flux, std::uint32_t row, const std::string& catalogue);

/// What an engine made of a recording.
struct ReplayOutcome {
    std::vector<Replay::Recorded> gradients;
    std::vector<BatchLosses> losses; ///< one a step
    std::vector<Replay::Recorded> after;
};
ReplayDifference compareOutcome(const Replay& replay, const ReplayOutcome& outcome);

} // namespace zscape
