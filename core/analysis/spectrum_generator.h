#pragma once

#include "core/model/spectral_model.h"
#include "core/xp/xp_instrument.h"

#include <memory>
#include <span>
#include <vector>

namespace zscape {

/// What a model makes of one latent point for a star of a given G flux. Sizes are kept between calls.
struct GeneratedSpectrum {
    std::vector<float> normalised;    ///< xhat, inputSize
    std::vector<float> scatter;       ///< s in normalised units, inputSize
    std::vector<double> coefficients; ///< [e-/s], inputSize
    std::vector<double> flux;         ///< [W m^-2 nm^-1] on the instrument's default grid
    std::vector<double> fluxScatter;  ///< 1 sigma of the intrinsic scatter, same unit and grid
};

/// Latent point -> calibrated spectrum with its intrinsic scatter, fast enough for every frame of a drag.
/// `generate` belongs to one thread (the UI's); `calibrate` may be called from any number.
class SpectrumGenerator {
public:
    /// Throws Error when the model has no normalisation or another coefficient count than the instrument.
    SpectrumGenerator(std::shared_ptr<const SpectralModel> model, XpInstrument instrument);

    /// `latent` has latentSize entries; gFlux is phot_g_mean_flux [e-/s] and scales everything but xhat and s.
    void generate(std::span<const float> latent, double gFlux, GeneratedSpectrum& out) const;

    /// The second half: `out.normalised` and `out.scatter` are there already. The scatter of independent coefficients
    /// propagates as sqrt(sum_j (A_jl s_j sig_j G)^2).
    void calibrate(double gFlux, GeneratedSpectrum& out) const;

    const SpectralModel& model() const { return *m_model; }
    const XpInstrument& instrument() const { return m_instrument; }

private:
    std::shared_ptr<const SpectralModel> m_model;
    XpInstrument m_instrument;
};

} // namespace zscape
