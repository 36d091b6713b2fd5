#pragma once

#include "app/window/figure_sources.h"

namespace zscape {

/// The part of viewsToDraw() and figureOfView() that shows spectra and training curves.
std::vector<std::pair<std::string, QString>> spectraToDraw(MainWindow& window);
FigureSource figureOfSpectra(MainWindow& window, const std::string& id);

} // namespace zscape
