#pragma once

#include "app/window/figure_sources.h"

namespace zscape {

class StarSpectrumPanel;

/// The part of viewsToDraw() and figureOfView() that shows spectra and training curves.
std::vector<std::pair<std::string, QString>> spectraToDraw(MainWindow& window);
FigureSource figureOfSpectra(MainWindow& window, const std::string& id);
/// Of a panel with a star of its own. Throws Error while it has none.
FigureSource figureOfStar(MainWindow& window, StarSpectrumPanel& panel);

} // namespace zscape
