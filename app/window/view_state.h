#pragma once

#include <string>
#include <vector>

namespace zscape {

/// What a view shows, as a value: what is undone, and what a session file holds. Columns are ids or formulas.
struct ViewState {
    std::string kind; ///< "scatter", "histogram", "corner", "sky", "table"
    std::string id;   ///< of its own among the views; names its dock in saved layouts
    std::string title;
    std::vector<std::string> columns; ///< scatter: x, y; histogram: one; sky: longitude, latitude; others: any
    std::string colour;               ///< column that colours the stars, "" for none
    int mode = 0;                     ///< DrawMode
    int reduction = 0;                ///< Reduction
    bool logX = false, logY = false;
    bool flipX = false, flipY = false; ///< flipX of a table: only the current selection's stars
    int bins = 100;
    bool operator==(const ViewState&) const = default;
};

} // namespace zscape
