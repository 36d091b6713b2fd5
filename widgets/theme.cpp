#include "widgets/theme.h"

#include "widgets/theme_style.h"

#include <QApplication>
#include <QEvent>
#include <QPalette>
#include <QWidget>

namespace zscape {

namespace {

struct WindowColours {
    QColor window, base, alternate, button, text, faint, border, accent, onAccent, tip;
};

WindowColours windowColours(Theme theme) {
    if (theme == Theme::Dark)
        return {0x191e24U, 0x101418U, 0x151a20U, 0x242b33U, 0xe2e7ecU,
                0x8b97a3U, 0x39424cU, 0x56b4e9U, 0x081018U, 0x242b33U};
    return {0xf4f6f8U, 0xffffffU, 0xf6f8faU, 0xffffffU, 0x1b2127U,
            0x66717cU, 0xccd3daU, 0x0072b2U, 0xffffffU, 0xffffffU};
}

/// Only what the palette cannot say: tool tips follow the theme on every platform.
QString styleSheet(const WindowColours& c) {
    return QStringLiteral("QToolTip { color: %1; background: %2; border: 1px solid %3; padding: 4px; }")
        .arg(c.text.name(), c.tip.name(), c.border.name());
}

} // namespace

PlotColours plotColours(Theme theme) {
    if (theme == Theme::Dark)
        return {.background = 0x101418U,
                .foreground = 0xd5dbe1U,
                .muted = 0x8b97a3U,
                .accent = 0x56b4e9U,
                .generated = 0x56b4e9U,
                .band = QColor(0x56, 0xb4, 0xe9, 64),
                .observed = 0xe69f00U,
                .lineMarker = 0x5d6873U,
                .missing = 0x5d6873U};
    return {.background = 0xffffffU,
            .foreground = 0x1b2127U,
            .muted = 0x66717cU,
            .accent = 0x0072b2U,
            .generated = 0x0072b2U,
            .band = QColor(0x00, 0x72, 0xb2, 56),
            .observed = 0xd55e00U,
            .lineMarker = 0xa9b2bbU,
            .missing = 0xb4bcc4U};
}

std::array<QColor, 8> classColours(Theme theme) {
    const QColor black = theme == Theme::Dark ? QColor(0xffffffU) : QColor(Qt::black);
    return {0x0072b2U, 0xe69f00U, 0x009e73U, 0xcc79a7U, 0x56b4e9U, 0xd55e00U, 0xf0e442U, black};
}

QPalette themePalette(Theme theme) {
    const WindowColours c = windowColours(theme);
    QPalette palette(c.button, c.window);
    palette.setColor(QPalette::WindowText, c.text);
    palette.setColor(QPalette::Base, c.base);
    palette.setColor(QPalette::AlternateBase, c.alternate);
    palette.setColor(QPalette::Text, c.text);
    palette.setColor(QPalette::ButtonText, c.text);
    palette.setColor(QPalette::BrightText, c.onAccent);
    palette.setColor(QPalette::ToolTipBase, c.tip);
    palette.setColor(QPalette::ToolTipText, c.text);
    palette.setColor(QPalette::PlaceholderText, c.faint);
    palette.setColor(QPalette::Highlight, c.accent);
    palette.setColor(QPalette::HighlightedText, c.onAccent);
    palette.setColor(QPalette::Link, c.accent);
    palette.setColor(QPalette::LinkVisited, c.accent);
    palette.setColor(QPalette::Mid, c.border);
    palette.setColor(QPalette::Midlight, c.border);
    palette.setColor(QPalette::Dark, theme == Theme::Dark ? c.border : c.border.darker(115));
    palette.setColor(QPalette::Light, theme == Theme::Dark ? c.button.lighter(115) : QColor(0xffffffU));
    palette.setColor(QPalette::Shadow, theme == Theme::Dark ? QColor(Qt::black) : c.border.darker(150));
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::HighlightedText})
        palette.setColor(QPalette::Disabled, role, c.faint);
    palette.setColor(QPalette::Disabled, QPalette::Highlight, c.border);
    return palette;
}

QColor errorColour(const QPalette& palette) {
    return palette.color(QPalette::Window).lightness() < 128 ? QColor(0xff8f7aU) : QColor(0xb3261eU);
}

void applyTheme(QApplication& application, Theme theme) {
    // A style sheet hides the style behind one of its own, so it is asked for by a mark.
    constexpr const char* mark = "zscapeStyle";
    if (!application.property(mark).toBool()) {
        application.setStyle(new ThemeStyle);
        application.setProperty(mark, true);
    }
    application.setPalette(themePalette(theme));
    application.setStyleSheet(styleSheet(windowColours(theme)));
    // A new style sheet gives widgets that have colours of their own the former ones: they are told once more.
    for (QWidget* widget : QApplication::allWidgets()) {
        QEvent event(QEvent::PaletteChange);
        QCoreApplication::sendEvent(widget, &event);
    }
}

QFont plotFont() {
    QFont font = QApplication::font();
    font.setPointSizeF(plotPointSize);
    return font;
}

} // namespace zscape
