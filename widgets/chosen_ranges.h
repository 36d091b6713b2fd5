#pragma once

#include <optional>
#include <utility>

namespace zscape {

/// Where a user has zoomed a plot of curves to, lower and upper end in the units of the data; an axis that follows the
/// data has none.
struct ChosenRanges {
    std::optional<std::pair<double, double>> x, y;
    std::optional<std::pair<double, double>> below; ///< vertically, of a second panel: residuals, RP under BP
    bool operator==(const ChosenRanges&) const = default;
};

} // namespace zscape
