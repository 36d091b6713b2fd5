#pragma once

#include "app/figure/figure_input.h"
#include "core/base/job_context.h"

#include <QString>

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace zscape {

class MainWindow;

/// Files that a figure's command reads, written beside it: by the ending after its name ("selections.json").
using Companions = std::vector<std::pair<std::string, std::string>>;

/// What a figure is made of, taken from the window at one moment: made on any thread, as often as its style changes.
struct FigureSource {
    QString title;
    double width_mm = twoColumns_mm; ///< chosen at first
    std::function<Figure(const FigureInput&, const FigureChoice&, const JobContext&)> make;
    Companions companions;
    bool cutsMatter = false; ///< whether the preset of cuts changes anything
};

/// "view.selections.json": how a command of a figure that has no file yet names a companion.
std::string companionName(const std::string& stem, const std::string& ending);

/// The words of a command that make the tracks of the window, and the files they read.
std::string trackWords(MainWindow& window, Companions& companions);

/// What can be made a figure, with its title: the map, every view, the panels of spectra, the training curves.
std::vector<std::pair<std::string, QString>> viewsToDraw(MainWindow& window);
/// The one of an id of that list, as it stands. Throws Error when there is nothing to draw.
FigureSource figureOfView(MainWindow& window, const std::string& id);

/// Catalogue, latents and model of the window. The model is an engine of its own, for the thread that draws.
FigureInput figureInput(MainWindow& window);

} // namespace zscape
