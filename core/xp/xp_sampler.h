#pragma once

#include "core/xp/xp_instrument.h"
#include "core/xp/xp_stars.h"

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace zscape {

/// What a sampler does where a star has one band alone.
enum class OneBand {
    Unweighted, ///< its own columns without weights, NaN elsewhere (calibrate, convert)
    Missing     ///< NaN everywhere (photometry: every filter needs both)
};

/// How one band of coefficients becomes samples: `design` is coefficients x columns for the samples firstColumn ..
/// firstColumn + columns of the grid, which are those the band has flux for when it is alone.
struct SampledBand {
    std::size_t coefficientCount = 0;
    std::size_t firstColumn = 0;
    std::size_t columns = 0;
    std::vector<double> design;
    std::vector<double> weight; ///< one a column: the band's share where both are there
};

/// Samples of XP spectra with exact errors, in float64: flux f = c^T A, error sqrt(diag(A^T C A)) with the full
/// covariance C of the coefficients (xp-calibration.md). Made once for a grid; immutable, any thread.
class XpSampler {
public:
    /// GaiaXPy's calibrate on the default grid: 343 wavelengths, W nm^-1 m^-2.
    static XpSampler calibrated(const XpInstrument& instrument);
    /// The same on rising wavelengths in 330 .. 1050 nm, from the instrument model; not quite the default table's
    /// values at its wavelengths, as in GaiaXPy. Throws Error. Reads tables through HDF5, so not while another thread
    /// does.
    static XpSampler calibratedOn(std::vector<double> wavelengths_nm);
    /// GaiaXPy's convert: internally calibrated, e-/s; first BP, then RP at the pseudo-wavelengths (0 .. 60).
    static XpSampler converted(std::span<const double> pseudoWavelengths);
    /// GaiaXPy's default grid of convert: 600 pseudo-wavelengths from 0 to 60.
    static std::vector<double> defaultPseudoWavelengths();

    XpSampler(std::vector<double> grid, SampledBand bp, SampledBand rp, OneBand oneBand);

    std::span<const double> grid() const { return m_grid; } ///< one a sample; of `converted` once for each band
    std::size_t samples() const { return m_grid.size(); }
    const SampledBand& band(XpBand which) const { return m_bands[static_cast<std::size_t>(which)]; }

    /// Flux and errors of all stars, rows x samples(); `errors` may be empty. A star without any band gets NaN, and NaN
    /// or infinite coefficients spoil that star alone. A star's numbers do not depend on the stars beside it. Throws
    /// Error when a size is wrong. About 1540 x 257 fused products a star (see VarianceDesign); share rows out between
    /// threads freely.
    void sample(const XpStarsView& stars, std::span<double> flux, std::span<double> errors) const;
    /// Full covariance of the samples of star `row`, samples() x samples(): sum over bands of (w A)^T C (w A); NaN in
    /// rows and columns where it has no flux. (GaiaXPy's with_correlation is wrong where the bands overlap.)
    std::vector<double> covariance(const XpStarsView& stars, std::size_t row) const;

    /// The instruction sets that `sample` can use here, best first; for tests and benchmarks.
    static std::vector<std::string> instructionSets();
    void sampleWith(const std::string& instructionSet, const XpStarsView& stars, std::span<double> flux,
                    std::span<double> errors) const;

private:
    struct Packed;

    std::vector<double> m_grid;
    std::array<SampledBand, 2> m_bands;
    OneBand m_oneBand;
    std::shared_ptr<const Packed> m_packed;
};

/// Covariance of the coefficients of one star and band, count x count: diag(e) R diag(e), zero beyond a truncation.
std::vector<double> coefficientCovariance(const XpBandView& band, std::size_t row);

} // namespace zscape
