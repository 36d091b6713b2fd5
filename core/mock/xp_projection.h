#pragma once

#include "core/base/matrix_view.h"
#include "core/mock/xp_noise.h"
#include "core/xp/xp_instrument.h"

#include <span>
#include <vector>

namespace zscape::mock {

/// From spectra on the default grid to XP coefficients: least squares through the instrument tables with a Gaussian
/// prior from real stars, c = m + (D W D^T + S^-1)^-1 D W (f - D^T m), which decides what 343 fluxes cannot (the far
/// ends of each band, high orders). One matrix, computed once; a star then costs one product. Immutable, any thread.
class XpProjection {
public:
    XpProjection(const XpInstrument& instrument, const XpNoise& noise);

    std::size_t coefficientCount() const { return m_offset.size(); }

    /// flux: stars x 343 in any unit; coefficients: stars x 110 relative to the G flux, so that the synthetic G of
    /// coefficients x phot_g_mean_flux is the G of phot_g_mean_flux.
    void project(MatrixView<const double> flux, MatrixView<double> coefficients) const;

    /// G - BP and G - RP (colours) of coefficients relative to the G flux.
    struct Colours {
        double gMinusBp, gMinusRp;
    };
    Colours colours(std::span<const double> coefficients) const;

private:
    std::vector<double> m_gain;   ///< 343 x 110
    std::vector<double> m_offset; ///< 110
    /// The filters as linear functionals of coefficients (110 each), scaled so that 10^(-0.4 m) is their value.
    std::vector<double> m_filters[3];
    double m_unitG = 0; ///< value of the G functional for a star whose coefficients are relative to its G flux
};

} // namespace zscape::mock
