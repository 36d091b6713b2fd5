#pragma once

#include "app/figure/figure_input.h"
#include "core/base/job_context.h"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace zscape {

struct FigureRecipe;

/// A figure of the paper that was asked for: written, or why it could not be.
struct PaperFigure {
    std::string name;
    std::filesystem::path file;
    std::string problem; ///< "" when it is written
};

/// The files that drawPaper() writes: each figure, and its numbers where they are wanted.
std::vector<std::filesystem::path> paperFiles(const std::filesystem::path& folder, const std::string& ending, bool csv);

/// Draws every figure of the paper into a folder, which is made where it is missing; a figure whose columns are missing
/// does not stop the others. `drawn` hears of each (null for one that could not be made), on the thread that works.
/// Throws Error where the folder cannot be made, Cancelled.
std::vector<PaperFigure> drawPaper(const std::filesystem::path& folder, const std::string& ending, bool csv,
                                   const FigureInput& input, const FigureChoice& choice, const JobContext& job,
                                   const std::function<void(const PaperFigure&, const Figure*)>& drawn = {});

} // namespace zscape
