#pragma once

namespace zscape {

/// One axis of a plot: the data range shown, whether it is logarithmic, and whether it runs backwards (Kiel diagrams).
struct AxisRange {
    double lower = 0;
    double upper = 1;
    bool logarithmic = false;
    bool flipped = false;
};

/// Data <-> pixel arithmetic of a plot area of width x height pixels; pixel y grows downwards. No Qt, no drawing.
struct Viewport {
    AxisRange x;
    AxisRange y;
    int width = 1;
    int height = 1;

    double pixelX(double value) const; ///< may lie outside 0..width; NaN for a value the axis cannot show
    double pixelY(double value) const;
    double dataX(double pixel) const;
    double dataY(double pixel) const;
    /// Shifts by pixels / zooms by `factor` (>1 shows less) about a pixel; in log space on a logarithmic axis.
    Viewport panned(double dx, double dy) const;
    Viewport zoomed(double factorX, double factorY, double atPixelX, double atPixelY) const;
};

} // namespace zscape
