#pragma once

#include "core/base/matrix_view.h"

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <utility>

namespace zscape {

enum class XpBand { Bp, Rp };
inline constexpr std::array xpBands{XpBand::Bp, XpBand::Rp};

/// The Gaia DR3 instrument tables: design matrices from XP coefficients to calibrated flux on the default grid of 343
/// wavelengths (336, 338, ... 1020 nm), band weights, and the synthetic photometry of G, BP, RP (Vega).
/// Source: GaiaXPy's config files (xp-calibration.md); made by resources/make_xp_tables.py. Immutable, any thread.
class XpInstrument {
public:
    struct Tables;

    /// The tables built into the binary, about 3 ms: make one and hand copies on (a copy shares the tables).
    /// Throws Error when they are damaged. Reads through HDF5, so not while another thread does.
    static XpInstrument builtIn();
    /// The same from the bytes of a file made by resources/make_xp_tables.py; `name` appears in messages.
    static XpInstrument fromImage(std::span<const std::byte> image, const std::string& name);

    std::span<const double> wavelengths_nm() const;
    std::size_t coefficientCount(XpBand band) const; ///< 55 in DR3
    std::size_t coefficientCount() const;            ///< both bands, 110 in DR3
    /// Flux of one band at unit weight: bandSize x 343 row-major, W nm^-1 m^-2 per e-/s; zero outside the band.
    MatrixView<const double> design(XpBand band) const;
    std::span<const double> weight(XpBand band) const; ///< 343 values in 0..1

    /// Flux [W nm^-1 m^-2] of one star from its BP then RP coefficients [e-/s] (untruncated, both bands, weighted).
    /// `coefficients` has coefficientCount() entries, `flux` 343. float64 throughout. Throws Error when a size is
    /// wrong.
    void calibrate(std::span<const double> coefficients, std::span<double> flux) const;
    /// The same with a band missing (its span empty): the other is used unweighted and the rest is NaN.
    /// Throws Error when both are missing or a size is wrong.
    void calibrateBands(std::span<const double> bp, std::span<const double> rp, std::span<double> flux) const;

    /// Fast float32 version of `calibrate` for drawing and whole catalogues: coefficients rows x 110 -> flux rows x
    /// 343. Relative to the spectrum's maximum it is good to 1e-6. Every coefficient must be finite: a NaN spoils the
    /// whole flux near its band's end. One row takes about 2 us; rows may be shared out between threads in any way.
    /// Throws Error when a size is wrong.
    void calibrate(MatrixView<const float> coefficients, MatrixView<float> flux) const;

    /// The weighted design of both bands stacked: 110 x 343 row-major, flux = coefficients^T design.
    MatrixView<const double> stackedDesign() const;

    struct Magnitudes {
        double g, bp, rp; ///< Gaia DR3 Vega; NaN where the synthetic flux is not positive
    };
    /// Synthetic photometry of one star (GaiaXPy `generate`, Gaia_DR3_Vega; its flux bias is zero). As there, every
    /// filter needs both bands: a NaN coefficient gives NaN. Throws Error when a size is wrong.
    Magnitudes magnitudes(std::span<const double> coefficients) const;

    /// 110 x 3 (G, BP, RP) at unit weight, and the zero points [mag].
    MatrixView<const double> photometryDesign() const;
    std::span<const double> zeroPoints() const;

    const std::string& provenance() const; ///< GaiaXPy version and hashes of its files

private:
    explicit XpInstrument(std::shared_ptr<const Tables> tables) : m_tables(std::move(tables)) {}

    std::shared_ptr<const Tables> m_tables;
};

/// phot_g_mean_flux [e-/s] = 10^(-0.4 (G - 25.6873668671)) and its inverse (Gaia DR3 zero point); NaN for a NaN
/// magnitude and for a flux that is not positive.
double gFluxFromMagnitude(double g);
double gMagnitudeFromFlux(double flux);

} // namespace zscape
