#include "core/xp/fill_g_flux.h"

#include <algorithm>
#include <cmath>

namespace zscape {

namespace {

/// Rows between looks at the job: about a millisecond of work.
constexpr std::size_t rowsPerReport = 2048;
/// Survey tables write missing magnitudes as -9999.99 or 99.99; no star of Gaia is outside these.
constexpr double brightestG = -5;
constexpr double faintestG = 30;

double fluxFromColumn(const Column* magnitudes, std::size_t row) {
    const double g = magnitudes ? magnitudes->number(row) : std::nan("");
    return g > brightestG && g < faintestG ? gFluxFromMagnitude(g) : std::nan("");
}

double syntheticFlux(std::span<const float> coefficients, const XpInstrument& instrument, std::vector<double>& buffer) {
    if (coefficients.size() != instrument.coefficientCount()) return std::nan("");
    buffer.assign(coefficients.begin(), coefficients.end());
    return gFluxFromMagnitude(instrument.magnitudes(buffer).g);
}

std::string describe(const GFluxFill& fill, std::size_t rows) {
    std::string text = fill.filled() + fill.stillMissing < rows ? "file" : "";
    const auto add = [&](std::size_t count, const std::string& source) {
        if (count > 0)
            text +=
                (text.empty() ? "" : ", ") + source + " (" + std::to_string(count) + (count == 1 ? " row)" : " rows)");
    };
    add(fill.fromMagnitude, "G magnitude");
    add(fill.synthetic, "synthetic G of the coefficients");
    return text;
}

} // namespace

GFluxFill fillMissingGFlux(Catalog& catalog, const XpInstrument& instrument, const JobContext& job) {
    GFluxFill fill;
    std::vector<double> flux(catalog.gFlux().begin(), catalog.gFlux().end());
    const Column* magnitudes = catalog.find(column::gMag);
    std::vector<double> buffer;
    for (std::size_t row = 0; row < flux.size(); ++row) {
        if (row % rowsPerReport == 0) {
            job.throwIfCancelled();
            job.report(static_cast<double>(row) / static_cast<double>(flux.size()), "Filling missing G fluxes");
        }
        if (!std::isnan(flux[row])) continue;
        if (flux[row] = fluxFromColumn(magnitudes, row); !std::isnan(flux[row])) {
            ++fill.fromMagnitude;
        } else if (flux[row] = syntheticFlux(catalog.coefficients().row(row), instrument, buffer);
                   !std::isnan(flux[row])) {
            ++fill.synthetic;
        } else {
            ++fill.stillMissing;
        }
    }
    if (fill.filled() > 0) catalog.setGFlux(std::move(flux), describe(fill, catalog.rows()));
    return fill;
}

} // namespace zscape
