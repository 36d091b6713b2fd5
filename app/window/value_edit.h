#pragma once

#include <QUndoCommand>

#include <functional>
#include <utility>

namespace zscape {

/// One value for another as a step of the undo stack: what a panel's options were and what they are. `put` shows one
/// of them and tells nobody that the user changed it; whoever owns it outlives the stack's last use.
template <typename Value>
class ValueEdit : public QUndoCommand {
public:
    ValueEdit(const QString& what, Value before, Value after, std::function<void(const Value&)> put)
        : QUndoCommand(what),
          m_before(std::move(before)),
          m_after(std::move(after)),
          m_put(std::move(put)) {}
    void undo() override { m_put(m_before); }
    void redo() override { m_put(m_after); }

private:
    Value m_before, m_after;
    std::function<void(const Value&)> m_put;
};

} // namespace zscape
