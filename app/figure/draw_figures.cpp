#include "app/figure/draw_figures.h"

#include "app/figure/draw_paper.h"
#include "app/figure/figure_list.h"
#include "app/figure/read_request.h"
#include "app/figure/training_figure.h"
#include "core/base/error.h"
#include "widgets/figure/write_figure.h"

#include <QGuiApplication>

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
    std::size_t failed = 0;
    drawPaper(request.folder, "." + request.format, request.csv, input, choice, job,
              [&](const PaperFigure& one, const Figure* figure) {
                  job.report(1, "");
                  if (figure) return tell(*figure, one.file, request.csv);
                  ++failed;
                  std::cout << one.name << ": left out: " << one.problem << '\n';
              });
    std::cout.flush();
    if (failed > 0) {
        throw Error(std::to_string(failed) + " of " + std::to_string(figureRecipes().size()) +
                    " figures could not be made; the lines above say why");
    }
}

Figure drawTraining(const cli::FigureRequest& request, const FigureChoice& choice) {
    TrainingCurvesInput input;
    input.path = request.catalog.string();
    input.history = readHistory(request.catalog);
    input.comparisonPath = request.otherRun.string();
    if (!request.otherRun.empty()) input.comparison = readHistory(request.otherRun);
    return trainingFigure(input, choice);
}

Figure drawView(const cli::FigureRequest& request, const FigureChoice& choice, const JobContext& job) {
    const FigureInput input = readInput(request, job);
    return isSpectrumMode(request.mode) ? spectrumFigure(spectrumOf(request, input, choice, job), input, choice, job)
                                        : viewFigure(viewOf(request, input, choice, job), input, choice, job);
}

} // namespace

void drawFigures(const cli::FigureRequest& request, int argc, char** argv, const JobContext& job) {
    // The platform does not matter for figures, and one that needs a display might not start.
    ::setenv("QT_QPA_PLATFORM", "offscreen", 1);
    qInstallMessageHandler(dropPlatformRemarks);
    const QGuiApplication application(argc, argv);
    // A misspelt name is told before the catalogue is read.
    const bool own = request.name == "view" || request.name == "training";
    const FigureRecipe* recipe = request.name.empty() || own ? nullptr : &figureRecipe(request.name);
    const FigureChoice choice = choiceOf(request);
    if (request.name.empty()) return drawAll(request, readInput(request, job), choice, job);
    const Figure figure = request.name == "training" ? drawTraining(request, choice)
                          : recipe                   ? makeFigure(*recipe, readInput(request, job), choice, job)
                                                     : drawView(request, choice, job);
    writeFigure(figure, request.out, request.csv);
    job.report(1, "");
    tell(figure, request.out, request.csv);
}

} // namespace zscape
