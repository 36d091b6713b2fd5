#include "widgets/axis_label.h"

#include <QAbstractTextDocumentLayout>

#include <algorithm>
#include <cmath>

namespace zscape {

namespace {

/// Room beside the text that the sub- and superscripts reach into.
constexpr int labelPadding = 4;
/// Between the label and the outer edge of the margin.
constexpr int edgeGap = 2;
/// Beyond the ends of a label that has hardly room: glyphs are rounded to whole pixels, and longer than measured.
constexpr int endGap = 4;

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
    const bool upright = QCPAxis::orientation(m_axis->axisType()) == Qt::Vertical;
    // Smaller where a low or narrow plot has not the room, and beside the middle of the axis before it is cut.
    const double room = (upright ? outer.height() : outer.width()) - 2 * endGap;
    const double scale = std::min(1.0, room / m_size.width());
    const double half = scale * m_size.width() / 2;
    const auto middle = [half](double wanted, double from, double to) {
        return std::max(from + endGap + half, std::min(wanted, to - endGap - half));
    };
    const double x = middle(inner.center().x(), outer.left(), outer.right());
    const double y = middle(inner.center().y(), outer.top(), outer.bottom());
    const double height = scale * m_size.height();
    switch (m_axis->axisType()) {
    case QCPAxis::atBottom:
        painter->translate(std::round(x - half), outer.bottom() - edgeGap - height);
        break;
    case QCPAxis::atTop:
        painter->translate(std::round(x - half), outer.top() + edgeGap);
        break;
    case QCPAxis::atLeft:
        painter->translate(outer.left() + edgeGap, std::round(y + half));
        break;
    case QCPAxis::atRight:
        painter->translate(outer.right() - edgeGap - height, std::round(y + half));
        break;
    }
    if (upright) painter->rotate(-90);
    painter->scale(scale, scale);
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
