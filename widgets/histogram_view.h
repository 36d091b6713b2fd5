#pragma once

#include "core/plot/classes.h"
#include "core/plot/histogram.h"
#include "widgets/plot_shape.h"
#include "widgets/theme.h"
#include "widgets/zoom_history.h"

#include <QWidget>

#include <memory>
#include <optional>
#include <vector>

class QCustomPlot;
class QCPItemRect;
class QCPItemText;
class QCPItemTracer;

namespace zscape {

class TrackTicks;

/// How many stars have which value of a column, their cumulative share, and the same of each highlight. Passive.
///
/// Left-drag pans, with Shift it zooms to a range; the wheel zooms at the cursor, right-drag stretches. With a
/// selection tool (R, L, B as in maps; P pans again) left-drag selects a range instead (Shift adds, Ctrl removes, Esc
/// cancels, Space pans). Arrow keys pan, + and - zoom, Home and F show all, Backspace goes back to the former zoom,
/// with Shift forward. Enter begins and ends a range at the mark that the comma and full stop keys move, a click at the
/// line of a marked star picks it, G makes counts logarithmic, U shows or hides the cumulative curve.
class HistogramView : public QWidget {
    Q_OBJECT
public:
    explicit HistogramView(QWidget* parent = nullptr);
    ~HistogramView() override;

    struct Columns {
        std::shared_ptr<const std::vector<float>> values;
        std::shared_ptr<const BitSet> shown; ///< nullptr: all
        QString label;                       ///< rich text as columnLabel gives it
    };
    /// Throws Error when `shown` is too short. Fits the axis when the column is new.
    void setColumns(const Columns& columns);
    void setHighlights(const HighlightSet& highlights);
    void setAxis(const AxisRange& axis);
    AxisRange axis() const { return m_axis; }
    void fitToData();
    void setBins(int bins);
    int bins() const { return m_bins; }
    void setCountsLogarithmic(bool logarithmic);
    bool countsLogarithmic() const { return m_logarithmic; }
    void setCumulativeShown(bool shown);
    bool cumulativeShown() const { return m_cumulative; }
    struct Track {
        QString name;
        std::vector<double> values; ///< of each point; NaN where it has none
        std::vector<double> along;  ///< colours the points; may be empty
        std::vector<QString> texts; ///< of each point, rich text shown under the cursor; may be empty
        Rgb colour = 0xFFD55E00;
        ClassMark mark = ClassMark::Circle; ///< beside its row
    };
    /// Where tracks run: a row of ticks below the upper axis for each, at the values of its points.
    void setTracks(std::vector<Track> tracks, const ColourScale& scale = {});
    const std::vector<Track>& tracks() const;
    /// What is told of the track's point under the cursor; "" where there is none.
    const QString& hoverText() const { return m_hoverText; }
    /// Marks the value of a star that the pointer is on in another view.
    void setHovered(std::optional<std::size_t> row);
    /// A star that is not of the catalogue: an upright line, and a band for how well its value is known.
    struct Marked {
        double at = 0;    ///< NaN: it has no value here
        double sigma = 0; ///< 1 sigma; 0 where it has none
        bool picked = false;
        bool operator==(const Marked&) const = default;
    };
    void setMarkedStars(std::vector<Marked> stars);
    const std::vector<Marked>& markedStars() const { return m_marked; }
    void setTheme(Theme theme);
    /// Any tool that selects draws a range; a track cannot be drawn here.
    void setTool(PlotTool tool);
    PlotTool tool() const { return m_tool; }

    /// Of all shown stars, as drawn.
    const Histogram& counts() const { return m_counts; }
    void renderNow();
    QRect plotArea() const;
    double toWidgetX(double value) const;
    QCustomPlot& plot() { return *m_plot; }

signals:
    void shapeDrawn(const PlotShape& shape, ShapeModifier modifier); ///< a PlotRange
    void viewChanged();
    void toolChanged(PlotTool tool);
    /// A click at the line of a marked star, by its number.
    void markedStarPicked(std::size_t index);

protected:
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void keyReleaseEvent(QKeyEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    QSize sizeHint() const override { return {480, 320}; }
    QSize minimumSizeHint() const override { return {200, 140}; }

private:
    class MarkLines;
    enum class Drag { None, Range, Frame, Pan, Stretch };
    void makeMarkLines();
    /// Whether there is one at this place.
    bool pickMarked(double widgetX);
    Viewport viewport() const;
    void scheduleFrame();
    void drawFrame();
    void recount();
    void drawMark(const Histogram& counts, const Highlight& highlight);
    void drawCounts(const Histogram& counts, const QColor& line, const QColor& fill, bool dashedCumulative);
    void changeAxis(const AxisRange& axis);
    void showAll();
    void goTo(const std::optional<AxisRange>& axis); ///< of the zoom history
    void showRange(double from, double to);
    void hideRange();
    void endRange(double to);
    void endFrame(double to);
    double inPlotX(double widgetX) const; ///< held at the edges of the plot
    bool selects() const;                 ///< whether the tool draws ranges
    void showTool();
    bool toolKey(int key);
    void updateCursor();
    void hoverAt(const QPointF& at);

    Columns m_columns;
    HighlightSet m_highlights;
    AxisRange m_axis;
    int m_bins = 100;
    bool m_logarithmic = false, m_cumulative = true;
    Theme m_theme = Theme::Light;
    Histogram m_counts;
    std::vector<Histogram> m_highlighted; ///< of each class
    ThreadPool m_pool;
    std::vector<Marked> m_marked;
    bool m_countsStale = true, m_highlightedStale = true, m_framePending = false;

    QCustomPlot* m_plot = nullptr;    // child widget
    QCPItemRect* m_range = nullptr;   // owned by m_plot
    QCPItemText* m_mode = nullptr;    // owned by m_plot
    QCPItemTracer* m_hover = nullptr; // owned by m_plot
    MarkLines* m_markLines = nullptr; // owned by m_plot
    TrackTicks* m_ticks = nullptr;    // owned by m_plot
    QString m_hoverText;
    PlotTool m_tool = PlotTool::Pan;
    Drag m_drag = Drag::None;
    bool m_moved = false; ///< since the press, by more than a click
    QPointF m_pressed;
    AxisRange m_axisAtPress;
    ZoomHistory<AxisRange> m_zooms;
    ShapeModifier m_modifier = ShapeModifier::Replace;
    double m_rangeFrom = 0;
    std::optional<double> m_keyMark; ///< widget x
    bool m_spaceHeld = false;
};

} // namespace zscape
