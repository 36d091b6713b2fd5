// The window's menu bar and its dock panels.
#include "app/window/main_window.h"
#include "widgets/menu_keys.h"
#include "widgets/panel_dock.h"
#include "widgets/scatter_view.h"

#include <QAction>
#include <QDockWidget>
#include <QLabel>
#include <QMenu>
#include <QMenuBar>

#include <algorithm>
#include <vector>

namespace zscape {

namespace {

/// Those that do not float.
std::vector<QDockWidget*> docksIn(const QMainWindow& window, Qt::DockWidgetArea area) {
    std::vector<QDockWidget*> docks;
    for (QDockWidget* dock : window.findChildren<QDockWidget*>(Qt::FindDirectChildrenOnly)) {
        if (!dock->isFloating() && window.dockWidgetArea(dock) == area) docks.push_back(dock);
    }
    return docks;
}

/// The first panel below the map leaves it the larger part; later ones take the height that the first was given.
void shareHeight(QMainWindow& window, QDockWidget& dock) {
    const std::vector<QDockWidget*> below = docksIn(window, Qt::BottomDockWidgetArea);
    const bool first =
        std::ranges::none_of(below, [&](const QDockWidget* one) { return one != &dock && one->isVisible(); });
    const bool here = std::ranges::find(below, &dock) != below.end();
    if (here && first && window.isVisible()) window.resizeDocks({&dock}, {window.height() / 3}, Qt::Vertical);
}

} // namespace

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
    auto* dock = new PanelDock(id, title, this);
    dock->setWidget(content);
    for (QLabel* heading : content->findChildren<QLabel*>(QStringLiteral("sectionTitle"))) {
        if (heading->accessibleName() == title) heading->hide();
    }
    QDockWidget* beside = nullptr;
    for (QDockWidget* other : docksIn(*this, area)) {
        if (other != dock && area == Qt::BottomDockWidgetArea) beside = other;
    }
    addDockWidget(area, dock);
    // Below the map side by side they would be too narrow to read.
    if (beside) tabifyDockWidget(beside, dock);
    if (!shown) dock->hide();
    // Opened behind another's tab it would seem not to have been opened.
    connect(dock->toggleViewAction(), &QAction::triggered, dock, [this, dock](bool on) {
        if (!on) return;
        dock->raise();
        shareHeight(*this, *dock);
    });
    if (shown) shareHeight(*this, *dock);
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
