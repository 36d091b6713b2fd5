#include "app/window/figures_controller.h"

#include "app/window/main_window.h"
#include "core/base/error.h"
#include "core/explore/star_table.h"
#include "widgets/figure/figure_dialog.h"
#include "widgets/figure/write_figure.h"
#include "widgets/scatter_view.h"

#include <QAction>
#include <QComboBox>
#include <QFileDialog>
#include <QMenu>

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

} // namespace

FiguresController::FiguresController(MainWindow& window) : QObject(&window), m_window(window) {
    QMenu& menu = window.menu(MainMenu::Figures);
    QAction* view = menu.addAction(tr("&This view…"), this, [this] { open("view"); });
    view->setObjectName(QStringLiteral("figureView"));
    view->setShortcut(QKeySequence(QStringLiteral("Ctrl+Shift+E")));
    view->setToolTip(tr("The latent map as it stands, ready for a journal (Ctrl+Shift+E)"));
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
    const auto enable = [this, actions] {
        for (QAction* action : actions)
            action->setEnabled(m_window.session().catalog() != nullptr);
    };
    connect(&window.session(), &Session::changed, this, enable);
    enable();
    connect(&m_jobs, &JobRunner::failed, this, [this](const QString& message) {
        if (m_dialog) m_dialog->setProblem(message);
    });
}

FigureDialog* FiguresController::dialog() const {
    return m_dialog;
}

FigureInput FiguresController::input() const {
    Session& session = m_window.session();
    FigureInput input;
    input.table = std::make_shared<const StarTable>(session.catalog(), session.latents());
    // A model that does not fit the catalogue makes nothing of its stars.
    if (session.latents()) input.model = session.model();
    input.cataloguePath = session.catalog()->path().string();
    if (input.model) input.modelPath = session.modelPath().string();
    return input;
}

ViewOptions FiguresController::view() const {
    const auto columnOf = [this](const char* list) {
        const auto* box = m_window.findChild<QComboBox*>(QLatin1String(list));
        return box ? box->currentData().toString().toStdString() : std::string();
    };
    const ScatterView& map = m_window.map();
    ViewOptions view;
    view.x = columnOf("xColumn");
    view.y = columnOf("yColumn");
    view.colour = columnOf("colourColumn");
    view.xRange = map.xAxis();
    view.yRange = map.yAxis();
    view.mode = map.drawMode() == DrawMode::Density   ? ViewMode::Density
                : map.drawMode() == DrawMode::Contour ? ViewMode::Contour
                                                      : ViewMode::Scatter;
    view.scale = map.colourScale();
    view.logColour = view.scale->logarithmic;
    view.colourRange = {view.scale->lower, view.scale->upper};
    for (const Highlight& one : map.highlights()) {
        if (one.stars) view.highlights.push_back({tr("selection").toStdString(), one.colour, one.stars});
    }
    return view;
}

void FiguresController::open(const std::string& name) {
    if (!m_window.session().catalog()) return;
    if (name == "view") {
        show(tr("This view as a figure"), oneColumn_mm,
             [view = view()](const FigureInput& in, const FigureChoice& choice, const JobContext& job) {
                 return viewFigure(view, in, choice, job);
             });
        return;
    }
    const FigureRecipe& recipe = figureRecipe(name);
    show(text(recipe.title), recipe.width_mm,
         [&recipe](const FigureInput& in, const FigureChoice& choice, const JobContext& job) {
             return makeFigure(recipe, in, choice, job);
         });
}

void FiguresController::show(const QString& title, double width_mm, Make make) {
    if (m_dialog) m_dialog->close();
    m_make = std::move(make);
    m_dialog = new FigureDialog(title, width_mm, &m_window);
    m_dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(m_dialog, &FigureDialog::styleChanged, this, &FiguresController::redraw);
    connect(m_dialog, &FigureDialog::exportWanted, this, &FiguresController::chooseFile);
    connect(m_dialog, &QDialog::finished, this, [this] { m_jobs.cancel(); });
    m_dialog->show();
    redraw();
}

void FiguresController::redraw() {
    if (!m_dialog) return;
    m_figure = nullptr;
    FigureChoice choice;
    choice.ownWidth = false;
    choice.style = m_dialog->style();
    choice.preset = m_dialog->paperPreset() ? SelectionPreset::Paper : SelectionPreset::Released;
    m_jobs.start<Drawn>(
        tr("Drawing the figure"),
        [make = m_make, in = input(), choice](const JobContext& job) {
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
    QString path = QFileDialog::getSaveFileName(m_dialog, tr("Export the figure"),
                                                text(m_figure->origin.figure) + m_dialog->ending(),
                                                tr("Figures (*.pdf *.svg *.png)"));
    if (path.isEmpty()) return;
    if (QFileInfo(path).suffix().isEmpty()) path += m_dialog->ending();
    exportTo(path.toStdString());
}

void FiguresController::exportTo(const std::filesystem::path& path) {
    if (!m_figure) return;
    m_jobs.start<QString>(
        tr("Writing the figure"),
        [figure = m_figure, path](const JobContext&) {
            writeFigure(*figure, path);
            return QString::fromStdString(path.string());
        },
        [this](const QString& written) {
            if (m_dialog) m_dialog->close();
            emit exported(written);
        });
}

} // namespace zscape
