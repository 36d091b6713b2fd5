// The entries of the Select and Edit menus, and what leaves the window from there.
#include "app/window/latent_controller.h"
#include "app/window/main_window.h"
#include "app/window/selection_panel.h"
#include "app/window/selection_store.h"
#include "app/window/selections_controller.h"
#include "core/base/error.h"
#include "core/select/built_in.h"
#include "core/select/export_selection.h"
#include "widgets/scatter_view.h"

#include <QAction>
#include <QFileDialog>
#include <QInputDialog>
#include <QMenu>
#include <QTreeWidget>
#include <QUndoStack>

#include <cmath>

namespace zscape {

namespace {

/// Of the digits that matter on this axis.
double roundedTo(const AxisRange& axis, double value) {
    const double step = std::pow(10.0, std::floor(std::log10(std::abs(axis.upper - axis.lower))) - 2);
    return std::isfinite(step) && step > 0 ? std::round(value / step) * step : value;
}

} // namespace

void SelectionsController::fillMenus() {
    QMenu& editMenu = m_window.menu(MainMenu::Edit);
    QAction* undo = m_session.undo().createUndoAction(&m_window, tr("&Undo"));
    undo->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_Z));
    QAction* redo = m_session.undo().createRedoAction(&m_window, tr("&Redo"));
    redo->setShortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z));
    editMenu.addActions({undo, redo});

    QMenu& menu = m_window.menu(MainMenu::Select);
    fillNewMenu();
    fillCombineMenu();
    menu.addMenu(m_new);
    menu.addMenu(m_combine);
    menu.addSeparator();
    const auto onCurrent = [this](auto&& work) {
        return [this, work] {
            if (m_store.current()) work(*m_store.current());
        };
    };
    m_edit = menu.addAction(tr("&Edit…"), this, onCurrent([this](std::size_t row) { edit(row); }));
    m_edit->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_E));
    m_edit->setToolTip(tr("What the selection means: its formula, or its shapes and columns"));
    m_rename = menu.addAction(tr("Re&name"), this, [this] {
        m_panel->list().setFocus();
        m_panel->beginRename();
    });
    m_recolour = menu.addAction(tr("C&olour…"), this, onCurrent([this](std::size_t row) { chooseColour(row); }));
    m_delete = menu.addAction(tr("&Delete"), this, onCurrent([this](std::size_t row) { m_store.remove(row); }));
    menu.addSeparator();
    m_export = menu.addAction(tr("E&xport stars…"), this, &SelectionsController::chooseExport);
    m_export->setToolTip(tr("source_ids and columns of the current selection as CSV, ECSV, HDF5, FITS or VOTable"));
}

void SelectionsController::fillNewMenu() {
    m_new->setToolTipsVisible(true);
    QAction* formula = m_new->addAction(tr("From a &formula…"), this, [this] { begin("formula", ExpressionShape{}); });
    formula->setShortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_N));
    formula->setToolTip(tr("Stars for which a formula of columns holds, e.g. teff < 5000 && BP-RP > 1"));
    m_new->addAction(tr("From a file of source_&ids…"), this, [this] {
        const QString path = QFileDialog::getOpenFileName(&m_window, tr("A file of source_ids"), QString(),
                                                          tr("Tables and lists (*.csv *.ecsv *.txt *.h5 *.hdf5);;All "
                                                             "files (*)"));
        if (!path.isEmpty()) addFromFile(path.toStdString());
    });
    m_new->addAction(tr("From a ran&ge of a column…"), this, &SelectionsController::beginRange)
        ->setToolTip(tr("Stars between two values; a range can be dragged in a histogram, too"));
    m_new->addAction(tr("Above or below a typed &curve…"), this, &SelectionsController::beginCurve)
        ->setToolTip(tr("Stars on one side of y as a formula of x, or of a line of points, in the map's columns"));
    m_new->addAction(tr("&Nearest stars of the latent point…"), this, &SelectionsController::beginNearest)
        ->setToolTip(tr("So many of the nearest, by distance in all latents"));
    m_new->addAction(tr("&Densest part of the map…"), this, &SelectionsController::beginDensity)
        ->setToolTip(tr("Stars in the fewest bins of the map that hold a share of all stars"));
    m_new->addSection(tr("The paper’s"));
    auto* released = m_new->addMenu(tr("As &released"));
    auto* paper = m_new->addMenu(tr("As in the &paper’s text"));
    const std::pair<QMenu*, SelectionPreset> presets[] = {{released, SelectionPreset::Released},
                                                          {paper, SelectionPreset::Paper}};
    for (const auto& [menu, preset] : presets) {
        menu->setToolTipsVisible(true);
        for (const Selection& builtIn : builtInSelections(preset)) {
            QAction* action = menu->addAction(QString::fromStdString(builtIn.name));
            action->setToolTip(QString::fromStdString(builtInDescription(builtIn.name)));
            connect(action, &QAction::triggered, this,
                    [this, name = builtIn.name, preset = preset] { addBuiltIn(name, preset); });
        }
    }
}

bool SelectionsController::mapAxes(PlaneAxes& axes) {
    const auto [x, y] = m_window.mapColumns();
    axes.x = x.toStdString();
    axes.y = y.toStdString();
    if (!x.isEmpty() && !y.isEmpty()) return true;
    emit m_session.failed(tr("That wants stars on a map; open a catalogue first."));
    return false;
}

void SelectionsController::beginRange() {
    PlaneAxes axes;
    if (!mapAxes(axes)) return;
    const AxisRange x = m_window.map().xAxis();
    RangeShape range;
    range.column = axes.x;
    range.low = roundedTo(x, x.lower + (x.upper - x.lower) / 4);
    range.high = roundedTo(x, x.upper - (x.upper - x.lower) / 4);
    begin("range", range);
}

void SelectionsController::beginCurve() {
    CurveShape curve;
    if (!mapAxes(curve.axes)) return;
    // A level line through the middle of what is seen.
    const AxisRange y = m_window.map().yAxis();
    curve.formula = QString::number(roundedTo(y, (y.lower + y.upper) / 2), 'g', 12).toStdString();
    begin("curve", curve);
}

void SelectionsController::beginNearest() {
    const std::vector<float>& latent = m_window.controller().latent();
    if (!m_session.latents() || latent.empty()) {
        emit m_session.failed(tr("The nearest stars want a model and a catalogue; open both first."));
        return;
    }
    NearestShape nearest;
    for (const float value : latent) {
        nearest.point.push_back(QString::number(value, 'g', 6).toDouble()); // to be read
    }
    begin("nearest", nearest);
}

void SelectionsController::beginDensity() {
    DensityShape shape;
    if (!mapAxes(shape.axes)) return;
    shape.rule = DensityRule::Densest;
    shape.threshold = 0.5;
    begin("densest", shape);
}

/// A built-in selection may speak of others of them: those come along, hidden.
void SelectionsController::addBuiltIn(const std::string& name, SelectionPreset preset) {
    const std::vector<Selection> builtIns = builtInSelections(preset);
    if (std::ranges::find(builtIns, name, &Selection::name) == builtIns.end()) {
        throw Error("there is no built-in selection '" + name + "'; zscape select CATALOGUE --list names them");
    }
    std::vector<Selection> list = m_store.list();
    const auto add = [&](const std::string& one, bool visible) {
        Selection selection = *std::ranges::find(builtIns, one, &Selection::name);
        selection.visible = visible;
        const auto there = std::ranges::find(list, selection.name, &Selection::name);
        if (there != list.end() && there->definition == selection.definition) {
            there->visible = there->visible || visible;
            return;
        }
        selection.name = freeName(selection.name, list);
        list.push_back(std::move(selection));
    };
    const Selection& wanted = *std::ranges::find(builtIns, name, &Selection::name);
    for (const std::string& needed : referencesOf(wanted.definition, builtIns)) {
        if (std::ranges::find(list, needed, &Selection::name) == list.end()) add(needed, false);
    }
    add(name, true);
    m_store.replaceAll(std::move(list), tr("add “%1”").arg(QString::fromStdString(name)));
}

void SelectionsController::fillCombineMenu() {
    m_combine->setToolTipsVisible(true);
    const std::tuple<QString, QString, Combination> entries[] = {
        {tr("&And"), tr("Stars in all of the marked selections"), Combination::And},
        {tr("&Or"), tr("Stars in any of the marked selections"), Combination::Or},
        {tr("E&xclusive or"),
         tr("Stars in one of two marked selections but not in both; of more, in an odd number of them"),
         Combination::Xor},
        {tr("&Minus"), tr("Stars in the first of the marked selections and none of the others"), Combination::Minus},
        {tr("&Not"), tr("Every star that is not in the first marked selection"), Combination::Not}};
    for (const auto& [title, tip, how] : entries) {
        m_combine->addAction(title, this, [this, how = how] { combine(how); })->setToolTip(tip);
    }
}

void SelectionsController::showContextMenu(const QPoint& at) {
    auto* menu = new QMenu(&m_window);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addActions({m_edit, m_rename, m_recolour});
    menu->addMenu(m_combine);
    menu->addActions({m_export, m_delete});
    menu->popup(at);
}

void SelectionsController::chooseExport() {
    const QString path =
        QFileDialog::getSaveFileName(&m_window, tr("Export the selected stars"), QString(),
                                     tr("CSV (*.csv);;ECSV (*.ecsv);;HDF5 (*.h5);;FITS (*.fits);;VOTable (*.vot)"));
    if (path.isEmpty()) return;
    bool agreed = false;
    const QString columns = QInputDialog::getText(
        &m_window, tr("Export the selected stars"),
        tr("Columns beside source_id, parted by commas; formulas, too. “all” stands for every column."),
        QLineEdit::Normal, QStringLiteral("all"), &agreed);
    if (agreed) exportCurrent(path.toStdString(), columns);
}

void SelectionsController::exportCurrent(const std::filesystem::path& path, const QString& columns) {
    const std::optional<std::size_t> current = m_store.current();
    const std::shared_ptr<const BitSet> stars = current ? m_store.stars(*current) : nullptr;
    if (!stars) {
        emit m_session.failed(tr("There are no stars to export: choose a selection that has some."));
        return;
    }
    m_session.jobs().start<bool>(
        tr("Writing %1").arg(QString::fromStdString(path.filename().string())),
        [path, stars, table = m_session.table(), columns = columns.toStdString()](const JobContext& job) {
            const std::vector<std::string> names =
                columns.empty() ? std::vector<std::string>() : columnList(columns, *table);
            writeTable(path, exportStars(*table, *stars, names, job), job);
            return true;
        },
        [this, path](bool) { emit exported(QString::fromStdString(path.string())); });
}

} // namespace zscape
