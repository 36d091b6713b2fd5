// Figures of spectra: near stars, coefficients, a star and its reconstruction, and traverses, as the window shows them.
#include "core/analysis/observed_flux.h"
#include "core/generate/compare_star.h"
#include "tests/app/shown_figures.h"

#include <QAction>

#include <algorithm>
#include <cmath>

using namespace zscape;

class FigureSpectraTest : public test::ShownFigures {
    Q_OBJECT
private slots:
    void initTestCase() {
        openExample();
        prepareViews();
    }
    void cleanupTestCase() { m_window.reset(); }

    void nearStarsLieUnderTheSpectrumAsInTheWindow() {
        const Figure figure = figureOfView(*m_window, "spectrum").make(figureInput(*m_window), {}, {});
        const auto& shown = m_window->spectrum().fluxPlot().nearShown();
        QCOMPARE(shown.size(), FluxPlot::mostNear);
        std::vector<CurveLayer> near;
        double factor = 0;
        const Catalog& catalog = *m_window->session().catalog();
        for (const FigureLayer& layer : figure.panels.front().layers) {
            const auto* curve = std::get_if<CurveLayer>(&layer);
            if (!curve) continue;
            if (curve->name.startsWith(QStringLiteral("near star "))) near.push_back(*curve);
            if (curve->name == QStringLiteral("generated"))
                factor = curve->points[100].y() / m_window->controller().generated().flux[100];
        }
        QCOMPARE(near.size(), shown.size());
        const auto nearest = m_window->findChild<GenerateController*>()->nearest();
        for (std::size_t k = 0; k < near.size(); ++k) {
            const std::size_t row = nearest[k + 1].row; // the first is the picked star
            QCOMPARE(near[k].name, QStringLiteral("near star %1").arg(catalog.sourceIds()[row]));
            QVERIFY(std::abs(near[k].points[200].y() / (factor * double(shown[k][200])) - 1) < 1e-4);
        }
        auto* action = m_window->findChild<QAction*>(QStringLiteral("nearSpectra"));
        action->trigger();
        const Figure without = figureOfView(*m_window, "spectrum").make(figureInput(*m_window), {}, {});
        QCOMPARE(without.panels.front().layers.size(), figure.panels.front().layers.size() - near.size());
        action->trigger();
    }

    void theCoefficientsEndWhereAUserZoomedTo() {
        SpectrumView& view = m_window->spectrum();
        view.setMode(SpectrumMode::Coefficients);
        CoefficientPlot& plot = view.coefficientPlot();
        QTRY_VERIFY(plot.isVisible() && plot.bandRect(1).width() > 50);
        zoomAt(plot, plot.bandRect(1));
        const Figure figure = figureOfView(*m_window, "spectrum").make(figureInput(*m_window), {}, {});
        QCOMPARE(figure.panels.size(), std::size_t{2});
        const QCPRange x = plot.bandRect(0).axis(QCPAxis::atBottom)->range();
        const QCPRange y = plot.bandRect(1).axis(QCPAxis::atLeft)->range();
        for (const FigurePanel& panel : figure.panels) {
            QCOMPARE(panel.x.lower, x.lower);
            QCOMPARE(panel.x.upper, x.upper);
        }
        QCOMPARE(figure.panels[1].y.lower, y.lower);
        QCOMPARE(figure.panels[1].y.upper, y.upper);
        QVERIFY(x.size() < 40);
        checkRedrawn("spectrum");
        view.setMode(SpectrumMode::Flux);
    }

    void aStarIsComparedWithTheCovarianceOfItsCoefficients() {
        FigureInput input = figureInput(*m_window);
        const Catalog& catalog = *input.table->catalog();
        const std::size_t row = *m_window->controller().pickedStar();
        const std::size_t half = catalog.coefficientCount() / 2, pairs = half * (half - 1) / 2;
        std::vector<float> triangles(catalog.rows() * pairs);
        for (std::size_t i = 0; i < triangles.size(); i += 7)
            triangles[i] = 0.05F;
        Correlations correlations;
        correlations.bpValues = correlations.rpValues = SharedArray<float>(std::move(triangles));
        correlations.bp = correlations.rp = {correlations.bpValues.data(), catalog.rows(), pairs};
        input.correlations = std::make_shared<const Correlations>(correlations);

        const Figure comparison = figureOfView(*m_window, "comparison").make(input, {}, {});
        const auto count = catalog.coefficientCount();
        std::vector<float> values(count), scatter(count);
        input.model->decodeOne(input.table->latents()->muView().row(row), values, scatter);
        const StarComparison expected =
            compareStar(catalog, row, input.model->model(), values, scatter, input.correlations.get());
        QCOMPARE(expected.whitened.size(), count);
        bool dots = false, line = false;
        for (const FigureLayer& layer : comparison.panels.front().layers) {
            if (const auto* markers = std::get_if<MarkerLayer>(&layer)) {
                dots = true;
                for (std::size_t j = 0; j < count; ++j)
                    QCOMPARE(markers->points[j].y(), expected.whitened[j]);
            }
            const auto* curve = std::get_if<CurveLayer>(&layer);
            if (!curve || curve->points.size() != count) continue;
            line = true;
            QCOMPARE(curve->points[3].y(), expected.residual[3]);
        }
        QVERIFY(dots && line);

        const Figure spectrum = figureOfView(*m_window, "spectrum").make(input, {}, {});
        const ObservedFlux flux =
            observedFlux(catalog, row, XpSampler::calibrated(XpInstrument::builtIn()), input.correlations.get());
        QVERIFY(flux.correlated);
        bool band = false;
        for (const FigureLayer& layer : spectrum.panels.front().layers) {
            const auto* one = std::get_if<BandLayer>(&layer);
            if (!one || one->name != QStringLiteral("observed error")) continue;
            band = true;
            const double factor = 0.5 * (one->upper[100] + one->lower[100]) / flux.flux[100];
            QVERIFY(std::abs(0.5 * (one->upper[100] - one->lower[100]) / (factor * flux.error[100]) - 1) < 1e-6);
        }
        QVERIFY(band);
    }

    void theTraverseIsAFigureOfItsSpectra() {
        const Figure figure = figureOfView(*m_window, "traverse").make(figureInput(*m_window), {}, {});
        QCOMPARE(figure.panels.size(), std::size_t{2});
        std::size_t spectra = 0;
        for (const FigureLayer& layer : figure.panels[1].layers)
            spectra += std::holds_alternative<CurveLayer>(layer);
        QCOMPARE(spectra, std::size_t{12});
        QVERIFY(figure.panels[0].colourBar);
        QVERIFY2(figure.origin.command.find(" --mode traverse --tracks ") != std::string::npos,
                 figure.origin.command.c_str());
    }
};

QTEST_MAIN(FigureSpectraTest)
#include "figure_spectra_test.moc"
