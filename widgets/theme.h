#pragma once

#include <QColor>
#include <QFont>

#include <array>

class QApplication;
class QPalette;

namespace zscape {

enum class Theme { Light, Dark };

/// Margins and gaps are multiples of this, in device-independent pixels.
inline constexpr int gridUnit = 8;
/// The one type size of every plot on screen; controls have the system's.
inline constexpr double plotPointSize = 9.0;

/// Every colour a plot uses. Text on `background` has a contrast of at least 4.5 in both themes.
struct PlotColours {
    QColor background;
    QColor foreground; ///< frame, ticks, labels
    QColor muted;      ///< secondary text, zero lines
    QColor accent;     ///< the handle, the current thing
    QColor generated;  ///< line of the generated spectrum
    QColor band;       ///< its scatter, translucent
    QColor observed;   ///< the picked star
    QColor lineMarker; ///< spectral lines
    QColor missing;    ///< stars without a label
};
PlotColours plotColours(Theme theme);

/// Okabe-Ito colours for classes, in the order they are given out; black becomes white in the dark theme.
std::array<QColor, 8> classColours(Theme theme);

QPalette themePalette(Theme theme);

/// Text that says what is wrong, on the window of a palette; contrast of at least 4.5.
QColor errorColour(const QPalette& palette);

/// Fusion with our palette and one accent colour. May be called again to change the theme of a running program.
void applyTheme(QApplication& application, Theme theme);

/// The application's family at plotPointSize.
QFont plotFont();

} // namespace zscape
