#include "app/figure/draw_paper.h"

#include "app/figure/figure_list.h"
#include "core/base/error.h"
#include "widgets/figure/write_figure.h"

#include <algorithm>

namespace zscape {

namespace {

std::filesystem::path fileOf(const std::filesystem::path& folder, const FigureRecipe& recipe,
                             const std::string& ending) {
    return folder / (std::string(recipe.name) + ending);
}

} // namespace

std::vector<std::filesystem::path> paperFiles(const std::filesystem::path& folder, const std::string& ending,
                                              bool csv) {
    std::vector<std::filesystem::path> files;
    for (const FigureRecipe& recipe : figureRecipes()) {
        files.push_back(fileOf(folder, recipe, ending));
        if (csv) files.push_back(fileOf(folder, recipe, ".csv"));
    }
    return files;
}

std::vector<PaperFigure> drawPaper(const std::filesystem::path& folder, const std::string& ending, bool csv,
                                   const FigureInput& input, const FigureChoice& choice, const JobContext& job,
                                   const std::function<void(const PaperFigure&, const Figure*)>& drawn) {
    std::error_code code;
    std::filesystem::create_directories(folder, code);
    if (code) throw Error("cannot make the folder " + folder.string() + ": " + code.message());
    std::vector<PaperFigure> figures;
    const auto count = static_cast<double>(figureRecipes().size());
    for (const FigureRecipe& recipe : figureRecipes()) {
        job.throwIfCancelled();
        PaperFigure& one = figures.emplace_back();
        one.name = recipe.name;
        one.file = fileOf(folder, recipe, ending);
        const double done = static_cast<double>(figures.size() - 1) / count;
        const auto report = [&](double fraction, std::string_view) {
            job.report(done + std::max(0.0, fraction) / count, recipe.title);
        };
        report(0, {});
        try {
            const Figure figure = makeFigure(recipe, input, choice, JobContext(report, job.cancelFlag()));
            writeFigure(figure, one.file, csv);
            if (drawn) drawn(one, &figure);
        } catch (const Cancelled&) {
            throw;
        } catch (const Error& error) {
            one.problem = error.what();
            if (drawn) drawn(one, nullptr);
        }
    }
    return figures;
}

} // namespace zscape
