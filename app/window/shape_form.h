#pragma once

#include "core/select/definition.h"

#include <QObject>

#include <memory>

class QFormLayout;

namespace zscape {

class StarTable;

/// Fields for what a selection of one kind is made of, as rows of a form: the column and ends of a range, a curve as y
/// of x, how many nearest stars, ... Passive: says when the user has changed something. Lives on the UI thread.
class ShapeForm : public QObject {
    Q_OBJECT

public:
    /// Adds the rows, filled in; null for kinds without a form (lassos, strokes, lists of ids, combinations).
    static std::unique_ptr<ShapeForm> make(const Definition& definition, const StarTable& table, QFormLayout& rows);

    /// The rows for another definition of the same kind; false for one of another kind. Silent.
    virtual bool show(const Definition& definition) = 0;
    /// What the rows say. Throws Error, one sentence, for what is no number.
    virtual Definition read() const = 0;

signals:
    void edited();
};

} // namespace zscape
