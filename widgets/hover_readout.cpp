#include "widgets/hover_readout.h"

#include <QAbstractTextDocumentLayout>
#include <QTextDocument>

#include <cmath>

namespace zscape {

HoverReadout::HoverReadout(QCustomPlot& plot) : QCPLayerable(&plot, QStringLiteral("overlay")) {}

void HoverReadout::show(QCPAxisRect& rect, double x, const QString& html) {
    m_rect = &rect;
    m_x = x;
    m_html = html;
    layer()->replot();
}

void HoverReadout::hide() {
    if (m_rect.isNull()) return;
    m_rect.clear();
    layer()->replot();
}

void HoverReadout::applyDefaultAntialiasingHint(QCPPainter* painter) const {
    painter->setAntialiasing(false);
}

void HoverReadout::draw(QCPPainter* painter) {
    if (m_rect.isNull()) return;
    const QRectF rect = m_rect->rect();
    const double x = std::round(m_x);
    if (x < rect.left() || x > rect.right()) return;
    painter->setPen(QPen(m_style.colours.muted, 0));
    painter->drawLine(QLineF(x, rect.top(), x, rect.bottom()));

    QTextDocument document;
    document.setDocumentMargin(gridUnit / 2.0);
    document.setDefaultFont(m_style.font);
    document.setHtml(m_html);
    const QSizeF size = document.size();
    // On the side with more room, low enough to leave the names of the lines free.
    const double left = x > rect.center().x() ? x - gridUnit - size.width() : x + gridUnit;
    QRectF box(QPointF(left, 0), size);
    box.moveBottom(rect.bottom() - gridUnit);
    QColor veil = m_style.colours.background;
    veil.setAlpha(225);
    painter->fillRect(box, veil);
    painter->save();
    painter->translate(box.topLeft());
    QAbstractTextDocumentLayout::PaintContext context;
    context.palette.setColor(QPalette::Text, m_style.colours.foreground);
    document.documentLayout()->draw(painter, context);
    painter->restore();
}

} // namespace zscape
