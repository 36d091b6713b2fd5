#include "widgets/elided_label.h"

#include "widgets/theme.h"

#include <QPainter>
#include <QResizeEvent>

#include <algorithm>

namespace zscape {

ElidedLabel::ElidedLabel(const QString& text, QWidget* parent) : QLabel(text, parent) {
    setTextFormat(Qt::PlainText);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

void ElidedLabel::setFullText(const QString& text, const QString& tip) {
    setText(text);
    setToolTip(tip.isEmpty() ? text : tip);
    setAccessibleName(text);
}

void ElidedLabel::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setPen(palette().color(foregroundRole()));
    painter.drawText(contentsRect(), static_cast<int>(alignment()) | Qt::TextSingleLine,
                     fontMetrics().elidedText(text(), Qt::ElideMiddle, contentsRect().width()));
}

QSize ElidedLabel::minimumSizeHint() const {
    return {fontMetrics().horizontalAdvance(QStringLiteral("abc…xyz")), QLabel::minimumSizeHint().height()};
}

WrappedLabel::WrappedLabel(const QString& text, QWidget* parent) : QLabel(text, parent) {
    setWordWrap(true);
}

QSize WrappedLabel::minimumSizeHint() const {
    const QSize usual = QLabel::minimumSizeHint();
    return {usual.width(), std::max(usual.height(), heightForWidth(width()))};
}

void WrappedLabel::resizeEvent(QResizeEvent* event) {
    QLabel::resizeEvent(event);
    if (event->oldSize().width() != event->size().width()) updateGeometry();
}

Badge::Badge(const QString& text, QWidget* parent) : QLabel(text, parent) {
    setContentsMargins(gridUnit / 2 + 1, 0, gridUnit / 2 + 1, 1);
    setForegroundRole(QPalette::Link);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void Badge::paintEvent(QPaintEvent* event) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(palette().color(QPalette::Link));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3);
    painter.end();
    QLabel::paintEvent(event);
}

} // namespace zscape
