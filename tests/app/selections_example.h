#pragma once

#include "app/window/selection_store.h"
#include "tests/app/mock_window.h"
#include "widgets/scatter_view.h"

#include <QMenu>
#include <QMouseEvent>
#include <QTest>

#include <memory>

namespace zscape::test {

/// A window with 2000 mock stars and the demo model, for tests of selections.
class SelectionsExample : public MockWindow {
protected:
    void makeExample() { makeStars(); }
    void openWindow() { MockWindow::openWindow({1400, 880}); }

    /// On the map, with the left button.
    void drag(const QPoint& from, const QPoint& to, Qt::KeyboardModifiers modifiers) {
        QTest::mousePress(&m_window->map(), Qt::LeftButton, modifiers, from);
        QMouseEvent move(QEvent::MouseMove, to, m_window->map().mapToGlobal(to), Qt::NoButton, Qt::LeftButton,
                         modifiers);
        QCoreApplication::sendEvent(&m_window->map(), &move);
        QTest::mouseRelease(&m_window->map(), Qt::LeftButton, modifiers, to);
    }
    /// An entry of the menus that the buttons New and Combine open.
    void chooseInMenu(const QString& text) {
        for (QMenu* menu : m_window->findChildren<QMenu*>()) {
            for (QAction* action : menu->actions()) {
                if (action->text() != text) continue;
                // From Qt 6.5 on a menu wants the pointer moved before it takes a click.
                QTest::mouseMove(m_window->windowHandle(), QPoint(700, 600));
                menu->popup(m_window->mapToGlobal(QPoint(20, 20)));
                QVERIFY(QTest::qWaitForWindowExposed(menu));
                QTest::mouseClick(menu, Qt::LeftButton, {}, menu->actionGeometry(action).center());
                return;
            }
        }
        QFAIL(qPrintable(QStringLiteral("no menu has ") + text));
    }
    SelectionStore& store() { return m_window->session().selections(); }
    void addFormula(const std::string& name, const std::string& formula) {
        store().add({name, 0xFFE69F00, true, ExpressionShape{formula}}, QStringLiteral("new"));
    }
    QString names() {
        QStringList all;
        for (const Selection& selection : store().list()) {
            all += QString::fromStdString(selection.name);
        }
        return all.join(u',');
    }
    std::vector<double> teff() { return *m_window->session().table()->exact("TEFF"); }
    template <typename Holds>
    static std::size_t countWhere(const Holds& holds) {
        std::size_t count = 0;
        for (std::size_t row = 0; row < 2000; ++row) {
            count += holds(row) ? 1 : 0;
        }
        return count;
    }
};

} // namespace zscape::test
