#pragma once

#include "core/base/bit_set.h"
#include "core/base/job_context.h"
#include "core/select/definition.h"

#include <QStringList>

#include <memory>
#include <string>
#include <vector>

namespace zscape {

class SelectionStore;
class StarTable;

/// A selection that the tracks, traverses and spectra panels offer: one of the user's with the stars of now, or a
/// built-in one whose name the user has not given to another. Plain data; any thread.
struct SelectionChoice {
    std::string name;
    bool own = false;                    ///< of the user's list
    std::shared_ptr<const BitSet> stars; ///< of an own one; null while they are being found and where they cannot be
    std::string problem;                 ///< why an own one has no stars; "" otherwise
    bool operator==(const SelectionChoice&) const = default;
};

/// The user's in their order, then the built-in ones (of the released code).
std::vector<SelectionChoice> selectionChoices(const SelectionStore& store);
QStringList namesOf(const std::vector<SelectionChoice>& choices);
/// An own one's stars, or those of the built-in one, found now. Never null. Throws Error when there are none to have,
/// and as evaluate; Cancelled.
std::shared_ptr<const BitSet> starsOf(const SelectionChoice& choice, const StarTable& table,
                                      const JobContext& job = {});

} // namespace zscape
