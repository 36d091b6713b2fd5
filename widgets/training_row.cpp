#include "widgets/training_row.h"

#include "widgets/theme.h"

#include <QGridLayout>
#include <QLabel>

namespace zscape {

TrainingRow::TrainingRow(QGridLayout& grid, TrainingField field, QWidget* editor, bool wide, QObject* parent)
    : QObject(parent),
      m_label(new QLabel(trainingFieldName(field))),
      m_editor(editor),
      m_note(new QLabel),
      m_wide(wide) {
    const QString tip = trainingFieldTip(field);
    // Rich text wraps in a tool tip; plain text would be one long line.
    const QString wrapped = QStringLiteral("<p>%1</p>").arg(tip.toHtmlEscaped());
    for (QWidget* widget : {static_cast<QWidget*>(m_label), m_editor, static_cast<QWidget*>(m_note)}) {
        widget->setToolTip(wrapped);
    }
    if (m_editor->focusPolicy() != Qt::NoFocus) m_label->setBuddy(m_editor);
    m_editor->setAccessibleName(trainingFieldName(field));
    m_editor->setAccessibleDescription(tip);
    m_note->setWordWrap(true);
    // On the label, not on the grid's row: a hidden row then takes no room.
    m_label->setMinimumHeight(trainingRowHeight);
    m_note->setForegroundRole(QPalette::PlaceholderText);
    const int row = grid.rowCount();
    grid.addWidget(m_label, row, 0);
    if (wide) {
        grid.addWidget(m_editor, row, 1, 1, 2);
        grid.addWidget(m_note, row + 1, 1, 1, 2, Qt::AlignTop);
    } else {
        m_editor->setFixedWidth(trainingFieldWidth);
        grid.addWidget(m_editor, row, 1);
        grid.addWidget(m_note, row, 2);
    }
}

void TrainingRow::setNote(const QString& note, bool wrong) {
    m_wrong = wrong;
    // A shape beside the colour.
    m_note->setText(wrong ? QStringLiteral("▲ ") + note : note);
    m_note->setVisible(m_visible && (!m_wide || !note.isEmpty()));
    recolour();
}

void TrainingRow::recolour() {
    QPalette own;
    if (m_wrong) own.setColor(QPalette::PlaceholderText, errorColour(m_note->window()->palette()));
    m_note->setPalette(own);
}

void TrainingRow::setVisible(bool visible) {
    m_visible = visible;
    m_label->setVisible(visible);
    m_editor->setVisible(visible);
    m_note->setVisible(visible && (!m_wide || !m_note->text().isEmpty()));
}

void TrainingRow::setEnabled(bool enabled) {
    m_label->setEnabled(enabled);
    m_editor->setEnabled(enabled);
}

} // namespace zscape
