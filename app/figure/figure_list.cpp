#include "app/figure/figure_list.h"

#include "app/figure/command_words.h"
#include "app/figure/paper_figures.h"
#include "core/base/error.h"
#include "widgets/figure/write_figure.h"

#include <algorithm>
#include <array>

namespace zscape {

namespace {

constexpr std::array recipes{
    FigureRecipe{"label-cuts", "Fig 1", "Uncertainties of the labels", twoColumns_mm, false, labelCutsFigure},
    FigureRecipe{"kiel", "Fig 2", "Kiel diagram", oneColumn_mm, false, kielFigure},
    FigureRecipe{"coefficient-errors", "Figs 5, 6 and 9", "Reconstruction errors of coefficients", twoColumns_mm, true,
                 coefficientErrorsFigure},
    FigureRecipe{"wavelength-errors", "Figs 7 to 9", "Reconstruction errors of flux", twoColumns_mm, true,
                 wavelengthErrorsFigure},
    FigureRecipe{"kiel-latent", "Fig 10", "Kiel diagram and latent space", twoColumns_mm, true, kielLatentFigure},
    FigureRecipe{"track-spectra", "Fig 11", "Spectra along the tracks", twoColumns_mm, true, trackSpectraFigure},
    FigureRecipe{"metallicity", "Fig 12", "Tracks of constant metallicity", twoColumns_mm, true, metallicityFigure},
    FigureRecipe{"alpha", "Fig 13", "High- and low-alpha sequences", twoColumns_mm, true, alphaFigure},
    FigureRecipe{"alpha-forest", "Fig 14 and Table 1", "Random forests of high and low alpha", twoColumns_mm, true,
                 alphaForestFigure},
    FigureRecipe{"corner", "Fig 15", "Latent space", twoColumns_mm, true, cornerFigure},
};

} // namespace

std::span<const FigureRecipe> figureRecipes() {
    return recipes;
}

const FigureRecipe& figureRecipe(std::string_view name) {
    const auto found = std::ranges::find(recipes, name, &FigureRecipe::name);
    if (found != recipes.end()) return *found;
    std::string names;
    for (const FigureRecipe& recipe : recipes) {
        names += std::string(names.empty() ? "" : ", ") + std::string(recipe.name);
    }
    throw Error("there is no figure '" + std::string(name) + "'; there are " + names + " and view");
}

Figure makeFigure(const FigureRecipe& recipe, const FigureInput& input, const FigureChoice& choice,
                  const JobContext& job) {
    if (recipe.needsModel && !input.model) {
        throw Error("the figure '" + std::string(recipe.name) +
                    "' shows what a model makes of the stars; give --model");
    }
    FigureStyle style = choice.style;
    if (choice.ownWidth) style.width_mm = recipe.width_mm;
    checkStyle(style);
    job.report(-1, recipe.name);
    return recipe.make(input, choice, job);
}

std::string figureCommand(std::string_view words, const FigureInput& input, const FigureChoice& choice,
                          const FigureStyle& style, std::string_view name, std::string_view options) {
    std::string command = "zscape " + std::string(words) + " " + shellWord(input.cataloguePath);
    if (input.model && !input.modelPath.empty()) command += " --model " + shellWord(input.modelPath);
    if (!input.normalizationPath.empty()) command += " --norm " + shellWord(input.normalizationPath);
    for (const std::string& text : input.comparedTexts) {
        command += " --compare " + shellWord(text);
    }
    if (!input.correlationsPath.empty()) command += " --correlations " + shellWord(input.correlationsPath);
    command += options;
    if (choice.preset != SelectionPreset::Released) {
        command += " --preset " + std::string(selectionPresetName(choice.preset));
    }
    if (!choice.latents.empty()) {
        command += " --latents ";
        for (std::size_t i = 0; i < choice.latents.size(); ++i) {
            command += (i ? "," : "") + std::to_string(choice.latents[i]);
        }
    }
    if (choice.seed != FigureChoice().seed) command += " --seed " + std::to_string(choice.seed);
    command += " --width " + numberWord(style.width_mm) + " --font-size " + numberWord(style.fontSize_pt) + " --dpi " +
               std::to_string(style.dpi);
    if (style.family != FigureStyle().family) command += " --font " + shellWord(style.family.toStdString());
    return command + " --out " + std::string(name) + ".pdf";
}

} // namespace zscape
