// The whole window, every panel, view and dialog open: all of it has a name for a screen reader, can be reached and
// used by keys, and no key means two things.
#include "app/window/definition_dialog.h"
#include "app/window/figures_controller.h"
#include "app/window/help_controller.h"
#include "app/window/import_controller.h"
#include "app/window/main_window.h"
#include "app/window/selection_store.h"
#include "app/window/view_manager.h"
#include "core/base/embedded.h"
#include "core/catalog/released_layout.h"
#include "core/mock/mock_catalog.h"
#include "tests/support/temporary_folder.h"
#include "widgets/figure/figure_dialog.h"
#include "widgets/import_wizard.h"
#include "widgets/manual_view.h"
#include "widgets/training_dialog.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSlider>
#include <QAbstractSpinBox>
#include <QAccessible>
#include <QAction>
#include <QButtonGroup>
#include <QComboBox>
#include <QDockWidget>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QPlainTextEdit>
#include <QPointer>
#include <QScrollBar>
#include <QSet>
#include <QSettings>
#include <QTest>
#include <QTextEdit>
#include <QToolBar>
#include <QToolButton>
#include <QWizard>

#include <memory>

namespace zscape {

namespace {

/// Enough to find a widget in the source: its class, name and the parents that have one.
QString placeOf(const QObject* object) {
    QStringList parts;
    for (const QObject* one = object; one; one = one->parent()) {
        const QString own = QString::fromLatin1(one->metaObject()->className());
        if (one == object || !one->objectName().isEmpty() || own.startsWith(QStringLiteral("zscape"))) {
            parts.prepend(one->objectName().isEmpty() ? own : own + QLatin1Char('#') + one->objectName());
        }
    }
    return parts.join(QStringLiteral(" > "));
}

/// What a user operates, without the inner parts that Qt makes a widget of.
bool isInteractive(const QWidget* widget) {
    const QWidget* parent = widget->parentWidget();
    const bool inner = widget->objectName().startsWith(QStringLiteral("qt_")) ||
                       qobject_cast<const QComboBox*>(parent) || qobject_cast<const QAbstractSpinBox*>(parent) ||
                       qobject_cast<const QScrollBar*>(widget) || qobject_cast<const QMenu*>(parent) ||
                       qobject_cast<const QMenuBar*>(parent) || parent == nullptr ||
                       QLatin1String(parent->metaObject()->className()) == QLatin1String("QComboBoxPrivateContainer") ||
                       qobject_cast<const QAbstractItemView*>(parent) ||
                       QLatin1String(widget->metaObject()->className()) == QLatin1String("QToolBarExtension") ||
                       widget->inherits("QTabBar") || parent->inherits("QTabBar") || widget->inherits("QHeaderView");
    if (inner) return false;
    return qobject_cast<const QAbstractButton*>(widget) || qobject_cast<const QComboBox*>(widget) ||
           qobject_cast<const QAbstractSpinBox*>(widget) || qobject_cast<const QAbstractSlider*>(widget) ||
           qobject_cast<const QLineEdit*>(widget) || qobject_cast<const QAbstractItemView*>(widget) ||
           qobject_cast<const QTextEdit*>(widget) || qobject_cast<const QPlainTextEdit*>(widget) ||
           (widget->focusPolicy() & Qt::TabFocus && !widget->inherits("QCustomPlot"));
}

QString nameOf(QWidget* widget) {
    QAccessibleInterface* reader = QAccessible::queryAccessibleInterface(widget);
    // On Linux Qt calls a list by what is chosen in it, and leaves its name to the label.
    if (qobject_cast<QComboBox*>(widget)) {
        const bool labelled = reader && !reader->relations(QAccessible::Label).isEmpty();
        return labelled ? reader->relations(QAccessible::Label)[0].first->text(QAccessible::Name)
                        : widget->accessibleName();
    }
    return reader ? reader->text(QAccessible::Name).trimmed() : widget->accessibleName();
}

/// Whether there is nothing to tell; each line of its own, as the test library cuts long ones.
bool told(const QStringList& problems) {
    for (const QString& one : problems) {
        qWarning("%s", qPrintable(one));
    }
    return problems.isEmpty();
}

/// Every action of a menu bar, its submenus included, by menu.
/// Of two colours, 1 to 21 (WCAG 2.2).
double contrastOf(const QColor& a, const QColor& b) {
    const auto luminance = [](const QColor& colour) {
        const auto linear = [](double value) {
            return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
        };
        return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF());
    };
    const double one = luminance(a) + 0.05, other = luminance(b) + 0.05;
    return std::max(one, other) / std::min(one, other);
}

void collectMenus(const QList<QAction*>& actions, const QString& path, QList<QPair<QString, QList<QAction*>>>& menus) {
    menus.append({path, actions});
    for (QAction* action : actions) {
        if (!action->menu()) continue;
        emit action->menu()->aboutToShow();
        collectMenus(action->menu()->actions(), path + QLatin1Char('/') + action->text(), menus);
    }
}

} // namespace

class AccessibilityTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void everythingHasAName();
    void whatIsNoTextHasATip();
    void everythingIsReachedByTab();
    void noKeyMeansTwoThings();
    void textIsReadableAfterTheThemeChanged();
    void everyEntryOfAMenuHasAKeyOfItsOwn();
    void cleanupTestCase();

private:
    std::vector<QWidget*> windows() const;
    std::vector<QWidget*> interactive() const;

    test::TemporaryFolder m_folder;
    std::unique_ptr<MainWindow> m_window;
    std::vector<QPointer<QWidget>> m_dialogs;
};

void AccessibilityTest::initTestCase() {
    applyTheme(*qApp, Theme::Light);
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, QString::fromStdString(m_folder.path().string()));
    QCoreApplication::setOrganizationName(QStringLiteral("Zscape"));
    QCoreApplication::setApplicationName(QStringLiteral("accessibility test"));
    writeReleasedCatalog(generateMockCatalog({300, 4, 0}), m_folder.path() / "small.h5");
    saveModel(loadModelImage(embeddedDemoModel(), "the demo model"), m_folder.path() / "model.h5");

    m_window = std::make_unique<MainWindow>(Theme::Light);
    m_window->resize(1920, 1080);
    m_window->show();
    m_window->session().open(m_folder.path() / "small.h5", m_folder.path() / "model.h5", {});
    QTRY_VERIFY_WITH_TIMEOUT(m_window->session().latents() && m_window->isIdle(), 30000);
    Selection cool;
    cool.name = "cool";
    cool.definition.shape = ExpressionShape{"TEFF < 5000"};
    m_window->session().selections().add(cool, QStringLiteral("add"));

    ViewManager& views = m_window->views();
    views.add(views.scatter());
    views.add(views.sky());
    for (const char* kind : {"histogram", "corner", "table"}) {
        ViewState state;
        state.kind = kind;
        if (state.kind == "histogram") state.columns = {"TEFF"};
        views.add(state);
    }
    for (QDockWidget* dock : m_window->findChildren<QDockWidget*>()) {
        dock->show();
    }

    m_window->findChild<HelpController*>()->openManual();
    m_dialogs.emplace_back(m_window->findChild<HelpController*>()->manual());
    m_dialogs.emplace_back(&m_window->findChild<ImportController*>()->show());
    auto* figures = m_window->findChild<FiguresController*>();
    figures->open("kiel");
    m_dialogs.emplace_back(figures->dialog());
    auto* definition = new DefinitionDialog(cool, {cool}, m_window->session().table(), m_window.get());
    definition->show();
    m_dialogs.emplace_back(definition);
    auto* training = new TrainingDialog(m_window.get());
    training->show();
    m_dialogs.emplace_back(training);
    for (const QPointer<QWidget>& dialog : m_dialogs) {
        QVERIFY(dialog);
    }
}

void AccessibilityTest::textIsReadableAfterTheThemeChanged() {
    QAction* dark = nullptr;
    for (QAction* action : m_window->findChildren<QAction*>())
        if (action->isCheckable() && action->text().contains(QStringLiteral("ark"))) dark = action;
    QVERIFY(dark);
    constexpr double least = 4.5; // WCAG 2.2, 1.4.3
    QStringList faint;
    for (int turn = 0; turn < 3; ++turn) {
        for (QWidget* widget : m_window->findChildren<QWidget*>()) {
            const bool text = qobject_cast<QLineEdit*>(widget) || qobject_cast<QAbstractItemView*>(widget) ||
                              qobject_cast<QTextEdit*>(widget);
            if ((!text && !qobject_cast<QLabel*>(widget)) || !widget->isVisible() || !widget->isEnabled()) continue;
            const QPalette palette = widget->palette();
            const double contrast =
                text ? contrastOf(palette.color(QPalette::Text), palette.color(QPalette::Base))
                     : contrastOf(palette.color(widget->foregroundRole()), palette.color(widget->backgroundRole()));
            if (contrast >= least) continue;
            faint += QStringLiteral("%1 '%2' in %3: %4")
                         .arg(QLatin1String(widget->metaObject()->className()), placeOf(widget) + nameOf(widget),
                              dark->isChecked() ? QStringLiteral("dark") : QStringLiteral("light"))
                         .arg(contrast);
        }
        dark->trigger();
        QCoreApplication::processEvents();
    }
    dark->trigger();
    QVERIFY2(faint.isEmpty(), qPrintable(faint.join(u'\n')));
}

void AccessibilityTest::cleanupTestCase() {
    for (const QPointer<QWidget>& dialog : m_dialogs) {
        if (dialog) dialog->close();
    }
    m_window.reset();
}

std::vector<QWidget*> AccessibilityTest::windows() const {
    std::vector<QWidget*> all{m_window.get()};
    for (const QPointer<QWidget>& dialog : m_dialogs) {
        all.push_back(dialog);
    }
    return all;
}

std::vector<QWidget*> AccessibilityTest::interactive() const {
    std::vector<QWidget*> found;
    for (QWidget* widget : m_window->findChildren<QWidget*>()) {
        if (isInteractive(widget)) found.push_back(widget);
    }
    return found;
}

void AccessibilityTest::everythingHasAName() {
    QStringList missing;
    for (QWidget* widget : interactive()) {
        if (nameOf(widget).isEmpty()) missing += placeOf(widget);
    }
    QVERIFY(told(missing));
}

void AccessibilityTest::whatIsNoTextHasATip() {
    QStringList missing;
    for (QWidget* widget : interactive()) {
        const auto* button = qobject_cast<QAbstractButton*>(widget);
        const bool wordless = (button && button->text().isEmpty()) || qobject_cast<QComboBox*>(widget) ||
                              qobject_cast<QAbstractSpinBox*>(widget);
        if (wordless && widget->toolTip().isEmpty()) missing += placeOf(widget) + QStringLiteral(": ") + nameOf(widget);
    }
    QVERIFY(told(missing));
}

/// Tab goes round every window and passes all that can be used; nothing keeps it.
void AccessibilityTest::everythingIsReachedByTab() {
    QSet<const QAction*> inMenus;
    QList<QPair<QString, QList<QAction*>>> menus;
    collectMenus(m_window->menuBar()->actions(), {}, menus);
    for (const auto& [path, actions] : menus) {
        inMenus.unite(QSet<const QAction*>(actions.begin(), actions.end()));
    }
    QStringList missed;
    for (QWidget* window : windows()) {
        window->activateWindow();
        QTRY_COMPARE(QApplication::activeWindow(), window);
        QSet<const QWidget*> visited;
        for (int presses = 0; presses < 1000; ++presses) {
            QWidget* at = QApplication::focusWidget();
            if (!at) {
                window->setFocus();
                at = window;
            }
            for (const QWidget* one = at; one; one = one->parentWidget()) {
                visited.insert(one);
            }
            QTest::keyClick(at, Qt::Key_Tab);
        }
        for (QWidget* widget : interactive()) {
            // A panel behind another's tab comes to the front by the Panels menu.
            const bool shown = widget->isVisible() && !widget->visibleRegion().isEmpty();
            if (widget->window() != window || !shown || !widget->isEnabled()) continue;
            // What a tool bar's button does is an entry of a menu.
            const auto* button = qobject_cast<QToolButton*>(widget);
            if (button && button->defaultAction() && inMenus.contains(button->defaultAction())) continue;
            const auto* choice = qobject_cast<QAbstractButton*>(widget);
            const bool oneOfSeveral =
                choice && (choice->autoExclusive() || (choice->group() && choice->group()->exclusive()));
            if (oneOfSeveral && !choice->isChecked()) continue; // arrow keys
            if (!visited.contains(widget)) missed += placeOf(widget) + QStringLiteral(": ") + nameOf(widget);
        }
    }
    QVERIFY(told(missed));
}

void AccessibilityTest::noKeyMeansTwoThings() {
    QStringList problems;
    for (QWidget* window : windows()) {
        QHash<QString, QString> taken;
        const auto take = [&](const QKeySequence& keys, const QString& who) {
            if (keys.isEmpty()) return;
            const QString text = keys.toString();
            if (taken.contains(text)) {
                problems += QStringLiteral("%1: %2 and %3").arg(text, taken.value(text), who);
            } else {
                taken.insert(text, who);
            }
        };
        for (const QAction* action : window->findChildren<QAction*>()) {
            const auto* owner = qobject_cast<QWidget*>(action->parent());
            if (owner && owner->window() != window && !qobject_cast<const QMenu*>(owner)) continue;
            if (action->shortcutContext() == Qt::WindowShortcut) {
                for (const QKeySequence& keys : action->shortcuts()) {
                    take(keys, action->text());
                }
            }
        }
        if (const auto* main = qobject_cast<MainWindow*>(window)) {
            for (const QAction* action : main->menuBar()->actions()) {
                take(QKeySequence::mnemonic(action->text()), action->text());
            }
        }
        for (const QLabel* label : window->findChildren<QLabel*>()) {
            if (label->window() == window && label->isVisible() && label->buddy()) {
                take(QKeySequence::mnemonic(label->text()), placeOf(label) + QLatin1Char(' ') + label->text());
            }
        }
        for (const QAbstractButton* button : window->findChildren<QAbstractButton*>()) {
            const auto* tool = qobject_cast<const QToolButton*>(button);
            if (button->window() != window || !button->isVisible() || (tool && tool->defaultAction())) continue;
            take(QKeySequence::mnemonic(button->text()), placeOf(button) + QLatin1Char(' ') + button->text());
        }
    }
    QVERIFY(told(problems));
}

void AccessibilityTest::everyEntryOfAMenuHasAKeyOfItsOwn() {
    QList<QPair<QString, QList<QAction*>>> menus;
    collectMenus(m_window->menuBar()->actions(), {}, menus);
    QVERIFY(menus.size() > 10);
    QStringList problems;
    for (const auto& [path, actions] : menus) {
        QHash<QString, QString> taken;
        for (const QAction* action : actions) {
            if (action->isSeparator() || !action->isVisible()) continue;
            const QString key = QKeySequence::mnemonic(action->text()).toString();
            if (key.isEmpty()) {
                problems += QStringLiteral("%1: “%2” has no letter").arg(path, action->text());
            } else if (taken.contains(key)) {
                problems += QStringLiteral("%1: %2 for “%3” and “%4”").arg(path, key, taken.value(key), action->text());
            }
            taken.insert(key, action->text());
        }
    }
    QVERIFY(told(problems));
}

} // namespace zscape

QTEST_MAIN(zscape::AccessibilityTest)
#include "accessibility_test.moc"
