// Every view of the window as a figure: what it shows is what the window shows, and the command inside draws it again.
#include "app/window/generate_controller.h"
#include "app/window/main_window.h"
#include "app/window/selection_store.h"
#include "app/window/tracks_controller.h"
#include "app/window/view_manager.h"
#include "app/window/view_panels.h"
#include "tests/app/shown_figures.h"
#include "widgets/corner_view.h"
#include "widgets/scatter_view.h"
#include "widgets/spectrum_view.h"
#include "widgets/tracks_panel.h"

#include <QSignalSpy>
#include <QTest>

#include <algorithm>
#include <filesystem>
#include <set>

using namespace zscape;

class FigureViewsTest : public test::ShownFigures {
    Q_OBJECT
private slots:
    void initTestCase() {
        openExample();
        prepareViews();
    }
    void cleanupTestCase() { m_window.reset(); }

    void everyViewIsInTheMenuAndItsCommandRedrawsIt() {
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

private:
    std::string histogram() const {
        for (const ViewState& view : m_window->views().views())
            if (view.kind == "histogram") return "view-" + view.id;
        return {};
    }
};

QTEST_MAIN(FigureViewsTest)
#include "figure_views_test.moc"
