#include "widgets/corner_view.h"

#include "core/base/error.h"
#include "widgets/axis_label.h"
#include "widgets/class_marks.h"
#include "widgets/contour_sets.h"
#include "widgets/line_layer.h"
#include "widgets/number_text.h"

#include <QPaintEvent>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace zscape {

namespace {

constexpr int bins = 101; ///< a side of a panel, as the paper's Fig 15 has
constexpr int leftMargin = 7 * gridUnit, bottomMargin = 6 * gridUnit, edge = gridUnit, gap = gridUnit / 2;
constexpr int tickLength = 4;
constexpr double widestPanel = 1.8; ///< in heights: in a flat one nothing is told apart
constexpr double trackMarkSide = 5;

/// About `wanted` round numbers inside a range.
QVector<double> roundTicks(const AxisRange& axis, int wanted) {
    const double raw = (axis.upper - axis.lower) / std::max(1, wanted);
    const double power = std::pow(10, std::floor(std::log10(raw)));
    const double share = raw / power;
    const double step = power * (share < 1.5 ? 1 : share < 3.5 ? 2 : share < 7.5 ? 5 : 10);
    QVector<double> ticks;
    for (double tick = std::ceil(axis.lower / step) * step; tick <= axis.upper + 1e-9 * step; tick += step) {
        ticks.append(std::abs(tick) < 1e-9 * step ? 0 : tick);
    }
    return ticks.size() < 2 && wanted < 8 ? roundTicks(axis, wanted + 1) : ticks; // one number has no step to tell
}

/// `weight` of 256 parts of one colour, the rest of another.
Rgb mixed(Rgb from, Rgb to, int weight) {
    const auto part = [&](int shift) {
        const int a = (from >> shift) & 255, b = (to >> shift) & 255;
        return static_cast<Rgb>((a * (256 - weight) + b * weight + 128) / 256) << shift;
    };
    return 0xFF000000u | part(16) | part(8) | part(0);
}

/// Paints counts onto an image in one colour, from `faintest` of 256 parts for the fewest stars to all of it for the
/// most, to the power 0.5; pixels without stars stay.
void paintCounts(QImage& image, std::span<const std::uint32_t> counts, Rgb colour, int faintest) {
    const auto largest = static_cast<float>(std::max(1u, *std::max_element(counts.begin(), counts.end())));
    const auto range = static_cast<float>(256 - faintest);
    for (int y = 0; y < bins; ++y) {
        auto* line = reinterpret_cast<Rgb*>(image.scanLine(bins - 1 - y)); // up is larger
        const std::uint32_t* row = counts.data() + static_cast<std::ptrdiff_t>(y) * bins;
        for (int x = 0; x < bins; ++x) {
            if (row[x] == 0) continue;
            const float share = std::sqrt(static_cast<float>(row[x]) / largest);
            line[x] = mixed(line[x], colour, faintest + static_cast<int>(share * range));
        }
    }
}

} // namespace

CornerView::CornerView(QWidget* parent) : QWidget(parent), m_pool(std::min(availableCores(), 8)) {
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAttribute(Qt::WA_OpaquePaintEvent);
    setAccessibleName(tr("Corner plot"));
    setToolTip(tr("Click a panel to open it; R, L, B, A, U draw a selection in one, T a track.\n"
                  "The wheel, + and − zoom it, Shift and arrow keys pan it, F shows all.\n"
                  "The dashed curves on the diagonal are cumulative shares, 0 to 1."));
}

CornerView::~CornerView() = default;

void CornerView::setColumns(const Columns& columns) {
    for (const auto& column : columns.values) {
        if (column && column->size() == columns.values.front()->size()) continue;
        throw Error("the columns of the corner plot differ in length; give columns of the same stars");
    }
    if (columns.labels.size() != columns.values.size() || columns.values.size() > 16) {
        throw Error("a corner plot has 1 to 16 columns with a label each; choose fewer");
    }
    const std::size_t stars = columns.values.empty() ? 0 : columns.values.front()->size();
    if (m_columns.values.empty() || m_columns.values.front()->size() != stars) {
        m_highlights = {};
        m_hovered.reset();
    }
    m_columns = columns;
    m_allStale = m_highlightsStale = true;
    m_zooms.clear();
    if (m_limits.size() != columns.values.size()) {
        m_tracks.clear(); // of other columns
        fitToData();
    }
    m_row = std::min(m_row, std::max(0, size() - 1));
    m_column = std::min(m_column, m_row);
    changed();
}

void CornerView::fitToData() {
    m_limits.clear();
    for (const auto& column : m_columns.values) {
        m_limits.push_back(bulkRange({}, *column, m_columns.shown.get()));
    }
    m_allStale = m_highlightsStale = true;
    changed();
}

void CornerView::setLimits(std::vector<AxisRange> limits) {
    if (limits.size() != m_columns.values.size()) throw Error("a corner plot needs one range for each of its columns");
    m_limits = std::move(limits);
    for (AxisRange& range : m_limits) {
        range.logarithmic = range.flipped = false;
        range = drawableRange(range);
    }
    m_allStale = m_highlightsStale = true;
    changed();
}

void CornerView::setHighlights(const HighlightSet& highlights) {
    if (highlights == m_highlights) return;
    highlights.classes(m_pool, m_columns.values.empty() ? 0 : m_columns.values.front()->size()); // throws first
    m_highlights = highlights;
    m_highlightsStale = true;
    changed();
}

void CornerView::setTracks(std::vector<Track> tracks, const ColourScale& scale) {
    for (const Track& track : tracks) {
        for (const std::vector<double>& point : track.points) {
            if (point.size() == m_columns.values.size()) continue;
            throw Error("a track's points in a corner plot need one number for each of its columns");
        }
    }
    m_tracks = std::move(tracks);
    m_trackScale = scale;
    m_hoverText.clear();
    changed();
}

void CornerView::setNeighbours(std::vector<std::size_t> rows) {
    if (rows == m_neighbours) return;
    m_neighbours = std::move(rows);
    update();
}

void CornerView::setHovered(std::optional<std::size_t> row) {
    m_hovered = row && !m_columns.values.empty() && *row < m_columns.values.front()->size() ? row : std::nullopt;
    update();
}

void CornerView::setTheme(Theme theme) {
    m_theme = theme;
    changed();
}

void CornerView::changed() {
    m_frameStale = true;
    update();
}

QRect CornerView::panel(int row, int column) const {
    const int n = std::max(1, size());
    const int height = (this->height() - bottomMargin - edge) / n;
    const int width = std::min((this->width() - leftMargin - edge) / n, static_cast<int>(widestPanel * height));
    return {leftMargin + column * width, edge + row * height, std::max(8, width - gap), std::max(8, height - gap)};
}

Viewport CornerView::panelView(int row, int column) const {
    const QRect area = panel(row, column);
    return {m_limits[static_cast<std::size_t>(column)], m_limits[static_cast<std::size_t>(row)], area.width(),
            area.height()};
}

QPointF CornerView::toWidget(int row, int column, const QPointF& place) const {
    const Viewport view = panelView(row, column);
    return QPointF(panel(row, column).topLeft()) + QPointF(view.pixelX(place.x()), view.pixelY(place.y()));
}

void CornerView::recount() {
    const BitSet* shown = m_columns.shown.get();
    if (m_allStale) {
        std::vector<std::span<const float>> columns;
        for (const auto& column : m_columns.values) {
            columns.emplace_back(*column);
        }
        m_places = CornerPlaces(m_pool, columns, m_limits, bins);
        m_counts = cornerCounts(m_pool, m_places, shown);
    }
    if (m_allStale || m_highlightsStale) {
        const auto classes = m_highlights.classes(m_pool, m_places.stars());
        m_highlighted = classes ? cornerCountsByClass(m_pool, m_places, shown, *classes, m_highlights.classCount())
                                : CornerCounts();
    }
    m_allStale = m_highlightsStale = false;
}

QImage CornerView::panelImage(int row, int column) const {
    const PlotColours colours = plotColours(m_theme);
    const QColor most = m_highlights.empty() ? colours.foreground : colours.missing;
    const auto y = static_cast<std::size_t>(row), x = static_cast<std::size_t>(column);
    QImage image(bins, bins, QImage::Format_RGB32);
    image.fill(colours.background);
    paintCounts(image, m_counts.pair(0, y, x), most.rgb(), 31);
    for (int group = 0; group < m_highlighted.groups; ++group) {
        const Rgb colour = m_highlights.list()[static_cast<std::size_t>(group)].colour;
        paintCounts(image, m_highlighted.pair(group, y, x), colour, 115);
    }
    return image;
}

void CornerView::drawPanel(QPainter& painter, int row, int column) const {
    const QRect area = panel(row, column);
    painter.drawImage(QRectF(area), panelImage(row, column));
    painter.save();
    painter.setClipRect(area);
    drawClassMarks(painter, row, column);
    drawTracks(painter, row, column);
    painter.restore();
}

PlotTrack CornerView::trackIn(const Track& track, int row, int column) const {
    PlotTrack flat;
    flat.joined = track.joined;
    for (const std::vector<double>& point : track.points) {
        flat.points.emplace_back(point.at(static_cast<std::size_t>(column)), point.at(static_cast<std::size_t>(row)));
    }
    return flat;
}

void CornerView::drawTracks(QPainter& painter, int row, int column) const {
    painter.setRenderHint(QPainter::Antialiasing);
    for (const Track& track : m_tracks) {
        const PlotTrack flat = trackIn(track, row, column);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(QColor::fromRgb(track.colour), 1.5));
        for (const QPolygonF& piece :
             trackPieces(flat, [&](const QPointF& point) { return toWidget(row, column, point); })) {
            painter.drawPolyline(piece);
        }
        for (std::size_t k = 0; k < flat.points.size(); ++k) {
            const QPointF at = toWidget(row, column, flat.points[k]);
            if (!std::isfinite(at.x()) || !std::isfinite(at.y())) continue;
            const Rgb colour = k < track.along.size() ? colourOf(m_trackScale, track.along[k]) : track.colour;
            paintClassMark(painter, track.mark, at, trackMarkSide, QColor::fromRgb(colour),
                           plotColours(m_theme).foreground);
        }
    }
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setBrush(Qt::NoBrush);
}

void CornerView::drawMarginal(QPainter& painter, const QRect& area, const CornerCounts& counts, int group, int column,
                              const QColor& colour, double top) const {
    const auto heights = counts.marginal(group, static_cast<std::size_t>(column));
    const std::vector<double> shares = counts.cumulative(group, static_cast<std::size_t>(column));
    const double step = static_cast<double>(area.width()) / bins;
    QPolygonF outline, curve;
    for (int bin = 0; bin < bins; ++bin) {
        const double y = area.bottom() - marginalHeight * area.height() * heights[static_cast<std::size_t>(bin)] / top;
        outline << QPointF(area.left() + bin * step, y) << QPointF(area.left() + (bin + 1) * step, y);
        curve << QPointF(area.left() + bin * step,
                         area.bottom() - marginalHeight * area.height() * shares[static_cast<std::size_t>(bin)]);
    }
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(colour, 1.25));
    painter.drawPolyline(outline);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(colour, 1, Qt::DashLine));
    painter.drawPolyline(curve);
    painter.setRenderHint(QPainter::Antialiasing, false);
}

void CornerView::drawDiagonal(QPainter& painter, int column) const {
    const QRect area = panel(column, column);
    const PlotColours colours = plotColours(m_theme);
    const auto topOf = [column](const CornerCounts& counts, int group) {
        const auto heights = counts.marginal(group, static_cast<std::size_t>(column));
        return std::max<double>(1, *std::max_element(heights.begin(), heights.end()));
    };
    painter.save();
    painter.setClipRect(area);
    drawMarginal(painter, area, m_counts, 0, column, m_highlights.empty() ? colours.foreground : colours.muted,
                 topOf(m_counts, 0));
    // Each highlight to its own height: a small one would lie on the axis.
    for (int group = 0; group < m_highlighted.groups; ++group) {
        drawMarginal(painter, area, m_highlighted, group, column,
                     QColor::fromRgb(m_highlights.list()[static_cast<std::size_t>(group)].colour),
                     topOf(m_highlighted, group));
    }
    drawClassMarks(painter, column, column);
    painter.restore();
}

void CornerView::drawAxes(QPainter& painter, int row, int column) const {
    const QRect area = panel(row, column);
    const PlotColours colours = plotColours(m_theme);
    painter.setPen(QPen(colours.foreground, 0));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(area);
    const Viewport view = panelView(row, column);
    const QFontMetrics metrics(plotFont());
    const QVector<double> xs = roundTicks(view.x, std::clamp(area.width() / 56, 1, 5));
    const QVector<double> ys = roundTicks(view.y, std::clamp(area.height() / 40, 1, 5));
    const QVector<QString> xTexts = linearTickTexts(xs), yTexts = linearTickTexts(ys);
    // A number that would touch the one before is left out; so is the last of a panel that would touch its neighbour's.
    int free = area.left() - metrics.horizontalAdvance(u'0');
    for (qsizetype k = 0; k < xs.size(); ++k) {
        const int x = area.left() + static_cast<int>(std::lround(view.pixelX(xs[k])));
        painter.drawLine(x, area.bottom(), x, area.bottom() - tickLength);
        painter.drawLine(x, area.top(), x, area.top() + tickLength);
        if (row + 1 != size()) continue;
        const int width = metrics.horizontalAdvance(xTexts[k]);
        const int left = std::min(x - width / 2, area.right() + gap - width);
        if (left < free) continue;
        free = left + width + metrics.horizontalAdvance(u'0');
        painter.drawText(left, area.bottom() + 4 + metrics.ascent(), xTexts[k]);
    }
    const bool histogram = row == column;
    int lowest = area.bottom() + metrics.height(); // where the number below ends
    for (qsizetype k = 0; !histogram && k < ys.size(); ++k) {
        const int y = area.top() + static_cast<int>(std::lround(view.pixelY(ys[k])));
        painter.drawLine(area.left(), y, area.left() + tickLength, y);
        painter.drawLine(area.right(), y, area.right() - tickLength, y);
        const int base = std::clamp(y + metrics.ascent() / 2 - 1, area.top() + metrics.ascent(), area.bottom());
        if (column != 0 || base > lowest) continue;
        lowest = base - metrics.height();
        painter.drawText(area.left() - 4 - metrics.horizontalAdvance(yTexts[k]), base, yTexts[k]);
    }
    if (row + 1 == size()) {
        const QString& label = m_columns.labels[static_cast<std::size_t>(column)];
        drawRichText(painter, QPointF(area.center().x() - 8, area.bottom() + 6 + metrics.height()), label, plotFont(),
                     colours.foreground);
    }
    if (column != 0 || histogram) return;
    painter.save();
    painter.translate(2, area.center().y() + 8);
    painter.rotate(-90);
    drawRichText(painter, {0, 0}, m_columns.labels[static_cast<std::size_t>(row)], plotFont(), colours.foreground);
    painter.restore();
}

void CornerView::setEmptyText(const QString& text) {
    m_emptyText = text;
    m_frameStale = true;
    update();
}

void CornerView::drawFrame() {
    m_frameStale = false;
    const double ratio = devicePixelRatioF();
    m_frame = QPixmap((QSizeF(QWidget::size()) * ratio).toSize());
    m_frame.setDevicePixelRatio(ratio);
    const PlotColours colours = plotColours(m_theme);
    m_frame.fill(colours.background);
    QPainter painter(&m_frame);
    painter.setFont(plotFont());
    if (m_columns.values.empty() || m_columns.values.front()->empty()) {
        painter.setPen(colours.muted);
        painter.drawText(rect(), Qt::AlignCenter | Qt::TextWordWrap,
                         m_emptyText.isEmpty() ? tr("Open a catalogue, or try the demo") : m_emptyText);
        return;
    }
    recount();
    for (int row = 0; row < size(); ++row) {
        for (int column = 0; column < row; ++column) {
            drawPanel(painter, row, column);
            drawAxes(painter, row, column);
        }
        drawDiagonal(painter, row);
        drawAxes(painter, row, row);
    }
    setAccessibleDescription(tr("%1 columns of %2 stars")
                                 .arg(size())
                                 .arg(withThousands(static_cast<qint64>(m_columns.values.front()->size()))));
}

void CornerView::renderNow() {
    drawFrame();
    repaint();
}

void CornerView::resizeEvent(QResizeEvent*) {
    m_frameStale = true;
}

} // namespace zscape
