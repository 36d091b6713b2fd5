#pragma once

#include "core/plot/density_grid.h"

#include <span>
#include <vector>

namespace zscape {

/// A place in a grid, in bins: the centre of bin (i, j) is (i + 0.5, j + 0.5).
struct GridPoint {
    double column = 0, row = 0;
    bool operator==(const GridPoint&) const = default;
};

/// One line of equal density; closed unless it ends at the edge of the grid.
struct ContourLine {
    std::vector<GridPoint> points;
    bool closed = false;
};

/// The densities above which the densest bins hold the given fractions of the whole, one for each fraction (0..1), in
/// their order. Without any stars all are 0.
std::vector<double> enclosedLevels(std::span<const float> values, std::span<const double> fractions);

/// The lines along which `values` (columns x rows, row-major, between centres of bins bilinear) equal `level`, by
/// marching squares; saddles are joined by the mean of their corners. The grid is taken to be 0 outside, so that every
/// region above a level > 0 has closed lines around it. Throws Error when the sizes do not fit.
std::vector<ContourLine> contourLines(std::span<const float> values, int columns, int rows, double level);

} // namespace zscape
