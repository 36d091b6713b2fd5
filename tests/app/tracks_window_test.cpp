// Tracks and traverses, in the whole window with real files, jobs and events.
#include "app/window/generate_controller.h"
#include "app/window/latent_controller.h"
#include "app/window/main_window.h"
#include "app/window/selection_store.h"
#include "app/window/tracks_controller.h"
#include "core/io/table_file.h"
#include "tests/app/explored_window.h"
#include "widgets/scatter_view.h"
#include "widgets/tracks_panel.h"
#include "widgets/traverse_panel.h"

#include <QComboBox>
#include <QDir>
#include <QDockWidget>
#include <QImageReader>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMouseEvent>
#include <QProcess>
#include <QPushButton>
#include <QSignalSpy>
#include <QSlider>
#include <QSpinBox>
#include <QStandardPaths>
#include <QStyleOptionSlider>
#include <QTableWidget>
#include <QTest>
#include <QUndoStack>

#include <memory>

namespace zscape {

class TracksWindowTest : public test::ExploredWindow {
    Q_OBJECT

private slots:
    void initTestCase() {
        makeFiles();
        openWindow({1400, 880});
        m_tracks = m_window->findChild<TracksController*>();
    }
    void cleanupTestCase() { m_window.reset(); }

    void aTickMakesATrackAndItsParametersCanBeEdited() {
        showPanel("tracks");
        auto* kinds = m_window->findChild<QListWidget*>(QStringLiteral("trackKinds"));
        QSignalSpy made(m_tracks, &TracksController::tracksMade);
        kinds->scrollToItem(kinds->item(1));
        kinds->setCurrentRow(1); // the giant branch
        QTest::keyClick(kinds, Qt::Key_Space);
        QVERIFY(made.wait(10000));
        QCOMPARE(m_tracks->tracks().size(), std::size_t{1});
        QCOMPARE(m_tracks->tracks()[0].name, std::string("GB"));
        for (const TrackPoint& point : m_tracks->tracks()[0].points) {
            QVERIFY(point.stars > 0);
        }
        auto* table = m_window->findChild<QTableWidget*>(QStringLiteral("trackParameters"));
        int row = 0;
        while (table->item(row, 0)->text() != QStringLiteral("GB log g points")) {
            ++row;
        }
        table->item(row, 1)->setText(QStringLiteral("6"));
        QVERIFY(made.wait(10000));
        QCOMPARE(m_tracks->tracks()[0].bins, std::size_t{6});
        // What is no use is refused and what was there stays.
        table->item(row, 1)->setText(QStringLiteral("-3"));
        QCOMPARE(table->item(row, 1)->text(), QStringLiteral("6"));
        // Drawn in label space as well.
        m_window->setMapColumns(QStringLiteral("TEFF"), QStringLiteral("LOGG"), QString());
        m_window->map().renderNow();
        m_window->setMapColumns(QStringLiteral("z1"), QStringLiteral("z3"), QString());
    }

    void theSliderMovesTheLatentPointAlongTheTrack() {
        showPanel("traverse");
        QVERIFY(m_tracks->path());
        auto* slider = m_window->findChild<QSlider*>(QStringLiteral("traverseSlider"));
        slider->setFocus();
        QTest::keyClick(slider, Qt::Key_End);
        QCOMPARE(m_window->controller().latent(), m_tracks->path()->at(1));
        QTest::keyClick(slider, Qt::Key_Home);
        QCOMPARE(m_window->controller().latent(), m_tracks->path()->at(0));
        // Playing moves it on its own.
        auto* play = m_window->findChild<QPushButton*>(QStringLiteral("playTraverse"));
        QTest::mouseClick(play, Qt::LeftButton);
        QTRY_VERIFY(slider->value() > 0);
        QTest::mouseClick(play, Qt::LeftButton);
        QVERIFY(!m_tracks->traverse().isPlaying());
    }

    void theSliderIsDraggedWithTheMouse() {
        auto* slider = m_window->findChild<QSlider*>(QStringLiteral("traverseSlider"));
        slider->setValue(0);
        QStyleOptionSlider option;
        option.initFrom(slider);
        option.minimum = slider->minimum();
        option.maximum = slider->maximum();
        const QPoint grip =
            slider->style()->subControlRect(QStyle::CC_Slider, &option, QStyle::SC_SliderHandle, slider).center();
        QTest::mousePress(slider, Qt::LeftButton, {}, grip);
        std::vector<float> before = m_window->controller().latent();
        for (const int share : {30, 60}) {
            const QPoint at(grip.x() + slider->width() * share / 100, grip.y());
            QMouseEvent event(QEvent::MouseMove, at, slider->mapToGlobal(at), Qt::NoButton, Qt::LeftButton, {});
            QApplication::sendEvent(slider, &event);
            QVERIFY(slider->value() > 100);
            QVERIFY(m_window->controller().latent() != before); // within the event
            before = m_window->controller().latent();
            QCOMPARE(before, m_tracks->path()->at(m_tracks->traverse().fraction()));
        }
        QTest::mouseRelease(slider, Qt::LeftButton, {}, grip);
    }

    void twoStarsMakeAStraightLine() {
        m_window->controller().pickStar(5);
        const std::vector<float> first = m_window->controller().latent();
        QTest::mouseClick(m_window->findChild<QPushButton*>(QStringLiteral("keepStart")), Qt::LeftButton);
        m_tracks->traverse().choose(-1, 0, 0);
        m_window->controller().pickStar(9);
        const std::vector<float> second = m_window->controller().latent();
        auto* keepEnd = m_window->findChild<QPushButton*>(QStringLiteral("keepEnd"));
        QTRY_VERIFY(keepEnd->isVisible());
        QTest::mouseClick(keepEnd, Qt::LeftButton);
        QVERIFY(m_tracks->path());
        QCOMPARE(m_tracks->path()->at(1), second);
        if (m_tracks->path()->at(0) != first) { // the start was kept before the line was chosen
            m_window->controller().setLatent(first);
            QTest::mouseClick(m_window->findChild<QPushButton*>(QStringLiteral("keepStart")), Qt::LeftButton);
        }
        QCOMPARE(m_tracks->path()->at(0), first);
    }

    void theSequenceIsExportedAsATableAndAsPictures() {
        m_tracks->writeSpectra(QString::fromStdString(path("line.csv").string()));
        QCOMPARE(readInputTable(path("line.csv").string()).rows, std::size_t{50});
        QSignalSpy written(m_tracks, &TracksController::animationWritten);
        const QString pictures = QString::fromStdString(path("frames.png").string());
        for (QSpinBox* box : m_tracks->traverse().findChildren<QSpinBox*>()) {
            box->setValue(3);
        }
        m_tracks->writeAnimation(pictures);
        QVERIFY(written.wait(20000));
        QCOMPARE(QDir(QFileInfo(pictures).path()).entryList({QStringLiteral("frames_*.png")}).size(), 3);
        const QImage one(QFileInfo(pictures).path() + QStringLiteral("/frames_0001.png"));
        const QImage last(QFileInfo(pictures).path() + QStringLiteral("/frames_0003.png"));
        QVERIFY(!one.isNull());
        QVERIFY(one != last);
    }

    void anAnimationWithoutFfmpegGivesOneSentence() {
        const QByteArray before = qgetenv("PATH");
        qputenv("PATH", QByteArray::fromStdString(path("").string()));
        QSignalSpy failed(&m_window->session(), &Session::failed);
        m_tracks->writeAnimation(QString::fromStdString(path("film.mp4").string()));
        qputenv("PATH", before);
        QCOMPARE(failed.count(), 1);
        QVERIFY(failed.front().front().toString().contains(QStringLiteral("ffmpeg")));
    }

    void filmsOpenWhereFfmpegIs() {
        const QString ffmpeg = QStandardPaths::findExecutable(QStringLiteral("ffmpeg"));
        if (ffmpeg.isEmpty()) QSKIP("the ffmpeg program is not installed");
        QSignalSpy written(m_tracks, &TracksController::animationWritten);
        for (const char* name : {"film.mp4", "film.gif"}) {
            const QString film = QString::fromStdString(path(name).string());
            written.clear();
            m_tracks->writeAnimation(film);
            QVERIFY(written.wait(60000));
            QProcess decode; // every frame, to nowhere
            decode.start(ffmpeg, {QStringLiteral("-v"), QStringLiteral("error"), QStringLiteral("-i"), film,
                                  QStringLiteral("-f"), QStringLiteral("null"), QStringLiteral("-")});
            QVERIFY(decode.waitForFinished(30000));
            QCOMPARE(decode.exitCode(), 0);
            QVERIFY2(decode.readAllStandardError().isEmpty(), name);
            QVERIFY(!QFile::exists(film + QStringLiteral(".part")));
        }
        QImageReader gif(QString::fromStdString(path("film.gif").string()));
        QCOMPARE(gif.imageCount(), 3);
    }

    void theUsersOwnSelectionsAreOfferedAndFollowed() {
        SelectionStore& store = m_window->session().selections();
        showPanel("tracks");
        auto* among = m_window->findChild<QComboBox*>(QStringLiteral("trackStars"));
        auto* first = m_window->findChild<QComboBox*>(QStringLiteral("firstSelection"));
        auto* from = m_window->findChild<QComboBox*>(QStringLiteral("traverseFrom"));
        Selection cool;
        cool.name = "cool";
        cool.definition = ExpressionShape{"TEFF < 4600"};
        store.add(cool, QStringLiteral("select"));
        QTRY_VERIFY(store.stars(0));
        QVERIFY(among->findText(QStringLiteral("cool")) > 1);
        QCOMPARE(first->findText(QStringLiteral("cool")), 0); // the user's own are before the built-in ones
        QVERIFY(from->findText(QStringLiteral("mean of cool")) >= 0);

        QSignalSpy made(m_tracks, &TracksController::tracksMade);
        among->lineEdit()->selectAll();
        QTest::keyClicks(among->lineEdit(), QStringLiteral("cool"));
        QTest::keyClick(among->lineEdit(), Qt::Key_Return);
        QVERIFY(made.wait(10000));
        QVERIFY(hottest() > 4000 && hottest() < 4600);

        store.rename(0, "colder");
        QCOMPARE(among->currentText(), QStringLiteral("colder"));
        QCOMPARE(m_tracks->panel().request().among, QStringLiteral("colder"));
        Selection hotter = store.list()[0];
        hotter.definition = ExpressionShape{"TEFF < 4900"};
        made.clear();
        store.change(0, hotter, QStringLiteral("edit"));
        QTRY_VERIFY(made.count() > 0 && hottest() > 4600);
        QVERIFY(hottest() < 4900);

        store.remove(0);
        QVERIFY(m_tracks->tracks().empty());
        const auto labels = m_tracks->panel().findChildren<QLabel*>();
        QVERIFY(std::ranges::any_of(
            labels, [](const QLabel* label) { return label->text().contains(QStringLiteral("“colder” is gone")); }));
        m_window->session().undo().undo();
        QTRY_VERIFY(!m_tracks->tracks().empty());
        among->setCurrentIndex(0);
        emit among->activated(0);
        QVERIFY(made.wait(10000));
    }

    void aLineDrawnInTheMapBecomesATrack() {
        ScatterView& map = m_window->map();
        map.fitToData();
        map.renderNow();
        QSignalSpy made(m_tracks, &TracksController::tracksMade);
        const std::size_t selections = m_window->session().selections().list().size();
        QTest::mouseClick(m_window->findChild<QPushButton*>(QStringLiteral("drawTrack")), Qt::LeftButton);
        const QRect area = map.plotArea();
        const QPoint from(area.left() + area.width() / 4, area.center().y());
        QTest::mousePress(&map, Qt::LeftButton, {}, from);
        for (int step = 1; step <= 10; ++step) {
            QTest::mouseMove(&map, from + QPoint(step * area.width() / 20, 0));
        }
        QTest::mouseRelease(&map, Qt::LeftButton, {}, from + QPoint(area.width() / 2, 0));
        QVERIFY(made.wait(10000));
        QCOMPARE(m_tracks->tracks().back().kind, TrackKind::Drawn);
        QVERIFY(m_tracks->tracks().back().stars() > 0);
        QCOMPARE(map.tool(), PlotTool::Pan);
        QCOMPARE(m_window->session().selections().list().size(), selections); // a track is no selection
    }

private:
    /// TEFF of the hottest star of all tracks.
    float hottest() const {
        const auto teff = m_window->session().table()->values("TEFF");
        float most = 0;
        for (const Track& track : m_tracks->tracks()) {
            for (const TrackPoint& point : track.points) {
                for (const std::uint32_t row : point.members) {
                    most = std::max(most, (*teff)[row]);
                }
            }
        }
        return most;
    }

    TracksController* m_tracks = nullptr;
};

} // namespace zscape

QTEST_MAIN(zscape::TracksWindowTest)
#include "tracks_window_test.moc"
