#pragma once

#include "core/plot/colour_map.h"
#include "core/plot/viewport.h"
#include "widgets/histogram_view.h"
#include "widgets/theme.h"

#include <qcustomplot.h>

#include <vector>

namespace zscape {

/// Ticks that hang below the upper axis of a histogram: a row for each track, at the values of its points. Owned by the
/// plot.
class TrackTicks : public QCPLayerable {
    Q_OBJECT
public:
    explicit TrackTicks(QCPAxisRect& axisRect);
    void setAxis(const AxisRange& axis) { m_axis = axis; }
    void setColours(const PlotColours& colours) { m_colours = colours; }
    void setTracks(std::vector<HistogramView::Track> tracks, const ColourScale& scale);
    const std::vector<HistogramView::Track>& tracks() const { return m_tracks; }
    /// The text of the tick at a widget position, "" where there is none.
    QString textAt(const QPointF& widget) const;

protected:
    void applyDefaultAntialiasingHint(QCPPainter* painter) const override;
    void draw(QCPPainter* painter) override;
    QRect clipRect() const override;

private:
    double rowHeight() const;
    QRectF tick(std::size_t row, double value) const; ///< not finite where the axis has no place for it

    QCPAxisRect& m_axisRect;
    PlotColours m_colours;
    AxisRange m_axis;
    std::vector<HistogramView::Track> m_tracks;
    ColourScale m_scale;
};

} // namespace zscape
