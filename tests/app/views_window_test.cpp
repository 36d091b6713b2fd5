// Linked views in docks as a person uses them: opened, changed, selected in, undone.
#include "app/window/column_list.h"
#include "app/window/main_window.h"
#include "app/window/selection_store.h"
#include "app/window/view_manager.h"
#include "app/window/view_panels.h"
#include "core/io/table_file.h"
#include "tests/app/mock_window.h"
#include "tests/app/pictures.h"
#include "tests/support/temporary_folder.h"
#include "widgets/histogram_view.h"
#include "widgets/scatter_view.h"
#include "widgets/star_table_view.h"

#include <QDialogButtonBox>
#include <QDockWidget>
#include <QFileDialog>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QUndoStack>

#include <algorithm>
#include <functional>
#include <memory>

namespace zscape {

class ViewsWindowTest : public test::MockWindow {
    Q_OBJECT
private slots:
    void initTestCase() { makeStars(); }
    void init() { openWindow({1600, 980}); }
    void cleanup() { m_window.reset(); }

    void aSkyMapWithoutPositionsSaysSo() {
        const std::vector<std::string> positions{"RA", "DEC", "GLON", "GLAT"};
        m_window->session().setData(std::make_shared<const Catalog>(m_catalog->withoutColumns(positions)), m_model,
                                    m_latents);
        ViewPanel* panel = m_window->views().panel(m_window->views().add(m_window->views().sky()));
        QTRY_VERIFY(panel->isVisible());
        QVERIFY2(panel->problem().startsWith(QStringLiteral("This catalogue has no positions")),
                 qPrintable(panel->problem()));
    }

    void everyKindOpensInADockAndIsTakenBackByUndo() {
        ViewManager& views = m_window->views();
        ViewState histogram, corner, table;
        histogram.kind = "histogram";
        histogram.columns = {"M_H"};
        corner.kind = "corner";
        table.kind = "table";
        for (const ViewState& view : {views.scatter(), views.kiel(), views.alpha(false), views.alpha(true), views.sky(),
                                      histogram, corner, table}) {
            const std::string id = views.add(view);
            ViewPanel* panel = views.panel(id);
            QVERIFY(panel);
            QTRY_VERIFY(panel->isVisible());
            QVERIFY2(panel->problem().isEmpty(), qPrintable(panel->problem()));
            test::savePicture(*m_window, view.kind + "-" + id);
        }
        QCOMPARE(views.views().size(), std::size_t{8});
        for (int left = 7; left >= 0; --left) {
            m_window->session().undo().undo();
            QCOMPARE(views.views().size(), static_cast<std::size_t>(left));
        }
        m_window->session().undo().redo();
        QCOMPARE(views.views().size(), std::size_t{1});
        QVERIFY(views.panel(views.views()[0].id));
    }

    void aTableWritesTheRowsItShowsInTheirOrder() {
        SelectionStore& store = m_window->session().selections();
        store.add({"cool", 0xFF009E73, true, ExpressionShape{"TEFF < 4500"}}, QStringLiteral("add"));
        QTRY_VERIFY(store.stars(0));
        store.setCurrent(0);
        ViewState table;
        table.kind = "table";
        table.flipX = true; // only the current selection
        table.sorted = "TEFF";
        table.descending = true;
        ViewManager& views = m_window->views();
        auto* panel = qobject_cast<TablePanel*>(views.panel(views.add(table)));
        QTRY_VERIFY(panel->isVisible());
        const std::size_t stars = store.stars(0)->count();
        QTRY_COMPARE(panel->view().model()->rowCount(), static_cast<int>(stars));
        QSignalSpy written(panel, &TablePanel::exported);
        QTest::mouseClick(panel->findChild<QPushButton*>(QStringLiteral("exportRows")), Qt::LeftButton);
        QTRY_VERIFY(panel->findChild<QFileDialog*>(QStringLiteral("rowsFile")));
        auto* files = panel->findChild<QFileDialog*>(QStringLiteral("rowsFile"));
        auto* line = files->findChild<QLineEdit*>(QStringLiteral("fileNameEdit"));
        files->setDirectory(QString::fromStdString(m_folder.path().string()));
        line->selectAll();
        QTest::keyClicks(line, QStringLiteral("rows.csv"));
        QTest::mouseClick(files->findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Save), Qt::LeftButton);
        QVERIFY(written.wait(20000));
        const InputTable rows = readInputTable((m_folder / "rows.csv").string());
        QCOMPARE(rows.rows, stars);
        const std::vector<double> teff = rows.column(*rows.find("TEFF"));
        QVERIFY(std::ranges::is_sorted(teff, std::greater<>()));
        QVERIFY(teff.front() < 4500);
        QVERIFY(rows.find("z1"));
        QCOMPARE(rows.sourceIds.size(), stars);
    }

    void whatIsDrawnInAKielDiagramIsSelectedInTemperatureAndGravity() {
        ViewManager& views = m_window->views();
        auto* panel = qobject_cast<ScatterPanel*>(views.panel(views.add(views.kiel())));
        QVERIFY(panel);
        QTRY_VERIFY(panel->view().starsInView() > 1000);
        ScatterView& view = panel->view();
        QVERIFY(view.xAxis().flipped && view.yAxis().flipped);
        QTest::keyClick(&view, Qt::Key_R);
        const QRect area = view.plotArea();
        QTest::mousePress(&view, Qt::LeftButton, {}, area.center());
        QTest::mouseMove(&view, area.bottomRight() - QPoint(10, 10));
        QTest::mouseRelease(&view, Qt::LeftButton, {}, area.bottomRight() - QPoint(10, 10));
        SelectionStore& store = m_window->session().selections();
        QCOMPARE(store.list().size(), std::size_t{1});
        const auto shape = std::get<RectangleShape>(store.list()[0].definition.shape);
        QCOMPARE(shape.axes.x, std::string("TEFF"));
        QCOMPARE(shape.axes.y, std::string("LOGG"));
        QTRY_VERIFY(store.stars(0));
        QVERIFY(store.count(0) > 0 && store.count(0) < 2000);
    }

    void aFormulaTypedOnAnAxisIsDrawnAndAWrongOneIsToldAtItsCharacter() {
        ViewManager& views = m_window->views();
        const std::string id = views.add(views.scatter());
        auto* panel = qobject_cast<ScatterPanel*>(views.panel(id));
        ColumnList* x = panel->findChildren<ColumnList*>().front();
        x->setFocus();
        x->lineEdit()->selectAll();
        QTest::keyClicks(x->lineEdit(), QStringLiteral("sqrt(z1^2+z2^2)"));
        QTest::keyClick(x->lineEdit(), Qt::Key_Return);
        QCOMPARE(views.views()[0].columns[0], std::string("sqrt(z1^2+z2^2)"));
        QTRY_VERIFY(panel->view().starsInView() > 1000);
        QVERIFY(panel->view().xAxis().lower > -1);
        x->lineEdit()->selectAll();
        QTest::keyClicks(x->lineEdit(), QStringLiteral("z1 + + nonsense"));
        QTest::keyClick(x->lineEdit(), Qt::Key_Return);
        QVERIFY(x->toolTip().contains(QStringLiteral("nonsense")));
        m_window->session().undo().undo();
        QCOMPARE(views.views()[0].columns[0], std::string("sqrt(z1^2+z2^2)"));
    }

    void aRangeOfAHistogramIsASelectionThatTheTableCanShowAlone() {
        ViewManager& views = m_window->views();
        ViewState histogram, table;
        histogram.kind = "histogram";
        histogram.columns = {"M_H"};
        auto* panel = qobject_cast<HistogramPanel*>(views.panel(views.add(histogram)));
        QTRY_VERIFY(panel->isVisible());
        HistogramView& view = panel->view();
        const QPoint middle = view.rect().center();
        QTest::keyClick(&m_window->map(), Qt::Key_B); // the tool of every view
        QTest::mousePress(&view, Qt::LeftButton, {}, middle - QPoint(60, 0));
        QTest::mouseMove(&view, middle + QPoint(60, 0));
        QTest::mouseRelease(&view, Qt::LeftButton, {}, middle + QPoint(60, 0));
        SelectionStore& store = m_window->session().selections();
        QCOMPARE(store.list().size(), std::size_t{1});
        QTRY_VERIFY(store.stars(0) && store.count(0) > 0);
        table.kind = "table";
        table.flipX = true;
        auto* rows = qobject_cast<TablePanel*>(views.panel(views.add(table)));
        QTRY_COMPARE(static_cast<std::size_t>(rows->view().stars().rowCount()), store.count(0));
        QTest::keyClick(&view, Qt::Key_P);
        QVERIFY(m_window->map().tool() == PlotTool::Pan);
    }

private:
    test::TemporaryFolder m_folder;
};

} // namespace zscape

QTEST_MAIN(zscape::ViewsWindowTest)
#include "views_window_test.moc"
