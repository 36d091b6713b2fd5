#pragma once

#include "core/plot/fit_axes.h"
#include "core/plot/star_raster.h"
#include "widgets/theme.h"

#include <QPointF>
#include <QRect>
#include <QString>
#include <QWidget>

#include <memory>
#include <optional>
#include <vector>

class QCustomPlot;

namespace zscape {

class ColourBar;
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

/// The latent map: millions of stars on two axes, a colour bar, and on top of it the drag handle, the picked star and
/// short texts. Passive: data in, signals out; it changes nothing but its own axes. Stars are drawn by StarRaster at
/// the resolution of the screen, axes by QCustomPlot; handle and marker move without either being drawn again. Changes
/// are drawn together, once control returns to the event loop.
///
/// Left-drag pans (on the handle: drags it), the wheel zooms at the cursor (over an axis: that axis alone), right-drag
/// stretches, Shift-drag zooms to a frame, a click picks the nearest star, Esc cancels a drag, with Space held the left
/// button always pans. Arrow keys pan, + and - zoom, Home and F show all, Enter picks the
/// star nearest to the handle.
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

    /// The drag handle, in data coordinates; nothing takes it away.
    void setHandle(std::optional<QPointF> position);
    std::optional<QPointF> handle() const { return m_handle; }
    /// The marker of the picked star, in data coordinates.
    void setPicked(std::optional<QPointF> position);
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
    /// A click where no star is near.
    void nothingPicked();
    void handleMoved(QPointF data);
    /// The drag ended; after Esc at the position where it had begun.
    void handleReleased();
    /// A double click on the handle.
    void handleReset();
    void viewChanged();
    /// A full frame is on the screen; starsInView() and lastFrameMs() are its.
    void frameDrawn();
    void cursorMoved(QPointF data);
    void cursorLeft();

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
    enum class Drag { None, Press, Pan, Handle, Stretch, Frame };

    void buildPlot();
    bool empty() const;
    StarRaster::Input rasterInput() const;
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
    void dragTo(const QPointF& widget);
    void finishDrag(const QPointF& widget);
    void cancelDrag();
    void pickAt(const QPointF& widget, double radius);
    bool onHandle(const QPointF& widget) const;
    void moveHandle(const QPointF& position);
    void updateCursor(const QPointF& widget, Qt::KeyboardModifiers modifiers);

    ScatterColumns m_columns;
    ColourScale m_scale;
    RasterStyle m_style;
    AxisRange m_x, m_y;
    Theme m_theme = Theme::Light;
    bool m_robustFit = false;
    std::optional<QPointF> m_handle, m_picked;
    QString m_emptyText, m_statusHint;

    QCustomPlot* m_plot = nullptr;       // child widget
    StarLayer* m_stars = nullptr;        // owned by m_plot
    ColourBar* m_colourBar = nullptr;    // owned by m_plot
    ScatterOverlay* m_overlay = nullptr; // child widget
    bool m_framePending = false;
    double m_lastFrameMs = 0;

    Drag m_drag = Drag::None;
    QPointF m_pressed;
    Viewport m_viewAtPress;
    QPointF m_handleAtPress;
    bool m_spaceHeld = false;
};

} // namespace zscape
