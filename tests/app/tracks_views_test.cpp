// Tracks in every view at once, drawn by hand in any of them, undone and saved: the window with real events.
#include "app/window/generate_controller.h"
#include "app/window/latent_controller.h"
#include "app/window/main_window.h"
#include "app/window/selection_store.h"
#include "app/window/session_controller.h"
#include "app/window/tracks_controller.h"
#include "app/window/view_links.h"
#include "app/window/view_manager.h"
#include "app/window/view_panels.h"
#include "core/explore/star_table.h"
#include "core/tracks/track_stars.h"
#include "tests/app/explored_window.h"
#include "tests/app/pictures.h"
#include "widgets/traverse_panel.h"

#include <QComboBox>
#include <QDockWidget>
#include <QListWidget>
#include <QMouseEvent>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTableWidget>
#include <QTest>
#include <QToolButton>
#include <QUndoStack>

#include <cmath>
#include <memory>

namespace zscape {

class TracksViewsTest : public test::ExploredWindow {
    Q_OBJECT
private slots:
    void initTestCase() { makeFiles(); }
    void init() {
        openWindow({1600, 980});
        m_tracks = m_window->findChild<TracksController*>();
        m_window->setMapColumns(QStringLiteral("z1"), QStringLiteral("z3"), QString());
    }
    void cleanup() { m_window.reset(); }

    void aTrackIsDrawnInLabelSpaceAndEveryLatentPlaneAtOnce() {
        ScatterView& kiel = scatter(m_window->views().kiel());
        ScatterView& alpha = scatter(m_window->views().alpha(false));
        ViewState formula = m_window->views().scatter();
        formula.columns = {"z1*z1", "TEFF/1000"};
        ScatterView& own = scatter(formula);
        CornerView& corner = cornerOf({});
        tick(TrackKind::GiantBranch);
        const Track& track = m_tracks->tracks().at(0);
        QVERIFY(track.points.size() > 10);
        for (ScatterView* view : {&m_window->map(), &kiel, &alpha, &own}) {
            QCOMPARE(view->tracks().size(), std::size_t{1});
            QCOMPARE(view->tracks()[0].points.size(), track.points.size());
        }
        QCOMPARE(corner.tracks().size(), std::size_t{1});
        for (std::size_t i = 0; i < track.points.size(); ++i) {
            const TrackPoint& point = track.points[i];
            QCOMPARE(kiel.tracks()[0].points[i].x(), *track.label(i, "TEFF"));
            QCOMPARE(kiel.tracks()[0].points[i].y(), *track.label(i, "LOGG"));
            QCOMPARE(alpha.tracks()[0].points[i].x(), *track.label(i, "M_H"));
            QVERIFY(std::abs(m_window->map().tracks()[0].points[i].y() - double(point.latent[2])) < 1e-5);
            QVERIFY(std::abs(own.tracks()[0].points[i].y() - *track.label(i, "TEFF") / 1000) < 1e-6);
            for (std::size_t k = 0; k < 6; ++k) {
                QVERIFY(std::abs(corner.tracks()[0].points[i][k] - double(point.latent[k])) < 1e-5);
            }
            // What hovering tells: the bin, and how many stars it has.
            QVERIFY(kiel.tracks()[0].texts[i].contains(QStringLiteral("%1 stars").arg(point.stars)));
            QVERIFY(kiel.tracks()[0].texts[i].contains(QStringLiteral("bin %1 of 20").arg(point.bin + 1)));
        }
        // Coloured along: the disc of each point is on the screen in the scale's colour.
        kiel.renderNow();
        const QImage shown = kiel.grab().toImage();
        for (const std::size_t i : {std::size_t{1}, track.points.size() / 2, track.points.size() - 2}) {
            const double along = kiel.tracks()[0].along[i];
            QVERIFY(along > 0 && along < 1);
            const QPoint at = kiel.toWidget(kiel.tracks()[0].points[i]).toPoint();
            QCOMPARE(shown.pixelColor(at), QColor::fromRgba(colourOf(alongScale(), along)));
        }
        if (qEnvironmentVariableIsEmpty("ZSCAPE_TEST_PICTURES")) return;
        tick(TrackKind::MetallicityGiants);
        m_window->controller().pickStar(42);
        for (const char* panel : {"traverse", "response", "selectionSpectra", "comparison"}) {
            showPanel(panel);
        }
        m_window->findChild<GenerateController*>()->restore({SpectraShown::Ratio, "high alpha", "low alpha"}, {2});
        for (const auto& [theme, name] : {std::pair{Theme::Light, "light-"}, {Theme::Dark, "dark-"}}) {
            m_window->setTheme(theme);
            QTest::qWait(500);
            test::savePicture(*m_window, std::string(name) + "window");
            test::savePicture(kiel, std::string(name) + "kiel");
            test::savePicture(alpha, std::string(name) + "alpha");
            test::savePicture(corner, std::string(name) + "corner");
            for (const char* panel : {"tracks", "traverse", "response", "selectionSpectra", "comparison"}) {
                test::savePicture(*m_window->panel(QLatin1String(panel)), std::string(name) + panel);
            }
        }
    }

    void aViewThatOpensLaterAndOtherColumnsShowTheTrackToo() {
        tick(TrackKind::MainSequence);
        ScatterView& kiel = scatter(m_window->views().kiel());
        QCOMPARE(kiel.tracks().size(), std::size_t{1});
        CornerView& corner = cornerOf({"TEFF", "z2", "M_H"});
        QCOMPARE(corner.tracks().size(), std::size_t{1});
        QCOMPARE(corner.tracks()[0].points[0][0], *m_tracks->tracks()[0].label(0, "TEFF"));
        m_window->setMapColumns(QStringLiteral("z2"), QStringLiteral("LOGG"), QString());
        QCOMPARE(m_window->map().tracks()[0].points[0].y(), *m_tracks->tracks()[0].label(0, "LOGG"));
    }

    void everyKindIsDrawnAndItsBinsHaveStars() {
        for (const TrackKind kind : trackKindsNamed("all")) {
            tick(kind);
        }
        QVERIFY(m_tracks->tracks().size() > 15); // nine metallicities twice, less those without a star
        ScatterView& kiel = scatter(m_window->views().kiel());
        for (std::size_t t = 0; t < m_tracks->tracks().size(); ++t) {
            for (const TrackPoint& point : m_tracks->tracks()[t].points) {
                QVERIFY(point.stars > 0);
            }
        }
        QCOMPARE(kiel.tracks().size(), m_tracks->tracks().size());
        QCOMPARE(m_window->map().tracks().size(), m_tracks->tracks().size());
    }

    void anEmptyBinIsNotDrawnAndNoLineLeadsOverIt() {
        tick(TrackKind::GiantBranch);
        // So many that bins in the middle fall out, where the branch is thin.
        const auto countsOf = [&] {
            std::vector<std::size_t> counts;
            for (const TrackPoint& point : m_tracks->tracks().at(0).points) {
                counts.push_back(point.stars);
            }
            return counts;
        };
        std::vector<std::size_t> counts = countsOf();
        std::ranges::sort(counts);
        const std::size_t least = counts[counts.size() / 2];
        setParameter("Minimum stars of a bin", QString::number(least));
        QTRY_VERIFY(m_tracks->tracks().at(0).points.size() < counts.size());
        const Track& track = m_tracks->tracks()[0];
        const PlotTrack& line = m_window->map().tracks().at(0);
        QCOMPARE(line.points.size(), track.points.size());
        for (std::size_t i = 0; i < track.points.size(); ++i) {
            QVERIFY(track.points[i].stars >= least);
            QCOMPARE(bool(line.joined[i]), i > 0 && track.points[i].bin == track.points[i - 1].bin + 1);
        }
    }

    void hoveringInACornerPlotTellsTheBin() {
        CornerView& corner = cornerOf({});
        tick(TrackKind::GiantBranch);
        const CornerView::Track& track = corner.tracks().at(0);
        const QPointF at = corner.toWidget(3, 1, {track.points[5][1], track.points[5][3]});
        QVERIFY(corner.panel(3, 1).contains(at.toPoint()));
        const auto point = [&](const QPointF& place) {
            QMouseEvent event(QEvent::MouseMove, place, corner.mapToGlobal(place), Qt::NoButton, {}, {});
            QApplication::sendEvent(&corner, &event);
        };
        point(at);
        QVERIFY(corner.hoverText().contains(QStringLiteral("stars")));
        point(corner.panel(0, 0).center());
        QVERIFY(corner.hoverText().isEmpty());
    }

    void aLineDrawnInAKielDiagramOrACornerPanelBecomesATrackEverywhere() {
        ScatterView& kiel = scatter(m_window->views().kiel());
        QTest::mouseClick(m_window->findChild<QPushButton*>(QStringLiteral("drawTrack")), Qt::LeftButton);
        QCOMPARE(kiel.tool(), PlotTool::Track);
        const QRect area = kiel.plotArea();
        QSignalSpy made(m_tracks, &TracksController::tracksMade);
        // Straight down through the giants: also a line that goes nowhere in x is one.
        const int x = qRound(kiel.toWidget({4700, 2}).x());
        drag(kiel, {x, area.top() + 20}, {x, area.bottom() - 20});
        QVERIFY(made.wait(10000));
        QCOMPARE(kiel.tool(), PlotTool::Pan);
        QCOMPARE(m_window->map().tool(), PlotTool::Pan);
        QVERIFY(m_window->session().selections().list().empty());
        const Track& drawn = m_tracks->tracks().at(0);
        QVERIFY(drawn.stars() > 20);
        const auto teff = m_window->session().table()->values("TEFF");
        const double half = trackHalfWidth * std::abs(kiel.xAxis().upper - kiel.xAxis().lower);
        for (const TrackPoint& point : drawn.points) {
            for (const std::uint32_t row : point.members) {
                QVERIFY(std::abs((*teff)[row] - 4700) < half + 2 * half); // ends of the line may lean by a pixel
            }
        }
        QCOMPARE(m_window->map().tracks().size(), std::size_t{1});

        CornerView& corner = cornerOf({});
        QTest::keyClick(&corner, Qt::Key_T);
        const QRect panel = corner.panel(4, 2);
        made.clear();
        drag(corner, panel.center() - QPoint(panel.width() / 3, 0), panel.center() + QPoint(panel.width() / 3, 0));
        QVERIFY(made.wait(10000));
        const DrawnOptions& second = m_tracks->request().options.drawn.at(1);
        QCOMPARE(second.x, std::string("z3"));
        QCOMPARE(second.y, std::string("z5"));
        QCOMPARE(corner.tracks().size(), std::size_t{2});
        QCOMPARE(kiel.tracks().size(), std::size_t{2});
    }

    void overALogarithmicAxisATrackIsDrawnInTheLogarithm() {
        ViewState state = m_window->views().kiel();
        state.logX = true;
        ScatterView& kiel = scatter(state);
        QTest::keyClick(&kiel, Qt::Key_T);
        QSignalSpy made(m_tracks, &TracksController::tracksMade);
        drag(kiel, kiel.plotArea().center() - QPoint(60, 60), kiel.plotArea().center() + QPoint(60, 60));
        QVERIFY(made.wait(10000));
        const DrawnOptions& drawn = m_tracks->request().options.drawn.at(0);
        QCOMPARE(drawn.x, std::string("log10([TEFF])"));
        QVERIFY(drawn.vertices[0].first > 3.4 && drawn.vertices[0].first < 4);
        QVERIFY(m_tracks->tracks().at(0).stars() > 0);
    }

    void everyStepOfThePanelsIsUndoneAndRedone() {
        QUndoStack& undo = m_window->session().undo();
        tick(TrackKind::GiantBranch);
        setParameter("GB log g points", QStringLiteral("7"));
        QTRY_COMPARE(m_tracks->tracks().at(0).bins, std::size_t{7});
        // Hidden by its tick in the list of what was made.
        auto* list = m_window->findChild<QListWidget*>(QStringLiteral("tracksMade"));
        list->setCurrentRow(0);
        QTest::keyClick(list, Qt::Key_Space);
        QVERIFY(m_window->map().tracks().empty());
        undo.undo();
        QCOMPARE(m_window->map().tracks().size(), std::size_t{1});
        QCOMPARE(list->item(0)->checkState(), Qt::Checked);
        QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier);
        QTRY_COMPARE(m_tracks->tracks().at(0).bins, std::size_t{20});
        undo.undo();
        QTRY_VERIFY(m_tracks->tracks().empty());
        undo.redo();
        undo.redo();
        QTRY_VERIFY(!m_tracks->tracks().empty() && m_tracks->tracks()[0].bins == 7);
        QCOMPARE(parameter("GB log g points"), QStringLiteral("7"));

        showPanel("response");
        CurvesView& response = m_window->findChild<GenerateController*>()->response();
        QTRY_COMPARE(response.curves().size(), std::size_t{6});
        QTest::mouseClick(m_window->findChild<QToolButton*>(QStringLiteral("response3")), Qt::LeftButton);
        QCOMPARE(response.curves().size(), std::size_t{5});
        undo.undo();
        QCOMPARE(response.curves().size(), std::size_t{6});

        showPanel("traverse");
        m_window->controller().pickStar(5);
        QTest::mouseClick(m_window->findChild<QPushButton*>(QStringLiteral("keepStart")), Qt::LeftButton);
        QVERIFY(m_tracks->traverseChoice().start.has_value());
        QCOMPARE(m_tracks->traverse().track(), -1);
        undo.undo();
        QVERIFY(!m_tracks->traverseChoice().start);
        QCOMPARE(m_tracks->traverse().track(), 0); // the track it followed before
    }

    void aSessionBringsAllOfItBack() {
        tick(TrackKind::GiantBranch);
        setParameter("GB log g points", QStringLiteral("7"));
        QTRY_COMPARE(m_tracks->tracks().at(0).bins, std::size_t{7});
        auto* generate = m_window->findChild<GenerateController*>();
        generate->restore({SpectraShown::Ratio, "high alpha", "low alpha"}, {2, 4});
        m_window->controller().pickStar(5);
        showPanel("traverse");
        QTest::mouseClick(m_window->findChild<QPushButton*>(QStringLiteral("keepStart")), Qt::LeftButton);
        for (QSpinBox* box : m_tracks->traverse().findChildren<QSpinBox*>()) {
            box->setValue(12);
        }
        const ExploreState saved = exploreStateOf(*m_window);
        QCOMPARE(saved.spectra.shown, SpectraShown::Ratio);
        QVERIFY(m_window->sessionFiles().saveTo(path("work.zscape")));

        MainWindow other(Theme::Dark);
        other.setErrorsQuiet(true);
        other.show();
        QSignalSpy restored(&other.sessionFiles(), &SessionController::restored);
        other.openPath(path("work.zscape"));
        QTRY_COMPARE_WITH_TIMEOUT(restored.size(), 1, 30000);
        const ExploreState there = exploreStateOf(other);
        QVERIFY(there.tracks == saved.tracks);
        QVERIFY(there.traverse == saved.traverse);
        QVERIFY(there.spectra == saved.spectra);
        QVERIFY(there.hiddenResponses == saved.hiddenResponses);
        auto* tracks = other.findChild<TracksController*>();
        QTRY_COMPARE(tracks->tracks().size(), std::size_t{1});
        QCOMPARE(tracks->tracks()[0].bins, std::size_t{7});
        QVERIFY(tracks->path());
        QCOMPARE(tracks->path()->at(0), saved.traverse.start->latent);
        QCOMPARE(other.session().undo().count(), 0);
        other.close();
    }

    void theNearestStarsAreRingedInEveryView() {
        ScatterView& kiel = scatter(m_window->views().kiel());
        CornerView& corner = cornerOf({});
        m_window->controller().pickStar(42);
        const std::vector<std::size_t>& near = m_window->links().neighbours();
        QCOMPARE(near.size(), std::size_t{10});
        QCOMPARE(near[0], std::size_t{42});
        QCOMPARE(kiel.neighbours(), near);
        QCOMPARE(corner.neighbours(), near);
        QCOMPARE(m_window->map().neighbours(), near);
    }

private:
    ScatterView& scatter(const ViewState& state) {
        auto* panel = qobject_cast<ScatterPanel*>(m_window->views().panel(m_window->views().add(state)));
        makeRoom(*panel);
        return panel->view();
    }
    CornerView& cornerOf(const std::vector<std::string>& columns) {
        ViewState state;
        state.kind = "corner";
        state.columns = columns;
        auto* panel = qobject_cast<CornerPanel*>(m_window->views().panel(m_window->views().add(state)));
        makeRoom(*panel);
        panel->view().renderNow();
        return panel->view();
    }
    static void makeRoom(ViewPanel& panel) {
        auto* dock = qobject_cast<QDockWidget*>(panel.parentWidget());
        dock->setFloating(true);
        dock->resize(800, 760);
        dock->show();
        QVERIFY(QTest::qWaitForWindowExposed(dock));
        QTRY_VERIFY(panel.isVisible());
    }
    void tick(TrackKind kind) {
        showPanel("tracks");
        auto* kinds = m_window->findChild<QListWidget*>(QStringLiteral("trackKinds"));
        QSignalSpy made(m_tracks, &TracksController::tracksMade);
        for (int row = 0; row < kinds->count(); ++row) {
            if (kinds->item(row)->data(Qt::UserRole).toInt() == static_cast<int>(kind)) kinds->setCurrentRow(row);
        }
        QTest::keyClick(kinds, Qt::Key_Space);
        QVERIFY(made.wait(10000));
    }
    QTableWidgetItem* cell(const char* name) {
        auto* table = m_window->findChild<QTableWidget*>(QStringLiteral("trackParameters"));
        for (int row = 0; row < table->rowCount(); ++row) {
            if (table->item(row, 0)->text() == QLatin1String(name)) return table->item(row, 1);
        }
        qFatal("no such parameter");
    }
    void setParameter(const char* name, const QString& value) { cell(name)->setText(value); }
    QString parameter(const char* name) { return cell(name)->text(); }
    static void drag(QWidget& view, const QPoint& from, const QPoint& to) {
        QTest::mousePress(&view, Qt::LeftButton, {}, from);
        for (int step = 1; step <= 10; ++step) {
            QTest::mouseMove(&view, from + (to - from) * step / 10);
        }
        QTest::mouseRelease(&view, Qt::LeftButton, {}, to);
    }

    TracksController* m_tracks = nullptr;
};

} // namespace zscape

QTEST_MAIN(zscape::TracksViewsTest)
#include "tracks_views_test.moc"
