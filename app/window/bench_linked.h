#pragma once

#include "core/bench/bench.h"

#include <vector>

namespace zscape {

/// The budgets of linked views at 500,000 and 5,000,000 stars, of a lasso at 1,000,000: the real window, offscreen,
/// driven by events; medians in milliseconds. Needs a QApplication. Throws Error when a view was not painted.
std::vector<BenchResult> benchmarkLinkedWindow();

} // namespace zscape
