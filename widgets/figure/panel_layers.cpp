// The layers of a panel. Lines and areas are cut at the frame here, as SVG painters know no clip.
#include "widgets/class_marks.h"
#include "widgets/figure/figure_text.h"
#include "widgets/figure/panel_painter.h"
#include "widgets/figure/star_image.h"

#include <QPainterPath>

#include <algorithm>
#include <cmath>
#include <optional>

namespace zscape {

namespace {

bool finite(const QPointF& point) {
    return std::isfinite(point.x()) && std::isfinite(point.y());
}

/// The part of a segment inside a rectangle (Liang and Barsky 1984); nothing when it misses.
std::optional<std::pair<QPointF, QPointF>> inside(const QRectF& rect, const QPointF& a, const QPointF& b) {
    double from = 0, to = 1;
    const QPointF d = b - a;
    const auto cut = [&](double p, double q) {
        if (p == 0) return q >= 0;
        const double r = q / p;
        if (p < 0) {
            from = std::max(from, r);
        } else {
            to = std::min(to, r);
        }
        return from <= to;
    };
    if (cut(-d.x(), a.x() - rect.left()) && cut(d.x(), rect.right() - a.x()) && cut(-d.y(), a.y() - rect.top()) &&
        cut(d.y(), rect.bottom() - a.y())) {
        return std::pair(a + from * d, a + to * d);
    }
    return std::nullopt;
}

template <typename T>
const T& oneOf(const std::vector<T>& values, std::size_t index) {
    return values.size() == 1 ? values.front() : values[index];
}

} // namespace

QPointF PanelPainter::toPage(const QPointF& data) const {
    return toPage(data, m_panel.y);
}

QPointF PanelPainter::toPage(const QPointF& data, const AxisRange& vertical) const {
    constexpr int steps = 100000;
    const Viewport view{m_panel.x, vertical, steps, steps};
    return {m_panel.frame.left() + view.pixelX(data.x()) / steps * m_panel.frame.width(),
            m_panel.frame.top() + view.pixelY(data.y()) / steps * m_panel.frame.height()};
}

void PanelPainter::polyline(const std::vector<QPointF>& page, const QPen& pen) {
    QPainterPath path;
    QPointF end;
    bool open = false;
    for (std::size_t i = 1; i < page.size(); ++i) {
        const bool whole = finite(page[i - 1]) && finite(page[i]);
        const auto piece = whole ? inside(m_panel.frame, page[i - 1], page[i]) : std::nullopt;
        if (!piece) {
            open = false;
            continue;
        }
        if (!open || piece->first != end) path.moveTo(piece->first);
        path.lineTo(piece->second);
        end = piece->second;
        open = true;
    }
    if (!path.isEmpty()) m_painter.strokePath(path, pen);
}

void PanelPainter::area(const std::vector<QPointF>& page, const QColor& colour) {
    QPainterPath shape;
    shape.addPolygon(QPolygonF(QList<QPointF>(page.begin(), page.end())));
    QPainterPath frame;
    frame.addRect(m_panel.frame);
    m_painter.fillPath(shape.intersected(frame), colour);
}

void PanelPainter::marker(const QPointF& at, MarkerShape shape, double size, const QColor& fill, const QPen& edge) {
    m_painter.setBrush(fill);
    m_painter.setPen(edge);
    const double r = 0.5 * size;
    switch (shape) {
    case MarkerShape::Circle:
        m_painter.drawEllipse(at, r, r);
        return;
    case MarkerShape::Up:
        m_painter.drawPolygon(
            QPolygonF({at + QPointF(0, -1.1 * r), at + QPointF(1.1 * r, r), at + QPointF(-1.1 * r, r)}));
        return;
    case MarkerShape::Down:
        m_painter.drawPolygon(
            QPolygonF({at + QPointF(0, 1.1 * r), at + QPointF(1.1 * r, -r), at + QPointF(-1.1 * r, -r)}));
        return;
    case MarkerShape::Diamond:
        m_painter.drawPolygon(QPolygonF({at + QPointF(0, -1.2 * r), at + QPointF(1.1 * r, 0), at + QPointF(0, 1.2 * r),
                                         at + QPointF(-1.1 * r, 0)}));
        return;
    case MarkerShape::Square:
    case MarkerShape::Cross:
    case MarkerShape::Plus:
        m_painter.drawPolygon(markPolygon(shape, at, 1.1 * size));
        return;
    }
}

/// Where lines and ticks tell a class, in the size that single stars have it.
void PanelPainter::classMark(const QPointF& at, MarkerShape shape, const QColor& colour) {
    if (!finite(at) || !m_panel.frame.contains(at)) return;
    marker(at, shape, 1.2 * classMark_mm, colour, QPen(Qt::black, 0.12));
}

/// A few along it; none on a line that is hardly larger.
void PanelPainter::markLine(const std::vector<QPointF>& page, MarkerShape shape, const QColor& colour) {
    constexpr std::size_t marks = 3;
    constexpr double leastExtent = 5 * classMark_mm;
    const QRectF extent = QPolygonF(QList<QPointF>(page.begin(), page.end())).boundingRect();
    if (std::max(extent.width(), extent.height()) < leastExtent) return;
    for (std::size_t k = 0; k < marks; ++k) {
        classMark(page[k * page.size() / marks], shape, colour);
    }
}

void PanelPainter::markFullestBin(const DensityLayer& layer) {
    const StarBins bins = binStars(layer.x, layer.y, layer.shown.get(), m_panel.x, m_panel.y, layer.binsX, layer.binsY);
    if (bins.largest == 0) return;
    const auto fullest = static_cast<int>(std::ranges::find(bins.counts, bins.largest) - bins.counts.begin());
    classMark(toPage(bins.centre(fullest % bins.columns, fullest / bins.columns)), *layer.mark, QColor(layer.single));
}

void PanelPainter::paintLayers() {
    for (const FigureLayer& layer : m_panel.layers) {
        std::visit([this](const auto& one) { paint(one); }, layer);
    }
    // Over the densities of other classes.
    for (const FigureLayer& layer : m_panel.layers) {
        const auto* density = std::get_if<DensityLayer>(&layer);
        if (density && density->mark) markFullestBin(*density);
    }
}

void PanelPainter::paint(const StarsLayer& layer) {
    m_painter.drawImage(m_panel.frame, starImage(layer, m_panel, m_figure.style));
}

void PanelPainter::paint(const DensityLayer& layer) {
    m_painter.drawImage(m_panel.frame, densityImage(layer, m_panel, m_figure.style));
}

void PanelPainter::paint(const ContourLayer& layer) {
    const auto levels = contourLines(layer, m_panel);
    for (std::size_t i = 0; i < levels.size(); ++i) {
        const double share = levels.size() > 1 ? static_cast<double>(i) / static_cast<double>(levels.size() - 1) : 0;
        const QPen pen(QColor(layer.ramp[static_cast<std::size_t>(std::lround(share * 255))]), layer.width_mm);
        for (const std::vector<QPointF>& line : levels[i]) {
            std::vector<QPointF> page;
            for (const QPointF& point : line) {
                page.push_back(toPage(point));
            }
            polyline(page, pen);
            if (layer.mark) markLine(page, *layer.mark, QColor(layer.ramp.front()));
        }
    }
}

void PanelPainter::paint(const CurveLayer& layer) {
    std::vector<QPointF> page;
    for (const QPointF& point : layer.points) {
        page.push_back(toPage(point));
    }
    polyline(page, QPen(layer.colour, layer.width_mm, layer.style, Qt::FlatCap, Qt::RoundJoin));
}

void PanelPainter::paint(const MarkerLayer& layer) {
    std::vector<QPointF> page;
    for (const QPointF& point : layer.points) {
        page.push_back(toPage(point));
    }
    if (layer.joined.isValid()) {
        std::vector<QPointF> line;
        for (std::size_t i = 0; i < page.size(); ++i) {
            if (i < layer.joins.size() && !layer.joins[i]) line.emplace_back(std::nan(""), std::nan(""));
            line.push_back(page[i]);
        }
        polyline(line, QPen(layer.joined, layer.joinWidth_mm, Qt::SolidLine, Qt::FlatCap));
    }
    const QPen edge = layer.edgeWidth_mm > 0 ? QPen(layer.edge, layer.edgeWidth_mm) : QPen(Qt::NoPen);
    for (std::size_t i = 0; i < page.size(); ++i) {
        if (!finite(page[i]) || !m_panel.frame.contains(page[i])) continue;
        marker(page[i], layer.shape, layer.size_mm, oneOf(layer.fills, i), edge);
    }
}

void PanelPainter::paint(const StepsLayer& layer) {
    std::vector<QPointF> page;
    const AxisRange& vertical = layer.rightAxis && m_panel.rightAxis ? m_panel.rightAxis->range : m_panel.y;
    const auto at = [&](double edge, double value) {
        return toPage({edge, vertical.logarithmic ? std::max(value, 0.5 * vertical.lower) : value}, vertical);
    };
    if (layer.filled) page.push_back(at(layer.edges.front(), 0));
    for (std::size_t i = 0; i < layer.heights.size(); ++i) {
        page.push_back(at(layer.edges[i], layer.heights[i]));
        page.push_back(at(layer.edges[i + 1], layer.heights[i]));
    }
    if (layer.filled) {
        page.push_back(at(layer.edges.back(), 0));
        area(page, layer.colour);
        return;
    }
    polyline(page, QPen(layer.colour, layer.width_mm, layer.style, Qt::FlatCap, Qt::MiterJoin));
    if (!layer.mark || layer.heights.empty()) return;
    const auto highest = static_cast<std::size_t>(std::ranges::max_element(layer.heights) - layer.heights.begin());
    classMark(0.5 * (page[2 * highest] + page[2 * highest + 1]), *layer.mark, layer.colour);
}

void PanelPainter::paint(const BandLayer& layer) {
    std::vector<QPointF> page;
    for (std::size_t i = 0; i < layer.x.size(); ++i) {
        page.push_back(toPage(layer.x[i], layer.upper[i]));
    }
    for (std::size_t i = layer.x.size(); i-- > 0;) {
        page.push_back(toPage(layer.x[i], layer.lower[i]));
    }
    std::erase_if(page, [](const QPointF& point) { return !finite(point); });
    if (page.size() > 2) area(page, layer.colour);
}

void PanelPainter::paint(const VerticalsLayer& layer) {
    for (std::size_t i = 0; i < layer.x.size(); ++i) {
        const double x = toPage(layer.x[i], m_panel.y.lower).x();
        if (!std::isfinite(x)) continue;
        polyline({{x, m_panel.frame.top()}, {x, m_panel.frame.bottom()}},
                 QPen(oneOf(layer.colours, i), layer.width_mm, layer.style, Qt::FlatCap));
    }
}

void PanelPainter::paint(const TicksLayer& layer) {
    constexpr double width_mm = 0.5, gap_mm = 0.4, edge_mm = 0.12, line_mm = 0.3;
    constexpr double height_mm = TicksLayer::rowHeight_mm - gap_mm;
    const double top = m_panel.frame.top() + gap_mm + layer.row * TicksLayer::rowHeight_mm;
    std::vector<std::pair<QRectF, QColor>> ticks;
    QRectF all;
    for (std::size_t i = 0; i < layer.x.size(); ++i) {
        const double x = toPage(layer.x[i], m_panel.y.lower).x();
        const QRectF tick(x - width_mm / 2, top, width_mm, height_mm);
        if (!std::isfinite(x) || !m_panel.frame.contains(tick)) continue;
        ticks.emplace_back(tick, oneOf(layer.colours, i));
        all |= tick;
    }
    if (layer.joined.isValid()) {
        const QRectF line(all.left(), top + (height_mm - line_mm) / 2, all.width(), line_mm);
        m_painter.fillRect(line.adjusted(0, -edge_mm, 0, edge_mm), Qt::white);
        m_painter.fillRect(line, layer.joined);
    }
    for (const auto& [tick, colour] : ticks) {
        m_painter.fillRect(tick.adjusted(-edge_mm, -edge_mm, edge_mm, edge_mm), Qt::white); // told from bins beneath
        m_painter.fillRect(tick, colour);
    }
    if (layer.mark && !ticks.empty()) {
        const double x = std::max(all.left() - classMark_mm, m_panel.frame.left() + classMark_mm);
        classMark({x, top + height_mm / 2}, *layer.mark, layer.joined.isValid() ? layer.joined : ticks.front().second);
    }
}

void PanelPainter::paint(const CellsLayer& layer) {
    const double lineHeight = 1.35 * m_metrics.em;
    for (const CellsLayer::Cell& cell : layer.cells) {
        const QPointF half(0.5 * cell.size.width(), 0.5 * cell.size.height());
        const QRectF rect = QRectF(toPage(cell.at - half), toPage(cell.at + half)).normalized();
        if (cell.fill.isValid()) {
            m_painter.fillRect(rect, cell.fill);
        } else {
            m_painter.setBrush(Qt::NoBrush);
            m_painter.setPen(QPen(QColor(0xC0, 0xC0, 0xC0), 0.5 * m_metrics.lineWidth));
            m_painter.drawRect(rect);
        }
        const QColor ink = cell.fill.isValid() && qGray(cell.fill.rgb()) < 128 ? Qt::white : Qt::black;
        double baseline =
            rect.center().y() - 0.5 * lineHeight * static_cast<double>(cell.lines.size()) + 0.5 * lineHeight;
        for (const QString& line : cell.lines) {
            const FigureText text(line, m_figure.style.family);
            const double em = fittingEm(text.width(), 0.94 * rect.width(), m_figure.style);
            text.draw(m_painter, {rect.center().x() - 0.5 * text.width() * em, baseline + 0.37 * em}, em, ink,
                      m_outlines);
            baseline += lineHeight;
        }
    }
}

} // namespace zscape
