// Every view of the window as a figure: what it shows is what the window shows, and the command inside draws it again.
#include "app/open.h"
#include "app/window/figure_export.h"
#include "app/window/generate_controller.h"
#include "app/window/latent_controller.h"
#include "app/window/main_window.h"
#include "app/window/selection_store.h"
#include "app/window/tracks_controller.h"
#include "app/window/view_manager.h"
#include "app/window/view_panel.h"
#include "app/window/view_panels.h"
#include "core/analysis/observed_flux.h"
#include "core/base/error.h"
#include "core/generate/compare_star.h"
#include "tests/app/figure_example.h"
#include "widgets/corner_view.h"
#include "widgets/figure/write_figure.h"
#include "widgets/scatter_view.h"
#include "widgets/spectra_panel.h"
#include "widgets/spectrum_view.h"
#include "widgets/tracks_panel.h"
#include "widgets/training_curves.h"
#include "widgets/training_panel.h"

#include <QAction>
#include <QDockWidget>
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>

#include <algorithm>
#include <filesystem>
#include <set>

using namespace zscape;

namespace {

Selection selection(const std::string& name, Rgb colour, Definition definition) {
    return {name, colour, true, std::move(definition)};
}

} // namespace

class FigureViewsTest : public test::FigureExample {
    Q_OBJECT
private slots:
    void initTestCase() { openExample(); }
    void cleanupTestCase() { m_window.reset(); }

    void everyViewIsInTheMenuAndItsCommandRedrawsIt() {
        prepareViews();
        std::set<std::string> kinds;
        for (const auto& [id, title] : viewsToDraw(*m_window)) {
            checkRedrawn(id);
            kinds.insert(id.substr(0, id.find('-')));
        }
        QCOMPARE(kinds, (std::set<std::string>{"map", "view", "spectrum", "response", "comparison", "selectionSpectra",
                                               "traverse", "training"}));
    }

    void aMapOfFormulasIsRedrawn() {
        const ViewState before = m_window->mapState();
        m_window->setMapColumns(QStringLiteral("J-H"), QStringLiteral("TEFF/1000"), QStringLiteral("sqrt(z1^2+z2^2)"));
        checkRedrawn("map");
        m_window->setMapState(before);
    }

    void theColoursOfTheMapAreInItsCommand() {
        const ViewState before = m_window->mapState();
        ViewState state = before;
        state.colourMap = static_cast<int>(ColourMapName::Magma);
        state.colourPower = 0.5;
        state.colourClip = 5;
        state.selectedByLabel = true;
        m_window->setMapState(state);
        checkRedrawn("map");
        m_window->setMapState(before);
    }

    void theFigureOfADensityHasTheWindowsColours() {
        const ViewState before = m_window->mapState();
        ViewState state = before;
        state.mode = static_cast<int>(DrawMode::Density);
        state.countScale = CountScale::Root;
        m_window->setMapState(state);
        const Figure figure = figureOfView(*m_window, "map").make(figureInput(*m_window), {}, {});
        const FigurePanel& panel = figure.panels.front();
        const auto* others = std::get_if<DensityLayer>(&panel.layers[0]);
        const auto* counted = std::get_if<DensityLayer>(&panel.layers[1]);
        QVERIFY(others && counted);
        QCOMPARE(others->ramp.front(), others->ramp.back()); // grey, as there are selections
        // From the dark end for one star to the bright one, as on the screen.
        QCOMPARE(counted->ramp, colourTable(ColourMapName::Viridis));
        QCOMPARE(counted->power, 0.5);
        BitSet selected = *m_window->session().selections().stars(0);
        selected |= *m_window->session().selections().stars(1);
        QCOMPARE(counted->shown->count(), selected.count());
        QVERIFY(counted->binsX > 100);
        QVERIFY(!panel.colourBar->scale.logarithmic);
        checkRedrawn("map");
        state.countScale = CountScale::Logarithmic;
        m_window->setMapState(state);
        const Figure logarithmic = figureOfView(*m_window, "map").make(figureInput(*m_window), {}, {});
        QVERIFY(logarithmic.panels.front().colourBar->scale.logarithmic);
        m_window->setMapState(before);
    }

    void selectionsAndTracksOfTheMapAreNamedInItsFigure() {
        const FigureSource source = figureOfView(*m_window, "map");
        const Figure figure = source.make(figureInput(*m_window), {}, {});
        QVERIFY(figure.legend);
        QStringList names;
        for (const LegendEntry& entry : figure.legend->legend.entries)
            names += entry.text;
        QVERIFY2(names.contains(QStringLiteral("metal poor")) && names.contains(QStringLiteral("a box &lt;here&gt;")),
                 qPrintable(names.join(u'|')));
        QVERIFY2(names.contains(QStringLiteral("MS")), qPrintable(names.join(u'|')));
        QCOMPARE(figure.panels.front().x, m_window->map().xAxis());
        QCOMPARE(source.companions.size(), std::size_t{2});
    }

    void pointsOfTracksAreColouredAlongThemAsInTheWindow() {
        const auto trackIn = [&](const FigureSource& source) {
            const Figure figure = source.make(figureInput(*m_window), {}, {});
            for (const FigureLayer& layer : figure.panels.front().layers) {
                const auto* markers = std::get_if<MarkerLayer>(&layer);
                if (markers && markers->name == QStringLiteral("track MS")) return *markers;
            }
            return MarkerLayer{};
        };
        std::string kiel;
        for (const ViewState& view : m_window->views().views())
            if (view.title.find("Kiel") != std::string::npos) kiel = "view-" + view.id;
        QVERIFY(!kiel.empty());
        for (const std::string& id : {std::string("map"), kiel}) {
            const MarkerLayer markers = trackIn(figureOfView(*m_window, id));
            QVERIFY2(markers.points.size() > 2, id.c_str());
            QCOMPARE(markers.fills.size(), markers.points.size());
            QCOMPARE(markers.fills.front(), QColor(colourTable(ColourMapName::Viridis).front()));
            QCOMPARE(markers.fills.back(), QColor(colourTable(ColourMapName::Viridis).back()));
            QCOMPARE(markers.joined, QColor(0x12, 0x34, 0x56));
        }
        auto* tracks = m_window->findChild<TracksController*>();
        TracksPanel::Request request = tracks->request();
        request.colourAlong = false;
        request.hidden = {"GB"};
        const TracksPanel::Request before = tracks->request();
        tracks->restore(request, tracks->traverseChoice());
        const FigureSource source = figureOfView(*m_window, "map");
        const MarkerLayer plain = trackIn(source);
        QCOMPARE(plain.fills.size(), std::size_t{1});
        const Figure figure = source.make(figureInput(*m_window), {}, {});
        for (const LegendEntry& entry : figure.legend->legend.entries)
            QVERIFY2(entry.text != QStringLiteral("GB"), "a hidden track is drawn");
        QVERIFY2(figure.origin.command.find(" --hide-track GB") != std::string::npos, figure.origin.command.c_str());
        tracks->restore(before, tracks->traverseChoice());
    }

    void whereAUserZoomedToIsWhereTheFigureEnds() {
        const auto panels = [&](const std::string& id) {
            return figureOfView(*m_window, id).make(figureInput(*m_window), {}, {}).panels;
        };
        // Zoomed in prepareViews() with the wheel over the plots.
        const QCPRange shown = m_window->spectrum().fluxPlot().fluxRect().axis(QCPAxis::atBottom)->range();
        const AxisRange flux = panels("spectrum").front().x;
        QCOMPARE(flux.lower, shown.lower);
        QCOMPARE(flux.upper, shown.upper);
        QVERIFY(shown.size() < 600);
        auto* generate = m_window->findChild<GenerateController*>();
        const QCPRange response = generate->response().axisRect(0)->axis(QCPAxis::atBottom)->range();
        QCOMPARE(panels("response").front().x.lower, response.lower);
        QVERIFY(response.size() < 600);
        for (const ViewState& view : m_window->views().views()) {
            auto* corner = qobject_cast<CornerPanel*>(m_window->views().panel(view.id));
            if (!corner) continue;
            const auto drawn = panels("view-" + view.id);
            QCOMPARE(drawn[0].x, corner->view().limits()[0]);
            QCOMPARE(drawn[2].x, corner->view().limits()[1]); // row 1, column 1
        }
    }

    void theFigureOfAHistogramHasItsCumulativeCurve() {
        const Figure figure = figureOfView(*m_window, histogram()).make(figureInput(*m_window), {}, {});
        QVERIFY(figure.panels.front().rightAxis);
        std::size_t curves = 0;
        for (const FigureLayer& layer : figure.panels.front().layers) {
            const auto* steps = std::get_if<StepsLayer>(&layer);
            if (!steps || !steps->rightAxis) continue;
            ++curves;
            QVERIFY(std::ranges::is_sorted(steps->heights));
            QVERIFY(steps->heights.back() > 0.9 && steps->heights.back() <= 1);
        }
        QCOMPARE(curves, std::size_t{3}); // all stars and two selections
    }

    void tracksAreTicksInTheFigureOfAHistogram() {
        const std::string id = histogram();
        const Figure figure = figureOfView(*m_window, id).make(figureInput(*m_window), {}, {});
        std::vector<TicksLayer> ticks;
        for (const FigureLayer& layer : figure.panels.front().layers)
            if (const auto* one = std::get_if<TicksLayer>(&layer)) ticks.push_back(*one);
        QCOMPARE(ticks.size(), std::size_t{2});
        const std::vector<Track>& tracks = m_window->findChild<TracksController*>()->tracks();
        for (std::size_t t = 0; t < ticks.size(); ++t) {
            QCOMPARE(ticks[t].row, static_cast<int>(t));
            QCOMPARE(ticks[t].x.size(), tracks[t].points.size());
            for (std::size_t i = 0; i < tracks[t].points.size(); ++i) {
                QCOMPARE(ticks[t].x[i], *tracks[t].label(i, "M_H"));
                QCOMPARE(ticks[t].counts[i], tracks[t].points[i].stars);
            }
            QCOMPARE(ticks[t].colours.front(), QColor(colourTable(ColourMapName::Viridis).front()));
        }
        QCOMPARE(ticks[0].joined, QColor(0x12, 0x34, 0x56));
        QStringList names;
        for (const LegendEntry& entry : figure.legend->legend.entries)
            names += entry.text;
        QVERIFY(names.contains(QStringLiteral("MS")) && names.contains(QStringLiteral("GB")));
    }

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

private:
    std::string histogram() const {
        for (const ViewState& view : m_window->views().views())
            if (view.kind == "histogram") return "view-" + view.id;
        return {};
    }
    /// Exports a view and lets the program draw it once more by the command in its numbers: byte by byte the same.
    void checkRedrawn(const std::string& id) {
        const FigureSource source = figureOfView(*m_window, id);
        FigureChoice choice;
        choice.style.dpi = 300;
        choice.ownWidth = false;
        choice.style.width_mm = source.width_mm;
        FigureInput input = figureInput(*m_window);
        input.model = makeEngine(input.model->model());
        const Figure figure = source.make(input, choice, {});
        QVERIFY2(!figure.panels.empty(), id.c_str());
        for (const char* ending : {".png", ".svg"}) {
            const std::filesystem::path file = m_folder / (id + ending);
            exportFigure(figure, source, file);
            const std::string bytes = read(file), csv = read(m_folder / (id + ".csv"));
            QVERIFY2(csv.find("\npanel,layer,x,y,value,stars,source_id\n") != std::string::npos, id.c_str());
            const std::size_t at = csv.find("# command: zscape ") + 18;
            const std::string command = csv.substr(at, csv.find('\n', at) - at);
            // In a folder of its own, with the files that the export left.
            const std::string moved = (m_folder / "again").string();
            std::filesystem::create_directories(moved);
            for (const auto& [end, text] : source.companions)
                std::filesystem::copy_file(m_folder / (id + "." + end), m_folder / ("again/" + id + "." + end),
                                           std::filesystem::copy_options::overwrite_existing);
            const test::ProgramResult result = runIn(moved, command);
            QVERIFY2(result.exitCode == 0, (id + ": " + command + "\n" + result.err).c_str());
            const std::string out = command.substr(command.rfind(' ') + 1);
            QVERIFY2(read(m_folder / ("again/" + out)) == bytes, (id + ending + ": " + command).c_str());
        }
    }
    void prepareViews() {
        SelectionStore& store = m_window->session().selections();
        store.add(selection("metal poor", 0xFF009E73, ExpressionShape{"M_H < -0.5"}), QStringLiteral("add"));
        store.add(
            selection("a box <here>", 0xFFE69F00, RectangleShape{{"z1", "z2", false, false}, {-0.5, -0.5}, {0.5, 0.5}}),
            QStringLiteral("add"));
        QTRY_VERIFY(store.stars(0) && store.stars(1));
        ViewManager& views = m_window->views();
        ViewState histogram, corner, sky = views.sky();
        histogram.kind = "histogram";
        histogram.columns = {"M_H"};
        histogram.bins = 40;
        histogram.logY = true;
        corner.kind = "corner";
        corner.columns = {"z1", "z4", "J-H"};
        sky.columns = {"TEFF/40", "LOGG*10"};
        ViewState contour = views.alpha(false), density = views.scatter(), fraction = views.scatter();
        contour.mode = static_cast<int>(DrawMode::Contour);
        density.mode = static_cast<int>(DrawMode::Density);
        fraction.reduction = static_cast<int>(Reduction::Fraction);
        for (const ViewState& view : {views.kiel(), contour, density, fraction, histogram, corner, sky}) {
            const std::string id = views.add(view);
            QTRY_VERIFY(views.panel(id)->isVisible());
            QVERIFY2(views.panel(id)->problem().isEmpty(), qPrintable(views.panel(id)->problem()));
        }
        auto* tracks = m_window->findChild<TracksController*>();
        QSignalSpy made(tracks, &TracksController::tracksMade);
        TracksPanel::Request request = tracks->panel().request();
        request.kinds = {TrackKind::MainSequence, TrackKind::GiantBranch};
        request.flavour = TrackFlavour::Paper;
        request.options = TrackOptions::of(TrackFlavour::Paper);
        request.options.mainSequence.teff_K.points = 7;
        request.colours["MS"] = 0xFF123456;
        tracks->panel().setRequest(request);
        emit tracks->panel().changed();
        QVERIFY(made.wait(20000));
        std::size_t row = 0;
        while (!m_window->session().catalog()->usable().test(row))
            ++row;
        m_window->session().setPicked(row);
        QVERIFY(m_window->controller().pickedStar());
        for (const char* name : {"selectionSpectra", "response", "comparison"})
            m_window->panel(QString::fromUtf8(name))->show();
        auto* generate = m_window->findChild<GenerateController*>();
        zoomAt(m_window->spectrum().fluxPlot(), m_window->spectrum().fluxPlot().fluxRect());
        m_window->panel(QStringLiteral("response"))->raise();
        QTRY_VERIFY(generate->response().isVisible() && generate->response().axisRect(0)->width() > 50);
        zoomAt(generate->response(), *generate->response().axisRect(0));
        for (const ViewState& view : views.views()) {
            auto* panel = qobject_cast<CornerPanel*>(views.panel(view.id));
            if (panel) wheel(panel->view(), panel->view().panel(1, 0).center());
        }
        generate->spectra().choose(SpectraShown::Difference, 0, 3);
        std::vector<EpochRecord> history;
        for (int epoch = 1; epoch <= 20; ++epoch)
            history.push_back(
                {epoch, 50.0 / epoch, 40.0 / epoch, 10.0 / epoch, 51.0 / epoch, 41.0 / epoch, 10.0 / epoch, 1e-4, 1});
        m_window->trainingPanel().curves().setHistory(history);
    }
    static void wheel(QWidget& widget, const QPointF& at) {
        QWheelEvent event(at, widget.mapToGlobal(at), {}, {0, 480}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase,
                          false);
        QApplication::sendEvent(&widget, &event);
    }
    static void zoomAt(QCustomPlot& plot, QCPAxisRect& rect) { wheel(plot, rect.center()); }
    test::ProgramResult runIn(const std::string& folder, const std::string& command) {
        return test::runProgram("zscape", command, "cd " + folder + " &&");
    }
};

QTEST_MAIN(FigureViewsTest)
#include "figure_views_test.moc"
