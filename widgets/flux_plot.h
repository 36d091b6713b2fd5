#pragma once

#include "widgets/chosen_ranges.h"
#include "widgets/line_markers.h"
#include "widgets/plot_style.h"
#include "widgets/sticky_range.h"

#include <array>
#include <span>
#include <vector>

namespace zscape {

class HoverReadout;
class PlotNavigation;

/// What the panel below the spectrum shows: nothing, (observed - generated) / generated, or the same difference in
/// units of the error and scatter together.
enum class Residual { Off, Fraction, Sigma };

/// Flux against wavelength: the generated spectrum with its scatter band, an observed one, residuals and line markers.
/// Fluxes are in W m^-2 nm^-1 on the grid of `setWavelengths`; NaN leaves a gap. Values are copied into graphs that
/// stay; `draw` paints only what changed, so a new spectrum within the present axes does not repaint them.
class FluxPlot : public QCustomPlot {
    Q_OBJECT
public:
    explicit FluxPlot(QWidget* parent = nullptr);

    void setWavelengths(std::span<const double> wavelengths_nm);
    /// `scatter` (1 sigma) may be empty. Spans of another size than the grid are refused with Error.
    void setGenerated(std::span<const float> flux, std::span<const float> scatter);
    /// `error` (1 sigma) may be empty.
    void setObserved(std::span<const float> flux, std::span<const float> error, const QString& name);
    /// Observed spectra of stars near the latent point, thin beneath the others; no more than `mostNear`. They do not
    /// set the scale.
    void setNear(std::vector<std::vector<float>> fluxes);
    const std::vector<std::vector<float>>& nearShown() const { return m_near; }
    static constexpr std::size_t mostNear = 5;
    void clearGenerated();
    void clearObserved();

    void setResidual(Residual residual);
    Residual residual() const { return m_residual; }
    /// A remark beside the legend, e.g. how the flux is scaled.
    void setNote(const QString& text);
    void setLinesVisible(bool visible);
    void setLineGroupVisible(LineGroup group, bool visible);
    LineMarkers& lineMarkers() { return *m_lines; }
    void setStyle(const PlotStyle& style);
    /// Axes follow the data again.
    void resetView();
    ChosenRanges chosenRanges() const;
    /// Axes without a range follow the data.
    void setChosenRanges(const ChosenRanges& chosen);

    /// Paints now what changed since the last time.
    void draw();

    int fluxExponent() const { return m_exponent; }
    QCPAxisRect& fluxRect() { return *m_fluxRect; }
    /// nullptr while no residuals are shown.
    QCPAxisRect* shownResidualRect() { return m_residualShown ? m_residualRect : nullptr; }
    QString hoverText() const;

signals:
    void drawNeeded(); ///< something changed; the owner calls draw, at once or later

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void makeLayout();
    int legendWidth(int plotWidth) const;
    void makeGraphs();
    QCPGraph* addLine(QCPAxisRect& rect);
    void updateFlux();
    void updateResidual();
    void updateResidualPanel();
    void updateLegend();
    void labelAxes();
    void setExponent(int exponent);
    void fill(QCPGraph& graph, std::span<const float> values, std::span<const float> offset, double factor);
    void onMoved(QCPAxisRect* rect, bool horizontal, bool vertical);
    void onHovered(QCPAxisRect* rect, const QPointF& position);
    bool hasResidual() const { return m_residual != Residual::Off && !m_generated.empty() && !m_observed.empty(); }

    std::vector<double> m_wavelengths_nm;
    std::vector<float> m_generated, m_scatter, m_observed, m_error; ///< empty when not shown
    std::vector<float> m_ratio, m_ratioBand, m_sorted;              ///< scratch, kept to avoid allocating

    QCPAxisRect* m_fluxRect = nullptr;
    QCPAxisRect* m_residualRect = nullptr;
    QCPLayoutElement* m_top = nullptr; ///< the legend and the note
    QCPTextElement* m_note = nullptr;
    QCPGraph *m_generatedGraph = nullptr, *m_lowerGraph = nullptr, *m_upperGraph = nullptr, *m_observedGraph = nullptr;
    QCPGraph *m_observedLower = nullptr, *m_observedUpper = nullptr; ///< band of its error
    std::array<QCPGraph*, mostNear> m_nearGraphs{};
    std::vector<std::vector<float>> m_near;
    QCPGraph *m_residualGraph = nullptr, *m_residualLower = nullptr, *m_residualUpper = nullptr;
    LineMarkers* m_lines = nullptr;
    HoverReadout* m_readout = nullptr;

    PlotStyle m_style;
    Residual m_residual = Residual::Sigma;
    QString m_observedName;
    StickyRange m_fluxRange{0.04, 0.26};
    StickyRange m_residualRange{0.15, 0.15};
    int m_exponent = -17;
    bool m_userX = false, m_userY = false, m_userResidual = false;
    bool m_residualShown = false;
    bool m_axesChanged = true;
};

} // namespace zscape
