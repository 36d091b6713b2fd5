// What drawing does to the list of selections: what it may replace, what it says, and what can be edited afterwards.
#include "tests/app/selections_example.h"

#include <QLabel>

#include <algorithm>

namespace zscape {

class DrawnSelectionsTest : public test::SelectionsExample {
    Q_OBJECT

private slots:
    void initTestCase() { makeExample(); }
    void init() { openWindow(); }
    void cleanup() { m_window.reset(); }

    void aDrawingTakesThePlaceOfTheLastOneAndSaysSoEachTime() {
        draw(60, Qt::NoModifier);
        QVERIFY(!note()->isVisible()); // nothing was lost
        const Definition first = store().list()[0].definition;
        draw(90, Qt::NoModifier);
        QCOMPARE(names(), QStringLiteral("drawn"));
        QVERIFY(store().list()[0].definition != first);
        QVERIFY(note()->isVisible());
        QVERIFY2(note()->text().contains(QStringLiteral("“drawn”: Ctrl+Z")), qPrintable(note()->text()));
        QVERIFY(m_window->findChild<QLabel*>(QStringLiteral("selectedCount"))->isVisible()); // not covered by it
        QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(store().list()[0].definition == first);
        QVERIFY(!note()->isVisible());
        // What was brought back is wanted.
        draw(120, Qt::NoModifier);
        QCOMPARE(names(), QStringLiteral("drawn,drawn 2"));
        QVERIFY(store().list()[0].definition == first);
        draw(150, Qt::NoModifier);
        QCOMPARE(names(), QStringLiteral("drawn,drawn 2"));
        QVERIFY2(note()->text().contains(QStringLiteral("“drawn 2”")), qPrintable(note()->text()));
    }

    void whatWasRenamedRecolouredHiddenEditedOrUsedIsNeverReplaced_data() {
        QTest::addColumn<int>("change");
        QTest::newRow("renamed") << 0;
        QTest::newRow("recoloured") << 1;
        QTest::newRow("edited") << 2;
        QTest::newRow("hidden") << 3;
        QTest::newRow("added to") << 4;
        QTest::newRow("used by another one") << 5;
    }
    void whatWasRenamedRecolouredHiddenEditedOrUsedIsNeverReplaced() {
        QFETCH(int, change);
        draw(60, Qt::NoModifier);
        Selection selection = store().list()[0];
        if (change == 0) store().rename(0, "drawn GSE");
        if (change == 1) selection.colour = 0xFF112233;
        if (change == 2) std::get<RectangleShape>(selection.definition.shape).to.x += 0.25;
        if (change == 3) selection.visible = false;
        if (change >= 1 && change <= 3) store().change(0, selection, QStringLiteral("change"));
        if (change == 4) draw(90, Qt::ShiftModifier);
        if (change == 5) {
            store().add({"others", 0xFF112233, true, negated(ReferenceShape{"drawn"})}, QStringLiteral("not"));
            store().setCurrent(0);
        }
        const std::vector<Selection> before = store().list();
        draw(120, Qt::NoModifier);
        QCOMPARE(store().list().size(), before.size() + 1);
        QVERIFY(store().list()[0] == before[0]);
        QVERIFY(!note()->isVisible());
        QVERIFY(store().list().back().visible);
    }

    void everyPartHasHandlesAndTheOneThatIsTakenIsMoved() {
        ScatterView& map = m_window->map();
        draw(60, Qt::NoModifier);
        draw(100, Qt::ShiftModifier);
        QCOMPARE(map.editablePaths().size(), std::size_t{2});
        QTest::keyClick(&map, Qt::Key_P);
        const auto partsNow = [&] { return std::get<CombinationShape>(store().list()[0].definition.shape); };
        const CombinationShape before = partsNow();
        // The first part's corner, then the second's: each moves its own part.
        const auto& first = std::get<RectangleShape>(before.operands[0].shape);
        const QPoint corner = map.toWidget({first.from.x, first.from.y}).toPoint();
        drag(corner, corner + QPoint(-20, 15), Qt::NoModifier);
        const CombinationShape moved = partsNow();
        QVERIFY(moved.operands[1] == before.operands[1]);
        const auto* changed = std::get_if<PolygonShape>(&moved.operands[0].shape);
        QVERIFY(changed);
        const QPointF at = map.toWidget({changed->vertices[0].x, changed->vertices[0].y});
        QVERIFY2((at - QPointF(corner + QPoint(-20, 15))).manhattanLength() < 2, "the dragged corner is elsewhere");
        const auto& second = std::get<RectangleShape>(before.operands[1].shape);
        const QPoint other = map.toWidget({second.to.x, second.to.y}).toPoint();
        drag(other, other + QPoint(15, -10), Qt::NoModifier);
        QVERIFY(partsNow().operands[0] == moved.operands[0]);
        QVERIFY(partsNow().operands[1] != before.operands[1]);
        // One step back each.
        QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(partsNow() == moved);
        QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(partsNow() == before);
        QCOMPARE(map.editablePaths().size(), std::size_t{2});
    }

    void whatWasAddedOrTakenOutLastHasTheHandles_data() {
        QTest::addColumn<int>("modifier");
        QTest::newRow("added") << static_cast<int>(Qt::ShiftModifier);
        QTest::newRow("taken out") << static_cast<int>(Qt::ControlModifier);
    }
    void whatWasAddedOrTakenOutLastHasTheHandles() {
        QFETCH(int, modifier);
        ScatterView& map = m_window->map();
        draw(60, Qt::NoModifier);
        const EditablePath first = *map.editablePath();
        draw(100, static_cast<Qt::KeyboardModifier>(modifier));
        QVERIFY(map.editablePath());
        QVERIFY(*map.editablePath() != first);
        const auto before = std::get<CombinationShape>(store().list()[0].definition.shape);
        const auto& second = std::get<RectangleShape>(before.operands[1].shape);
        const QPointF corner(second.to.x, second.to.y);
        QVERIFY(std::ranges::find(map.editablePath()->vertices, corner) != map.editablePath()->vertices.end());
        // The corner is dragged: that part changes, the other does not, and one undo brings both back.
        QTest::keyClick(&map, Qt::Key_P);
        const QPoint at = map.toWidget(corner).toPoint();
        drag(at, at + QPoint(25, 12), Qt::NoModifier);
        const auto after = std::get<CombinationShape>(store().list()[0].definition.shape);
        QVERIFY(after.how == before.how);
        QVERIFY(after.operands[0] == before.operands[0]);
        const auto* changed = std::get_if<PolygonShape>(&after.operands[1].shape);
        QVERIFY(changed);
        QCOMPARE(changed->vertices.size(), std::size_t{4});
        QVERIFY(changed->axes == second.axes);
        const QPointF moved = map.toWidget({changed->vertices[2].x, changed->vertices[2].y});
        QVERIFY2((moved - QPointF(at + QPoint(25, 12))).manhattanLength() < 2, "the dragged corner is elsewhere");
        QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(store().list()[0].definition == Definition(before));
    }

private:
    /// A rectangle around the middle of the map, so many pixels wide; each size away from the others' handles.
    void draw(int size, Qt::KeyboardModifiers modifiers) {
        QTest::keyClick(&m_window->map(), Qt::Key_R);
        const QPoint corner = m_window->map().plotArea().center() - QPoint(size, size) / 2;
        drag(corner, corner + QPoint(size, size), modifiers);
    }
    QLabel* note() { return m_window->findChild<QLabel*>(QStringLiteral("replacedSelection")); }
};

} // namespace zscape

QTEST_MAIN(zscape::DrawnSelectionsTest)
#include "drawn_selections_test.moc"
