#pragma once

#include "core/select/definition.h"

#include <QDialog>

#include <functional>

class QDialogButtonBox;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;

namespace zscape {

class StarTable;

/// Asks what a selection is to mean: a formula on one line, every other definition as its text (JSON, as in a session
/// file). Says at every key what is wrong and at which character. Not modal. Deletes itself.
class DefinitionDialog : public QDialog {
    Q_OBJECT

public:
    /// `others` are the list's, for references; the selection itself may be among them.
    DefinitionDialog(Selection selection, std::vector<Selection> others, std::shared_ptr<const StarTable> table,
                     QWidget* parent);

    QLineEdit& name() { return *m_name; }
    QLineEdit& formula() { return *m_formula; }
    QPlainTextEdit& text() { return *m_text; }
    QString message() const;

signals:
    void confirmed(const zscape::Selection& selection);

private:
    void check();
    Definition read() const; ///< throws Error

    Selection m_selection;
    std::vector<Selection> m_others;
    std::shared_ptr<const StarTable> m_table;
    QLineEdit *m_name = nullptr, *m_formula = nullptr;
    QPlainTextEdit* m_text = nullptr;
    QLabel* m_message = nullptr;
    QPushButton* m_ok = nullptr;
};

} // namespace zscape
