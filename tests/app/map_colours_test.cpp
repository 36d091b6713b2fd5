// The colours of the map and of scatter views, as a person sets them: which map, range and scaling, of what.
#include "app/figure/view_figure.h"
#include "app/window/column_list.h"
#include "app/window/figure_sources.h"
#include "app/window/main_window.h"
#include "app/window/selection_store.h"
#include "app/window/session_file.h"
#include "app/window/view_manager.h"
#include "app/window/view_panels.h"
#include "tests/app/mock_window.h"
#include "tests/support/temporary_folder.h"
#include "widgets/scatter_view.h"
#include "widgets/sky_view.h"

#include <QAction>
#include <QDialog>
#include <QDialogButtonBox>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QTest>
#include <QUndoStack>

#include <qcustomplot.h>

#include <fstream>
#include <iterator>
#include <memory>
#include <optional>

namespace zscape {

class MapColoursTest : public test::MockWindow {
    Q_OBJECT
private slots:
    void initTestCase() { makeStars(); }
    void init() { openActiveWindow({1600, 980}); }
    void cleanup() { m_window.reset(); }

    void mapRangeAndScalingOfTheColoursAreChosenInTheMenu() {
        ScatterView& map = m_window->map();
        const auto labels = *m_window->session().table()->values("M_H");
        const ValueRange usual = percentileRange(labels, 1, 99), all = percentileRange(labels, 0, 100);
        QCOMPARE(map.colourScale().lower, usual.lower);
        const ViewState before = m_window->mapState();
        choose(*m_window, "colourMap-magma");
        QCOMPARE(map.colourScale().map, ColourMapName::Magma);
        choose(*m_window, "colourRange-0");
        QCOMPARE(map.colourScale().lower, all.lower);
        QCOMPARE(map.colourScale().upper, all.upper);
        choose(*m_window, "colourScaling-root");
        QCOMPARE(map.colourScale().power, 0.5);
        choose(*m_window, "countScaling-1");
        QVERIFY(!map.rasterStyle().countLogarithmic);
        QCOMPARE(map.rasterStyle().countPower, 0.5);
        choose(*m_window, "typeColourEnds");
        auto* dialog = m_window->findChild<QDialog*>(QStringLiteral("colourEnds"));
        QVERIFY(dialog);
        const auto put = [&](const char* name, const QString& text) {
            auto* line = dialog->findChild<QLineEdit*>(QLatin1String(name));
            line->selectAll();
            QTest::keyClicks(line, text);
        };
        put("lowerEnd", QStringLiteral("0.5"));
        put("upperEnd", QStringLiteral("-1"));
        auto* ok = dialog->findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Ok);
        QVERIFY(!ok->isEnabled());
        put("upperEnd", QStringLiteral("0.75"));
        QTest::mouseClick(ok, Qt::LeftButton);
        QCOMPARE(map.colourScale().lower, 0.5);
        QCOMPARE(map.colourScale().upper, 0.75);
        // The figure, the session and undo have all of it.
        const FigureSource source = figureOfView(*m_window, "map");
        const std::string command = source.make(figureInput(*m_window), {}, {}).origin.command;
        QVERIFY2(command.find(" --cmap magma --crange 0.5 0.75 --cpower 0.5") != std::string::npos, command.c_str());
        SessionContent content;
        content.map = m_window->mapState();
        writeSession(m_folder / "colours.zscape", content);
        QCOMPARE(m_window->session().undo().count(), 5);
        for (int i = 0; i < 5; ++i) {
            m_window->session().undo().undo();
        }
        QCOMPARE(m_window->mapState(), before);
        QCOMPARE(map.colourScale().upper, usual.upper);
        const ViewState saved = readSession(m_folder / "colours.zscape").content.map;
        m_window->setMapState(saved);
        QCOMPARE(map.colourScale().map, ColourMapName::Magma);
        QCOMPARE(map.colourScale().upper, 0.75);
        QCOMPARE(m_window->mapState().colourPower, 0.5);
        // Typed ends are of the column that they were typed for.
        type(*m_window->findChild<ColumnList*>(QStringLiteral("colourColumn")), QStringLiteral("TEFF"));
        QVERIFY(map.colourScale().lower > 1000);
        QCOMPARE(map.colourScale().map, ColourMapName::Magma);
    }

    void theMapOfColoursGoesByTheQuantityUnlessOneIsChosen() {
        ScatterView& map = m_window->map();
        const auto* automatic = m_window->findChild<QAction*>(QStringLiteral("colourMap-automatic"));
        auto* list = m_window->findChild<ColumnList*>(QStringLiteral("colourColumn"));
        QVERIFY(automatic->isChecked());
        QCOMPARE(map.colourScale().map, ColourMapName::Viridis); // of [M/H]
        QVERIFY2(automatic->text().contains(QStringLiteral("viridis")), qPrintable(automatic->text()));
        // A difference of two abundances, in units of an error: zero says that they agree.
        const QString difference = QStringLiteral("(M_H - FE_H) / M_H_ERR");
        type(*list, difference);
        const ColourScale scale = map.colourScale();
        QCOMPARE(scale.map, ColourMapName::BlueRed);
        QVERIFY(scale.upper > 0);
        QCOMPARE(scale.lower, -scale.upper);
        QVERIFY2(automatic->text().contains(QStringLiteral("blue-red")), qPrintable(automatic->text()));
        // The figure, and its command, have the same.
        const Figure figure = figureOfView(*m_window, "map").make(figureInput(*m_window), {}, {});
        const auto& bar = figure.panels.front().colourBar;
        QVERIFY(bar && bar->scale.map == ColourMapName::BlueRed);
        QCOMPARE(bar->scale.upper, scale.upper);
        QVERIFY2(figure.origin.command.find(" --cmap bluered ") != std::string::npos, figure.origin.command.c_str());
        // Another quantity, another map; one that is chosen stays.
        type(*list, QStringLiteral("TEFF"));
        QCOMPARE(map.colourScale().map, ColourMapName::Viridis);
        choose(*m_window, "colourMap-cividis");
        type(*list, difference);
        QCOMPARE(map.colourScale().map, ColourMapName::Cividis);
        QVERIFY(!automatic->isChecked());
        choose(*m_window, "colourMap-automatic");
        QCOMPARE(map.colourScale().map, ColourMapName::BlueRed);
        m_window->session().undo().undo();
        QCOMPARE(map.colourScale().map, ColourMapName::Cividis);
        m_window->session().undo().redo();
        // A session has it as it is, and one of before keeps what it stored.
        SessionContent content;
        content.map = m_window->mapState();
        writeSession(m_folder / "automatic.zscape", content);
        QCOMPARE(readSession(m_folder / "automatic.zscape").content.map.colourMap, automaticMap);
        std::ifstream stream(m_folder / "automatic.zscape");
        std::string text{std::istreambuf_iterator<char>(stream), {}};
        const std::string key = "\"colour_map_automatic\": true";
        QVERIFY2(text.find(key) != std::string::npos, text.c_str());
        text.replace(text.find(key), key.size(), "\"bins\": 100");
        std::ofstream(m_folder / "before.zscape") << text;
        QCOMPARE(readSession(m_folder / "before.zscape").content.map.colourMap,
                 static_cast<int>(ColourMapName::Viridis));
    }

    void aDockedViewsMapOfColoursGoesByTheQuantity() {
        ViewManager& views = m_window->views();
        ViewState kiel = views.kiel();
        kiel.colour = "M_H - FE_H";
        auto* panel = qobject_cast<ScatterPanel*>(views.panel(views.add(kiel)));
        QTRY_VERIFY(panel->isVisible());
        QCOMPARE(panel->view().colourScale().map, ColourMapName::BlueRed);
        QCOMPARE(panel->view().colourScale().lower, -panel->view().colourScale().upper);
        QCOMPARE(m_window->map().colourScale().map, ColourMapName::Viridis);
    }

    void theDivergingMapHasZeroInItsMiddle() {
        m_window->setMapColumns({}, {}, QStringLiteral("M_H-0.1"));
        choose(*m_window, "colourMap-blue-red");
        const ColourScale scale = m_window->map().colourScale();
        QVERIFY(scale.upper > 0);
        QCOMPARE(scale.lower, -scale.upper);
    }

    void aDockedViewHasColoursOfItsOwn() {
        ViewManager& views = m_window->views();
        const std::string id = views.add(views.kiel());
        auto* panel = qobject_cast<ScatterPanel*>(views.panel(id));
        QTRY_VERIFY(panel->isVisible());
        choose(*panel, "colourMap-cividis");
        choose(*panel, "colourRange-5");
        const auto labels = *m_window->session().table()->values("M_H");
        QCOMPARE(panel->view().colourScale().map, ColourMapName::Cividis);
        QCOMPARE(panel->view().colourScale().lower, percentileRange(labels, 5, 95).lower);
        QCOMPARE(m_window->map().colourScale().map, ColourMapName::Viridis);
        m_window->session().undo().undo();
        QCOMPARE(panel->view().colourScale().lower, percentileRange(labels, 1, 99).lower);
        SessionContent content;
        content.views = views.snapshot();
        writeSession(m_folder / "docked.zscape", content);
        QCOMPARE(readSession(m_folder / "docked.zscape").content.views[0], views.snapshot()[0]);
        ViewState sky = views.sky();
        sky.columns = {"TEFF/40", "LOGG*10"};
        sky.colour = "M_H";
        auto* map = qobject_cast<SkyPanel*>(views.panel(views.add(sky)));
        QTRY_VERIFY(map->isVisible());
        choose(*map, "colourMap-magma");
        QCOMPARE(map->view().map().colourScale().map, ColourMapName::Magma);
    }

    void theShareOfSelectedStarsHasColoursFromNoneToAll() {
        auto& store = m_window->session().selections();
        store.add({"cool", 0xFF009E73, true, ExpressionShape{"TEFF < 4500"}}, QStringLiteral("add"));
        QTRY_VERIFY(store.stars(0));
        ViewState state = m_window->mapState();
        state.reduction = static_cast<int>(Reduction::Fraction);
        state.pointSize = 4;
        m_window->setMapState(state);
        ScatterView& map = m_window->map();
        map.renderNow();
        // Above a star that is alone on its pixels: nothing or all of it is selected.
        const QCPRange range = map.plot().findChild<QCPColorScale*>()->dataRange();
        QCOMPARE(range.lower, 0.0);
        QCOMPARE(range.upper, 1.0);
    }

    void selectedStarsMayKeepTheColoursOfTheLabel() {
        auto& store = m_window->session().selections();
        ScatterView& map = m_window->map();
        m_window->setMapColumns(QStringLiteral("TEFF"), QStringLiteral("LOGG"), QStringLiteral("M_H"));
        map.renderNow();
        const QImage all = map.grab().toImage();
        store.add({"cool", 0xFFFF00FF, true, ExpressionShape{"TEFF < 5000"}}, QStringLiteral("add"));
        QTRY_VERIFY(store.stars(0));
        map.renderNow();
        auto* bar = map.plot().findChild<QCPColorScale*>();
        QVERIFY(!bar->visible());
        const ViewState before = m_window->mapState();
        choose(*m_window, "selectedByLabel");
        map.renderNow();
        QVERIFY(bar->visible());
        const QImage byLabel = map.grab().toImage();
        // Cool stars as if nothing were selected, the others grey. The axis runs backwards: cool ones at the right.
        const int border = static_cast<int>(map.toWidget({5000, 2}).x());
        const QRect area = map.plotArea();
        int same = 0, grey = 0;
        for (int x = area.left() + 2; x < area.right() - 2; ++x) {
            if (std::abs(x - border) < 6) continue;
            for (int y = area.top() + 30; y < area.bottom() - 30; ++y) {
                const QColor shown = byLabel.pixelColor(x, y);
                QVERIFY(shown != QColor(Qt::magenta));
                if (x > border && all.pixelColor(x, y).saturation() > 60 && shown == all.pixelColor(x, y)) ++same;
                if (x < border && all.pixelColor(x, y).saturation() > 60 && shown.saturation() < 30) ++grey;
            }
        }
        QVERIFY2(same > 500 && grey > 500, qPrintable(QStringLiteral("%1 %2").arg(same).arg(grey)));
        const Figure figure = figureOfView(*m_window, "map").make(figureInput(*m_window), {}, {});
        QVERIFY2(figure.origin.command.find(" --selected label") != std::string::npos, figure.origin.command.c_str());
        QVERIFY(figure.panels.front().colourBar);
        QVERIFY(!figure.panels.front().legend);
        SessionContent content;
        content.map = m_window->mapState();
        writeSession(m_folder / "label.zscape", content);
        QVERIFY(readSession(m_folder / "label.zscape").content.map.selectedByLabel);
        m_window->session().undo().undo();
        QCOMPARE(m_window->mapState().selectedByLabel, before.selectedByLabel);
        QVERIFY(!map.highlightsByLabel());
    }

    void aFigureOfTheCommandLineTakesTheMapByTheQuantity() {
        ViewOptions view;
        view.x = "TEFF";
        view.y = "LOGG";
        const auto scaleOf = [&](const std::string& colour, std::optional<ColourMapName> map) {
            view.colour = colour;
            view.map = map;
            return viewFigure(view, figureInput(*m_window), {}).panels.front().colourBar->scale;
        };
        const ColourScale difference = scaleOf("M_H - FE_H", std::nullopt);
        QCOMPARE(difference.map, ColourMapName::BlueRed);
        QCOMPARE(difference.lower, -difference.upper);
        QCOMPARE(scaleOf("M_H", std::nullopt).map, ColourMapName::Viridis);
        QCOMPARE(scaleOf("M_H - FE_H", ColourMapName::Magma).map, ColourMapName::Magma);
    }

private:
    /// Clicks an entry of one of the menus below a widget.
    void choose(QObject& parent, const char* name) {
        auto* action = parent.findChild<QAction*>(QString::fromLatin1(name));
        QVERIFY2(action, name);
        auto* menu = qobject_cast<QMenu*>(action->parent());
        QVERIFY2(menu, name);
        // From Qt 6.5 on a menu wants the pointer moved before it takes a click.
        QTest::mouseMove(m_window->windowHandle(), QPoint(700, 600));
        menu->popup({20, 20});
        QVERIFY(QTest::qWaitForWindowExposed(menu));
        QTest::mouseClick(menu, Qt::LeftButton, {}, menu->actionGeometry(action).center());
    }

    static void type(ColumnList& list, const QString& text) {
        list.setFocus();
        list.lineEdit()->selectAll();
        QTest::keyClicks(&list, text);
        QTest::keyClick(&list, Qt::Key_Return);
    }

    test::TemporaryFolder m_folder;
};

} // namespace zscape

QTEST_MAIN(zscape::MapColoursTest)
#include "map_colours_test.moc"
