#include "app/figure/draw_figures.h"

#include "app/figure/figure_builder.h"
#include "app/figure/figure_list.h"
#include "app/figure/view_figure.h"
#include "app/open.h"
#include "core/base/error.h"
#include "core/explore/star_table.h"
#include "core/select/evaluate.h"
#include "widgets/figure/write_figure.h"

#include <QGuiApplication>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iostream>

namespace zscape {

namespace {

/// Qt's offscreen platform remarks on what it cannot do; in a script's output only our own lines belong.
void dropPlatformRemarks(QtMsgType type, const QMessageLogContext& context, const QString& text) {
    if (type == QtDebugMsg || type == QtInfoMsg || type == QtWarningMsg) return;
    std::fprintf(stderr, "%s\n", qPrintable(qFormatLogMessage(type, context, text)));
}

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
    return choice;
}

AxisRange axisOf(const std::vector<double>& range, const std::string& id, bool logarithmic, bool flip) {
    if (range[0] == range[1]) throw Error("the two ends of an axis must differ");
    return {std::min(range[0], range[1]), std::max(range[0], range[1]), logarithmic, usuallyBackwards(id) != flip};
}

ViewMode modeOf(const std::string& name) {
    if (name == "density") return ViewMode::Density;
    if (name == "contour") return ViewMode::Contour;
    if (name == "histogram") return ViewMode::Histogram;
    return name == "sky" ? ViewMode::Sky : ViewMode::Scatter;
}

ViewOptions viewOf(const cli::FigureRequest& request, const FigureInput& input, const FigureChoice& choice,
                   const JobContext& job) {
    ViewOptions view;
    view.x = request.x;
    view.y = request.y;
    view.colour = request.colour;
    view.mode = modeOf(request.mode);
    view.logX = request.logX;
    view.logY = request.logY;
    view.flipX = request.flipX;
    view.flipY = request.flipY;
    view.logColour = request.logColour;
    view.bins = request.bins;
    if (!request.rangeX.empty()) view.xRange = axisOf(request.rangeX, request.x, request.logX, request.flipX);
    if (!request.rangeY.empty()) view.yRange = axisOf(request.rangeY, request.y, request.logY, request.flipY);
    if (!request.rangeColour.empty()) view.colourRange = {request.rangeColour[0], request.rangeColour[1]};
    if (!request.select.empty()) {
        const std::vector<Selection> builtIn = builtInSelections(choice.preset);
        const auto found = std::ranges::find(builtIn, request.select, &Selection::name);
        const Definition definition = found != builtIn.end() ? found->definition : ExpressionShape{request.select};
        view.shown = std::make_shared<const BitSet>(evaluate(definition, *input.table, builtIn, job));
        view.shownName = request.select;
        if (view.shown->count() == 0) throw Error("no star is in '" + request.select + "'");
    }
    if (!request.tracks.empty()) {
        std::vector<TrackKind> kinds;
        for (const std::string& name : request.tracks) {
            kinds.push_back(trackKindFromName(name));
        }
        view.tracks = makeTracks(
            *input.table, kinds,
            TrackOptions::of(choice.preset == SelectionPreset::Paper ? TrackFlavour::Paper : TrackFlavour::Released),
            view.shown, job);
    }
    return view;
}

std::string sizeText(const Figure& figure) {
    char text[60];
    std::snprintf(text, sizeof text, "%.0f x %.0f mm", figure.style.width_mm, figure.height_mm);
    return text;
}

void tell(const Figure& figure, const std::filesystem::path& path, bool csv) {
    std::cout << figure.origin.figure << ": " << path.string() << ", " << sizeText(figure)
              << (csv ? ", numbers beside it" : "") << '\n';
    for (const std::string& remark : figure.origin.remarks) {
        std::cout << "  " << remark << '\n';
    }
}

void drawAll(const cli::FigureRequest& request, const FigureInput& input, const FigureChoice& choice,
             const JobContext& job) {
    std::error_code code;
    std::filesystem::create_directories(request.folder, code);
    if (code) throw Error("cannot make the folder " + request.folder.string() + ": " + code.message());
    std::size_t failed = 0;
    for (const FigureRecipe& recipe : figureRecipes()) {
        job.throwIfCancelled();
        const std::filesystem::path path = request.folder / (std::string(recipe.name) + "." + request.format);
        try {
            const Figure figure = makeFigure(recipe, input, choice, job);
            writeFigure(figure, path, request.csv);
            job.report(1, "");
            tell(figure, path, request.csv);
        } catch (const Cancelled&) {
            throw;
        } catch (const Error& error) {
            ++failed;
            job.report(1, "");
            std::cout << recipe.name << ": left out: " << error.what() << '\n';
        }
    }
    std::cout.flush();
    if (failed > 0) {
        throw Error(std::to_string(failed) + " of " + std::to_string(figureRecipes().size()) +
                    " figures could not be made; the lines above say why");
    }
}

} // namespace

void drawFigures(const cli::FigureRequest& request, int argc, char** argv, const JobContext& job) {
    // The platform does not matter for figures, and one that needs a display might not start.
    ::setenv("QT_QPA_PLATFORM", "offscreen", 1);
    qInstallMessageHandler(dropPlatformRemarks);
    const QGuiApplication application(argc, argv);
    // A misspelt name is told before the catalogue is read.
    const FigureRecipe* recipe = request.name.empty() || request.name == "view" ? nullptr : &figureRecipe(request.name);
    const FigureChoice choice = choiceOf(request);
    const FigureInput input = readInput(request, job);
    if (request.name.empty()) return drawAll(request, input, choice, job);
    const Figure figure = recipe ? makeFigure(*recipe, input, choice, job)
                                 : viewFigure(viewOf(request, input, choice, job), input, choice, job);
    writeFigure(figure, request.out, request.csv);
    job.report(1, "");
    tell(figure, request.out, request.csv);
}

} // namespace zscape
