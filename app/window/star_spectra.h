#pragma once

#include "app/window/view_state.h"
#include "core/analysis/spectrum_generator.h"
#include "core/catalog/catalog.h"
#include "core/model/spectral_model.h"
#include "core/xp/xp_sampler.h"

#include <optional>
#include <span>
#include <vector>

class QString;

namespace zscape {

class Session;
class SpectrumView;

/// Without the zoom.
SpectrumSettings settingsOf(const SpectrumView& view);
/// The same with where it is zoomed to, for a session file.
SpectrumSettings settingsWithZoom(SpectrumView& view);
/// Without telling that they have changed; the zoom stays.
void applySettings(SpectrumView& view, const SpectrumSettings& settings);
/// Once the spectra are there: new ones are shown whole.
void applyZoom(SpectrumView& view, const SpectrumSettings& settings);

/// Puts spectra into a spectrum view: what the session's model generates, and what was observed of a star. Keeps its
/// buffers, so that a drag allocates nothing. Lives on the UI thread.
class StarSpectra {
public:
    explicit StarSpectra(const Session& session) : m_session(session) {}

    /// Empties the view and sets it up for the spectra of what is open.
    void prepare(SpectrumView& view) const;
    /// Flux as of a star of this phot_g_mean_flux [e-/s], where the model can be calibrated, and coefficients. Nothing
    /// without a model.
    void showGenerated(SpectrumView& view, std::span<const float> latent, double gFlux);
    /// `catalog` may be another than the session's; `latents` are of its stars, or null: then no coefficients are
    /// shown, whose units are the model's. `name` stands in the legend.
    void showObserved(SpectrumView& view, const Catalog& catalog, const Latents* latents, std::size_t row,
                      const QString& name);
    /// What was generated last.
    const GeneratedSpectrum& generated() const { return m_generated; }

private:
    std::pair<std::size_t, std::size_t> bandSizes() const;

    const Session& m_session;
    GeneratedSpectrum m_generated;
    std::vector<float> m_flux; ///< as the view takes it, generated or observed
    std::vector<float> m_error;
    std::optional<XpSampler> m_sampler; ///< made for the first star
};

} // namespace zscape
