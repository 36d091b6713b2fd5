#pragma once

#include <QIcon>
#include <QPalette>

namespace zscape {

/// One of our own icons (resources/icons, by file name without ending) in the colours of a palette: text, the faint
/// text when disabled, the accent when checked. Follows a change of theme when asked for again. An unknown name
/// throws Error, so that a misspelling does not go unseen.
QIcon themedIcon(const QString& name, const QPalette& palette);

} // namespace zscape
