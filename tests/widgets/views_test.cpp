// Histogram, corner plot and sky map under real mouse and key events.
#include "tests/widgets/shown_scatter.h"
#include "widgets/corner_view.h"
#include "widgets/histogram_view.h"
#include "widgets/sky_view.h"

#include <QApplication>
#include <QSignalSpy>
#include <QWheelEvent>

using namespace zscape;
using namespace zscape::test;

namespace {

void drag(QWidget& view, const QPoint& from, const QPoint& to, Qt::KeyboardModifiers modifiers = {}) {
    QTest::mousePress(&view, Qt::LeftButton, modifiers, from);
    for (int step = 1; step <= 4; ++step) {
        const QPoint at = from + (to - from) * step / 4;
        QMouseEvent move(QEvent::MouseMove, at, view.mapToGlobal(at), Qt::NoButton, Qt::LeftButton, modifiers);
        QCoreApplication::sendEvent(&view, &move);
    }
    QTest::mouseRelease(&view, Qt::LeftButton, modifiers, to);
}

const double missing = std::numeric_limits<double>::quiet_NaN();

} // namespace

class ViewsTest : public QObject {
    Q_OBJECT
private slots:
    void histogramSelectsARange();
    void histogramFollowsTheTool();
    void histogramCountsHighlights();
    void cornerOpensPanelsAndSelectsInThem();
    void cornerShowsHighlights();
    void cornerZoomsAndPansItsPanels();
    void backspaceGoesBackInHistogramAndCorner();
    void histogramShowsWhereTracksRun();
    void skyLassoComesOutInDegrees();
    void skyMovesByKeysAndTellsWhenThePointerLeaves();
    void skyPicksAStar();
};

void ViewsTest::histogramSelectsARange() {
    HistogramView view;
    view.resize(500, 350);
    view.setColumns({column({1, 2, 2, 3, 9, std::numeric_limits<float>::quiet_NaN()}), nullptr, QStringLiteral("x")});
    view.setAxis({0, 10});
    view.show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    view.renderNow();
    QCOMPARE(view.counts().missing, std::size_t{1});
    QSignalSpy spy(&view, &HistogramView::shapeDrawn);
    const int y = view.plotArea().center().y();
    const QPoint from(static_cast<int>(view.toWidgetX(4)), y), to(static_cast<int>(view.toWidgetX(1.5)), y);
    QTest::keyClick(&view, Qt::Key_R);
    drag(view, from, to, Qt::ShiftModifier);
    QCOMPARE(spy.size(), 1);
    const QList<QVariant> arguments = spy.takeFirst();
    const PlotShape shape = arguments.at(0).value<PlotShape>();
    QVERIFY(arguments.at(1).value<ShapeModifier>() == ShapeModifier::Add);
    const auto* range = std::get_if<PlotRange>(&shape.geometry);
    QVERIFY(range != nullptr);
    QVERIFY(near(range->low, 1.5, 0.05) && near(range->high, 4, 0.05));
    // By keys: the mark begins in the middle.
    QTest::keyClick(&view, Qt::Key_Return);
    QTest::keyClick(&view, Qt::Key_Period);
    QTest::keyClick(&view, Qt::Key_Period);
    QTest::keyClick(&view, Qt::Key_Return);
    QCOMPARE(spy.size(), 1);
    QTest::mousePress(&view, Qt::LeftButton, {}, from);
    QTest::keyClick(&view, Qt::Key_Escape);
    QTest::mouseRelease(&view, Qt::LeftButton, {}, to);
    QCOMPARE(spy.size(), 1); // cancelled
    QTest::keyClick(&view, Qt::Key_G);
    QVERIFY(view.countsLogarithmic());
}

void ViewsTest::histogramFollowsTheTool() {
    HistogramView view;
    view.resize(500, 350);
    view.setColumns({column({1, 2, 2, 3, 9}), nullptr, QStringLiteral("x")});
    view.setAxis({0, 10});
    view.setMarkedStars({{4.0, 0, false}});
    view.show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    view.renderNow();
    QSignalSpy drawn(&view, &HistogramView::shapeDrawn);
    QSignalSpy tools(&view, &HistogramView::toolChanged);
    QSignalSpy picks(&view, &HistogramView::markedStarPicked);
    const QColor background = plotColours(Theme::Light).background;
    const auto corner = [&] { // where the mode stands
        view.renderNow();
        const QRect area = view.plotArea();
        const QImage image = view.grab().toImage();
        int inked = 0;
        for (int x = area.left() + 4; x < area.left() + 150; ++x) {
            for (int y = area.bottom() - 30; y < area.bottom() - 4; ++y) {
                inked += image.pixelColor(x, y) != background ? 1 : 0;
            }
        }
        return inked;
    };
    view.setAxis({20, 30}); // where no bars are
    const int bare = corner();
    QTest::keyClick(&view, Qt::Key_L);
    QVERIFY(view.tool() == PlotTool::Lasso);
    QVERIFY(corner() > bare + 100);
    QTest::keyClick(&view, Qt::Key_Escape);
    QVERIFY(view.tool() == PlotTool::Pan);
    QCOMPARE(corner(), bare);
    QCOMPARE(tools.size(), 2);
    // Panning: what is under the pointer stays there.
    view.setAxis({0, 10});
    view.renderNow();
    const int y = view.plotArea().center().y();
    const QPoint from(qRound(view.toWidgetX(4)), y), to(qRound(view.toWidgetX(6)), y);
    drag(view, from, to, {});
    QCOMPARE(drawn.size(), 0);
    QVERIFY2(near(view.axis().lower, -2, 0.05) && near(view.axis().upper, 8, 0.05), "panned by 2");
    QTest::keyClick(&view, Qt::Key_Backspace);
    QVERIFY(near(view.axis().lower, 0, 1e-9));
    view.renderNow();
    QTest::mouseClick(&view, Qt::LeftButton, {}, from);
    QCOMPARE(picks.size(), 1);
    // Shift frames, as in a map.
    drag(view, to, from, Qt::ShiftModifier);
    QVERIFY2(near(view.axis().lower, 4, 0.05) && near(view.axis().upper, 6, 0.05), "zoomed to the frame");
    QCOMPARE(drawn.size(), 0);
    for (const Qt::Key key : {Qt::Key_R, Qt::Key_L, Qt::Key_B}) {
        QTest::keyClick(&view, key);
        drag(view, from, to, {});
    }
    QCOMPARE(drawn.size(), 3);
    QTest::keyPress(&view, Qt::Key_Space);
    drag(view, from, to, {});
    QTest::keyRelease(&view, Qt::Key_Space);
    QCOMPARE(drawn.size(), 3);
    QVERIFY(view.axis().lower < 3.9);
    QTest::keyClick(&view, Qt::Key_P);
    QVERIFY(view.tool() == PlotTool::Pan);
}

void ViewsTest::histogramCountsHighlights() {
    HistogramView view;
    view.resize(500, 350);
    view.setColumns({column({1, 2, 2, 3}), nullptr, QStringLiteral("x")});
    view.setAxis({0, 4});
    view.setBins(4);
    view.setHighlights({{bits(4, {1}), 0xFFE69F00}});
    view.show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    view.renderNow();
    QCOMPARE(view.counts().counts, (std::vector<std::uint32_t>{0, 1, 2, 1})); // all, highlighted or not
    const QImage with = view.grab().toImage();
    view.setHighlights({{bits(4, {1}), 0xFFE69F00, ClassMark::Cross}});
    view.renderNow();
    QVERIFY(view.grab().toImage() != with); // the same colour
    view.setHighlights({});
    view.renderNow();
    QVERIFY(view.grab().toImage() != with);
}

void ViewsTest::cornerOpensPanelsAndSelectsInThem() {
    CornerView view;
    view.resize(600, 600);
    view.setColumns({{column({1, 2, 3}), column({4, 5, 6}), column({7, 8, 9})},
                     {QStringLiteral("a"), QStringLiteral("b"), QStringLiteral("c")},
                     nullptr});
    view.setLimits({{0, 10}, {0, 10}, {0, 10}});
    view.show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    QSignalSpy opened(&view, &CornerView::panelActivated), drawn(&view, &CornerView::shapeDrawn);
    QTest::mouseClick(&view, Qt::LeftButton, {}, view.panel(2, 1).center());
    QCOMPARE(opened.size(), 1);
    QCOMPARE(opened.at(0).at(0).toInt(), 1); // x
    QCOMPARE(opened.at(0).at(1).toInt(), 2); // y
    QTest::keyClick(&view, Qt::Key_Left);
    QTest::keyClick(&view, Qt::Key_Return);
    QCOMPARE(opened.at(1).at(0).toInt(), 0);
    QTest::keyClick(&view, Qt::Key_R);
    const QPoint from = view.toWidget(1, 0, {1, 2}).toPoint(), to = view.toWidget(1, 0, {6, 8}).toPoint();
    drag(view, from, to, Qt::ControlModifier);
    QCOMPARE(opened.size(), 2);
    QCOMPARE(drawn.size(), 1);
    QCOMPARE(drawn.at(0).at(0).toInt(), 0);
    QCOMPARE(drawn.at(0).at(1).toInt(), 1);
    const PlotShape shape = drawn.at(0).at(2).value<PlotShape>();
    const auto* box = std::get_if<PlotRectangle>(&shape.geometry);
    QVERIFY(box != nullptr);
    QVERIFY(near(box->from.x(), 1, 0.06) && near(box->to.y(), 8, 0.06));
    QVERIFY(drawn.at(0).at(3).value<ShapeModifier>() == ShapeModifier::Remove);
    // Outside every panel nothing happens.
    QTest::keyClick(&view, Qt::Key_P);
    QTest::mouseClick(&view, Qt::LeftButton, {}, view.panel(0, 2).center());
    QCOMPARE(opened.size(), 2);
}

void ViewsTest::cornerShowsHighlights() {
    CornerView view;
    view.resize(500, 500);
    view.setColumns({{column({2, 8}), column({2, 8})}, {QStringLiteral("a"), QStringLiteral("b")}, nullptr});
    view.setLimits({{0, 10}, {0, 10}});
    view.setHighlights({{bits(2, {1}), 0xFFE69F00}});
    view.show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    const QImage image = view.grab().toImage();
    QCOMPARE(image.pixelColor(view.toWidget(1, 0, {7.97, 7.97}).toPoint()), QColor(0xE69F00));
    view.setHighlights({{bits(2, {1}), 0xFFE69F00, ClassMark::Cross}});
    const QImage crossed = view.grab().toImage();
    QVERIFY(crossed.copy(view.panel(1, 0)) != image.copy(view.panel(1, 0))); // of the same colour
    QVERIFY(crossed.copy(view.panel(0, 0)) != image.copy(view.panel(0, 0)));
    QVERIFY(image.pixelColor(view.toWidget(1, 0, {2.03, 2.03}).toPoint()) == plotColours(Theme::Light).missing);
}

void ViewsTest::cornerZoomsAndPansItsPanels() {
    CornerView view;
    view.resize(500, 500);
    view.setColumns({{column({2, 8}), column({2, 8})}, {QStringLiteral("a"), QStringLiteral("b")}, nullptr});
    view.setLimits({{0, 10}, {0, 20}});
    view.show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    // The panel of row 1 and column 0 is the chosen one at first.
    QTest::keyClick(&view, Qt::Key_Plus);
    QVERIFY(near(view.limits()[0].lower, 1, 1e-9) && near(view.limits()[0].upper, 9, 1e-9));
    QVERIFY(near(view.limits()[1].lower, 2, 1e-9) && near(view.limits()[1].upper, 18, 1e-9));
    QTest::keyClick(&view, Qt::Key_Minus);
    QVERIFY(near(view.limits()[0].lower, 0, 1e-9) && near(view.limits()[1].upper, 20, 1e-9));
    QTest::keyClick(&view, Qt::Key_Right, Qt::ShiftModifier);
    QVERIFY(near(view.limits()[0].lower, 1, 1e-9) && near(view.limits()[0].upper, 11, 1e-9));
    QTest::keyClick(&view, Qt::Key_Up, Qt::ShiftModifier);
    QVERIFY(near(view.limits()[1].lower, 2, 1e-9) && near(view.limits()[1].upper, 22, 1e-9));
    view.setLimits({{0, 10}, {0, 20}});
    const QPointF corner = view.toWidget(1, 0, {0, 0}) - QPointF(-1, 1);
    QWheelEvent notch(corner, view.mapToGlobal(corner), {}, {0, 120}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase,
                      false);
    QApplication::sendEvent(&view, &notch);
    QVERIFY(near(view.limits()[0].lower, 0, 0.1) && near(view.limits()[0].upper, 10 / 1.2, 0.1));
    QTest::keyClick(&view, Qt::Key_F);
    QVERIFY(view.limits()[0].lower < 2 && view.limits()[0].upper > 8);
}

void ViewsTest::backspaceGoesBackInHistogramAndCorner() {
    HistogramView histogram;
    histogram.resize(500, 350);
    histogram.setColumns({column({1, 2, 2, 3, 9}), nullptr, QStringLiteral("x")});
    histogram.show();
    QVERIFY(QTest::qWaitForWindowExposed(&histogram));
    histogram.renderNow();
    const AxisRange first = histogram.axis();
    QTest::keyClick(&histogram, Qt::Key_Plus);
    QTest::keyClick(&histogram, Qt::Key_Right);
    QVERIFY(histogram.axis() != first);
    const AxisRange moved = histogram.axis();
    QTest::keyClick(&histogram, Qt::Key_Backspace);
    QCOMPARE(histogram.axis(), first);
    QTest::keyClick(&histogram, Qt::Key_Backspace, Qt::ShiftModifier);
    QCOMPARE(histogram.axis(), moved);
    QTest::mouseClick(&histogram, Qt::BackButton, {}, histogram.plotArea().center());
    QCOMPARE(histogram.axis(), first);
    CornerView corner;
    corner.resize(500, 500);
    corner.setColumns({{column({1, 2, 3}), column({3, 1, 2})}, {QStringLiteral("a"), QStringLiteral("b")}, nullptr});
    corner.show();
    QVERIFY(QTest::qWaitForWindowExposed(&corner));
    const std::vector<AxisRange> limits = corner.limits();
    QTest::keyClick(&corner, Qt::Key_Plus);
    QVERIFY(corner.limits() != limits);
    QTest::keyClick(&corner, Qt::Key_Backspace);
    QVERIFY(corner.limits() == limits);
    QTest::keyClick(&corner, Qt::Key_Backspace, Qt::ShiftModifier);
    QVERIFY(corner.limits() != limits);
}

void ViewsTest::histogramShowsWhereTracksRun() {
    HistogramView view;
    view.resize(500, 350);
    view.setColumns({column({1, 2, 2, 3, 9}), nullptr, QStringLiteral("x")});
    view.setAxis({0, 10});
    view.show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    view.setCumulativeShown(false);
    view.renderNow();
    const QImage before = view.grab().toImage();
    HistogramView::Track track;
    track.name = QStringLiteral("MS");
    track.values = {4, missing, 6};
    track.texts = {QStringLiteral("first"), QStringLiteral("none"), QStringLiteral("third")};
    track.colour = 0xff00ff00;
    view.setTracks({track});
    view.renderNow();
    const QImage after = view.grab().toImage();
    const QColor green(0, 255, 0);
    const auto greenRowsAt = [&](double value) {
        const int x = static_cast<int>(view.toWidgetX(value));
        int rows = 0;
        for (int y = view.plotArea().top(); y < view.plotArea().top() + 24; ++y)
            rows += after.pixelColor(x, y) == green && before.pixelColor(x, y) != green;
        return rows;
    };
    QVERIFY(greenRowsAt(4) > 5);
    QVERIFY(greenRowsAt(6) > 5);
    QCOMPARE(greenRowsAt(5), 2); // the line that joins them
    QCOMPARE(greenRowsAt(7), 0);
    const auto hover = [&](double value) {
        const QPoint at(static_cast<int>(view.toWidgetX(value)), view.plotArea().top() + 6);
        QMouseEvent move(QEvent::MouseMove, at, view.mapToGlobal(at), Qt::NoButton, Qt::NoButton, {});
        QCoreApplication::sendEvent(&view, &move);
        return view.hoverText();
    };
    QCOMPARE(hover(6), QStringLiteral("third"));
    QCOMPARE(hover(5), QString());
    view.setTracks({});
    view.renderNow();
    QCOMPARE(view.grab().toImage(), before);
}

void ViewsTest::skyLassoComesOutInDegrees() {
    SkyView view;
    view.resize(800, 440);
    view.setColumns(
        {column({10, 350, 180}), column({0, 0, 60}), nullptr, nullptr, QStringLiteral("l"), QStringLiteral("b"), {}});
    view.show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    QSignalSpy spy(&view, &SkyView::shapeDrawn);
    view.setTool(PlotTool::Rectangle);
    ScatterView& map = view.map();
    drag(map, view.toWidget({20, 15}).toPoint(), view.toWidget({340, -15}).toPoint());
    QCOMPARE(spy.size(), 1);
    const PlotShape shape = spy.at(0).at(0).value<PlotShape>();
    const auto* outlines = std::get_if<PlotOutlines>(&shape.geometry);
    QVERIFY(outlines != nullptr);
    QCOMPARE(outlines->parts.size(), std::size_t{2}); // longitude jumps from 360 to 0 inside
    double least = 360, most = 0, highest = 0;
    for (const PlotPolygon& part : outlines->parts) {
        for (const QPointF& point : part.vertices) {
            QVERIFY(point.x() >= 0 && point.x() <= 360);
            QVERIFY(point.x() <= 21 || point.x() >= 339);
            least = std::min(least, point.x());
            most = std::max(most, point.x());
            highest = std::max(highest, point.y());
        }
    }
    QCOMPARE(least, 0.0);
    QCOMPARE(most, 360.0);
    QVERIFY(near(highest, 15, 0.5));
}

void ViewsTest::skyMovesByKeysAndTellsWhenThePointerLeaves() {
    SkyView view;
    view.resize(800, 440);
    view.setColumns({column({10, 350, 180}), column({0, 0, 60}), nullptr, nullptr, {}, {}, {}});
    view.show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    ScatterView& map = view.map();
    QTest::keyClick(&map, Qt::Key_Home);
    const AxisRange whole = map.xAxis();
    QTest::keyClick(&map, Qt::Key_Plus);
    QVERIFY(map.xAxis().upper < whole.upper);
    QTest::keyClick(&map, Qt::Key_Right);
    QTest::keyClick(&map, Qt::Key_Home);
    QVERIFY(map.xAxis() == whole); // the sky, not the box around the stars

    QSignalSpy hovered(&view, &SkyView::hovered);
    QTest::mouseMove(&map, view.toWidget({180, 60}).toPoint() + QPoint(3, 0));
    QTest::mouseMove(&map, view.toWidget({180, 60}).toPoint());
    QTRY_COMPARE(hovered.size(), 1);
    QCOMPARE(hovered.at(0).at(0).value<std::optional<qsizetype>>(), std::optional<qsizetype>(2));
    QEvent leave(QEvent::Leave);
    QApplication::sendEvent(&map, &leave);
    QTRY_COMPARE(hovered.size(), 2);
    QVERIFY(!hovered.at(1).at(0).value<std::optional<qsizetype>>());
}

void ViewsTest::skyPicksAStar() {
    SkyView view;
    view.resize(800, 440);
    view.setColumns({column({10, 350, 180}), column({0, 0, 60}), nullptr, nullptr, {}, {}, {}}, 180);
    view.show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    QSignalSpy spy(&view, &SkyView::starPicked);
    QTest::mouseClick(&view.map(), Qt::LeftButton, {}, view.toWidget({180, 60}).toPoint());
    QCOMPARE(spy.size(), 1);
    QCOMPARE(spy.at(0).at(0).value<qsizetype>(), qsizetype{2});
    QVERIFY(view.toWidget({190, 0}).x() < view.toWidget({170, 0}).x()); // longitude grows to the left
}

QTEST_MAIN(ViewsTest)
#include "views_test.moc"
