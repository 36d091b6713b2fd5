#pragma once

#include <string>

namespace zscape {

/// Measures the drawing budgets in the real window, offscreen, beside QCustomPlot's own scatter: a JSON array as text
/// in the form of `zscape bench`.
std::string benchmarkDrawing(int argc, char** argv);
/// The budgets of linked views at 500,000 and 5,000,000 stars, in the same form.
std::string benchmarkLinked(int argc, char** argv);

} // namespace zscape
