#include "widgets/track_ticks.h"

#include "widgets/class_marks.h"

#include <algorithm>
#include <cmath>

namespace zscape {

namespace {

constexpr double tickWidth = 3, tickHeight = 9, gap = 2;
constexpr double largestShare = 0.4; ///< of the plot's height, for many tracks

} // namespace

TrackTicks::TrackTicks(QCPAxisRect& axisRect)
    : QCPLayerable(axisRect.parentPlot(), QStringLiteral("axes"), &axisRect), // on top of the counts
      m_axisRect(axisRect),
      m_colours(plotColours(Theme::Light)) {
    setParent(&axisRect);
}

void TrackTicks::setTracks(std::vector<HistogramView::Track> tracks, const ColourScale& scale) {
    m_tracks = std::move(tracks);
    m_scale = scale;
}

double TrackTicks::rowHeight() const {
    const double rows = std::max<double>(1, static_cast<double>(m_tracks.size()));
    return std::min(tickHeight + gap, largestShare * m_axisRect.height() / rows);
}

QRectF TrackTicks::tick(std::size_t row, double value) const {
    const Viewport view{m_axis, {}, std::max(1, m_axisRect.width()), std::max(1, m_axisRect.height())};
    const double x = m_axisRect.left() + view.pixelX(value);
    const double height = rowHeight();
    return {x - tickWidth / 2, m_axisRect.top() + gap + static_cast<double>(row) * height, tickWidth,
            std::max(1.0, height - gap)};
}

QString TrackTicks::textAt(const QPointF& widget) const {
    constexpr double reach = 3;
    QString text;
    double nearest = reach;
    for (std::size_t row = 0; row < m_tracks.size(); ++row) {
        const HistogramView::Track& track = m_tracks[row];
        for (std::size_t k = 0; k < std::min(track.values.size(), track.texts.size()); ++k) {
            const QRectF at = tick(row, track.values[k]);
            const double apart = std::abs(at.center().x() - widget.x());
            if (!(apart <= nearest) || widget.y() < at.top() - gap || widget.y() > at.bottom()) continue;
            nearest = apart;
            text = track.texts[k];
        }
    }
    return text;
}

void TrackTicks::applyDefaultAntialiasingHint(QCPPainter* painter) const {
    painter->setAntialiasing(false); // upright edges
}

QRect TrackTicks::clipRect() const {
    return m_axisRect.rect();
}

void TrackTicks::draw(QCPPainter* painter) {
    painter->setPen(Qt::NoPen);
    for (std::size_t row = 0; row < m_tracks.size(); ++row) {
        const HistogramView::Track& track = m_tracks[row];
        QRectF all;
        for (const double value : track.values) {
            const QRectF at = tick(row, value);
            if (std::isfinite(at.x())) all |= at;
        }
        if (all.isEmpty()) continue;
        // As in the planes: the line tells the track, the points where along it they are.
        const QRectF line(all.left(), all.center().y() - 1, all.width(), 2);
        painter->fillRect(line.adjusted(0, -1, 0, 1), m_colours.background);
        painter->fillRect(line, QColor::fromRgba(track.colour));
        for (std::size_t k = 0; k < track.values.size(); ++k) {
            const QRectF at = tick(row, track.values[k]);
            if (!std::isfinite(at.x())) continue;
            const bool along = k < track.along.size();
            painter->fillRect(at.adjusted(-1, -1, 1, 1), m_colours.background);
            painter->fillRect(at, QColor::fromRgba(along ? colourOf(m_scale, track.along[k]) : track.colour));
        }
        // Before the first tick: which track it is, as its points tell elsewhere.
        const double side = std::min<double>(classMarkSize, all.height());
        paintClassMark(*painter, track.mark, {std::max(all.left() - side, m_axisRect.left() + side), all.center().y()},
                       side, QColor::fromRgba(track.colour), m_colours.foreground);
    }
}

} // namespace zscape
