#pragma once

namespace zscape {

/// One axis of a plot: the data range shown, whether it is logarithmic, and whether it runs backwards (Kiel diagrams).
struct AxisRange {
    double lower = 0;
    double upper = 1;
    bool logarithmic = false;
    bool flipped = false;

    bool operator==(const AxisRange&) const = default;
};

/// Data <-> pixel arithmetic of a plot area of width x height pixels; pixel y grows downwards. No Qt, no drawing.
struct Viewport {
    AxisRange x;
    AxisRange y;
    int width = 1;
    int height = 1;

    bool operator==(const Viewport&) const = default;

    double pixelX(double value) const; ///< may lie outside 0..width; NaN for a value the axis cannot show
    double pixelY(double value) const;
    double dataX(double pixel) const;
    double dataY(double pixel) const;
    /// Moves the content by pixels (right and down positive) / zooms by `factor` (>1 shows less) about a pixel; in log
    /// space on a logarithmic axis.
    Viewport panned(double dx, double dy) const;
    Viewport zoomed(double factorX, double factorY, double atPixelX, double atPixelY) const;
    /// The view that shows exactly the rectangle between two pixels, in any order of corners.
    Viewport framed(double pixelX0, double pixelY0, double pixelX1, double pixelY1) const;
};

/// A range that can be drawn: finite, ordered, positive on a logarithmic axis, and wide enough for float32 data to be
/// told apart (at least 1e-6 of its largest bound). A range that needs no repair comes back unchanged.
AxisRange drawableRange(const AxisRange& range);

} // namespace zscape
