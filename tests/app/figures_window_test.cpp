#include "app/figure/figure_list.h"
#include "app/figure/view_figure.h"
#include "app/open.h"
#include "app/window/figures_controller.h"
#include "app/window/main_window.h"
#include "core/base/error.h"
#include "core/mock/mock_catalog.h"
#include "core/select/evaluate.h"
#include "tests/support/labelled_stars.h"
#include "tests/support/message_of.h"
#include "tests/support/temporary_folder.h"
#include "widgets/figure/figure_csv.h"
#include "widgets/figure/figure_dialog.h"
#include "widgets/figure/write_figure.h"

#include <QAction>
#include <QComboBox>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTest>

#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <utility>

using namespace zscape;

namespace {

/// 3,000 mock stars in the demo model.
FigureInput mockInput() {
    static const FigureInput input = [] {
        FigureInput made;
        auto catalog = std::make_shared<const Catalog>(generateMockCatalog({3000, 1, 2}));
        made.model = makeEngine(loadModel(ZSCAPE_SOURCE_DIR "/models/demo.h5"));
        auto latents = std::make_shared<const Latents>(encodeCatalog(*catalog, *made.model));
        made.table = std::make_shared<const StarTable>(std::move(catalog), std::move(latents));
        made.cataloguePath = "mock stars.h5";
        made.modelPath = "demo.h5";
        return made;
    }();
    return input;
}

FigureChoice quick() {
    FigureChoice choice;
    choice.style.dpi = 300;
    choice.preset = SelectionPreset::Paper;
    return choice;
}

std::size_t rowsWith(const std::string& csv, const std::string& begin) {
    std::size_t count = 0;
    for (std::size_t at = csv.find("\n" + begin); at != std::string::npos; at = csv.find("\n" + begin, at + 1)) {
        ++count;
    }
    return count;
}

} // namespace

/// The paper's figures from a small mock catalogue, and the window's way to them.
class FiguresWindowTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { QSettings().remove("figure"); }

    void everyFigureIsMade_data() {
        QTest::addColumn<QString>("name");
        for (const FigureRecipe& recipe : figureRecipes())
            QTest::newRow(recipe.name.data()) << QString::fromUtf8(recipe.name.data());
    }
    void everyFigureIsMade() {
        QFETCH(QString, name);
        const FigureRecipe& recipe = figureRecipe(name.toStdString());
        for (const double width : {oneColumn_mm, twoColumns_mm}) {
            FigureChoice choice = quick();
            choice.ownWidth = false;
            choice.style.width_mm = width;
            const Figure figure = makeFigure(recipe, mockInput(), choice);
            QVERIFY(figure.origin.mock);
            QVERIFY(figure.heading.contains(QStringLiteral("Mock catalogue of 3,000")));
            QVERIFY(QString::fromStdString(figure.origin.command)
                        .startsWith(QStringLiteral("zscape figure %1 'mock stars.h5' --model demo.h5 --preset paper "
                                                   "--width ")
                                        .arg(name)));
            for (const FigurePanel& panel : figure.panels) {
                QVERIFY(panel.frame.width() > 8);
                QVERIFY(panel.frame.left() > 0 && panel.frame.right() < width);
                QVERIFY(panel.frame.top() > 0 && panel.frame.bottom() < figure.height_mm);
                for (const FigurePanel& other : figure.panels)
                    if (&other != &panel) {
                        const QRectF common = panel.frame.intersected(other.frame);
                        QVERIFY(common.width() < 1e-6 || common.height() < 1e-6);
                    }
            }
            const QByteArray png = figureFile(figure, FigureFormat::Png);
            QCOMPARE(figureFile(makeFigure(recipe, mockInput(), choice), FigureFormat::Png), png);
        }
    }

    void figuresHoldTheMethodsNumbers() {
        const Figure kiel = makeFigure(figureRecipe("kiel"), mockInput(), quick());
        const auto& line = std::get<CurveLayer>(kiel.panels[0].layers.back());
        QCOMPARE(line.points[0], QPointF(3600, 4.46)); // 5.9 - 0.4 * 3.6
        QCOMPARE(line.points[1], QPointF(6500, 3.3));  // 5.9 - 0.4 * 6.5
        QVERIFY(kiel.panels[0].x == (AxisRange{3600, 6500, false, true}));
        const std::string corner = figureCsv(makeFigure(figureRecipe("corner"), mockInput(), quick()));
        QCOMPARE(rowsWith(corner, "z1,stars,"), 101U); // bins of the marginal
        // 6 marginals and 15 pairs.
        QCOMPARE(makeFigure(figureRecipe("corner"), mockInput(), quick()).panels.size(), 21U);
        const Figure metallicity = makeFigure(figureRecipe("metallicity"), mockInput(), quick());
        QCOMPARE(metallicity.panels[0].colourBar->classes.size(), 9U);
        QCOMPARE(metallicity.panels[0].colourBar->classes.front().first, -2.17);
        QCOMPARE(metallicity.panels[0].colourBar->classes.back().first, 0.5);
    }

    void forestsTellHowWellEachClassIsFound() {
        FigureInput input = mockInput();
        input.forests = std::make_shared<SharedForests>();
        const Figure figure = makeFigure(figureRecipe("alpha-forest"), input, quick());
        QCOMPARE(figure.panels.size(), 5U);
        const StarTable& table = *input.table;
        const auto selections = builtInSelections(SelectionPreset::Paper);
        const auto starsOf = [&](const char* name) {
            return evaluate(std::ranges::find(selections, name, &Selection::name)->definition, table, selections);
        };
        const BitSet highs = starsOf("high alpha"), lows = starsOf("low alpha");
        // Those that the figure left out miss a magnitude.
        std::size_t whole = 0;
        const auto colour = table.values("J-H"), other = table.values("J-K");
        for (std::size_t row = 0; row < table.rows(); ++row)
            whole += (highs.test(row) || lows.test(row)) && std::isfinite((*colour)[row]) &&
                     std::isfinite((*other)[row]) && table.catalog()->usable().test(row);
        QVERIFY(whole > 300);
        std::vector<std::vector<double>> expected(5);
        for (std::size_t i = 0; i < 4; ++i) {
            const auto& cells = std::get<CellsLayer>(figure.panels[i].layers[0]).cells;
            QCOMPARE(cells.size(), 4U);
            std::array<double, 4> n{};
            for (std::size_t k = 0; k < 4; ++k)
                n[k] = static_cast<double>(cells[k].count.value());
            QCOMPARE(n[0] + n[1] + n[2] + n[3], std::round(0.1 * static_cast<double>(whole)));
            // Rows are true classes, high alpha first; each row's shares add up to one.
            QCOMPARE(cells[0].name, QStringLiteral("true High alpha predicted High alpha"));
            QCOMPARE(cells[1].name, QStringLiteral("true High alpha predicted Low alpha"));
            QCOMPARE(cells[2].name, QStringLiteral("true Low alpha predicted High alpha"));
            QCOMPARE(cells[0].value.value() + cells[1].value.value(), 1);
            QCOMPARE(cells[2].value.value(), n[2] / (n[2] + n[3]));
            for (const auto& [row, value] : {std::pair(0U, (n[0] + n[3]) / (n[0] + n[1] + n[2] + n[3])),
                                             {1U, n[0] / (n[0] + n[1])},
                                             {2U, n[3] / (n[2] + n[3])},
                                             {3U, n[0] / (n[0] + n[2])},
                                             {4U, n[3] / (n[1] + n[3])}})
                expected[row].push_back(value);
            // Better than calling every star low alpha.
            QVERIFY(expected[0].back() > (n[2] + n[3]) / (n[0] + n[1] + n[2] + n[3]));
        }
        const auto& lines = std::get<CellsLayer>(figure.panels[4].layers[0]).cells;
        QCOMPARE(lines.size(), 20U);
        for (std::size_t k = 0; k < lines.size(); ++k)
            QCOMPARE(lines[k].value.value(), expected[k / 4][k % 4]);
        QCOMPARE(figure.panels[4].yClasses[3], QStringLiteral("precision, high α"));
    }

    void forestsFollowTheirSeedAndGrowOnce() {
        FigureInput input = mockInput();
        input.forests = std::make_shared<SharedForests>();
        std::size_t reports = 0;
        const JobContext counting([&](double, std::string_view text) { reports += text.find("tree ") != text.npos; },
                                  nullptr);
        const auto draw = [&](std::uint64_t seed, double width) {
            FigureChoice choice = quick();
            choice.seed = seed;
            choice.ownWidth = false;
            choice.style.width_mm = width;
            return figureCsv(makeFigure(figureRecipe("alpha-forest"), input, choice, counting));
        };
        const auto numbers = [](const std::string& csv) { return csv.substr(csv.find("panel,layer")); };
        const std::string first = draw(0, twoColumns_mm);
        QVERIFY(reports > 0);
        const std::size_t before = std::exchange(reports, 0);
        // Another width is the same forests.
        QCOMPARE(numbers(draw(0, oneColumn_mm)), numbers(first));
        QCOMPARE(reports, 0U);
        const std::string other = draw(7, twoColumns_mm);
        QVERIFY(reports > before / 4);
        QVERIFY(numbers(other) != numbers(first));
        QVERIFY(other.find(" --seed 7 ") != std::string::npos);
        QVERIFY(first.find(" --seed ") == std::string::npos); // 0 is what it is without
        input.forests = std::make_shared<SharedForests>();
        QCOMPARE(draw(7, twoColumns_mm), other);
    }

    void aForestWithoutItsColumnsIsLeftOutAndSaysWhy() {
        FigureInput input = mockInput();
        const Catalog& whole = *input.table->catalog();
        std::vector<Column> columns;
        for (const Column& column : whole.columns())
            if (column.name() != "K") columns.push_back(column);
        const auto copy = [](const auto& values) { return std::vector(values.begin(), values.end()); };
        auto catalog =
            std::make_shared<const Catalog>("no K", 1, copy(whole.sourceIds()), std::vector<float>(whole.rows(), 1.0F),
                                            std::vector<float>(whole.rows(), 1.0F), std::move(columns));
        input.table = std::make_shared<const StarTable>(std::move(catalog), mockInput().table->latents());
        input.forests = std::make_shared<SharedForests>();
        const Figure figure = makeFigure(figureRecipe("alpha-forest"), input, quick());
        const auto& cells = std::get<CellsLayer>(figure.panels[2].layers[0]).cells;
        QCOMPARE(cells.size(), 1U);
        QCOMPARE(cells[0].lines[1], QStringLiteral("no K"));
        QVERIFY(std::ranges::any_of(figure.origin.remarks, [](const std::string& remark) {
            return remark == "labels + colours (TEFF, LOGG, M_H, J-H, J-K): left out, as no K has no K";
        }));
        QCOMPARE(std::get<CellsLayer>(figure.panels[3].layers[0]).cells.size(), 4U);
        QVERIFY(figureFile(figure, FigureFormat::Svg).size() > 5000);
    }

    void theCountsInTheNumbersAreThoseOfTheStars() {
        ViewOptions view;
        view.x = "TEFF";
        view.mode = ViewMode::Histogram;
        view.xRange = AxisRange{2000, 12000, false, true};
        view.bins = 10;
        const Figure figure = viewFigure(view, mockInput(), quick());
        const auto& steps = std::get<StepsLayer>(figure.panels[0].layers[0]);
        double sum = 0;
        for (const double height : steps.heights)
            sum += height;
        const auto teff = mockInput().table->values("TEFF");
        QCOMPARE(sum,
                 static_cast<double>(std::ranges::count_if(*teff, [](float t) { return t >= 2000 && t < 12000; })));
    }

    void viewsOfEveryKindAreDrawn() {
        for (const ViewMode mode : {ViewMode::Scatter, ViewMode::Density, ViewMode::Contour}) {
            ViewOptions view;
            view.x = "J-K";
            view.y = "G";
            view.colour = "M_H";
            view.mode = mode;
            const Figure figure = viewFigure(view, mockInput(), quick());
            QVERIFY(figure.panels[0].y.flipped); // magnitudes
            QVERIFY(!figure.panels[0].layers.empty());
            QVERIFY(figureFile(figure, FigureFormat::Svg).size() > 5000);
            QVERIFY(figure.origin.command.find(" --x J-K --y G --colour M_H --mode ") != std::string::npos);
        }
        ViewOptions sky;
        sky.x = "TEFF/100";
        sky.y = "LOGG*10";
        sky.mode = ViewMode::Sky;
        QVERIFY(viewFigure(sky, mockInput(), quick()).panels[0].bare);
    }

    void missingColumnsAreNamedInOneSentence() {
        FigureInput input;
        std::vector<Column> columns;
        columns.emplace_back("TEFF", "K", std::vector<float>{5000, 6000});
        input.table = std::make_shared<const StarTable>(test::labelledCatalog(std::move(columns)), nullptr);
        const std::string message = test::messageOf([&] { makeFigure(figureRecipe("label-cuts"), input, quick()); });
        QVERIFY2(message.find("the figure 'label-cuts' needs the columns TEFF_ERR, LOGG_ERR, M_H_ERR") == 0,
                 message.c_str());
        QVERIFY2(message.find("labelled does not have") != std::string::npos, message.c_str());
        QVERIFY(test::messageOf([&] { makeFigure(figureRecipe("corner"), input, quick()); }).find("give --model") !=
                std::string::npos);
        QVERIFY(test::messageOf([] { figureRecipe("kiwi"); }).find("kiel-latent") != std::string::npos);
        ViewOptions view;
        view.x = "z1";
        QVERIFY(test::messageOf([&] { viewFigure(view, input, quick()); }).find("want a model") != std::string::npos);
    }

    void theMenuDrawsPreviewsAndExports() {
        const test::TemporaryFolder folder;
        MainWindow window(Theme::Dark);
        window.setErrorsQuiet(true);
        auto* controller = window.findChild<FiguresController*>();
        auto* action = window.findChild<QAction*>(QStringLiteral("figure-kiel"));
        QVERIFY(controller && action);
        QVERIFY(!action->isEnabled());
        window.session().setData(mockInput().table->catalog(), mockInput().model, mockInput().table->latents());
        window.show();
        QVERIFY(action->isEnabled());

        QSignalSpy drawn(controller, &FiguresController::drawn);
        action->trigger();
        FigureDialog* dialog = controller->dialog();
        QVERIFY(dialog);
        QVERIFY(drawn.wait(20000));
        QCOMPARE(dialog->style().width_mm, oneColumn_mm);
        // Another width is another figure.
        auto* width = dialog->findChild<QComboBox*>(QStringLiteral("figureWidth"));
        QTest::keyClick(width, Qt::Key_Down);
        QCOMPARE(dialog->style().width_mm, twoColumns_mm);
        QVERIFY(drawn.wait(20000));

        QSignalSpy exported(controller, &FiguresController::exported);
        controller->exportTo(folder / "kiel.png");
        QVERIFY(exported.wait(20000));
        const QImage image(QString::fromStdString((folder / "kiel.png").string()));
        QCOMPARE(image.width(), 4252);                    // 180 mm at 600 dpi
        QCOMPARE(image.pixel(2, 2), qRgb(255, 255, 255)); // light in the dark theme, too
        QVERIFY(std::filesystem::exists(folder / "kiel.csv"));
        drawn.clear();

        // Forests take their time: it is shown, and closing ends them. Their answers are kept for the next size.
        window.findChild<QAction*>(QStringLiteral("figure-alpha-forest"))->trigger();
        dialog = controller->dialog();
        auto* bar = dialog->findChild<QProgressBar*>(QStringLiteral("figureProgress"));
        auto* close = dialog->findChild<QPushButton*>(QStringLiteral("closeFigure"));
        QVERIFY(bar->isVisible());
        QCOMPARE(close->text(), QStringLiteral("Cancel"));
        QString told;
        const auto* label = dialog->findChild<QLabel*>(QStringLiteral("figureText"));
        connect(bar, &QProgressBar::valueChanged, close, [&](int value) {
            if (value <= 0 || !told.isEmpty()) return;
            told = label->text();
            QTest::mouseClick(close, Qt::LeftButton);
        });
        QTRY_VERIFY_WITH_TIMEOUT(!told.isEmpty(), 20000);
        QVERIFY2(told.startsWith(QStringLiteral("Drawing: forest of ")), qPrintable(told));
        QTRY_VERIFY_WITH_TIMEOUT(!controller->isBusy(), 5000);
        QTRY_VERIFY(!controller->dialog());
        QCOMPARE(drawn.count(), 0);
        window.findChild<QAction*>(QStringLiteral("figure-alpha-forest"))->trigger();
        QVERIFY(drawn.wait(60000));
        dialog = controller->dialog();
        QVERIFY(!dialog->findChild<QProgressBar*>(QStringLiteral("figureProgress"))->isVisible());
        QCOMPARE(dialog->findChild<QPushButton*>(QStringLiteral("closeFigure"))->text(), QStringLiteral("Close"));
        // Nothing of what it tells is cut off.
        label = dialog->findChild<QLabel*>(QStringLiteral("figureText"));
        QVERIFY(label->text().contains(QStringLiteral("predictive value")));
        QTRY_VERIFY(label->height() >= label->heightForWidth(label->width()));

        // The map as it stands.
        QAction* view = window.findChild<QAction*>(QStringLiteral("figureView"));
        view->trigger();
        QVERIFY(drawn.wait(20000));
        QVERIFY(controller->dialog());
    }
};

QTEST_MAIN(FiguresWindowTest)
#include "figures_window_test.moc"
