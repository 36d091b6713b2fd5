// The map and scatter views as a person sets them: lists, formulas, colours, with real mouse and key events.
#include "app/window/column_list.h"
#include "app/window/main_window.h"
#include "app/window/session_file.h"
#include "app/window/view_links.h"
#include "app/window/view_manager.h"
#include "app/window/view_panels.h"
#include "core/catalog/released_layout.h"
#include "tests/app/mock_window.h"
#include "tests/support/run_program.h"
#include "tests/support/temporary_folder.h"
#include "widgets/scatter_view.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QComboBox>
#include <QLineEdit>
#include <QSpinBox>
#include <QStatusBar>
#include <QTest>
#include <QUndoStack>

#include <algorithm>
#include <filesystem>
#include <memory>

namespace zscape {

class MapWindowTest : public test::MockWindow {
    Q_OBJECT
private slots:
    void initTestCase() { makeStars(); }
    void init() { openActiveWindow({1600, 980}); }
    void cleanup() { m_window.reset(); }

    void afterAChoiceWithTheMouseKeysGoToTheMap() {
        auto* colour = m_window->findChild<QComboBox*>(QStringLiteral("colourColumn"));
        clickEntry(*colour, QStringLiteral("TEFF"));
        QCOMPARE(m_window->mapColour(), QStringLiteral("TEFF"));
        QCOMPARE(QApplication::focusWidget(), &m_window->map());
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_L);
        QCOMPARE(m_window->links().tool(), PlotTool::Lasso);
        QCOMPARE(m_window->mapColour(), QStringLiteral("TEFF"));
    }

    void arrowKeysInAListGoOnInTheList() {
        auto* colour = m_window->findChild<QComboBox*>(QStringLiteral("colourColumn"));
        colour->setFocus(Qt::TabFocusReason);
        const int before = colour->currentIndex();
        QTest::keyClick(colour, Qt::Key_Down);
        QTest::keyClick(colour, Qt::Key_Down);
        QCOMPARE(colour->currentIndex(), before + 2);
        QVERIFY(colour->hasFocus());
        // From the open list, chosen by Enter, it is a choice.
        colour->showPopup();
        QTest::keyClick(colour->view(), Qt::Key_Up);
        QTest::keyClick(colour->view(), Qt::Key_Return);
        QCOMPARE(QApplication::focusWidget(), &m_window->map());
    }

    void afterAChoiceInADockedViewKeysGoToItsPlot() {
        ViewManager& views = m_window->views();
        auto* panel = qobject_cast<ScatterPanel*>(views.panel(views.add(views.kiel())));
        QTRY_VERIFY(panel->isVisible());
        auto* colour = panel->findChildren<ColumnList*>().at(2);
        clickEntry(*colour, QStringLiteral("GAIAEDR3_PHOT_G_MEAN_MAG"));
        QCOMPARE(panel->state().colour, std::string("GAIAEDR3_PHOT_G_MEAN_MAG"));
        QCOMPARE(QApplication::focusWidget(), &panel->view());
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_R);
        QCOMPARE(m_window->links().tool(), PlotTool::Rectangle);
        ViewState histogram;
        histogram.kind = "histogram";
        histogram.columns = {"M_H"};
        ViewPanel* counts = views.panel(views.add(histogram));
        QTRY_VERIFY(counts->isVisible());
        auto* bins = counts->findChild<QSpinBox*>();
        const int before = bins->value();
        QTest::mouseClick(bins, Qt::LeftButton, {}, {bins->width() - 8, 5});
        QVERIFY(bins->value() != before);
        QTRY_COMPARE(QApplication::focusWidget()->accessibleName(), QString::fromStdString(counts->state().title));
    }

    void aFormulaMayBeTypedForTheMap() {
        auto* x = m_window->findChild<ColumnList*>(QStringLiteral("xColumn"));
        auto* colour = m_window->findChild<ColumnList*>(QStringLiteral("colourColumn"));
        const auto before = m_window->mapColumns();
        type(*x, QStringLiteral("J-H"));
        type(*colour, QStringLiteral("sqrt(z1^2+z2^2)"));
        QCOMPARE(m_window->mapColumns().first, QStringLiteral("J-H"));
        QCOMPARE(m_window->mapColour(), QStringLiteral("sqrt(z1^2+z2^2)"));
        QTRY_COMPARE(QApplication::focusWidget(), &m_window->map());
        QTRY_VERIFY(m_window->map().starsInView() > 1900);
        const auto jh = *m_window->session().table()->values("J-H");
        const AxisRange axis = m_window->map().xAxis();
        QVERIFY(std::ranges::count_if(jh, [&](float v) { return v >= axis.lower && v <= axis.upper; }) > 1900);
        // A session keeps it.
        SessionContent content;
        content.map = m_window->mapState();
        writeSession(m_folder / "formula.zscape", content);
        QUndoStack& undo = m_window->session().undo();
        QCOMPARE(undo.count(), 2);
        undo.undo();
        undo.undo();
        QCOMPARE(m_window->mapColumns(), before);
        QCOMPARE(x->column(), before.first.toStdString());
        m_window->setMapState(readSession(m_folder / "formula.zscape").content.map);
        QCOMPARE(m_window->mapColumns().first, QStringLiteral("J-H"));
        QCOMPARE(m_window->mapColour(), QStringLiteral("sqrt(z1^2+z2^2)"));
        QCOMPARE(colour->currentText(), QStringLiteral("sqrt(z1^2+z2^2)"));
    }

    void aFormulaThatCannotBeLeavesTheMapAsItIs() {
        auto* x = m_window->findChild<ColumnList*>(QStringLiteral("xColumn"));
        const ViewState before = m_window->mapState();
        type(*x, QStringLiteral("nosuch+1"));
        QCOMPARE(m_window->mapState(), before);
        QVERIFY2(x->toolTip().contains(QStringLiteral("nosuch")), qPrintable(x->toolTip()));
        QCOMPARE(m_window->statusBar()->currentMessage(), x->toolTip());
        QVERIFY(x->lineEdit()->hasFocus() || x->hasFocus()); // to be mended
        QCOMPARE(m_window->session().undo().count(), 0);
        type(*x, QStringLiteral("teff"));
        QCOMPARE(m_window->mapColumns().first, QStringLiteral("TEFF"));
        QVERIFY(!x->toolTip().contains(QStringLiteral("nosuch")));
    }

    void theProgramSaysWhichColumnThereIsNot() {
        writeReleasedCatalog(*m_catalog, m_folder / "stars.h5");
        const std::string picture = (m_folder / "map.png").string();
        const auto draw = [&](const std::string& options) {
            return test::runProgram("zscape",
                                    (m_folder / "stars.h5").string() + " " + options + " --screenshot " + picture);
        };
        const test::ProgramResult bad = draw("--x nosuch");
        QCOMPARE(bad.exitCode, 1);
        QVERIFY2(bad.err.find("nosuch") != std::string::npos, bad.err.c_str());
        QCOMPARE(std::ranges::count(bad.err, '\n'), 1);
        QVERIFY(!std::filesystem::exists(picture));
        const test::ProgramResult good = draw("--x J-H --y 'TEFF/1000' --colour teff");
        QVERIFY2(good.exitCode == 0, good.err.c_str());
        QVERIFY(std::filesystem::exists(picture));
    }

    void aViewWithoutItsColumnsSaysWhichThereAreNot() {
        ViewManager& views = m_window->views();
        ViewState kiel = views.kiel();
        kiel.columns = {"TEFF_OTHER", "LOGG_OTHER"};
        auto* panel = qobject_cast<ScatterPanel*>(views.panel(views.add(kiel)));
        QTRY_VERIFY(panel->isVisible());
        const QString said = panel->problem();
        QVERIFY2(said.startsWith(QStringLiteral("This catalogue has no column TEFF_OTHER and no LOGG_OTHER")),
                 qPrintable(said));
        panel->view().renderNow();
        QCOMPARE(panel->view().accessibleDescription(), said); // as it is drawn in the middle
        // The axes are chosen anew, and the stars come.
        auto lists = panel->findChildren<ColumnList*>();
        clickEntry(*lists.at(0), QStringLiteral("TEFF"));
        QVERIFY2(panel->problem().contains(QStringLiteral("LOGG_OTHER")) &&
                     !panel->problem().contains(QStringLiteral("TEFF_OTHER")),
                 qPrintable(panel->problem()));
        clickEntry(*lists.at(1), QStringLiteral("LOGG"));
        QCOMPARE(panel->problem(), QString());
        QTRY_VERIFY(panel->view().starsInView() > 1000);
        ViewState corner;
        corner.kind = "corner";
        corner.columns = {"z1", "NOSUCH"};
        ViewPanel* other = views.panel(views.add(corner));
        QTRY_VERIFY(other->isVisible());
        QVERIFY2(other->problem().startsWith(QStringLiteral("This catalogue has no column NOSUCH")),
                 qPrintable(other->problem()));
    }

private:
    static void type(ColumnList& list, const QString& text) {
        list.setFocus();
        list.lineEdit()->selectAll();
        QTest::keyClicks(&list, text);
        QTest::keyClick(&list, Qt::Key_Return);
    }

    /// Opens the list and clicks the entry of an id.
    static void clickEntry(QComboBox& list, const QString& id) {
        const int row = list.findData(id);
        QVERIFY2(row >= 0, qPrintable(id));
        list.setFocus(Qt::MouseFocusReason);
        QTest::mouseClick(&list, Qt::LeftButton, {}, {list.width() - 8, list.height() / 2});
        QTRY_VERIFY(list.view()->isVisible());
        // A popup takes no release until it has been open for a double click's time.
        QTest::qWait(QApplication::doubleClickInterval() + 50);
        const QModelIndex index = list.model()->index(row, 0);
        list.view()->scrollTo(index);
        const QPoint at = list.view()->visualRect(index).center();
        QTest::mouseMove(list.view()->viewport(), at);
        QTest::mouseClick(list.view()->viewport(), Qt::LeftButton, {}, at);
        QTRY_COMPARE(list.currentIndex(), row);
    }

    test::TemporaryFolder m_folder;
};

} // namespace zscape

QTEST_MAIN(zscape::MapWindowTest)
#include "map_window_test.moc"
