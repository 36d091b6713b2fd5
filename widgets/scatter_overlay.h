#pragma once

#include "widgets/marked_stars.h"
#include "widgets/theme.h"

#include <QImage>
#include <QPainterPath>
#include <QPointF>
#include <QRect>
#include <QRegion>
#include <QString>
#include <QWidget>

#include <optional>
#include <vector>

namespace zscape {

/// What selection tools draw, in widget coordinates.
struct ToolMarks {
    QString mode;         ///< which tool, and what its keys do; in the corner
    QPainterPath outline; ///< of the shape that is being drawn
    QPainterPath area;
    QImage preview; ///< over the plot area: the stars that the shape would select
    QString count;  ///< "31,204 of 502,311 (6.2 %)"
    bool removing = false;
    struct Path {
        std::vector<QPointF> vertices;
        bool closed = true;
        bool operator==(const Path&) const = default;
    };
    std::vector<Path> others;      ///< paths that can be edited, but for the current one
    std::vector<QPointF> vertices; ///< of the current one
    bool closed = true;
    int vertex = -1; ///< the one that keys move
    std::optional<QPointF> keyCursor;
    bool operator==(const ToolMarks& other) const;
};

/// What moves on top of a plot: the drag handle, the marker of the picked star, the frame of a zoom, short texts. A
/// transparent widget of its own, so that moving something repaints only the few pixels around it. Takes no input.
class ScatterOverlay : public QWidget {
    Q_OBJECT
public:
    explicit ScatterOverlay(QWidget* parent);

    void setTheme(Theme theme);
    void setPlotArea(const QRect& area);
    /// Positions in widget coordinates; nothing hides.
    void setHandle(std::optional<QPointF> position, bool grabbed);
    void setPicked(std::optional<QPointF> position);
    /// Small rings: the stars nearest to the handle.
    void setNeighbours(std::vector<QPointF> positions);
    void setMarkedStars(std::vector<MarkedShape> stars);
    void setHovered(std::optional<QPointF> position, const QString& text);
    void setMarks(const ToolMarks& marks);
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
    void paintNeighbours(QPainter& painter) const;
    void paintFrame(QPainter& painter) const;
    void paintTexts(QPainter& painter) const;
    void paintShape(QPainter& painter) const;
    void paintVertices(QPainter& painter) const;
    void paintPath(QPainter& painter, const std::vector<QPointF>& vertices, bool closed, int vertex) const;
    void paintHovered(QPainter& painter) const;
    void paintModeText(QPainter& painter) const;
    QRect hoverBox() const;
    void updateAround(const std::optional<QPointF>& position);
    void changed(const QRect& area);

    Theme m_theme = Theme::Light;
    PlotColours m_colours;
    QRect m_area;
    std::optional<QPointF> m_handle, m_picked, m_hovered;
    std::vector<QPointF> m_neighbours;
    std::vector<MarkedShape> m_stars;
    QString m_hoverText;
    ToolMarks m_marks;
    bool m_grabbed = false;
    std::optional<QRectF> m_frame;
    QString m_emptyText, m_hint;
    QRegion m_changed;
};

} // namespace zscape
