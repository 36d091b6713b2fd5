// Selection tools, modes and linked views of the latent map under real mouse and key events.
#include "tests/widgets/shown_scatter.h"
#include "widgets/contour_sets.h"

#include <QSignalSpy>
#include <qcustomplot.h>

using namespace zscape;
using namespace zscape::test;

namespace {

struct Drawn {
    PlotShape shape;
    ShapeModifier modifier;
};

Drawn only(QSignalSpy& spy) {
    if (spy.size() != 1) return {};
    const QList<QVariant> arguments = spy.takeFirst();
    return {arguments.at(0).value<PlotShape>(), arguments.at(1).value<ShapeModifier>()};
}

} // namespace

class SelectionToolsTest : public QObject {
    Q_OBJECT
private slots:
    void rectangleIsInDataSpace();
    void shiftAddsAndCtrlRemoves();
    void escapeCancelsAndThenLeavesTheTool();
    void spacePansWithATool();
    void lassoPreviewsTheStarsInside();
    void brushAndCurve();
    void keysDrawARectangle();
    void keysChooseToolsAndModes();
    void verticesAreDraggedInsertedAndDeleted();
    void verticesOfEveryPathAreReached();
    void highlightsGreyOtherStars();
    void highlightsHaveShapesOnEveryScreen();
    void contoursAreDrawnAroundStars();
    void contoursByJobReplaceTheFormerOnes();
    void hoverTellsTheStarAndTheTrack();
};

void SelectionToolsTest::rectangleIsInDataSpace() {
    ShownScatter shown;
    QVERIFY(shown.exposed);
    QSignalSpy spy(&shown.view, &ScatterView::shapeDrawn), picked(&shown.view, &ScatterView::starPicked);
    shown.view.setTool(PlotTool::Rectangle);
    const QPoint from = shown.at(0.5, 6), to = shown.at(6, 0.5);
    const QPointF a = shown.view.toData(from), b = shown.view.toData(to);
    shown.drag(from, to);
    QCOMPARE(shown.view.previewCount(), std::size_t{2}); // the stars at (1, 1) and (5, 5)
    shown.release(to);
    const Drawn drawn = only(spy);
    const auto* box = std::get_if<PlotRectangle>(&drawn.shape.geometry);
    QVERIFY(box != nullptr);
    QVERIFY(near(box->from.x(), a.x()) && near(box->from.y(), b.y()));
    QVERIFY(near(box->to.x(), b.x()) && near(box->to.y(), a.y()));
    QVERIFY(drawn.modifier == ShapeModifier::Replace);
    QCOMPARE(shown.view.xAxis().lower, 0.0); // nothing panned
    QTest::mouseClick(&shown.view, Qt::LeftButton, {}, shown.at(5, 5));
    QCOMPARE(spy.size(), 0); // a click is no rectangle
    QCOMPARE(picked.size(), 0);
}

void SelectionToolsTest::shiftAddsAndCtrlRemoves() {
    ShownScatter shown;
    QSignalSpy spy(&shown.view, &ScatterView::shapeDrawn);
    shown.view.setTool(PlotTool::Rectangle);
    shown.drag(shown.at(2, 2), shown.at(8, 8), Qt::LeftButton, Qt::ShiftModifier);
    shown.release(shown.at(8, 8), Qt::LeftButton, Qt::ShiftModifier);
    QVERIFY(only(spy).modifier == ShapeModifier::Add);
    shown.drag(shown.at(2, 2), shown.at(8, 8), Qt::LeftButton, Qt::ControlModifier);
    shown.release(shown.at(8, 8));
    QVERIFY(only(spy).modifier == ShapeModifier::Remove);
}

void SelectionToolsTest::escapeCancelsAndThenLeavesTheTool() {
    ShownScatter shown;
    QSignalSpy spy(&shown.view, &ScatterView::shapeDrawn);
    shown.view.setTool(PlotTool::Lasso);
    shown.drag(shown.at(2, 2), shown.at(8, 8));
    QTest::keyClick(&shown.view, Qt::Key_Escape);
    shown.release(shown.at(8, 8));
    QCOMPARE(spy.size(), 0);
    QVERIFY(shown.view.tool() == PlotTool::Lasso);
    QTest::keyClick(&shown.view, Qt::Key_Escape);
    QVERIFY(shown.view.tool() == PlotTool::Pan);
}

void SelectionToolsTest::spacePansWithATool() {
    ShownScatter shown;
    QSignalSpy spy(&shown.view, &ScatterView::shapeDrawn);
    shown.view.setTool(PlotTool::Rectangle);
    QTest::keyPress(&shown.view, Qt::Key_Space);
    shown.drag(shown.at(5, 5), shown.at(7, 5));
    shown.release(shown.at(7, 5));
    QTest::keyRelease(&shown.view, Qt::Key_Space);
    QVERIFY(shown.view.xAxis().lower < -1.5);
    QCOMPARE(spy.size(), 0);
}

void SelectionToolsTest::lassoPreviewsTheStarsInside() {
    ShownScatter shown;
    QSignalSpy spy(&shown.view, &ScatterView::shapeDrawn);
    QTest::keyClick(&shown.view, Qt::Key_L);
    const std::vector<QPoint> corners{shown.at(4, 4), shown.at(9.5, 1), shown.at(9.5, 3), shown.at(5, 6)};
    QTest::mousePress(&shown.view, Qt::LeftButton, {}, corners.front());
    for (const QPoint& corner : corners) {
        shown.hover(corner);
    }
    QCOMPARE(shown.view.previewCount(), std::size_t{2}); // (5, 5) and (9, 2); (5, 9) is not shown
    shown.release(corners.back());
    const Drawn drawn = only(spy);
    const auto* polygon = std::get_if<PlotPolygon>(&drawn.shape.geometry);
    QVERIFY(polygon != nullptr);
    QCOMPARE(polygon->vertices.size(), std::size_t{4});
    QVERIFY(near(polygon->vertices[1].x(), shown.view.toData(corners[1]).x()));
    QCOMPARE(shown.view.previewCount(), std::size_t{0});
}

void SelectionToolsTest::brushAndCurve() {
    ShownScatter shown;
    QSignalSpy spy(&shown.view, &ScatterView::shapeDrawn);
    shown.view.setTool(PlotTool::Brush);
    shown.view.setBrushRadius(10);
    QTest::mouseClick(&shown.view, Qt::LeftButton, {}, shown.at(5, 5)); // a dab
    Drawn drawn = only(spy);
    const auto* brush = std::get_if<PlotBrush>(&drawn.shape.geometry);
    QVERIFY(brush != nullptr);
    QCOMPARE(brush->path.size(), std::size_t{1});
    QVERIFY(near(brush->radiusX, 10 * 10.0 / shown.view.plotArea().width()));
    QVERIFY(near(brush->radiusY, 10 * 10.0 / shown.view.plotArea().height()));
    QTest::keyClick(&shown.view, Qt::Key_BracketRight);
    QVERIFY(near(shown.view.brushRadius(), 12.5));

    shown.view.setTool(PlotTool::CurveAbove);
    shown.drag(shown.at(0.2, 4), shown.at(9.8, 4));
    QCOMPARE(shown.view.previewCount(), std::size_t{2}); // (5, 5) and (2, 8)
    shown.release(shown.at(9.8, 4));
    drawn = only(spy);
    const auto* curve = std::get_if<PlotCurve>(&drawn.shape.geometry);
    QVERIFY(curve != nullptr && curve->above);
    QCOMPARE(curve->line.size(), std::size_t{2}); // straight: thinned
    shown.view.setAxes({0, 10}, {0, 10, false, true});
    shown.view.renderNow();
    shown.drag(shown.at(0.2, 4), shown.at(9.8, 4));
    QCOMPARE(shown.view.previewCount(), std::size_t{2}); // by the number, whatever way the axis runs
    shown.release(shown.at(9.8, 4));
}

void SelectionToolsTest::keysDrawARectangle() {
    ShownScatter shown;
    QSignalSpy spy(&shown.view, &ScatterView::shapeDrawn);
    QTest::keyClick(&shown.view, Qt::Key_R);
    QTest::keyClick(&shown.view, Qt::Key_Return, Qt::ShiftModifier);
    for (int step = 0; step < 3; ++step) {
        QTest::keyClick(&shown.view, Qt::Key_Right);
        QTest::keyClick(&shown.view, Qt::Key_Down);
    }
    QTest::keyClick(&shown.view, Qt::Key_Return);
    const Drawn drawn = only(spy);
    const auto* box = std::get_if<PlotRectangle>(&drawn.shape.geometry);
    QVERIFY(box != nullptr);
    QVERIFY(near(box->to.x() - box->from.x(), 24 * 10.0 / shown.view.plotArea().width(), 1e-6));
    QVERIFY(drawn.modifier == ShapeModifier::Add);
}

void SelectionToolsTest::keysChooseToolsAndModes() {
    ShownScatter shown;
    QSignalSpy tools(&shown.view, &ScatterView::toolChanged), modes(&shown.view, &ScatterView::drawModeChanged);
    for (const auto& [key, tool] : {std::pair{Qt::Key_B, PlotTool::Brush},
                                    {Qt::Key_A, PlotTool::CurveAbove},
                                    {Qt::Key_U, PlotTool::CurveBelow},
                                    {Qt::Key_P, PlotTool::Pan}}) {
        QTest::keyClick(&shown.view, key);
        QVERIFY(shown.view.tool() == tool);
    }
    QCOMPARE(tools.size(), 4);
    QTest::keyClick(&shown.view, Qt::Key_D);
    QVERIFY(shown.view.drawMode() == DrawMode::Density);
    QTest::keyClick(&shown.view, Qt::Key_C);
    QVERIFY(shown.view.drawMode() == DrawMode::Contour);
    QTest::keyClick(&shown.view, Qt::Key_S);
    QVERIFY(shown.view.drawMode() == DrawMode::Scatter);
    QCOMPARE(modes.size(), 3);
    shown.view.setTool(PlotTool::Lasso);
    shown.hover(shown.at(5, 5));
    QCOMPARE(shown.view.cursor().shape(), Qt::CrossCursor);
}

void SelectionToolsTest::verticesAreDraggedInsertedAndDeleted() {
    ShownScatter shown;
    QSignalSpy spy(&shown.view, &ScatterView::pathEdited);
    shown.view.setEditablePath(EditablePath{{{2, 2}, {8, 2}, {5, 8}}, true});
    shown.drag(shown.at(8, 2), shown.at(9, 3));
    shown.release(shown.at(9, 3));
    QCOMPARE(spy.size(), 1);
    QVERIFY(near(shown.view.editablePath()->vertices[1].x(), shown.view.toData(shown.at(9, 3)).x(), 0.05));
    QCOMPARE(shown.view.xAxis().lower, 0.0);
    QTest::mouseDClick(&shown.view, Qt::LeftButton, {}, shown.at(3.5, 5)); // on the edge from (5, 8) to (2, 2)
    QCOMPARE(shown.view.editablePath()->vertices.size(), std::size_t{4});
    QCOMPARE(spy.size(), 2);
    QTest::keyClick(&shown.view, Qt::Key_Delete);
    QCOMPARE(shown.view.editablePath()->vertices.size(), std::size_t{3});
    QTest::keyClick(&shown.view, Qt::Key_Delete); // a polygon keeps three
    QCOMPARE(shown.view.editablePath()->vertices.size(), std::size_t{3});
    QTest::keyClick(&shown.view, Qt::Key_PageDown);
    QTest::keyClick(&shown.view, Qt::Key_Up);
    QVERIFY(spy.size() == 4);
}

void SelectionToolsTest::verticesOfEveryPathAreReached() {
    ShownScatter shown;
    ScatterView& view = shown.view;
    QSignalSpy spy(&view, &ScatterView::pathEdited);
    const auto part = [&] { return spy.takeFirst().at(1).value<std::size_t>(); };
    view.setEditablePaths({{{{1, 1}, {3, 1}, {2, 3}}, true}, {{{6, 6}, {9, 6}, {7, 9}}, true}});
    QCOMPARE(view.editablePath()->vertices[0], QPointF(6, 6)); // the last one at first
    shown.drag(shown.at(3, 1), shown.at(4, 2));
    shown.release(shown.at(4, 2));
    QCOMPARE(part(), std::size_t{0});
    QVERIFY(near(view.editablePaths()[0].vertices[1].x(), 4, 0.05));
    QCOMPARE(view.editablePaths()[1].vertices[1], QPointF(9, 6));
    // Page Down goes on to the other path after the last vertex of this one.
    QTest::keyClick(&view, Qt::Key_PageDown);
    QTest::keyClick(&view, Qt::Key_PageDown);
    QTest::keyClick(&view, Qt::Key_Up);
    QCOMPARE(part(), std::size_t{1});
    QVERIFY(view.editablePaths()[1].vertices[0].y() > 6);
    QTest::keyClick(&view, Qt::Key_PageUp);
    QTest::keyClick(&view, Qt::Key_Delete); // a polygon keeps three
    QCOMPARE(view.editablePath()->vertices[2], QPointF(2, 3));
    QTest::mouseDClick(&view, Qt::LeftButton, {}, shown.at(7.5, 6.05)); // on an edge of the other one
    QCOMPARE(part(), std::size_t{1});
    QCOMPARE(view.editablePaths()[1].vertices.size(), std::size_t{4});
    view.setEditablePaths({});
    QVERIFY(!view.editablePath());
}

void SelectionToolsTest::highlightsGreyOtherStars() {
    ShownScatter shown;
    shown.view.setRasterStyle({Reduction::Mean, 5});
    auto stars = std::make_shared<BitSet>(5);
    stars->set(1);
    shown.view.setHighlights({{stars, 0xFFE69F00}});
    shown.view.renderNow();
    QCOMPARE(shown.colourAt(5, 5), QColor(0xE69F00));
    QCOMPARE(shown.colourAt(9, 2), plotColours(Theme::Light).missing);
    shown.view.setHighlights({});
    shown.view.renderNow();
    QVERIFY(shown.colourAt(9, 2) != plotColours(Theme::Light).missing);
}

void SelectionToolsTest::highlightsHaveShapesOnEveryScreen() {
    for (const double ratio : {1.0, 2.0}) {
        ShownScatter shown;
        shown.view.setRasterStyle({Reduction::Mean, 2});
        auto first = std::make_shared<BitSet>(5), second = std::make_shared<BitSet>(5);
        first->set(0);
        second->set(1);
        shown.view.setHighlights({{first, 0xFFE69F00, ClassMark::Square}, {second, 0xFFE69F00, ClassMark::Plus}});
        QImage image(shown.view.size() * ratio, QImage::Format_RGB32);
        image.setDevicePixelRatio(ratio);
        shown.view.renderNow();
        shown.view.render(&image);
        // The corner of the square, where the plus has nothing; both reach as far along the axes.
        const auto has = [&](const QPointF& star, const QPoint& offset) {
            const QPointF at = (QPointF(shown.at(star.x(), star.y())) + offset) * ratio;
            return image.pixelColor(at.toPoint()) == QColor(0xE69F00);
        };
        QVERIFY(has({1, 1}, {2, 2}) && has({1, 1}, {-2, 2}) && has({1, 1}, {0, 2}));
        QVERIFY(!has({5, 5}, {2, 2}) && !has({5, 5}, {-2, 2}) && has({5, 5}, {0, 2}) && has({5, 5}, {2, 0}));
        QVERIFY(!has({9, 2}, {0, 0})); // a star of no class
    }
}

void SelectionToolsTest::contoursAreDrawnAroundStars() {
    ShownScatter shown;
    std::vector<float> x, y;
    constexpr int stars = 100000;
    for (int k = 0; k < stars; ++k) {
        const double angle = 2.399963 * k, radius = 2 * std::sqrt((k + 0.5) / stars); // sunflower seeds: even
        x.push_back(static_cast<float>(5 + radius * std::cos(angle)));
        y.push_back(static_cast<float>(5 + radius * std::sin(angle)));
    }
    shown.view.setColumns({column(x), column(y), nullptr, nullptr, {}, {}, {}});
    shown.view.setContourFractions({0.9});
    shown.view.setDrawMode(DrawMode::Contour);
    shown.view.renderNow();
    // Going out from the middle of an even disc of radius 2, its line is met near the edge.
    const QImage image = shown.view.grab().toImage();
    const QRgb accent = plotColours(Theme::Light).accent.rgb();
    double met = 0;
    for (int px = shown.at(5, 5).x(); px < shown.at(9, 5).x() && met == 0; ++px) {
        if (image.pixel(px, shown.at(5, 5).y()) == accent) met = shown.view.toData(QPointF(px, 0)).x() - 5;
    }
    QVERIFY2(met > 1.6 && met < 2.3, qPrintable(QString::number(met)));
}

void SelectionToolsTest::contoursByJobReplaceTheFormerOnes() {
    ShownScatter shown;
    ScatterView& view = shown.view;
    view.setContoursByJob(true);
    QSignalSpy wanted(&view, &ScatterView::contoursWanted);
    ContourSet line{QColor(Qt::red), {}, {}};
    QTest::keyClick(&view, Qt::Key_C);
    QTRY_COMPARE(wanted.size(), 1);
    const ContourRequest request = view.contourRequest();
    QVERIFY(request.highlights.empty() && request.x == view.contourRequest().x);
    view.setContours(request.number, {line});
    QCOMPARE(view.contours().size(), std::size_t{1});
    // Another selection: the lines of before stay until its own are there.
    auto stars = std::make_shared<BitSet>(5);
    stars->set(1);
    view.setHighlights({{stars, 0xff0000ff}});
    QTRY_COMPARE(wanted.size(), 2);
    QCOMPARE(view.contours().size(), std::size_t{1});
    view.setContours(request.number, {}); // too late
    QCOMPARE(view.contours().size(), std::size_t{1});
    QCOMPARE(view.contourRequest().highlights.size(), std::size_t{1});
    view.setContours(view.contourRequest().number, {line, line});
    QCOMPARE(view.contours().size(), std::size_t{2});
    // Zooming asks for none, and other columns take them away.
    shown.wheel(shown.at(5, 5), 1);
    QSignalSpy frames(&view, &ScatterView::frameDrawn);
    QTRY_VERIFY(!frames.empty());
    QCOMPARE(wanted.size(), 2);
    view.setColumns(fiveStars());
    QVERIFY(view.contours().empty());
    // A picture does not wait for jobs.
    view.renderNow();
    QCOMPARE(view.contours().size(), std::size_t{1});
}

void SelectionToolsTest::hoverTellsTheStarAndTheTrack() {
    ShownScatter shown;
    QSignalSpy spy(&shown.view, &ScatterView::hovered);
    shown.hover(shown.at(9, 2));
    QVERIFY(spy.wait(2000));
    QCOMPARE(spy.takeFirst().at(0).value<std::optional<qsizetype>>(), std::optional<qsizetype>(2));
    shown.hover(shown.at(7, 7));
    QVERIFY(spy.wait(2000));
    QVERIFY(!spy.takeFirst().at(0).value<std::optional<qsizetype>>());
    const QImage before = shown.view.grab().toImage();
    shown.view.setHovered(2);
    QVERIFY(shown.view.grab().toImage() != before); // marked when another view says so
    shown.view.setHovered(std::nullopt);
    QCOMPARE(shown.view.grab().toImage(), before);
}

QTEST_MAIN(SelectionToolsTest)
#include "selection_tools_test.moc"
