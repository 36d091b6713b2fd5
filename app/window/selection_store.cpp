#include "app/window/selection_store.h"

#include "core/base/error.h"
#include "core/explore/star_table.h"
#include "core/select/evaluate.h"

#include <QUndoCommand>
#include <QUndoStack>

#include <algorithm>
#include <utility>

namespace zscape {

namespace {

/// Evaluated while the user waits up to so many stars: some 10 ms, less than the views take to show them, and a job's
/// result would have to be shown after a picture without it.
constexpr std::size_t quickRows = 10'000'000;

void renameReferences(Definition& definition, const std::string& from, const std::string& to) {
    if (auto* reference = std::get_if<ReferenceShape>(&definition.shape)) {
        if (reference->name == from) reference->name = to;
    } else if (auto* combination = std::get_if<CombinationShape>(&definition.shape)) {
        for (Definition& operand : combination->operands) {
            renameReferences(operand, from, to);
        }
    }
}

/// What decides which stars a selection means: equal keys, equal stars.
std::vector<Definition> keyOf(const Definition& definition, const std::vector<Selection>& list) {
    std::vector<Definition> key{definition};
    for (const std::string& name : referencesOf(definition, list)) {
        key.push_back(std::ranges::find(list, name, &Selection::name)->definition);
    }
    return key;
}

} // namespace

struct SelectionStore::Found {
    std::shared_ptr<const BitSet> stars;
    std::size_t count = 0;
    QString problem;
};

/// A list for another one. Lists are short and their definitions small beside the stars they mean.
class SelectionStore::Edit : public QUndoCommand {
public:
    Edit(SelectionStore& store, SelectionHistory::State before, SelectionHistory::State after, const QString& what)
        : QUndoCommand(what),
          m_store(store),
          m_before(std::move(before)),
          m_after(std::move(after)) {}
    void undo() override { show(m_before); }
    void redo() override { show(m_after); }
    const SelectionHistory::State& before() const { return m_before; }
    const SelectionHistory::State& after() const { return m_after; }

private:
    void show(const SelectionHistory::State& state) {
        if (!m_store.m_restoring) m_store.put(state.list, state.current);
    }

    SelectionStore& m_store;
    SelectionHistory::State m_before, m_after;
};

SelectionStore::SelectionStore(QUndoStack& undo, QObject* parent)
    : QObject(parent),
      m_undo(undo),
      m_table(std::make_shared<const StarTable>(nullptr, nullptr)),
      m_list(std::make_shared<const std::vector<Selection>>()) {
    connect(&m_jobs, &JobRunner::failed, this, &SelectionStore::failed);
    connect(&m_jobs, &JobRunner::idle, this, [this] {
        // Whoever cancels sees which selections have no stars therefore.
        bool stopped = false;
        for (State& state : m_states) {
            if (!state.pending) continue;
            state.pending = false;
            state.problem = tr("Finding its stars was cancelled; edit it to begin again.");
            stopped = true;
        }
        if (stopped) emit changed();
    });
}

std::optional<std::size_t> SelectionStore::find(const std::string& name) const {
    const auto found = std::ranges::find(*m_list, name, &Selection::name);
    if (found == m_list->end()) return std::nullopt;
    return static_cast<std::size_t>(found - m_list->begin());
}

void SelectionStore::setCurrent(std::optional<std::size_t> index) {
    if (index == m_current || (index && *index >= m_list->size())) return;
    m_current = index;
    emit changed();
}

void SelectionStore::add(Selection selection, const QString& what) {
    std::vector<Selection> list = *m_list;
    selection.name = freeName(selection.name, list);
    list.push_back(std::move(selection));
    const std::size_t last = list.size() - 1;
    push(std::move(list), last, what);
}

void SelectionStore::change(std::size_t index, Selection selection, const QString& what) {
    if (selection == m_list->at(index)) return;
    std::vector<Selection> list = *m_list;
    list[index] = std::move(selection);
    push(std::move(list), index, what);
}

void SelectionStore::rename(std::size_t index, const std::string& name) {
    const std::string before = m_list->at(index).name;
    if (name == before || name.empty()) return;
    std::vector<Selection> list = *m_list;
    list[index].name.clear(); // its own name is free
    const std::string free = freeName(name, list);
    for (Selection& selection : list) {
        renameReferences(selection.definition, before, free);
    }
    list[index].name = free;
    push(std::move(list), m_current, tr("rename “%1”").arg(QString::fromStdString(before)));
}

void SelectionStore::remove(std::size_t index) {
    std::vector<Selection> list = *m_list;
    const QString name = QString::fromStdString(list.at(index).name);
    list.erase(list.begin() + static_cast<std::ptrdiff_t>(index));
    std::optional<std::size_t> current;
    if (!list.empty()) current = std::min(index, list.size() - 1);
    push(std::move(list), current, tr("delete “%1”").arg(name));
}

void SelectionStore::replaceAll(std::vector<Selection> list, const QString& what) {
    std::optional<std::size_t> current;
    if (!list.empty()) current = list.size() - 1;
    push(std::move(list), current, what);
}

void SelectionStore::restore(const std::vector<Selection>& list) {
    std::optional<std::size_t> current;
    if (!list.empty()) current = 0;
    put(std::make_shared<const std::vector<Selection>>(list), current);
}

SelectionHistory SelectionStore::history(std::size_t most) const {
    SelectionHistory history;
    const auto add = [&](int index) {
        // Of a macro the first and the last: it is one step.
        const QUndoCommand* command = m_undo.command(index);
        if (!command) return;
        std::vector<const Edit*> edits;
        if (const auto* edit = dynamic_cast<const Edit*>(command)) edits.push_back(edit);
        for (int i = 0; i < command->childCount(); ++i) {
            if (const auto* edit = dynamic_cast<const Edit*>(command->child(i))) edits.push_back(edit);
        }
        if (edits.empty()) return;
        if (history.states.empty()) history.states.push_back(edits.front()->before());
        history.states.push_back(edits.back()->after());
        history.steps.push_back(command->text().toStdString());
        if (index < m_undo.index()) ++history.done;
    };
    for (int index = 0; index < m_undo.count(); ++index) {
        add(index);
    }
    history.keepLast(most);
    return history;
}

void SelectionStore::restoreHistory(const SelectionHistory& history) {
    if (history.steps.empty() || *history.states[history.done].list != *m_list) return;
    m_restoring = true;
    for (std::size_t i = 0; i < history.steps.size(); ++i) {
        m_undo.push(
            new Edit(*this, history.states[i], history.states[i + 1], QString::fromStdString(history.steps[i])));
    }
    m_undo.setIndex(static_cast<int>(history.done));
    m_restoring = false;
    m_undo.setClean();
}

void SelectionStore::push(std::vector<Selection> list, std::optional<std::size_t> current, const QString& what) {
    m_undo.push(new Edit(*this, {m_list, m_current},
                         {std::make_shared<const std::vector<Selection>>(std::move(list)), current}, what));
}

void SelectionStore::put(const List& list, std::optional<std::size_t> current) {
    m_list = list;
    m_current = current;
    evaluateChanged(std::exchange(m_states, {}));
}

void SelectionStore::setTable(std::shared_ptr<const StarTable> table) {
    m_table = std::move(table);
    m_states.clear();
    evaluateChanged({});
}

void SelectionStore::evaluateChanged(std::vector<State> known) {
    m_states.resize(m_list->size());
    for (std::size_t i = 0; i < m_list->size(); ++i) {
        State& state = m_states[i];
        const Definition& definition = (*m_list)[i].definition;
        if (m_table->rows() == 0) continue;
        try {
            state.key = keyOf(definition, *m_list);
        } catch (const Error& error) {
            state.problem = QString::fromUtf8(error.what());
            continue;
        }
        const auto same =
            std::ranges::find_if(known, [&](const State& one) { return one.stars && one.key == state.key; });
        if (same != known.end()) {
            state = *same;
            state.pending = false;
        } else if (m_table->rows() <= quickRows && std::ranges::all_of(state.key, isQuick)) {
            take(state, find(definition, *m_table, *m_list, {}));
        } else {
            state.pending = true;
        }
    }
    evaluatePending();
    emit changed();
}

SelectionStore::Found SelectionStore::find(const Definition& definition, const StarTable& table,
                                           const std::vector<Selection>& list, const JobContext& job) {
    Found found;
    try {
        found.stars = std::make_shared<const BitSet>(evaluate(definition, table, list, job));
        found.count = found.stars->count();
    } catch (const Cancelled&) {
        throw;
    } catch (const Error& error) {
        found.problem = QString::fromUtf8(error.what());
    }
    return found;
}

void SelectionStore::take(State& state, Found found) {
    state.stars = std::move(found.stars);
    state.count = found.count;
    state.problem = std::move(found.problem);
    state.pending = false;
}

void SelectionStore::evaluatePending() {
    std::vector<std::size_t> wanted;
    for (std::size_t i = 0; i < m_states.size(); ++i) {
        if (m_states[i].pending) wanted.push_back(i);
    }
    if (wanted.empty()) {
        m_jobs.cancel(); // of a list that is gone
        return;
    }
    using Results = std::vector<Found>;
    // A job that still runs is for an older list: it is cancelled, and what it was to find is wanted again here.
    m_jobs.start<Results>(
        tr("Selecting"),
        [wanted, table = m_table, list = m_list](const JobContext& job) {
            Results results;
            for (const std::size_t index : wanted) {
                results.push_back(find((*list)[index].definition, *table, *list, job));
            }
            return results;
        },
        [this, wanted](Results results) {
            for (std::size_t i = 0; i < wanted.size(); ++i) {
                take(m_states[wanted[i]], std::move(results[i]));
            }
            emit changed();
        });
}

} // namespace zscape
