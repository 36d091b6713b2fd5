#pragma once

#include "app/cli/tracks.h"

#include <QImage>

/// Films of the window's map and spectrum while the latent point moves.
namespace zscape {

class MainWindow;

/// Map and spectrum side by side as they stand; even sizes, as encoders want them.
QImage traverseFrame(MainWindow& window);

/// What `zscape traverse --film` and `--frames` do: draws the window without a display and writes what its own export
/// would. Throws Error, Cancelled.
void makeFilm(const cli::FilmRequest& request, int argc, char** argv, const JobContext& job);

} // namespace zscape
