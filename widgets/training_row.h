#pragma once

#include "widgets/training_form.h"

#include <QObject>

class QGridLayout;
class QLabel;
class QWidget;

namespace zscape {

/// One row of the training dialog: what it is called, where it is typed, and a note beside it, which says what follows
/// from the value or, in the colour of errors and with a mark, what is wrong with it.
class TrainingRow : public QObject {
public:
    /// Appends the row to a grid of three columns. A wide editor takes two of them, and the note stands below it.
    TrainingRow(QGridLayout& grid, TrainingField field, QWidget* editor, bool wide, QObject* parent);

    QWidget& editor() { return *m_editor; }
    void setNote(const QString& note, bool wrong);
    void setVisible(bool visible);
    void setEnabled(bool enabled);
    /// After a change of theme.
    void recolour();

private:
    QLabel* m_label;
    QWidget* m_editor;
    QLabel* m_note;
    bool m_wide;
    bool m_wrong = false;
    bool m_visible = true;
};

/// Columns of the dialog and the height of its rows, in device-independent pixels.
inline constexpr int trainingLabelWidth = 136;
inline constexpr int trainingFieldWidth = 240;
inline constexpr int trainingRowHeight = 32;

/// The name of a field and what it is, in a few sentences for those who have not trained a network before.
QString trainingFieldName(TrainingField field);
QString trainingFieldTip(TrainingField field);

} // namespace zscape
