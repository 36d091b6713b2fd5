#pragma once

#include <qcustomplot.h>

#include <QTextDocument>

namespace zscape {

/// The label of an axis as rich text: real subscripts, superscripts, italics and Greek, drawn as vectors, turned for
/// vertical axes. It takes the place, font and colour of the axis's own label, so `QCPAxis::setLabelFont` and the plot
/// style work as usual. Owned by the axis.
class AxisLabel : public QCPLayerable {
    Q_OBJECT
public:
    /// `html` as columnLabel gives it, for instance "<i>T</i><sub>eff</sub> [K]"; empty takes the label away.
    static AxisLabel* set(QCPAxis& axis, const QString& html);
    /// nullptr where the axis has none.
    static AxisLabel* of(const QCPAxis& axis);

    const QString& html() const { return m_html; }

protected:
    void applyDefaultAntialiasingHint(QCPPainter* painter) const override;
    void draw(QCPPainter* painter) override;
    QRect clipRect() const override;

private:
    explicit AxisLabel(QCPAxis& axis);
    void setHtml(const QString& html);
    void layOut();

    QPointer<QCPAxis> m_axis;
    QString m_html;
    QTextDocument m_document;
    QSizeF m_size;
};

/// The size that drawRichText() takes.
QSizeF richTextSize(const QString& html, const QFont& font);
/// Draws rich text in this font with its top left at `topLeft`; returns the size it takes.
QSizeF drawRichText(QPainter& painter, const QPointF& topLeft, const QString& html, const QFont& font,
                    const QColor& colour);

} // namespace zscape
