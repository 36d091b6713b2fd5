#include "app/window/figures_controller.h"

#include "app/open.h"
#include "app/window/figure_export.h"
#include "app/window/main_window.h"
#include "app/window/paper_figures.h"
#include "core/base/error.h"
#include "widgets/figure/figure_dialog.h"
#include "widgets/figure/write_figure.h"
#include "widgets/menu_keys.h"

#include <QAction>
#include <QApplication>
#include <QDir>
#include <QDockWidget>
#include <QFileDialog>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <QSettings>
#include <QStatusBar>
#include <QToolBar>
#include <QToolButton>

#include <algorithm>

namespace zscape {

namespace {

constexpr int previewDpi = 150;

QString text(std::string_view value) {
    return QString::fromUtf8(value.data(), static_cast<qsizetype>(value.size()));
}

/// A figure and how it looks.
struct Drawn {
    std::shared_ptr<const Figure> figure;
    QImage preview;
};

QString widthKey(const std::string& name) {
    // Of views, whatever their number.
    return QStringLiteral("figure/width/") + (name.starts_with("view-") ? QStringLiteral("view") : text(name));
}

QString listed(const std::vector<std::filesystem::path>& files) {
    QStringList names;
    for (const std::filesystem::path& file : files) {
        names += QString::fromStdString(file.filename().string());
    }
    return names.join(QStringLiteral(", "));
}

} // namespace

FiguresController::FiguresController(MainWindow& window) : QObject(&window), m_window(window) {
    fillMenu();
    addExport();
    followFocus();
    connect(&m_jobs, &JobRunner::progressed, this, [this](double fraction, const QString& text) {
        if (m_dialog && !m_writing) m_dialog->setProgress(fraction, text);
    });
    connect(&m_jobs, &JobRunner::failed, this, [this](const QString& message) {
        if (m_dialog && m_writing) {
            m_dialog->setMessage(message, true);
            m_dialog->setBusy(false);
        } else if (m_dialog) {
            m_dialog->setProblem(message);
        }
        if (m_writing) emit exportFailed(message);
        m_writing = false;
    });
}

void FiguresController::fillMenu() {
    QMenu& menu = m_window.menu(MainMenu::Figures);
    QAction* view = menu.addAction(tr("&This view…"), this, [this] { open("view"); });
    view->setObjectName(QStringLiteral("figureView"));
    view->setShortcut(QKeySequence(QStringLiteral("Ctrl+Shift+E")));
    view->setToolTip(tr("The view that was last used, as it stands, ready for a journal (Ctrl+Shift+E)"));
    auto* views = new QMenu(tr("&View as a figure"), &m_window);
    views->setObjectName(QStringLiteral("figureViews"));
    menu.addMenu(views);
    connect(views, &QMenu::aboutToShow, this, [this, views] { fillViews(*views); });
    menu.addSeparator();
    std::vector<QAction*> actions{view};
    for (const FigureRecipe& recipe : figureRecipes()) {
        QAction* action = menu.addAction(text(recipe.title) + QStringLiteral("…"), this,
                                         [this, name = std::string(recipe.name)] { open(name); });
        action->setObjectName(QStringLiteral("figure-") + text(recipe.name));
        action->setToolTip(
            tr("%1 of Laroche and Speagle (2025), of the open catalogue and model").arg(text(recipe.paper)));
        actions.push_back(action);
    }
    menu.addSeparator();
    auto* paper = new PaperFigures(m_window);
    m_reproduce = menu.addAction(tr("&Reproduce the paper…"), paper, &PaperFigures::choose);
    m_reproduce->setObjectName(QStringLiteral("reproducePaper"));
    m_reproduce->setToolTip(
        tr("All these figures at once, with their numbers, into a folder: of the open catalogue and "
           "model, in the format and style last chosen"));
    actions.push_back(m_reproduce);
    const auto enable = [this, actions] {
        for (QAction* action : actions)
            action->setEnabled(m_window.session().catalog() != nullptr);
    };
    connect(&m_window.session(), &Session::changed, this, enable);
    enable();
}

/// In the tool bar: what it belongs to, the map, by a click; everything else by its arrow.
void FiguresController::addExport() {
    auto* map = new QAction(tr("Export"), this);
    map->setObjectName(QStringLiteral("exportMap"));
    map->setToolTip(tr("The map as it stands, as a figure for a journal; the arrow has the other views"));
    connect(map, &QAction::triggered, this, [this] { open("map"); });
    auto* menu = new QMenu(&m_window);
    menu->setToolTipsVisible(true);
    connect(menu, &QMenu::aboutToShow, this, [this, menu] {
        fillViews(*menu);
        menu->addSeparator();
        menu->addAction(m_reproduce);
    });
    keepMenuKeys(*menu);
    auto* button = new QToolButton;
    button->setObjectName(QStringLiteral("export"));
    button->setDefaultAction(map);
    button->setMenu(menu);
    button->setPopupMode(QToolButton::MenuButtonPopup);
    button->setToolButtonStyle(Qt::ToolButtonTextOnly);
    m_window.findChild<QToolBar*>(QStringLiteral("main"))->addWidget(button);
    const auto enable = [this, map] { map->setEnabled(m_window.session().catalog() != nullptr); };
    connect(&m_window.session(), &Session::changed, this, enable);
    enable();
}

void FiguresController::fillViews(QMenu& menu) {
    menu.clear();
    for (const auto& [id, title] : viewsToDraw(m_window)) {
        QAction* action = menu.addAction(title + QStringLiteral("…"), this, [this, id = id] { open(id); });
        action->setObjectName(QStringLiteral("figureOf-") + text(id));
    }
    if (menu.isEmpty()) menu.addAction(tr("nothing to draw yet"))->setEnabled(false);
}

/// "This view" is the one that had the focus last: opening a menu takes the focus away.
void FiguresController::followFocus() {
    connect(qApp, &QApplication::focusChanged, this, [this](QWidget*, QWidget* now) {
        if (!now || now->window() != &m_window) return;
        std::string id = "map";
        for (QWidget* one = now; one && one != &m_window; one = one->parentWidget()) {
            if (qobject_cast<QDockWidget*>(one)) id = one->objectName().toStdString();
        }
        const auto views = viewsToDraw(m_window);
        const bool known = std::ranges::any_of(views, [&](const auto& view) { return view.first == id; });
        // A list of selections or a form is no view: what was used before stays.
        if (known) m_lastView = id;
    });
}

FigureDialog* FiguresController::dialog() const {
    return m_dialog;
}

void FiguresController::open(const std::string& name) {
    try {
        if (name == "view") {
            const auto views = viewsToDraw(m_window);
            const bool there = std::ranges::any_of(views, [&](const auto& one) { return one.first == m_lastView; });
            const std::string id = there ? m_lastView : "map";
            return show(figureOfView(m_window, id), id);
        }
        const auto recipes = figureRecipes();
        if (std::ranges::find(recipes, name, &FigureRecipe::name) == recipes.end()) {
            return show(figureOfView(m_window, name), name);
        }
        const FigureRecipe& recipe = figureRecipe(name);
        FigureSource source;
        source.title = text(recipe.title);
        source.width_mm = recipe.width_mm;
        source.cutsMatter = true;
        source.make = [&recipe](const FigureInput& in, const FigureChoice& choice, const JobContext& job) {
            return makeFigure(recipe, in, choice, job);
        };
        show(std::move(source), name);
    } catch (const Error& error) {
        m_window.session().reportFailure(QString::fromUtf8(error.what()));
    }
}

void FiguresController::show(FigureSource source, const std::string& name) {
    if (m_dialog) m_dialog->close();
    m_source = std::move(source);
    m_name = name;
    const QSettings settings;
    m_dialog =
        new FigureDialog(m_source.title, settings.value(widthKey(name), m_source.width_mm).toDouble(), &m_window);
    m_dialog->setAttribute(Qt::WA_DeleteOnClose);
    m_dialog->setCutsOffered(m_source.cutsMatter);
    m_dialog->choose(settings.value("figure/format", ".pdf").toString(),
                     settings.value("figure/fontSize", FigureStyle().fontSize_pt).toDouble(),
                     settings.value("figure/dpi", FigureStyle().dpi).toInt(),
                     settings.value("figure/paper", false).toBool());
    connect(m_dialog, &FigureDialog::styleChanged, this, &FiguresController::redraw);
    connect(m_dialog, &FigureDialog::exportWanted, this, &FiguresController::chooseFile);
    connect(m_dialog, &QDialog::finished, this, [this] { m_jobs.cancel(); });
    m_dialog->show();
    redraw();
}

void FiguresController::redraw() {
    if (!m_dialog) return;
    m_figure = nullptr;
    m_writing = false;
    FigureChoice choice;
    choice.ownWidth = false;
    choice.style = m_dialog->style();
    choice.preset = m_source.cutsMatter && m_dialog->paperPreset() ? SelectionPreset::Paper : SelectionPreset::Released;
    m_jobs.start<Drawn>(
        tr("Drawing the figure"),
        [make = m_source.make, in = figureInput(m_window), forests = m_forests, choice](const JobContext& job) mutable {
            // Decoding one point belongs to the window's thread; this one has an engine of its own.
            if (in.model) in.model = makeEngine(in.model->model());
            in.forests = forests;
            in.correlations = correlationsOf(*in.table->catalog());
            auto figure = std::make_shared<const Figure>(make(in, choice, job));
            return Drawn{figure, figurePreview(*figure, previewDpi)};
        },
        [this](const Drawn& drawnFigure) {
            if (!m_dialog) return;
            m_figure = drawnFigure.figure;
            QStringList lines{
                tr("%1 × %2 mm").arg(m_figure->style.width_mm, 0, 'f', 0).arg(m_figure->height_mm, 0, 'f', 0)};
            for (const std::string& remark : m_figure->origin.remarks)
                lines += QString::fromStdString(remark);
            m_dialog->setPreview(drawnFigure.preview, lines.join(u'\n'));
            emit drawn();
        });
}

void FiguresController::chooseFile() {
    if (!m_figure || !m_dialog) return;
    const QString folder = QSettings().value("figure/folder", QDir::homePath()).toString();
    auto* files = new QFileDialog(m_dialog, tr("Export the figure"), folder, tr("Figures (*.pdf *.svg *.png)"));
    files->setAttribute(Qt::WA_DeleteOnClose);
    files->setObjectName(QStringLiteral("figureFile"));
    files->setAcceptMode(QFileDialog::AcceptSave);
    files->setDefaultSuffix(m_dialog->ending().mid(1));
    // Asked here for the numbers beside it, too.
    files->setOption(QFileDialog::DontConfirmOverwrite);
    files->selectFile(text(m_figure->origin.figure) + m_dialog->ending());
    connect(files, &QFileDialog::fileSelected, this, [this](const QString& path) { confirm(path.toStdString()); });
    files->open();
}

void FiguresController::confirm(const std::filesystem::path& path) {
    if (!m_dialog) return;
    std::vector<std::filesystem::path> there = exportedFiles(m_source, path);
    std::erase_if(there, [](const std::filesystem::path& file) {
        std::error_code code;
        return !std::filesystem::exists(file, code);
    });
    if (there.empty()) return exportTo(path);
    auto* question = new QMessageBox(
        QMessageBox::Question, tr("Replace files?"),
        tr("%n file(s) would be replaced: %1.", nullptr, static_cast<int>(there.size())).arg(listed(there)),
        QMessageBox::Cancel, m_dialog);
    question->setAttribute(Qt::WA_DeleteOnClose);
    question->setObjectName(QStringLiteral("replaceFigure"));
    QPushButton* replace = question->addButton(tr("&Replace"), QMessageBox::AcceptRole);
    question->setDefaultButton(QMessageBox::Cancel);
    connect(question, &QMessageBox::buttonClicked, this, [this, path, question, replace] {
        if (question->clickedButton() == replace) exportTo(path);
    });
    question->open();
}

void FiguresController::remember(const std::filesystem::path& path) const {
    if (!m_dialog) return;
    QSettings settings;
    const FigureStyle style = m_dialog->style();
    settings.setValue(widthKey(m_name), style.width_mm);
    settings.setValue("figure/format", m_dialog->ending());
    settings.setValue("figure/fontSize", style.fontSize_pt);
    settings.setValue("figure/dpi", style.dpi);
    settings.setValue("figure/paper", m_dialog->paperPreset());
    settings.setValue("figure/folder", QString::fromStdString(path.parent_path().string()));
}

void FiguresController::exportTo(const std::filesystem::path& path) {
    if (!m_figure) return;
    m_writing = true;
    if (m_dialog) {
        m_dialog->setBusy(true);
        m_dialog->setMessage(tr("writing…"), false);
    }
    m_jobs.start<bool>(
        tr("Writing the figure"),
        [figure = m_figure, source = m_source, path](const JobContext&) {
            exportFigure(*figure, source, path);
            return true;
        },
        [this, path](bool) {
            m_writing = false;
            remember(path);
            std::vector<std::filesystem::path> beside = exportedFiles(m_source, path);
            beside.erase(beside.begin());
            const QString written = QString::fromStdString(path.string());
            const QString sentence = tr("Wrote %1, and beside it %2.").arg(written, listed(beside));
            if (m_dialog) {
                m_dialog->setBusy(false);
                m_dialog->setMessage(sentence, false);
            }
            m_window.statusBar()->showMessage(sentence, 15000);
            emit exported(written);
        });
}

} // namespace zscape
