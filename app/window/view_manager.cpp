#include "app/window/view_manager.h"

#include "app/window/figures_controller.h"
#include "app/window/main_window.h"
#include "app/window/star_spectrum_panel.h"
#include "app/window/view_panel.h"
#include "core/base/error.h"

#include <QDockWidget>
#include <QMenu>
#include <QUndoStack>

#include <algorithm>
#include <utility>

namespace zscape {

namespace {

QString dockName(const std::string& id) {
    return QStringLiteral("view-") + QString::fromStdString(id);
}

QString titleOf(const ViewState& state) {
    QStringList columns;
    for (const std::string& one : state.columns) {
        columns += QString::fromStdString(one);
    }
    if (state.kind == "scatter") return columns.value(1) + QObject::tr(" against ") + columns.value(0);
    if (state.kind == "histogram") return QObject::tr("Histogram of ") + columns.value(0);
    if (state.kind == "corner") return QObject::tr("Corner plot");
    if (state.kind == "sky") return QObject::tr("Sky");
    return QObject::tr("Star table");
}

} // namespace

/// A set of views for another one.
class ViewManager::Edit : public QUndoCommand {
public:
    Edit(ViewManager& manager, std::vector<ViewState> views, const QString& what)
        : QUndoCommand(what),
          m_manager(manager),
          m_before(manager.m_views),
          m_after(std::move(views)) {}
    void undo() override { m_manager.put(m_before); }
    void redo() override { m_manager.put(m_after); }

private:
    ViewManager& m_manager;
    std::vector<ViewState> m_before, m_after;
};

ViewManager::ViewManager(MainWindow& window) : QObject(&window), m_window(window) {
    fillMenu();
    const auto refreshAll = [this] {
        for (const ViewState& view : m_views) {
            if (ViewPanel* one = panel(view.id)) one->refresh();
        }
    };
    connect(&window.session(), &Session::changed, this, refreshAll);
    connect(&window.session(), &Session::latentsMoved, this, refreshAll);
    connect(&window.session(), &Session::columnsAdded, this, refreshAll);
    connect(&window, &MainWindow::themeChanged, this, [this](Theme theme) {
        for (const ViewState& view : m_views) {
            if (ViewPanel* one = panel(view.id)) one->setTheme(theme);
        }
    });
}

void ViewManager::fillMenu() {
    auto* menu = new QMenu(tr("&New view"), &m_window);
    menu->setToolTipsVisible(true);
    const auto entry = [&](const QString& name, const QString& tip, auto&& make) {
        QAction* action = menu->addAction(name, this, [this, make] { add(make()); });
        action->setToolTip(tip);
        return action;
    };
    entry(tr("&Scatter plot"), tr("Any two columns, latents or formulas; stars, their density or its contours"),
          [this] { return scatter(); });
    entry(
        tr("&Kiel diagram"),
        tr("Surface gravity against temperature: where a star stands in its life. Dwarfs lie along the bottom, giants "
           "climb to the upper right. Both axes run backwards, as in a Hertzsprung-Russell diagram."),
        [this] { return kiel(); });
    entry(tr("&Alpha diagram"),
          tr("[α/M] against [M/H]: α elements (O, Mg, Si, Ca, …) come from short-lived stars, iron later from white "
             "dwarfs. The old thick disc is rich in α, the thin disc poor."),
          [this] { return alpha(false); });
    entry(tr("&Magnesium diagram"), tr("[Mg/Fe] against [Fe/H]: the same with one α element, as Patil et al. split it"),
          [this] { return alpha(true); });
    entry(tr("&Histogram"), tr("How many stars have which value; drag to select a range"),
          [this] { return ofKind("histogram"); });
    entry(tr("&Corner plot"), tr("Every latent against every other, with marginals and cumulative curves"),
          [this] { return ofKind("corner"); });
    entry(tr("Sk&y map"), tr("Where the stars are on the sky, in Mollweide’s equal-area projection"),
          [this] { return sky(); });
    entry(tr("Star &table"), tr("Every star as a row; a click on a column’s head sorts"),
          [this] { return ofKind("table"); });
    entry(tr("S&pectrum of the star"),
          tr("The picked star’s observed spectrum and what the model makes of it, held in a panel of its own beside "
             "those of other stars (Ctrl+H)"),
          [this] { return ofKind("spectrum"); })
        ->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_H));
    QMenu& view = m_window.menu(MainMenu::View);
    QAction* first = view.actions().isEmpty() ? nullptr : view.actions().front();
    view.insertMenu(first, menu);
}

std::string ViewManager::column(const char* name) const {
    const StarTable::Entry* entry = m_window.session().table()->find(name);
    return entry ? entry->id : name;
}

std::string ViewManager::preferredColour() const {
    return m_window.columns().preferredColour().toStdString();
}

ViewState ViewManager::scatter() const {
    const auto [x, y] = m_window.mapColumns();
    ViewState view;
    view.kind = "scatter";
    view.columns = {x.isEmpty() ? "z1" : x.toStdString(), y.isEmpty() ? "z2" : y.toStdString()};
    view.colour = preferredColour();
    view.flipX = PlotColumns::runsBackwards(x);
    view.flipY = PlotColumns::runsBackwards(y);
    return view;
}

ViewState ViewManager::kiel() const {
    ViewState view;
    view.kind = "scatter";
    view.title = tr("Kiel diagram").toStdString();
    view.columns = {column("teff"), column("logg")};
    if (m_window.session().table()->find("m_h")) view.colour = column("m_h");
    view.flipX = view.flipY = true;
    return view;
}

ViewState ViewManager::alpha(bool magnesium) const {
    ViewState view;
    view.kind = "scatter";
    view.title = (magnesium ? tr("Magnesium diagram") : tr("Alpha diagram")).toStdString();
    view.columns =
        magnesium ? std::vector{column("fe_h"), column("mg_fe")} : std::vector{column("m_h"), column("alpha_m")};
    if (m_window.session().table()->find("teff")) view.colour = column("teff");
    return view;
}

ViewState ViewManager::ofKind(const std::string& kind) const {
    if (kind == "scatter") return scatter();
    if (kind == "kiel") return kiel();
    if (kind == "alpha" || kind == "magnesium") return alpha(kind == "magnesium");
    if (kind == "sky") return sky();
    if (kind == "spectrum") return starSpectrumView(m_window);
    ViewState view;
    view.kind = kind;
    if (kind == "histogram") {
        view.columns = {scatter().columns[0]};
    } else if (kind != "corner" && kind != "table") {
        throw Error("there is no view of the kind '" + kind + "'");
    }
    return view;
}

ViewState ViewManager::sky() const {
    const StarTable& table = *m_window.session().table();
    ViewState view;
    view.kind = "sky";
    view.columns = table.find("ra") && table.find("dec") && !(table.find("l") && table.find("b"))
                       ? std::vector{column("ra"), column("dec")}
                       : std::vector{column("l"), column("b")};
    view.colour = preferredColour();
    return view;
}

std::vector<ViewState> ViewManager::snapshot() const {
    std::vector<ViewState> views = m_views;
    for (ViewState& view : views) {
        if (const ViewPanel* one = panel(view.id)) view = one->snapshot();
    }
    return views;
}

ViewPanel* ViewManager::panel(const std::string& id) const {
    const QDockWidget* dock = m_window.panel(dockName(id));
    return dock ? qobject_cast<ViewPanel*>(dock->widget()) : nullptr;
}

std::string ViewManager::add(ViewState state) {
    if (state.title.empty()) state.title = titleOf(state).toStdString();
    int number = 1;
    for (const ViewState& view : m_views) {
        number = std::max(number, QString::fromStdString(view.id).toInt() + 1);
    }
    state.id = std::to_string(number);
    std::vector<ViewState> views = m_views;
    const QString what = tr("open “%1”").arg(QString::fromStdString(state.title));
    std::string id = state.id;
    views.push_back(std::move(state));
    push(std::move(views), what);
    if (QDockWidget* dock = m_window.panel(dockName(id))) {
        dock->show();
        dock->raise();
    }
    return id;
}

void ViewManager::remove(const std::string& id) {
    std::vector<ViewState> views = m_views;
    if (std::erase_if(views, [&](const ViewState& view) { return view.id == id; }) > 0) {
        push(std::move(views), tr("remove a view"));
    }
}

QStringList ViewManager::restore(const std::vector<ViewState>& views) {
    QStringList problems;
    put({});
    std::vector<ViewState> possible;
    for (const ViewState& view : views) {
        try {
            std::vector<ViewState> more = possible;
            more.push_back(view);
            put(more);
            possible = std::move(more);
        } catch (const Error& error) {
            problems += QString::fromUtf8(error.what());
        }
    }
    return problems;
}

void ViewManager::push(std::vector<ViewState> views, const QString& what) {
    m_window.session().undo().push(new Edit(*this, std::move(views), what));
}

void ViewManager::put(const std::vector<ViewState>& views) {
    for (const ViewState& view : m_views) {
        if (std::ranges::find(views, view.id, &ViewState::id) != views.end()) continue;
        if (QDockWidget* dock = m_window.panel(dockName(view.id))) {
            dock->setObjectName(QString()); // its place in layouts is free at once
            dock->hide();
            dock->deleteLater(); // it may be the one that asked
        }
    }
    for (const ViewState& view : views) {
        if (ViewPanel* one = panel(view.id)) {
            if (one->state() == view) continue;
            one->setState(view);
            m_window.panel(dockName(view.id))->setWindowTitle(QString::fromStdString(view.title));
        } else {
            create(view);
        }
    }
    m_views = views;
    emit changed();
}

void ViewManager::create(const ViewState& state) {
    ViewPanel* content = makeViewPanel(m_window, state);
    content->setTheme(m_window.theme());
    QDockWidget* beside = nullptr;
    QList<QDockWidget*> spectra; // side by side
    for (const ViewState& view : m_views) {
        QDockWidget* dock = m_window.panel(dockName(view.id));
        if (!dock || !dock->isVisible() || dock->isFloating()) continue;
        beside = dock;
        if (view.kind == "spectrum" && m_window.dockWidgetArea(dock) == Qt::BottomDockWidgetArea) spectra += dock;
    }
    QDockWidget* dock =
        m_window.addPanel(dockName(state.id), QString::fromStdString(state.title), content, Qt::BottomDockWidgetArea);
    spectra += dock;
    const auto count = static_cast<int>(spectra.size());
    if (state.kind == "spectrum" && count > 1 && count * content->minimumSizeHint().width() < m_window.width() / 2) {
        // Spectra are there to be compared; behind each other's tabs they could not be.
        m_window.removeDockWidget(dock);
        m_window.addDockWidget(Qt::BottomDockWidgetArea, dock, Qt::Horizontal);
        dock->show();
        m_window.resizeDocks(spectra, QList<int>(count, m_window.width() / count), Qt::Horizontal);
    } else if (beside) {
        m_window.tabifyDockWidget(beside, dock);
    }
    connect(content, &ViewPanel::changeWished, this, [this](const ViewState& wished) {
        std::vector<ViewState> views = m_views;
        const auto found = std::ranges::find(views, wished.id, &ViewState::id);
        if (found == views.end()) return;
        *found = wished;
        push(std::move(views), tr("change “%1”").arg(QString::fromStdString(wished.title)));
    });
    connect(content, &ViewPanel::viewWished, this, [this](const ViewState& view) { add(view); });
    connect(content, &ViewPanel::figureWished, this, [this, name = dockName(state.id).toStdString()] {
        if (auto* figures = m_window.findChild<FiguresController*>()) figures->open(name);
    });
}

} // namespace zscape
