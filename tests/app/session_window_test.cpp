// Session files, with the real window: what was saved comes back, what is damaged or gone is told.
#include "app/window/latent_controller.h"
#include "app/window/main_window.h"
#include "app/window/selection_store.h"
#include "app/window/session_controller.h"
#include "app/window/star_spectrum_panel.h"
#include "app/window/view_manager.h"
#include "app/window/view_panels.h"
#include "core/base/error.h"
#include "tests/app/session_example.h"
#include "widgets/spectrum_view.h"
#include "widgets/star_table_view.h"

#include <QComboBox>
#include <QDockWidget>
#include <QUndoStack>

namespace zscape {

class SessionWindowTest : public test::SessionExample {
    Q_OBJECT
private slots:
    void initTestCase() { makeExample(); }

    void everythingComesBack() {
        const auto window = opened(path("data/work.zscape"));
        QCOMPARE(window->session().catalog()->rows(), std::size_t{500});
        QCOMPARE(window->mapColumns(), std::pair(QStringLiteral("TEFF"), QStringLiteral("LOGG")));
        QCOMPARE(window->mapColour(), QStringLiteral("ALPHA_M"));
        SelectionStore& store = window->session().selections();
        QCOMPARE(store.list().size(), std::size_t{1});
        QCOMPARE(store.list()[0].name, std::string("cool"));
        QTRY_VERIFY(store.stars(0) && store.count(0) > 0);
        QCOMPARE(window->views().views().size(), std::size_t{1});
        QCOMPARE(window->views().views()[0].title, std::string("Kiel diagram"));
        QVERIFY(window->views().panel(window->views().views()[0].id));
        QCOMPARE(window->session().picked(), std::optional<std::size_t>(7));
        QCOMPARE(window->controller().latent(), m_latent);
    }

    void everythingTheUserCanSetComesBack() {
        SessionContent saved;
        {
            const auto window = opened(path("data/work.zscape"));
            window->map().setDrawMode(DrawMode::Density);
            ViewState map = window->mapState();
            map.reduction = static_cast<int>(Reduction::Median);
            map.pointSize = 5;
            map.logY = map.flipColour = true;
            map.ranges = {4000, 5500, 1.5, 4.5};
            window->setMapState(map);
            QCOMPARE(window->mapState(), map);
            window->setSpectrumSettings({1, 2, false, {3}, {}, {}});
            Selection hot;
            hot.name = "hot";
            hot.colour = 0xff123456;
            hot.visible = false;
            hot.definition.shape = ExpressionShape{"TEFF > 6000"};
            window->session().selections().add(hot, QStringLiteral("add"));
            ViewState formula = window->views().scatter();
            formula.columns = {"J-H", "sqrt(z1^2+z2^2)"};
            formula.mode = static_cast<int>(DrawMode::Contour);
            formula.logColour = true;
            window->views().add(formula);
            ViewState histogram = window->views().ofKind("histogram");
            histogram.columns = {"TEFF"};
            histogram.bins = 37;
            histogram.logY = true;
            const std::string histogramId = window->views().add(histogram);
            ViewState table = window->views().ofKind("table");
            table.sorted = "LOGG";
            table.descending = true;
            window->views().add(table);
            window->views().add(window->views().ofKind("corner"));
            window->views().add(window->views().sky());
            ViewState spectrum = window->views().ofKind("spectrum");
            QCOMPARE(spectrum.star, std::optional(window->session().catalog()->sourceIds()[7]));
            spectrum.spectrum.mode = 1;
            spectrum.spectrum.residual = 0;
            spectrum.spectrum.hiddenLines = {2};
            auto& held = dynamic_cast<StarSpectrumPanel&>(*window->views().panel(window->views().add(spectrum)));
            QTRY_VERIFY(held.isVisible());
            held.view().coefficientPlot().setChosenRanges({std::pair(3.0, 20.0), {}, std::pair(-1.0, 2.0)});
            window->spectrum().fluxPlot().setChosenRanges({std::pair(500.0, 700.0), std::pair(0.0, 3e-16), {}});
            window->panel(QStringLiteral("view-") + QString::fromStdString(histogramId))->setFloating(true);
            window->panel(QStringLiteral("star"))->hide();
            window->panel(QStringLiteral("tracks"))->show();
            auto& kiel = dynamic_cast<ScatterPanel&>(*window->views().panel("1"));
            kiel.window()->show();
            window->panel(QStringLiteral("view-1"))->raise();
            QTRY_VERIFY(kiel.isVisible());
            AxisRange x = kiel.view().xAxis();
            x.lower = 4800;
            x.upper = 5200;
            kiel.view().setAxes(x, kiel.view().yAxis());
            window->session().selections().setCurrent(0);
            QVERIFY(window->sessionFiles().saveTo(path("data/set.zscape")));
            saved = window->sessionFiles().content();
        }
        const auto window = opened(path("data/set.zscape"));
        const SessionContent now = window->sessionFiles().content();
        QCOMPARE(now.map, saved.map);
        QVERIFY(now.selections == saved.selections);
        QCOMPARE(now.currentSelection, std::optional<std::size_t>(0));
        QCOMPARE(now.views, saved.views);
        QCOMPARE(now.spectrum.hiddenLines, std::vector<int>{3});
        QVERIFY(now.spectrum.flux.x == std::optional(std::pair(500.0, 700.0)));
        QVERIFY(now.spectrum.flux == saved.spectrum.flux);
        QVERIFY(saved.views.back().spectrum.coefficients.below == std::optional(std::pair(-1.0, 2.0)));
        QCOMPARE(window->map().drawMode(), DrawMode::Density);
        QCOMPARE(window->map().xAxis().lower, 4000.0);
        QVERIFY(window->map().yAxis().logarithmic);
        QCOMPARE(window->map().rasterStyle().pointSize, 5);
        QCOMPARE(window->spectrum().mode(), SpectrumMode::Coefficients);
        QVERIFY(!window->spectrum().linesVisible());
        QVERIFY(window->panel(QStringLiteral("tracks"))->isVisible());
        QVERIFY(!window->panel(QStringLiteral("star"))->isVisible());
        QVERIFY(window->panel(QStringLiteral("view-3"))->isFloating());
        window->panel(QStringLiteral("view-1"))->raise();
        auto& kiel = dynamic_cast<ScatterPanel&>(*window->views().panel("1"));
        QTRY_COMPARE(kiel.view().xAxis().lower, 4800.0);
        QCOMPARE(kiel.view().xAxis().upper, 5200.0);
        window->panel(QStringLiteral("view-4"))->raise();
        auto& table = dynamic_cast<TablePanel&>(*window->views().panel("4"));
        QTRY_VERIFY(table.isVisible());
        const auto& logg = *window->session().table()->values("LOGG");
        QVERIFY(logg[table.view().stars().starOf(0)] > logg[table.view().stars().starOf(1)]);
    }

    void settingsOfMapAndSpectrumAreUndone() {
        const auto window = opened(path("data/work.zscape"));
        QUndoStack& undo = window->session().undo();
        const ViewState first = window->mapState();
        auto* x = window->findChild<QComboBox*>(QStringLiteral("xColumn"));
        x->setFocus();
        QTest::keyClick(x, Qt::Key_Down);
        const int before = undo.count() - 1; // the session's own history
        QCOMPARE(undo.index(), before + 1);
        QVERIFY(window->mapState().columns != first.columns);
        window->map().setFocus();
        QTest::keyClick(&window->map(), Qt::Key_D);
        QCOMPARE(window->mapState().mode, static_cast<int>(DrawMode::Density));
        QCOMPARE(window->findChild<QComboBox*>(QStringLiteral("drawMode"))->currentText(), QStringLiteral("density"));
        window->spectrum().setMode(SpectrumMode::Coefficients);
        QCOMPARE(undo.count(), before + 3);
        for (int i = 0; i < 3; ++i) {
            QTest::keyClick(window.get(), Qt::Key_Z, Qt::ControlModifier);
        }
        QCOMPARE(undo.index(), before);
        QCOMPARE(window->mapState().columns, first.columns);
        QCOMPARE(window->map().drawMode(), DrawMode::Scatter);
        QCOMPARE(window->spectrum().mode(), SpectrumMode::Flux);
        QTest::keyClick(window.get(), Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(window->mapState().columns != first.columns);
    }

    void aMovedFolderKeepsItsSession() {
        std::filesystem::copy(path("data"), path("moved"));
        const auto window = opened(path("moved/work.zscape"));
        QCOMPARE(window->session().catalog()->path(), path("moved/stars.h5"));
    }

    void aFileThatIsGoneIsAskedFor() {
        std::filesystem::create_directories(path("gone"));
        std::filesystem::copy_file(path("data/work.zscape"), path("gone/work.zscape"));
        std::filesystem::copy_file(path("data/model.h5"), path("gone/model.h5"));
        MainWindow window(Theme::Light);
        QString asked;
        window.sessionFiles().locate = [&](const QString& missing) {
            asked = missing;
            return QString::fromStdString(path("data/others.h5").string());
        };
        QSignalSpy restored(&window.sessionFiles(), &SessionController::restored);
        QSignalSpy failed(&window.session(), &Session::failed);
        window.sessionFiles().open(path("gone/work.zscape"));
        QTRY_COMPARE_WITH_TIMEOUT(restored.size(), 1, 30000);
        QVERIFY(asked.endsWith(QStringLiteral("gone/stars.h5")));
        QCOMPARE(window.session().catalog()->rows(), std::size_t{400});
        // These are other stars, and it says so; the selection's definition is there all the same.
        QTRY_COMPARE(failed.size(), 1); // they are hashed aside
        QVERIFY(failed[0][0].toString().contains(QStringLiteral("other stars")));
        QCOMPARE(window.session().selections().list().size(), std::size_t{1});
    }

    void aNewerFileOpensAsFarAsItIsKnown() {
        std::string text = read(path("data/work.zscape"));
        text.replace(text.find("\"version\": 1"), 12, "\"version\": 9");
        text.replace(text.find("\"views\": ["), 10, "\"views\": 5, \"old\": [");
        write(path("data/newer.zscape"), text);
        const ReadSession session = readSession(path("data/newer.zscape"));
        QCOMPARE(session.problems.size(), std::size_t{2});
        QVERIFY(session.problems[0].find("newer Zscape") != std::string::npos);
        QVERIFY(session.problems[1].find("views") != std::string::npos);
        QCOMPARE(session.content.selections.size(), std::size_t{1});
        QVERIFY(session.content.views.empty());
    }

    void whatIsNoSessionIsToldInOneSentence() {
        const std::string whole = read(path("data/work.zscape"));
        for (const std::string& text : {std::string(), std::string("{}"), std::string("[1, 2"), whole.substr(0, 20)}) {
            write(path("data/bad.zscape"), text);
            QVERIFY_EXCEPTION_THROWN(readSession(path("data/bad.zscape")), Error);
        }
        MainWindow window(Theme::Light);
        QSignalSpy failed(&window.session(), &Session::failed);
        window.sessionFiles().open(path("data/bad.zscape"));
        QCOMPARE(failed.size(), 1);
        QVERIFY(!window.session().catalog());
    }

    void aFolderThatCannotBeWrittenIsToldAndTheFormerFileStays() {
        const auto window = opened(path("data/work.zscape"));
        QSignalSpy failed(&window->session(), &Session::failed);
        QVERIFY(!window->sessionFiles().saveTo(path("no such folder/work.zscape")));
        QCOMPARE(failed.size(), 1);
        QVERIFY(window->sessionFiles().saveTo(path("data/again.zscape")));
        // But for the arrangement: a window that was shown once has its sizes in other places.
        const SessionContent before = readSession(path("data/work.zscape")).content;
        const SessionContent after = readSession(path("data/again.zscape")).content;
        QVERIFY(after.catalog == before.catalog && after.model == before.model);
        QVERIFY(after.selections == before.selections && after.views == before.views);
        QVERIFY(after.latent == before.latent && after.pickedStar == before.pickedStar);
    }
};

} // namespace zscape

int main(int argc, char** argv) {
    return zscape::test::runWithOwnData<zscape::SessionWindowTest>(argc, argv);
}

#include "session_window_test.moc"
