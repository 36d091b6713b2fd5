#pragma once

#include "core/plot/colour_map.h"
#include "core/plot/viewport.h"
#include "widgets/plot_shape.h"
#include "widgets/theme.h"

#include <qcustomplot.h>

#include <QPolygonF>

#include <functional>
#include <optional>
#include <vector>

namespace zscape {

/// Contours of one set of stars, in data units; `closed` where they end at themselves.
struct ContourSet {
    QColor colour;
    std::optional<ClassMark> mark; ///< on its lines, of a selection
    struct Level {
        double width = 1; ///< of the line
        bool dashed = false;
        std::vector<QPolygonF> lines;
    };
    std::vector<Level> levels;
};

/// A track's line in pixels, broken where its points are not joined and where they have no place.
std::vector<QPolygonF> trackPieces(const PlotTrack& track, const std::function<QPointF(const QPointF&)>& toPixels);

/// Lines over the stars of an axis rect: contours, and tracks with a mark at each of their points. Vectors, drawn anew
/// with each frame. Owned by the plot.
class LineLayer : public QCPLayerable {
    Q_OBJECT
public:
    explicit LineLayer(QCPAxisRect& axisRect);
    void setAxes(const AxisRange& x, const AxisRange& y);
    void setColours(const PlotColours& colours) { m_colours = colours; }
    void setContours(std::vector<ContourSet> contours) { m_contours = std::move(contours); }
    const std::vector<ContourSet>& contours() const { return m_contours; }
    void setTracks(std::vector<PlotTrack> tracks, const ColourScale& scale);
    const std::vector<PlotTrack>& tracks() const { return m_tracks; }
    /// Colour of a track's point.
    QColor colourOfPoint(const PlotTrack& track, std::size_t point) const;
    Viewport viewport() const;

protected:
    void applyDefaultAntialiasingHint(QCPPainter* painter) const override;
    void draw(QCPPainter* painter) override;
    QRect clipRect() const override;

private:
    void drawContours(QCPPainter& painter, const Viewport& view) const;
    void drawMarks(QPainter& painter, const QPolygonF& line, ClassMark mark, const QColor& colour) const;
    void drawTrack(QCPPainter& painter, const Viewport& view, const PlotTrack& track) const;

    QCPAxisRect& m_axisRect;
    PlotColours m_colours;
    AxisRange m_x, m_y;
    std::vector<ContourSet> m_contours;
    std::vector<PlotTrack> m_tracks;
    ColourScale m_trackScale;
};

} // namespace zscape
