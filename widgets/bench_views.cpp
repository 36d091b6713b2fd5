#include "widgets/bench_views.h"

#include "core/base/philox.h"
#include "widgets/plot_style.h"
#include "widgets/scatter_view.h"

#include <qcustomplot.h>

#include <QElapsedTimer>
#include <QEventLoop>
#include <QTimer>
#include <QWindow>

#include <algorithm>
#include <memory>
#include <vector>

namespace zscape {

void waitUntilExposed(const QWidget& window) {
    constexpr int patienceMs = 5000;
    QEventLoop loop;
    QTimer poll;
    QObject::connect(&poll, &QTimer::timeout, &loop, [&] {
        if (window.windowHandle()->isExposed()) loop.quit();
    });
    QTimer::singleShot(patienceMs, &loop, &QEventLoop::quit);
    poll.start(5);
    loop.exec();
}

namespace {

constexpr int side = 900;
const Viewport startView{{-3, 3}, {-3, 3}, side, side};

template <typename Frame>
double medianMs(int frames, Frame&& frame) {
    frame(0); // warms up
    std::vector<double> times;
    for (int index = 1; index <= frames; ++index) {
        QElapsedTimer timer;
        timer.start();
        frame(index);
        times.push_back(static_cast<double>(timer.nsecsElapsed()) * 1e-6);
    }
    std::nth_element(times.begin(), times.begin() + frames / 2, times.end());
    return times[static_cast<std::size_t>(frames / 2)];
}

/// Normal in both coordinates, a label that changes across the plot.
ScatterColumns makeStars(std::size_t stars) {
    const Philox xs(1), ys(2);
    auto x = std::make_shared<std::vector<float>>(stars);
    auto y = std::make_shared<std::vector<float>>(stars);
    auto labels = std::make_shared<std::vector<float>>(stars);
    for (std::size_t star = 0; star < stars; ++star) {
        (*x)[star] = static_cast<float>(xs.normal(star));
        (*y)[star] = static_cast<float>(ys.normal(star));
        (*labels)[star] = (*x)[star] + 0.3f * (*y)[star];
    }
    return {x, y, labels, nullptr, QStringLiteral("x"), QStringLiteral("y"), QStringLiteral("label")};
}

/// Resizes until the area inside the axes has the size that budgets are stated for.
template <typename Area>
void showWithArea(QWidget& window, Area&& area, const std::function<void()>& draw) {
    window.resize(side + 100, side + 60);
    window.show();
    waitUntilExposed(window);
    draw();
    for (int attempt = 0; attempt < 3; ++attempt) {
        const QSize missing = QSize(side, side) - area();
        window.resize(window.size() + missing);
        draw();
    }
}

void timeOurs(const ScatterColumns& columns, int frames, ViewTimings& timings) {
    ScatterView view;
    view.setColumns(columns);
    view.setColourScale({ColourMapName::Viridis, -2, 2});
    view.setAxes(startView.x, startView.y);
    view.setHandle(QPointF(0, 0));
    showWithArea(
        view, [&] { return view.plotArea().size(); }, [&] { view.renderNow(); });
    timings.replotMs = medianMs(frames, [&](int frame) {
        const Viewport panned = startView.panned(frame % 100, 0);
        view.setAxes(panned.x, panned.y);
        view.renderNow();
    });
    timings.overlayMs = medianMs(frames, [&](int frame) {
        view.setHandle(QPointF(0.01 * (frame % 100), 0.5));
        view.renderOverlayNow();
    });
    volatile std::size_t found = 0; // keeps the search
    timings.pickMs = medianMs(std::min(frames, 50), [&](int frame) {
        found = view.starAt(view.plotArea().topLeft() + QPointF(10.0 * frame, 450), 8).value_or(0);
    });
}

void timeLibrary(const ScatterColumns& columns, int frames, ViewTimings& timings) {
    QCustomPlot plot;
    applyPlotStyle(plot, Theme::Light);
    QCPGraph* graph = plot.addGraph();
    const QVector<double> x(columns.x->begin(), columns.x->end()), y(columns.y->begin(), columns.y->end());
    graph->setData(x, y);
    graph->setLineStyle(QCPGraph::lsNone);
    graph->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDot, QColor(0x3B7DD8u), 2));
    plot.layer(QStringLiteral("overlay"))->setMode(QCPLayer::lmBuffered);
    auto* item = new QCPItemEllipse(&plot);
    item->setLayer(QStringLiteral("overlay"));
    const auto setRanges = [&](const Viewport& view) {
        plot.xAxis->setRange(view.x.lower, view.x.upper);
        plot.yAxis->setRange(view.y.lower, view.y.upper);
    };
    setRanges(startView);
    const auto draw = [&] { plot.replot(QCustomPlot::rpImmediateRefresh); };
    showWithArea(
        plot, [&] { return plot.axisRect()->size(); }, draw);
    timings.libraryReplotMs = medianMs(std::min(frames, 20), [&](int frame) {
        setRanges(startView.panned(frame % 100, 0));
        draw();
    });
    timings.libraryOverlayMs = medianMs(frames, [&](int frame) {
        item->topLeft->setCoords(0.01 * (frame % 100), 0.5);
        item->bottomRight->setCoords(0.01 * (frame % 100) + 0.1, 0.4);
        plot.layer(QStringLiteral("overlay"))->replot();
        plot.repaint();
    });
}

} // namespace

ViewTimings benchmarkScatter(std::size_t stars, int frames) {
    ViewTimings timings;
    timings.stars = stars;
    const ScatterColumns columns = makeStars(stars);
    timeOurs(columns, frames, timings);
    timeLibrary(columns, frames, timings);
    return timings;
}

} // namespace zscape
