#pragma once

#include "app/window/job_runner.h"
#include "app/window/selection_history.h"
#include "core/base/bit_set.h"
#include "core/select/definition.h"

#include <QObject>

#include <memory>
#include <optional>
#include <vector>

class QUndoStack;

namespace zscape {

class StarTable;

/// The session's list of selections and which stars they mean. Every change goes through the undo stack. Quick
/// definitions are evaluated at once, the others as a job, whose results replace the old stars when they are there.
/// Lives on the UI thread, owned by the session.
class SelectionStore : public QObject {
    Q_OBJECT

public:
    explicit SelectionStore(QUndoStack& undo, QObject* parent = nullptr);

    const std::vector<Selection>& list() const { return *m_list; }
    std::optional<std::size_t> find(const std::string& name) const;
    /// What the drawing tools change; nothing in an empty list.
    std::optional<std::size_t> current() const { return m_current; }
    void setCurrent(std::optional<std::size_t> index);

    /// The stars of a selection: null while they are being found, and where they cannot be.
    std::shared_ptr<const BitSet> stars(std::size_t index) const { return m_states[index].stars; }
    bool isPending(std::size_t index) const { return m_states[index].pending; }
    /// Why a selection has no stars to show, one sentence; "" otherwise.
    QString problem(std::size_t index) const { return m_states[index].problem; }
    std::size_t count(std::size_t index) const { return m_states[index].count; }

    // Each is one step of the undo stack; `what` is its name in the Edit menu.
    /// Gives it a free name, makes it the current one.
    void add(Selection selection, const QString& what);
    void change(std::size_t index, Selection selection, const QString& what);
    /// References of other selections follow.
    void rename(std::size_t index, const std::string& name);
    void remove(std::size_t index);
    void replaceAll(std::vector<Selection> list, const QString& what);

    /// As a session file has them: not a step to undo.
    void restore(const std::vector<Selection>& list);
    /// The steps of the undo stack that changed the list, the last of them.
    SelectionHistory history(std::size_t most = 50) const;
    /// After restore(), of an empty undo stack: these steps can be undone and redone. Ignored for another list's.
    void restoreHistory(const SelectionHistory& history);
    void setTable(std::shared_ptr<const StarTable> table);
    JobRunner& jobs() { return m_jobs; }
    const JobRunner& jobs() const { return m_jobs; }

signals:
    /// The list, its stars or the current one are others now.
    void changed();
    void failed(const QString& message);

private:
    class Edit;
    using List = SelectionHistory::List;
    struct State {
        std::vector<Definition> key; ///< the definition and those it refers to, as they were evaluated
        std::shared_ptr<const BitSet> stars;
        std::size_t count = 0;
        bool pending = false;
        QString problem;
    };
    struct Found;
    void push(std::vector<Selection> list, std::optional<std::size_t> current, const QString& what);
    void put(const List& list, std::optional<std::size_t> current);
    void evaluateChanged(std::vector<State> known);
    void evaluatePending();
    static Found find(const Definition& definition, const StarTable& table, const std::vector<Selection>& list,
                      const JobContext& job);
    static void take(State& state, Found found);

    QUndoStack& m_undo;
    std::shared_ptr<const StarTable> m_table;
    List m_list;                 ///< never null; shared with the steps of the undo stack
    std::vector<State> m_states; ///< one a selection
    std::optional<std::size_t> m_current;
    bool m_restoring = false; ///< steps go onto the stack without being done
    JobRunner m_jobs;         ///< last: joined before what its work reads goes away
};

} // namespace zscape
