// Stars beside those that the histogram counts: an upright line each, as on the diagonal of the corner plot.
#include "widgets/histogram_view.h"
#include "widgets/marked_stars.h"

#include <qcustomplot.h>

#include <cmath>

namespace zscape {

namespace {

constexpr double clickReach = 6; ///< pixels

} // namespace

/// On the plot's own overlay, so that the counts are not drawn anew when one is picked.
class HistogramView::MarkLines : public QCPLayerable {
public:
    explicit MarkLines(HistogramView& view) : QCPLayerable(view.m_plot, QStringLiteral("overlay")), m_view(view) {}

protected:
    void applyDefaultAntialiasingHint(QCPPainter* painter) const override { painter->setAntialiasing(true); }
    QRect clipRect() const override { return m_view.plotArea(); }
    void draw(QCPPainter* painter) override {
        if (!m_view.m_columns.values || m_view.m_columns.values->empty()) return;
        const QRect area = m_view.plotArea();
        const QColor colour = markedColour(m_view.m_theme);
        QColor band = colour;
        band.setAlpha(60);
        for (const Marked& star : m_view.m_marked) {
            const double middle = m_view.toWidgetX(star.at);
            if (!std::isfinite(middle)) continue;
            const double left = m_view.toWidgetX(star.at - star.sigma), right = m_view.toWidgetX(star.at + star.sigma);
            if (star.sigma > 0 && std::isfinite(left) && std::isfinite(right)) {
                painter->fillRect(QRectF(left, area.top(), right - left, area.height()), band);
            }
            painter->setPen(QPen(colour, star.picked ? 3 : 1.5));
            painter->drawLine(QLineF(middle, area.top(), middle, area.bottom()));
        }
    }

private:
    HistogramView& m_view;
};

void HistogramView::makeMarkLines() {
    m_markLines = new MarkLines(*this);
}

void HistogramView::setMarkedStars(std::vector<Marked> stars) {
    if (stars == m_marked) return;
    m_marked = std::move(stars);
    m_plot->layer(QStringLiteral("overlay"))->replot();
}

bool HistogramView::pickMarked(double widgetX) {
    std::optional<std::size_t> nearest;
    double least = clickReach;
    for (std::size_t star = 0; star < m_marked.size(); ++star) {
        const double away = std::abs(toWidgetX(m_marked[star].at) - widgetX);
        if (!(away <= least)) continue;
        least = away;
        nearest = star;
    }
    if (nearest) emit markedStarPicked(*nearest);
    return nearest.has_value();
}

} // namespace zscape
