#include "widgets/tour.h"

#include "widgets/theme.h"

#include <QBoxLayout>
#include <QEvent>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>
#include <QTimer>

#include <algorithm>

namespace zscape {

Tour::Tour(QWidget& window, std::vector<TourStep> steps) : QFrame(&window), m_window(window) {
    setObjectName(QStringLiteral("tour"));
    setAttribute(Qt::WA_DeleteOnClose);
    setAutoFillBackground(true);
    setFrameShape(QFrame::StyledPanel);
    setAccessibleName(tr("Tour"));
    for (TourStep& step : steps) {
        if (step.target && step.target->isVisible()) m_steps.push_back(std::move(step));
    }
    m_frame = new QFrame(&window);
    m_frame->setAttribute(Qt::WA_TransparentForMouseEvents);
    m_frame->setObjectName(QStringLiteral("tourFrame"));
    m_frame->setStyleSheet(QStringLiteral("#tourFrame { border: 2px solid %1; border-radius: 4px; }")
                               .arg(palette().color(QPalette::Highlight).name()));

    m_title = new QLabel;
    QFont bold = m_title->font();
    bold.setBold(true);
    m_title->setFont(bold);
    m_text = new QLabel;
    m_text->setWordWrap(true);
    m_count = new QLabel;
    m_count->setEnabled(false);
    m_skip = new QPushButton(tr("&Skip"));
    m_back = new QPushButton(tr("&Back"));
    m_next = new QPushButton;
    m_next->setDefault(true);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_count, 1);
    buttons->addWidget(m_skip);
    buttons->addWidget(m_back);
    buttons->addWidget(m_next);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(2 * gridUnit, 2 * gridUnit, 2 * gridUnit, gridUnit);
    layout->setSpacing(gridUnit);
    layout->addWidget(m_title);
    layout->addWidget(m_text);
    layout->addLayout(buttons);
    setFixedWidth(44 * gridUnit);

    connect(m_skip, &QPushButton::clicked, this, &Tour::finish);
    connect(m_back, &QPushButton::clicked, this, [this] { go(m_step - 1); });
    connect(m_next, &QPushButton::clicked, this, [this] { go(m_step + 1); });
    window.installEventFilter(this);
    if (m_steps.empty()) {
        QTimer::singleShot(0, this, &Tour::finish);
        return;
    }
    go(0);
}

void Tour::go(int step) {
    if (step < 0) return;
    if (step >= steps()) {
        finish();
        return;
    }
    m_step = step;
    const TourStep& one = m_steps[static_cast<std::size_t>(step)];
    m_title->setText(one.title);
    m_text->setText(one.text);
    m_count->setText(tr("%1 of %2").arg(step + 1).arg(steps()));
    m_back->setEnabled(step > 0);
    m_skip->setVisible(step + 1 < steps());
    m_next->setText(step + 1 < steps() ? tr("&Next") : tr("&Done"));
    place();
    show();
    m_next->setFocus();
}

/// Beside the target where there is room, else over its middle; always within the window.
void Tour::place() {
    const QWidget* target = m_steps[static_cast<std::size_t>(m_step)].target;
    if (!target) return;
    const QRect area(target->mapTo(&m_window, QPoint(0, 0)), target->size());
    m_frame->setGeometry(area.adjusted(-2, -2, 2, 2).intersected(m_window.rect()));
    m_frame->show();
    m_frame->raise();
    adjustSize();
    const QRect window = m_window.rect().adjusted(gridUnit, gridUnit, -gridUnit, -gridUnit);
    QPoint at;
    if (area.right() + 2 * gridUnit + width() <= window.right()) {
        at = {area.right() + 2 * gridUnit, area.top() + gridUnit};
    } else if (area.left() - 2 * gridUnit - width() >= window.left()) {
        at = {area.left() - 2 * gridUnit - width(), area.top() + gridUnit};
    } else if (area.bottom() + gridUnit + height() <= window.bottom()) {
        at = {area.center().x() - width() / 2, area.bottom() + gridUnit};
    } else {
        at = area.center() - QPoint(width() / 2, height() / 2);
    }
    move(std::clamp(at.x(), window.left(), std::max(window.left(), window.right() - width())),
         std::clamp(at.y(), window.top(), std::max(window.top(), window.bottom() - height())));
    raise();
}

void Tour::finish() {
    m_window.removeEventFilter(this);
    m_frame->deleteLater();
    emit finished();
    close();
}

void Tour::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape) {
        finish();
    } else if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter || event->key() == Qt::Key_Right) {
        go(m_step + 1);
    } else if (event->key() == Qt::Key_Left) {
        go(m_step - 1);
    } else {
        QFrame::keyPressEvent(event);
    }
}

bool Tour::eventFilter(QObject* watched, QEvent* event) {
    if (watched == &m_window && event->type() == QEvent::Resize && isVisible()) place();
    return QFrame::eventFilter(watched, event);
}

} // namespace zscape
