#pragma once

#include "core/plot/classes.h"
#include "core/plot/fit_axes.h"
#include "core/plot/star_raster.h"
#include "widgets/marked_stars.h"
#include "widgets/plot_shape.h"
#include "widgets/shape_drawing.h"
#include "widgets/theme.h"
#include "widgets/zoom_history.h"

#include <QPointF>
#include <QRect>
#include <QString>
#include <QTimer>
#include <QWidget>

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

class QCustomPlot;

namespace zscape {

class ColourBar;
struct ContourRequest;
struct ContourSet;
class LineLayer;
class ScatterOverlay;
class StarLayer;

/// The stars to draw: columns of one length. Labels of axes and colours are rich text as columnLabel gives it.
struct ScatterColumns {
    std::shared_ptr<const std::vector<float>> x;
    std::shared_ptr<const std::vector<float>> y;
    std::shared_ptr<const std::vector<float>> labels; ///< nullptr: one colour
    std::shared_ptr<const BitSet> shown;              ///< nullptr: all
    QString xLabel, yLabel, colourLabel;
};

/// How a view shows its stars: by the style's reduction, as numbers a pixel, or as lines around the densest regions
/// that hold given fractions of the stars (of each highlight, or of all).
enum class DrawMode { Scatter, Density, Contour };

/// The latent map: millions of stars on two axes, a colour bar, and on top of it the drag handle, the picked star and
/// short texts. Passive: data in, signals out; it changes nothing but its own axes. Stars are drawn by StarRaster at
/// the resolution of the screen, axes by QCustomPlot; handle and marker move without either being drawn again. Changes
/// are drawn together, once control returns to the event loop.
///
/// Left-drag pans (on the handle: drags it), the wheel zooms at the cursor (over an axis: that axis alone), right-drag
/// stretches, Shift-drag zooms to a frame, a click picks the nearest star, Esc cancels a drag, with Space held the left
/// button always pans. Arrow keys pan, + and - zoom, Home and F show all, Backspace (or the mouse's back button) goes
/// back to where the view was zoomed to, with Shift forward; Enter picks the star nearest to the handle.
///
/// With a selection tool (R rectangle, L lasso, B brush, A above and U below a curve; P pans again) the left button
/// draws a shape in data space: with Shift to add, with Ctrl to remove, Esc cancels. The stars it would select show
/// while it is drawn. Without a mouse: Enter begins, arrow keys draw, Enter ends. S, D and C show stars, their density,
/// its contours; T draws a track. Editable paths have vertices to drag; a double click on an edge inserts one, Page Up
/// and Down walk through them all, arrow keys move the one they reached, and Delete removes it.
class ScatterView : public QWidget {
    Q_OBJECT
public:
    explicit ScatterView(QWidget* parent = nullptr);
    ~ScatterView() override;

    /// Throws Error when the columns differ in length. The axes stay as they are: fitToData() shows the new stars.
    void setColumns(const ScatterColumns& columns);
    /// The colour of missing labels is the theme's, not the scale's.
    void setColourScale(const ColourScale& scale);
    /// Point sizes are in device-independent pixels.
    void setRasterStyle(const RasterStyle& style);
    void setAxes(const AxisRange& x, const AxisRange& y);
    AxisRange xAxis() const { return m_x; }
    AxisRange yAxis() const { return m_y; }
    const RasterStyle& rasterStyle() const { return m_style; }
    const ColourScale& colourScale() const { return m_scale; }
    /// The share of stars that fitToData() shows: all, or without the outermost 0.1 % at each end of each axis.
    void setRobustFit(bool robust);
    bool robustFit() const { return m_robustFit; }
    void fitToData();
    /// The same as the user's wish: Backspace leads back.
    void showAll();
    /// The user is about to leave the ranges of now by something else than the view's own mouse and keys.
    void noteZoom();

    static constexpr int densityPoint = 3; ///< pixels that a star of a density covers at least, so that neighbours join
    void setDrawMode(DrawMode mode);
    DrawMode drawMode() const { return m_mode; }
    /// Stars in none of them are greyed; the last highlight is on top of those before in all but DrawMode::Scatter.
    /// Empty: all stars in their own colours. Throws Error when a bit set has fewer stars than the columns.
    void setHighlights(const HighlightSet& highlights);
    const HighlightSet& highlights() const { return m_highlights; }
    /// Highlighted stars keep the colours of their labels, and the colour bar stays; in place of one colour a
    /// highlight. Of stars with labels that are shown one by one.
    void setHighlightsByLabel(bool byLabel);
    bool highlightsByLabel() const { return m_highlightsByLabel; }
    /// Enclosed fractions of DrawMode::Contour, 0..1; 0.5, 0.68 and 0.95 unless said.
    void setContourFractions(std::vector<double> fractions);
    /// Contours are asked for by contoursWanted() and the ones before are shown until setContours(); otherwise they are
    /// computed while the view draws.
    void setContoursByJob(bool byJob) { m_contoursByJob = byJob; }
    ContourRequest contourRequest() const;
    /// Ignored unless the view still wants the contours of this request.
    void setContours(std::uint64_t number, std::vector<ContourSet> sets);
    const std::vector<ContourSet>& contours() const;
    void setTool(PlotTool tool);
    PlotTool tool() const { return m_tool; }
    /// Radius in device-independent pixels.
    void setBrushRadius(double radius);
    double brushRadius() const { return m_brushRadius; }
    /// Lines on top of the stars; points that have an `along` take their colour from the scale.
    void setTracks(std::vector<PlotTrack> tracks, const ColourScale& scale = {});
    const std::vector<PlotTrack>& tracks() const { return m_tracks; }
    /// Marks a star that the pointer is on in another view.
    void setHovered(std::optional<std::size_t> row);
    /// Of a selection's parts, in order; the last one is the current one at first, then the one that was touched last.
    void setEditablePaths(std::vector<EditablePath> paths);
    const std::vector<EditablePath>& editablePaths() const { return m_paths; }
    void setEditablePath(const EditablePath& path) { setEditablePaths({path}); }
    /// The current one.
    const std::optional<EditablePath>& editablePath() const { return m_editable; }
    /// Stars under the shape that is being drawn, to the pixel.
    std::size_t previewCount() const { return m_previewCount; }

    /// The drag handle, in data coordinates; nothing takes it away.
    void setHandle(std::optional<QPointF> position);
    std::optional<QPointF> handle() const { return m_handle; }
    /// The marker of the picked star, in data coordinates.
    void setPicked(std::optional<QPointF> position);
    /// Stars beside those of the columns, with ellipses, on top of all; a click on one picks it.
    void setMarkedStars(std::vector<MarkedStar> stars);
    const std::vector<MarkedStar>& markedStars() const { return m_markedStars; }
    /// Rings around the stars nearest to the latent point, by row; those the columns lack are left out.
    void setNeighbours(std::vector<std::size_t> rows);
    const std::vector<std::size_t>& neighbours() const { return m_neighbours; }
    void setTheme(Theme theme);
    /// Shown in the middle while there are no columns.
    void setEmptyText(const QString& text);
    /// A short line in the corner of the plot, for instance what a pixel shows; empty takes it away.
    void setStatusHint(const QString& text);

    std::size_t starsInView() const;
    /// Time of the last full frame, from columns to the screen.
    double lastFrameMs() const { return m_lastFrameMs; }
    /// Draws and shows everything anew before it returns.
    void renderNow();
    /// Draws and shows only what lies on top.
    void renderOverlayNow();
    /// The area inside the axes, in widget coordinates.
    QRect plotArea() const;
    /// Widget coordinates of a data point.
    QPointF toWidget(const QPointF& position) const;
    QPointF toData(const QPointF& widget) const;
    /// The nearest shown star within `radius` of a widget position.
    std::optional<std::size_t> starAt(const QPointF& widget, double radius) const;
    QCustomPlot& plot() { return *m_plot; }

signals:
    void starPicked(qsizetype row);
    /// A click on a marked star, by its number.
    void markedStarPicked(std::size_t index);
    /// A click where no star is near.
    void nothingPicked();
    void handleMoved(QPointF data);
    /// The drag ended; after Esc at the position where it had begun.
    void handleReleased();
    /// A double click on the handle.
    void handleReset();
    void viewChanged();
    /// With setContoursByJob(): contourRequest() is to be computed.
    void contoursWanted();
    /// A full frame is on the screen; starsInView() and lastFrameMs() are its.
    void frameDrawn();
    void cursorMoved(QPointF data);
    void cursorLeft();
    /// The pointer rests on a star, or left it.
    void hovered(std::optional<qsizetype> row);
    void shapeDrawn(const PlotShape& shape, ShapeModifier modifier);
    /// A line of PlotTool::Track, in place of shapeDrawn.
    void trackDrawn(const PlotShape& shape);
    /// After each move of a vertex is done; `part` of the paths.
    void pathEdited(const EditablePath& path, std::size_t part);
    void toolChanged(PlotTool tool);
    void drawModeChanged(DrawMode mode);

protected:
    bool event(QEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void keyReleaseEvent(QKeyEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    QSize sizeHint() const override { return {720, 640}; }
    QSize minimumSizeHint() const override { return {240, 200}; }

private:
    enum class Drag { None, Press, Pan, Handle, Stretch, Frame, Shape, Vertex };

    void buildPlot();
    bool empty() const;
    Viewport viewport() const; ///< of the plot area, in device-independent pixels
    QPointF inPlotArea(const QPointF& widget) const;
    void scheduleFrame();
    void drawFrame();
    void updateAxes();
    void updateColourBar();
    void updateTexts();
    void updateOverlay();
    void afterReplot();

    void changeView(const Viewport& view); ///< by the user: refused where it could not be drawn
    void zoomAt(const QPointF& widget, double factor);
    void goTo(const std::optional<std::pair<AxisRange, AxisRange>>& ranges); ///< of the zoom history
    void dragTo(const QPointF& widget);
    void finishDrag(const QPointF& widget);
    void cancelDrag();
    void pickAt(const QPointF& widget, double radius);
    bool onHandle(const QPointF& widget) const;
    void moveHandle(const QPointF& position);
    void updateCursor(const QPointF& widget, Qt::KeyboardModifiers modifiers);

    RasterStyle rasterStyleShown() const;
    bool labelsOfHighlights() const;
    std::shared_ptr<const std::vector<float>> maskedLabels();
    ColourScale scaleShown() const; ///< with what the theme says of it
    void updateStars();             ///< hands stars and style to the layer
    void updateContours();          ///< has them computed anew when shown and changed
    void computeContours();
    void forgetContours();
    void updateMarks(); ///< what tools draw on top
    void beginShape(const QPointF& widget, Qt::KeyboardModifiers modifiers);
    void continueShape(const QPointF& widget);
    void endShape();
    void updatePreview();
    struct VertexPlace {
        std::size_t part, vertex;
    };
    std::optional<VertexPlace> vertexAt(const QPointF& widget) const;
    void choosePart(std::size_t part);
    void notePath();
    void moveVertex(const QPointF& widget);
    bool insertVertex(const QPointF& widget);
    std::optional<std::size_t> edgeAt(const EditablePath& path, const QPointF& widget) const;
    void walkVertices(int step);
    bool toolKey(const QKeyEvent& event);
    bool vertexKey(const QKeyEvent& event);
    bool drawingKey(const QKeyEvent& event);
    void hoverNow();
    QString hoverTextAt(const QPointF& widget) const;
    QString modeText() const;

    ScatterColumns m_columns;
    ColourScale m_scale;
    RasterStyle m_style;
    AxisRange m_x, m_y;
    Theme m_theme = Theme::Light;
    bool m_robustFit = false;
    std::optional<QPointF> m_handle, m_picked;
    std::vector<MarkedStar> m_markedStars;
    std::vector<std::size_t> m_neighbours;
    QString m_emptyText, m_statusHint;

    QCustomPlot* m_plot = nullptr;       // child widget
    StarLayer* m_stars = nullptr;        // owned by m_plot
    ColourBar* m_colourBar = nullptr;    // owned by m_plot
    ScatterOverlay* m_overlay = nullptr; // child widget
    bool m_framePending = false;
    double m_lastFrameMs = 0;

    DrawMode m_mode = DrawMode::Scatter;
    HighlightSet m_highlights;
    bool m_highlightsByLabel = false;
    struct MaskedLabels {
        std::shared_ptr<const std::vector<float>> labels, masked; ///< masked: missing outside the highlights
        std::shared_ptr<const std::vector<std::uint8_t>> classes;
    };
    MaskedLabels m_masked;
    std::vector<double> m_fractions{0.5, 0.68, 0.95};
    std::vector<PlotTrack> m_tracks;
    LineLayer* m_lines = nullptr; // owned by m_plot
    bool m_contoursStale = true, m_contoursByJob = false;
    std::uint64_t m_contourNumber = 0; ///< of the last request
    bool m_contoursPending = false;
    std::size_t m_shownStars = 0;

    PlotTool m_tool = PlotTool::Pan;
    double m_brushRadius = 16;
    ShapeDrawing m_shape;
    ShapeModifier m_shapeModifier = ShapeModifier::Replace;
    std::size_t m_previewCount = 0;
    std::optional<QPointF> m_keyCursor; ///< widget position of drawing by keys
    std::vector<EditablePath> m_paths;
    std::size_t m_part = 0;                                    ///< the current one of them
    std::optional<EditablePath> m_editable, m_editableAtPress; ///< it, as it is being moved
    int m_vertex = -1;
    std::optional<std::size_t> m_hoveredRow;
    std::optional<qsizetype> m_hoverSent;
    QPointF m_hoverAt;
    QTimer m_hoverTimer;

    Drag m_drag = Drag::None;
    QPointF m_pressed;
    Viewport m_viewAtPress;
    ZoomHistory<std::pair<AxisRange, AxisRange>> m_zooms;
    QPointF m_handleAtPress;
    bool m_spaceHeld = false;
};

} // namespace zscape
