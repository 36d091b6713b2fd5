#include "widgets/theme_style.h"

#include <QPainter>
#include <QPainterPath>
#include <QStyleFactory>
#include <QStyleOption>

#include <algorithm>

namespace zscape {

namespace {

/// The box or ring of a check box or radio button: outline in the secondary text colour, which has a contrast of at
/// least 3 on the window in both themes, the accent when it is on.
void drawIndicator(const QStyleOption& option, QPainter& painter, bool round) {
    const QPalette::ColorGroup group =
        option.state.testFlag(QStyle::State_Enabled) ? QPalette::Normal : QPalette::Disabled;
    const bool on = option.state.testFlag(QStyle::State_On);
    const bool partly = option.state.testFlag(QStyle::State_NoChange);
    const bool enabled = group == QPalette::Normal;
    // On a selected row, which has the accent's colour, the two change places.
    const bool onAccent = option.state.testFlag(QStyle::State_Selected) && enabled;
    const QColor accent = option.palette.color(group, onAccent ? QPalette::HighlightedText : QPalette::Highlight);
    const QColor outline =
        option.palette.color(group, onAccent ? QPalette::HighlightedText : QPalette::PlaceholderText);
    const double side = std::min(option.rect.width(), option.rect.height()) - 1.0;
    QRectF box(0, 0, side, side);
    box.moveCenter(QRectF(option.rect).center());
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const bool ringed = option.state.testFlag(QStyle::State_MouseOver) || option.state.testFlag(QStyle::State_HasFocus);
    painter.setPen(QPen((on || ringed) && enabled ? accent : outline, 1.2));
    painter.setBrush(on || partly ? (enabled ? accent : outline) : option.palette.color(group, QPalette::Base));
    const QColor ink =
        option.palette.color(QPalette::Normal, onAccent ? QPalette::Highlight : QPalette::HighlightedText);
    if (round) {
        painter.drawEllipse(box);
        painter.setPen(Qt::NoPen);
        painter.setBrush(ink);
        if (on) painter.drawEllipse(box.center(), side / 5, side / 5);
    } else {
        painter.drawRoundedRect(box, 3, 3);
        QPainterPath mark;
        if (partly) {
            mark.moveTo(box.left() + side * 0.25, box.center().y());
            mark.lineTo(box.left() + side * 0.75, box.center().y());
        } else if (on) {
            mark.moveTo(box.left() + side * 0.24, box.top() + side * 0.53);
            mark.lineTo(box.left() + side * 0.43, box.top() + side * 0.72);
            mark.lineTo(box.left() + side * 0.78, box.top() + side * 0.30);
        }
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(ink, 1.8, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter.drawPath(mark);
    }
    painter.restore();
}

} // namespace

ThemeStyle::ThemeStyle() : QProxyStyle(QStyleFactory::create(QStringLiteral("Fusion"))) {}

void ThemeStyle::drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                               const QWidget* widget) const {
    switch (element) {
    case PE_IndicatorCheckBox:
    case PE_IndicatorItemViewItemCheck:
        drawIndicator(*option, *painter, false);
        return;
    case PE_IndicatorRadioButton:
        drawIndicator(*option, *painter, true);
        return;
    case PE_FrameMenu:
        painter->setPen(option->palette.color(QPalette::Mid));
        painter->drawRect(option->rect.adjusted(0, 0, -1, -1));
        return;
    default:
        QProxyStyle::drawPrimitive(element, option, painter, widget);
    }
}

int ThemeStyle::pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const {
    if (metric == PM_MenuPanelWidth) return 1; // Fusion has none, and a menu ran into what is beneath
    return QProxyStyle::pixelMetric(metric, option, widget);
}

int ThemeStyle::styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget,
                          QStyleHintReturn* returned) const {
    if (hint == SH_TabBar_ElideMode) return Qt::ElideNone;
    if (hint == SH_DialogButtonBox_ButtonsHaveIcons) return 0; // the desktop's icons do not follow the theme
    return QProxyStyle::styleHint(hint, option, widget, returned);
}

} // namespace zscape
