#pragma once

class QMenu;

namespace zscape {

/// Gives every entry of a menu, and of its submenus, a letter of its own each time it opens: letters that the entries
/// have stay where no earlier entry has the same, others are chosen from the words. For menus whose entries come from
/// many places, or from data. UI thread.
void keepMenuKeys(QMenu& menu);

} // namespace zscape
