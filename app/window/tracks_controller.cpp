#include "app/window/tracks_controller.h"

#include "app/window/latent_controller.h"
#include "app/window/main_window.h"
#include "app/window/selection_store.h"
#include "app/window/traverse_animation.h"
#include "core/base/error.h"
#include "core/explore/star_table.h"
#include "core/tracks/track_stars.h"
#include "widgets/column_label.h"
#include "widgets/number_text.h"
#include "widgets/scatter_view.h"
#include "widgets/tracks_panel.h"
#include "widgets/traverse_panel.h"

#include <QComboBox>
#include <QDockWidget>
#include <QMenu>

#include <algorithm>
#include <cmath>

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
    connect(&window.controller(), &LatentController::mapAxesChanged, this, &TracksController::draw);
    connect(&window.map(), &ScatterView::trackDrawn, this, &TracksController::takeDrawn);
    connect(m_panel, &TracksPanel::changed, this, &TracksController::make);
    connect(m_panel, &TracksPanel::drawRequested, this, [this] {
        m_window.map().drawTrack();
        m_window.map().setFocus();
        m_panel->setMessage(tr("Draw a line over the stars of the map, with the left button held."));
    });
    connect(m_panel, &TracksPanel::drawnCleared, this, [this] {
        TracksPanel::Request request = m_panel->request();
        request.options.drawn.clear();
        m_panel->setRequest(request);
        make();
    });
    connect(m_traverse, &TraversePanel::pathChanged, this, &TracksController::choosePath);
    connect(m_traverse, &TraversePanel::moved, this, &TracksController::movePoint);
    connect(m_traverse, &TraversePanel::keepRequested, this, [this](bool asStart) {
        LatentController& controller = m_window.controller();
        if (controller.latent().empty()) return;
        QString name = asStart ? tr("kept start") : tr("kept end");
        if (const auto row = controller.pickedStar(); row && m_window.session().catalog()) {
            const Catalog& catalog = *m_window.session().catalog();
            name += (catalog.isMock() ? tr(" (mock star %1)") : tr(" (Gaia DR3 %1)")).arg(catalog.sourceIds()[*row]);
        }
        (asStart ? m_keptStart : m_keptEnd) = Kept{name, controller.latent()};
        fillPaths();
        m_traverse->choose(-1, asStart ? 0 : m_traverse->from(), asStart ? m_traverse->to() : (m_keptStart ? 1 : 0));
        choosePath();
    });
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
    QDockWidget* tracks =
        m_window.addPanel(QStringLiteral("tracks"), tr("Tracks"), m_panel, Qt::LeftDockWidgetArea, false);
    m_traverse = new TraversePanel;
    QDockWidget* traverse =
        m_window.addPanel(QStringLiteral("traverse"), tr("Traverse"), m_traverse, Qt::LeftDockWidgetArea, false);
    menu.addAction(tracks->toggleViewAction());
    menu.addAction(traverse->toggleViewAction());
    menu.addSeparator();
    for (const TrackKind kind : trackKindsNamed("all")) {
        QAction* action = menu.addAction(trackKindText(kind));
        action->setToolTip(trackKindHelp(kind));
        action->setCheckable(true);
        connect(action, &QAction::triggered, this, [this, kind](bool on) {
            TracksPanel::Request request = m_panel->request();
            std::erase(request.kinds, kind);
            if (on) request.kinds.push_back(kind);
            m_panel->setRequest(request);
            make();
        });
        connect(m_panel, &TracksPanel::changed, action, [this, action, kind] {
            action->setChecked(std::ranges::find(m_panel->request().kinds, kind) != m_panel->request().kinds.end());
        });
    }
}

void TracksController::adoptData() {
    const Session& session = m_window.session();
    m_table = session.table();
    m_tracks.clear();
    m_keptStart.reset();
    m_keptEnd.reset();
    m_choices = selectionChoices(session.selections());
    m_panel->setSources(namesOf(m_choices));
    m_panel->setMade({});
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
    const std::string among = m_panel->request().among.toStdString();
    m_panel->setSources(namesOf(m_choices));
    fillPaths();
    choosePath();
    const SelectionChoice now = chosen(m_choices, m_panel->request().among.toStdString());
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
    m_panel->setMade({});
    m_panel->setMessage(message);
    draw();
    fillPaths();
    choosePath();
}

void TracksController::make() {
    const TracksPanel::Request request = m_panel->request();
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
    QStringList lines;
    for (const Track& track : m_tracks) {
        lines += tr("%1: %2 of %3 bins, %4 stars")
                     .arg(QString::fromStdString(track.name))
                     .arg(track.points.size())
                     .arg(track.bins)
                     .arg(withThousands(static_cast<qint64>(track.stars())));
    }
    m_panel->setMade(lines);
    m_panel->setMessage({});
    draw();
    fillPaths();
    choosePath();
    emit tracksMade();
}

QString TracksController::mapColumn(const char* list) const {
    const auto* columns = m_window.findChild<QComboBox*>(QString::fromLatin1(list));
    return columns ? columns->currentData().toString() : QString();
}

void TracksController::draw() {
    const std::string x = mapColumn("xColumn").toStdString();
    const std::string y = mapColumn("yColumn").toStdString();
    std::vector<PlotTrack> lines;
    const auto colours = classColours(m_window.theme());
    ColourScale scale;
    scale.lower = 0;
    scale.upper = 1;
    for (std::size_t t = 0; t < m_tracks.size() && !x.empty() && !y.empty(); ++t) {
        const Track& track = m_tracks[t];
        if (track.points.empty()) continue;
        PlotTrack line;
        line.name = QString::fromStdString(track.name);
        line.colour = colours[(t + 1) % colours.size()].rgba();
        std::vector<double> across;
        std::vector<double> up;
        try {
            across = trackValues(track, *m_table, x);
            up = trackValues(track, *m_table, y);
        } catch (const Error& error) {
            m_panel->setMessage(QString::fromUtf8(error.what()));
            continue;
        }
        const QString along = columnSymbol(QString::fromStdString(track.alongName));
        const double first = track.points.front().along;
        const double last = track.points.back().along;
        for (std::size_t i = 0; i < track.points.size(); ++i) {
            if (!std::isfinite(across[i]) || !std::isfinite(up[i])) continue; // no member has that label
            const TrackPoint& point = track.points[i];
            line.points.emplace_back(across[i], up[i]);
            if (m_panel->request().colourAlong) {
                line.along.push_back(last > first ? (point.along - first) / (last - first) : 0.5);
            }
            line.texts.push_back(tr("%1: %2 = %3, %4 stars")
                                     .arg(line.name.toHtmlEscaped(), along, significantText(point.along, 4),
                                          withThousands(static_cast<qint64>(point.stars))));
        }
        if (!line.points.empty()) lines.push_back(std::move(line));
    }
    m_window.map().setTracks(std::move(lines), scale);
}

void TracksController::takeDrawn(const PlotShape& shape) {
    m_panel->setMessage({});
    const auto* curve = std::get_if<PlotCurve>(&shape.geometry);
    if (!curve) return;
    DrawnOptions drawn;
    drawn.x = mapColumn("xColumn").toStdString();
    drawn.y = mapColumn("yColumn").toStdString();
    const AxisRange x = m_window.map().xAxis();
    const AxisRange y = m_window.map().yAxis();
    if (x.logarithmic || y.logarithmic) {
        m_panel->setMessage(tr("A track can be drawn over linear axes only; switch the logarithmic scale off."));
        return;
    }
    drawn.xScale = std::abs(x.upper - x.lower);
    drawn.yScale = std::abs(y.upper - y.lower);
    for (const QPointF& vertex : curve->line) {
        drawn.vertices.emplace_back(vertex.x(), vertex.y());
    }
    TracksPanel::Request request = m_panel->request();
    drawn.name = tr("drawn %1").arg(request.options.drawn.size() + 1).toStdString();
    request.options.drawn.push_back(drawn);
    if (std::ranges::find(request.kinds, TrackKind::Drawn) == request.kinds.end()) {
        request.kinds.push_back(TrackKind::Drawn);
    }
    m_panel->setRequest(request);
    make();
}

} // namespace zscape
