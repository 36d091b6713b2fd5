// Stars beside those of the corner plot's columns, and the shapes of selections.
#include "widgets/class_marks.h"
#include "widgets/corner_view.h"
#include "widgets/marked_stars.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace zscape {

namespace {

constexpr double smallMarks = 0.6; ///< beside those of a plot that has the room

} // namespace

void CornerView::setMarkedStars(std::vector<Marked> stars) {
    m_marked = std::move(stars);
    update();
}

void CornerView::drawMarked(QPainter& painter) const {
    if (m_marked.empty() || m_columns.values.empty()) return;
    const PlotColours colours = plotColours(m_theme);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const auto hasAll = [this](const Marked& star) {
        return star.at.size() == m_columns.values.size() && star.sigma.size() == star.at.size();
    };
    for (int row = 0; row < size(); ++row) {
        const auto y = static_cast<std::size_t>(row);
        for (int column = 0; column < row; ++column) {
            const auto x = static_cast<std::size_t>(column);
            std::vector<MarkedStar> stars;
            for (const Marked& star : m_marked) {
                if (hasAll(star))
                    stars.push_back({{star.at[x], star.at[y]}, {star.sigma[x], star.sigma[y]}, star.picked});
            }
            painter.setClipRect(panel(row, column));
            paintMarkedStars(painter, markedShapes(stars, [&](const QPointF& at) { return toWidget(row, column, at); }),
                             colours, m_theme, smallMarks);
        }
        const QRect area = panel(row, row);
        painter.setClipRect(area);
        for (const Marked& star : m_marked) {
            if (!hasAll(star) || !std::isfinite(star.at[y])) continue;
            const double left = toWidget(row, row, {star.at[y] - star.sigma[y], 0}).x();
            const double right = toWidget(row, row, {star.at[y] + star.sigma[y], 0}).x();
            QColor band = markedColour(m_theme);
            band.setAlpha(60);
            painter.fillRect(QRectF(left, area.top(), right - left, area.height()), band);
            const double middle = toWidget(row, row, {star.at[y], 0}).x();
            painter.setPen(QPen(markedColour(m_theme), star.picked ? 2 : 1));
            painter.drawLine(QPointF(middle, area.top()), QPointF(middle, area.bottom()));
        }
    }
    painter.restore();
}

/// Of each selection where most of its stars are: in a panel, on the diagonal at the top of its curve.
void CornerView::drawClassMarks(QPainter& painter, int row, int column) const {
    const QRect area = panel(row, column);
    const double bins = m_places.bins();
    const double side = std::min<double>(classMarkSize, 0.2 * std::min(area.width(), area.height()));
    for (int group = 0; group < m_highlighted.groups; ++group) {
        const auto y = static_cast<std::size_t>(row), x = static_cast<std::size_t>(column);
        const auto counts = row == column ? m_highlighted.marginal(group, x) : m_highlighted.pair(group, y, x);
        const auto most = std::ranges::max_element(counts);
        if (most == counts.end() || *most == 0) continue;
        const auto cell = static_cast<int>(most - counts.begin());
        const int binX = cell % m_places.bins(), binY = cell / m_places.bins();
        const double right = (binX + 0.5) / bins;
        const double up = row == column ? marginalHeight : (binY + 0.5) / bins;
        const Highlight& highlight = m_highlights.list()[static_cast<std::size_t>(group)];
        paintClassMark(painter, highlight.mark,
                       {area.left() + right * area.width(), area.top() + (1 - up) * area.height()}, side,
                       QColor::fromRgb(highlight.colour), plotColours(m_theme).foreground);
    }
}

} // namespace zscape
