#pragma once

#include "widgets/chosen_ranges.h"
#include "widgets/plot_style.h"
#include "widgets/sticky_range.h"

#include <optional>
#include <span>
#include <vector>

namespace zscape {

class HoverReadout;

/// Curves over one axis, each with a band if it has one: how a spectrum answers to its latents, a selection's spectrum,
/// residuals. Passive; values are copied in. New values within the present axes repaint the curves alone, so that it
/// keeps up with a drag. Moves as every plot does (PlotNavigation). Lives on the UI thread.
class CurvesView : public QCustomPlot {
    Q_OBJECT
public:
    struct Curve {
        QString name;               ///< plain text, in the legend; "" stays out of it
        std::vector<double> values; ///< one an x; NaN leaves a gap
        std::vector<double> lower;  ///< of the band; empty for none
        std::vector<double> upper;
        int colour = 0; ///< which of classColours
        bool dots = false;
    };
    explicit CurvesView(QWidget* parent = nullptr);

    /// `symbol` and `unit` are rich text; with a unit the power of ten of the values stands in the label.
    void setAxes(const QString& xLabel, const QString& symbol, const QString& unit);
    /// Throws Error when a curve has another size than `x`.
    void setCurves(std::span<const double> x, std::vector<Curve> curves);
    /// A thin horizontal line, for instance at 0 or 1.
    void setReference(std::optional<double> value);
    void setEmptyText(const QString& text);
    void setTheme(Theme theme);
    void resetView();
    ChosenRanges chosenRanges() const;
    /// Paints now what changed.
    void renderNow();

    const std::vector<Curve>& curves() const { return m_curves; }
    QString hoverText() const;

private:
    void makeGraphs();
    void fillGraphs();
    void fitAxes();
    void paintStyle();
    void labelAxes();
    void onHovered(const QPointF& position);

    std::vector<double> m_x;
    std::vector<Curve> m_curves;
    struct Graphs {
        QCPGraph *line = nullptr, *lower = nullptr, *upper = nullptr;
    };
    std::vector<Graphs> m_graphs;
    QCPGraph* m_referenceGraph = nullptr;
    QCPTextElement* m_empty = nullptr;
    HoverReadout* m_readout = nullptr;
    QString m_xLabel, m_symbol, m_unit;
    std::optional<double> m_reference;
    Theme m_theme = Theme::Light;
    StickyRange m_range{0.08, 0.12};
    int m_exponent = 0;
    bool m_userX = false, m_userY = false, m_axesChanged = true;
};

} // namespace zscape
