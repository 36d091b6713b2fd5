// What `zscape bench --views` measures: the real window with its linked views, driven by mouse, wheel and keys as a
// person drives it, each time from the event to everything painted in the windows' backing stores.
#include "app/window/bench_linked.h"

#include "app/window/main_window.h"
#include "app/window/selection_store.h"
#include "app/window/view_manager.h"
#include "app/window/view_panel.h"
#include "core/base/error.h"
#include "core/base/philox.h"
#include "widgets/bench_views.h"
#include "widgets/scatter_view.h"

#include <QApplication>
#include <QComboBox>
#include <QDockWidget>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPolygonF>
#include <QWheelEvent>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <numbers>

namespace zscape {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int side = 900; ///< of the area inside the map's axes

std::shared_ptr<const Catalog> normalCatalog(std::size_t stars) {
    std::vector<Column> columns;
    for (std::uint64_t number = 1; number <= 8; ++number) {
        const Philox random(number);
        const bool sky = number > 6;
        std::vector<double> values(stars);
        for (std::size_t star = 0; star < stars; ++star) {
            values[star] = (number == 7 ? 90 : number == 8 ? 20 : 1) * random.normal(star);
        }
        columns.emplace_back(sky ? (number == 7 ? "l" : "b") : "c" + std::to_string(number), sky ? "deg" : "",
                             std::move(values));
    }
    columns.emplace_back(std::string(column::gFlux), "electron/s", std::vector<double>(stars, 5000.0));
    std::vector<std::int64_t> ids(stars);
    for (std::size_t star = 0; star < stars; ++star) {
        ids[star] = static_cast<std::int64_t>(star + 1);
    }
    std::vector<float> coefficients(2 * stars, 1.0f);
    std::vector<float> errors = coefficients;
    return std::make_shared<const Catalog>("bench", 2, std::move(ids), std::move(coefficients), std::move(errors),
                                           std::move(columns));
}

/// Which of some widgets, or parts of them, painted since the last reset.
class Painted : public QObject {
public:
    Painted() { qApp->installEventFilter(this); }
    void watch(QWidget& widget) { m_painted[&widget] = false; }
    void watchOnly(QWidget& widget) { m_painted = {{&widget, false}}; }
    void reset() {
        for (auto& [widget, painted] : m_painted) {
            painted = false;
        }
    }
    /// Runs the event loop until all are painted, and what else waited then. Throws Error when one never is.
    void wait() const {
        constexpr auto patience = std::chrono::seconds(20);
        const auto begin = Clock::now();
        const auto waits = [](const auto& each) { return !each.second; };
        QCoreApplication::processEvents();
        while (std::any_of(m_painted.begin(), m_painted.end(), waits)) {
            if (Clock::now() - begin > patience) throw Error("a view was not painted after an event that changed it");
            QCoreApplication::processEvents();
        }
        QCoreApplication::processEvents();
    }

protected:
    bool eventFilter(QObject* object, QEvent* event) override {
        const auto* painter = event->type() == QEvent::Paint ? qobject_cast<QWidget*>(object) : nullptr;
        for (auto& [widget, painted] : m_painted) {
            painted = painted || (painter && (widget == painter || widget->isAncestorOf(painter)));
        }
        return false;
    }

private:
    std::map<QWidget*, bool> m_painted;
};

/// All that events called for is done and painted: a frame is drawn in one turn of the loop, and may call for another.
void settle() {
    for (int turn = 0; turn < 3; ++turn) {
        QCoreApplication::processEvents();
    }
}

void sendMouse(QWidget& target, QEvent::Type type, const QPointF& at) {
    const bool moves = type == QEvent::MouseMove;
    QMouseEvent event(type, at, target.mapToGlobal(at), moves ? Qt::NoButton : Qt::LeftButton,
                      type == QEvent::MouseButtonRelease ? Qt::NoButton : Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&target, &event);
}

void sendKey(QWidget& target, int key) {
    for (const QEvent::Type type : {QEvent::KeyPress, QEvent::KeyRelease}) {
        QKeyEvent event(type, key, Qt::NoModifier);
        QApplication::sendEvent(&target, &event);
    }
}

std::string countText(std::size_t stars) {
    return stars >= 1000000 ? std::to_string(stars / 1000000) + "M" : std::to_string(stars / 1000) + "k";
}

double medianOf(std::vector<double> times) {
    const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
    std::nth_element(times.begin(), middle, times.end());
    return *middle;
}

class LinkedWindow {
public:
    explicit LinkedWindow(std::size_t stars) : m_stars(stars), m_window(Theme::Light) {
        m_window.session().setData(normalCatalog(stars), nullptr, nullptr);
        m_window.setMapColumns(QStringLiteral("c1"), QStringLiteral("c2"), QStringLiteral("c3"));
        m_window.resize(1700, 1200);
        m_window.show();
        waitUntilExposed(m_window);
        settle();
        for (int attempt = 0; attempt < 4; ++attempt) {
            m_window.resize(m_window.size() + QSize(side, side) - map().plotArea().size());
            settle();
        }
        if (map().plotArea().size() != QSize(side, side)) throw Error("the map did not take the size to be timed at");
        map().setAxes({-3, 3}, {-3, 3});
        settle();
    }

    ScatterView& map() { return m_window.map(); }

    /// Milliseconds of each call, from the event that it sends until all is painted.
    template <typename Event>
    std::vector<double> times(int count, Event&& event) {
        std::vector<double> result;
        for (int turn = -1; turn < count; ++turn) { // the first warms up
            m_painted.reset();
            const auto begin = Clock::now();
            event(turn);
            m_painted.wait();
            const double time = std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
            if (turn >= 0) result.push_back(time);
        }
        return result;
    }

    double panMs(int frames) {
        const QPointF start = map().plotArea().center();
        m_painted.watchOnly(map());
        sendMouse(map(), QEvent::MouseButtonPress, start);
        sendMouse(map(), QEvent::MouseMove, start + QPointF(10, 0));
        settle();
        const double median = medianOf(times(frames, [&](int frame) {
            sendMouse(map(), QEvent::MouseMove, start + QPointF(20 + frame % 100, frame % 7));
        }));
        sendMouse(map(), QEvent::MouseButtonRelease, start);
        settle();
        return median;
    }

    double zoomMs(int frames) {
        return medianOf(times(frames, [&](int frame) {
            const QPointF at = map().plotArea().center();
            QWheelEvent event(at, map().mapToGlobal(at), {}, {0, frame % 6 < 3 ? 120 : -120}, Qt::NoButton,
                              Qt::NoModifier, Qt::NoScrollPhase, false);
            QApplication::sendEvent(&map(), &event);
        }));
    }

    double recolourMs(int frames) {
        auto* list = m_window.findChild<QComboBox*>(QStringLiteral("colourColumn"));
        if (!list) throw Error("the window has no list of colours to time");
        return medianOf(times(frames, [&](int frame) { sendKey(*list, frame % 2 ? Qt::Key_Up : Qt::Key_Down); }));
    }

    /// Opens every kind of view in a window of its own.
    void openViews() {
        ViewState scatter, histogram, corner, sky, table;
        scatter.kind = "scatter";
        scatter.columns = {"c3", "c4"};
        scatter.colour = "c5";
        histogram.kind = "histogram";
        histogram.columns = {"c1"};
        corner.kind = "corner";
        corner.columns = {"c1", "c2", "c3", "c4", "c5", "c6"};
        sky.kind = "sky";
        sky.columns = {"l", "b"};
        table.kind = "table";
        for (const ViewState& state : {scatter, histogram, corner, sky, table}) {
            ViewPanel* panel = m_window.views().panel(m_window.views().add(state));
            auto* dock = qobject_cast<QDockWidget*>(panel->parentWidget());
            dock->setFloating(true);
            dock->resize(700, 600);
            waitUntilExposed(*dock);
            settle();
            if (!panel->problem().isEmpty())
                throw Error("a view to time shows nothing: " + panel->problem().toStdString());
            if (state.kind != "table") m_painted.watch(*panel); // of the table only rows that change are painted
        }
    }

    /// A step of the lasso; QPolygonF of it for the library.
    QPointF lassoPoint(int step, double size) {
        const double angle = 2 * std::numbers::pi * (step % 200) / 200;
        return map().plotArea().center() +
               size * (1 + 0.16 * std::sin(7 * angle)) * QPointF(std::cos(angle), std::sin(angle));
    }
    QPolygonF drawLasso(double size) {
        QPolygonF outline;
        sendMouse(map(), QEvent::MouseButtonPress, lassoPoint(0, size));
        for (int step = 1; step < 200; ++step) {
            sendMouse(map(), QEvent::MouseMove, lassoPoint(step, size));
            outline << map().toData(lassoPoint(step, size));
        }
        settle();
        return outline;
    }

    /// From the release of the mouse to the selection in every view; its part of the stars goes to `share`.
    double commitMs(int runs, double& share) {
        map().setTool(PlotTool::Lasso);
        SelectionStore& store = m_window.session().selections();
        std::vector<double> result;
        for (int run = -1; run < runs; ++run) {
            drawLasso(run % 2 ? 80 : 115); // away from the vertices of the one before, which could be grabbed
            m_painted.reset();
            const auto begin = Clock::now();
            sendMouse(map(), QEvent::MouseButtonRelease, lassoPoint(199, run % 2 ? 80 : 115));
            while (!store.current() || store.isPending(*store.current())) {
                QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
            }
            m_painted.wait();
            const double time = std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
            if (run >= 0) result.push_back(time);
        }
        share = static_cast<double>(store.count(*store.current())) / static_cast<double>(m_stars);
        map().setTool(PlotTool::Pan);
        return medianOf(result);
    }

    double lassoMs(int moves, QPolygonF& outline) {
        m_painted.watch(map());
        map().setTool(PlotTool::Lasso);
        outline = drawLasso(250);
        const double median =
            medianOf(times(moves, [&](int move) { sendMouse(map(), QEvent::MouseMove, lassoPoint(200 + move, 250)); }));
        sendKey(map(), Qt::Key_Escape);
        return median;
    }

    const std::vector<float>& column(const char* name) {
        m_kept = m_window.session().table()->values(name);
        return *m_kept;
    }

private:
    std::size_t m_stars;
    MainWindow m_window;
    Painted m_painted;
    std::shared_ptr<const std::vector<float>> m_kept;
};

BenchResult result(const std::string& name, double value, double budget, std::string note) {
    BenchResult made{name, value, "ms", budget};
    made.note = std::move(note);
    return made;
}

void benchmarkSize(std::size_t stars, std::vector<BenchResult>& results) {
    const std::string text = countText(stars);
    const bool many = stars > 1000000;
    const double frameBudget = many ? 16 : 8;
    const int frames = many ? 40 : 100;
    LinkedWindow window(stars);
    results.push_back(result("pan_" + text, window.panMs(frames), frameBudget,
                             "a move of the mouse while panning, to the map painted, median"));
    results.back().counterpart = "QCustomPlot's own scatter, dots";
    results.back().counterpartValue = benchmarkScatter(stars, many ? 5 : 20).libraryReplotMs;
    results.push_back(result("zoom_" + text, window.zoomMs(frames), frameBudget,
                             "a notch of the wheel, in or out, to the map painted, median"));
    results.push_back(result("recolour_" + text, window.recolourMs(10), 100,
                             "another column chosen for the colours, to the map painted, median of 10"));
    window.openViews();
    double share = 0;
    const double commit = window.commitMs(9, share);
    results.push_back(result("commit_all_views_" + text, commit, 100,
                             "the mouse released after a lasso around " + std::to_string(std::lround(100 * share)) +
                                 " % of the stars, to them found and painted in map, scatter, histogram, 6 x 6 corner "
                                 "plot, sky map and table, median of 9"));
    results.push_back(result("pan_selected_" + text, window.panMs(frames), frameBudget,
                             "the same pan while that selection is shown, with its shapes, median"));
}

BenchResult benchmarkLasso() {
    constexpr std::size_t stars = 1000000;
    LinkedWindow window(stars);
    QPolygonF outline;
    BenchResult made =
        result("lasso_preview_1M", window.lassoMs(50, outline), 16,
               "a move of the mouse with a lasso of 200 to 250 points, to stars counted and shown, median of 50");
    const std::vector<float> x = window.column("c1"), y = window.column("c2");
    volatile std::size_t inside = 0; // keeps the loop
    made.counterpart = "a loop of QPolygonF::containsPoint";
    made.counterpartValue =
        1000 * medianSeconds(
                   [&] {
                       std::size_t count = 0;
                       for (std::size_t star = 0; star < stars; ++star) {
                           count += outline.containsPoint({double(x[star]), double(y[star])}, Qt::OddEvenFill);
                       }
                       inside = count;
                   },
                   1);
    return made;
}

} // namespace

std::vector<BenchResult> benchmarkLinkedWindow() {
    std::vector<BenchResult> results;
    benchmarkSize(500000, results);
    benchmarkSize(5000000, results);
    results.push_back(benchmarkLasso());
    return results;
}

} // namespace zscape
