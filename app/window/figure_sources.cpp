// The window's views as figures: what each of them shows now.
#include "app/window/figure_sources.h"

#include "app/figure/command_words.h"
#include "app/figure/view_figure.h"
#include "app/open.h"
#include "app/window/errors_controller.h"
#include "app/window/figure_sources_spectra.h"
#include "app/window/main_window.h"
#include "app/window/selection_store.h"
#include "app/window/star_spectrum_panel.h"
#include "app/window/tracks_controller.h"
#include "app/window/view_manager.h"
#include "app/window/view_panels.h"
#include "core/base/error.h"
#include "core/select/selection_json.h"
#include "widgets/corner_view.h"
#include "widgets/histogram_view.h"
#include "widgets/sky_view.h"
#include "widgets/tracks_panel.h"

#include <QDockWidget>

#include <algorithm>

namespace zscape {

namespace {

constexpr const char* usualStem = "view";

/// A view of stars with the files its command reads.
struct Drawn {
    ViewOptions view;
    Companions companions;
};

void addSelections(MainWindow& window, Drawn& drawn) {
    const SelectionStore& store = window.session().selections();
    const std::vector<ClassMark> marks = selectionMarks(store.list());
    for (std::size_t i = 0; i < store.list().size(); ++i) {
        const Selection& one = store.list()[i];
        if (!one.visible || !store.stars(i)) continue;
        drawn.view.highlights.push_back({one.name, one.colour, store.stars(i), marks[i]});
    }
    if (drawn.view.highlights.empty()) return;
    // Visible ones without stars are left out here, and must be by the command.
    std::vector<Selection> list = store.list();
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (!store.stars(i)) list[i].visible = false;
    }
    drawn.companions.emplace_back("selections.json", toJson(list));
    drawn.view.drawnWords += " --selections " + companionName(usualStem, "selections.json");
}

void addTracks(MainWindow& window, Drawn& drawn) {
    auto* controller = window.findChild<TracksController*>();
    if (!controller || controller->tracks().empty()) return;
    const TracksPanel::Request& request = controller->request();
    drawn.view.tracks = controller->tracks();
    std::erase_if(drawn.view.tracks, [&](const Track& track) { return request.hidden.contains(track.name); });
    if (drawn.view.tracks.empty()) return;
    drawn.view.tracksAlong = request.colourAlong;
    for (const Track& track : drawn.view.tracks) {
        const auto own = request.colours.find(track.name);
        if (own != request.colours.end()) drawn.view.trackColours[track.name] = own->second;
    }
    drawn.view.drawnWords += trackWords(window, drawn.companions);
    for (const Track& track : controller->tracks()) {
        if (request.hidden.contains(track.name)) drawn.view.drawnWords += " --hide-track " + shellWord(track.name);
    }
}

void takeColours(ViewOptions& view, const ColourScale& scale) {
    view.map = scale.map;
    view.flipColour = scale.flipped;
    view.logColour = scale.logarithmic;
    view.colourPower = scale.power;
    view.colourRange = {scale.lower, scale.upper};
}

/// A bin of the figure is as large a part of the plot as a star of the density is on the screen.
void takeDensity(ViewOptions& view, const ScatterView& shown) {
    view.map = shown.colourScale().map;
    view.flipColour = shown.colourScale().flipped;
    const RasterStyle& style = shown.rasterStyle();
    view.countPower = style.countLogarithmic ? 0 : style.countPower;
    const int point = std::max(style.pointSize, ScatterView::densityPoint);
    view.bins = std::clamp(std::max(shown.plotArea().width(), shown.plotArea().height()) / point, 50, 600);
}

void takeScatter(ViewOptions& view, const ScatterView& shown) {
    // A view that was never on the screen has no axes of its own yet.
    if (shown.starsInView() > 0) {
        view.xRange = shown.xAxis();
        view.yRange = shown.yAxis();
    }
    view.mode = shown.drawMode() == DrawMode::Density   ? ViewMode::Density
                : shown.drawMode() == DrawMode::Contour ? ViewMode::Contour
                                                        : ViewMode::Scatter;
    view.reduction = shown.rasterStyle().reduction;
    if (view.reduction == Reduction::Count) {
        // Stars on a pixel of a screen have no meaning on paper; stars in a bin do.
        view.reduction = Reduction::Mean;
        if (view.mode == ViewMode::Scatter) view.mode = ViewMode::Density;
    }
    if (!view.colour.empty() || view.reduction == Reduction::Fraction) takeColours(view, shown.colourScale());
    view.highlightsByLabel = shown.highlightsByLabel();
    if (view.mode == ViewMode::Density) takeDensity(view, shown);
    if (view.reduction == Reduction::Fraction) {
        view.logColour = false;
        view.colourRange = {0, 1};
    }
}

/// Of a map that shows only a part of the sky.
void takeSkyRange(ViewOptions& view, const ScatterView& map) {
    const AxisRange x = map.xAxis(), y = map.yAxis();
    if (map.starsInView() == 0 || (x.lower <= -2 && x.upper >= 2 && y.lower <= -1 && y.upper >= 1)) return;
    view.xRange = x;
    view.yRange = y;
}

Drawn mapNow(MainWindow& window) {
    Drawn drawn;
    const auto [x, y] = window.mapColumns();
    if (x.isEmpty() || y.isEmpty()) throw Error("the map shows nothing yet; open a catalogue first");
    drawn.view.x = x.toStdString();
    drawn.view.y = y.toStdString();
    drawn.view.colour = window.mapColour().toStdString();
    takeScatter(drawn.view, window.map());
    addSelections(window, drawn);
    addTracks(window, drawn);
    return drawn;
}

Drawn panelNow(MainWindow& window, ViewPanel& panel) {
    Drawn drawn;
    const ViewState& state = panel.state();
    ViewOptions& view = drawn.view;
    view.colour = state.colour;
    if (state.kind == "corner") {
        view.mode = ViewMode::Corner;
        view.columns = state.columns;
    } else {
        view.x = state.columns.at(0);
        if (state.columns.size() > 1) view.y = state.columns[1];
    }
    if (auto* scatter = qobject_cast<ScatterPanel*>(&panel)) {
        takeScatter(view, scatter->view());
    } else if (auto* histogram = qobject_cast<HistogramPanel*>(&panel)) {
        view.mode = ViewMode::Histogram;
        view.xRange = histogram->view().axis();
        view.bins = state.bins;
        view.logY = state.logY;
        view.cumulative = histogram->view().cumulativeShown();
        view.colour.clear();
    } else if (auto* sky = qobject_cast<SkyPanel*>(&panel)) {
        view.mode = ViewMode::Sky;
        if (!view.colour.empty()) takeColours(view, sky->view().map().colourScale());
        view.highlightsByLabel = sky->view().map().highlightsByLabel();
        takeSkyRange(view, sky->view().map());
    } else if (auto* corner = qobject_cast<CornerPanel*>(&panel)) {
        view.ranges = corner->view().limits();
    }
    addSelections(window, drawn);
    const bool plane =
        view.mode == ViewMode::Scatter || view.mode == ViewMode::Density || view.mode == ViewMode::Contour;
    if (plane || view.mode == ViewMode::Corner || view.mode == ViewMode::Histogram) addTracks(window, drawn);
    return drawn;
}

FigureSource sourceOf(const QString& title, Drawn drawn) {
    FigureSource source;
    source.title = title;
    source.width_mm =
        drawn.view.mode == ViewMode::Corner || drawn.view.mode == ViewMode::Sky ? twoColumns_mm : oneColumn_mm;
    source.companions = std::move(drawn.companions);
    source.make = [view = std::move(drawn.view)](const FigureInput& in, const FigureChoice& choice,
                                                 const JobContext& job) { return viewFigure(view, in, choice, job); };
    return source;
}

void requireNoProblem(const ViewPanel& panel) {
    if (!panel.problem().isEmpty()) throw Error(panel.problem().toStdString());
}

} // namespace

std::string companionName(const std::string& stem, const std::string& ending) {
    return stem + "." + ending;
}

std::string trackWords(MainWindow& window, Companions& companions) {
    const TracksPanel::Request& request = window.findChild<TracksController*>()->request();
    std::string kinds;
    for (const TrackKind kind : request.kinds) {
        kinds += (kinds.empty() ? "" : ",") + std::string(trackKindName(kind));
    }
    companions.emplace_back("tracks.json", toJson(request.options));
    std::string words = " --tracks " + kinds + " --track-options " + companionName(usualStem, "tracks.json") +
                        " --track-flavour " + (request.flavour == TrackFlavour::Paper ? "paper" : "released");
    if (request.among.isEmpty()) return words;
    words += " --track-stars " + shellWord(request.among.toStdString());
    const SelectionStore& store = window.session().selections();
    const bool there = std::ranges::any_of(companions, [](const auto& one) { return one.first == "selections.json"; });
    if (!store.find(request.among.toStdString()) || there) return words;
    std::vector<Selection> list = store.list();
    for (Selection& one : list) {
        one.visible = false;
    }
    companions.emplace_back("selections.json", toJson(list));
    return words + " --selections " + companionName(usualStem, "selections.json");
}

std::vector<std::pair<std::string, QString>> viewsToDraw(MainWindow& window) {
    std::vector<std::pair<std::string, QString>> list;
    if (window.session().catalog()) {
        list.emplace_back("map", MainWindow::tr("Map"));
        for (const ViewState& view : window.views().views()) {
            if (view.kind != "table") list.emplace_back("view-" + view.id, QString::fromStdString(view.title));
        }
    }
    for (const auto& one : spectraToDraw(window)) {
        list.push_back(one);
    }
    return list;
}

FigureSource figureOfView(MainWindow& window, const std::string& id) {
    if (id == "map") return sourceOf(MainWindow::tr("The map as a figure"), mapNow(window));
    if (id.starts_with("view-")) {
        ViewPanel* panel = window.views().panel(id.substr(5));
        if (!panel || panel->state().kind == "table") throw Error("this view cannot be made a figure; choose another");
        requireNoProblem(*panel);
        if (auto* star = qobject_cast<StarSpectrumPanel*>(panel)) return figureOfStar(window, *star);
        return sourceOf(QString::fromStdString(panel->state().title), panelNow(window, *panel));
    }
    return figureOfSpectra(window, id);
}

FigureInput figureInput(MainWindow& window) {
    Session& session = window.session();
    FigureInput input;
    input.table = session.table();
    input.instrument = session.instrument();
    if (session.catalog()) input.cataloguePath = session.catalog()->path().string();
    window.errors().fill(input);
    // A model that does not fit the catalogue makes nothing of its stars.
    if (!session.latents()) return input;
    input.model = session.model();
    input.modelPath = session.isDemoModel() ? std::string(bundledModel) : session.modelPath().string();
    input.normalizationPath = session.normalizationPath().string();
    if (const std::optional<int> epoch = session.trainingEpoch()) {
        input.modelPath.clear();
        input.modelRemark = "a model in training, after epoch " + std::to_string(*epoch) + ", not in a file";
    }
    return input;
}

} // namespace zscape
