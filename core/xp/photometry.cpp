#include "core/xp/photometry.h"

#include "core/base/error.h"

#include <cmath>
#include <limits>
#include <numbers>

namespace zscape {

FilterSystem gaiaDr3Vega(const XpInstrument& instrument) {
    const MatrixView<const double> design = instrument.photometryDesign();
    const std::span<const double> zeroPoints = instrument.zeroPoints();
    std::array<SampledBand, 2> bands;
    std::size_t first = 0;
    for (const XpBand which : xpBands) {
        SampledBand& band = bands[static_cast<std::size_t>(which)];
        band.coefficientCount = instrument.coefficientCount(which);
        band.columns = zeroPoints.size();
        band.weight.assign(band.columns, 1.0);
        const auto values = design.middleRows(first, band.coefficientCount).values();
        band.design.assign(values.begin(), values.end());
        first += band.coefficientCount;
    }
    // The mean wavelengths of the same file (resources/xp_tables.h5, pivot_wavelength_nm).
    return {"Gaia DR3 (Vega)",
            {"G", "BP", "RP"},
            XpSampler({639.066, 518.258, 782.512}, std::move(bands[0]), std::move(bands[1]), OneBand::Missing),
            {zeroPoints.begin(), zeroPoints.end()},
            std::vector<double>(zeroPoints.size(), 0.0)};
}

Photometry synthesise(const FilterSystem& system, const XpStarsView& stars) {
    const std::size_t filters = system.filters.size();
    const auto hasErrors = [](const XpBandView& band) {
        return band.count == 0 || std::visit([](const auto& values) { return !values.empty(); }, band.errors);
    };
    Photometry result;
    const double none = std::numeric_limits<double>::quiet_NaN();
    result.flux.assign(stars.rows * filters, none);
    result.fluxError = result.mag = result.magError = result.flux;
    const bool withErrors = hasErrors(stars.bp) && hasErrors(stars.rp);
    system.sampler.sample(stars, result.flux, withErrors ? std::span<double>(result.fluxError) : std::span<double>());
    for (std::size_t k = 0; k < result.flux.size(); ++k) {
        const std::size_t filter = k % filters;
        // GaiaXPy standardised_photometric_system.py: the error scales with the corrected flux.
        const double corrected = result.flux[k] + system.fluxBias[filter];
        if (system.fluxBias[filter] != 0) result.fluxError[k] *= std::abs(corrected / result.flux[k]);
        result.flux[k] = corrected;
        if (!(corrected > 0)) continue;
        result.mag[k] = system.zeroPoints[filter] - 2.5 * std::log10(corrected);
        result.magError[k] = 2.5 / std::numbers::ln10 * result.fluxError[k] / corrected;
    }
    return result;
}

} // namespace zscape
