#pragma once

#include "app/open.h"
#include "app/window/figure_export.h"
#include "app/window/generate_controller.h"
#include "app/window/latent_controller.h"
#include "app/window/selection_store.h"
#include "app/window/tracks_controller.h"
#include "app/window/view_manager.h"
#include "app/window/view_panel.h"
#include "app/window/view_panels.h"
#include "tests/app/figure_example.h"
#include "widgets/corner_view.h"
#include "widgets/scatter_view.h"
#include "widgets/spectra_panel.h"
#include "widgets/spectrum_view.h"
#include "widgets/tracks_panel.h"
#include "widgets/training_curves.h"
#include "widgets/training_panel.h"

#include <QDockWidget>
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>

#include <filesystem>

namespace zscape::test {

/// Every kind of view with selections, tracks and a picked star, some of them zoomed; and a check that a figure's
/// command draws it again.
class ShownFigures : public FigureExample {
protected:
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
            const ProgramResult result = runIn(moved, command);
            QVERIFY2(result.exitCode == 0, (id + ": " + command + "\n" + result.err).c_str());
            const std::string out = command.substr(command.rfind(' ') + 1);
            QVERIFY2(read(m_folder / ("again/" + out)) == bytes, (id + ending + ": " + command).c_str());
        }
    }
    void prepareViews() {
        SelectionStore& store = m_window->session().selections();
        const auto selection = [](const std::string& name, Rgb colour, Definition definition) {
            return Selection{name, colour, true, std::move(definition)};
        };
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
    ProgramResult runIn(const std::string& folder, const std::string& command) {
        return runProgram("zscape", command, "cd " + folder + " &&");
    }
};

} // namespace zscape::test
