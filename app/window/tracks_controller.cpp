#include "app/window/tracks_controller.h"

#include "app/window/latent_controller.h"
#include "app/window/main_window.h"
#include "app/window/selection_store.h"
#include "app/window/traverse_animation.h"
#include "app/window/value_edit.h"
#include "app/window/view_links.h"
#include "core/base/error.h"
#include "core/explore/star_table.h"
#include "core/tracks/track_stars.h"
#include "widgets/number_text.h"
#include "widgets/panel_scroll.h"
#include "widgets/tracks_panel.h"
#include "widgets/traverse_panel.h"

#include <QColorDialog>
#include <QDockWidget>
#include <QMenu>
#include <QUndoStack>

#include <algorithm>

namespace zscape {

TracksController::TracksController(MainWindow& window) : QObject(&window), m_window(window) {
    makePanels();
    m_animation = new TraverseAnimation(this);
    connect(&window.session(), &Session::changed, this, &TracksController::adoptData);
    connect(&window.session(), &Session::latentsMoved, this, [this] {
        m_table = m_window.session().table();
        adoptSelections();
        make();
    });
    connect(&window.session().selections(), &SelectionStore::changed, this, &TracksController::adoptSelections);
    connect(&window.links(), &ViewLinks::trackDrawn, this, &TracksController::takeDrawn);
    connect(m_panel, &TracksPanel::changed, this, [this] { ask(m_panel->request(), tr("change tracks")); });
    connect(m_panel, &TracksPanel::colourWished, this, &TracksController::chooseColour);
    connect(m_panel, &TracksPanel::drawRequested, this, [this] {
        m_window.links().setTool(PlotTool::Track);
        m_panel->setMessage(tr("Draw a line over the stars of any view, with the left button held."));
    });
    connect(m_panel, &TracksPanel::drawnCleared, this, [this] {
        TracksPanel::Request request = m_request;
        request.options.drawn.clear();
        ask(request, tr("clear drawn tracks"));
    });
    connect(&window, &MainWindow::themeChanged, this, &TracksController::listMade);
    connect(m_traverse, &TraversePanel::pathChanged, this, &TracksController::takeChoice);
    connect(m_traverse, &TraversePanel::moved, this, &TracksController::movePoint);
    connect(m_traverse, &TraversePanel::settled, this,
            [this] { m_window.controller().takeStep(tr("move along a path"), LatentController::Traverse); });
    connect(m_traverse, &TraversePanel::keepRequested, this, &TracksController::keepPoint);
    connect(m_traverse, &TraversePanel::exportSpectraRequested, this, &TracksController::exportSpectra);
    connect(m_traverse, &TraversePanel::exportAnimationRequested, this, &TracksController::exportAnimation);
    connect(m_animation, &TraverseAnimation::finished, this, [this](const QString& message) {
        m_panel->setMessage(message);
        emit animationWritten(message);
    });
    connect(m_animation, &TraverseAnimation::failed, &window.session(), &Session::reportFailure);
    connect(&m_jobs, &JobRunner::failed, this, &TracksController::giveUp);
}

TracksController::~TracksController() = default;

bool TracksController::isBusy() const {
    return m_jobs.isRunning() || m_animation->isRunning();
}

void TracksController::makePanels() {
    QMenu& menu = m_window.menu(MainMenu::Tracks);
    m_panel = new TracksPanel;
    QDockWidget* tracks = m_window.addPanel(QStringLiteral("tracks"), tr("Tracks"), new PanelScroll(m_panel),
                                            Qt::LeftDockWidgetArea, false);
    m_traverse = new TraversePanel;
    QDockWidget* traverse = m_window.addPanel(QStringLiteral("traverse"), tr("Traverse"), new PanelScroll(m_traverse),
                                              Qt::LeftDockWidgetArea, false);
    menu.addAction(tracks->toggleViewAction());
    menu.addAction(traverse->toggleViewAction());
    menu.addSeparator();
    for (const TrackKind kind : trackKindsNamed("all")) {
        QAction* action = menu.addAction(trackKindText(kind));
        action->setToolTip(trackKindHelp(kind));
        action->setCheckable(true);
        connect(action, &QAction::triggered, this, [this, kind](bool on) {
            TracksPanel::Request request = m_request;
            std::erase(request.kinds, kind);
            if (on) request.kinds.push_back(kind);
            ask(request, tr("change tracks"));
        });
        connect(this, &TracksController::requestShown, action, [this, action, kind] {
            action->setChecked(std::ranges::find(m_request.kinds, kind) != m_request.kinds.end());
        });
    }
}

void TracksController::adoptData() {
    const Session& session = m_window.session();
    m_table = session.table();
    m_tracks.clear();
    m_choice.start.reset(); // of another latent space
    m_choice.end.reset();
    m_choices = selectionChoices(session.selections());
    m_panel->setSources(namesOf(m_choices));
    draw();
    fillPaths();
    choosePath();
    make();
}

void TracksController::adoptSelections() {
    const std::vector<SelectionChoice> before =
        std::exchange(m_choices, selectionChoices(m_window.session().selections()));
    if (m_choices == before) return; // another colour, or another current one
    const auto chosen = [](const std::vector<SelectionChoice>& choices, const std::string& name) {
        const auto found = std::ranges::find(choices, name, &SelectionChoice::name);
        return found == choices.end() ? SelectionChoice{} : *found;
    };
    const std::string among = m_request.among.toStdString();
    m_panel->setSources(namesOf(m_choices));
    m_request.among = m_panel->request().among; // follows a new name
    fillPaths();
    choosePath();
    const SelectionChoice now = chosen(m_choices, m_request.among.toStdString());
    if (chosen(before, among) == now) return;
    if (now.name.empty()) {
        giveUp(tr("The selection “%1” is gone; choose other stars.").arg(QString::fromStdString(among)));
    } else {
        make();
    }
}

const SelectionChoice* TracksController::choiceNamed(const std::string& name) const {
    const auto found = std::ranges::find(m_choices, name, &SelectionChoice::name);
    return found == m_choices.end() ? nullptr : &*found;
}

void TracksController::giveUp(const QString& message) {
    m_jobs.cancel();
    m_tracks.clear();
    m_panel->setMessage(message);
    draw();
    fillPaths();
    choosePath();
}

void TracksController::make() {
    const TracksPanel::Request request = m_request;
    if (!m_table || m_table->rows() == 0 || request.kinds.empty()) {
        giveUp({});
        return;
    }
    const std::string among = request.among.toStdString();
    TrackStars own;
    if (const SelectionChoice* choice = choiceNamed(among); choice && choice->own) {
        try {
            own = starsOf(*choice, *m_table);
        } catch (const Error& error) {
            giveUp(QString::fromUtf8(error.what()));
            return;
        }
    }
    m_panel->setMessage(tr("binning stars…"));
    m_jobs.start<std::vector<Track>>(
        tr("binning stars along tracks"),
        [request, among, own, table = m_table](const JobContext& job) {
            if (own) return makeTracks(*table, request.kinds, request.options, own, job);
            return makeTracksAmong(*table, request.kinds, request.options, among, request.flavour, job);
        },
        [this](std::vector<Track> tracks) { showMade(std::move(tracks)); });
}

void TracksController::showMade(std::vector<Track> tracks) {
    m_tracks = std::move(tracks);
    m_panel->setMessage({});
    draw();
    fillPaths();
    choosePath();
    emit tracksMade();
}

void TracksController::draw() {
    m_window.links().setTracks({m_table, m_tracks, {m_request.colourAlong, m_request.hidden, m_request.colours}});
    listMade();
}

void TracksController::listMade() {
    std::vector<TracksPanel::Made> made;
    for (std::size_t i = 0; i < m_tracks.size(); ++i) {
        const Track& track = m_tracks[i];
        made.push_back({track.name,
                        tr("%1: %2 of %3 bins, %4 stars")
                            .arg(QString::fromStdString(track.name))
                            .arg(track.points.size())
                            .arg(track.bins)
                            .arg(withThousands(static_cast<qint64>(track.stars()))),
                        trackColour(m_window.links().tracks(), i, m_window.theme()), classMark(i)});
    }
    m_panel->setMade(made);
}

void TracksController::ask(const TracksPanel::Request& request, const QString& what) {
    if (request == m_request) return;
    m_window.session().undo().push(new ValueEdit<TracksPanel::Request>(
        what, m_request, request, [this](const TracksPanel::Request& one) { put(one); }));
}

void TracksController::put(const TracksPanel::Request& request) {
    // What tracks look like needs no star to be binned anew.
    TracksPanel::Request same = request;
    same.colourAlong = m_request.colourAlong;
    same.hidden = m_request.hidden;
    same.colours = m_request.colours;
    const bool others = !(same == m_request);
    m_request = request;
    m_panel->setRequest(request);
    emit requestShown();
    if (others) {
        make();
    } else {
        draw();
    }
}

void TracksController::restore(const TracksPanel::Request& request, const TraverseChoice& choice) {
    put(request);
    putChoice(choice);
}

void TracksController::chooseColour(const std::string& name) {
    const auto track = std::ranges::find(m_tracks, name, &Track::name);
    if (track == m_tracks.end()) return;
    const Rgb now =
        trackColour(m_window.links().tracks(), static_cast<std::size_t>(track - m_tracks.begin()), m_window.theme());
    const QColor chosen =
        QColorDialog::getColor(QColor::fromRgba(now), m_panel, tr("Colour of %1").arg(QString::fromStdString(name)));
    if (!chosen.isValid()) return;
    TracksPanel::Request request = m_request;
    request.colours[name] = chosen.rgba();
    ask(request, tr("colour a track"));
}

void TracksController::takeDrawn(DrawnOptions drawn) {
    TracksPanel::Request request = m_request;
    const auto taken = [&](const std::string& name) {
        return std::ranges::find(request.options.drawn, name, &DrawnOptions::name) != request.options.drawn.end();
    };
    std::size_t number = request.options.drawn.size();
    do {
        drawn.name = tr("drawn %1").arg(++number).toStdString();
    } while (taken(drawn.name));
    if (!request.options.drawn.empty()) {
        drawn.points = request.options.drawn.back().points;
        drawn.width = request.options.drawn.back().width;
    }
    request.options.drawn.push_back(std::move(drawn));
    if (std::ranges::find(request.kinds, TrackKind::Drawn) == request.kinds.end()) {
        request.kinds.push_back(TrackKind::Drawn);
    }
    ask(request, tr("draw a track"));
}

} // namespace zscape
