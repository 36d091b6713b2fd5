#include "widgets/welcome_view.h"

#include "widgets/icons.h"
#include "widgets/section_title.h"
#include "widgets/theme.h"

#include <QBoxLayout>
#include <QEvent>
#include <QPushButton>

namespace zscape {

WelcomeView::WelcomeView(QWidget* parent) : QWidget(parent) {
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    auto* sentence = new QLabel(tr("Open a catalogue, or try the demo."));
    sentence->setAlignment(Qt::AlignCenter);
    QFont large = sentence->font();
    large.setPointSizeF(large.pointSizeF() * 1.35);
    sentence->setFont(large);
    auto* hint = makeMutedLabel(tr("A catalogue is an HDF5 table of Gaia XP coefficients, one row a star."));
    hint->setAlignment(Qt::AlignCenter);
    hint->setWordWrap(true);
    m_open = new QPushButton(tr("&Open catalogue…"));
    m_open->setDefault(true);
    m_demo = new QPushButton(tr("Try the &demo"));
    for (QPushButton* button : {m_open, m_demo})
        button->setMinimumSize(gridUnit * 18, gridUnit * 4);

    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(gridUnit);
    buttons->addStretch(1);
    buttons->addWidget(m_open);
    buttons->addWidget(m_demo);
    buttons->addStretch(1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(gridUnit * 3, gridUnit * 3, gridUnit * 3, gridUnit * 3);
    layout->setSpacing(gridUnit * 2);
    layout->addStretch(2);
    layout->addWidget(sentence);
    layout->addLayout(buttons);
    layout->addWidget(hint);
    layout->addStretch(3);
    connect(m_open, &QPushButton::clicked, this, &WelcomeView::openRequested);
    connect(m_demo, &QPushButton::clicked, this, &WelcomeView::demoRequested);
    paintIcons();
}

void WelcomeView::paintIcons() {
    m_open->setIcon(themedIcon(QStringLiteral("open"), palette()));
    m_demo->setIcon(themedIcon(QStringLiteral("demo"), palette()));
}

void WelcomeView::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange && m_open != nullptr) paintIcons();
    QWidget::changeEvent(event);
}

} // namespace zscape
