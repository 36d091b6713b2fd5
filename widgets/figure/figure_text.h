#pragma once

#include <QColor>
#include <QPainter>
#include <QString>

#include <vector>

namespace zscape {

/// One line of rich text (<i>, <b>, <sub>, <sup>, entities; a superscript right after a subscript stands over it), laid
/// out once for any size and resolution: lengths are in ems. Needs a QGuiApplication; any thread.
class FigureText {
public:
    FigureText(const QString& html, const QString& family);

    double width() const { return m_width; }     ///< [em]
    double ascent() const { return m_ascent; }   ///< above the baseline, of what is there
    double descent() const { return m_descent; } ///< below
    double height() const { return m_ascent + m_descent; }

    /// Draws with the baseline's left end at `origin`; `em` in the painter's units. As outlines the text needs no font
    /// where it is shown.
    void draw(QPainter& painter, const QPointF& origin, double em, const QColor& colour, bool outlines) const;

private:
    struct Run {
        QString text;
        bool italic = false;
        bool bold = false;
        double scale = 1;
        double rise = 0;
        double x = 0;
    };
    void add(const QString& text, bool italic, bool bold, int sub, int sup);

    QString m_family;
    std::vector<Run> m_runs;
    double m_width = 0;
    double m_ascent = 0;
    double m_descent = 0;
    double m_scriptStart = -1; ///< where the last script began, -1 when something else came after it
};

} // namespace zscape
