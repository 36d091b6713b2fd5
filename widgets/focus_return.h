#pragma once

class QComboBox;
class QSpinBox;
class QWidget;

namespace zscape {

/// Keys go to the plot again once a value is chosen with the mouse, from the open list, or by Enter in its text: the
/// plot has keys of a single letter, which a list would take as the beginning of an entry. Arrow keys in a closed list
/// keep the focus there. `plot` must live as long as the list. The list's text can refuse: while it has the property
/// "problem", the focus stays with it.
void returnFocus(QComboBox& list, QWidget& plot);
void returnFocus(QSpinBox& number, QWidget& plot);

} // namespace zscape
