// What the controller shows of the picked star: its observed spectrum and its details.
#include "app/window/latent_controller.h"

#include "app/window/session.h"
#include "core/analysis/observed_flux.h"
#include "widgets/spectrum_view.h"
#include "widgets/star_panel.h"
#include "widgets/summaries.h"

namespace zscape {

void LatentController::showObserved() {
    const std::optional<Guest> star = shownStar();
    if (!star) {
        m_views.spectrum.clearObserved();
        m_views.star.setStar(std::nullopt);
        return;
    }
    const std::shared_ptr<const Catalog>& catalog = star->catalog;
    const std::size_t row = star->row;
    std::span<const float> mu;
    std::span<const float> logVar;
    if (star->latents) {
        mu = star->latents->muView().row(row);
        logVar = star->latents->logVarView().row(row);
    }
    const StarDetails details = describeStar(*catalog, row, mu, logVar);
    m_views.star.setStar(details);
    const std::span<const float> coefficients = catalog->coefficients().row(row);
    if (m_session.instrument().coefficientCount() == coefficients.size()) {
        if (!m_sampler) m_sampler = XpSampler::calibrated(m_session.instrument());
        // A dropped star is of another file, whose correlations are not kept.
        const bool own = catalog == m_session.catalog();
        const ObservedFlux observed =
            observedFlux(*catalog, row, *m_sampler, own ? m_session.correlations().get() : nullptr);
        m_observedFlux.assign(observed.flux.begin(), observed.flux.end());
        m_observedError.assign(observed.error.begin(), observed.error.end());
        m_views.spectrum.setObserved(m_observedFlux, m_observedError, details.name());
    }
    // Normalised coefficients are the model's units, so they want a model that fits.
    if (!star->latents) return;
    const Normalization& normalization = m_session.model()->model().requireNormalization();
    const double gFlux = catalog->gFlux()[row];
    std::vector<float> x(coefficients.size());
    std::vector<float> errors(coefficients.size());
    for (std::size_t j = 0; j < x.size(); ++j) {
        x[j] = static_cast<float>((coefficients[j] / gFlux - normalization.mu[j]) / normalization.sig[j]);
        errors[j] = static_cast<float>(catalog->coefficientErrors().row(row)[j] / gFlux / normalization.sig[j]);
    }
    m_views.spectrum.setObservedCoefficients(x, errors, details.name());
}

} // namespace zscape
