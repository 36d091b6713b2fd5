// What the user does to the latent point and the picked star is undone step by step, with everything else.
#include "app/window/latent_controller.h"
#include "app/window/main_window.h"
#include "app/window/selection_store.h"
#include "app/window/session_controller.h"
#include "app/window/tracks_controller.h"
#include "tests/app/session_example.h"
#include "widgets/latent_point_panel.h"
#include "widgets/latent_row.h"
#include "widgets/scatter_view.h"
#include "widgets/traverse_panel.h"

#include <QLineF>
#include <QMouseEvent>
#include <QSlider>
#include <QStyleOptionSlider>
#include <QToolButton>
#include <QUndoStack>

namespace zscape {

class PointUndoTest : public test::SessionExample {
    Q_OBJECT

    std::unique_ptr<MainWindow> m_window;
    int m_base = 0; ///< steps that came with the session

    ScatterView& map() { return m_window->map(); }
    const std::vector<float>& latent() { return m_window->controller().latent(); }
    QUndoStack& stack() { return m_window->session().undo(); }
    int steps() { return stack().count() - m_base; }
    LatentPointPanel& panel() { return *m_window->findChild<LatentPointPanel*>(); }
    void undo() { QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier); }
    void redo() { QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier); }
    static void move(QWidget& widget, const QPoint& to) {
        QMouseEvent event(QEvent::MouseMove, to, widget.mapToGlobal(to), Qt::NoButton, Qt::LeftButton, {});
        QCoreApplication::sendEvent(&widget, &event);
    }
    /// Presses on the handle and moves; the button stays down.
    QPoint dragHandle(const QPoint& by) {
        const QPoint from = map().toWidget(*map().handle()).toPoint();
        QTest::mousePress(&map(), Qt::LeftButton, {}, from);
        for (int step = 1; step <= 10; ++step) {
            move(map(), from + by * step / 10);
        }
        return from + by;
    }
    QPoint placeOf(std::size_t row) {
        const auto z = m_window->session().latents()->muView().row(row);
        return map().toWidget({double(z[0]), double(z[1])}).toPoint();
    }
    /// A star that a click on its place picks: in view, with no other on top, away from the handle.
    std::size_t clickableStar() {
        const QPointF handle = map().toWidget(*map().handle());
        for (std::size_t row = 8; row < 500; ++row) {
            const QPoint at = placeOf(row);
            const bool inside = map().plotArea().adjusted(20, 20, -20, -20).contains(at);
            if (inside && QLineF(handle, at).length() > 60 && map().starAt(at, 8) == row) return row;
        }
        qFatal("no star can be clicked");
    }

private slots:
    void initTestCase() { makeExample(); }
    void init() {
        m_window = opened(path("data/work.zscape"));
        m_window->setMapColumns(QStringLiteral("z1"), QStringLiteral("z2"), QString());
        map().renderNow();
        QVERIFY(map().handle());
        m_base = stack().count();
    }
    void cleanup() { m_window.reset(); }

    void aWholeDragOfTheHandleIsOneStep() {
        const std::vector<float> before = latent();
        const QPoint to = dragHandle({60, -40});
        QCOMPARE(steps(), 0); // nothing is done on the way
        const std::vector<float> after = latent();
        QVERIFY(after != before);
        QTest::mouseRelease(&map(), Qt::LeftButton, {}, to);
        QCOMPARE(steps(), 1);
        undo();
        QCOMPARE(latent(), before);
        QCOMPARE(panel().values(), QVector<float>(before.begin(), before.end()));
        QCOMPARE(map().handle()->x(), double(before[0]));
        redo();
        QCOMPARE(latent(), after);
    }

    void aDragThatIsCancelledIsNone() {
        const std::vector<float> before = latent();
        const QPoint to = dragHandle({60, -40});
        QTest::keyClick(&map(), Qt::Key_Escape);
        QTest::mouseRelease(&map(), Qt::LeftButton, {}, to);
        QCOMPARE(latent(), before);
        QCOMPARE(steps(), 0);
    }

    void keysOnASliderJoinAndATypedValueIsItsOwn() {
        const std::vector<float> before = latent();
        LatentSlider& slider = panel().row(2).slider();
        slider.setFocus();
        for (int press = 0; press < 3; ++press) {
            QTest::keyClick(&slider, Qt::Key_Right);
        }
        QCOMPARE(steps(), 1);
        const std::vector<float> moved = latent();
        QDoubleSpinBox& box = panel().row(4).box();
        box.setFocus();
        box.selectAll();
        QTest::keyClicks(&box, QStringLiteral("1.25"));
        QTest::keyClick(&box, Qt::Key_Return);
        QCOMPARE(steps(), 2);
        QCOMPARE(latent()[4], 1.25f);
        m_window->setFocus();
        undo();
        QCOMPARE(latent(), moved);
        undo();
        QCOMPARE(latent(), before);
    }

    void aDragOfASliderIsOneStepFromThePressOn() {
        const std::vector<float> before = latent();
        LatentSlider& slider = panel().row(0).slider();
        const bool leftwards = slider.value() < slider.maximum() / 2;
        const QPoint groove(slider.width() * (leftwards ? 9 : 1) / 10, slider.height() / 2); // it jumps there
        const QPoint step(slider.width() / (leftwards ? -12 : 12), 0);
        QTest::mousePress(&slider, Qt::LeftButton, {}, groove);
        QVERIFY(latent() != before);
        for (int k = 1; k <= 5; ++k) {
            move(slider, groove + k * step);
        }
        QCOMPARE(steps(), 0);
        const std::vector<float> after = latent();
        QTest::mouseRelease(&slider, Qt::LeftButton, {}, groove + 5 * step);
        QCOMPARE(steps(), 1);
        QVERIFY(!slider.isSliderDown());
        undo();
        QCOMPARE(latent(), before);
        redo();
        QCOMPARE(latent(), after);
    }

    void resetAndRandomAreSteps() {
        const std::vector<float> before = latent();
        for (QToolButton* button : panel().findChildren<QToolButton*>()) {
            if (button->text() == QStringLiteral("Random")) QTest::mouseClick(button, Qt::LeftButton);
        }
        const std::vector<float> random = latent();
        QVERIFY(random != before);
        QCOMPARE(steps(), 1);
        for (QToolButton* button : panel().findChildren<QToolButton*>()) {
            if (button->text() == QStringLiteral("Reset")) QTest::mouseClick(button, Qt::LeftButton);
        }
        QVERIFY(latent() != random);
        QCOMPARE(steps(), 2);
        undo();
        QCOMPARE(latent(), random);
        undo();
        QCOMPARE(latent(), before);
    }

    void picksAreStepsWithThePointAndTheStar() {
        const std::vector<float> first = latent();
        QCOMPARE(m_window->session().picked(), std::optional<std::size_t>(7));
        const std::optional<std::size_t> near = clickableStar();
        QTest::mouseClick(&map(), Qt::LeftButton, {}, placeOf(*near));
        QCOMPARE(m_window->session().picked(), near);
        QCOMPARE(steps(), 1);
        const std::vector<float> second = latent();
        m_window->session().setPicked(std::nullopt); // as any view does where no star is
        QCOMPARE(steps(), 2);
        undo();
        QCOMPARE(m_window->session().picked(), near);
        QCOMPARE(latent(), second);
        undo();
        QCOMPARE(m_window->session().picked(), std::optional<std::size_t>(7));
        QCOMPARE(latent(), first);
        redo();
        QCOMPARE(m_window->session().picked(), near);
    }

    void thePathIsOneStepADrag() {
        TracksController& tracks = *m_window->findChild<TracksController*>();
        m_window->panel(QStringLiteral("traverse"))->show();
        m_window->panel(QStringLiteral("traverse"))->raise();
        QTRY_VERIFY(tracks.path()); // a straight line between two selections
        m_base = stack().count();
        const std::vector<float> before = latent();
        auto* slider = m_window->findChild<QSlider*>(QStringLiteral("traverseSlider"));
        QStyleOptionSlider option;
        option.initFrom(slider);
        option.minimum = slider->minimum();
        option.maximum = slider->maximum();
        option.sliderPosition = option.sliderValue = slider->value();
        const QPoint at =
            slider->style()->subControlRect(QStyle::CC_Slider, &option, QStyle::SC_SliderHandle, slider).center();
        QTest::mousePress(slider, Qt::LeftButton, {}, at);
        for (int step = 1; step <= 4; ++step) {
            move(*slider, at + QPoint(step * slider->width() / 10, 0));
        }
        QCOMPARE(steps(), 0);
        QTest::mouseRelease(slider, Qt::LeftButton, {}, at + QPoint(slider->width() * 4 / 10, 0));
        QVERIFY(latent() != before);
        QCOMPARE(steps(), 1);
        undo();
        QCOMPARE(latent(), before);
    }

    void selectionsAndThePointAreOnOneStack() {
        const std::vector<float> before = latent();
        SelectionStore& store = m_window->session().selections();
        QTest::keyClick(&map(), Qt::Key_R);
        const QPoint corner = map().plotArea().topLeft() + QPoint(20, 20);
        QTest::mousePress(&map(), Qt::LeftButton, {}, corner);
        move(map(), corner + QPoint(200, 150));
        QTest::mouseRelease(&map(), Qt::LeftButton, {}, corner + QPoint(200, 150));
        QCOMPARE(store.list().size(), std::size_t{2});
        QTest::keyClick(&map(), Qt::Key_P);
        QTest::mouseRelease(&map(), Qt::LeftButton, {}, dragHandle({30, 30}));
        QCOMPARE(steps(), 2);
        undo();
        QCOMPARE(latent(), before);
        QCOMPARE(store.list().size(), std::size_t{2});
        undo();
        QCOMPARE(store.list().size(), std::size_t{1});
    }

    void lookingAroundIsNothingToSave() {
        QVERIFY(!m_window->sessionFiles().hasUnsaved());
        QTest::mouseRelease(&map(), Qt::LeftButton, {}, dragHandle({30, 30}));
        QVERIFY(!m_window->sessionFiles().hasUnsaved());
        SelectionStore& store = m_window->session().selections();
        store.remove(0);
        QVERIFY(m_window->sessionFiles().hasUnsaved());
        undo();
        QVERIFY(!m_window->sessionFiles().hasUnsaved());
    }

    void otherStarsTakeNoStepAmiss() {
        QTest::mouseRelease(&map(), Qt::LeftButton, {}, dragHandle({30, 30}));
        QTest::mouseClick(&map(), Qt::LeftButton, {}, placeOf(clickableStar()));
        QCOMPARE(steps(), 2);
        m_window->session().openCatalog(path("data/others.h5"));
        QTRY_VERIFY_WITH_TIMEOUT(m_window->session().catalog()->rows() == 400 && m_window->isIdle(), 30000);
        QCOMPARE(steps(), 2);
        undo();
        undo();
        QVERIFY(!m_window->session().picked()); // star 7 is not among them
        QCOMPARE(latent().size(), m_latent.size());
    }
};

} // namespace zscape

int main(int argc, char** argv) {
    return zscape::test::runWithOwnData<zscape::PointUndoTest>(argc, argv);
}

#include "point_undo_test.moc"
