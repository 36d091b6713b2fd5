#pragma once

#include "app/window/shape_form.h"
#include "core/select/definition.h"

#include <QDialog>

#include <memory>

class QFormLayout;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QToolButton;

namespace zscape {

class StarTable;

/// Asks what a selection is to mean: fields for its kind, and below "Advanced" the same definition as its text (JSON,
/// as in a session file), which is all there is for kinds without fields. Says at every key what is wrong and, in a
/// formula, at which character. Not modal. Deletes itself.
class DefinitionDialog : public QDialog {
    Q_OBJECT

public:
    /// `others` are the list's, for references; the selection itself may be among them.
    DefinitionDialog(Selection selection, std::vector<Selection> others, std::shared_ptr<const StarTable> table,
                     QWidget* parent);
    ~DefinitionDialog() override;

    QLineEdit& name() { return *m_name; }
    /// Of a selection by formula; there is none otherwise.
    QLineEdit& formula();
    QPlainTextEdit& text() { return *m_text; }
    /// Shows or hides it.
    QToolButton& advanced() { return *m_advanced; }
    QString message() const;

signals:
    void confirmed(const zscape::Selection& selection);

private:
    void focusFirst();
    void makeForm(const Definition& definition);
    void showText(bool shown);
    void takeForm();
    void takeText();
    void check();
    void checkMeaning() const; ///< throws Error
    QString hint() const;

    Selection m_selection; ///< its definition is the last one that could be read
    QString m_unread;      ///< why what stands there now cannot be; "" when it can
    std::vector<Selection> m_others;
    std::shared_ptr<const StarTable> m_table;
    QFormLayout* m_rows = nullptr;
    std::unique_ptr<ShapeForm> m_form; ///< null for kinds without one
    QLineEdit* m_name = nullptr;
    QToolButton* m_advanced = nullptr;
    QPlainTextEdit* m_text = nullptr;
    QLabel* m_message = nullptr;
    QPushButton* m_ok = nullptr;
};

} // namespace zscape
