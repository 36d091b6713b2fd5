#include "app/window/view_links.h"

#include "app/window/contour_job.h"
#include "app/window/dropped_stars.h"
#include "app/window/main_window.h"
#include "app/window/plot_definition.h"
#include "app/window/selection_store.h"
#include "app/window/selections_controller.h"
#include "widgets/scatter_view.h"

#include <QAction>
#include <QActionGroup>
#include <QMenu>

#include <memory>

namespace zscape {

ViewLinks::ViewLinks(MainWindow& window) : QObject(&window), m_window(window), m_session(window.session()) {
    createActions();
    connect(&m_session.selections(), &SelectionStore::changed, this, &ViewLinks::refresh);
    connect(&window, &MainWindow::themeChanged, this, [this] {
        ++m_tracksVersion; // their colours are the theme's
        emit tracksChanged();
    });
}

void ViewLinks::createActions() {
    auto* group = new QActionGroup(&m_window);
    QMenu& menu = m_window.menu(MainMenu::Select);
    menu.addSeparator();
    const std::tuple<PlotTool, const char*, const char*> tools[] = {{PlotTool::Pan, "pan", "P"},
                                                                    {PlotTool::Rectangle, "select-rectangle", "R"},
                                                                    {PlotTool::Lasso, "select-lasso", "L"},
                                                                    {PlotTool::Brush, "select-brush", "B"},
                                                                    {PlotTool::CurveAbove, "", "A"},
                                                                    {PlotTool::CurveBelow, "", "U"},
                                                                    {PlotTool::Track, "", "T"}};
    for (const auto& [tool, icon, key] : tools) {
        // The key is the view's own while it has the focus; here it is only told.
        // A track is no selection.
        QAction* action = (tool == PlotTool::Track ? m_window.menu(MainMenu::Tracks) : menu).addAction(toolName(tool));
        action->setCheckable(true);
        action->setChecked(tool == m_tool);
        action->setToolTip(tr("%1 Key in a view: %2").arg(toolHelp(tool), QLatin1String(key)));
        action->setData(static_cast<int>(tool));
        group->addAction(action);
        connect(action, &QAction::triggered, this, [this, tool = tool] { setTool(tool); });
        m_actions.emplace_back(action, QLatin1String(icon));
    }
}

void ViewLinks::setTool(PlotTool tool) {
    if (tool == m_tool) return;
    m_tool = tool;
    for (const auto& [action, icon] : m_actions) {
        if (action->data().toInt() == static_cast<int>(tool)) action->setChecked(true);
    }
    emit toolChanged(tool);
}

void ViewLinks::refresh() {
    const SelectionStore& store = m_session.selections();
    const std::size_t rows = m_session.table()->rows();
    const std::vector<ClassMark> marks = selectionMarks(store.list());
    std::vector<Highlight> highlights;
    for (std::size_t i = 0; i < store.list().size(); ++i) {
        const auto& stars = store.stars(i);
        if (store.list()[i].visible && stars && stars->size() == rows) {
            highlights.push_back({stars, store.list()[i].colour, marks[i]});
        }
    }
    // Kept where nothing changed: the stars' classes are made once for all views.
    if (highlights != m_highlights.list()) m_highlights = HighlightSet(std::move(highlights));
    emit highlightsChanged();
}

void ViewLinks::take(const PlotShape& shape, ShapeModifier modifier, const PlaneAxes& axes) {
    using How = SelectionsController::How;
    const How how = modifier == ShapeModifier::Add      ? How::Add
                    : modifier == ShapeModifier::Remove ? How::Remove
                                                        : How::Replace;
    m_window.selections().take(definitionOf(shape, axes), how);
}

void ViewLinks::setTracks(ShownTracks tracks) {
    m_tracks = std::move(tracks);
    ++m_tracksVersion;
    emit tracksChanged();
}

void ViewLinks::setNeighbours(const std::vector<std::size_t>& rows) {
    if (rows == m_neighbours) return;
    m_neighbours = rows;
    emit neighboursChanged();
}

void ViewLinks::takeTrack(const PlotShape& shape, const PlaneAxes& axes, const AxisRange& x, const AxisRange& y) {
    // An id that is no identifier is part of a formula only in brackets.
    const auto inFormula = [&](const std::string& name, bool logarithmic) {
        return logarithmic && m_session.table()->find(name) ? "[" + name + "]" : name;
    };
    const PlaneAxes named{inFormula(axes.x, shape.logX), inFormula(axes.y, shape.logY), shape.logX, shape.logY};
    if (const auto drawn = drawnTrackOf(shape, named, x, y)) emit trackDrawn(*drawn);
}

void ViewLinks::showPath(ScatterView& view, const PlaneAxes& axes) {
    const SelectionStore& store = m_session.selections();
    std::vector<EditablePath> paths;
    if (store.current() && store.list()[*store.current()].visible) {
        paths = editablePathsOf(store.list()[*store.current()].definition, axes);
    }
    if (paths != view.editablePaths() || paths.empty() != !view.editablePath()) view.setEditablePaths(std::move(paths));
}

void ViewLinks::link(ScatterView& view, const std::function<PlaneAxes()>& axes) {
    new ContourJob(view, m_session);
    view.setTool(m_tool);
    connect(this, &ViewLinks::toolChanged, &view, &ScatterView::setTool);
    connect(&view, &ScatterView::toolChanged, this, &ViewLinks::setTool);
    const auto showSelections = [this, &view, axes] {
        view.setHighlights(m_highlights);
        showPath(view, axes());
    };
    connect(this, &ViewLinks::highlightsChanged, &view, showSelections);
    // Also when other columns were put up; the means of the bins are found anew only when tracks or axes are others.
    struct Shown {
        std::size_t version = 0;
        std::string x, y;
    };
    const auto showTracks = [this, &view, axes, last = std::make_shared<Shown>()] {
        const PlaneAxes plane = axes();
        if (last->version == m_tracksVersion && last->x == plane.x && last->y == plane.y) return;
        *last = {m_tracksVersion, plane.x, plane.y};
        view.setTracks(tracksInPlane(m_tracks, plane.x, plane.y, m_window.theme()), alongScale());
    };
    connect(this, &ViewLinks::tracksChanged, &view, showTracks);
    connect(this, &ViewLinks::highlightsChanged, &view, showTracks);
    connect(&view, &ScatterView::trackDrawn, this,
            [this, &view, axes](const PlotShape& shape) { takeTrack(shape, axes(), view.xAxis(), view.yAxis()); });
    const auto showNeighbours = [this, &view] { view.setNeighbours(m_neighbours); };
    connect(this, &ViewLinks::neighboursChanged, &view, showNeighbours);
    connect(&m_session, &Session::hoveredChanged, &view,
            [&view](std::optional<std::size_t> row) { view.setHovered(row); });
    connect(&view, &ScatterView::hovered, this, [this](std::optional<qsizetype> row) {
        m_session.setHovered(row ? std::optional(static_cast<std::size_t>(*row)) : std::nullopt);
    });
    connect(&view, &ScatterView::shapeDrawn, this,
            [this, axes](const PlotShape& shape, ShapeModifier modifier) { take(shape, modifier, axes()); });
    connect(&view, &ScatterView::pathEdited, this, [this, axes](const EditablePath& path, std::size_t part) {
        SelectionStore& store = m_session.selections();
        if (!store.current()) return;
        Selection selection = store.list()[*store.current()];
        selection.definition = withPath(std::move(selection.definition), axes(), part, path);
        const QString name = QString::fromStdString(selection.name);
        store.change(*store.current(), std::move(selection), tr("edit the outline of “%1”").arg(name));
    });
    const auto showDropped = [this, &view, axes] {
        const PlaneAxes now = axes();
        view.setMarkedStars(m_window.dropped().marks(now.x, now.y));
    };
    connect(this, &ViewLinks::highlightsChanged, &view, showDropped); // also after other columns were put up
    connect(&m_window.dropped(), &DroppedStars::changed, &view, showDropped);
    connect(&view, &ScatterView::markedStarPicked, &m_window.dropped(), &DroppedStars::pick);
    showSelections();
    showDropped();
    showTracks();
    showNeighbours();
}

} // namespace zscape
