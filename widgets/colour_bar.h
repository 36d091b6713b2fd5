#pragma once

#include "core/plot/colour_map.h"
#include "widgets/plot_style.h"

#include <qcustomplot.h>

namespace zscape {

/// The labelled colour bar at the right of an axis rect. Takes no room while it is hidden. Owned by the plot.
class ColourBar : public QObject {
    Q_OBJECT
public:
    explicit ColourBar(QCustomPlot& plot);

    void setShown(bool shown);
    bool shown() const { return m_shown; }
    /// With a power (of counts) colours change evenly with the value to that power.
    void setScale(const ColourScale& scale, double power = 1);
    /// Rich text, as columnLabel gives it.
    void setLabel(const QString& html);
    void applyStyle(const PlotStyle& style);
    QCPColorScale& colourScale() { return *m_bar; }

private:
    QCustomPlot& m_plot;
    QCPColorScale* m_bar;
    bool m_shown = false;
};

} // namespace zscape
