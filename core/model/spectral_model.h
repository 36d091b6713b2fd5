#pragma once

#include "core/base/job_context.h"
#include "core/base/matrix_view.h"
#include "core/model/model.h"

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace zscape {

/// Spectra to encode: rows x inputSize float32. Without `gFlux` the rows are normalised already; with it they are raw
/// coefficients [e-/s] that the engine standardises, x = (c / G - mu) / sig, as it reads them.
struct SpectraView {
    MatrixView<const float> values;
    std::span<const double> gFlux = {}; ///< empty or one a row
};

/// rows x latentSize, row-major.
struct Latents {
    std::size_t rows = 0;
    std::size_t latentSize = 0;
    std::vector<float> mu;
    std::vector<float> logVar;
    MatrixView<const float> muView() const { return {mu.data(), rows, latentSize}; }
    MatrixView<const float> logVarView() const { return {logVar.data(), rows, latentSize}; }
};

/// rows x inputSize, row-major, in normalised units: coefficients xhat and intrinsic scatter s (0..1).
struct Generated {
    std::size_t rows = 0;
    std::size_t coefficientCount = 0;
    std::vector<float> coefficients;
    std::vector<float> scatter;
    MatrixView<const float> coefficientsView() const { return {coefficients.data(), rows, coefficientCount}; }
    MatrixView<const float> scatterView() const { return {scatter.data(), rows, coefficientCount}; }
};

/// A model ready to run. Implementations: the fused CPU engine and LibTorch; a fake in tests/support.
/// `encode` and `decode` may be called from one thread at a time; `decodeOne` belongs to the UI thread and may run
/// while another thread encodes.
class SpectralModel {
public:
    virtual ~SpectralModel() = default;
    virtual const Model& model() const = 0;
    virtual std::string engineName() const = 0; ///< e.g. "fused AVX-512, 2 threads", "LibTorch 1.13.1 CPU"

    /// Rows with NaN in them give NaN latents. Throws Error on a size mismatch or a missing normalisation; Cancelled.
    virtual Latents encode(const SpectraView& spectra, const JobContext& job = {}) const = 0;
    virtual Generated decode(MatrixView<const float> latents, const JobContext& job = {}) const = 0;
    /// One latent point (latentSize) -> coefficients and scatter (inputSize each); no allocation on the fused engine.
    virtual void decodeOne(std::span<const float> latent, std::span<float> coefficients,
                           std::span<float> scatter) const = 0;
};

/// Instruction sets of the fused engine; `best` is what this processor has.
enum class InstructionSet { Baseline, Avx2, Avx512 };
InstructionSet bestInstructionSet();
std::string_view instructionSetName(InstructionSet set); ///< "baseline", "AVX2", "AVX-512"

/// The fused CPU engine: 64-sample tiles, batch norm folded into the linear layers, every core.
/// `threads` <= 0 takes all cores. Throws Error when the set is not available on this processor.
std::unique_ptr<SpectralModel> makeFusedModel(Model model, int threads = 0, InstructionSet set = bestInstructionSet());

/// The LibTorch backend, loaded from its own library on first use. Throws Error when that is not installed.
std::unique_ptr<SpectralModel> makeTorchModel(Model model, int threads = 0);

/// The same network in float64 on Eigen, one row at a time, no tricks: what the fast engines are checked against.
/// z is rows x latentSize; outputs are resized. Throws Error on a size mismatch.
void referenceEncode(const Model& model, MatrixView<const double> x, std::vector<double>& mu,
                     std::vector<double>& logVar);
void referenceDecode(const Model& model, MatrixView<const double> z, std::vector<double>& coefficients,
                     std::vector<double>& scatter);

} // namespace zscape
