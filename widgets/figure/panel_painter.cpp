// Axes, colour bar, legend and boxed texts of a panel.
#include "widgets/figure/panel_painter.h"

#include "widgets/figure/figure_text.h"

#include <QImage>

#include <algorithm>
#include <cmath>

namespace zscape {

namespace {

const QColor ink = Qt::black;

QImage gradientOf(const PanelColourBar& bar) {
    const ColourRamp table = bar.ramp ? *bar.ramp : directedTable(bar.scale);
    QImage image(1, 256, QImage::Format_RGB32);
    for (int row = 0; row < 256; ++row) {
        image.setPixel(0, row, table[static_cast<std::size_t>(255 - row)]);
    }
    return image;
}

} // namespace

PanelPainter::PanelPainter(QPainter& painter, const Figure& figure, const FigurePanel& panel, bool outlines)
    : m_painter(painter),
      m_figure(figure),
      m_panel(panel),
      m_outlines(outlines),
      m_metrics(figure.style) {}

void PanelPainter::ticks(const FigureTicks& ticks, bool horizontal, bool labels) {
    const QRectF& frame = m_panel.frame;
    const auto at = [&](double value) {
        const QPointF page = toPage(horizontal ? QPointF(value, m_panel.y.lower) : QPointF(m_panel.x.lower, value));
        return horizontal ? page.x() : page.y();
    };
    const auto stroke = [&](double value, double length) {
        if (!ticks.strokes) return;
        const double p = at(value);
        if (horizontal) {
            m_painter.drawLine(QPointF(p, frame.bottom()), QPointF(p, frame.bottom() - length));
            m_painter.drawLine(QPointF(p, frame.top()), QPointF(p, frame.top() + length));
        } else {
            m_painter.drawLine(QPointF(frame.left(), p), QPointF(frame.left() + length, p));
            if (!m_panel.rightAxis) m_painter.drawLine(QPointF(frame.right(), p), QPointF(frame.right() - length, p));
        }
    };
    for (const double value : ticks.minor) {
        stroke(value, m_metrics.minorTick);
    }
    double free = -1e9; // where the next label of a horizontal axis may begin
    std::vector<std::size_t> order(ticks.major.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
        order[i] = i;
    }
    std::ranges::sort(order, [&](std::size_t a, std::size_t b) { return at(ticks.major[a]) < at(ticks.major[b]); });
    for (const std::size_t i : order) {
        stroke(ticks.major[i], m_metrics.majorTick);
        if (!labels || ticks.labels[i].isEmpty()) continue;
        // Where frames touch, the ends belong to both.
        const double fromStart = at(ticks.major[i]) - (horizontal ? frame.left() : frame.top());
        const double toEnd = (horizontal ? frame.right() : frame.bottom()) - at(ticks.major[i]);
        if ((horizontal ? m_panel.trimLeft : m_panel.trimTop) && fromStart < 0.55 * m_metrics.em) continue;
        if ((horizontal ? m_panel.trimRight : m_panel.trimBottom) && toEnd < 0.55 * m_metrics.em) continue;
        const FigureText text(ticks.labels[i], m_figure.style.family);
        // A class's name keeps to its own room.
        const double em =
            horizontal && !m_panel.xClasses.empty()
                ? fittingEm(text.width(), 0.94 * frame.width() / static_cast<double>(order.size()), m_figure.style)
                : m_metrics.em;
        const double width = text.width() * em;
        const double p = at(ticks.major[i]);
        if (horizontal) {
            if (p - 0.5 * width < free) continue;
            free = p + 0.5 * width + (m_panel.xClasses.empty() ? 0.3 * m_metrics.em : 0);
            text.draw(m_painter, {p - 0.5 * width, frame.bottom() + m_metrics.tickGapBelow + 0.76 * m_metrics.em}, em,
                      ink, m_outlines);
        } else {
            text.draw(m_painter, {frame.left() - m_metrics.tickGap - width, p + 0.37 * m_metrics.em}, m_metrics.em, ink,
                      m_outlines);
        }
    }
}

void PanelPainter::paintFrame() {
    const QRectF& frame = m_panel.frame;
    m_painter.setBrush(Qt::NoBrush);
    m_painter.setPen(QPen(ink, m_metrics.lineWidth, Qt::SolidLine, Qt::FlatCap, Qt::MiterJoin));
    m_painter.drawRect(frame);
    ticks(m_metrics.ticksX(m_panel, frame.width()), true, m_panel.xTickLabels);
    if (m_panel.yTicks) ticks(m_metrics.ticksY(m_panel, frame.height()), false, m_panel.yTickLabels);
}

void PanelPainter::paintTitle() {
    const QRectF& frame = m_panel.frame;
    const FigureText text(m_panel.title, m_figure.style.family);
    const double em = fittingEm(text.width(), 1.1 * frame.width(), m_figure.style);
    text.draw(m_painter,
              {frame.center().x() - 0.5 * text.width() * em,
               frame.top() - m_metrics.labelGap - text.descent() * m_metrics.em},
              em, ink, m_outlines);
}

void PanelPainter::paintRightAxis(const PanelRightAxis& axis) {
    const QRectF& frame = m_panel.frame;
    const FigureTicks marks = m_metrics.ticksY(axis.range, frame.height());
    const QPen pen(ink, m_metrics.lineWidth, Qt::SolidLine, Qt::FlatCap, Qt::MiterJoin);
    m_painter.setPen(pen);
    const auto stroke = [&](double value, double length) {
        const double y = toPage({m_panel.x.lower, value}, axis.range).y();
        m_painter.drawLine(QPointF(frame.right(), y), QPointF(frame.right() - length, y));
        return y;
    };
    for (const double value : marks.minor) {
        stroke(value, m_metrics.minorTick);
    }
    double widest = 0;
    for (std::size_t i = 0; i < marks.major.size(); ++i) {
        m_painter.setPen(pen); // text leaves its own
        const double y = stroke(marks.major[i], m_metrics.majorTick);
        const FigureText text(marks.labels[i], m_figure.style.family);
        widest = std::max(widest, text.width() * m_metrics.em);
        text.draw(m_painter, {frame.right() + m_metrics.tickGap, y + 0.37 * m_metrics.em}, m_metrics.em, ink,
                  m_outlines);
    }
    if (!axis.label.isEmpty()) upright(axis.label, frame.right() + m_metrics.tickGap + widest + m_metrics.labelGap);
}

void PanelPainter::upright(const QString& html, double left) {
    const QRectF& frame = m_panel.frame;
    const FigureText text(html, m_figure.style.family);
    const double em = fittingEm(text.width(), 1.1 * frame.height(), m_figure.style);
    m_painter.save();
    m_painter.translate(left + text.ascent() * m_metrics.em, frame.center().y() + 0.5 * text.width() * em);
    m_painter.rotate(-90);
    text.draw(m_painter, {0, 0}, em, ink, m_outlines);
    m_painter.restore();
}

void PanelPainter::paintAxes() {
    const QRectF& frame = m_panel.frame;
    if (!m_panel.bare) paintFrame();
    if (!m_panel.title.isEmpty()) paintTitle();
    if (m_panel.rightAxis) paintRightAxis(*m_panel.rightAxis);
    if (!m_panel.xLabel.isEmpty()) {
        const FigureText text(m_panel.xLabel, m_figure.style.family);
        // A little longer than the frame at most, and never over the edge of the page.
        const double middle = frame.center().x();
        const double page = 2 * (std::min(middle, m_figure.style.width_mm - middle) - m_metrics.edge);
        const double em = fittingEm(text.width(), std::min(1.15 * frame.width(), page), m_figure.style);
        text.draw(m_painter,
                  {frame.center().x() - 0.5 * text.width() * em,
                   frame.bottom() + m_panel.xLabelOffset_mm + text.ascent() * m_metrics.em},
                  em, ink, m_outlines);
    }
    if (m_panel.yLabel.isEmpty()) return;
    const FigureText text(m_panel.yLabel, m_figure.style.family);
    const double em = fittingEm(text.width(), 1.1 * frame.height(), m_figure.style);
    m_painter.save();
    m_painter.translate(frame.left() - m_panel.yLabelOffset_mm - text.descent() * m_metrics.em,
                        frame.center().y() + 0.5 * text.width() * em);
    m_painter.rotate(-90);
    text.draw(m_painter, {0, 0}, em, ink, m_outlines);
    m_painter.restore();
}

void PanelPainter::paintColourBar() {
    if (!m_panel.colourBar) return;
    const PanelColourBar& bar = *m_panel.colourBar;
    const QRectF rect(m_panel.frame.right() + m_metrics.barGap, m_panel.frame.top(), m_metrics.barWidth,
                      m_panel.frame.height());
    const QPen pen(ink, m_metrics.lineWidth, Qt::SolidLine, Qt::FlatCap, Qt::MiterJoin);
    double widest = 0;
    const auto label = [&](const QString& html, double y) {
        const FigureText text(html, m_figure.style.family);
        widest = std::max(widest, text.width() * m_metrics.em);
        text.draw(m_painter, {rect.right() + m_metrics.tickGap, y + 0.37 * m_metrics.em}, m_metrics.em, ink,
                  m_outlines);
    };
    if (bar.classes.empty()) {
        m_painter.drawImage(rect, gradientOf(bar));
        const AxisRange range{bar.scale.lower, bar.scale.upper, bar.scale.logarithmic, false};
        const FigureTicks marks = m_metrics.ticksY(range, rect.height());
        const Viewport view{{}, range, 1000, 1000};
        const auto y = [&](double value) { return rect.top() + view.pixelY(value) / 1000 * rect.height(); };
        m_painter.setPen(pen);
        for (const double value : marks.major) {
            m_painter.drawLine(QPointF(rect.right(), y(value)), QPointF(rect.right() - m_metrics.minorTick, y(value)));
        }
        for (std::size_t i = 0; i < marks.major.size(); ++i) {
            label(marks.labels[i], y(marks.major[i]));
        }
    } else {
        const double height = rect.height() / static_cast<double>(bar.classes.size());
        for (std::size_t i = 0; i < bar.classes.size(); ++i) {
            const QRectF block(rect.left(), rect.bottom() - static_cast<double>(i + 1) * height, rect.width(), height);
            m_painter.fillRect(block, bar.classes[i].second);
            label(classText(bar.classes[i].first), block.center().y());
        }
    }
    m_painter.setBrush(Qt::NoBrush);
    m_painter.setPen(pen);
    m_painter.drawRect(rect);
    if (!bar.label.isEmpty()) upright(bar.label, rect.right() + m_metrics.tickGap + widest + m_metrics.labelGap);
}

QPointF PanelPainter::cornerBox(PanelCorner corner, const QSizeF& size) const {
    const double gap = 1.1 * m_metrics.majorTick;
    const QRectF& frame = m_panel.frame;
    const bool right = corner == PanelCorner::TopRight || corner == PanelCorner::BottomRight;
    const bool bottom = corner == PanelCorner::BottomLeft || corner == PanelCorner::BottomRight;
    return {right ? frame.right() - gap - size.width() : frame.left() + gap,
            bottom ? frame.bottom() - gap - size.height() : frame.top() + gap};
}

void PanelPainter::box(const QRectF& rect) {
    m_painter.setPen(QPen(ink, 0.8 * m_metrics.lineWidth));
    m_painter.setBrush(QColor(255, 255, 255));
    m_painter.drawRoundedRect(rect, 0.3 * m_metrics.em, 0.3 * m_metrics.em);
}

void PanelPainter::paintTexts() {
    for (const PanelText& one : m_panel.texts) {
        const FigureText text(one.text, m_figure.style.family);
        const double pad = 0.4 * m_metrics.em;
        const QSizeF size(text.width() * m_metrics.em + 2 * pad, 1.05 * m_metrics.em + 1.2 * pad);
        const QPointF at = cornerBox(one.corner, size);
        box(QRectF(at, size));
        text.draw(m_painter, {at.x() + pad, at.y() + 0.6 * pad + 0.86 * m_metrics.em}, m_metrics.em, ink, m_outlines);
    }
}

void PanelPainter::paintLegend() {
    if (!m_panel.legend || m_panel.legend->entries.empty()) return;
    const PanelLegend& legend = *m_panel.legend;
    drawLegend(legend, cornerBox(legend.corner, legendSize(legend, m_figure.style)));
}

void PanelPainter::paintLegend(const PanelLegend& legend, const QPointF& at) {
    drawLegend(legend, at - QPointF(legendSize(legend, m_figure.style).width(), 0));
}

void PanelPainter::drawLegend(const PanelLegend& legend, const QPointF& at) {
    const LegendMetrics lengths(m_figure.style);
    const int rows = legendRows(legend);
    const std::vector<double> columns = legendColumns(legend, m_figure.style);
    box(QRectF(at, legendSize(legend, m_figure.style)));
    for (int i = 0; i < static_cast<int>(legend.entries.size()); ++i) {
        const LegendEntry& entry = legend.entries[static_cast<std::size_t>(i)];
        const QPointF left(at.x() + columns[static_cast<std::size_t>(i / rows)],
                           at.y() + 0.7 * lengths.pad + (i % rows + 0.5) * lengths.line);
        switch (entry.kind) {
        case LegendEntry::Kind::Line:
            m_painter.setPen(QPen(entry.colour, 0.35, entry.style, Qt::FlatCap));
            m_painter.drawLine(left, left + QPointF(lengths.sample, 0));
            break;
        case LegendEntry::Kind::Marker:
            marker(left + QPointF(0.5 * lengths.sample, 0), entry.shape, 0.75 * lengths.em, entry.colour,
                   entry.edge.isValid() ? QPen(entry.edge, 0.15) : QPen(Qt::NoPen));
            break;
        case LegendEntry::Kind::Patch:
            m_painter.fillRect(QRectF(left.x(), left.y() - 0.35 * lengths.em, lengths.sample, 0.7 * lengths.em),
                               entry.colour);
            break;
        }
        if (entry.marked && entry.kind != LegendEntry::Kind::Marker) {
            marker(left + QPointF(0.5 * lengths.sample, 0), entry.shape, 0.6 * lengths.em, entry.colour,
                   QPen(entry.edge, 0.12));
        }
        FigureText(entry.text, m_figure.style.family)
            .draw(m_painter, {left.x() + lengths.sample + lengths.gap, left.y() + 0.36 * lengths.em}, lengths.em, ink,
                  m_outlines);
    }
}

} // namespace zscape
