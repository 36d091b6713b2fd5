#include "app/window/column_list.h"

#include "app/window/plot_columns.h"
#include "widgets/theme.h"

#include <QAbstractItemView>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QStyle>

namespace zscape {

ColumnList::ColumnList(const QString& purpose, bool none, QWidget* parent)
    : QComboBox(parent),
      m_purpose(purpose),
      m_none(none) {
    setEditable(true);
    setInsertPolicy(QComboBox::NoInsert);
    setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    setMinimumContentsLength(7);
    setAccessibleName(purpose);
    lineEdit()->setAccessibleName(purpose);
    setProblem({});
    connect(this, &QComboBox::activated, this, &ColumnList::settle);
    connect(lineEdit(), &QLineEdit::editingFinished, this, &ColumnList::settle);
}

void ColumnList::setColumns(const PlotColumns& columns) {
    const std::string shown = column();
    const QSignalBlocker blocker(this);
    clear();
    if (m_none) addItem(tr("none"), QString());
    for (const PlotColumns::Entry& entry : columns.entries()) {
        addItem(entry.plain, entry.id);
    }
    // The open list is as wide as its entries, whatever room the bar has.
    view()->setMinimumWidth(view()->sizeHintForColumn(0) + style()->pixelMetric(QStyle::PM_ScrollBarExtent));
    setColumn(shown);
}

std::string ColumnList::column() const {
    const int index = findText(currentText(), Qt::MatchFixedString | Qt::MatchCaseSensitive);
    return index >= 0 ? itemData(index).toString().toStdString() : currentText().trimmed().toStdString();
}

void ColumnList::setColumn(const std::string& idOrFormula) {
    const QSignalBlocker blocker(this);
    const QString text = QString::fromStdString(idOrFormula);
    const int index = findData(text);
    if (index >= 0) {
        setCurrentIndex(index);
    } else {
        setCurrentIndex(-1);
        setEditText(text);
    }
    lineEdit()->setCursorPosition(0);
    m_told = column();
}

void ColumnList::setProblem(const QString& sentence) {
    setProperty("problem", !sentence.isEmpty()); // returnFocus() leaves the focus where there is one
    setToolTip(sentence.isEmpty()
                   ? tr("%1: choose one, or type a formula such as J-H or sqrt(z1^2+z2^2)").arg(m_purpose)
                   : sentence);
    QPalette ink = palette();
    ink.setColor(QPalette::Text, sentence.isEmpty() ? ink.color(QPalette::ButtonText) : errorColour(ink));
    lineEdit()->setPalette(ink);
}

void ColumnList::settle() {
    if (column() == m_told) return;
    m_told = column();
    emit columnChanged();
}

} // namespace zscape
