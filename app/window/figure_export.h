#pragma once

#include "app/window/figure_sources.h"

#include <filesystem>
#include <vector>

namespace zscape {

/// Everything that an export to `path` writes: the figure, its numbers, and what its command reads.
std::vector<std::filesystem::path> exportedFiles(const FigureSource& source, const std::filesystem::path& path);

/// Writes them; the command inside names the companions as they are called beside this file, so that it is to be run in
/// their folder. Throws Error.
void exportFigure(const Figure& figure, const FigureSource& source, const std::filesystem::path& path);

} // namespace zscape
