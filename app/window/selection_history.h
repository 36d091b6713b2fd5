#pragma once

#include "core/select/definition.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace zscape {

/// How a list of selections came to be, as a value: what can be undone and redone of it, for session files.
struct SelectionHistory {
    using List = std::shared_ptr<const std::vector<Selection>>;
    struct State {
        List list; ///< never null
        std::optional<std::size_t> current;
        bool operator==(const State& other) const { return *list == *other.list && current == other.current; }
    };
    std::vector<State> states;      ///< oldest first; one more than steps, or none
    std::vector<std::string> steps; ///< what led from each state to the next, as the Edit menu says it
    std::size_t done = 0;           ///< the state that is shown: the steps before it can be undone, the others redone
    bool operator==(const SelectionHistory&) const = default;

    /// Leaves out the oldest steps, then those to redo, until there are at most so many.
    void keepLast(std::size_t most);
};

/// Each definition once; those of the list that is shown are not written again: `shown` has them. Steps that would need
/// more than some megabytes are left out, the oldest first.
std::string toJson(const SelectionHistory& history, const std::vector<Selection>& shown);
/// Throws Error for what cannot be read, or is not the history of the list that is shown.
SelectionHistory selectionHistoryFromJson(std::string_view text, const std::vector<Selection>& shown);

} // namespace zscape
