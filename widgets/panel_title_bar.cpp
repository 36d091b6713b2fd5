#include "widgets/panel_title_bar.h"

#include "widgets/icons.h"
#include "widgets/section_title.h"
#include "widgets/theme.h"

#include <QBoxLayout>
#include <QDockWidget>
#include <QEvent>
#include <QToolButton>

namespace zscape {

namespace {

constexpr int iconSize = 12;

QToolButton* makeButton(const QString& tip) {
    auto* button = new QToolButton;
    button->setAutoRaise(true);
    button->setIconSize({iconSize, iconSize});
    button->setToolTip(tip);
    button->setFocusPolicy(Qt::TabFocus);
    return button;
}

} // namespace

PanelTitleBar::PanelTitleBar(QDockWidget& dock) : QWidget(&dock), m_dock(dock) {
    m_title = new SectionTitle(dock.windowTitle());
    m_float = makeButton(tr("Float this panel, or dock it again"));
    m_close = makeButton(tr("Close this panel; the View menu shows it again"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(gridUnit, gridUnit / 2, gridUnit / 2, 0);
    row->setSpacing(0);
    row->addWidget(m_title, 1);
    row->addWidget(m_float);
    row->addWidget(m_close);
    connect(m_float, &QToolButton::clicked, this, &PanelTitleBar::floatWished);
    connect(m_close, &QToolButton::clicked, &dock, &QDockWidget::close);
    connect(&dock, &QDockWidget::windowTitleChanged, this, [this](const QString& title) {
        m_title->setText(headingText(title));
        m_title->setAccessibleName(title);
        showFeatures();
    });
    connect(&dock, &QDockWidget::featuresChanged, this, &PanelTitleBar::showFeatures);
    showFeatures();
    paintIcons();
}

void PanelTitleBar::showFeatures() {
    m_float->setVisible(m_dock.features().testFlag(QDockWidget::DockWidgetFloatable));
    m_close->setVisible(m_dock.features().testFlag(QDockWidget::DockWidgetClosable));
    m_float->setAccessibleName(tr("Float %1").arg(m_dock.windowTitle()));
    m_close->setAccessibleName(tr("Close %1").arg(m_dock.windowTitle()));
}

void PanelTitleBar::paintIcons() {
    m_float->setIcon(themedIcon(QStringLiteral("float"), palette()));
    m_close->setIcon(themedIcon(QStringLiteral("cancel"), palette()));
}

void PanelTitleBar::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange && m_close != nullptr) paintIcons();
    QWidget::changeEvent(event);
}

} // namespace zscape
