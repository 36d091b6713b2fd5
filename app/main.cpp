#include "app/cli/command_line.h"
#include "app/figure/draw_figures.h"
#include "app/window/bench_window.h"
#include "app/window/open_window.h"
#include "app/window/traverse_film.h"

int main(int argc, char** argv) {
    return zscape::cli::run(argc, argv,
                            {.open = zscape::openWindow,
                             .benchmark = zscape::benchmarkDrawing,
                             .benchmarkViews = zscape::benchmarkLinked,
                             .figures = zscape::drawFigures,
                             .film = zscape::makeFilm});
}
