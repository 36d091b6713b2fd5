#pragma once

#include "core/plot/classes.h"
#include "core/plot/corner_counts.h"
#include "widgets/plot_shape.h"
#include "widgets/shape_drawing.h"
#include "widgets/theme.h"
#include "widgets/zoom_history.h"

#include <QImage>
#include <QPixmap>
#include <QWidget>

#include <memory>
#include <optional>
#include <vector>

namespace zscape {

/// Every column against every other: densities in the lower triangle (counts to the power 0.5), on the diagonal
/// marginals with cumulative curves; highlights in their colours, tracks on top. All counted in one pass. Passive.
///
/// A click on a panel, or Enter on the one that arrow keys chose, asks to open it. The wheel zooms a panel's columns at
/// the cursor; + and - zoom, Shift with arrow keys pans the chosen panel, Home and F show all, Backspace goes back to
/// the former zoom, with Shift forward. With a selection tool (R, L, B, A, U; P for none) shapes are drawn inside a
/// panel as in ScatterView; T draws a track; Esc leaves it.
class CornerView : public QWidget {
    Q_OBJECT
public:
    explicit CornerView(QWidget* parent = nullptr);
    ~CornerView() override;

    struct Columns {
        std::vector<std::shared_ptr<const std::vector<float>>> values;
        std::vector<QString> labels;         ///< rich text, one a column
        std::shared_ptr<const BitSet> shown; ///< nullptr: all
    };
    /// Throws Error when lengths differ or there are more than 16 columns. Ranges are kept for as many columns as
    /// before, else fitted.
    void setColumns(const Columns& columns);
    void setLimits(std::vector<AxisRange> limits);
    const std::vector<AxisRange>& limits() const { return m_limits; }
    void fitToData();
    void setHighlights(const HighlightSet& highlights);
    struct Track {
        std::vector<std::vector<double>> points; ///< each has one number a column; NaN where it has none
        std::vector<double> along;               ///< colours the points; may be empty
        std::vector<QString> texts;              ///< of each point, rich text shown under the cursor; may be empty
        std::vector<bool> joined;                ///< as PlotTrack has it
        Rgb colour = 0xFFD55E00;
        ClassMark mark = ClassMark::Circle; ///< at each point
    };
    void setTracks(std::vector<Track> tracks, const ColourScale& scale = {});
    const std::vector<Track>& tracks() const { return m_tracks; }
    /// Rings around the stars nearest to the latent point, by row; those the columns lack are left out.
    void setNeighbours(std::vector<std::size_t> rows);
    const std::vector<std::size_t>& neighbours() const { return m_neighbours; }
    /// What is told of the track's point under the cursor; "" where there is none.
    const QString& hoverText() const { return m_hoverText; }
    void setHovered(std::optional<std::size_t> row);
    /// A star beside those of the columns, on top of all, with its ellipse; on the diagonal a line.
    struct Marked {
        std::vector<double> at, sigma; ///< one number a column; NaN where it has none, 0 where it is exact
        bool picked = false;
    };
    void setMarkedStars(std::vector<Marked> stars);
    const std::vector<Marked>& markedStars() const { return m_marked; }
    void setTool(PlotTool tool);
    PlotTool tool() const { return m_tool; }
    /// In the middle while there are no columns.
    void setEmptyText(const QString& text);
    void setTheme(Theme theme);

    /// Widget rectangle of a panel; the diagonal for row == column.
    QRect panel(int row, int column) const;
    QPointF toWidget(int row, int column, const QPointF& place) const;
    void renderNow();
    const CornerCounts& counts() const { return m_counts; }

signals:
    /// Open this panel as a scatter view; on the diagonal both are one column: a histogram.
    void panelActivated(int xColumn, int yColumn);
    void shapeDrawn(int xColumn, int yColumn, const PlotShape& shape, ShapeModifier modifier);
    /// A line of PlotTool::Track, in place of shapeDrawn.
    void trackDrawn(int xColumn, int yColumn, const PlotShape& shape);
    void toolChanged(PlotTool tool);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void leaveEvent(QEvent* event) override;
    QSize sizeHint() const override { return {640, 640}; }
    QSize minimumSizeHint() const override { return {240, 240}; }

private:
    int size() const { return static_cast<int>(m_columns.values.size()); }
    Viewport panelView(int row, int column) const;
    bool panelAt(const QPointF& at, int& row, int& column) const;
    void showIn(int row, int column,
                const Viewport& view); ///< the ranges of a panel's columns, where they can be drawn
    void showAll();
    void goTo(std::optional<std::vector<AxisRange>> limits); ///< of the zoom history
    void zoomPanel(int row, int column, double factor, const QPointF& at);
    void recount();
    void drawFrame();
    QImage panelImage(int row, int column) const;
    void drawPanel(QPainter& painter, int row, int column) const;
    void drawDiagonal(QPainter& painter, int column) const;
    static constexpr double marginalHeight = 0.92; ///< of the highest bin, in a panel
    void drawClassMarks(QPainter& painter, int row, int column) const;
    void drawMarginal(QPainter& painter, const QRect& area, const CornerCounts& counts, int group, int column,
                      const QColor& colour, double top) const;
    void drawAxes(QPainter& painter, int row, int column) const;
    void drawTracks(QPainter& painter, int row, int column) const;
    void drawMarked(QPainter& painter) const;
    PlotTrack trackIn(const Track& track, int row, int column) const; ///< in one panel
    void hoverAt(const QPointF& at);
    void paintStars(QPainter& painter) const; ///< rings of the hovered star and the neighbours
    void paintHoverText(QPainter& painter) const;
    void changed();

    Columns m_columns;
    std::vector<AxisRange> m_limits;
    HighlightSet m_highlights;
    std::vector<Track> m_tracks;
    ColourScale m_trackScale;
    std::optional<std::size_t> m_hovered;
    std::vector<Marked> m_marked;
    std::vector<std::size_t> m_neighbours;
    QString m_hoverText;
    QPointF m_hoverAt;
    QString m_emptyText;
    Theme m_theme = Theme::Light;
    ThreadPool m_pool;
    CornerPlaces m_places;
    CornerCounts m_counts;      ///< of all stars
    CornerCounts m_highlighted; ///< group k: of class k + 1
    bool m_allStale = true, m_highlightsStale = true, m_frameStale = true;
    QPixmap m_frame;

    PlotTool m_tool = PlotTool::Pan;
    ShapeDrawing m_shape;
    ShapeModifier m_modifier = ShapeModifier::Replace;
    int m_row = 1, m_column = 0; ///< the panel that keys chose, or where a shape is drawn
    bool m_pressed = false;
    ZoomHistory<std::vector<AxisRange>> m_zooms;
    QPointF m_pressedAt;
};

} // namespace zscape
