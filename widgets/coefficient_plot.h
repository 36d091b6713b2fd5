#pragma once

#include "widgets/chosen_ranges.h"
#include "widgets/plot_style.h"
#include "widgets/sticky_range.h"

#include <span>
#include <vector>

namespace zscape {

class HoverReadout;

/// XP coefficients in normalised units, (c/G - mu) / sig, against their number: BP above, RP below; the generated ones
/// with their scatter band, observed ones with error bars. Sizes come from the data.
class CoefficientPlot : public QCustomPlot {
    Q_OBJECT
public:
    explicit CoefficientPlot(QWidget* parent = nullptr);

    /// How many coefficients are BP and how many RP, in that order.
    void setBands(std::size_t bp, std::size_t rp);
    /// bp + rp values each; `scatter` may be empty. Other sizes throw Error.
    void setGenerated(std::span<const float> values, std::span<const float> scatter);
    void setObserved(std::span<const float> values, std::span<const float> errors, const QString& name);
    void clearGenerated();
    void clearObserved();
    void setStyle(const PlotStyle& style);
    void resetView();
    /// Where the user has zoomed to; `below` is RP's.
    ChosenRanges chosenRanges() const;
    /// Axes without a range follow the data.
    void setChosenRanges(const ChosenRanges& chosen);
    /// Paints now what changed since the last time.
    void draw();

    QCPAxisRect& bandRect(int band) { return *m_bands[static_cast<std::size_t>(band)].rect; } ///< 0 BP, 1 RP
    QString hoverText() const;

signals:
    void drawNeeded();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    struct Band {
        QCPAxisRect* rect = nullptr;
        QCPGraph *lower = nullptr, *upper = nullptr, *generated = nullptr, *observed = nullptr;
        QCPErrorBars* errors = nullptr;
        StickyRange range{0.08, 0.08};
        bool userY = false;
        std::size_t first = 0, count = 0;
    };

    void makeBand(Band& band, int row, QCPMarginGroup* margins);
    void updateCurves();
    void updateBand(Band& band);
    void updateLegend();
    void onMoved(QCPAxisRect* rect, bool horizontal, bool vertical);
    void onHovered(QCPAxisRect* rect, const QPointF& position);
    void requireSize(std::size_t values, std::size_t errors) const;

    std::vector<float> m_generated, m_scatter, m_observed, m_errors;
    std::array<Band, 2> m_bands;
    QCPLayoutElement* m_top = nullptr; ///< the legend's
    HoverReadout* m_readout = nullptr;
    PlotStyle m_style;
    QString m_observedName;
    bool m_userX = false;
    bool m_axesChanged = true;
};

} // namespace zscape
