#include "core/base/error.h"
#include "tests/support/temporary_folder.h"
#include "widgets/figure/arrange_panels.h"
#include "widgets/figure/figure_csv.h"
#include "widgets/figure/figure_metrics.h"
#include "widgets/figure/figure_text.h"
#include "widgets/figure/star_image.h"
#include "widgets/figure/write_figure.h"

#include <QImageReader>
#include <QProcess>
#include <QStandardPaths>
#include <QTest>
#include <QXmlStreamReader>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <functional>

using namespace zscape;

namespace {

FigureColumn column(std::vector<float> values) {
    return std::make_shared<const std::vector<float>>(std::move(values));
}

/// The one panel of a figure, as wide as it is.
void arrangeAlone(Figure& figure) {
    PanelGrid grid;
    grid.cells = {{0}};
    grid.right_mm = figure.style.width_mm;
    grid.top_mm = contentTop(figure);
    figure.height_mm = arrangePanels(figure, grid);
}

/// One panel 0..1 x 0..1: two stars, of which one lies outside; a curve that leaves the frame; a track of two points.
Figure smallFigure() {
    Figure figure;
    figure.style.width_mm = oneColumn_mm;
    figure.style.dpi = 300;
    figure.origin = {"small",       "A small figure <&>",  "stars", "0123", "m.h5",
                     "zscape test", "zscape figure small", true,    {}};
    FigurePanel panel;
    panel.name = QStringLiteral("one");
    panel.xLabel = QStringLiteral("<i>T</i><sub>eff</sub> [K]");
    panel.yLabel = QStringLiteral("[α/M] [dex]");
    StarsLayer stars;
    stars.name = QStringLiteral("stars");
    stars.x = column({0.5F, 7});
    stars.y = column({0.25F, 7});
    stars.plain = 0xFFFF0000;
    stars.pointSize_mm = 0.5;
    stars.sourceIds =
        std::make_shared<const std::vector<std::int64_t>>(std::vector<std::int64_t>{4408123456789012345, 2});
    panel.layers.emplace_back(stars);
    panel.layers.emplace_back(CurveLayer{QStringLiteral("curve"), {{-1, -1}, {2, 2}}, QColor(Qt::blue), 0.3});
    MarkerLayer track;
    track.name = QStringLiteral("track, \"MS\"");
    track.points = {{0.2, 0.8}, {0.4, 0.6}};
    track.fills = {QColor(Qt::green)};
    track.values = {5000, 5100};
    track.counts = {12, 7};
    panel.layers.emplace_back(track);
    figure.panels.push_back(panel);
    arrangeAlone(figure);
    return figure;
}

bool isRed(QRgb pixel) {
    return qRed(pixel) > 200 && qGreen(pixel) < 60 && qBlue(pixel) < 60;
}
bool isBlue(QRgb pixel) {
    return qBlue(pixel) > 200 && qRed(pixel) < 80;
}

} // namespace

/// The engine of figures: sizes in millimetres, the same bytes for the same figure, metadata, numbers.
class FigureTest : public QObject {
    Q_OBJECT
private slots:
    void equalFiguresGiveEqualBytes() {
        for (const FigureFormat format : {FigureFormat::Png, FigureFormat::Svg, FigureFormat::Pdf}) {
            const QByteArray first = figureFile(smallFigure(), format);
            QVERIFY(first.size() > 1000);
            QCOMPARE(figureFile(smallFigure(), format), first);
        }
        Figure other = smallFigure();
        other.origin.command += " --dpi 300";
        QVERIFY(figureFile(other, FigureFormat::Png) != figureFile(smallFigure(), FigureFormat::Png));
    }

    void aPngHasTheSizeOnPaper() {
        const Figure figure = smallFigure();
        const QImage image = QImage::fromData(figureFile(figure, FigureFormat::Png), "PNG");
        QCOMPARE(image.width(), 1039); // 88 mm at 300 dpi: 88 / 25.4 * 300 = 1039.4
        QCOMPARE(image.dotsPerMeterX(), 11811);
        QVERIFY(image.text(QStringLiteral("Description")).contains(QStringLiteral("command: zscape figure small")));
        QVERIFY(image.text(QStringLiteral("Title")).contains(QStringLiteral("mock catalogue")));
        QCOMPARE(image.pixel(1, 1), qRgb(255, 255, 255));
    }

    void starsAndCurvesStandWhereTheAxesSay() {
        const Figure figure = smallFigure();
        const QImage image = QImage::fromData(figureFile(figure, FigureFormat::Png), "PNG");
        const QRectF frame = figure.panels[0].frame;
        const auto pixelAt = [&](double x, double y) {
            return image.pixel(static_cast<int>((frame.left() + x * frame.width()) / 25.4 * 300),
                               static_cast<int>((frame.bottom() - y * frame.height()) / 25.4 * 300));
        };
        QVERIFY(isRed(pixelAt(0.5, 0.25)));
        QVERIFY(isBlue(pixelAt(0.7, 0.7)));
        // Cut at the frame: nothing blue is left of it or above it.
        const int left = static_cast<int>(frame.left() / 25.4 * 300) - 3;
        const int top = static_cast<int>(frame.top() / 25.4 * 300) - 3;
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0; x < image.width(); ++x)
                if (x < left || y < top) QVERIFY(!isBlue(image.pixel(x, y)));
    }

    void cellsStandBetweenTheNamesOfTheirClasses() {
        Figure figure;
        figure.style.width_mm = oneColumn_mm;
        figure.style.dpi = 300;
        FigurePanel panel;
        panel.name = QStringLiteral("matrix");
        panel.title = QStringLiteral("a title");
        panel.x = {-0.5, 1.5, false, false};
        panel.y = {-0.5, 1.5, false, true}; // the first row is the uppermost
        panel.xClasses = panel.yClasses = {QStringLiteral("first class"), QStringLiteral("second")};
        CellsLayer cells;
        CellsLayer::Cell cell;
        cell.name = QStringLiteral("first, second");
        cell.at = QPointF(1, 0);
        cell.fill = QColor(255, 0, 0);
        cell.lines = {QStringLiteral("12.5 %"), QStringLiteral("1")};
        cell.value = 0.125;
        cell.count = 1;
        cells.cells = {cell};
        panel.layers.emplace_back(cells);
        figure.panels.push_back(panel);
        arrangeAlone(figure);
        const QRectF frame = figure.panels[0].frame;
        const double em = figure.style.em_mm();
        // Room for the names at the left and for the title above.
        QVERIFY(frame.left() > FigureText(QStringLiteral("first class"), figure.style.family).width() * em);
        QVERIFY(frame.top() > em);
        const QImage image = QImage::fromData(figureFile(figure, FigureFormat::Png), "PNG");
        const auto pixel = [&](double x, double y) {
            return image.pixel(static_cast<int>((frame.left() + x * frame.width()) / 25.4 * 300),
                               static_cast<int>((frame.top() + y * frame.height()) / 25.4 * 300));
        };
        QVERIFY(isRed(pixel(0.55, 0.05)) && isRed(pixel(0.95, 0.45)));
        for (const auto& [x, y] : {std::pair(0.25, 0.25), {0.25, 0.75}, {0.75, 0.75}})
            QCOMPARE(pixel(x, y), qRgb(255, 255, 255));
        // Text in the cell, a title above it and no stroke of a tick inside the frame.
        const auto holds = [&](const QRectF& mm, const std::function<bool(QRgb)>& wanted) {
            for (int y = static_cast<int>(mm.top() / 25.4 * 300); y < mm.bottom() / 25.4 * 300; ++y)
                for (int x = static_cast<int>(mm.left() / 25.4 * 300); x < mm.right() / 25.4 * 300; ++x)
                    if (wanted(image.pixel(x, y))) return true;
            return false;
        };
        const auto white = [](QRgb one) { return one == qRgb(255, 255, 255); };
        const auto dark = [](QRgb one) { return qGray(one) < 60; };
        // White on red, as black would not stand out.
        QVERIFY(holds({frame.center().x() + 2, frame.top() + 2, frame.width() / 2 - 4, frame.height() / 2 - 4}, white));
        QVERIFY(holds({frame.center().x() - 5, 0, 10, frame.top() - 0.5}, dark));
        QVERIFY(!holds({frame.left() + 1, frame.bottom() - 2, frame.width() / 2 - 2, 1}, dark));
        QVERIFY(figureCsv(figure).find("\nmatrix,\"first, second\",1,0,0.125,1,\n") != std::string::npos);
    }

    void aPdfEmbedsItsFontsAndNamesItsOrigin() {
        const QByteArray pdf = figureFile(smallFigure(), FigureFormat::Pdf);
        QVERIFY(pdf.startsWith("%PDF-"));
        QVERIFY(pdf.contains("/FontFile2") || pdf.contains("/FontFile3"));
        QVERIFY(!pdf.contains("/Subtype /Type1\n")); // none of the viewer's own fonts
        QVERIFY(pdf.contains("zscape figure small"));
        QVERIFY(pdf.contains("catalogue: stars"));
        QVERIFY(pdf.contains("model: m.h5"));
        QVERIFY(pdf.contains("A small figure &lt;&amp;&gt; (mock catalogue)"));
        QVERIFY(pdf.contains("<xmp:CreatorTool>zscape test"));
    }

    /// As poppler's programs see the file, where they are installed.
    void aPdfIsTextWithEmbeddedFontsAndABitmapAtItsDpi() {
        if (QStandardPaths::findExecutable(QStringLiteral("pdffonts")).isEmpty())
            QSKIP("poppler-utils is not installed");
        const test::TemporaryFolder folder;
        Figure figure = smallFigure();
        figure.style.dpi = 400;
        writeFigure(figure, folder / "small.pdf");
        const QString file = QString::fromStdString((folder / "small.pdf").string());
        const auto run = [](const QString& program, const QStringList& arguments) {
            QProcess process;
            process.start(program, arguments);
            process.waitForFinished(20000);
            return QString::fromUtf8(process.readAllStandardOutput()).split(u'\n', Qt::SkipEmptyParts);
        };
        const QStringList fonts = run(QStringLiteral("pdffonts"), {file});
        QVERIFY(fonts.size() >= 3); // two lines of head
        for (const QString& font : fonts.mid(2))
            QVERIFY2(font.contains(QStringLiteral(" yes ")), qPrintable(font)); // emb
        const QStringList images = run(QStringLiteral("pdfimages"), {QStringLiteral("-list"), file});
        QVERIFY(images.size() >= 3);
        for (const QString& image : images.mid(2)) {
            const QStringList cells = image.split(u' ', Qt::SkipEmptyParts);
            QVERIFY2(std::abs(cells.value(12).toInt() - 400) <= 2, qPrintable(image)); // x-ppi
        }
        const QString text = run(QStringLiteral("pdftotext"), {file, QStringLiteral("-")}).join(u' ');
        QVERIFY2(text.contains(QStringLiteral("[α/M] [dex]")), qPrintable(text));
    }

    void anSvgNeedsNoFontAndIsWellFormed() {
        const QByteArray svg = figureFile(smallFigure(), FigureFormat::Svg);
        QXmlStreamReader xml(svg);
        int images = 0, texts = 0;
        QString title, width;
        while (!xml.atEnd()) {
            if (xml.readNext() != QXmlStreamReader::StartElement) continue;
            if (xml.name() == u"svg") width = xml.attributes().value(QStringLiteral("width")).toString();
            if (xml.name() == u"title") title = xml.readElementText();
            images += xml.name() == u"image";
            texts += xml.name() == u"text";
        }
        QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
        QCOMPARE(images, 1);
        QCOMPARE(texts, 0);
        QCOMPARE(width, QStringLiteral("88mm"));
        QCOMPARE(title, QStringLiteral("A small figure <&> (mock catalogue)"));
    }

    void theCsvHoldsTheNumbersInsideTheAxes() {
        const std::string csv = figureCsv(smallFigure());
        QVERIFY(csv.find("# command: zscape figure small\n") != std::string::npos);
        QVERIFY(csv.find("# panel one: x = T_eff [K], y = [α/M] [dex]\n") != std::string::npos);
        const std::string rows = csv.substr(csv.find("panel,layer,"));
        QCOMPARE(QString::fromStdString(rows), QStringLiteral("panel,layer,x,y,value,stars,source_id\n"
                                                              "one,stars,0.5,0.25,,,4408123456789012345\n"
                                                              "one,curve,-1,-1,,,\n"
                                                              "one,curve,2,2,,,\n"
                                                              "one,\"track, \"\"MS\"\"\",0.2,0.8,5000,12,\n"
                                                              "one,\"track, \"\"MS\"\"\",0.4,0.6,5100,7,\n"));
    }

    void filesAppearTogether() {
        const test::TemporaryFolder folder;
        writeFigure(smallFigure(), folder / "f.svg");
        QVERIFY(std::filesystem::exists(folder / "f.svg"));
        QVERIFY(std::filesystem::exists(folder / "f.csv"));
        QVERIFY_EXCEPTION_THROWN(writeFigure(smallFigure(), folder / "f.gif"), Error);
        QVERIFY_EXCEPTION_THROWN(writeFigure(smallFigure(), folder / "missing" / "f.png"), Error);
    }

    void aStyleOutOfBoundsIsRefused() {
        Figure figure = smallFigure();
        figure.style.dpi = 72;
        QVERIFY_EXCEPTION_THROWN(figureFile(figure, FigureFormat::Png), Error);
    }

    void scriptsStandBesideOrOverEachOther() {
        const QString family = FigureStyle().family;
        const double base = FigureText(QStringLiteral("<i>f</i>"), family).width();
        const double both = FigureText(QStringLiteral("<i>f</i><sub>λ</sub><sup>obs</sup>"), family).width();
        const double wide = FigureText(QStringLiteral("<i>f</i><sup>obs</sup>"), family).width();
        QCOMPARE(both, wide); // the superscript begins where the subscript does
        QVERIFY(wide > base);
        QCOMPARE(FigureText(QStringLiteral("a &lt; b"), family).width(),
                 FigureText(QStringLiteral("a < b"), family).width());
    }

    void ticksAreRound() {
        const FigureTicks kiel = figureTicks({3600, 6500, false, true}, 7);
        QCOMPARE(kiel.major, (std::vector<double>{4000, 4500, 5000, 5500, 6000, 6500}));
        QCOMPARE(kiel.labels.front(), QStringLiteral("4000"));
        const FigureTicks small = figureTicks({-1.95, 1.95, false, false}, 3);
        QCOMPARE(small.labels, (std::vector<QString>{QStringLiteral("−1"), QStringLiteral("0"), QStringLiteral("1")}));
        const FigureTicks counts = figureTicks({0.6, 3e4, true, false}, 6);
        QCOMPARE(counts.labels,
                 (std::vector<QString>{QStringLiteral("10<sup>0</sup>"), QStringLiteral("10<sup>1</sup>"),
                                       QStringLiteral("10<sup>2</sup>"), QStringLiteral("10<sup>3</sup>"),
                                       QStringLiteral("10<sup>4</sup>")}));
        for (const double scale : {1e-9, 1e-3, 1.0, 1e7})
            QVERIFY(figureTicks({-0.3 * scale, 0.9 * scale, false, false}, 3).major.size() >= 2);
    }

    void nothingOfAPanelLeavesThePage() {
        for (const double points : {6.0, 8.0, 12.0}) {
            for (const double width : {oneColumn_mm, twoColumns_mm}) {
                Figure figure = smallFigure();
                figure.style.fontSize_pt = points;
                figure.style.width_mm = width;
                figure.panels[0].yLabel = QStringLiteral("stars per bin");
                PanelColourBar bar;
                bar.label = QStringLiteral("[M/H] [dex]");
                figure.panels[0].colourBar = bar;
                PanelGrid grid;
                grid.cells = {{0}};
                grid.right_mm = width;
                grid.top_mm = contentTop(figure);
                figure.height_mm = arrangePanels(figure, grid);
                const QImage image = QImage::fromData(figureFile(figure, FigureFormat::Png), "PNG");
                for (int y = 0; y < image.height(); ++y) {
                    QCOMPARE(image.pixel(0, y), qRgb(255, 255, 255));
                    QCOMPARE(image.pixel(image.width() - 1, y), qRgb(255, 255, 255));
                }
                for (int x = 0; x < image.width(); ++x) {
                    QCOMPARE(image.pixel(x, 0), qRgb(255, 255, 255));
                    QCOMPARE(image.pixel(x, image.height() - 1), qRgb(255, 255, 255));
                }
            }
        }
    }

    void classesOfOneColourAreToldApartByTheirShapes() {
        Figure figure = smallFigure();
        StarsLayer stars;
        stars.x = column({0.25F, 0.75F});
        stars.y = column({0.5F, 0.5F});
        stars.classes.of = std::make_shared<const std::vector<std::uint8_t>>(std::vector<std::uint8_t>{1, 2});
        stars.classes.colours = {0xFFFF0000, 0xFFFF0000};
        stars.classes.marks = {MarkerShape::Square, MarkerShape::Plus};
        stars.classes.names = {QStringLiteral("a"), QStringLiteral("b")};
        figure.panels[0].layers = {stars};
        const QImage image = QImage::fromData(figureFile(figure, FigureFormat::Png), "PNG");
        const QRectF frame = figure.panels[0].frame;
        const auto isFilled = [&](double x, double right_mm, double down_mm) {
            return isRed(image.pixel(static_cast<int>((frame.left() + x * frame.width() + right_mm) / 25.4 * 300),
                                     static_cast<int>((frame.center().y() + down_mm) / 25.4 * 300)));
        };
        const double reach = 0.35 * classMark_mm;
        QVERIFY(isFilled(0.25, reach, 0) && isFilled(0.25, reach, reach) && isFilled(0.25, -reach, reach));
        QVERIFY(isFilled(0.75, reach, 0) && !isFilled(0.75, reach, reach) && !isFilled(0.75, -reach, reach));
    }

    void linesAndLegendsCarryTheShapesOfClasses() {
        std::vector<float> xs, ys;
        for (int star = 0; star < 400; ++star) {
            xs.push_back(static_cast<float>(0.5 + 0.01 * (star % 20 - 9.5)));
            ys.push_back(static_cast<float>(0.5 + 0.01 * (star / 20 - 9.5)));
        }
        const auto drawn = [&](std::size_t kind, MarkerShape mark) {
            Figure figure = smallFigure();
            FigurePanel& panel = figure.panels[0];
            panel.layers.clear();
            if (kind == 0) {
                ContourLayer layer;
                layer.x = column(xs);
                layer.y = column(ys);
                layer.mark = mark;
                panel.layers.emplace_back(std::move(layer));
            } else if (kind == 1) {
                StepsLayer layer;
                layer.edges = {0, 0.4, 0.6, 1};
                layer.heights = {0.1, 0.7, 0.2};
                layer.colour = Qt::red;
                layer.mark = mark;
                panel.layers.emplace_back(std::move(layer));
            } else if (kind == 2) {
                TicksLayer layer;
                layer.x = {0.4, 0.5};
                layer.colours = {QColor(Qt::red)};
                layer.mark = mark;
                panel.layers.emplace_back(std::move(layer));
            } else if (kind == 3) {
                DensityLayer layer;
                layer.x = column(xs);
                layer.y = column(ys);
                layer.mark = mark;
                panel.layers.emplace_back(std::move(layer));
            } else {
                LegendEntry entry{QStringLiteral("one"), LegendEntry::Kind::Line, QColor(Qt::red)};
                entry.shape = mark;
                entry.marked = true;
                panel.legend = PanelLegend{{entry}};
            }
            return figureFile(figure, FigureFormat::Png);
        };
        for (std::size_t kind = 0; kind < 5; ++kind) {
            std::vector<QByteArray> files;
            for (std::size_t number = 0; number < kClassMarks; ++number) {
                files.push_back(drawn(kind, classMark(number)));
            }
            std::ranges::sort(files);
            QVERIFY2(std::ranges::adjacent_find(files) == files.end(), qPrintable(QString::number(kind)));
        }
    }

    void binsCountStars() {
        const AxisRange unit{0, 1, false, false};
        const StarBins bins = binStars(column({0.1F, 0.15F, 0.9F, 2, std::nanf("")}),
                                       column({0.1F, 0.2F, 0.9F, 0.5F, 0.5F}), nullptr, unit, unit, 2, 2);
        // Row 0 is the upper one.
        QCOMPARE(bins.counts, (std::vector<std::uint32_t>{0, 1, 2, 0}));
        QCOMPARE(bins.largest, 2U);
        QCOMPARE(bins.centre(0, 1), QPointF(0.25, 0.25));
    }

    void contoursEncloseTheDensestBins() {
        // A round cloud in the middle: the line around half of its stars is closed and centred.
        std::vector<float> xs, ys;
        for (int i = 0; i < 200; ++i) {
            for (int k = 0; k < 60; ++k) {
                const double r = 0.05 * std::sqrt(-2 * std::log((i + 0.5) / 200)), t = k * 6.283185307 / 60;
                xs.push_back(static_cast<float>(0.5 + r * std::cos(t)));
                ys.push_back(static_cast<float>(0.5 + r * std::sin(t)));
            }
        }
        ContourLayer layer;
        layer.x = column(xs);
        layer.y = column(ys);
        layer.enclosed = {0.5};
        const auto lines = contourLines(layer, smallFigure().panels[0]);
        QCOMPARE(lines.size(), 1U);
        QCOMPARE(lines[0].size(), 1U);
        QCOMPARE(lines[0][0].front(), lines[0][0].back());
        double mean = 0;
        for (const QPointF& point : lines[0][0])
            mean += std::hypot(point.x() - 0.5, point.y() - 0.5) / static_cast<double>(lines[0][0].size());
        // Half of a Gaussian is within 1.1774 sigma; smoothing by a bin (1/60) widens it a little.
        QVERIFY2(std::abs(mean - 1.1774 * std::hypot(0.05, 1.0 / 60)) < 0.006, qPrintable(QString::number(mean)));
    }
};

QTEST_MAIN(FigureTest)
#include "figure_test.moc"
