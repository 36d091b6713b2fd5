// The window as a person uses it: real files, real jobs on their threads, real mouse and key events.
#include "app/window/latent_controller.h"
#include "app/window/main_window.h"
#include "app/window/view_manager.h"
#include "core/base/embedded.h"
#include "core/catalog/released_layout.h"
#include "core/mock/mock_catalog.h"
#include "tests/app/own_cache.h"
#include "tests/support/temporary_folder.h"
#include "widgets/scatter_view.h"
#include "widgets/spectrum_view.h"

#include <QComboBox>
#include <QDockWidget>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

#include <cmath>
#include <fstream>
#include <memory>

namespace zscape {

class WindowTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() {
        applyTheme(*qApp, Theme::Light);
        writeReleasedCatalog(generateMockCatalog({2000, 3, 0}), path("mock.h5"));
        writeReleasedCatalog(generateMockCatalog({300, 4, 0}), path("small.h5"));
        saveModel(loadModelImage(embeddedDemoModel(), "the demo model"), path("model.h5"));
    }

    void showsAllStarsInLatentSpaceColouredByALabel() {
        const auto window = openWindow();
        QCOMPARE(window->session().latents()->rows, std::size_t{2000});
        const auto* x = window->findChild<QComboBox*>(QStringLiteral("xColumn"));
        QVERIFY(x->currentData().toString().startsWith(QStringLiteral("z")));
        QCOMPARE(window->findChild<QComboBox*>(QStringLiteral("colourColumn"))->currentData().toString(),
                 QStringLiteral("M_H"));
        QTRY_VERIFY(window->map().starsInView() > 1900);
    }

    void aPanelThatIsFloatedIsSeenToFloat() {
        const auto window = openWindow();
        QDockWidget* dock = window->panel(QStringLiteral("star"));
        const QPoint before = dock->mapToGlobal(QPoint());
        auto* button = dock->titleBarWidget()->findChild<QToolButton*>();
        QTest::mouseClick(button, Qt::LeftButton);
        QVERIFY(dock->isFloating());
        QVERIFY(dock->mapToGlobal(QPoint()) != before);
        QVERIFY(QTest::qWaitForWindowExposed(dock));
        const QImage picture = dock->grab().toImage();
        const QColor frame = dock->palette().color(QPalette::Mid);
        QCOMPARE(picture.pixelColor(0, picture.height() / 2), frame);
        QCOMPARE(picture.pixelColor(picture.width() - 1, picture.height() / 2), frame);
        QTest::mouseClick(button, Qt::LeftButton);
        QVERIFY(!dock->isFloating());
    }

    void draggingTheHandleChangesTheSpectrumInTheSameEvent() {
        const auto window = openWindow();
        const std::vector<float> before = window->controller().latent();
        const std::vector<double> fluxBefore = window->controller().generated().flux;
        ScatterView& map = window->map();
        const QPoint from = map.toWidget(*map.handle()).toPoint();
        QTest::mousePress(&map, Qt::LeftButton, {}, from);
        QTest::mouseMove(&map, from + QPoint(40, -30));
        // No event loop has run since: the frame is complete.
        QVERIFY(window->controller().latent() != before);
        QVERIFY(window->controller().generated().flux != fluxBefore);
        QTest::mouseRelease(&map, Qt::LeftButton, {}, from + QPoint(40, -30));
        int moved = 0;
        for (std::size_t k = 0; k < before.size(); ++k) {
            moved += window->controller().latent()[k] != before[k];
        }
        QCOMPARE(moved, 2); // the two latents on the axes, no other
    }

    void aClickPicksTheStarAndShowsItsReconstruction() {
        const auto window = openWindow();
        const QSignalSpy picked(&window->controller(), &LatentController::starPicked);
        const QPoint at = pixelOfRow(*window, 42).toPoint();
        QTest::mouseClick(&window->map(), Qt::LeftButton, {}, at);
        QCOMPARE(picked.count(), 1);
        const std::size_t row = *window->controller().pickedStar();
        const auto latent = window->session().latents()->muView().row(row);
        QVERIFY(std::equal(latent.begin(), latent.end(), window->controller().latent().begin()));
        const QPointF distance = pixelOfRow(*window, row) - at;
        QVERIFY(std::hypot(distance.x(), distance.y()) <= 1.5); // the click's own pixel
    }

    void anUnreadableFileGivesOneSentenceAndKeepsWhatWasOpen() {
        const auto window = openWindow();
        window->setErrorsQuiet(true);
        QSignalSpy failed(&window->session(), &Session::failed);
        std::ofstream(path("text.h5")) << "not HDF5";
        window->session().openCatalog(path("text.h5"));
        QVERIFY(failed.wait(10000));
        QCOMPARE(failed.count(), 1);
        QVERIFY(failed.front().front().toString().contains(QStringLiteral("text.h5")));
        QCOMPARE(window->session().catalog()->rows(), std::size_t{2000});
        QVERIFY(window->session().latents());
    }

    void cancelStopsAJobAndKeepsWhatWasOpen() {
        const auto window = openWindow();
        window->session().openDemo();
        QVERIFY(!window->isIdle());
        auto* cancel = window->findChild<QPushButton*>(QStringLiteral("cancelJob"));
        QVERIFY(cancel->isVisibleTo(window.get()));
        QTest::mouseClick(cancel, Qt::LeftButton);
        QTRY_VERIFY(window->isIdle());
        QCOMPARE(window->session().catalog()->rows(), std::size_t{2000});
    }

    void closingWhileAJobRunsEndsCleanly() {
        auto window = openWindow();
        window->session().openDemo();
        QVERIFY(!window->isIdle());
        window.reset(); // joins the job's thread: a crash or a hang fails the test
        QCoreApplication::sendPostedEvents();
    }

    void openingAnotherFileWhileOneIsOpeningShowsTheLast() {
        const auto window = openWindow();
        QSignalSpy changed(&window->session(), &Session::changed);
        window->session().openDemo();
        window->session().openCatalog(path("small.h5"));
        QTRY_COMPARE_WITH_TIMEOUT(changed.count(), 1, 30000);
        QCOMPARE(window->session().catalog()->rows(), std::size_t{300});
    }

    void aModelOfOtherSizesStaysOpenWithoutLatentsAndSaysWhy() {
        const auto window = openWindow();
        window->setErrorsQuiet(true);
        window->setMapColumns(QStringLiteral("z5"), QStringLiteral("z6"), QString());
        Architecture other;
        other.inputSize = 106;
        other.latentSize = 2;
        saveModel(initialModel(other, 1), path("other.h5"));
        const QSignalSpy changed(&window->session(), &Session::changed);
        QSignalSpy failed(&window->session(), &Session::failed);
        window->session().openModel(path("other.h5"), {});
        QTRY_COMPARE_WITH_TIMEOUT(changed.count(), 1, 30000);
        QCOMPARE(failed.count(), 1);
        QVERIFY(!window->session().latents());
        QCOMPARE(window->controller().latent().size(), std::size_t{2});
        // Stars are still there to pick: their observed spectra need no model.
        window->controller().pickStar(7);
        QCOMPARE(*window->controller().pickedStar(), std::size_t{7});
    }

    /// 1440 x 900 is a laptop's screen. Panels share tabs, and the one that was opened last is in front.
    void openingEveryPanelKeepsTheWindowOnTheScreen() {
        MainWindow window(Theme::Light);
        window.resize(1440, 900);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        window.session().open(path("small.h5"), path("model.h5"), {});
        QTRY_VERIFY_WITH_TIMEOUT(window.session().latents() && window.isIdle(), 30000);
        const int mapWidth = window.map().width();
        const int spectrumWidth = window.spectrum().width();
        QVERIFY2(spectrumWidth > 400, qPrintable(QString::number(spectrumWidth))); // as it was laid out, not squeezed
        for (const char* kind : {"histogram", "corner", "table"}) {
            ViewState view;
            view.kind = kind;
            if (view.kind == "histogram") view.columns = {"z1"};
            window.views().add(view);
        }
        for (QDockWidget* dock : window.findChildren<QDockWidget*>(Qt::FindDirectChildrenOnly)) {
            QAction* toggle = dock->toggleViewAction();
            if (toggle->isChecked()) continue;
            toggle->trigger();
            QTRY_VERIFY2(!dock->visibleRegion().isEmpty(), qPrintable(dock->windowTitle()));
        }
        QCoreApplication::processEvents();
        QCOMPARE(window.size(), QSize(1440, 900));
        // What opened has taken nothing from the sides, and the map keeps the larger part of the middle.
        QVERIFY(window.map().width() >= mapWidth);
        QVERIFY(window.spectrum().width() > 400);
        QVERIFY2(window.map().height() > 350, qPrintable(QString::number(window.map().height())));
    }

    /// 1366 x 768 is the smallest screen that is still sold. Tall panels scroll.
    void everyPanelFitsASmallLaptop() {
        MainWindow window(Theme::Light);
        window.resize(1366, 768);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        window.session().open(path("small.h5"), path("model.h5"), {});
        QTRY_VERIFY_WITH_TIMEOUT(window.session().latents() && window.isIdle(), 30000);
        window.controller().pickStar(3);
        window.views().add(window.views().ofKind("corner"));
        window.views().add(window.views().sky());
        for (QDockWidget* dock : window.findChildren<QDockWidget*>(Qt::FindDirectChildrenOnly)) {
            if (!dock->toggleViewAction()->isChecked()) dock->toggleViewAction()->trigger();
        }
        for (const char* id : {"tracks", "traverse", "dropped", "star", "training", "selectionSpectra", "view-1"}) {
            QDockWidget* dock = window.panel(QLatin1String(id));
            QVERIFY2(dock, id);
            dock->raise();
            QTRY_VERIFY2(!dock->visibleRegion().isEmpty(), id);
            QCoreApplication::sendPostedEvents(nullptr, QEvent::LayoutRequest);
            QCOMPARE(window.size(), QSize(1366, 768));
            const QSize least = window.minimumSizeHint();
            QVERIFY2(least.height() <= 768 && least.width() <= 1366,
                     qPrintable(QStringLiteral("%1: %2 x %3").arg(id).arg(least.width()).arg(least.height())));
        }
        // What is below the fold is reached by Tab: the panel follows the focus.
        window.panel(QStringLiteral("tracks"))->raise();
        auto* draw = window.findChild<QWidget*>(QStringLiteral("drawTrack"));
        auto* parameters = window.findChild<QWidget*>(QStringLiteral("trackParameters"));
        QTRY_VERIFY(window.findChild<QWidget*>(QStringLiteral("trackKinds"))->isVisible());
        const int before = parameters->visibleRegion().boundingRect().height();
        QVERIFY(before < parameters->height());
        window.activateWindow();
        draw->setFocus();
        QTest::keyClick(draw, Qt::Key_Tab); // to the button that clears
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
        QVERIFY(parameters->hasFocus());
        QTRY_VERIFY(parameters->visibleRegion().boundingRect().height() > before);
    }

    void bothThemesPaintEveryPart() {
        const auto window = openWindow();
        const QImage light = window->grab().toImage();
        window->setTheme(Theme::Dark);
        const QImage dark = window->grab().toImage();
        QVERIFY(light.pixelColor(light.width() / 2, 200).lightness() > 128);
        const QRect map(window->map().mapTo(window.get(), QPoint(0, 0)), window->map().size());
        QVERIFY(dark.pixelColor(map.left() + 4, map.top() + 4).lightness() < 60);
    }

private:
    /// Where a star is drawn on the map while latents stand on its axes.
    static QPointF pixelOfRow(MainWindow& window, std::size_t row) {
        const auto latentOf = [&](const char* list) {
            const QString id = window.findChild<QComboBox*>(QString::fromLatin1(list))->currentData().toString();
            return window.session().latents()->muView().row(row)[id.mid(1).toUInt() - 1];
        };
        return window.map().toWidget(QPointF(latentOf("xColumn"), latentOf("yColumn")));
    }

    std::filesystem::path path(const std::string& name) const { return m_folder / name; }

    std::unique_ptr<MainWindow> openWindow() {
        auto window = std::make_unique<MainWindow>(Theme::Light);
        window->resize(1400, 880);
        window->show();
        QSignalSpy changed(&window->session(), &Session::changed);
        window->session().open(path("mock.h5"), path("model.h5"), {});
        if (!changed.wait(30000)) qFatal("the window did not open its files");
        return window;
    }

    test::TemporaryFolder m_folder;
};

} // namespace zscape

int main(int argc, char** argv) {
    return zscape::test::runWithOwnCache<zscape::WindowTest>(argc, argv);
}

#include "window_test.moc"
