#include "app/window/main_window.h"
#include "app/window/column_list.h"
#include "app/window/dropped_stars.h"

#include "app/window/errors_controller.h"
#include "app/window/figures_controller.h"
#include "app/window/generate_controller.h"
#include "app/window/help_controller.h"
#include "app/window/import_controller.h"
#include "app/window/latent_controller.h"
#include "app/window/samp_controller.h"
#include "app/window/scales_menu.h"
#include "app/window/selection_panel.h"
#include "app/window/selection_store.h"
#include "app/window/selections_controller.h"
#include "app/window/session_controller.h"
#include "app/window/tracks_controller.h"
#include "app/window/training_controller.h"
#include "app/window/training_setup.h"
#include "app/window/view_links.h"
#include "app/window/view_manager.h"
#include "widgets/catalog_panel.h"
#include "widgets/icons.h"
#include "widgets/latent_point_panel.h"
#include "widgets/menu_keys.h"
#include "widgets/number_text.h"
#include "widgets/panel_scroll.h"
#include "widgets/scatter_view.h"
#include "widgets/spectrum_view.h"
#include "widgets/star_panel.h"
#include "widgets/training_panel.h"
#include "widgets/welcome_view.h"

#include <QAbstractItemView>
#include <QAction>
#include <QApplication>
#include <QComboBox>
#include <QDockWidget>
#include <QLabel>
#include <QMenu>
#include <QProgressBar>
#include <QPushButton>
#include <QSettings>
#include <QSpinBox>
#include <QStackedWidget>
#include <QStatusBar>
#include <QTimer>
#include <QToolBar>
#include <QToolButton>

namespace zscape {

namespace {

void addCaptioned(QToolBar& bar, const QString& caption, QWidget* control) {
    auto* label = new QLabel(caption);
    label->setContentsMargins(gridUnit * 3 / 4, 0, gridUnit / 4, 0);
    label->setBuddy(control);
    bar.addWidget(label);
    bar.addWidget(control);
}

ColumnList* addColumnList(QToolBar& bar, const QString& caption, const QString& purpose, bool none) {
    auto* list = new ColumnList(purpose, none);
    addCaptioned(bar, caption, list);
    return list;
}

QComboBox* addChoice(QToolBar& bar, const QString& caption, const QString& tip) {
    auto* list = new QComboBox;
    // The open list is as wide as its entries.
    list->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    list->setMinimumContentsLength(5);
    list->setToolTip(tip);
    list->setAccessibleName(tip);
    addCaptioned(bar, caption, list);
    return list;
}

} // namespace

MainWindow::MainWindow(Theme theme, QWidget* parent) : QMainWindow(parent), m_theme(theme) {
    setWindowTitle(QStringLiteral("Zscape[*]"));
    setAcceptDrops(true);
    resize(180 * gridUnit, 112 * gridUnit); // panels are laid out as they are added, and want room for their widths
    // The columns at the sides keep the window's height; what opens below the map takes from the map alone.
    setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
    setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
    setDockOptions(QMainWindow::AnimatedDocks | QMainWindow::AllowNestedDocks | QMainWindow::AllowTabbedDocks);
    createMenus();
    createViews();
    createToolBar();
    createStatusBar();
    connectMap();
    m_controller = new LatentController(m_session, {*m_map, *m_spectrum, *m_latentPanel, *m_starPanel}, this);
    m_dropped = new DroppedStars(*this);
    m_selectionsController = new SelectionsController(*this);
    m_links = new ViewLinks(*this);
    m_links->link(*m_map, [this] { return mapPlane(); });
    addTools();
    connectSession();
    createTraining();
    fillMenus();
    QDockWidget* selections = addPanel(QStringLiteral("selections"), tr("Selections"), &m_selectionsController->panel(),
                                       Qt::LeftDockWidgetArea);
    splitDockWidget(panel(QStringLiteral("catalogue")), selections, Qt::Vertical);
    resizeDocks({panel(QStringLiteral("catalogue")), selections, panel(QStringLiteral("star"))},
                {24 * gridUnit, 28 * gridUnit, 40 * gridUnit}, Qt::Vertical);
    // Parts that add their own menu entries and panels; children of the window.
    new HelpController(*this);
    new ImportController(*this);
    new SampController(*this);
    new GenerateController(*this);
    new TracksController(*this);
    m_errors = new ErrorsController(*this);
    new FiguresController(*this);
    m_views = new ViewManager(*this);
    connect(m_starPanel, &StarPanel::holdRequested, m_views, [this] { m_views->add(m_views->ofKind("spectrum")); });
    m_sessionFiles = new SessionController(*this);
    // One over the other they ask for more height than a laptop's screen has.
    QDockWidget* star = panel(QStringLiteral("star"));
    for (const QString& id : {QStringLiteral("tracks"), QStringLiteral("traverse")}) {
        tabifyDockWidget(star, panel(id));
    }
    resizeDocks({star, panel(QStringLiteral("spectrum"))}, {38 * gridUnit, 62 * gridUnit}, Qt::Horizontal);
    m_firstArrangement = saveState();
    setTheme(theme);
    showRasterStyle();
    dataChanged();
}

MainWindow::~MainWindow() {
    // They read the session, which goes before the window's children do: threads first, controllers, then the views.
    delete m_training;
    delete m_trainingSetup;
    for (const QPointer<QObject>& child : std::vector<QPointer<QObject>>(children().begin(), children().end())) {
        if (child && !child->isWidgetType() && QByteArray(child->metaObject()->className()).startsWith("zscape::")) {
            delete child;
        }
    }
    qDeleteAll(findChildren<QDockWidget*>(QString(), Qt::FindDirectChildrenOnly));
}

void MainWindow::createViews() {
    m_map = new ScatterView;
    m_map->setRobustFit(true); // one star far out must not make the others a dot
    m_welcome = new WelcomeView;
    m_pages = new QStackedWidget;
    m_pages->addWidget(m_welcome);
    m_pages->addWidget(m_map);
    setCentralWidget(m_pages);

    m_catalogPanel = new CatalogPanel;
    m_starPanel = new StarPanel;
    m_spectrum = new SpectrumView;
    m_latentPanel = new LatentPointPanel;
    QDockWidget* left =
        addPanel(QStringLiteral("catalogue"), tr("Catalogue"), new PanelScroll(m_catalogPanel), Qt::LeftDockWidgetArea);
    addPanel(QStringLiteral("star"), tr("Star"), m_starPanel, Qt::LeftDockWidgetArea);
    QDockWidget* right = addPanel(QStringLiteral("spectrum"), tr("Spectrum"), m_spectrum, Qt::RightDockWidgetArea);
    QDockWidget* point =
        addPanel(QStringLiteral("latentPoint"), tr("Latent point"), m_latentPanel, Qt::RightDockWidgetArea);
    resizeDocks({left, right}, {38 * gridUnit, 62 * gridUnit}, Qt::Horizontal);
    resizeDocks({right, point}, {75 * gridUnit, 25 * gridUnit}, Qt::Vertical);
}

void MainWindow::createToolBar() {
    QToolBar* bar = addToolBar(tr("Main"));
    m_bar = bar;
    bar->setObjectName(QStringLiteral("main"));
    bar->setMovable(false);
    bar->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);

    m_openAction = bar->addAction(tr("Open…"), this, &MainWindow::chooseCatalog);
    m_openAction->setShortcut(QKeySequence::Open);
    m_openAction->setToolTip(tr("Open a catalogue of XP spectra (Ctrl+O)"));
    m_modelAction = bar->addAction(tr("Model…"), this, &MainWindow::chooseModel);
    m_modelAction->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_M));
    m_modelAction->setToolTip(tr("Open a trained model, .pt or .h5 (Ctrl+M)"));
    m_demoAction = new QAction(tr("&Demo"), this);
    connect(m_demoAction, &QAction::triggered, &m_session, &Session::openDemo);
    m_demoAction->setToolTip(tr("The bundled model on a mock catalogue"));
    m_trainAction = new QAction(tr("Train…"), this);
    m_trainAction->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_T));
    m_trainAction->setToolTip(tr("Train a model on the open catalogue (Ctrl+T)"));
    m_trainButton = new QToolButton;
    m_trainButton->setObjectName(QStringLiteral("train"));
    m_trainButton->setDefaultAction(m_trainAction);
    m_trainButton->setPopupMode(QToolButton::MenuButtonPopup);
    m_trainButton->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    bar->addWidget(m_trainButton);
    m_axesAction = bar->addSeparator();

    m_xColumn = addColumnList(*bar, tr("&x"), tr("Column on the horizontal axis"), false);
    m_yColumn = addColumnList(*bar, tr("&y"), tr("Column on the vertical axis"), false);
    m_colourColumn = addColumnList(*bar, tr("&colour"), tr("Column that colours the stars"), true);
    // The bar has Export at its end on a small laptop, too.
    m_xColumn->setMinimumContentsLength(5);
    m_yColumn->setMinimumContentsLength(5);
    m_colourColumn->setMinimumContentsLength(6);
    m_mode =
        addChoice(*bar, tr("&mode"), tr("How stars are drawn: each one, their density, or contours (keys S, D, C)"));
    for (const auto& [name, mode] :
         {std::pair(QT_TR_NOOP("stars"), DrawMode::Scatter), std::pair(QT_TR_NOOP("density"), DrawMode::Density),
          std::pair(QT_TR_NOOP("contours"), DrawMode::Contour)}) {
        m_mode->addItem(tr(name), static_cast<int>(mode));
    }
    m_mode->setObjectName(QStringLiteral("drawMode"));
    m_reduction = addChoice(*bar, tr("&pixel"), tr("What a pixel shows of the stars that fall on it"));
    const std::pair<const char*, Reduction> reductions[] = {{QT_TR_NOOP("mean"), Reduction::Mean},
                                                            {QT_TR_NOOP("median"), Reduction::Median},
                                                            {QT_TR_NOOP("minimum"), Reduction::Minimum},
                                                            {QT_TR_NOOP("maximum"), Reduction::Maximum},
                                                            {QT_TR_NOOP("count"), Reduction::Count},
                                                            {QT_TR_NOOP("random top"), Reduction::Top},
                                                            {QT_TR_NOOP("fraction selected"), Reduction::Fraction}};
    for (const auto& [name, reduction] : reductions) {
        m_reduction->addItem(tr(name), static_cast<int>(reduction));
    }
    for (QComboBox* list : {m_mode, m_reduction}) {
        QAbstractItemView* entries = list->view();
        entries->setMinimumWidth(entries->sizeHintForColumn(0) + 2 * gridUnit);
    }
    m_pointSize = new QSpinBox;
    m_pointSize->setRange(1, 9);
    m_pointSize->setSuffix(tr(" px"));
    m_pointSize->setValue(3);
    m_pointSize->setToolTip(tr("Size of a star"));
    m_pointSize->setAccessibleName(tr("Size of a star in pixels"));
    addCaptioned(*bar, tr("si&ze"), m_pointSize);
    bar->addSeparator();

    createScaleMenu(*bar);
    m_fitAction = bar->addAction(tr("Fit"), this, [this] { m_map->showAll(); });
    m_fitAction->setToolTip(tr("Show the stars (F)"));
    auto* fit = qobject_cast<QToolButton*>(bar->widgetForAction(m_fitAction));
    fit->setToolButtonStyle(Qt::ToolButtonIconOnly);
    fit->setAccessibleName(m_fitAction->text());
    m_themeAction = new QAction(tr("&Dark theme"), this);
    m_themeAction->setCheckable(true);
    m_themeAction->setToolTip(tr("Dark or light theme"));
    connect(m_themeAction, &QAction::toggled, this, [this](bool dark) { setTheme(dark ? Theme::Dark : Theme::Light); });
    connect(m_themeAction, &QAction::triggered, this,
            [](bool dark) { QSettings().setValue(themeKey, dark ? QStringLiteral("dark") : QStringLiteral("light")); });

    m_xColumn->setObjectName(QStringLiteral("xColumn"));
    m_yColumn->setObjectName(QStringLiteral("yColumn"));
    m_colourColumn->setObjectName(QStringLiteral("colourColumn"));
}

/// The tools that have an icon, before the axes' lists; all are in the Select menu.
void MainWindow::addTools() {
    m_bar->insertSeparator(m_axesAction);
    for (const auto& [action, icon] : m_links->toolActions()) {
        if (icon.isEmpty()) continue;
        m_bar->insertAction(m_axesAction, action);
        auto* button = qobject_cast<QToolButton*>(m_bar->widgetForAction(action));
        button->setToolButtonStyle(Qt::ToolButtonIconOnly);
        button->setAccessibleName(action->text());
    }
}

PlaneAxes MainWindow::mapPlane() const {
    return {m_shownX.toStdString(), m_shownY.toStdString(), m_map->xAxis().logarithmic, m_map->yAxis().logarithmic};
}

void MainWindow::createScaleMenu(QToolBar& bar) {
    m_scales = new ScalesMenu(ScalesMenu::Axes::Both, this);
    auto* button = new QToolButton;
    button->setText(tr("Scales"));
    button->setToolTip(tr("How axes and colours run: logarithmic, backwards, the colour map and its range"));
    button->setAccessibleName(tr("Scales of the map"));
    button->setPopupMode(QToolButton::InstantPopup);
    button->setMenu(m_scales);
    bar.addWidget(button);
}

void MainWindow::createStatusBar() {
    m_countLabel = new QLabel;
    m_cursorLabel = new QLabel;
    m_jobLabel = new QLabel;
    m_progress = new QProgressBar;
    m_progress->setFixedWidth(20 * gridUnit);
    m_progress->setTextVisible(false);
    m_cancel = new QPushButton(tr("Cancel"));
    m_cancel->setObjectName(QStringLiteral("cancelJob"));
    m_cancel->setToolTip(tr("Stop what is running; what was open stays"));
    m_frameLabel = new QLabel;
    m_frameLabel->setObjectName(QStringLiteral("frameTime"));
    m_frameLabel->setToolTip(tr("Time the last frame took to draw"));
    statusBar()->setContentsMargins(gridUnit, 0, gridUnit, 0);
    statusBar()->addWidget(m_countLabel);
    statusBar()->addWidget(m_cursorLabel, 1);
    statusBar()->addPermanentWidget(m_jobLabel);
    statusBar()->addPermanentWidget(m_progress);
    statusBar()->addPermanentWidget(m_cancel);
    statusBar()->addPermanentWidget(m_frameLabel);
    for (QWidget* widget : std::initializer_list<QWidget*>{m_jobLabel, m_progress, m_cancel}) {
        widget->hide();
    }
    connect(m_cancel, &QPushButton::clicked, this, [this] {
        m_session.jobs().cancel();
        m_session.selections().jobs().cancel();
    });
}

void MainWindow::setTheme(Theme theme) {
    m_theme = theme;
    applyTheme(*qApp, theme);
    m_map->setTheme(theme);
    m_spectrum->setTheme(theme);
    m_trainingPanel->setTheme(theme);
    const std::pair<QAction*, QString> icons[] = {
        {m_openAction, QStringLiteral("open")}, {m_modelAction, QStringLiteral("model")},
        {m_demoAction, QStringLiteral("demo")}, {m_trainAction, QStringLiteral("train")},
        {m_fitAction, QStringLiteral("fit")},   {m_themeAction, QStringLiteral("theme")}};
    for (const auto& [action, name] : icons) {
        action->setIcon(themedIcon(name, palette()));
    }
    for (const auto& [action, name] : m_links->toolActions()) {
        if (!name.isEmpty()) action->setIcon(themedIcon(name, palette()));
    }
    m_themeAction->setChecked(theme == Theme::Dark);
    emit themeChanged(theme);
}

void MainWindow::paintEvent(QPaintEvent* event) {
    QMainWindow::paintEvent(event);
    if (m_painted) return;
    m_painted = true;
    // The views inside paint in the same turn of the event loop; after it the window is on the screen.
    QTimer::singleShot(0, this, &MainWindow::firstPainted);
}

bool MainWindow::isIdle() const {
    return !m_session.jobs().isRunning() && !m_session.selections().jobs().isRunning();
}

} // namespace zscape
