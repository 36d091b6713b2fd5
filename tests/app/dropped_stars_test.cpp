// Files dropped on the window, with real drop events: their stars are encoded, marked with ellipses, listed and picked.
#include "app/window/dropped_stars.h"
#include "app/window/main_window.h"
#include "app/window/session_controller.h"
#include "app/window/view_manager.h"
#include "app/window/view_panels.h"
#include "core/base/embedded.h"
#include "core/catalog/released_layout.h"
#include "core/mock/mock_catalog.h"
#include "tests/app/pictures.h"
#include "tests/support/shared_data.h"
#include "tests/support/temporary_folder.h"
#include "widgets/dropped_stars_panel.h"
#include "widgets/sky_view.h"
#include "widgets/spectrum_view.h"

#include <QAbstractButton>
#include <QDockWidget>
#include <QDropEvent>
#include <QLabel>
#include <QMessageBox>
#include <QMimeData>
#include <QSignalSpy>
#include <QTableWidget>
#include <QTest>
#include <QUndoStack>

#include <cmath>
#include <fstream>
#include <iomanip>
#include <memory>

namespace zscape {

class DroppedStarsTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() {
        applyTheme(*qApp, Theme::Light);
        m_catalog = std::make_shared<const Catalog>(generateMockCatalog({600, 3, 0}));
        m_model = makeFusedModel(loadModelImage(embeddedDemoModel(), "the demo model"));
        m_latents = std::make_shared<const Latents>(
            m_model->encode({m_catalog->coefficients(), m_catalog->gFlux()}, JobContext{}));
        writeStars("three.csv", {5, 17, 230});
        writeStars("one.csv", {44});
        writeReleasedCatalog(generateMockCatalog({30, 8, 0}), path("other.h5"));
        writeReleasedCatalog(withPositions(generateMockCatalog({30, 8, 0})), path("placed.h5"));
    }
    void init() {
        m_window = std::make_unique<MainWindow>(Theme::Light);
        m_window->resize(1600, 980);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    }
    void cleanup() { m_window.reset(); }

    void starsAreMarkedWhereTheCatalogueHasThem() {
        openAll();
        QVERIFY(!panelDock()->isVisible());
        drop({path("three.csv")});
        QTRY_COMPARE_WITH_TIMEOUT(marks().size(), std::size_t{3}, 30000);
        QTRY_VERIFY(std::isfinite(marks()[0].at.x()));
        QVERIFY(panelDock()->isVisible());
        m_window->setMapColumns(QStringLiteral("z2"), QStringLiteral("z5"), {});
        const std::size_t rows[] = {5, 17, 230};
        for (std::size_t i = 0; i < 3; ++i) {
            // The same star in the catalogue: its mean, and exp(log_var / 2) for the ellipse.
            const auto mu = m_latents->muView().row(rows[i]);
            const auto logVar = m_latents->logVarView().row(rows[i]);
            QVERIFY(std::abs(marks()[i].at.x() - mu[1]) < 1e-4);
            QVERIFY(std::abs(marks()[i].at.y() - mu[4]) < 1e-4);
            QVERIFY(std::abs(marks()[i].sigma.x() - std::exp(0.5 * logVar[1])) < 1e-4);
            QVERIFY(std::abs(marks()[i].sigma.y() - std::exp(0.5 * logVar[4])) < 1e-4);
        }
        QVERIFY2(panel().message().startsWith(QStringLiteral("3 stars")), qPrintable(panel().message()));
        test::savePicture(*m_window, "dropped-light");
    }

    void aViewOfLabelsHasOnlyStarsWithLabels() {
        openAll();
        drop({path("three.csv")});
        ViewManager& views = m_window->views();
        auto* kiel = qobject_cast<ScatterPanel*>(views.panel(views.add(views.kiel())));
        auto* latent = qobject_cast<ScatterPanel*>(views.panel(views.add(views.scatter())));
        ViewState all;
        all.kind = "corner";
        auto* corner = qobject_cast<CornerPanel*>(views.panel(views.add(all)));
        QTRY_COMPARE_WITH_TIMEOUT(latent->view().markedStars().size(), std::size_t{3}, 30000);
        QTRY_VERIFY(std::isfinite(latent->view().markedStars()[2].at.y()));
        QVERIFY(latent->view().markedStars()[2].sigma.y() > 0);
        QCOMPARE(kiel->view().markedStars().size(), std::size_t{3});
        QVERIFY(std::isnan(kiel->view().markedStars()[0].at.x())); // the file has no TEFF
        QTRY_COMPARE(corner->view().markedStars().size(), std::size_t{3});
        QCOMPARE(corner->view().markedStars()[0].at.size(), m_latents->latentSize);
        test::savePicture(*m_window, "dropped-views");
    }

    void aHistogramHasThemAsLines() {
        openAll();
        drop({path("three.csv")});
        ViewManager& views = m_window->views();
        ViewState state;
        state.kind = "histogram";
        state.columns = {"z2"};
        auto* panel = qobject_cast<HistogramPanel*>(views.panel(views.add(state)));
        QTRY_COMPARE_WITH_TIMEOUT(panel->view().markedStars().size(), std::size_t{3}, 30000);
        QTRY_VERIFY(std::isfinite(panel->view().markedStars()[1].at));
        QVERIFY(std::abs(panel->view().markedStars()[1].at - double(m_latents->muView().row(17)[1])) < 1e-4);
        QVERIFY(panel->view().markedStars()[1].sigma > 0);
        panel->view().renderNow();
        const QImage with = panel->view().grab().toImage();
        // A click at its line picks it; one beside all lines does not.
        const QRect area = panel->view().plotArea();
        const QPoint at(qRound(panel->view().toWidgetX(panel->view().markedStars()[1].at)), area.center().y());
        QVERIFY(area.contains(at));
        QTest::mouseClick(&panel->view(), Qt::LeftButton, {}, at);
        QVERIFY(m_window->dropped().picked());
        QVERIFY(panel->view().markedStars()[*m_window->dropped().picked()].picked);
        test::savePicture(*panel, "dropped-histogram");
        m_window->dropped().clear();
        QCOMPARE(panel->view().markedStars().size(), std::size_t{0});
        panel->view().renderNow();
        QVERIFY(panel->view().grab().toImage() != with);
        state.columns = {"TEFF"};
        drop({path("three.csv")});
        auto* labels = qobject_cast<HistogramPanel*>(views.panel(views.add(state)));
        QTRY_COMPARE_WITH_TIMEOUT(labels->view().markedStars().size(), std::size_t{3}, 30000);
        QVERIFY(std::isnan(labels->view().markedStars()[0].at)); // the file has no TEFF
    }

    void theSkyHasThoseWithPositions() {
        m_window->session().setData(std::make_shared<const Catalog>(withPositions(*m_catalog)), m_model, m_latents);
        drop({path("placed.h5")});
        auto* question = m_window->findChild<QMessageBox*>(QStringLiteral("dropQuestion"));
        QTest::mouseClick(question->findChild<QAbstractButton*>(QStringLiteral("dropMarks")), Qt::LeftButton);
        ViewManager& views = m_window->views();
        ViewState state;
        state.kind = "sky";
        state.columns = {"l", "b"};
        auto* sky = qobject_cast<SkyPanel*>(views.panel(views.add(state)));
        const auto& stars = sky->view().map().markedStars();
        QTRY_COMPARE_WITH_TIMEOUT(stars.size(), std::size_t{30}, 30000);
        const auto found = m_window->dropped().marks("l", "b");
        const Mollweide::Plane place = sky->view().projection().project(found[5].at.x(), found[5].at.y());
        QTRY_VERIFY(std::isfinite(stars[5].at.x()));
        QCOMPARE(stars[5].at, QPointF(place.x, place.y));
        sky->view().map().renderNow();
        const QPoint at = sky->view().map().toWidget(stars[5].at).toPoint();
        QTest::mouseClick(&sky->view().map(), Qt::LeftButton, {}, at);
        QVERIFY(m_window->dropped().picked());
        test::savePicture(*sky, "dropped-sky");
        // Stars of a file without positions have no place there.
        m_window->dropped().clear();
        drop({path("three.csv")});
        QTRY_COMPARE_WITH_TIMEOUT(stars.size(), std::size_t{3}, 30000);
        QVERIFY(std::isnan(stars[0].at.x()));
    }

    void thePanelSaysHowManyStarsAFileMayHave() {
        QVERIFY2(panel().message().contains(QStringLiteral("up to 5,000 stars each")), qPrintable(panel().message()));
    }

    void aClickPicksAStarAndShowsItsSpectra() {
        openAll();
        drop({path("three.csv")});
        QTRY_COMPARE_WITH_TIMEOUT(marks().size(), std::size_t{3}, 30000);
        QTRY_VERIFY(std::isfinite(marks()[1].at.x()));
        m_window->map().renderNow();
        m_window->session().setPicked(3);
        const QPoint at = m_window->map().toWidget(marks()[1].at).toPoint();
        QVERIFY(m_window->map().plotArea().contains(at));
        QTest::mouseClick(&m_window->map(), Qt::LeftButton, {}, at);
        QCOMPARE(m_window->dropped().picked(), std::optional<std::size_t>(1));
        QVERIFY(marks()[1].picked);
        QCOMPARE(table().currentRow(), 1);
        QVERIFY(!m_window->session().picked()); // one star at a time
        // The latent point, and so the reconstructed spectrum, is the star's; the observed one stands with it.
        const auto mu = m_latents->muView().row(17);
        for (std::size_t k = 0; k < mu.size(); ++k) {
            QVERIFY(std::abs(m_window->controller().latent()[k] - mu[k]) < 1e-4F);
        }
        QVERIFY(m_window->controller().guest());
        QCOMPARE(m_window->controller().guest()->catalog->sourceIds()[1], m_catalog->sourceIds()[17]);
        QCOMPARE(m_window->controller().referenceGFlux(), m_window->controller().guest()->catalog->gFlux()[1]);
        test::savePicture(*m_window, "dropped-picked");
        // A star of the catalogue takes its place.
        m_window->session().setPicked(3);
        QVERIFY(!m_window->dropped().picked());
        QVERIFY(!m_window->controller().guest());
        // And by the keyboard, in the list.
        table().setFocus();
        table().setCurrentCell(0, 0);
        QTest::keyClick(&table(), Qt::Key_Down);
        QTest::keyClick(&table(), Qt::Key_Down);
        QCOMPARE(m_window->dropped().picked(), std::optional<std::size_t>(2));
    }

    void droppingAndClearingCanBeUndone() {
        openAll();
        drop({path("three.csv"), path("one.csv")});
        QTRY_COMPARE_WITH_TIMEOUT(m_window->dropped().stars(), std::size_t{4}, 30000);
        QTRY_VERIFY(!m_window->dropped().isBusy());
        QTest::mouseClick(m_window->findChild<QAbstractButton*>(QStringLiteral("clearDropped")), Qt::LeftButton);
        QCOMPARE(m_window->dropped().stars(), std::size_t{0});
        QCOMPARE(marks().size(), std::size_t{0});
        m_window->session().undo().undo();
        QCOMPARE(marks().size(), std::size_t{4});
        QVERIFY(std::isfinite(marks()[3].at.x()));
        m_window->session().undo().undo();
        QCOMPARE(marks().size(), std::size_t{3});
        m_window->session().undo().undo();
        QCOMPARE(marks().size(), std::size_t{0});
        m_window->session().undo().redo();
        QCOMPARE(marks().size(), std::size_t{3});
    }

    void withoutAModelItSaysWhatToDo() {
        drop({path("three.csv")});
        QTRY_COMPARE_WITH_TIMEOUT(table().rowCount(), 3, 30000);
        QTRY_VERIFY2(panel().message().startsWith(QStringLiteral("Open a model")), qPrintable(panel().message()));
        m_window->session().setData(m_catalog, m_model, m_latents);
        QTRY_VERIFY(!m_window->dropped().isBusy() && marks().size() == 3 && std::isfinite(marks()[0].at.x()));
    }

    void aFileWithoutSpectraIsOneSentence() {
        openAll();
        std::ofstream(path("labels.csv")) << "source_id,teff\n1,4000\n";
        QSignalSpy failed(&m_window->session(), &Session::failed);
        drop({path("labels.csv")});
        QVERIFY(failed.wait(30000));
        QVERIFY(failed[0][0].toString().contains(QStringLiteral("no XP coefficients in")));
        QTRY_VERIFY(!m_window->dropped().isBusy());
        QCOMPARE(m_window->dropped().stars(), std::size_t{0});
    }

    void aCatalogueIsAskedAbout() {
        openAll();
        drop({path("other.h5")});
        auto* question = m_window->findChild<QMessageBox*>(QStringLiteral("dropQuestion"));
        QVERIFY(question);
        QTest::mouseClick(question->findChild<QAbstractButton*>(QStringLiteral("dropMarks")), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(marks().size(), std::size_t{30}, 30000);
        QCOMPARE(m_window->session().catalog()->rows(), std::size_t{600});
        // Its labels are known, so its stars stand in views of labels too.
        QTRY_VERIFY(!m_window->dropped().isBusy());
        m_window->setMapColumns(QStringLiteral("TEFF"), QStringLiteral("LOGG"), {});
        QVERIFY(std::isfinite(marks()[0].at.x()));
        QCOMPARE(marks()[0].sigma.x(), 0.0);
    }

    void aSessionRemembersThem() {
        writeReleasedCatalog(*m_catalog, path("stars.h5"));
        saveModel(m_model->model(), path("model.h5"));
        m_window->session().open(path("stars.h5"), path("model.h5"), {});
        QTRY_VERIFY_WITH_TIMEOUT(m_window->session().latents(), 30000);
        drop({path("three.csv")});
        QTRY_COMPARE_WITH_TIMEOUT(marks().size(), std::size_t{3}, 30000);
        QVERIFY(m_window->sessionFiles().saveTo(path("work.zscape")));
        MainWindow again(Theme::Dark);
        again.resize(1600, 980);
        again.sessionFiles().open(path("work.zscape"));
        QTRY_COMPARE_WITH_TIMEOUT(again.map().markedStars().size(), std::size_t{3}, 30000);
        QTRY_VERIFY(std::isfinite(again.map().markedStars()[0].at.x()));
        QVERIFY(!again.session().undo().canUndo());
        again.dropped().pick(2);
        test::savePicture(again, "dropped-dark");
    }

    void theArchivesFilesAreMarked_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<int>("stars");
        QTest::addColumn<int>("lost");
        QTest::newRow("CSV") << "XP_CONTINUOUS_RAW.csv" << 2 << 0;
        QTest::newRow("ECSV") << "XP_CONTINUOUS_RAW.ecsv" << 2 << 0;
        QTest::newRow("FITS") << "XP_CONTINUOUS_RAW.fits" << 2 << 0;
        QTest::newRow("VOTable") << "XP_CONTINUOUS_RAW.xml" << 2 << 0;
        QTest::newRow("bulk") << "XpContinuousMeanSpectrum_000000-003111.csv.gz" << 1 << 0;
        QTest::newRow("missing BP") << "XP_CONTINUOUS_RAW_with_missing_BP.csv" << 3 << 1;
        QTest::newRow("wide FITS") << "field_2000.fits" << 2000 << 0;
    }
    void theArchivesFilesAreMarked() {
        QFETCH(QString, file);
        QFETCH(int, stars);
        QFETCH(int, lost);
        const auto shared = test::sharedData("gaia/" + file.toStdString());
        if (!shared) QSKIP("no shared data");
        openAll();
        drop({*shared});
        QTRY_COMPARE_WITH_TIMEOUT(static_cast<int>(m_window->dropped().stars()), stars, 60000);
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->dropped().isBusy(), 60000);
        const auto placed = std::ranges::count_if(marks(), [](const MarkedStar& one) {
            return std::isfinite(one.at.x()) && std::isfinite(one.at.y()) && one.sigma.x() > 0;
        });
        QCOMPARE(static_cast<int>(placed), stars - lost);
    }

private:
    std::filesystem::path path(const std::string& name) const { return m_folder / name; }
    /// Spread over the sky.
    static Catalog withPositions(const Catalog& catalog) {
        std::vector<float> longitudes, latitudes;
        for (std::size_t row = 0; row < catalog.rows(); ++row) {
            longitudes.push_back(static_cast<float>(row * 47 % 360));
            latitudes.push_back(static_cast<float>(row * 13 % 160) - 80);
        }
        return catalog.withColumns(
            {Column("GLON", "deg", std::move(longitudes)), Column("GLAT", "deg", std::move(latitudes))});
    }
    void openAll() { m_window->session().setData(m_catalog, m_model, m_latents); }
    const std::vector<MarkedStar>& marks() const { return m_window->map().markedStars(); }
    DroppedStarsPanel& panel() const { return m_window->dropped().panel(); }
    QDockWidget* panelDock() const { return m_window->findChild<QDockWidget*>(QStringLiteral("dropped")); }
    QTableWidget& table() const { return *panel().findChild<QTableWidget*>(QStringLiteral("droppedStars")); }

    /// As a person does it: dragged in from a file manager and let go of over the map.
    void drop(const std::vector<std::filesystem::path>& files) {
        QMimeData data;
        QList<QUrl> urls;
        for (const std::filesystem::path& file : files) {
            urls += QUrl::fromLocalFile(QString::fromStdString(file.string()));
        }
        data.setUrls(urls);
        const QPoint at = m_window->rect().center();
        QDragEnterEvent enter(at, Qt::CopyAction, &data, Qt::LeftButton, {});
        QCoreApplication::sendEvent(m_window.get(), &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent event(QPointF(at), Qt::CopyAction, &data, Qt::LeftButton, {});
        QCoreApplication::sendEvent(m_window.get(), &event);
        QVERIFY(event.isAccepted());
    }

    /// Stars of the mock catalogue as the archive would deliver them.
    void writeStars(const std::string& name, const std::vector<std::size_t>& rows) const {
        std::ofstream out(path(name));
        out << std::setprecision(9)
            << "source_id,phot_g_mean_flux,bp_coefficients,bp_coefficient_errors,rp_coefficients,"
               "rp_coefficient_errors\n";
        const auto list = [&out](std::span<const float> values) {
            out << ",\"(";
            for (std::size_t i = 0; i < values.size(); ++i) {
                out << (i > 0 ? ", " : "") << values[i];
            }
            out << ")\"";
        };
        for (const std::size_t row : rows) {
            const auto values = m_catalog->coefficients().row(row);
            const auto errors = m_catalog->coefficientErrors().row(row);
            out << m_catalog->sourceIds()[row] << ',' << m_catalog->gFlux()[row];
            list(values.first(55));
            list(errors.first(55));
            list(values.subspan(55));
            list(errors.subspan(55));
            out << '\n';
        }
    }

    test::TemporaryFolder m_folder;
    std::shared_ptr<const Catalog> m_catalog;
    std::shared_ptr<const SpectralModel> m_model;
    std::shared_ptr<const Latents> m_latents;
    std::unique_ptr<MainWindow> m_window;
};

} // namespace zscape

QTEST_MAIN(zscape::DroppedStarsTest)

#include "dropped_stars_test.moc"
