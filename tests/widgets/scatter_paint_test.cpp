// What the latent map shows, pixel by pixel, and when it draws.
#include "core/base/error.h"
#include "tests/widgets/shown_scatter.h"
#include "widgets/bench_views.h"
#include "widgets/colour_bar.h"

#include <QSignalSpy>
#include <qcustomplot.h>

using namespace zscape;
using namespace zscape::test;

class ScatterPaintTest : public QObject {
    Q_OBJECT
private slots:
    void starsHaveTheirColoursAndPlaces();
    void pixelsFollowScaleStyleAndTheme();
    void handleAndMarkerAreOnTop();
    void colourBarIsThereForLabelsAndCounts();
    void emptyViewSaysWhatToDo();
    void columnsMustMatch();
    void manySettingsAreOneFrame();
    void benchmarkMeasuresEveryPart();
};

void ScatterPaintTest::starsHaveTheirColoursAndPlaces() {
    ShownScatter shown;
    const auto& table = colourTable(ColourMapName::Viridis);
    RasterStyle style;
    style.pointSize = 7;
    shown.view.setRasterStyle(style);
    shown.view.renderNow();
    QCOMPARE(shown.colourAt(1, 1).rgb(), table[0]);
    QCOMPARE(shown.colourAt(5, 5).rgb(), table[128]);
    QCOMPARE(shown.colourAt(9, 2).rgb(), table[255]);
    QCOMPARE(shown.colourAt(2, 8), plotColours(Theme::Light).missing);
    QCOMPARE(shown.colourAt(5, 9), QColor(Qt::white)); // not shown
    QCOMPARE(shown.view.starsInView(), std::size_t{4});
    QCOMPARE(shown.view.accessibleDescription(), QStringLiteral("4 stars in view"));
    shown.view.setAxes({0, 10, false, true}, {0, 6});
    shown.view.renderNow();
    QVERIFY(shown.at(1, 1).x() > shown.at(9, 2).x());
    QCOMPARE(shown.colourAt(1, 1).rgb(), table[0]);
    QCOMPARE(shown.colourAt(9, 2).rgb(), table[255]);
    QCOMPARE(shown.view.starsInView(), std::size_t{3});
}

void ScatterPaintTest::pixelsFollowScaleStyleAndTheme() {
    ShownScatter shown;
    RasterStyle style;
    style.pointSize = 7;
    shown.view.setRasterStyle(style);
    shown.view.setColourScale({ColourMapName::Magma, 0, 1, true});
    shown.view.setTheme(Theme::Dark);
    shown.view.renderNow();
    // The darkest fifth of a sequential map is left out on the dark background: 0.2 x 255.
    QCOMPARE(shown.colourAt(9, 2).rgb(), colourTable(ColourMapName::Magma)[51]);
    QCOMPARE(shown.colourAt(2, 8), plotColours(Theme::Dark).missing);
    QCOMPARE(shown.colourAt(5, 9), QColor(0x101418u));
    ScatterColumns plain = fiveStars();
    plain.labels = nullptr;
    shown.view.setColumns(plain);
    shown.view.renderNow();
    QCOMPARE(shown.colourAt(2, 8).rgb(), style.plain);
}

void ScatterPaintTest::handleAndMarkerAreOnTop() {
    ShownScatter shown;
    const QColor background = shown.colourAt(7, 7);
    shown.view.setHandle(QPointF(7, 7));
    shown.view.setPicked(QPointF(4, 2));
    const QColor accent = plotColours(Theme::Light).accent, observed = plotColours(Theme::Light).observed;
    const auto coloured = [&](const QPoint& at, const QColor& colour) {
        const QImage image = shown.view.grab(QRect(at - QPoint(14, 14), QSize(29, 29))).toImage();
        int count = 0;
        for (int y = 0; y < image.height(); ++y) {
            for (int x = 0; x < image.width(); ++x) {
                count += image.pixelColor(x, y) == colour;
            }
        }
        return count;
    };
    QVERIFY(coloured(shown.at(7, 7), accent) > 20);
    QVERIFY(coloured(shown.at(4, 2), observed) > 20);
    shown.view.setHandle(std::nullopt);
    QCOMPARE(coloured(shown.at(7, 7), accent), 0);
    QCOMPARE(shown.colourAt(7, 7), background);
    // A position that a logarithmic axis cannot show.
    shown.view.setHandle(QPointF(-1, 5));
    shown.view.setAxes({0.1, 10, true}, {0, 10});
    shown.view.renderNow();
    QTest::mouseClick(&shown.view, Qt::LeftButton, {}, shown.at(1, 5));
}

void ScatterPaintTest::colourBarIsThereForLabelsAndCounts() {
    ShownScatter shown;
    auto* bar = shown.view.plot().findChild<ColourBar*>();
    QVERIFY(bar->shown());
    const int withBar = shown.view.plotArea().width();
    ScatterColumns plain = fiveStars();
    plain.labels = nullptr;
    shown.view.setColumns(plain);
    shown.view.renderNow();
    QVERIFY(!bar->shown());
    QVERIFY2(shown.view.plotArea().width() > withBar + 20, "the bar gives its room back");
    RasterStyle style;
    style.reduction = Reduction::Count;
    shown.view.setRasterStyle(style);
    ScatterColumns heap = plain;
    heap.x = column(std::vector<float>(50, 5.0f));
    heap.y = heap.x;
    heap.shown = nullptr;
    shown.view.setColumns(heap);
    shown.view.renderNow();
    QVERIFY(bar->shown());
    QCOMPARE(bar->colourScale().dataRange().upper, 50.0);
    QCOMPARE(bar->colourScale().dataScaleType(), QCPAxis::stLogarithmic);
}

void ScatterPaintTest::emptyViewSaysWhatToDo() {
    ScatterView view;
    view.resize(400, 300);
    view.setEmptyText(QStringLiteral("nothing here"));
    view.show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    view.renderNow();
    QCOMPARE(view.accessibleDescription(), QStringLiteral("nothing here"));
    const auto inked = [&] {
        const QImage image = view.grab(QRect(100, 120, 200, 60)).toImage();
        int count = 0;
        for (int y = 0; y < image.height(); ++y) {
            for (int x = 0; x < image.width(); ++x) {
                count += image.pixelColor(x, y) != QColor(Qt::white);
            }
        }
        return count;
    };
    QVERIFY(inked() > 50);
    view.setEmptyText(QString());
    QCOMPARE(inked(), 0);
    // Nothing of it reacts, nothing crashes.
    QSignalSpy picked(&view, &ScatterView::nothingPicked), changed(&view, &ScatterView::viewChanged);
    QTest::mouseClick(&view, Qt::LeftButton, {}, QPoint(200, 150));
    QTest::keyClick(&view, Qt::Key_Plus);
    QVERIFY(picked.isEmpty() && changed.isEmpty());
    view.fitToData();
    view.setColumns({column({}), column({}), nullptr, nullptr, {}, {}, {}});
    view.renderNow();
}

void ScatterPaintTest::columnsMustMatch() {
    ScatterView view;
    ScatterColumns uneven = fiveStars();
    uneven.y = column({1, 2});
    QVERIFY_EXCEPTION_THROWN(view.setColumns(uneven), Error);
    uneven = fiveStars();
    uneven.labels = column({1});
    QVERIFY_EXCEPTION_THROWN(view.setColumns(uneven), Error);
    uneven = fiveStars();
    uneven.shown = std::make_shared<BitSet>(4, true);
    QVERIFY_EXCEPTION_THROWN(view.setColumns(uneven), Error);
}

void ScatterPaintTest::manySettingsAreOneFrame() {
    ShownScatter shown;
    QSignalSpy drawn(&shown.view.plot(), &QCustomPlot::afterReplot);
    shown.view.setTheme(Theme::Dark);
    shown.view.setAxes({0, 5}, {0, 5});
    shown.view.setColumns(fiveStars());
    QCOMPARE(drawn.size(), 0);
    QVERIFY(drawn.wait(5000));
    QCOMPARE(drawn.size(), 1);
    QVERIFY(shown.view.lastFrameMs() > 0);
    shown.view.setHandle(QPointF(1, 1));
    shown.view.renderOverlayNow();
    QCOMPARE(drawn.size(), 1); // the handle moves without the stars being drawn again
}

void ScatterPaintTest::benchmarkMeasuresEveryPart() {
    const ViewTimings timings = benchmarkScatter(2000, 5);
    QCOMPARE(timings.stars, std::size_t{2000});
    for (const double time :
         {timings.replotMs, timings.libraryReplotMs, timings.overlayMs, timings.libraryOverlayMs, timings.pickMs}) {
        QVERIFY(time > 0);
    }
    QVERIFY2(timings.overlayMs < timings.replotMs, "moving the handle is less than a frame");
}

QTEST_MAIN(ScatterPaintTest)
#include "scatter_paint_test.moc"
