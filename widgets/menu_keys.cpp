#include "widgets/menu_keys.h"

#include <QAction>
#include <QKeySequence>
#include <QMenu>
#include <QSet>
#include <QStringList>

namespace zscape {

namespace {

/// Told already to keep its keys.
constexpr const char* keptProperty = "keepsMenuKeys";

QChar keyOf(const QString& text) {
    const qsizetype mark = QString(text).replace(QStringLiteral("&&"), QStringLiteral("  ")).indexOf(u'&');
    return mark >= 0 && mark + 1 < text.size() ? text[mark + 1].toUpper() : QChar();
}

QString withoutKey(QString text) {
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (text[i] != u'&') continue;
        if (i + 1 < text.size() && text[i + 1] == u'&') {
            ++i; // a real one
        } else {
            text.remove(i, 1);
        }
    }
    return text;
}

/// Beginnings of words first, then what follows; -1 when every letter is taken.
qsizetype freeLetter(const QString& text, const QSet<QChar>& taken) {
    qsizetype later = -1;
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (!text[i].isLetterOrNumber() || text[i].unicode() > 0x7F || taken.contains(text[i].toUpper())) continue;
        if (i == 0 || text[i - 1].isSpace()) return i;
        if (later < 0) later = i;
    }
    return later;
}

void assign(const QMenu& menu) {
    QSet<QChar> taken;
    QList<QAction*> without;
    for (QAction* action : menu.actions()) {
        if (action->isSeparator() || !action->isVisible()) continue;
        const QChar key = keyOf(action->text());
        if (key.isNull() || taken.contains(key)) {
            without.push_back(action);
        } else {
            taken.insert(key);
        }
    }
    for (QAction* action : without) {
        QString text = withoutKey(action->text());
        const qsizetype at = freeLetter(text, taken);
        if (at >= 0) {
            taken.insert(text[at].toUpper());
            text.insert(at, u'&');
        }
        if (text != action->text()) action->setText(text);
    }
}

} // namespace

void keepMenuKeys(QMenu& menu) {
    if (menu.property(keptProperty).toBool()) return;
    menu.setProperty(keptProperty, true);
    // After whoever fills the menu when it opens.
    QObject::connect(&menu, &QMenu::aboutToShow, &menu, [&menu] {
        assign(menu);
        for (const QAction* action : menu.actions()) {
            if (action->menu()) keepMenuKeys(*action->menu());
        }
    });
}

} // namespace zscape
