// Spectra of several stars side by side, each held in a panel of its own.
#include "app/window/figure_sources.h"
#include "app/window/latent_controller.h"
#include "app/window/main_window.h"
#include "app/window/star_spectrum_panel.h"
#include "app/window/view_manager.h"
#include "tests/app/mock_window.h"
#include "tests/app/pictures.h"
#include "widgets/spectrum_view.h"

#include <QDockWidget>
#include <QTest>
#include <QToolButton>
#include <QUndoStack>

using namespace zscape;

class StarSpectraTest : public test::MockWindow {
    Q_OBJECT
private slots:
    void initTestCase() { makeStars(); }
    void init() { openWindow({1600, 980}); }
    void cleanup() { m_window.reset(); }

    void twoStarsAreSeenSideBySide() {
        StarSpectrumPanel& first = hold(3);
        StarSpectrumPanel& second = hold(700);
        m_window->session().setPicked(1200);
        QTRY_VERIFY(first.isVisible() && second.isVisible());
        QCOMPARE(first.star(), std::optional<std::size_t>(3));
        QCOMPARE(second.star(), std::optional<std::size_t>(700));
        const auto place = [&](QWidget& panel) { return QRect(panel.mapToGlobal(QPoint()), panel.size()); };
        QTRY_VERIFY(place(first).right() < place(second).left());
        QCOMPARE(place(first).top(), place(second).top());
        // Each what the main panel shows of its star while that is picked.
        for (StarSpectrumPanel* panel : {&first, &second}) {
            m_window->session().setPicked(*panel->star());
            const QList<double> held = drawn(panel->view()), picked = drawn(m_window->spectrum());
            QVERIFY(held.size() > 600);
            QCOMPARE(held, picked);
        }
        QVERIFY(drawn(first.view()) != drawn(second.view()));
        test::savePicture(*m_window, "side-by-side");
        m_window->setTheme(Theme::Dark);
        test::savePicture(*m_window, "side-by-side-dark");
    }

    void aPanelThatLetsGoFollowsThePickedStar() {
        StarSpectrumPanel& panel = hold(3);
        auto* dock = qobject_cast<QDockWidget*>(panel.parentWidget());
        const QString name = dock->windowTitle();
        QVERIFY2(name.endsWith(QString::number(m_catalog->sourceIds()[3])), qPrintable(name));
        auto* button = panel.findChild<QToolButton*>(QStringLiteral("holdStar"));
        QVERIFY(button->isChecked());
        m_window->session().setPicked(700);
        QTest::mouseClick(button, Qt::LeftButton);
        QVERIFY(!button->isChecked());
        QCOMPARE(panel.star(), std::optional<std::size_t>(700));
        QCOMPARE(dock->windowTitle(), QStringLiteral("Picked star"));
        m_window->session().setPicked(1200);
        QCOMPARE(panel.star(), std::optional<std::size_t>(1200));
        m_window->session().setPicked(std::nullopt);
        QVERIFY(!panel.star() && !button->isEnabled());
        QUndoStack& undo = m_window->session().undo();
        while (undo.canUndo() && dock->windowTitle() != name) {
            undo.undo();
        }
        QCOMPARE(panel.star(), std::optional<std::size_t>(3));
        QVERIFY(button->isChecked());
    }

    void whatIsSetInOneIsItsOwnAndUndone() {
        StarSpectrumPanel& first = hold(3);
        StarSpectrumPanel& second = hold(700);
        first.view().setMode(SpectrumMode::Coefficients);
        QCOMPARE(first.state().spectrum.mode, static_cast<int>(SpectrumMode::Coefficients));
        QCOMPARE(second.view().mode(), SpectrumMode::Flux);
        QCOMPARE(m_window->spectrum().mode(), SpectrumMode::Flux);
        m_window->session().undo().undo();
        QCOMPARE(first.view().mode(), SpectrumMode::Flux);
    }

    void thePointerOverAPanelMarksItsStarInEveryView() {
        StarSpectrumPanel& panel = hold(3);
        QTRY_VERIFY(panel.isVisible());
        QEnterEvent enter({10, 10}, {10, 10}, panel.mapToGlobal(QPointF(10, 10)));
        QApplication::sendEvent(&panel, &enter);
        QCOMPARE(m_window->session().hovered(), std::optional<std::size_t>(3));
        QEvent leave(QEvent::Leave);
        QApplication::sendEvent(&panel, &leave);
        QVERIFY(!m_window->session().hovered());
        m_window->session().setPicked(700);
        QTest::mouseClick(panel.findChild<QToolButton*>(QStringLiteral("pickHeldStar")), Qt::LeftButton);
        QCOMPARE(m_window->session().picked(), std::optional<std::size_t>(3));
    }

    void theStarPanelsButtonHoldsThePickedStar() {
        m_window->session().setPicked(42);
        auto* button = m_window->findChild<QToolButton*>(QStringLiteral("holdPickedStar"));
        QTRY_VERIFY(button->isVisible());
        QTest::mouseClick(button, Qt::LeftButton);
        QCOMPARE(m_window->views().views().size(), std::size_t{1});
        QCOMPARE(m_window->views().views()[0].star, std::optional(m_catalog->sourceIds()[42]));
    }

    void aStarThatAnotherCatalogueLacksIsNamed() {
        StarSpectrumPanel& panel = hold(700);
        const std::string id = std::to_string(m_catalog->sourceIds()[700]);
        const auto other = std::make_shared<const Catalog>(generateMockCatalog({200, 5, 0}));
        QVERIFY(!other->rowOf(m_catalog->sourceIds()[700]));
        m_window->session().setData(other, nullptr, nullptr);
        QTRY_VERIFY(panel.isVisible());
        QVERIFY2(panel.problem().contains(QString::fromStdString(id)), qPrintable(panel.problem()));
        m_window->session().setData(m_catalog, m_model, m_latents);
        QTRY_COMPARE(panel.star(), std::optional<std::size_t>(700));
        QCOMPARE(panel.problem(), QString());
    }

    void itsFigureIsOfThatStar() {
        StarSpectrumPanel& panel = hold(3);
        m_window->session().setPicked(700);
        const Figure figure = figureOfView(*m_window, "view-" + panel.state().id).make(figureInput(*m_window), {}, {});
        QVERIFY2(figure.origin.command.find("--star " + std::to_string(m_catalog->sourceIds()[3])) != std::string::npos,
                 figure.origin.command.c_str());
    }

private:
    /// Picks a star and holds it with the keyboard.
    StarSpectrumPanel& hold(std::size_t row) {
        m_window->session().setPicked(row);
        m_window->activateWindow();
        QTest::keyClick(m_window.get(), Qt::Key_H, Qt::ControlModifier);
        return dynamic_cast<StarSpectrumPanel&>(*m_window->views().panel(m_window->views().views().back().id));
    }
    static QList<double> drawn(SpectrumView& view) {
        QList<double> values;
        FluxPlot& plot = view.fluxPlot();
        for (int i = 0; i < plot.graphCount(); ++i) {
            if (!plot.graph(i)->visible()) continue;
            for (const QCPGraphData& point : *plot.graph(i)->data()) {
                values += point.value;
            }
        }
        return values;
    }
};

QTEST_MAIN(StarSpectraTest)
#include "star_spectra_test.moc"
