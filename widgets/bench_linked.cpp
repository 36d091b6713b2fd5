#include "widgets/bench_linked.h"

#include "core/base/philox.h"
#include "widgets/bench_views.h"
#include "widgets/corner_view.h"
#include "widgets/histogram_view.h"
#include "widgets/scatter_view.h"
#include "widgets/sky_view.h"

#include <QApplication>
#include <QMouseEvent>
#include <QPolygonF>

#include <cmath>
#include <functional>
#include <numbers>

namespace zscape {

namespace {

constexpr int side = 900; ///< of the area inside the axes
constexpr int latents = 6;
constexpr double commitBudgetMs = 100, recolourBudgetMs = 100, lassoBudgetMs = 16;

using Values = std::shared_ptr<const std::vector<float>>;

Values normals(std::size_t stars, std::uint64_t seed, double scale = 1) {
    const Philox random(seed);
    auto values = std::make_shared<std::vector<float>>(stars);
    for (std::size_t star = 0; star < stars; ++star) {
        (*values)[star] = static_cast<float>(scale * random.normal(star));
    }
    return values;
}

/// One star in twenty.
std::shared_ptr<const BitSet> someStars(std::size_t stars, std::size_t offset) {
    auto set = std::make_shared<BitSet>(stars);
    for (std::size_t star = offset; star < stars; star += 20) {
        set->set(star);
    }
    return set;
}

void showWithSide(ScatterView& view) {
    view.resize(side + 100, side + 60);
    view.show();
    waitUntilExposed(view);
    view.renderNow();
    for (int attempt = 0; attempt < 3; ++attempt) {
        view.resize(view.size() + QSize(side, side) - view.plotArea().size());
        view.renderNow();
    }
}

std::string countText(std::size_t stars) {
    return stars >= 1000000 ? std::to_string(stars / 1000000) + "M" : std::to_string(stars / 1000) + "k";
}

double medianMs(const std::function<void()>& work, int runs) {
    return 1000 * medianSeconds(work, runs);
}

void sendMouse(QWidget& target, QEvent::Type type, const QPointF& at) {
    const bool moves = type == QEvent::MouseMove;
    QMouseEvent event(type, at, target.mapToGlobal(at), moves ? Qt::NoButton : Qt::LeftButton,
                      type == QEvent::MouseButtonRelease ? Qt::NoButton : Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&target, &event);
}

BenchResult commitAndRecolour(std::size_t stars, std::vector<BenchResult>& results) {
    std::vector<Values> columns;
    for (int latent = 0; latent < latents; ++latent) {
        columns.push_back(normals(stars, static_cast<std::uint64_t>(latent) + 1));
    }
    ScatterView map;
    ScatterColumns shown{columns[0], columns[1], columns[2], nullptr, QStringLiteral("x"), QStringLiteral("y"), {}};
    map.setColumns(shown);
    map.setAxes({-3, 3}, {-3, 3});
    showWithSide(map);
    int turn = 0;
    const double recolour = medianMs(
        [&] {
            shown.labels = columns[static_cast<std::size_t>(2 + ++turn % 2)];
            map.setColumns(shown);
            map.setColourScale({turn % 2 ? ColourMapName::Cividis : ColourMapName::Viridis, -2, 2});
            map.renderNow();
        },
        7);
    results.push_back({"recolour_" + countText(stars), recolour, "ms", recolourBudgetMs});
    results.back().note = "other labels and colours of the map, drawn and shown, median of 7";

    HistogramView histogram;
    histogram.setColumns({columns[0], nullptr, QStringLiteral("x")});
    CornerView corner;
    CornerView::Columns cornerColumns;
    for (const Values& column : columns) {
        cornerColumns.values.push_back(column);
        cornerColumns.labels.push_back(QStringLiteral("z"));
    }
    corner.setColumns(cornerColumns);
    SkyView sky;
    sky.setColumns({normals(stars, 11, 90), normals(stars, 12, 20), nullptr, nullptr, {}, {}, {}});
    for (QWidget* view : std::initializer_list<QWidget*>{&histogram, &corner, &sky}) {
        view->show();
        waitUntilExposed(*view);
    }
    histogram.renderNow();
    corner.renderNow();
    sky.map().renderNow();
    const std::vector<std::shared_ptr<const BitSet>> sets{someStars(stars, 0), someStars(stars, 7)};
    const double commit = medianMs(
        [&] {
            const HighlightSet highlights{{sets[static_cast<std::size_t>(++turn % 2)], 0xFFE69F00}};
            map.setHighlights(highlights);
            histogram.setHighlights(highlights);
            corner.setHighlights(highlights);
            sky.setHighlights(highlights);
            map.renderNow();
            histogram.renderNow();
            corner.renderNow();
            sky.map().renderNow();
        },
        7);
    BenchResult result{"commit_all_views_" + countText(stars), commit, "ms", commitBudgetMs};
    result.note =
        "a selection of one star in twenty shown in map, histogram, 6 x 6 corner plot and sky map, median of 7";
    return result;
}

} // namespace

std::vector<BenchResult> benchmarkLinkedViews(std::size_t stars) {
    std::vector<BenchResult> results;
    const bool many = stars > 1000000;
    const ViewTimings views = benchmarkScatter(stars, many ? 20 : 100);
    BenchResult pan{"pan_" + countText(stars), views.replotMs, "ms", many ? 16.0 : 8.0};
    pan.counterpart = "QCustomPlot's own scatter, dots";
    pan.counterpartValue = views.libraryReplotMs;
    pan.note = "the map panned by a pixel, drawn and shown";
    results.push_back(pan);
    const BenchResult commit = commitAndRecolour(stars, results);
    results.push_back(commit);
    return results;
}

BenchResult benchmarkLasso() {
    constexpr std::size_t stars = 1000000;
    const Values x = normals(stars, 1), y = normals(stars, 2);
    ScatterView map;
    map.setColumns({x, y, nullptr, nullptr, QStringLiteral("x"), QStringLiteral("y"), {}});
    map.setAxes({-3, 3}, {-3, 3});
    showWithSide(map);
    map.setTool(PlotTool::Lasso);
    const QPointF centre = map.plotArea().center();
    QPolygonF outline;
    int step = 0;
    const auto next = [&] {
        const double angle = 2 * std::numbers::pi * (step++ % 200) / 200;
        return centre + (250 + 40 * std::sin(7 * angle)) * QPointF(std::cos(angle), std::sin(angle));
    };
    sendMouse(map, QEvent::MouseButtonPress, next());
    while (step < 200) {
        const QPointF at = next();
        sendMouse(map, QEvent::MouseMove, at);
        outline << map.toData(at);
    }
    BenchResult result{"lasso_preview_1M", 0, "ms", lassoBudgetMs};
    result.value = medianMs(
        [&] {
            sendMouse(map, QEvent::MouseMove, next());
            map.renderOverlayNow();
        },
        50);
    sendMouse(map, QEvent::MouseButtonRelease, next());
    volatile std::size_t inside = 0; // keeps the loop
    result.counterpart = "a loop of QPolygonF::containsPoint";
    result.counterpartValue = medianMs(
        [&] {
            std::size_t count = 0;
            for (std::size_t star = 0; star < stars; ++star) {
                count += outline.containsPoint({double((*x)[star]), double((*y)[star])}, Qt::OddEvenFill);
            }
            inside = count;
        },
        1);
    result.note = "a move of the mouse with a lasso of 200 to 250 points, to stars counted and shown, median of 50";
    return result;
}

} // namespace zscape
