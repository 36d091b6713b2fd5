#pragma once

#include "core/base/matrix_view.h"

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace zscape {

enum class XpBand { Bp, Rp };
inline constexpr std::array xpBands{XpBand::Bp, XpBand::Rp};

/// The Gaia DR3 instrument tables: design matrices from XP coefficients to calibrated flux on the default grid of 343
/// wavelengths (336, 338, ... 1020 nm), band weights, and the synthetic photometry of G, BP, RP (Vega).
/// Source: GaiaXPy's config files (xp-calibration.md); made by resources/make_xp_tables.py. Immutable, any thread.
class XpInstrument {
public:
    /// The tables built into the binary. About 1 ms. Throws Error when they are damaged.
    static XpInstrument builtIn();

    std::span<const double> wavelengths_nm() const { return m_wavelengths_nm; }
    std::size_t coefficientCount(XpBand band) const; ///< 55 in DR3
    /// Flux of one band at unit weight: bandSize x 343 row-major, W nm^-1 m^-2 per e-/s; zero outside the band.
    MatrixView<const double> design(XpBand band) const;
    std::span<const double> weight(XpBand band) const; ///< 343 values in 0..1

    /// Flux [W nm^-1 m^-2] of one star from its BP then RP coefficients [e-/s] (untruncated, both bands, weighted).
    /// `coefficients` has coefficientCount(Bp) + coefficientCount(Rp) entries, `flux` 343. float64 throughout.
    void calibrate(std::span<const double> coefficients, std::span<double> flux) const;
    /// The same with a band missing (its span empty): the other is used unweighted and the rest is NaN.
    /// Throws Error when both are missing or a size is wrong.
    void calibrateBands(std::span<const double> bp, std::span<const double> rp, std::span<double> flux) const;

    /// Fast float32 version of `calibrate` for drawing and whole catalogues: coefficients rows x 110 -> flux rows x 343.
    /// Relative to the spectrum's maximum it is good to 1e-6.
    void calibrate(MatrixView<const float> coefficients, MatrixView<float> flux) const;

    /// The weighted design of both bands stacked: 110 x 343 row-major, flux = coefficients^T design.
    MatrixView<const double> stackedDesign() const;

    struct Magnitudes {
        double g, bp, rp; ///< Gaia DR3 Vega; NaN where the synthetic flux is not positive or the band is missing
    };
    /// Synthetic photometry of one star (GaiaXPy `generate`, GaiaDR3Vega).
    Magnitudes magnitudes(std::span<const double> coefficients) const;

    const std::string& provenance() const { return m_provenance; } ///< GaiaXPy version and table hashes

private:
    struct Tables;
    std::shared_ptr<const Tables> m_tables;
    std::span<const double> m_wavelengths_nm;
    std::string m_provenance;
};

/// phot_g_mean_flux [e-/s] = 10^(-0.4 (G - 25.6873668671)) and its inverse (Gaia DR3 zero point).
double gFluxFromMagnitude(double g);
double gMagnitudeFromFlux(double flux);

} // namespace zscape
