// The window's menu bar and its dock panels.
#include "app/window/main_window.h"
#include "widgets/menu_keys.h"
#include "widgets/panel_title_bar.h"
#include "widgets/scatter_view.h"

#include <QAction>
#include <QDockWidget>
#include <QLabel>
#include <QMenu>
#include <QMenuBar>

namespace zscape {

void MainWindow::createMenus() {
    // The keys are not those of the lists in the tool bar.
    const std::array<QString, mainMenuCount> titles{tr("&File"),    tr("&Edit"),   tr("&View"),
                                                    tr("&Select"),  tr("T&racks"), tr("Spectr&a"),
                                                    tr("Fi&gures"), tr("T&ools"),  tr("&Help")};
    for (std::size_t i = 0; i < titles.size(); ++i) {
        m_menus[i] = menuBar()->addMenu(titles[i]);
        m_menus[i]->setToolTipsVisible(true);
        keepMenuKeys(*m_menus[i]); // their entries come from many parts
    }
    m_panelMenu = new QMenu(tr("&Panels"), this);
}

void MainWindow::fillMenus() {
    QMenu& file = menu(MainMenu::File);
    file.addActions({m_openAction, m_modelAction, m_demoAction});
    file.addSeparator();
    QAction* quit = file.addAction(tr("&Quit"), this, &QWidget::close);
    quit->setShortcut(QKeySequence::Quit);
    quit->setMenuRole(QAction::QuitRole);
    QMenu& view = menu(MainMenu::View);
    view.addMenu(m_panelMenu);
    view.addAction(tr("&Reset the arrangement"), this, &MainWindow::resetArrangement);
    view.addSeparator();
    view.addActions({m_fitAction, m_themeAction});
    menu(MainMenu::Tools).addAction(m_trainAction);
}

QDockWidget* MainWindow::addPanel(const QString& id, const QString& title, QWidget* content, Qt::DockWidgetArea area,
                                  bool shown) {
    auto* dock = new QDockWidget(title, this);
    dock->setObjectName(id); // names the dock in saved layouts
    dock->setAccessibleName(title);
    dock->setTitleBarWidget(new PanelTitleBar(*dock));
    dock->setWidget(content);
    for (QLabel* heading : content->findChildren<QLabel*>(QStringLiteral("sectionTitle"))) {
        if (heading->accessibleName() == title) heading->hide();
    }
    addDockWidget(area, dock);
    if (!shown) dock->hide();
    m_panelMenu->addAction(dock->toggleViewAction());
    return dock;
}

QDockWidget* MainWindow::panel(const QString& id) const {
    return findChild<QDockWidget*>(id, Qt::FindDirectChildrenOnly);
}

void MainWindow::resetArrangement() {
    restoreState(m_firstArrangement);
}

} // namespace zscape
