#include "app/window/selection_choice.h"

#include "app/window/selection_store.h"
#include "core/base/error.h"
#include "core/explore/star_table.h"
#include "core/select/built_in.h"
#include "core/select/evaluate.h"

#include <algorithm>

namespace zscape {

std::vector<SelectionChoice> selectionChoices(const SelectionStore& store) {
    std::vector<SelectionChoice> choices;
    for (std::size_t i = 0; i < store.list().size(); ++i) {
        SelectionChoice choice{store.list()[i].name, true, store.stars(i), store.problem(i).toStdString()};
        choices.push_back(std::move(choice));
    }
    for (const Selection& selection : builtInSelections()) {
        if (!store.find(selection.name)) choices.push_back({selection.name, false, nullptr, {}});
    }
    return choices;
}

QStringList namesOf(const std::vector<SelectionChoice>& choices) {
    QStringList names;
    for (const SelectionChoice& choice : choices) {
        names += QString::fromStdString(choice.name);
    }
    return names;
}

std::shared_ptr<const BitSet> starsOf(const SelectionChoice& choice, const StarTable& table, const JobContext& job) {
    if (choice.own) {
        if (choice.stars && choice.stars->size() == table.rows()) return choice.stars;
        throw Error("The stars of the selection '" + choice.name + "' " +
                    (choice.problem.empty() ? "are still being found; they are taken as soon as they are there."
                                            : "cannot be found: " + choice.problem));
    }
    const std::vector<Selection> all = builtInSelections();
    const auto named = std::ranges::find(all, choice.name, &Selection::name);
    if (named == all.end()) throw Error("There is no selection '" + choice.name + "'; choose another.");
    return std::make_shared<const BitSet>(evaluate(named->definition, table, all, job));
}

} // namespace zscape
