#pragma once

#include "core/model/model.h"
#include "core/xp/xp_instrument.h"

#include <memory>
#include <span>
#include <vector>

/// generate: what a model makes of latent points that are no star's, and what lies near them: derivatives, paths,
/// selections' means, nearest stars. Reads latents and models; draws nothing.
namespace zscape {

/// The decoder in float64 with its batch norms folded, and its exact derivatives: forward-mode differentiation, the
/// tangents of all latents carried through the layers beside the values (method.md section 3). Immutable, any thread.
class ExactDecoder {
public:
    /// Throws Error for a model that is not whole.
    explicit ExactDecoder(const Model& model);
    ~ExactDecoder();
    ExactDecoder(ExactDecoder&&) noexcept;
    ExactDecoder& operator=(ExactDecoder&&) noexcept;

    std::size_t latentSize() const;
    std::size_t coefficientCount() const;

    /// xhat in normalised units, resized to coefficientCount(). Throws Error for another latent size.
    void decode(std::span<const double> latent, std::vector<double>& coefficients) const;
    /// xhat, and d xhat_j / d z_k as latentSize x coefficientCount row-major.
    void differentiate(std::span<const double> latent, std::vector<double>& coefficients,
                       std::vector<double>& jacobian) const;

private:
    struct Layers;
    std::unique_ptr<const Layers> m_layers;
};

/// A latent point's calibrated spectrum and its exact response to every latent; float64. Immutable, any thread.
class ExactSpectrum {
public:
    /// Throws Error when the model has no normalisation or another coefficient count than the instrument.
    ExactSpectrum(const Model& model, XpInstrument instrument);

    struct Response {
        std::vector<double> coefficients;        ///< xhat, normalised
        std::vector<double> coefficientJacobian; ///< latentSize x coefficientCount
        std::vector<double> flux;                ///< [W m^-2 nm^-1] on the instrument's grid
        std::vector<double> fluxJacobian;        ///< latentSize x wavelengths, flux per unit of each latent
    };
    /// gFlux is phot_g_mean_flux [e-/s]; flux and its derivatives are proportional to it.
    void respond(std::span<const double> latent, double gFlux, Response& out) const;
    /// The flux alone.
    void flux(std::span<const double> latent, double gFlux, std::vector<double>& out) const;

    const ExactDecoder& decoder() const { return m_decoder; }
    const XpInstrument& instrument() const { return m_instrument; }

private:
    ExactDecoder m_decoder;
    Normalization m_normalization;
    XpInstrument m_instrument;
};

} // namespace zscape
