#include "app/window/bench_window.h"

#include "app/window/bench_linked.h"
#include "app/window/latent_controller.h"
#include "app/window/main_window.h"
#include "app/window/training_controller.h"
#include "core/base/embedded.h"
#include "core/base/error.h"
#include "core/base/philox.h"
#include "core/bench/bench.h"
#include "core/bench/scratch_catalog.h"
#include "widgets/bench_views.h"
#include "widgets/scatter_view.h"
#include "widgets/spectrum_view.h"

#include <QApplication>
#include <QDockWidget>
#include <QEventLoop>
#include <QMouseEvent>
#include <QProcess>
#include <QTimer>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstdlib>

namespace zscape {

namespace {

using Clock = std::chrono::steady_clock;
using nlohmann::ordered_json;

constexpr std::size_t stars = 500000;
constexpr int frames = 200;

double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

/// Stars of noise in coefficient space: what they are does not change the time that drawing them takes.
std::shared_ptr<const Catalog> noiseCatalog(std::size_t coefficientCount) {
    const Philox random(3);
    std::vector<float> noise(4096 * coefficientCount);
    for (std::size_t i = 0; i < noise.size(); ++i) {
        noise[i] = static_cast<float>(1000 * random.normal(i));
    }
    std::vector<std::int64_t> ids(stars);
    std::vector<float> coefficients(stars * coefficientCount);
    for (std::size_t i = 0; i < stars; ++i) {
        ids[i] = static_cast<std::int64_t>(i + 1);
    }
    for (std::size_t i = 0; i < coefficients.size(); ++i) {
        coefficients[i] = noise[i % noise.size()];
    }
    std::vector<float> errors(coefficients.size(), 1.0f);
    std::vector<Column> columns;
    columns.emplace_back(std::string(column::gFlux), "electron/s", std::vector<double>(stars, 5000.0));
    return std::make_shared<const Catalog>("bench", coefficientCount, std::move(ids), std::move(coefficients),
                                           std::move(errors), std::move(columns));
}

/// Latents spread as a trained model's are: standard normal.
std::shared_ptr<const Latents> normalLatents(std::size_t latentSize) {
    Latents latents{stars, latentSize, std::vector<float>(stars * latentSize), {}};
    const Philox random(4);
    for (std::size_t i = 0; i < latents.mu.size(); ++i) {
        latents.mu[i] = static_cast<float>(random.normal(i));
    }
    latents.logVar.assign(latents.mu.size(), -4.0f);
    return std::make_shared<const Latents>(std::move(latents));
}

void sendMouse(QWidget& target, QEvent::Type type, const QPointF& at, Qt::MouseButton button, Qt::MouseButtons held) {
    QMouseEvent event(type, at, target.mapToGlobal(at), button, held, Qt::NoModifier);
    QApplication::sendEvent(&target, &event);
}

/// Shows all that follows the handle, each panel in a window of its own, and waits until near stars can be found.
void showEveryPanel(MainWindow& window) {
    for (const char* id : {"response", "comparison", "selectionSpectra"}) {
        QDockWidget* dock = window.panel(QLatin1String(id));
        if (!dock) throw Error("the window has no panel '" + std::string(id) + "' to time");
        dock->setFloating(true);
        dock->resize(640, 420);
        dock->show();
        waitUntilExposed(*dock);
    }
    QEventLoop loop;
    QTimer poll;
    QObject::connect(&poll, &QTimer::timeout, &loop, [&] {
        if (window.isIdle() && !window.map().neighbours().empty()) loop.quit();
    });
    poll.start(20);
    QTimer::singleShot(60000, &loop, &QEventLoop::quit);
    loop.exec();
    if (window.map().neighbours().empty()) throw Error("no near stars were found that a drag could follow");
}

/// Drags the handle with real mouse events; each frame ends when all that the event called for is painted.
double medianDragMs(MainWindow& window) {
    ScatterView& map = window.map();
    const QPointF start = map.toWidget(*map.handle());
    sendMouse(map, QEvent::MouseButtonPress, start, Qt::LeftButton, Qt::LeftButton);
    std::vector<double> times;
    for (int frame = 0; frame < frames; ++frame) {
        const double angle = 0.1 * frame;
        const QPointF at = start + QPointF(80 * std::sin(angle), 60 * (1 - std::cos(angle)));
        const auto begin = Clock::now();
        sendMouse(map, QEvent::MouseMove, at, Qt::NoButton, Qt::LeftButton);
        QCoreApplication::processEvents(); // what was put off until the loop's next turn, and its painting
        QCoreApplication::processEvents();
        times.push_back(std::chrono::duration<double, std::milli>(Clock::now() - begin).count());
    }
    sendMouse(map, QEvent::MouseButtonRelease, start, Qt::LeftButton, Qt::NoButton);
    return median(times);
}

ordered_json result(const std::string& name, double value, const std::string& unit, double budget,
                    const std::string& note) {
    return {{"name", name},     {"value", value},         {"unit", unit},
            {"budget", budget}, {"met", value <= budget}, {"note", note}};
}

void addCounterpart(ordered_json& json, const std::string& what, double value) {
    json["counterpart"] = what;
    json["counterpart_value"] = value;
    json["ratio"] = value / json["value"].get<double>();
}

/// Draws the whole map again and again.
double medianReplotMs(MainWindow& window) {
    std::vector<double> times;
    for (int frame = 0; frame < frames; ++frame) {
        const auto begin = Clock::now();
        window.map().renderNow();
        times.push_back(std::chrono::duration<double, std::milli>(Clock::now() - begin).count());
    }
    return median(times);
}

/// Trains on the stars that are shown, on all cores, until it is stopped; nothing is written.
void startTraining(MainWindow& window) {
    TrainingRequest request;
    request.catalog = window.session().catalog();
    request.options.architecture.inputSize = static_cast<int>(request.catalog->coefficientCount());
    QEventLoop loop;
    QObject::connect(&window.training(), &TrainingController::progressed, &loop, &QEventLoop::quit);
    QObject::connect(&window.training(), &TrainingController::ended, &loop, &QEventLoop::quit);
    window.training().start(request);
    loop.exec();
    if (!window.training().isRunning()) throw Error("the training beside which frames are timed did not start");
}

double medianStartMs() {
    std::vector<double> times;
    for (int run = 0; run < 6; ++run) {
        QProcess child;
        child.start(QCoreApplication::applicationFilePath(), {QStringLiteral("--time-to-paint")});
        if (!child.waitForFinished(60000) || child.exitCode() != 0) {
            throw Error("cannot start the window once more to time it: " + child.readAllStandardError().toStdString());
        }
        bool understood = false;
        const double time = child.readAllStandardOutput().split(' ').front().toDouble(&understood);
        if (!understood) throw Error("the window did not tell when it was painted");
        if (run > 0) times.push_back(time); // the first warms the disk cache
    }
    return median(times);
}

/// The window with 500,000 stars and the built-in model.
class DragWindow {
public:
    DragWindow() : m_window(Theme::Light) {
        m_window.resize(1600, 980);
        const std::shared_ptr<const SpectralModel> model =
            makeFusedModel(loadModelImage(embeddedDemoModel(), "the demo model"));
        const Architecture& shape = model->model().architecture;
        m_window.session().setData(noiseCatalog(static_cast<std::size_t>(shape.inputSize)), model,
                                   normalLatents(static_cast<std::size_t>(shape.latentSize)));
        m_window.show();
        waitUntilExposed(m_window);
        showEveryPanel(m_window);
    }
    MainWindow& operator*() { return m_window; }
    ordered_json drag() {
        return result("drag_to_spectrum", medianDragMs(m_window), "ms", 8,
                      "mouse move to spectrum, near stars, populated region and response curves painted, every panel "
                      "open, 500,000 stars, median of 200");
    }

private:
    MainWindow m_window;
};

ordered_json timedStart() {
    return result("start_to_first_paint", medianStartMs(), "ms", 500,
                  "a fresh process, offscreen; the kernel's start time is good to 10 ms");
}

/// From openPath() to the first frame of the map with stars, of a file in the released layout as large as the paper's.
ordered_json timedOpen() {
    constexpr std::size_t paperStars = 502311;
    const ScratchFile scratch;
    writeReleasedScratch(scratch.path(), paperStars, {});
    std::vector<double> times;
    for (int run = 0; run < 4; ++run) {
        MainWindow window(Theme::Light);
        window.resize(1600, 980);
        window.show();
        waitUntilExposed(window);
        QEventLoop loop;
        const auto begin = Clock::now();
        double drawn = 0;
        QObject::connect(&window.map(), &ScatterView::frameDrawn, &loop, [&] {
            if (window.map().starsInView() == 0) return;
            drawn = std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
            loop.quit();
        });
        QTimer::singleShot(60000, &loop, &QEventLoop::quit);
        window.openPath(scratch.path());
        loop.exec();
        if (drawn == 0) throw Error("the scratch catalogue was not shown");
        if (run > 0) times.push_back(drawn); // the first warms the disk cache
    }
    return result("open_to_first_plot", median(times), "ms", 1000,
                  "502,311 stars in the released layout, from the disk cache, to the first plot, median of 3");
}

} // namespace

std::string benchmarkDrawing(int argc, char** argv) {
    ::setenv("QT_QPA_PLATFORM", "offscreen", 1);
    QApplication application(argc, argv);
    applyTheme(application, Theme::Light);

    const ViewTimings views = benchmarkScatter(stars);
    ordered_json replot = result("replot_500k", views.replotMs, "ms", 8, "900 x 900, full replot, median of 200");
    addCounterpart(replot, "QCustomPlot's own scatter, dots", views.libraryReplotMs);
    ordered_json pick = result("pick_500k", views.pickMs, "ms", 5, "nearest of 500,000 stars");
    ordered_json overlay = result("overlay_replot", views.overlayMs, "ms", 0.5, "handle moved, stars kept");
    addCounterpart(overlay, "QCustomPlot's buffered layer", views.libraryOverlayMs);

    DragWindow shown;
    MainWindow& window = *shown;
    ordered_json drag = shown.drag();
    ordered_json start = timedStart();
    startTraining(window);
    ordered_json busyDrag = result("drag_while_training", medianDragMs(window), "ms", 8,
                                   "the same while a training runs on every core at a lower priority");
    ordered_json busyReplot = result("replot_while_training", medianReplotMs(window), "ms", 8,
                                     "full replot of the map meanwhile, median of 200");
    window.training().stop();
    return ordered_json::array({replot, overlay, pick, drag, start, busyDrag, busyReplot}).dump();
}

std::string benchmarkLinked(int argc, char** argv) {
    ::setenv("QT_QPA_PLATFORM", "offscreen", 1);
    QApplication application(argc, argv);
    applyTheme(application, Theme::Light);
    ordered_json json = ordered_json::array();
    {
        DragWindow window;
        json.push_back(window.drag());
    }
    json.push_back(timedStart());
    json.push_back(timedOpen());
    for (const BenchResult& each : benchmarkLinkedWindow()) {
        json.push_back(result(each.name, each.value, each.unit, each.budget, each.note));
        if (!each.counterpart.empty()) addCounterpart(json.back(), each.counterpart, each.counterpartValue);
    }
    return json.dump();
}

} // namespace zscape
