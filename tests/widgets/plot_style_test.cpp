#include "widgets/axis_label.h"
#include "widgets/plot_style.h"

#include <QTest>

using namespace zscape;

namespace {

/// Rows and columns of the picture that hold anything but the background.
QRect inkRect(const QImage& image, const QRect& region, const QColor& background) {
    QRect ink;
    for (int y = region.top(); y <= region.bottom(); ++y)
        for (int x = region.left(); x <= region.right(); ++x)
            if (image.pixelColor(x, y) != background) ink |= QRect(x, y, 1, 1);
    return ink;
}

double contrast(const QColor& a, const QColor& b) {
    const auto luminance = [](const QColor& c) {
        const auto linear = [](double v) { return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4); };
        return 0.2126 * linear(c.redF()) + 0.7152 * linear(c.greenF()) + 0.0722 * linear(c.blueF());
    };
    const auto [low, high] = std::minmax({luminance(a), luminance(b)});
    return (high + 0.05) / (low + 0.05);
}

} // namespace

/// The look of every plot: theme, frame, ticks and typeset axis labels.
class PlotStyleTest : public QObject {
    Q_OBJECT
private slots:
    void textIsReadableInBothThemes() {
        for (const Theme theme : {Theme::Light, Theme::Dark}) {
            const PlotColours c = plotColours(theme);
            for (const QColor& text : {c.foreground, c.muted, c.accent})
                QVERIFY(contrast(text, c.background) >= 4.5);
            QVERIFY(contrast(c.observed, c.background) >= 3.0);
            const QPalette palette = themePalette(theme);
            QVERIFY(contrast(palette.color(QPalette::WindowText), palette.color(QPalette::Window)) >= 4.5);
            QVERIFY(contrast(palette.color(QPalette::HighlightedText), palette.color(QPalette::Highlight)) >= 4.5);
        }
        QCOMPARE(plotColours(Theme::Dark).background, QColor("#101418"));
        QCOMPARE(plotColours(Theme::Light).background, QColor("#ffffff"));
    }

    void theFrameHasFourSidesWithTicksInward() {
        QCustomPlot plot;
        applyPlotStyle(plot, Theme::Light);
        plot.xAxis->setRange(-2, 7);
        for (QCPAxis* axis : {plot.xAxis, plot.xAxis2, plot.yAxis, plot.yAxis2}) {
            QVERIFY(axis->visible());
            QVERIFY(axis->tickLengthIn() > 0 && axis->tickLengthOut() == 0);
            QVERIFY(axis->subTicks());
            QVERIFY(!axis->grid()->visible());
        }
        QVERIFY(!plot.xAxis2->tickLabels());
        QCOMPARE(plot.xAxis2->range(), QCPRange(-2, 7));
        setAxisLogarithmic(*plot.yAxis, true);
        QCOMPARE(plot.yAxis2->scaleType(), QCPAxis::stLogarithmic);
        applyPlotStyle(plot, Theme::Dark);
        QVERIFY(dynamic_cast<PowerTicker*>(plot.yAxis->ticker().data()) != nullptr);
    }

    void anAxisLabelIsDrawnInTheMargin() {
        QCustomPlot plot;
        plot.resize(400, 300);
        applyPlotStyle(plot, Theme::Light);
        AxisLabel::set(*plot.xAxis, "<i>T</i><sub>eff</sub> [K]");
        AxisLabel::set(*plot.yAxis, "10<sup>−18</sup> W m<sup>−2</sup> nm<sup>−1</sup>");
        plot.replot(QCustomPlot::rpImmediateRefresh);
        const QImage image = plot.toPixmap(400, 300).toImage();
        const QRect inner = plot.axisRect()->rect();
        const QRect outer = plot.axisRect()->outerRect();

        const QRect left = inkRect(image, QRect(outer.left(), inner.top(), 14, inner.height()), Qt::white);
        QVERIFY(!left.isEmpty());
        QVERIFY(left.height() > 3 * left.width()); // turned
        QVERIFY(std::abs(left.center().y() - inner.center().y()) < 6);
        const QRect below = inkRect(image, QRect(inner.left(), outer.bottom() - 13, inner.width(), 14), Qt::white);
        QVERIFY(!below.isEmpty());
        QVERIFY(below.width() > below.height());

        QCOMPARE(AxisLabel::of(*plot.xAxis)->html(), QStringLiteral("<i>T</i><sub>eff</sub> [K]"));
        AxisLabel::set(*plot.xAxis, {});
        QVERIFY(plot.xAxis->label().isEmpty());
    }

    void ticksStandApartInASmallPlot() {
        for (const QSize size : {QSize(240, 120), QSize(320, 200), QSize(700, 420)}) {
            QCustomPlot plot;
            keepTicksApart(plot);
            applyPlotStyle(plot, Theme::Light);
            plot.resize(size);
            plot.xAxis->setRange(330, 1025);
            plot.yAxis->setRange(-12, 12);
            plot.show();
            plot.replot(QCustomPlot::rpImmediateRefresh);
            QCoreApplication::processEvents();
            plot.replot(QCustomPlot::rpImmediateRefresh);
            const QFontMetrics metrics(plot.xAxis->tickLabelFont());
            QVERIFY(plot.xAxis->tickVector().size() >= 2);
            const QVector<double> x = plot.xAxis->tickVector(), y = plot.yAxis->tickVector();
            const double apart = plot.xAxis->coordToPixel(x[1]) - plot.xAxis->coordToPixel(x[0]);
            QVERIFY2(apart > metrics.horizontalAdvance(QStringLiteral("1,000")) + 4,
                     qPrintable(QString::number(apart)));
            if (y.size() < 2) continue;
            QVERIFY(plot.yAxis->coordToPixel(y[0]) - plot.yAxis->coordToPixel(y[1]) > metrics.ascent());
        }
    }

    void anAxisLabelIsNeverCutInALowPlot() {
        for (const int height : {150, 105, 80}) {
            QCustomPlot plot;
            plot.resize(300, height);
            applyPlotStyle(plot, Theme::Light);
            AxisLabel::set(*plot.xAxis, "<i>λ</i> [nm]");
            AxisLabel::set(*plot.yAxis, "10<sup>−18</sup> W m<sup>−2</sup> nm<sup>−1</sup>");
            plot.replot(QCustomPlot::rpImmediateRefresh);
            const QImage image = plot.toPixmap(300, height).toImage();
            const QRect label = inkRect(image, QRect(0, 0, 12, height), Qt::white);
            QVERIFY(label.height() > height / 2);
            QVERIFY2(label.top() > 0 && label.bottom() < height - 1, qPrintable(QString::number(height)));
        }
    }

    void anAxisLabelGoesWithItsAxis() {
        QCustomPlot plot;
        auto* rect = new QCPAxisRect(&plot);
        plot.plotLayout()->addElement(1, 0, rect);
        QPointer<AxisLabel> label = AxisLabel::set(*rect->axis(QCPAxis::atLeft), "<i>z</i><sub>1</sub>");
        plot.plotLayout()->remove(rect);
        QVERIFY(label.isNull());
        plot.replot(QCustomPlot::rpImmediateRefresh);
    }
};

QTEST_MAIN(PlotStyleTest)
#include "plot_style_test.moc"
