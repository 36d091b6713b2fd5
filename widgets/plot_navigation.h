#pragma once

#include <qcustomplot.h>

namespace zscape {

/// A right-drag of this many pixels stretches by a factor of e, in every plot.
inline constexpr double stretchPixels = 150;

/// Moves about in a plot with linear axes as every plot of the program does: left-drag pans, the wheel zooms at the
/// cursor, right-drag stretches, double-click resets; arrow keys, plus, minus and Home do the same. Over an axis's
/// labels only that axis is moved. Changes ranges and says so; replotting is the owner's. Child of the plot.
class PlotNavigation : public QObject {
    Q_OBJECT
public:
    explicit PlotNavigation(QCustomPlot& plot);

signals:
    /// The user moved the axes of `rect`.
    void moved(QCPAxisRect* rect, bool horizontal, bool vertical);
    void resetRequested();
    /// The cursor, without a button, is at `position` inside `rect`; nullptr when it left.
    void hovered(QCPAxisRect* rect, QPointF position);

protected:
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    struct Drag {
        QCPAxisRect* rect = nullptr;
        Qt::MouseButton button = Qt::NoButton;
        QPointF start;
        QCPRange x, y;
        bool horizontal = true, vertical = true;
    };

    bool press(const QMouseEvent& event);
    bool move(const QMouseEvent& event);
    bool wheel(const QWheelEvent& event);
    bool key(const QKeyEvent& event);
    void pan(const QPointF& by);
    void stretch(const QPointF& by);
    void zoom(QCPAxisRect& rect, const QPointF& at, double factor, bool horizontal, bool vertical);
    /// The axis rect at or nearest beside `position`, and which of its axes the position belongs to.
    QCPAxisRect* target(const QPointF& position, bool& horizontal, bool& vertical) const;

    QCustomPlot& m_plot;
    Drag m_drag;
};

} // namespace zscape
