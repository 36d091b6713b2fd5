#pragma once

#include <QUndoCommand>

#include <functional>
#include <utility>

namespace zscape {

/// A step of the undo stack for what is done already when it is pushed: a setting of a view, set by the user.
class UndoStep : public QUndoCommand {
public:
    UndoStep(const QString& what, std::function<void()> undo, std::function<void()> redo)
        : QUndoCommand(what),
          m_undo(std::move(undo)),
          m_redo(std::move(redo)) {}
    void undo() override { m_undo(); }
    void redo() override {
        if (!std::exchange(m_first, false)) m_redo();
    }

private:
    std::function<void()> m_undo, m_redo;
    bool m_first = true; ///< QUndoStack::push() calls redo()
};

/// A step that changes only where the user looks: undone as any other, but nothing that must be saved.
class LookStep : public QUndoCommand {
public:
    using QUndoCommand::QUndoCommand;
};

} // namespace zscape
