#pragma once

#include "widgets/coefficient_plot.h"
#include "widgets/flux_plot.h"

#include <QTimer>
#include <QWidget>

class QActionGroup;
class QLabel;
class QStackedLayout;
class QToolButton;

namespace zscape {

enum class SpectrumMode { Flux, Coefficients };

/// The SPECTRUM panel: what the latent point generates, with its scatter band, and the picked star's observed spectrum;
/// as calibrated flux or as normalised coefficients. Passive: values are copied in, nothing is computed but residuals.
/// Lives on the UI thread. Painting happens once per event loop turn, or at once with `renderNow`.
class SpectrumView : public QWidget {
    Q_OBJECT
public:
    explicit SpectrumView(QWidget* parent = nullptr);

    // Calibrated flux, W m^-2 nm^-1, one value a wavelength; errors and scatter are 1 sigma and may be empty.
    void setWavelengths(std::span<const double> wavelengths_nm);
    void setGenerated(std::span<const float> flux, std::span<const float> scatter);
    void setObserved(std::span<const float> flux, std::span<const float> error, const QString& name);
    // Normalised coefficients, BP then RP.
    void setBands(std::size_t bpCount, std::size_t rpCount);
    void setGeneratedCoefficients(std::span<const float> values, std::span<const float> scatter);
    void setObservedCoefficients(std::span<const float> values, std::span<const float> errors, const QString& name);

    /// Observed spectra of the stars nearest to the latent point, beneath the others; in flux only.
    void setNear(std::vector<std::vector<float>> fluxes) { m_flux->setNear(std::move(fluxes)); }

    void clearObserved();
    void clear(); ///< generated and observed, both modes

    SpectrumMode mode() const { return m_mode; }
    void setMode(SpectrumMode mode);
    Residual residual() const { return m_flux->residual(); }
    void setResidual(Residual residual);
    bool linesVisible() const;
    void setLinesVisible(bool visible);
    void setLineGroupVisible(LineGroup group, bool visible);
    bool lineGroupVisible(LineGroup group) const;
    void setTheme(Theme theme);
    /// A remark in the plot, e.g. "at G = 12.3".
    void setNote(const QString& text) { m_flux->setNote(text); }
    /// Shown while there is no spectrum.
    void setEmptyText(const QString& text);
    void resetView();

    /// Paints what changed at once, for benchmarks and for frames that must hold everything.
    void renderNow();

    FluxPlot& fluxPlot() { return *m_flux; }
    CoefficientPlot& coefficientPlot() { return *m_coefficients; }
    QCustomPlot& currentPlot(); ///< for figures

signals:
    void modeChanged(zscape::SpectrumMode mode);
    void linesVisibleChanged(bool visible);
    void residualChanged(zscape::Residual residual);
    void lineGroupChanged(zscape::LineGroup group);

private:
    QWidget* makeHeader();
    QMenu* makeLinesMenu();
    QMenu* makeResidualMenu();
    void schedule();
    void showPage();

    FluxPlot* m_flux = nullptr;
    CoefficientPlot* m_coefficients = nullptr;
    QLabel* m_empty = nullptr;
    QStackedLayout* m_pages = nullptr;
    QToolButton *m_fluxButton = nullptr, *m_coefficientButton = nullptr;
    QToolButton *m_linesButton = nullptr, *m_residualButton = nullptr;
    QAction* m_showLines = nullptr;
    std::array<QAction*, lineGroups.size()> m_groupActions{};
    QActionGroup* m_residualActions = nullptr;
    QTimer m_timer;
    SpectrumMode m_mode = SpectrumMode::Flux;
    bool m_hasFlux = false, m_hasCoefficients = false;
};

} // namespace zscape
