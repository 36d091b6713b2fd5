#pragma once

#include "widgets/theme.h"

#include <QPointF>
#include <QRect>
#include <QRegion>
#include <QString>
#include <QWidget>

#include <optional>

namespace zscape {

/// What moves on top of a plot: the drag handle, the marker of the picked star, the frame of a zoom, short texts. A
/// transparent widget of its own, so that moving something repaints only the few pixels around it. Takes no input.
class ScatterOverlay : public QWidget {
    Q_OBJECT
public:
    explicit ScatterOverlay(QWidget* parent);

    void setColours(const PlotColours& colours);
    void setPlotArea(const QRect& area);
    /// Positions in widget coordinates; nothing hides.
    void setHandle(std::optional<QPointF> position, bool grabbed);
    void setPicked(std::optional<QPointF> position);
    void setFrame(std::optional<QRectF> frame);
    void setEmptyText(const QString& text);
    void setHint(const QString& text);
    /// Paints what has changed before it returns.
    void repaintChanged();

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void paintHandle(QPainter& painter) const;
    void paintPicked(QPainter& painter) const;
    void paintFrame(QPainter& painter) const;
    void paintTexts(QPainter& painter) const;
    void updateAround(const std::optional<QPointF>& position);
    void changed(const QRect& area);

    PlotColours m_colours;
    QRect m_area;
    std::optional<QPointF> m_handle, m_picked;
    bool m_grabbed = false;
    std::optional<QRectF> m_frame;
    QString m_emptyText, m_hint;
    QRegion m_changed;
};

} // namespace zscape
