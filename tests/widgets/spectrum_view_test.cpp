#include "core/base/error.h"
#include "widgets/axis_label.h"
#include "widgets/bench_spectrum.h"
#include "widgets/spectrum_view.h"

#include <QSignalSpy>
#include <QTest>
#include <QToolButton>
#include <QWheelEvent>

#include <cmath>
#include <numeric>

using namespace zscape;

namespace {

std::vector<double> grid() {
    std::vector<double> wavelengths_nm(343);
    for (std::size_t i = 0; i < wavelengths_nm.size(); ++i)
        wavelengths_nm[i] = 336.0 + 2.0 * static_cast<double>(i);
    return wavelengths_nm;
}

/// A smooth hump that peaks at `peak` [W m^-2 nm^-1] at 600 nm.
std::vector<float> hump(double peak) {
    std::vector<float> flux;
    for (const double wavelength : grid())
        flux.push_back(static_cast<float>(peak * std::exp(-0.5 * std::pow((wavelength - 600) / 200, 2))));
    return flux;
}

std::vector<float> constant(float value) {
    return std::vector<float>(343, value);
}

std::size_t pixelsOf(const QImage& image, const QColor& colour) {
    std::size_t count = 0;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x)
            count += image.pixelColor(x, y) == colour ? 1 : 0;
    return count;
}

QRgb pixel(const QImage& image, QCPAxisRect& rect, double wavelength_nm, double value) {
    const auto x = rect.axis(QCPAxis::atBottom)->coordToPixel(wavelength_nm);
    const auto y = rect.axis(QCPAxis::atLeft)->coordToPixel(value);
    return image.pixel(static_cast<int>(std::lround(x)), static_cast<int>(std::lround(y)));
}

void wheel(QWidget& widget, const QPointF& at, int delta) {
    QWheelEvent event(at, widget.mapToGlobal(at), {}, {0, delta}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase,
                      false);
    QApplication::sendEvent(&widget, &event);
}

} // namespace

/// The spectrum panel: what it shows, its axes, and how it is moved.
class SpectrumViewTest : public QObject {
    Q_OBJECT

    std::unique_ptr<SpectrumView> m_view;
    FluxPlot* m_plot = nullptr;

private slots:
    void init() {
        m_view = std::make_unique<SpectrumView>();
        m_view->resize(620, 420);
        m_view->setWavelengths(grid());
        m_view->setBands(55, 55);
        m_view->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_view.get()));
        m_plot = &m_view->fluxPlot();
    }
    void cleanup() { m_view.reset(); }

    void withoutASpectrumItSaysWhatToDo() {
        m_view->setEmptyText("Open a model.");
        QVERIFY(!m_plot->isVisible());
        m_view->setGenerated(hump(1e-17), {});
        QVERIFY(m_plot->isVisible());
        m_view->clear();
        QVERIFY(!m_plot->isVisible());
    }

    void theGeneratedLineAndItsBandAreDrawn() {
        m_view->setLinesVisible(false);
        m_view->setGenerated(hump(2e-17), constant(2e-18F));
        m_view->renderNow();
        const QImage image = m_plot->grab().toImage();
        QCOMPARE(m_plot->fluxExponent(), -17);
        const QColor background = plotColours(Theme::Light).background;
        QVERIFY(pixel(image, m_plot->fluxRect(), 600, 2.0) != background.rgb());
        QVERIFY(pixel(image, m_plot->fluxRect(), 601, 2.13) != background.rgb()); // inside the band
        QCOMPARE(pixel(image, m_plot->fluxRect(), 601, 2.4), background.rgb());   // above it
        QCOMPARE(pixel(image, m_plot->fluxRect(), 601, 1.0), background.rgb());   // below it
    }

    void noEntryOfTheLegendIsCutBesideTheNote() {
        m_view->setGenerated(hump(2e-17), constant(2e-18F));
        m_view->setObserved(hump(2e-17), constant(1e-18F), QStringLiteral("Gaia DR3 4345775217221821312"));
        m_view->setNote(QStringLiteral("at G = 16.06"));
        for (const int width : {900, 620, 460, 380}) {
            m_view->resize(width, 420);
            m_view->renderNow();
            m_plot->grab();
            for (int i = 0; i < m_plot->legend->itemCount(); ++i) {
                const QCPLayoutElement* item = m_plot->legend->item(i);
                if (!item) continue; // the last row may have free places
                QVERIFY2(item->outerRect().width() >= item->minimumOuterSizeHint().width(),
                         qPrintable(QStringLiteral("entry %1 at %2 px").arg(i).arg(width)));
            }
        }
    }

    void aPlotThatIsTooLowForALegendHasNone() {
        m_view->setGenerated(hump(2e-17), constant(2e-18F));
        m_view->renderNow();
        const int whole = m_plot->fluxRect().height();
        QVERIFY(m_plot->legend->realVisibility());
        m_view->resize(400, 190);
        QTRY_VERIFY(m_plot->height() < 176);
        QVERIFY(!m_plot->legend->realVisibility());
        QTRY_VERIFY(m_plot->fluxRect().outerRect().top() < 10); // its room is the curves’
        m_view->resize(620, 420);
        QTRY_COMPARE(m_plot->fluxRect().height(), whole);
        QVERIFY(m_plot->legend->realVisibility());
    }

    void aNewSpectrumWithinTheAxesIsDrawnToo() {
        m_view->setLinesVisible(false);
        m_view->setGenerated(hump(2e-17), {});
        m_view->renderNow();
        m_view->setGenerated(hump(1.8e-17), {});
        m_view->renderNow();
        const QImage image = m_plot->grab().toImage();
        const QRgb background = plotColours(Theme::Light).background.rgb();
        QVERIFY(pixel(image, m_plot->fluxRect(), 600, 1.8) != background);
        QCOMPARE(pixel(image, m_plot->fluxRect(), 600, 2.0), background);
    }

    void theFluxAxisDoesNotJump() {
        const QCPAxis* y = m_plot->fluxRect().axis(QCPAxis::atLeft);
        m_view->setGenerated(hump(2e-17), {});
        const QCPRange first = y->range();
        QVERIFY(first.lower < 0 && first.upper > 2.0);
        m_view->setGenerated(hump(1.7e-17), {});
        QCOMPARE(y->range(), first);
        m_view->setGenerated(hump(2.3e-17), {}); // still inside the head-room
        QCOMPARE(y->range(), first);
        m_view->setGenerated(hump(4e-17), {}); // grows
        QVERIFY(y->range().upper > 4.0);
        m_view->setGenerated(hump(1e-18), {}); // far smaller: shrinks, in a new unit
        QCOMPARE(m_plot->fluxExponent(), -18);
        QVERIFY(y->range().upper > 1.0 && y->range().upper < 2.0);
        QVERIFY(AxisLabel::of(*y)->html().contains("10<sup>−18</sup> W m<sup>−2</sup> nm<sup>−1</sup>"));
    }

    void thePickedStarBringsItsResiduals() {
        m_view->setGenerated(hump(2e-17), constant(3e-19F));
        QVERIFY(m_plot->shownResidualRect() == nullptr);
        auto observed = hump(2e-17);
        for (float& flux : observed)
            flux += 1e-18F;
        m_view->setObserved(observed, constant(4e-19F), "Gaia DR3 1");
        QVERIFY(m_plot->shownResidualRect() != nullptr);
        m_view->renderNow();
        // In sigma the difference is 1e-18 / hypot(3e-19, 4e-19) = 2.
        const QImage sigma = m_plot->grab().toImage();
        const QRgb line = pixel(sigma, *m_plot->shownResidualRect(), 700, 2.0);
        QVERIFY(qRed(line) > qBlue(line) + 60); // orange, softened by antialiasing
        m_view->setResidual(Residual::Off);
        QVERIFY(m_plot->shownResidualRect() == nullptr);
        m_view->setResidual(Residual::Fraction);
        m_view->renderNow();
        // At 600 nm it is 1e-18 / 2e-17 = 5 %.
        const QImage fraction = m_plot->grab().toImage();
        bool found = false;
        for (const double offset : {-0.005, 0.0, 0.005})
            found = found || pixel(fraction, *m_plot->shownResidualRect(), 600, 0.05 + offset) !=
                                 plotColours(Theme::Light).background.rgb();
        QVERIFY(found);
        m_view->clearObserved();
        QVERIFY(m_plot->shownResidualRect() == nullptr);
    }

    void anObservedSpectrumHasTheBandOfItsError() {
        m_view->setObserved(constant(1e-17F), constant(1e-18F), "Gaia DR3 1");
        m_view->renderNow();
        const double unit = std::pow(10.0, -m_plot->fluxExponent());
        const QImage picture = m_plot->grab().toImage();
        const QRgb background = plotColours(Theme::Light).background.rgb();
        const auto at = [&](double flux) { return pixel(picture, m_plot->fluxRect(), 700, flux * unit); };
        QVERIFY(at(1.06e-17) != background);
        QVERIFY(at(0.94e-17) != background);
        QCOMPARE(at(1.15e-17), background);
        QCOMPARE(at(0.85e-17), background);
        m_view->setObserved(constant(1e-17F), {}, "Gaia DR3 1");
        m_view->renderNow();
        const QImage without = m_plot->grab().toImage();
        QCOMPARE(pixel(without, m_plot->fluxRect(), 700, 1.06e-17 * unit), background);
    }

    void linesCanBeSwitchedOff() {
        m_view->setGenerated(hump(2e-17), {});
        m_view->renderNow();
        const QColor marker = plotColours(Theme::Light).lineMarker;
        const auto with = pixelsOf(m_plot->grab().toImage(), marker);
        m_view->setLineGroupVisible(LineGroup::Balmer, false);
        m_view->renderNow();
        const auto without = pixelsOf(m_plot->grab().toImage(), marker);
        QVERIFY(without < with && without > 0);
        QSignalSpy spy(m_view.get(), &SpectrumView::linesVisibleChanged);
        m_view->setLinesVisible(false);
        m_view->renderNow();
        QCOMPARE(pixelsOf(m_plot->grab().toImage(), marker), std::size_t{0});
        QCOMPARE(spy.count(), 1);
        QVERIFY(!m_view->linesVisible());
    }

    void calciumIsNotCalledMagnesium() {
        const auto line = std::find_if(spectralLines.begin(), spectralLines.end(),
                                       [](const SpectralLine& each) { return each.wavelength_nm == 854.2; });
        QVERIFY(line != spectralLines.end());
        QVERIFY(line->label == "Ca II" && line->group == LineGroup::Ca);
    }

    void draggingPansAndDoubleClickResets() {
        m_view->setGenerated(hump(2e-17), {});
        m_view->renderNow();
        const QCPAxis* x = m_plot->fluxRect().axis(QCPAxis::atBottom);
        const QCPAxis* y = m_plot->fluxRect().axis(QCPAxis::atLeft);
        const QCPRange before = x->range();
        const QPoint centre = m_plot->fluxRect().rect().center();
        const double shift = x->pixelToCoord(50) - x->pixelToCoord(0);
        QTest::mousePress(m_plot, Qt::LeftButton, {}, centre);
        QTest::mouseMove(m_plot, centre + QPoint(50, 0));
        QTest::mouseRelease(m_plot, Qt::LeftButton, {}, centre + QPoint(50, 0));
        QVERIFY(std::abs(x->range().lower - (before.lower - shift)) < 0.1);
        QVERIFY(std::abs(x->range().size() - before.size()) < 1e-6);
        // The user's axes stay as they are while spectra change.
        const QCPRange kept = y->range();
        m_view->setGenerated(hump(9e-17), {});
        QCOMPARE(y->range(), kept);
        QTest::mouseDClick(m_plot, Qt::LeftButton, {}, centre);
        QCOMPARE(x->range(), before);
        QVERIFY(y->range().upper > 9.0);
    }

    void theWheelZoomsAtTheCursorAndOverAnAxisOnlyThatAxis() {
        m_view->setGenerated(hump(2e-17), {});
        m_view->renderNow();
        QCPAxisRect& rect = m_plot->fluxRect();
        const QCPAxis* x = rect.axis(QCPAxis::atBottom);
        const QCPAxis* y = rect.axis(QCPAxis::atLeft);
        const QPointF at(rect.left() + 100, rect.center().y());
        const double wavelength = x->pixelToCoord(at.x());
        const QCPRange before = x->range();
        wheel(*m_plot, at, 120);
        QVERIFY(x->range().size() < before.size());
        QVERIFY(std::abs(x->pixelToCoord(at.x()) - wavelength) < 1e-6);
        const QCPRange vertical = y->range();
        const QCPRange horizontal = x->range();
        wheel(*m_plot, QPointF(at.x(), rect.bottom() + 8), -120);
        QCOMPARE(y->range(), vertical);
        QVERIFY(x->range().size() > horizontal.size());
    }

    void rightDragStretchesAndKeysMove() {
        m_view->setGenerated(hump(2e-17), {});
        m_view->renderNow();
        const QCPAxis* x = m_plot->fluxRect().axis(QCPAxis::atBottom);
        const QCPRange before = x->range();
        const QPoint centre = m_plot->fluxRect().rect().center();
        QTest::mousePress(m_plot, Qt::RightButton, {}, centre);
        QTest::mouseMove(m_plot, centre + QPoint(60, 0));
        QTest::mouseRelease(m_plot, Qt::RightButton, {}, centre + QPoint(60, 0));
        QVERIFY(x->range().size() < before.size());
        QTest::keyClick(m_plot, Qt::Key_Home);
        QCOMPARE(x->range(), before);
        QTest::keyClick(m_plot, Qt::Key_Right);
        QVERIFY(x->range().lower > before.lower);
    }

    void hoveringReadsWavelengthAndFlux() {
        m_view->setGenerated(hump(2e-17), constant(2e-18F));
        m_view->renderNow();
        const QCPAxisRect& rect = m_plot->fluxRect();
        const auto x = std::lround(m_plot->fluxRect().axis(QCPAxis::atBottom)->coordToPixel(600));
        // Sent directly: QTest::mouseMove depends on where earlier tests left the cursor.
        const QPointF at(static_cast<double>(x), rect.center().y());
        QMouseEvent move(QEvent::MouseMove, at, m_plot->mapToGlobal(at), Qt::NoButton, Qt::NoButton, Qt::NoModifier);
        QApplication::sendEvent(m_plot, &move);
        QVERIFY(m_plot->hoverText().contains("600 nm"));
        QVERIFY(m_plot->hoverText().contains("2.000 ± 0.200"));
        QEvent leave(QEvent::Leave);
        QApplication::sendEvent(m_plot, &leave);
        QVERIFY(m_plot->hoverText().isEmpty());
    }

    void theModeButtonShowsCoefficients() {
        std::vector<float> values(110, 0.5F), scatter(110, 0.1F);
        values[60] = -3;
        m_view->setGenerated(hump(2e-17), {});
        m_view->setGeneratedCoefficients(values, scatter);
        QSignalSpy spy(m_view.get(), &SpectrumView::modeChanged);
        for (QToolButton* button : m_view->findChildren<QToolButton*>())
            if (button->text() == "Coefficients") QTest::mouseClick(button, Qt::LeftButton);
        QCOMPARE(spy.count(), 1);
        CoefficientPlot& plot = m_view->coefficientPlot();
        QVERIFY(plot.isVisible());
        QVERIFY(!m_plot->isVisible());
        // Each band has its own scale: -3 is an RP coefficient.
        QVERIFY(plot.bandRect(0).axis(QCPAxis::atLeft)->range().lower > 0);
        QVERIFY(plot.bandRect(1).axis(QCPAxis::atLeft)->range().lower < -3);
        m_view->setObservedCoefficients(values, scatter, "Gaia DR3 1");
        m_view->renderNow();
        QVERIFY(pixelsOf(plot.grab().toImage(), plotColours(Theme::Light).observed) > 100);
    }

    void spectraOfAnotherSizeAreRefused() {
        const std::vector<float> wrong(342);
        QVERIFY_THROWS_EXCEPTION(Error, m_view->setGenerated(wrong, {}));
        QVERIFY_THROWS_EXCEPTION(Error, m_view->setGeneratedCoefficients(wrong, {}));
        QVERIFY_THROWS_EXCEPTION(Error, m_view->setObserved(hump(1e-17), wrong, "x"));
    }

    void gapsAndEmptyValuesDoNotHurt() {
        auto flux = hump(2e-17);
        std::fill(flux.begin(), flux.begin() + 170, std::nanf("")); // a star without BP
        m_view->setGenerated(flux, flux);
        m_view->setObserved(flux, {}, "RP only");
        m_view->renderNow();
        m_view->setGenerated(constant(std::nanf("")), constant(std::nanf("")));
        m_view->renderNow();
        const QCPRange range = m_plot->fluxRect().axis(QCPAxis::atLeft)->range();
        QVERIFY(std::isfinite(range.lower) && std::isfinite(range.upper));
    }

    void theBenchmarkTimesBothVariants() {
        const SpectrumTiming timing = timeSpectrum(10);
        QCOMPARE(timing.frames, 10);
        QVERIFY(timing.viewMs > 0 && timing.plainMs > 0);
        QVERIFY(timing.slowestTenthMs >= timing.viewMs);
    }

    void theThemeChangesInPlace() {
        m_view->setGenerated(hump(2e-17), {});
        m_view->setTheme(Theme::Dark);
        m_view->renderNow();
        QCOMPARE(m_plot->grab().toImage().pixelColor(2, m_plot->height() - 2), QColor("#101418"));
    }
};

QTEST_MAIN(SpectrumViewTest)
#include "spectrum_view_test.moc"
