// The latent map under real mouse and key events.
#include "tests/widgets/shown_scatter.h"

#include <QSignalSpy>
#include <qcustomplot.h>

using namespace zscape;
using namespace zscape::test;

class ScatterViewTest : public QObject {
    Q_OBJECT
private slots:
    void clickPicksTheNearestShownStar();
    void leftDragPans();
    void dragOnFlippedAxesFollowsThePointer();
    void wheelZoomsAtTheCursor();
    void wheelOverAnAxisZoomsThatAxis();
    void rightDragStretches();
    void shiftDragZoomsToTheFrame();
    void escapeUndoesADrag();
    void handleIsDragged();
    void spaceMakesTheHandlePan();
    void doubleClickOnTheHandleResets();
    void keysPanZoomAndFit();
    void zoomStopsWhereDataCannotBeToldApart();
    void backspaceGoesBackAGestureAtATime();
    void otherColumnsForgetWhereTheViewWas();
};

void ScatterViewTest::clickPicksTheNearestShownStar() {
    ShownScatter shown;
    QVERIFY(shown.exposed);
    QSignalSpy picked(&shown.view, &ScatterView::starPicked), none(&shown.view, &ScatterView::nothingPicked);
    QTest::mouseClick(&shown.view, Qt::LeftButton, {}, shown.at(9, 2) + QPoint(4, -4));
    QCOMPARE(picked.size(), 1);
    QCOMPARE(picked.takeFirst().at(0).value<qsizetype>(), qsizetype{2});
    QTest::mouseClick(&shown.view, Qt::LeftButton, {}, shown.at(9, 2) + QPoint(10, 0));
    QTest::mouseClick(&shown.view, Qt::LeftButton, {}, shown.at(5, 9)); // not shown
    QCOMPARE(picked.size(), 0);
    QCOMPARE(none.size(), 2);
    QTest::mouseClick(&shown.view, Qt::LeftButton, {}, QPoint(2, 2)); // outside the axes
    QCOMPARE(none.size(), 2);
}

void ScatterViewTest::leftDragPans() {
    ShownScatter shown;
    QSignalSpy changed(&shown.view, &ScatterView::viewChanged), picked(&shown.view, &ScatterView::starPicked);
    const QPoint from = shown.at(5, 5), to = shown.at(7, 4);
    const QPointF expected = shown.view.toData(from) - shown.view.toData(to);
    shown.drag(from, to);
    shown.release(to);
    QVERIFY(near(shown.view.xAxis().lower, expected.x()));
    QVERIFY(near(shown.view.xAxis().upper, 10 + expected.x()));
    QVERIFY(near(shown.view.yAxis().lower, expected.y()));
    QVERIFY(expected.x() < -1.5 && expected.y() > 0.5);
    QVERIFY(changed.size() >= 2);
    QCOMPARE(picked.size(), 0);
}

void ScatterViewTest::dragOnFlippedAxesFollowsThePointer() {
    ShownScatter shown;
    shown.view.setAxes({0, 10, false, true}, {0.1, 10, true, true});
    shown.view.renderNow();
    const QPoint from = shown.at(4, 1), to = from + QPoint(40, 30);
    const QPointF grabbed = shown.view.toData(from);
    QVERIFY2(shown.at(2, 1).x() > shown.at(8, 1).x() && shown.at(4, 5).y() > shown.at(4, 1).y(), "flipped");
    shown.drag(from, to);
    shown.release(to);
    shown.view.renderNow();
    QVERIFY(near(shown.view.toData(to).x(), grabbed.x()));
    QVERIFY(near(shown.view.toData(to).y(), grabbed.y()));
    QVERIFY(shown.view.yAxis().logarithmic && shown.view.xAxis().flipped);
    // QCustomPlot's axes agree with our arithmetic to a pixel.
    QVERIFY(near(shown.view.plot().xAxis->coordToPixel(3), shown.view.toWidget({3, 1}).x(), 1));
    QVERIFY(near(shown.view.plot().yAxis->coordToPixel(2), shown.view.toWidget({3, 2}).y(), 1));
}

void ScatterViewTest::wheelZoomsAtTheCursor() {
    ShownScatter shown;
    const QPoint cursor = shown.at(2, 8);
    const QPointF under = shown.view.toData(cursor);
    shown.wheel(cursor, 2);
    QVERIFY(near(shown.view.toData(cursor).x(), under.x()));
    QVERIFY(near(shown.view.toData(cursor).y(), under.y()));
    QVERIFY(near(shown.view.xAxis().upper - shown.view.xAxis().lower, 10 / 1.44));
    shown.wheel(cursor, -2);
    QVERIFY(near(shown.view.xAxis().upper - shown.view.xAxis().lower, 10));
}

void ScatterViewTest::wheelOverAnAxisZoomsThatAxis() {
    ShownScatter shown;
    const QRect area = shown.view.plotArea();
    shown.wheel({area.center().x(), area.bottom() + 10}, 1);
    QVERIFY(shown.view.xAxis().upper - shown.view.xAxis().lower < 9);
    QVERIFY(near(shown.view.yAxis().upper - shown.view.yAxis().lower, 10));
    shown.wheel({area.left() - 10, area.center().y()}, 1);
    QVERIFY(shown.view.yAxis().upper - shown.view.yAxis().lower < 9);
}

void ScatterViewTest::rightDragStretches() {
    ShownScatter shown;
    const QPoint from = shown.at(3, 3);
    const QPointF under = shown.view.toData(from);
    shown.drag(from, from + QPoint(150, 0), Qt::RightButton);
    shown.release(from + QPoint(150, 0), Qt::RightButton);
    QVERIFY(near(shown.view.xAxis().upper - shown.view.xAxis().lower, 10 / std::exp(1.0)));
    QVERIFY(near(shown.view.yAxis().upper - shown.view.yAxis().lower, 10));
    QVERIFY(near(shown.view.toData(from).x(), under.x()));
}

void ScatterViewTest::shiftDragZoomsToTheFrame() {
    ShownScatter shown;
    const QPoint from = shown.at(2, 3), to = shown.at(7, 9);
    const QPointF corner1 = shown.view.toData(from), corner2 = shown.view.toData(to);
    shown.drag(to, from, Qt::LeftButton, Qt::ShiftModifier);
    QVERIFY2(near(shown.view.xAxis().upper, 10), "the view waits for the release");
    shown.release(from, Qt::LeftButton, Qt::ShiftModifier);
    QVERIFY(near(shown.view.xAxis().lower, corner1.x()) && near(shown.view.xAxis().upper, corner2.x()));
    QVERIFY(near(shown.view.yAxis().lower, corner1.y()) && near(shown.view.yAxis().upper, corner2.y()));
}

void ScatterViewTest::escapeUndoesADrag() {
    ShownScatter shown;
    shown.drag(shown.at(3, 3), shown.at(6, 6));
    QVERIFY(!near(shown.view.xAxis().lower, 0));
    QTest::keyClick(&shown.view, Qt::Key_Escape);
    QVERIFY(near(shown.view.xAxis().lower, 0) && near(shown.view.yAxis().upper, 10));
    shown.release(shown.at(6, 6));
    shown.view.setHandle(QPointF(3, 3));
    shown.drag(shown.at(3, 3), shown.at(6, 6));
    QSignalSpy released(&shown.view, &ScatterView::handleReleased);
    QTest::keyClick(&shown.view, Qt::Key_Escape);
    QCOMPARE(released.size(), 1);
    QCOMPARE(*shown.view.handle(), QPointF(3, 3));
    shown.release(shown.at(6, 6));
    shown.drag(shown.at(3, 3) + QPoint(50, 0), shown.at(6, 6), Qt::LeftButton, Qt::ShiftModifier);
    QTest::keyClick(&shown.view, Qt::Key_Escape);
    shown.release(shown.at(6, 6), Qt::LeftButton, Qt::ShiftModifier);
    QVERIFY(near(shown.view.xAxis().upper, 10));
}

void ScatterViewTest::handleIsDragged() {
    ShownScatter shown;
    shown.view.setHandle(QPointF(5, 5));
    QSignalSpy moved(&shown.view, &ScatterView::handleMoved), released(&shown.view, &ScatterView::handleReleased);
    QSignalSpy picked(&shown.view, &ScatterView::starPicked), changed(&shown.view, &ScatterView::viewChanged);
    const QPoint grab = shown.at(5, 5) + QPoint(8, -6); // 10 px beside the centre
    shown.hover(grab);
    QCOMPARE(shown.view.cursor().shape(), Qt::PointingHandCursor);
    shown.drag(grab, grab + QPoint(100, 40));
    QCOMPARE(moved.size(), 4);
    const QPointF expected = shown.view.toData(shown.view.toWidget({5, 5}) + QPointF(100, 40));
    const QPointF last = moved.last().at(0).toPointF();
    QVERIFY(near(last.x(), expected.x()) && near(last.y(), expected.y()));
    QCOMPARE(*shown.view.handle(), last);
    QCOMPARE(released.size(), 0);
    shown.release(grab + QPoint(100, 40));
    QCOMPARE(released.size(), 1);
    QVERIFY2(picked.isEmpty() && changed.isEmpty(), "no pick, no pan");
    // 20 px away is the plot again.
    shown.drag(shown.at(last.x(), last.y()) + QPoint(20, 0), shown.at(1, 1));
    QCOMPARE(moved.size(), 4);
    QVERIFY(!changed.isEmpty());
}

void ScatterViewTest::spaceMakesTheHandlePan() {
    ShownScatter shown;
    shown.view.setHandle(QPointF(5, 5));
    QSignalSpy moved(&shown.view, &ScatterView::handleMoved);
    QTest::keyPress(&shown.view, Qt::Key_Space);
    shown.drag(shown.at(5, 5), shown.at(6, 6));
    shown.release(shown.at(6, 6));
    QTest::keyRelease(&shown.view, Qt::Key_Space);
    QVERIFY(moved.isEmpty());
    QVERIFY(shown.view.xAxis().lower < -0.5);
}

void ScatterViewTest::doubleClickOnTheHandleResets() {
    ShownScatter shown;
    shown.view.setHandle(QPointF(5, 5));
    QSignalSpy reset(&shown.view, &ScatterView::handleReset), picked(&shown.view, &ScatterView::starPicked);
    QTest::mouseDClick(&shown.view, Qt::LeftButton, {}, shown.at(5, 5));
    QCOMPARE(reset.size(), 1);
    QVERIFY(picked.isEmpty());
    QTest::mouseDClick(&shown.view, Qt::LeftButton, {}, shown.at(1, 1));
    QCOMPARE(reset.size(), 1);
}

void ScatterViewTest::keysPanZoomAndFit() {
    ShownScatter shown;
    QTest::keyClick(&shown.view, Qt::Key_Right);
    QVERIFY(near(shown.view.xAxis().lower, 1) && near(shown.view.xAxis().upper, 11));
    QTest::keyClick(&shown.view, Qt::Key_Up);
    QVERIFY(near(shown.view.yAxis().lower, 1));
    QTest::keyClick(&shown.view, Qt::Key_Left);
    QTest::keyClick(&shown.view, Qt::Key_Down);
    QTest::keyClick(&shown.view, Qt::Key_Plus);
    QVERIFY(near(shown.view.xAxis().upper - shown.view.xAxis().lower, 8));
    QTest::keyClick(&shown.view, Qt::Key_Minus);
    QVERIFY(near(shown.view.xAxis().upper - shown.view.xAxis().lower, 10));
    QSignalSpy picked(&shown.view, &ScatterView::starPicked);
    shown.view.setHandle(QPointF(8.5, 2.5));
    QTest::keyClick(&shown.view, Qt::Key_Return);
    QCOMPARE(picked.size(), 1);
    QCOMPARE(picked.first().at(0).value<qsizetype>(), qsizetype{2});
    QTest::keyClick(&shown.view, Qt::Key_Home);
    // The shown stars span 1..9 and 1..8.
    QVERIFY(near(shown.view.xAxis().lower, 1 - 0.24, 1e-6) && near(shown.view.xAxis().upper, 9 + 0.24, 1e-6));
    QVERIFY(near(shown.view.yAxis().lower, 1 - 0.21, 1e-6) && near(shown.view.yAxis().upper, 8 + 0.21, 1e-6));
}

void ScatterViewTest::zoomStopsWhereDataCannotBeToldApart() {
    ShownScatter shown;
    for (int turn = 0; turn < 300; ++turn) {
        shown.wheel(shown.at(5, 5), 3);
    }
    QVERIFY(shown.view.xAxis().upper - shown.view.xAxis().lower > 1e-6);
    for (int turn = 0; turn < 600; ++turn) {
        shown.wheel(shown.view.plotArea().center(), -3);
    }
    QVERIFY(std::isfinite(shown.view.xAxis().upper) && std::isfinite(shown.view.yAxis().lower));
    shown.view.renderNow();
}

void ScatterViewTest::backspaceGoesBackAGestureAtATime() {
    ShownScatter shown;
    ScatterView& view = shown.view;
    const auto ranges = [&] { return std::pair(view.xAxis(), view.yAxis()); };
    const auto first = ranges();
    for (int notch = 0; notch < 3; ++notch) {
        shown.wheel(shown.at(5, 5), 1); // one after the other: one step
    }
    const auto zoomed = ranges();
    shown.drag(shown.at(5, 5), shown.at(6, 6));
    shown.release(shown.at(6, 6));
    const auto panned = ranges();
    QVERIFY(panned != zoomed && zoomed != first);
    shown.drag(shown.at(5, 5), shown.at(6, 6));
    QTest::keyClick(&view, Qt::Key_Escape); // no step
    shown.release(shown.at(6, 6));
    QTest::keyClick(&view, Qt::Key_F);
    const auto all = ranges();
    QSignalSpy changed(&view, &ScatterView::viewChanged);
    QTest::keyClick(&view, Qt::Key_Backspace);
    QVERIFY(ranges() == panned);
    QTest::keyClick(&view, Qt::Key_Backspace);
    QVERIFY(ranges() == zoomed);
    QTest::mouseClick(&view, Qt::BackButton, {}, shown.at(5, 5));
    QVERIFY(ranges() == first);
    QCOMPARE(changed.size(), 3);
    QTest::keyClick(&view, Qt::Key_Backspace); // there is no further back
    QVERIFY(ranges() == first);
    QTest::keyClick(&view, Qt::Key_Backspace, Qt::ShiftModifier);
    QTest::mouseClick(&view, Qt::ForwardButton, {}, shown.at(5, 5));
    QTest::keyClick(&view, Qt::Key_Backspace, Qt::ShiftModifier);
    QVERIFY(ranges() == all);
    // A new step leaves what was forward behind.
    QTest::keyClick(&view, Qt::Key_Backspace);
    QVERIFY(ranges() == panned);
    QTest::keyClick(&view, Qt::Key_Plus);
    const auto nearer = ranges();
    QTest::keyClick(&view, Qt::Key_Backspace, Qt::ShiftModifier);
    QVERIFY(ranges() == nearer);
}

void ScatterViewTest::otherColumnsForgetWhereTheViewWas() {
    ShownScatter shown;
    shown.wheel(shown.at(5, 5), 2);
    const AxisRange x = shown.view.xAxis();
    ScatterColumns labels = fiveStars();
    shown.view.setColumns(labels); // other columns
    QTest::keyClick(&shown.view, Qt::Key_Backspace);
    QCOMPARE(shown.view.xAxis(), x);
    shown.wheel(shown.at(5, 5), 2);
    labels.labels = column({5, 4, 3, 2, 1}); // other colours
    shown.view.setColumns(labels);
    QTest::keyClick(&shown.view, Qt::Key_Backspace);
    QCOMPARE(shown.view.xAxis(), x);
    shown.wheel(shown.at(5, 5), 2);
    AxisRange flipped = shown.view.xAxis();
    flipped.flipped = true;
    shown.view.setAxes(flipped, shown.view.yAxis());
    QTest::keyClick(&shown.view, Qt::Key_Backspace);
    QCOMPARE(shown.view.xAxis(), flipped);
}

QTEST_MAIN(ScatterViewTest)
#include "scatter_view_test.moc"
