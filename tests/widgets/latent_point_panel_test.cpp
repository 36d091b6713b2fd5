#include "core/base/error.h"
#include "widgets/icons.h"
#include "widgets/latent_point_panel.h"
#include "widgets/latent_row.h"
#include "widgets/theme.h"
#include "widgets/welcome_view.h"

#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

#include <cmath>

using namespace zscape;

namespace {

QVector<LatentPointPanel::Latent> sixLatents() {
    QVector<LatentPointPanel::Latent> latents(6);
    for (auto& latent : latents) {
        latent.lower = -2;
        latent.upper = 2;
        latent.resetValue = 0.25F;
    }
    latents[1].inactive = true;
    return latents;
}

} // namespace

/// The latent point's sliders and boxes under the user's hands.
class LatentPointPanelTest : public QObject {
    Q_OBJECT

    std::unique_ptr<LatentPointPanel> m_panel;
    std::unique_ptr<QSignalSpy> m_moves;

    float lastMove(int index) const { return m_moves->last().first().value<QVector<float>>()[index]; }

private slots:
    void init() {
        m_panel = std::make_unique<LatentPointPanel>();
        m_panel->resize(460, 260);
        m_panel->setLatents(sixLatents());
        m_panel->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_panel.get()));
        m_panel->activateWindow();
        m_moves = std::make_unique<QSignalSpy>(m_panel.get(), &LatentPointPanel::valuesChanged);
    }
    void cleanup() {
        m_moves.reset();
        m_panel.reset();
    }

    void theProgramMovesItSilently() {
        m_panel->setValues({0.1F, 0.2F, 0.3F, -0.4F, 5.0F, 0.123456F});
        QCOMPARE(m_moves->count(), 0);
        QCOMPARE(m_panel->values()[5], 0.123456F); // not rounded to what the box shows
        QCOMPARE(m_panel->row(5).box().text(), QStringLiteral("0.123"));
        QCOMPARE(m_panel->row(3).box().text(), QStringLiteral("−0.400"));
        QCOMPARE(m_panel->row(4).slider().value(), m_panel->row(4).slider().maximum()); // beyond its range
    }

    void aTypedValueMovesOneLatent() {
        QDoubleSpinBox& box = m_panel->row(2).box();
        box.setFocus();
        box.selectAll();
        QTest::keyClicks(&box, "-1.5");
        QTest::keyClick(&box, Qt::Key_Return);
        QCOMPARE(m_moves->count(), 1);
        QCOMPARE(m_panel->values(), QVector<float>({0.25F, 0.25F, -1.5F, 0.25F, 0.25F, 0.25F}));
        QCOMPARE(box.text(), QStringLiteral("−1.500"));
        QCOMPARE(m_panel->row(2).slider().value(), 125); // (-1.5 + 2) / 4 of 1000 steps
    }

    void lettersCannotBeTyped() {
        QDoubleSpinBox& box = m_panel->row(0).box();
        box.setFocus();
        box.selectAll();
        QTest::keyClicks(&box, "x1e");
        QTest::keyClick(&box, Qt::Key_Return);
        QCOMPARE(m_panel->values()[0], 1.0F);
    }

    void draggingTheSliderMovesAllTheWay() {
        LatentSlider& slider = m_panel->row(0).slider();
        const int y = slider.height() / 2;
        QTest::mousePress(&slider, Qt::LeftButton, {}, {slider.width() / 2, y});
        for (int x = slider.width() / 2; x <= slider.width() + 20; x += 10) {
            const QPointF at(x, y);
            QMouseEvent move(QEvent::MouseMove, at, slider.mapToGlobal(at), Qt::NoButton, Qt::LeftButton, {});
            QApplication::sendEvent(&slider, &move);
        }
        QTest::mouseRelease(&slider, Qt::LeftButton, {}, {slider.width() + 20, y});
        QVERIFY(m_moves->count() > 3);
        QCOMPARE(lastMove(0), 2.0F);
        QCOMPARE(m_panel->row(0).box().text(), QStringLiteral("2.000"));
        QCOMPARE(lastMove(1), 0.25F);
    }

    void aClickOnTheGrooveGoesThere() {
        LatentSlider& slider = m_panel->row(0).slider();
        QTest::mouseClick(&slider, Qt::LeftButton, {}, {slider.width() / 4, slider.height() / 2});
        QVERIFY(std::abs(m_panel->values()[0] + 1.0F) < 0.2F);
    }

    void doubleClickResetsThatOne() {
        m_panel->setValues(QVector<float>(6, 1.0F));
        LatentSlider& slider = m_panel->row(3).slider();
        QTest::mouseDClick(&slider, Qt::LeftButton, {}, slider.rect().center());
        QCOMPARE(m_panel->values(), QVector<float>({1, 1, 1, 0.25F, 1, 1}));
        QTest::mouseDClick(&m_panel->row(5).name(), Qt::LeftButton);
        QCOMPARE(m_panel->values(), QVector<float>({1, 1, 1, 0.25F, 1, 0.25F}));
        QCOMPARE(lastMove(5), 0.25F);
    }

    void theKeyboardMovesASlider() {
        LatentSlider& slider = m_panel->row(0).slider();
        slider.setFocus();
        const float before = m_panel->values()[0];
        QTest::keyClick(&slider, Qt::Key_Right);
        QVERIFY(m_panel->values()[0] > before);
        QTest::keyClick(&slider, Qt::Key_Home);
        QCOMPARE(m_panel->values()[0], -2.0F);
    }

    void resetAndRandomSaySo() {
        m_panel->setValues(QVector<float>(6, 1.0F));
        QSignalSpy random(m_panel.get(), &LatentPointPanel::randomRequested);
        for (QToolButton* button : m_panel->findChildren<QToolButton*>())
            if (button->text() == "Reset" || button->text() == "Random") QTest::mouseClick(button, Qt::LeftButton);
        QCOMPARE(m_moves->count(), 1); // one signal for all latents
        QCOMPARE(m_panel->values(), QVector<float>(6, 0.25F));
        QCOMPARE(random.count(), 1);
    }

    void inactiveLatentsAreMarkedAndEveryPartHasAName() {
        QVERIFY(m_panel->row(1).toolTip().contains("inactive in this model"));
        QVERIFY(!m_panel->row(0).toolTip().contains("inactive"));
        QCOMPARE(m_panel->row(1).name().foregroundRole(), QPalette::PlaceholderText);
        QVERIFY(m_panel->row(1).slider().isEnabled());
        QCOMPARE(m_panel->row(0).slider().accessibleName(), QStringLiteral("Latent z₁, slider"));
        QCOMPARE(m_panel->row(0).box().accessibleName(), QStringLiteral("Latent z₁, value"));
    }

    void newRangesKeepTheValues() {
        m_panel->setValues(QVector<float>(6, 1.0F));
        auto latents = sixLatents();
        for (auto& latent : latents)
            latent.upper = 6;
        m_panel->updateLatents(latents);
        QCOMPARE(m_panel->values(), QVector<float>(6, 1.0F));
        QCOMPARE(m_panel->row(0).slider().value(), 375);
        QCOMPARE(m_moves->count(), 0);
    }

    void manyLatentsScroll() {
        m_panel->setLatents(QVector<LatentPointPanel::Latent>(64));
        QCOMPARE(m_panel->count(), 64);
        QCoreApplication::processEvents();
        QCOMPARE(m_panel->height(), 260);
        QVERIFY(m_panel->row(63).isVisibleTo(m_panel.get()));
        m_panel->setLatents({});
        QCOMPARE(m_panel->count(), 0);
    }

    void theRegionIsWritten() {
        m_panel->setRegion(LatentPointPanel::Region::Outside);
        QStringList texts;
        for (const QLabel* label : m_panel->findChildren<QLabel*>())
            if (label->isVisible()) texts += label->text();
        QVERIFY(texts.join(' ').contains("extrapolation"));
    }

    void everyNearestStarIsALineToClick() {
        NearestList& list = m_panel->nearest();
        QVERIFY(!list.isVisible());
        list.setColumns("nearest, Gaia DR3", {{"<i>d</i>", "00.00"}, {"<i>T</i><sub>eff</sub>", "00,000"}});
        QVector<NearestList::Star> stars;
        for (int k = 0; k < 5; ++k)
            stars += {QString::number(4408000000000000000 + k), {"0.1", "4,72" + QString::number(k)}};
        m_panel->setNearest(stars);
        QTRY_VERIFY(list.isVisible());
        m_panel->resize(460, 400);
        QTRY_COMPARE(list.height(), list.sizeHint().height()); // room for five
        QSignalSpy picked(m_panel.get(), &LatentPointPanel::nearestActivated);
        QTest::mouseClick(&list, Qt::LeftButton, {}, list.lineRect(3).center());
        QCOMPARE(picked.size(), 1);
        QCOMPARE(picked.last().first().toInt(), 3);
        QTest::mouseClick(&list, Qt::LeftButton, {}, {20, 4}); // the heading is no star
        QCOMPARE(picked.size(), 1);
        list.setFocus();
        QTest::keyClick(&list, Qt::Key_Down);
        QVERIFY(list.accessibleDescription().contains("4408000000000000004"));
        QTest::keyClick(&list, Qt::Key_Return);
        QCOMPARE(picked.last().first().toInt(), 4);
        // Other stars are drawn in the same place, the heading is not drawn anew.
        const QRect before = list.geometry();
        const QImage old = list.grab().toImage();
        stars[4].values[0] = "9.9";
        m_panel->setNearest(stars);
        QCoreApplication::processEvents();
        QCOMPARE(list.geometry(), before);
        QVERIFY(list.grab().toImage() != old);
    }

    void allSixSlidersAndThreeStarsFitInALowPanel() {
        m_panel->setNearest(QVector<NearestList::Star>(5));
        m_panel->setRegion(LatentPointPanel::Region::Inside);
        m_panel->resize(392, 220); // what a bottom panel leaves of it at 1366 x 768
        QCoreApplication::processEvents();
        QCOMPARE(m_panel->height(), 220);
        for (int k = 0; k < 6; ++k) {
            const QWidget& box = m_panel->row(k).box();
            QVERIFY2(box.visibleRegion().boundingRect().height() == box.height(), qPrintable(QString::number(k)));
        }
        QVERIFY(m_panel->nearest().height() >= m_panel->nearest().minimumSizeHint().height());
        QVERIFY(m_panel->rect().contains(
            QRect(m_panel->nearest().mapTo(m_panel.get(), QPoint()), m_panel->nearest().size())));
    }

    void iconsFollowTheTheme() {
        for (const Theme theme : {Theme::Light, Theme::Dark}) {
            const QPalette palette = themePalette(theme);
            const QImage image = themedIcon("fit", palette).pixmap(QSize(32, 32), 1.0).toImage();
            bool found = false;
            for (int y = 0; y < image.height(); ++y)
                for (int x = 0; x < image.width(); ++x)
                    found = found || image.pixelColor(x, y) == palette.color(QPalette::ButtonText);
            QVERIFY(found);
        }
        QVERIFY_THROWS_EXCEPTION(Error, themedIcon("no-such-icon", QPalette()));
    }

    void theEmptyWindowOffersTwoWays() {
        WelcomeView view;
        QSignalSpy open(&view, &WelcomeView::openRequested);
        QSignalSpy demo(&view, &WelcomeView::demoRequested);
        const auto buttons = view.findChildren<QPushButton*>();
        QCOMPARE(buttons.size(), 2);
        for (QPushButton* button : buttons)
            QTest::mouseClick(button, Qt::LeftButton);
        QCOMPARE(open.count(), 1);
        QCOMPARE(demo.count(), 1);
    }
};

QTEST_MAIN(LatentPointPanelTest)
#include "latent_point_panel_test.moc"
