#pragma once

#include "app/figure/figure_input.h"
#include "core/base/job_context.h"

#include <span>
#include <string_view>

namespace zscape {

/// A figure of the paper that can be made of any catalogue and model.
struct FigureRecipe {
    std::string_view name;  ///< "kiel"
    std::string_view paper; ///< "Fig 2"
    std::string_view title;
    double width_mm; ///< unless another is chosen
    bool needsModel;
    Figure (*make)(const FigureInput&, const FigureChoice&, const JobContext&);
};
std::span<const FigureRecipe> figureRecipes();
/// Throws Error naming all there are.
const FigureRecipe& figureRecipe(std::string_view name);

/// Makes a figure of the list. Throws Error: a model or columns are missing (all named, one sentence), no star is left;
/// Cancelled. Any thread.
Figure makeFigure(const FigureRecipe& recipe, const FigureInput& input, const FigureChoice& choice,
                  const JobContext& job = {});

/// The command that redraws a figure, with a file name of the figure's own.
std::string figureCommand(std::string_view words, const FigureInput& input, const FigureChoice& choice,
                          const FigureStyle& style, std::string_view name, std::string_view options = {});

} // namespace zscape
