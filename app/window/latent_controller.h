#pragma once

#include "app/window/star_spectra.h"
#include "core/catalog/catalog.h"

#include <QObject>
#include <QPointF>

#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace zscape {

class LatentPointPanel;
class ScatterView;
class Session;
class SpectrumView;
class StarPanel;

/// Holds the latent point the user moves and the star they picked, and shows both in every view within the same event:
/// the handle in the latent map, the sliders, the generated and the observed spectrum. Lives on the UI thread, owned by
/// the window, which owns the views too.
class LatentController : public QObject {
    Q_OBJECT

public:
    struct Views {
        ScatterView& map;
        SpectrumView& spectrum;
        LatentPointPanel& panel;
        StarPanel& star;
    };
    LatentController(Session& session, Views views, QObject* parent);

    /// What stands on an axis of the map: a column, and which latent it is (-1: none; the handle then hides).
    struct MapAxis {
        std::shared_ptr<const std::vector<float>> values;
        int latent = -1;
    };
    void setMapAxes(MapAxis x, MapAxis y);
    /// The two latents that tell most about a star (mean KL), in their order; what the map shows first.
    std::pair<int, int> mostTellingLatents() const;
    void pickStar(std::size_t row);
    void unpick();
    /// A star that is not of the open catalogue.
    struct Guest {
        std::shared_ptr<const Catalog> catalog;
        std::shared_ptr<const Latents> latents; ///< of all its stars; null without a model that fits
        std::size_t row = 0;
    };
    /// Shows it in place of the picked star: the point at its latent, its observed spectrum, its details. takeStep()
    /// makes that a step to undo.
    void showGuest(Guest guest);
    const std::optional<Guest>& guest() const { return m_guest; }
    /// Not a step to undo: what moves the point on and on says takeStep() when it is done.
    void setLatent(std::vector<float> latent);
    /// What the user did to the point or the picked star since the last step becomes a step of the undo stack; steps
    /// of one `gesture` (not Gesture::Alone) that follow each other within a second become one.
    enum Gesture : int { Alone = -1, Traverse = 1000 }; ///< others: the latent that was changed, counted from 0
    void takeStep(const QString& what, int gesture = Alone);
    /// As a session file has them: not a step to undo. A latent of another size is left out.
    void restore(std::optional<std::size_t> picked, const std::vector<float>& latent);
    /// The guest's stars are gone: not a step to undo.
    void dropGuest();
    /// The model was trained further: the handle stays where it is, or with the picked star whose place it shows.
    void followTraining();
    /// To the star that is nearest to the mean latent: the mean itself may lie where there are no stars.
    void reset();
    /// The latent point of a star drawn at random (seeded), not its spectrum.
    void random();
    const std::vector<float>& latent() const { return m_latent; }
    const GeneratedSpectrum& generated() const { return m_spectra.generated(); }
    std::optional<std::size_t> pickedStar() const { return m_picked; }
    const MapAxis& mapX() const { return m_mapX; }
    const MapAxis& mapY() const { return m_mapY; }
    /// phot_g_mean_flux [e-/s] of the generated spectrum: the picked star's, else the catalogue's median.
    double referenceGFlux() const;

signals:
    /// Milliseconds from the event to the spectrum drawn.
    void frameDrawn(double milliseconds);
    void starPicked(std::size_t row);
    /// Another star, or none, took the place of the guest.
    void guestLeft();
    /// Undoing leads back to this guest: whoever has its stars shows it again.
    void guestWanted(const zscape::LatentController::Guest& guest);
    /// The latent point, its spectrum or what is compared with it are others: what else shows them follows within the
    /// same frame.
    void latentShown();
    void mapAxesChanged();

private:
    /// Where the point is and which star is shown, for undoing.
    struct Place {
        std::vector<float> latent;
        std::optional<std::int64_t> star; ///< source_id of the picked star
        std::optional<Guest> guest;
        bool atStar = false; ///< the point is where the star is
        bool operator==(const Place& other) const;
    };
    class Step;
    Place place() const;
    void put(const Place& place);
    void showStar(std::optional<std::size_t> row);

    void resetForNewData();
    enum class Panel : std::uint8_t { Replaced, Updated };
    void configurePanel(Panel panel);
    void takePickedLatent();
    std::optional<Guest> shownStar() const; ///< the guest, else the picked star of the catalogue
    void dismissGuest();
    void moveHandle(const QPointF& position);
    void showLatent();
    void showHandle();
    void showSpectrum();
    void showPicked();
    void showObserved(); ///< of the star: its spectrum and its details

    Session& m_session;
    Views m_views;
    MapAxis m_mapX;
    MapAxis m_mapY;
    std::vector<float> m_latent;
    std::optional<std::size_t> m_picked;
    std::optional<Guest> m_guest;
    bool m_atPicked = false; ///< m_latent is the picked star's
    Place m_noted;           ///< as the undo stack knows it
    bool m_putting = false;  ///< by undoing or a session file, not by the user
    std::uint64_t m_randomDraws = 0;
    StarSpectra m_spectra;
};

} // namespace zscape
