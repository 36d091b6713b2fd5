#pragma once

namespace zscape {

/// Median times of one frame of the spectrum panel while a latent point is dragged: new values in, picture painted.
struct SpectrumTiming {
    int frames = 0;
    double viewMs = 0;         ///< our view, 620 x 420
    double slowestTenthMs = 0; ///< 90th percentile of it
    double plainMs = 0;        ///< the same curves in QCustomPlot as it comes: data set anew, everything replotted
};
/// Needs a QApplication; works without a display (offscreen). Both variants in turn, frame by frame, after a warm-up.
SpectrumTiming timeSpectrum(int frames = 200);

} // namespace zscape
