#include "widgets/nearest_list.h"

#include "widgets/axis_label.h"
#include "widgets/theme.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPaintEvent>
#include <QPainter>

#include <algorithm>

namespace zscape {

NearestList::NearestList(QWidget* parent) : QWidget(parent) {
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    setMaximumHeight(sizeHint().height());
    setAccessibleName(tr("Nearest stars"));
    setToolTip(tr("The stars nearest to the latent point, by distance in all latents; click one, or press Enter, to "
                  "show it"));
}

void NearestList::setColumns(const QString& what, const QVector<Column>& columns) {
    if (what == m_what && columns == m_columns) return;
    m_what = what;
    m_columns = columns;
    update();
}

void NearestList::setStars(const QVector<Star>& stars) {
    if (stars == m_stars) return;
    m_stars = stars;
    m_current = std::clamp(m_current, 0, std::max(0, static_cast<int>(stars.size()) - 1));
    if (hasFocus()) describe();
    update(0, lineHeight(), width(), height() - lineHeight()); // the heading stays
}

int NearestList::lineHeight() const {
    return fontMetrics().height() + 2;
}

QRect NearestList::lineRect(int line) const {
    return {0, (line + 1) * lineHeight(), width(), lineHeight()};
}

int NearestList::shownLines() const {
    return std::min(static_cast<int>(m_stars.size()), height() / lineHeight() - 1);
}

int NearestList::lineAt(const QPoint& at) const {
    const int line = at.y() / lineHeight() - 1;
    return rect().contains(at) && line >= 0 && line < shownLines() ? line : -1;
}

QVector<int> NearestList::rightEdges() const {
    QVector<int> edges(m_columns.size());
    int right = width() - gridUnit / 2;
    for (qsizetype k = m_columns.size() - 1; k >= 0; --k) {
        edges[k] = right;
        right -= fontMetrics().horizontalAdvance(m_columns[k].widest) + 3 * gridUnit / 2;
    }
    return edges;
}

void NearestList::paintHeader(QPainter& painter) const {
    const QColor faint = palette().color(QPalette::PlaceholderText);
    const QVector<int> edges = rightEdges();
    painter.setPen(faint);
    painter.drawText(QRect(0, 0, width(), lineHeight()), Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, m_what);
    for (qsizetype k = 0; k < m_columns.size(); ++k) {
        const QSizeF size = richTextSize(m_columns[k].symbol, font());
        drawRichText(painter, {edges[k] - size.width(), (lineHeight() - size.height()) / 2}, m_columns[k].symbol,
                     font(), faint);
    }
}

void NearestList::paintLine(QPainter& painter, int line) const {
    const QRect box = lineRect(line);
    if (line == m_under || (hasFocus() && line == m_current)) {
        QColor band = palette().color(QPalette::Highlight);
        band.setAlpha(line == m_under ? 40 : 70);
        painter.fillRect(box, band);
    }
    const Star& star = m_stars[line];
    const QVector<int> edges = rightEdges();
    const int firstWidth = m_columns.isEmpty() ? 0 : fontMetrics().horizontalAdvance(m_columns[0].widest) + gridUnit;
    const int idWidth = m_columns.isEmpty() ? width() : std::max(0, edges[0] - firstWidth);
    painter.setPen(palette().color(QPalette::Link));
    // The last digits tell stars apart.
    painter.drawText(QRect(0, box.top(), idWidth, box.height()), Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                     fontMetrics().elidedText(star.id, Qt::ElideMiddle, idWidth));
    painter.setPen(palette().color(QPalette::WindowText));
    for (qsizetype k = 0; k < std::min(m_columns.size(), star.values.size()); ++k) {
        painter.drawText(QRect(0, box.top(), edges[k], box.height()),
                         Qt::AlignRight | Qt::AlignVCenter | Qt::TextSingleLine, star.values[k]);
    }
}

void NearestList::paintEvent(QPaintEvent* event) {
    QPainter painter(this);
    if (event->rect().top() < lineHeight()) paintHeader(painter);
    for (int line = 0; line < shownLines(); ++line) {
        paintLine(painter, line);
    }
}

void NearestList::mousePressEvent(QMouseEvent* event) {
    const int line = lineAt(event->position().toPoint());
    if (event->button() != Qt::LeftButton || line < 0) return;
    setCurrent(line);
    emit activated(line);
}

void NearestList::mouseMoveEvent(QMouseEvent* event) {
    const int line = lineAt(event->position().toPoint());
    setCursor(line < 0 ? Qt::ArrowCursor : Qt::PointingHandCursor);
    if (line == m_under) return;
    m_under = line;
    update();
}

void NearestList::leaveEvent(QEvent* event) {
    m_under = -1;
    update();
    QWidget::leaveEvent(event);
}

void NearestList::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
    case Qt::Key_Up:
        return setCurrent(m_current - 1);
    case Qt::Key_Down:
        return setCurrent(m_current + 1);
    case Qt::Key_Home:
        return setCurrent(0);
    case Qt::Key_End:
        return setCurrent(shownLines() - 1);
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space:
        if (m_current < shownLines()) emit activated(m_current);
        return;
    default:
        QWidget::keyPressEvent(event);
    }
}

void NearestList::setCurrent(int line) {
    m_current = std::clamp(line, 0, std::max(0, shownLines() - 1));
    describe();
    update();
}

/// For a screen reader, where somebody is there.
void NearestList::describe() {
    if (m_current >= m_stars.size()) return;
    const Star& star = m_stars[m_current];
    setAccessibleDescription(star.id + QStringLiteral(", ") +
                             QStringList(star.values.begin(), star.values.end()).join(QStringLiteral(", ")));
}

void NearestList::focusInEvent(QFocusEvent* event) {
    describe();
    update();
    QWidget::focusInEvent(event);
}

void NearestList::focusOutEvent(QFocusEvent* event) {
    update();
    QWidget::focusOutEvent(event);
}

} // namespace zscape
