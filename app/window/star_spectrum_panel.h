#pragma once

#include "app/window/star_spectra.h"
#include "app/window/view_panel.h"

#include <memory>
#include <optional>

class QToolButton;

namespace zscape {

class ElidedLabel;
class SpectrumView;

/// A star's observed spectrum with what the model makes of its latent point: of a star that is held, so that several
/// can be seen side by side, or of whichever is picked. While the pointer is over it, every view marks the star.
class StarSpectrumPanel : public ViewPanel {
    Q_OBJECT
public:
    StarSpectrumPanel(MainWindow& window, ViewState state);
    SpectrumView& view() { return *m_view; }
    /// The star that is shown, as a row of the catalogue.
    std::optional<std::size_t> star() const { return m_row; }
    void setTheme(Theme theme) override;
    ViewState snapshot() const override;

protected:
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void showData() override;
    bool showNothing(const QString& why) override;

private:
    void hold(bool held);
    void settingsChanged();

    SpectrumView* m_view = nullptr;
    QToolButton *m_hold = nullptr, *m_pick = nullptr;
    StarSpectra m_spectra;
    std::optional<SpectrumSettings> m_zoom;    ///< to apply once the spectrum is there
    std::shared_ptr<const Catalog> m_prepared; ///< that the view is set up for
    std::optional<std::size_t> m_row;
};

/// A view of the star that is picked, held; without one of whichever is picked later.
ViewState starSpectrumView(MainWindow& window);

} // namespace zscape
