#pragma once

#include <cstddef>

class QWidget;

namespace zscape {

/// Medians in milliseconds, of one latent map with 900 x 900 device-independent pixels inside its axes.
struct ViewTimings {
    std::size_t stars = 0;
    double replotMs = 0;         ///< everything anew, shown: mean of labels per pixel, points of 2 pixels
    double libraryReplotMs = 0;  ///< the same stars as dots of QCustomPlot's QCPGraph, one colour
    double overlayMs = 0;        ///< the handle moved, shown
    double libraryOverlayMs = 0; ///< one item moved on a buffered QCustomPlot layer, shown
    double pickMs = 0;           ///< the nearest star to a pixel
};

/// Shows two windows and draws `frames` frames of each, every one panned by a pixel. Needs a QApplication.
ViewTimings benchmarkScatter(std::size_t stars, int frames = 200);

/// Lets the event loop run until the window system has shown the window: before that nothing is painted.
void waitUntilExposed(const QWidget& window);

} // namespace zscape
