#include "app/window/figure_sources_spectra.h"

#include "app/figure/command_words.h"
#include "app/figure/spectrum_figure.h"
#include "app/figure/training_figure.h"
#include "app/window/generate_controller.h"
#include "app/window/latent_controller.h"
#include "app/window/main_window.h"
#include "app/window/selection_choice.h"
#include "app/window/selection_store.h"
#include "app/window/star_spectrum_panel.h"
#include "app/window/tracks_controller.h"
#include "core/base/error.h"
#include "core/select/selection_json.h"
#include "core/train/training_log.h"
#include "widgets/spectra_panel.h"
#include "widgets/spectrum_view.h"
#include "widgets/training_curves.h"
#include "widgets/training_panel.h"
#include "widgets/traverse_panel.h"

namespace zscape {

namespace {

GenerateController& generate(MainWindow& window) {
    return *window.findChild<GenerateController*>();
}

FigureSource sourceOf(const QString& title, SpectrumOptions options) {
    FigureSource source;
    source.title = title;
    source.width_mm = oneColumn_mm;
    source.make = [options = std::move(options)](const FigureInput& in, const FigureChoice& choice,
                                                 const JobContext& job) {
        return spectrumFigure(options, in, choice, job);
    };
    return source;
}

/// The latent point and the picked star as the panels show them.
SpectrumOptions pointNow(MainWindow& window, SpectrumKind kind) {
    SpectrumOptions options;
    options.kind = kind;
    if (const std::optional<std::size_t> row = window.controller().pickedStar()) {
        options.star = window.session().catalog()->sourceIds()[*row];
    }
    if (window.session().latents()) options.latent = window.controller().latent();
    return options;
}

/// How a view of a spectrum draws it.
void takeView(SpectrumOptions& options, SpectrumView& view) {
    options.kind = view.mode() == SpectrumMode::Coefficients ? SpectrumKind::Coefficients : SpectrumKind::Flux;
    options.lines = view.linesVisible();
    options.residual = view.residual() == Residual::Off        ? ResidualKind::Off
                       : view.residual() == Residual::Fraction ? ResidualKind::Fraction
                                                               : ResidualKind::Sigma;
    if (options.kind == SpectrumKind::Flux) {
        options.ranges = view.fluxPlot().chosenRanges();
        options.near = static_cast<int>(view.fluxPlot().nearShown().size());
    } else {
        options.ranges = view.coefficientPlot().chosenRanges();
    }
}

FigureSource spectrumNow(MainWindow& window) {
    SpectrumOptions options = pointNow(window, SpectrumKind::Flux);
    takeView(options, window.spectrum());
    return sourceOf(MainWindow::tr("The spectrum as a figure"), std::move(options));
}

FigureSource comparisonNow(MainWindow& window) {
    SpectrumOptions options = pointNow(window, SpectrumKind::Comparison);
    if (!options.star) throw Error("no star is picked; click one in the map to compare it with its reconstruction");
    options.latent.clear(); // the star's own
    options.ranges = generate(window).comparison().chosenRanges();
    return sourceOf(MainWindow::tr("Star and reconstruction as a figure"), std::move(options));
}

FigureSource selectionSpectraNow(MainWindow& window) {
    const SelectionStore& store = window.session().selections();
    const std::vector<SelectionChoice> choices = selectionChoices(store);
    const auto choiceAt = [&](int index) -> const SelectionChoice& {
        if (index < 0 || index >= static_cast<int>(choices.size())) throw Error("choose the selections first");
        return choices[static_cast<std::size_t>(index)];
    };
    SpectraPanel& panel = generate(window).spectra();
    const SpectraShown shown = panel.shown();
    const SelectionChoice& a = choiceAt(panel.first());
    const SelectionChoice b = shown == SpectraShown::Mean ? SelectionChoice{} : choiceAt(panel.second());
    SpectrumOptions options;
    options.kind = shown == SpectraShown::Mean         ? SpectrumKind::Mean
                   : shown == SpectraShown::Difference ? SpectrumKind::Difference
                                                       : SpectrumKind::Ratio;
    options.first.name = a.name;
    options.second.name = b.name;
    options.ranges = panel.curves().chosenRanges();
    FigureSource source;
    if (a.own || b.own) {
        source.companions.emplace_back("selections.json", toJson(store.list()));
        options.selectionWords = " --selections " + companionName("view", "selections.json");
    }
    source.title = MainWindow::tr("Selections' spectra as a figure");
    source.width_mm = oneColumn_mm;
    source.make = [options, a, b](const FigureInput& in, const FigureChoice& choice, const JobContext& job) {
        SpectrumOptions found = options;
        found.first.stars = starsOf(a, *in.table, job);
        if (!b.name.empty()) found.second.stars = starsOf(b, *in.table, job);
        return spectrumFigure(found, in, choice, job);
    };
    return source;
}

/// A latent that is hidden in the panel is left out.
FigureSource responseNow(MainWindow& window) {
    SpectrumOptions options = pointNow(window, SpectrumKind::Response);
    options.ranges = generate(window).response().chosenRanges();
    std::vector<int> latents;
    const std::set<int>& hidden = generate(window).hiddenResponses();
    for (int k = 0; !hidden.empty() && k < static_cast<int>(options.latent.size()); ++k) {
        if (!hidden.contains(k)) latents.push_back(k + 1);
    }
    FigureSource source = sourceOf(MainWindow::tr("The response as a figure"), options);
    source.make = [options, latents](const FigureInput& in, const FigureChoice& choice, const JobContext& job) {
        FigureChoice own = choice;
        own.latents = latents;
        return spectrumFigure(options, in, own, job);
    };
    return source;
}

/// The path that the traverse panel follows.
FigureSource traverseNow(MainWindow& window) {
    auto& controller = *window.findChild<TracksController*>();
    if (!controller.path()) throw Error("there is no path to follow; make a track or choose two ends");
    SpectrumOptions options;
    options.kind = SpectrumKind::Traverse;
    options.path = controller.path();
    options.lines = window.spectrum().linesVisible();
    Companions companions;
    if (controller.traverse().track() < 0) { // a straight line
        options.latent = options.path->at(0);
        options.pathWords = " --to-latent=" + numberList(options.path->at(1));
    } else {
        options.pathWords = trackWords(window, companions) + " --along " + shellWord(options.path->name());
    }
    FigureSource source = sourceOf(MainWindow::tr("Spectra along the path as a figure"), std::move(options));
    source.companions = std::move(companions);
    return source;
}

FigureSource trainingNow(MainWindow& window) {
    TrainingCurvesInput input;
    input.history = window.trainingPanel().curves().history();
    // What is drawn goes beside the figure: the run's own file may hold other epochs by then.
    input.path = companionName("view", "history.csv");
    FigureSource source;
    source.companions.emplace_back("history.csv", trainingLogText(input.history));
    source.title = MainWindow::tr("The training curves as a figure");
    source.make = [input = std::move(input)](const FigureInput&, const FigureChoice& choice, const JobContext&) {
        return trainingFigure(input, choice);
    };
    return source;
}

} // namespace

std::vector<std::pair<std::string, QString>> spectraToDraw(MainWindow& window) {
    std::vector<std::pair<std::string, QString>> list;
    if (window.session().catalog()) list.emplace_back("spectrum", MainWindow::tr("Spectrum"));
    if (window.session().latents()) {
        list.emplace_back("response", MainWindow::tr("Response"));
        list.emplace_back("comparison", MainWindow::tr("Star and reconstruction"));
        list.emplace_back("selectionSpectra", MainWindow::tr("Selections' spectra"));
        if (window.findChild<TracksController*>()->path()) {
            list.emplace_back("traverse", MainWindow::tr("Spectra along the path"));
        }
    }
    if (!window.trainingPanel().curves().history().empty()) {
        list.emplace_back("training", MainWindow::tr("Training curves"));
    }
    return list;
}

FigureSource figureOfStar(MainWindow& window, StarSpectrumPanel& panel) {
    if (!panel.star()) throw Error("the panel shows no star; click one in the map");
    SpectrumOptions options;
    options.star = window.session().catalog()->sourceIds()[*panel.star()];
    takeView(options, panel.view());
    return sourceOf(QString::fromStdString(panel.state().title), std::move(options));
}

FigureSource figureOfSpectra(MainWindow& window, const std::string& id) {
    if (id == "spectrum") return spectrumNow(window);
    if (id == "response") return responseNow(window);
    if (id == "traverse") return traverseNow(window);
    if (id == "comparison") return comparisonNow(window);
    if (id == "selectionSpectra") return selectionSpectraNow(window);
    if (id == "training") return trainingNow(window);
    throw Error("there is no view '" + id + "' to make a figure of");
}

} // namespace zscape
