#pragma once

#include <string>

namespace zscape {

/// Measures the drawing budgets in the real window, offscreen, beside QCustomPlot's own scatter: a JSON array as text
/// in the form of `zscape bench`.
std::string benchmarkDrawing(int argc, char** argv);

} // namespace zscape
