#include "app/window/star_spectra.h"

#include "app/window/session.h"
#include "core/analysis/observed_flux.h"
#include "core/xp/xp_instrument.h"
#include "widgets/spectrum_view.h"

#include <QSignalBlocker>

#include <algorithm>

namespace zscape {

SpectrumSettings settingsOf(const SpectrumView& view) {
    SpectrumSettings settings;
    settings.mode = static_cast<int>(view.mode());
    settings.residual = static_cast<int>(view.residual());
    settings.lines = view.linesVisible();
    for (const LineGroup group : lineGroups) {
        if (!view.lineGroupVisible(group)) settings.hiddenLines.push_back(static_cast<int>(group));
    }
    return settings;
}

SpectrumSettings settingsWithZoom(SpectrumView& view) {
    SpectrumSettings settings = settingsOf(view);
    settings.flux = view.fluxPlot().chosenRanges();
    settings.coefficients = view.coefficientPlot().chosenRanges();
    return settings;
}

void applyZoom(SpectrumView& view, const SpectrumSettings& settings) {
    view.fluxPlot().setChosenRanges(settings.flux);
    view.coefficientPlot().setChosenRanges(settings.coefficients);
}

void applySettings(SpectrumView& view, const SpectrumSettings& settings) {
    const QSignalBlocker blocker(view);
    view.setMode(static_cast<SpectrumMode>(settings.mode));
    view.setResidual(static_cast<Residual>(settings.residual));
    view.setLinesVisible(settings.lines);
    for (const LineGroup group : lineGroups) {
        const bool hidden =
            std::ranges::find(settings.hiddenLines, static_cast<int>(group)) != settings.hiddenLines.end();
        view.setLineGroupVisible(group, !hidden);
    }
}

/// How many coefficients of what is open are BP and RP.
std::pair<std::size_t, std::size_t> StarSpectra::bandSizes() const {
    const XpInstrument& instrument = m_session.instrument();
    std::size_t count = instrument.coefficientCount();
    if (m_session.catalog()) {
        count = m_session.catalog()->coefficientCount();
    } else if (m_session.model()) {
        count = static_cast<std::size_t>(m_session.model()->model().architecture.inputSize);
    }
    if (count == instrument.coefficientCount()) {
        return {instrument.coefficientCount(XpBand::Bp), instrument.coefficientCount(XpBand::Rp)};
    }
    // Another release's spectra: where BP ends is not known, so they are drawn as one run.
    return {count, 0};
}

void StarSpectra::prepare(SpectrumView& view) const {
    view.clear();
    view.setWavelengths(m_session.instrument().wavelengths_nm());
    const auto [bp, rp] = bandSizes();
    view.setBands(bp, rp);
}

void StarSpectra::showGenerated(SpectrumView& view, std::span<const float> latent, double gFlux) {
    if (!m_session.model()) return;
    if (const SpectrumGenerator* generator = m_session.generator()) {
        generator->generate(latent, gFlux, m_generated);
        m_flux.assign(m_generated.flux.begin(), m_generated.flux.end());
        m_error.assign(m_generated.fluxScatter.begin(), m_generated.fluxScatter.end());
        view.setGenerated(m_flux, m_error);
    } else {
        // Without instrument tables or normalisation there is no flux, but there are coefficients.
        const auto count = static_cast<std::size_t>(m_session.model()->model().architecture.inputSize);
        m_generated.normalised.resize(count);
        m_generated.scatter.resize(count);
        m_session.model()->decodeOne(latent, m_generated.normalised, m_generated.scatter);
    }
    const auto [bp, rp] = bandSizes();
    if (m_generated.normalised.size() == bp + rp) {
        view.setGeneratedCoefficients(m_generated.normalised, m_generated.scatter);
    }
}

void StarSpectra::showObserved(SpectrumView& view, const Catalog& catalog, const Latents* latents, std::size_t row,
                               const QString& name) {
    const std::span<const float> coefficients = catalog.coefficients().row(row);
    if (m_session.instrument().coefficientCount() == coefficients.size()) {
        if (!m_sampler) m_sampler = XpSampler::calibrated(m_session.instrument());
        // A dropped star is of another file, whose correlations are not kept.
        const bool own = &catalog == m_session.catalog().get();
        const ObservedFlux observed =
            observedFlux(catalog, row, *m_sampler, own ? m_session.correlations().get() : nullptr);
        m_flux.assign(observed.flux.begin(), observed.flux.end());
        m_error.assign(observed.error.begin(), observed.error.end());
        view.setObserved(m_flux, m_error, name);
    }
    // Normalised coefficients are the model's units, so they want a model that fits.
    if (!latents) return;
    const Normalization& normalization = m_session.model()->model().requireNormalization();
    const double gFlux = catalog.gFlux()[row];
    std::vector<float> x(coefficients.size());
    std::vector<float> errors(coefficients.size());
    for (std::size_t j = 0; j < x.size(); ++j) {
        x[j] = static_cast<float>((coefficients[j] / gFlux - normalization.mu[j]) / normalization.sig[j]);
        errors[j] = static_cast<float>(catalog.coefficientErrors().row(row)[j] / gFlux / normalization.sig[j]);
    }
    view.setObservedCoefficients(x, errors, name);
}

} // namespace zscape
