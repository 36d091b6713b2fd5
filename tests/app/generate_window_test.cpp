// What surrounds the latent point, in the whole window with real files, jobs and events: near stars, the populated
// region, responses, comparison, spectra of selections and what is exported of them.
#include "app/window/generate_controller.h"
#include "app/window/latent_controller.h"
#include "app/window/main_window.h"
#include "app/window/selection_store.h"
#include "core/base/error.h"
#include "core/io/table_file.h"
#include "tests/app/explored_window.h"
#include "widgets/curves_view.h"
#include "widgets/latent_point_panel.h"
#include "widgets/scatter_view.h"
#include "widgets/spectra_panel.h"
#include "widgets/spectrum_view.h"

#include <QAction>
#include <QComboBox>
#include <QDockWidget>
#include <QLabel>
#include <QSignalSpy>
#include <QTest>
#include <QUndoStack>

#include <cmath>
#include <memory>

namespace zscape {

/// Counts how often a plot is painted, and keeps what near stars it had then.
class PaintCount : public QObject {
public:
    explicit PaintCount(FluxPlot& watched) : m_plot(watched) { watched.installEventFilter(this); }
    int count = 0;
    std::vector<std::vector<float>> near;

protected:
    bool eventFilter(QObject*, QEvent* event) override {
        if (event->type() != QEvent::Paint) return false;
        ++count;
        near = m_plot.nearShown();
        return false;
    }

private:
    FluxPlot& m_plot;
};

class GenerateWindowTest : public test::ExploredWindow {
    Q_OBJECT

private slots:
    void initTestCase() {
        makeFiles();
        openWindow({1400, 880});
        m_generate = m_window->findChild<GenerateController*>();
    }
    void cleanupTestCase() { m_window.reset(); }

    void thePickedStarIsNearestToItsOwnPlaceAndInsideThePopulatedRegion() {
        m_window->controller().pickStar(42);
        QCOMPARE(m_generate->nearest().size(), std::size_t{10});
        QCOMPARE(m_generate->nearest().front().row, std::size_t{42});
        QVERIFY(m_generate->nearest().front().distance < 1e-4);
        QVERIFY(m_generate->place());
        // The map rings them, and the panel names the first.
        QCOMPARE(m_window->map().neighbours().size(), std::size_t{10});
        // Their observed spectra lie beneath the generated one, as bright as it; the picked star's is drawn already.
        const FluxPlot& plot = m_window->spectrum().fluxPlot();
        QCOMPARE(plot.nearShown().size(), FluxPlot::mostNear);
        const Catalog& catalog = *m_window->session().catalog();
        const std::size_t second = m_generate->nearest()[1].row;
        const auto coefficients = catalog.coefficients().row(second);
        std::vector<double> flux(343);
        m_window->session().instrument().calibrate(std::vector<double>(coefficients.begin(), coefficients.end()), flux);
        const double bright = catalog.gFlux()[42] / catalog.gFlux()[second];
        QVERIFY(std::abs(double(plot.nearShown()[0][100]) / (flux[100] * bright) - 1) < 1e-4);
        auto* shown = m_window->findChild<QAction*>(QStringLiteral("nearSpectra"));
        shown->trigger();
        QVERIFY(plot.nearShown().empty());
        shown->trigger();
        NearestList& list = m_window->findChild<LatentPointPanel*>()->nearest();
        QCOMPARE(list.stars().size(), qsizetype{NearestList::mostLines});
        QCOMPARE(list.stars()[0].id, QString::number(catalog.sourceIds()[42]));
        QCOMPARE(list.stars()[0].values.size(), qsizetype{4}); // d, T_eff, log g, [M/H]
        QTest::mouseClick(&list, Qt::LeftButton, {}, list.lineRect(1).center());
        QCOMPARE(m_window->session().picked(), std::optional<std::size_t>(second));
    }

    void aPointFarOutIsMarkedAsExtrapolationInTheSameEvent() {
        m_window->controller().reset();
        m_window->setMapColumns(QStringLiteral("z1"), QStringLiteral("z3"), QString());
        ScatterView& map = m_window->map();
        AxisRange x = map.xAxis();
        AxisRange y = map.yAxis();
        x.lower -= 40;
        x.upper += 40;
        y.lower -= 40;
        y.upper += 40;
        map.setAxes(x, y);
        map.renderNow();
        const QPoint from = map.toWidget(*map.handle()).toPoint();
        const QPoint corner = map.plotArea().topLeft() + QPoint(30, 30);
        QTest::mousePress(&map, Qt::LeftButton, {}, from);
        QTest::mouseMove(&map, corner);
        QVERIFY(m_generate->place()); // no event loop has run since
        QVERIFY(!m_generate->place()->inside);
        QTest::mouseRelease(&map, Qt::LeftButton, {}, corner);
        const auto labels = m_window->findChild<LatentPointPanel*>()->findChildren<QLabel*>();
        QVERIFY(std::ranges::any_of(
            labels, [](const QLabel* label) { return label->text().contains(QStringLiteral("extrapolation")); }));
        map.fitToData();
        m_window->controller().reset();
    }

    void thePointBeginsWhereThereAreStars() {
        m_window->controller().reset();
        QVERIFY(m_generate->place() && m_generate->place()->inside);
        const std::size_t row = m_generate->nearest().front().row;
        const auto latent = m_window->session().latents()->muView().row(row);
        QVERIFY(std::ranges::equal(m_window->controller().latent(), latent));
        // No star is nearer to the mean.
        const std::vector<LatentSummary>& summaries = m_window->session().latentSummaries();
        const auto distance = [&](std::size_t star) {
            double sum = 0;
            for (std::size_t k = 0; k < summaries.size(); ++k) {
                const double spread = std::max(summaries[k].upper - summaries[k].lower, 1e-9);
                sum += std::pow((m_window->session().latents()->muView().row(star)[k] - summaries[k].mean) / spread, 2);
            }
            return sum;
        };
        for (std::size_t star = 0; star < m_window->session().latents()->rows; ++star) {
            QVERIFY(!m_window->session().catalog()->usable().test(star) || distance(star) >= 0.999 * distance(row));
        }
    }

    void aMoveOfTheHandlePaintsTheSpectrumOnceWithTheNearStars() {
        m_window->controller().reset();
        ScatterView& map = m_window->map();
        m_window->setMapColumns(QStringLiteral("z1"), QStringLiteral("z3"), QString());
        map.renderNow();
        const QPoint from = map.toWidget(*map.handle()).toPoint();
        QTest::mousePress(&map, Qt::LeftButton, {}, from);
        QTest::mouseMove(&map, from + QPoint(5, 5));
        QCoreApplication::processEvents();
        FluxPlot& plot = *m_window->spectrum().findChild<FluxPlot*>();
        const auto near = plot.nearShown();
        PaintCount paints(plot);
        QTest::mouseMove(&map, from + QPoint(60, -40));
        QCOMPARE(paints.count, 1);
        QVERIFY(plot.nearShown() != near);
        QCOMPARE(paints.near, plot.nearShown()); // none was left for later
        QTest::mouseRelease(&map, Qt::LeftButton, {}, from + QPoint(60, -40));
        m_window->controller().reset();
    }

    void theResponsePanelHasACurveForEveryLatentAndFollowsThePoint() {
        showPanel("response");
        CurvesView& response = m_generate->response();
        QTRY_COMPARE(response.curves().size(), std::size_t{6});
        const std::vector<double> before = response.curves()[0].values;
        QCOMPARE(before.size(), std::size_t{343});
        std::vector<float> latent = m_window->controller().latent();
        latent[2] += 0.3F;
        m_window->controller().setLatent(latent);
        QVERIFY(response.curves()[0].values != before);
        // The response is the spectrum's derivative: moving z_3 by a little changes the flux by as much.
        const std::vector<double> slope = response.curves()[2].values;
        const std::vector<double> flux = m_window->controller().generated().flux;
        latent[2] += 0.01F;
        m_window->controller().setLatent(latent);
        double largest = 0;
        for (const double value : slope) {
            largest = std::max(largest, std::abs(value));
        }
        QVERIFY(largest > 0);
        for (std::size_t l = 0; l < slope.size(); l += 10) {
            const double change = (m_window->controller().generated().flux[l] - flux[l]) / 0.01;
            QVERIFY(std::abs(change - slope[l]) < 0.05 * largest);
        }
    }

    void theComparisonTellsChiSquared() {
        showPanel("comparison");
        m_window->controller().pickStar(7);
        auto* text = m_window->findChild<QLabel*>(QStringLiteral("comparisonText"));
        QTRY_VERIFY(text->text().contains(QStringLiteral("χ²")));
        QCOMPARE(m_generate->comparison().curves().size(), std::size_t{1});
        double sum = 0;
        for (const double sigma : m_generate->comparison().curves()[0].values) {
            sum += sigma * sigma;
        }
        QVERIFY(text->text().remove(QLatin1Char(',')).contains(QString::number(sum, 'f', 1)));

        // As low and narrow as it gets the text is whole, and the plot beneath as high as its axes need.
        QDockWidget* dock = m_window->panel(QStringLiteral("comparison"));
        for (const int width : {700, 250}) {
            dock->resize(width, 60);
            QTRY_VERIFY(text->height() >= text->heightForWidth(text->width()));
            QTRY_VERIFY(m_generate->comparison().height() >= m_generate->comparison().minimumHeight());
            QTRY_VERIFY(text->geometry().bottom() < m_generate->comparison().geometry().top());
            QTRY_VERIFY(m_generate->comparison().geometry().bottom() <
                        m_generate->comparison().parentWidget()->height());
            QTRY_VERIFY(m_generate->comparison().parentWidget()->geometry().bottom() < dock->height());
        }
    }

    void selectionsSpectraComeWithABand() {
        QSignalSpy shown(m_generate, &GenerateController::spectraShown);
        showPanel("selectionSpectra");
        QVERIFY(shown.wait(20000));
        const CurvesView& view = m_generate->spectra().curves();
        QCOMPARE(view.curves().size(), std::size_t{1});
        QCOMPARE(view.curves()[0].lower.size(), std::size_t{343});
        auto* what = m_window->findChild<QComboBox*>(QStringLiteral("spectraShown"));
        auto* second = m_window->findChild<QComboBox*>(QStringLiteral("secondSelection"));
        what->setFocus();
        QTest::keyClick(what, Qt::Key_End); // the ratio
        QVERIFY(shown.wait(20000));
        QVERIFY(second->isEnabled());
        const std::string one = m_generate->spectraChoice().first;
        m_generate->restore({SpectraShown::Ratio, one, one}, {});
        QVERIFY(shown.wait(20000));
        for (const double value : view.curves()[0].values) { // a selection over itself
            QVERIFY(std::isnan(value) || std::abs(value - 1) < 1e-12);
        }
    }

    void spectraOfStarSelectionAndLatentPointAreExported() {
        using Of = GenerateController::SpectraOf;
        const auto file = [&](const char* name) { return QString::fromStdString(path(name).string()); };
        QSignalSpy written(m_generate, &GenerateController::spectraWritten);
        m_window->session().setPicked({});
        QVERIFY_EXCEPTION_THROWN(m_generate->writeSpectra(Of::PickedStar, file("star.csv")), Error);
        QVERIFY_EXCEPTION_THROWN(m_generate->writeSpectra(Of::Selection, file("some.csv")), Error);
        m_window->controller().pickStar(11);
        m_generate->writeSpectra(Of::PickedStar, file("star.csv"));
        QVERIFY(written.wait(20000));
        const InputTable star = readInputTable(path("star.csv").string());
        QCOMPARE(star.rows, std::size_t{1});
        QCOMPARE(star.sourceIds[0], m_window->session().catalog()->sourceIds()[11]);
        QVERIFY(star.find("observed_flux_500") && star.find("reconstructed_coefficients_110"));

        m_generate->writeSpectra(Of::LatentPoint, file("point.csv"));
        const InputTable point = readInputTable(path("point.csv").string());
        const double shown = m_window->controller().generated().flux[82]; // at 500 nm
        QCOMPARE(point.values[*point.find("generated_flux_500")], shown);

        Selection cool;
        cool.name = "cool for export";
        cool.definition = ExpressionShape{"TEFF < 4200"};
        SelectionStore& store = m_window->session().selections();
        store.add(cool, QStringLiteral("select"));
        QTRY_VERIFY(store.stars(0));
        written.clear();
        m_generate->writeSpectra(Of::Selection, file("some.ecsv"));
        QVERIFY(written.wait(20000));
        QCOMPARE(readInputTable(path("some.ecsv").string()).rows, store.count(0));
        m_window->session().undo().undo();
    }

private:
    GenerateController* m_generate = nullptr;
};

} // namespace zscape

QTEST_MAIN(zscape::GenerateWindowTest)
#include "generate_window_test.moc"
