#include "app/figure/read_request.h"

#include "app/figure/command_words.h"
#include "app/open.h"
#include "core/analysis/compared_spectra.h"
#include "core/base/error.h"
#include "core/generate/selection_spectra.h"
#include "core/select/evaluate.h"
#include "core/select/selection_json.h"
#include "core/tracks/track_stars.h"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace zscape {

namespace {

AxisRange axisOf(const std::vector<double>& range, const std::string& id, bool logarithmic, bool flip) {
    if (range[0] == range[1]) throw Error("the two ends of an axis must differ");
    return {std::min(range[0], range[1]), std::max(range[0], range[1]), logarithmic, usuallyBackwards(id) != flip};
}

/// The place of a name that the command line has checked already.
template <typename Names>
std::size_t placeOf(const Names& names, const std::string& name) {
    return static_cast<std::size_t>(std::ranges::find(names, name) - names.begin());
}

std::string readText(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary);
    if (!stream) throw Error("cannot read " + path.string() + "; is it there?");
    return {std::istreambuf_iterator<char>(stream), {}};
}

/// Selections by name: those of a file first, then the built-in ones, then formulas.
class NamedStars {
public:
    NamedStars(const cli::FigureRequest& request, const FigureInput& input, const FigureChoice& choice,
               const JobContext& job)
        : m_input(input),
          m_job(job) {
        if (!request.selections.empty()) m_own = selectionsFromJson(readText(request.selections));
        m_all = m_own;
        for (Selection& selection : builtInSelections(choice.preset)) {
            if (std::ranges::find(m_all, selection.name, &Selection::name) == m_all.end()) {
                m_all.push_back(std::move(selection));
            }
        }
    }
    const std::vector<Selection>& own() const { return m_own; }
    const Selection* find(const std::string& name) const {
        const auto found = std::ranges::find(m_all, name, &Selection::name);
        return found == m_all.end() ? nullptr : &*found;
    }
    std::shared_ptr<const BitSet> stars(const std::string& nameOrFormula) const {
        const Selection* known = find(nameOrFormula);
        const Definition definition = known ? known->definition : ExpressionShape{nameOrFormula};
        return std::make_shared<const BitSet>(evaluate(definition, *m_input.table, m_all, m_job));
    }

private:
    const FigureInput& m_input;
    const JobContext& m_job;
    std::vector<Selection> m_own, m_all;
};

void addHighlights(ViewOptions& view, const cli::FigureRequest& request, const NamedStars& named) {
    std::vector<std::string> names = request.highlights;
    if (names.empty()) {
        for (const Selection& selection : named.own()) {
            if (selection.visible) names.push_back(selection.name);
        }
    }
    // Those of a file have the shapes that they have in the window, shown or not.
    std::vector<Selection> all = named.own();
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (std::ranges::find(all, names[i], &Selection::name) != all.end()) continue;
        const Selection* known = named.find(names[i]);
        all.push_back({names[i], known ? known->colour : selectionColour(i), true, {}});
    }
    const std::vector<ClassMark> marks = selectionMarks(all);
    for (const std::string& name : names) {
        const auto found = std::ranges::find(all, name, &Selection::name);
        view.highlights.push_back(
            {name, found->colour, named.stars(name), marks[static_cast<std::size_t>(found - all.begin())]});
    }
}

/// `shown`: the stars that are asked for with --select; may be null.
std::vector<Track> tracksOf(const cli::FigureRequest& request, const FigureInput& input, const FigureChoice& choice,
                            const NamedStars& named, const std::shared_ptr<const BitSet>& shown,
                            const JobContext& job) {
    const bool paper =
        request.trackFlavour.empty() ? choice.preset == SelectionPreset::Paper : request.trackFlavour == "paper";
    const TrackFlavour flavour = paper ? TrackFlavour::Paper : TrackFlavour::Released;
    const TrackOptions options =
        request.trackOptions.empty() ? TrackOptions::of(flavour) : trackOptionsFromJson(readText(request.trackOptions));
    std::string names;
    for (const std::string& name : request.tracks) {
        names += (names.empty() ? "" : ",") + name;
    }
    const std::vector<TrackKind> kinds = trackKindsNamed(names);
    const bool own = std::ranges::find(named.own(), request.trackStars, &Selection::name) != named.own().end();
    if (own) return makeTracks(*input.table, kinds, options, named.stars(request.trackStars), job);
    if (shown && request.trackStars.empty()) return makeTracks(*input.table, kinds, options, shown, job);
    return makeTracksAmong(*input.table, kinds, options, request.trackStars, flavour, job);
}

void addTracks(ViewOptions& view, const cli::FigureRequest& request, const FigureInput& input,
               const FigureChoice& choice, const NamedStars& named, const JobContext& job) {
    if (request.tracks.empty()) return;
    view.tracks = tracksOf(request, input, choice, named, view.shown, job);
    std::erase_if(view.tracks, [&](const Track& track) {
        return std::ranges::find(request.hiddenTracks, track.name) != request.hiddenTracks.end();
    });
    view.tracksAlong = request.trackPoints == "along";
    for (const std::string& text : request.trackColours) {
        const std::size_t equals = text.rfind('=');
        const QColor colour(equals == std::string::npos ? QString() : QString::fromStdString(text.substr(equals + 1)));
        if (!colour.isValid())
            throw Error("--track-colour wants NAME=#rrggbb, for instance MS=#d55e00, not '" + text + "'");
        view.trackColours[text.substr(0, equals)] = colour.rgba();
    }
}

std::string trackWordsOf(const cli::FigureRequest& request) {
    std::string words;
    const auto add = [&](const char* option, const std::string& word) {
        if (!word.empty()) words += std::string(" --") + option + " " + shellWord(word);
    };
    std::string tracks;
    for (const std::string& name : request.tracks) {
        tracks += (tracks.empty() ? "" : ",") + name;
    }
    add("tracks", tracks);
    add("track-options", request.trackOptions.string());
    add("track-stars", request.trackStars);
    add("track-flavour", request.trackFlavour);
    return words;
}

std::string drawnWordsOf(const cli::FigureRequest& request) {
    std::string words;
    const auto add = [&](const char* option, const std::string& word) {
        if (!word.empty()) words += std::string(" --") + option + " " + shellWord(word);
    };
    add("selections", request.selections.string());
    for (const std::string& name : request.highlights) {
        add("highlight", name);
    }
    words += trackWordsOf(request);
    for (const std::string& name : request.hiddenTracks) {
        add("hide-track", name);
    }
    return words;
}

/// The path of a traverse, and the words that name it: a track's, between the means of two selections, or a line.
void findPath(SpectrumOptions& options, const cli::FigureRequest& request, const FigureInput& input,
              const FigureChoice& choice, const NamedStars& named, const JobContext& job) {
    options.steps = request.steps;
    if (!request.tracks.empty()) {
        const std::vector<Track> tracks = tracksOf(request, input, choice, named, nullptr, job);
        const auto track =
            request.along.empty() ? tracks.begin() : std::ranges::find(tracks, request.along, &Track::name);
        if (track == tracks.end()) {
            std::string names;
            for (const Track& one : tracks) {
                names += (names.empty() ? "" : ", ") + one.name;
            }
            throw Error("there is no track '" + request.along + "' to go along; there are " + names);
        }
        options.path = LatentPath::alongTrack(*track);
        options.pathWords = trackWordsOf(request) + " --along " + shellWord(track->name);
    } else if (!request.toLatent.empty()) {
        options.path = LatentPath::straight(request.latent, request.toLatent, "a line");
        options.pathWords = " --to-latent=" + numberList(request.toLatent);
    } else if (options.first.stars && options.second.stars && input.table->latents()) {
        const Latents& latents = *input.table->latents();
        options.path = LatentPath::straight(meanLatent(latents, *options.first.stars, request.first).asFloats(),
                                            meanLatent(latents, *options.second.stars, request.second).asFloats(),
                                            request.first + " to " + request.second);
    }
}

} // namespace

FigureInput readInput(const cli::FigureRequest& request, const JobContext& job) {
    FigureInput input;
    auto catalog = std::make_shared<const Catalog>(openCatalog(request.catalog, job));
    std::shared_ptr<const Latents> latents;
    if (!request.model.model.empty()) {
        input.model = makeEngine(openModel(request.model.model, request.model.normalization), request.model.engine,
                                 request.model.threads);
        latents = std::make_shared<const Latents>(encodeCatalog(*catalog, *input.model, job));
    }
    const XpInstrument instrument = XpInstrument::builtIn();
    for (const std::string& text : request.compared) {
        input.compared.push_back(
            std::make_shared<const ComparedSpectra>(readComparedSpectra(text, *catalog, instrument, job)));
    }
    input.comparedTexts = request.compared;
    input.correlationsPath = request.correlations.string();
    input.correlations =
        request.correlations.empty()
            ? correlationsOf(*catalog)
            : std::make_shared<const Correlations>(readCorrelations(request.correlations, *catalog, instrument));
    input.instrument = instrument;
    input.table = std::make_shared<const StarTable>(std::move(catalog), std::move(latents));
    input.cataloguePath = request.catalog.string();
    input.modelPath = request.model.model.string();
    input.normalizationPath = request.model.normalization.string();
    return input;
}

FigureChoice choiceOf(const cli::FigureRequest& request) {
    FigureChoice choice;
    choice.ownWidth = request.width_mm == 0;
    if (!choice.ownWidth) choice.style.width_mm = request.width_mm;
    choice.style.fontSize_pt = request.fontSize_pt;
    choice.style.dpi = request.dpi;
    if (!request.font.empty()) choice.style.family = QString::fromStdString(request.font);
    choice.preset = request.preset == "paper" ? SelectionPreset::Paper : SelectionPreset::Released;
    choice.latents = request.latents;
    choice.seed = request.seed;
    return choice;
}

bool isSpectrumMode(const std::string& mode) {
    return std::ranges::find(spectrumKindNames, mode) != spectrumKindNames.end();
}

ViewOptions viewOf(const cli::FigureRequest& request, const FigureInput& input, const FigureChoice& choice,
                   const JobContext& job) {
    ViewOptions view;
    view.x = request.x;
    view.y = request.y;
    view.columns = request.columns;
    view.colour = request.colour;
    view.mode = static_cast<ViewMode>(placeOf(viewModeNames, request.mode));
    view.reduction = static_cast<Reduction>(placeOf(reductionNames, request.reduction));
    if (request.colourMap != "automatic") {
        view.map = static_cast<ColourMapName>(placeOf(colourMapNames, request.colourMap));
    }
    view.logX = request.logX;
    view.logY = request.logY;
    view.flipX = request.flipX;
    view.flipY = request.flipY;
    view.logColour = request.logColour;
    view.colourPower = request.powerColour;
    view.flipColour = request.flipColour;
    view.highlightsByLabel = request.selected == "label";
    view.bins = request.bins;
    view.countPower = request.counts == "root" ? 0.5 : request.counts == "linear" ? 1 : 0;
    view.cumulative = request.cumulative;
    if (request.ranges.size() % 2 != 0) throw Error("--ranges wants two numbers a column");
    for (std::size_t i = 0; i < request.ranges.size(); i += 2) {
        view.ranges.push_back(drawableRange({request.ranges[i], request.ranges[i + 1], false, false}));
    }
    if (!request.rangeX.empty()) view.xRange = axisOf(request.rangeX, request.x, request.logX, request.flipX);
    if (!request.rangeY.empty()) view.yRange = axisOf(request.rangeY, request.y, request.logY, request.flipY);
    if (!request.rangeColour.empty()) view.colourRange = {request.rangeColour[0], request.rangeColour[1]};
    const NamedStars named(request, input, choice, job);
    if (!request.select.empty()) {
        view.shown = named.stars(request.select);
        view.shownName = request.select;
        if (view.shown->count() == 0) throw Error("no star is in '" + request.select + "'");
    }
    addHighlights(view, request, named);
    addTracks(view, request, input, choice, named, job);
    view.drawnWords = drawnWordsOf(request);
    return view;
}

SpectrumOptions spectrumOf(const cli::FigureRequest& request, const FigureInput& input, const FigureChoice& choice,
                           const JobContext& job) {
    SpectrumOptions options;
    options.kind = static_cast<SpectrumKind>(placeOf(spectrumKindNames, request.mode));
    options.residual = static_cast<ResidualKind>(placeOf(residualKindNames, request.residual));
    options.lines = request.lines;
    options.near = request.near;
    if (request.star != 0) options.star = request.star;
    options.latent = request.latent;
    const auto range = [](const std::vector<double>& ends) {
        if (ends.size() == 2 && ends[0] == ends[1]) throw Error("the two ends of an axis must differ");
        return ends.size() == 2 ? std::optional(std::pair(ends[0], ends[1])) : std::nullopt;
    };
    options.ranges = {range(request.rangeX), range(request.rangeY), range(request.rangeResidual)};
    const NamedStars named(request, input, choice, job);
    for (const auto& [name, chosen] : {std::pair(&request.first, &options.first), {&request.second, &options.second}}) {
        if (name->empty()) continue;
        chosen->name = *name;
        chosen->stars = named.stars(*name);
    }
    if (options.kind == SpectrumKind::Traverse) findPath(options, request, input, choice, named, job);
    if (!request.selections.empty()) {
        options.selectionWords = " --selections " + shellWord(request.selections.string());
    }
    return options;
}

} // namespace zscape
