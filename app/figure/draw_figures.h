#pragma once

#include "app/cli/figure.h"

namespace zscape {

/// What `zscape figure` and `zscape figures` do: reads, draws without any display, writes. A run of all goes on past
/// figures whose columns are missing and throws Error at the end when there were any; prints a line a figure.
void drawFigures(const cli::FigureRequest& request, int argc, char** argv, const JobContext& job);

} // namespace zscape
