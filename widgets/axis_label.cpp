#include "widgets/axis_label.h"

#include <QAbstractTextDocumentLayout>

#include <cmath>

namespace zscape {

namespace {

/// Room beside the text that the sub- and superscripts reach into.
constexpr int labelPadding = 4;
/// Between the label and the outer edge of the margin.
constexpr int edgeGap = 2;

void drawDocument(QPainter& painter, QTextDocument& document, const QColor& colour) {
    QAbstractTextDocumentLayout::PaintContext context;
    context.palette.setColor(QPalette::Text, colour);
    document.documentLayout()->draw(&painter, context);
}

void prepare(QTextDocument& document, const QString& html, const QFont& font) {
    document.setUndoRedoEnabled(false);
    document.setDocumentMargin(0);
    document.setDefaultFont(font);
    document.setHtml(html);
    document.setTextWidth(-1);
}

} // namespace

AxisLabel* AxisLabel::of(const QCPAxis& axis) {
    return axis.findChild<AxisLabel*>(QString(), Qt::FindDirectChildrenOnly);
}

AxisLabel* AxisLabel::set(QCPAxis& axis, const QString& html) {
    AxisLabel* label = of(axis);
    if (label == nullptr) label = new AxisLabel(axis);
    label->setHtml(html);
    return label;
}

AxisLabel::AxisLabel(QCPAxis& axis) : QCPLayerable(axis.parentPlot(), QStringLiteral("axes"), &axis), m_axis(&axis) {
    setParent(&axis);
}

void AxisLabel::setHtml(const QString& html) {
    if (html != m_html) {
        m_html = html;
        m_size = {};
    }
    // A blank label of the axis itself reserves the room in the margin.
    m_axis->setLabel(html.isEmpty() ? QString() : QStringLiteral(" "));
    m_axis->setLabelPadding(labelPadding);
}

void AxisLabel::layOut() {
    if (!m_size.isEmpty() && m_document.defaultFont() == m_axis->labelFont()) return;
    prepare(m_document, m_html, m_axis->labelFont());
    m_size = m_document.size();
}

void AxisLabel::applyDefaultAntialiasingHint(QCPPainter* painter) const {
    painter->setAntialiasing(true);
}

QRect AxisLabel::clipRect() const {
    return mParentPlot != nullptr ? mParentPlot->viewport() : QRect();
}

void AxisLabel::draw(QCPPainter* painter) {
    if (m_html.isEmpty() || m_axis.isNull() || !m_axis->visible()) return;
    layOut();
    const QRect inner = m_axis->axisRect()->rect();
    const QRect outer = m_axis->axisRect()->outerRect();
    painter->save();
    const double half = m_size.width() / 2;
    switch (m_axis->axisType()) {
    case QCPAxis::atBottom:
        painter->translate(std::round(inner.center().x() - half), outer.bottom() - edgeGap - m_size.height());
        break;
    case QCPAxis::atTop:
        painter->translate(std::round(inner.center().x() - half), outer.top() + edgeGap);
        break;
    case QCPAxis::atLeft:
        painter->translate(outer.left() + edgeGap, std::round(inner.center().y() + half));
        painter->rotate(-90);
        break;
    case QCPAxis::atRight:
        painter->translate(outer.right() - edgeGap - m_size.height(), std::round(inner.center().y() + half));
        painter->rotate(-90);
        break;
    }
    drawDocument(*painter, m_document, m_axis->labelColor());
    painter->restore();
}

QSizeF richTextSize(const QString& html, const QFont& font) {
    QTextDocument document;
    prepare(document, html, font);
    return document.size();
}

QSizeF drawRichText(QPainter& painter, const QPointF& topLeft, const QString& html, const QFont& font,
                    const QColor& colour) {
    QTextDocument document;
    prepare(document, html, font);
    painter.save();
    painter.translate(topLeft);
    drawDocument(painter, document, colour);
    painter.restore();
    return document.size();
}

} // namespace zscape
