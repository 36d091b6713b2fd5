#pragma once

#include "core/bench/bench.h"

#include <cstddef>
#include <vector>

namespace zscape {

/// The budgets of linked views with `stars` stars, offscreen, medians in milliseconds: a frame of the map panned,
/// beside QCustomPlot's own scatter; new labels and colours; a highlight shown in map, histogram, 6 x 6 corner plot and
/// sky map together. Needs a QApplication.
std::vector<BenchResult> benchmarkLinkedViews(std::size_t stars);
/// A step of a lasso over 1,000,000 stars, from the move of the mouse to the picture, beside a plain loop of
/// QPolygonF::containsPoint over the same stars.
BenchResult benchmarkLasso();

} // namespace zscape
