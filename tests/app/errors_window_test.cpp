// Reconstruction errors in the window: the job, its columns in every list, other models' spectra, the figures.
#include "app/figure/figure_list.h"
#include "app/open.h"
#include "app/window/errors_controller.h"
#include "app/window/latent_controller.h"
#include "app/window/main_window.h"
#include "core/io/npy.h"
#include "core/mock/mock_catalog.h"
#include "tests/support/temporary_folder.h"

#include <QAction>
#include <QComboBox>
#include <QDockWidget>
#include <QLabel>
#include <QSignalSpy>
#include <QTest>

#include <cmath>

using namespace zscape;

class ErrorsWindowTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() {
        m_catalog = std::make_shared<const Catalog>(generateMockCatalog({2000, 1, 2}));
        m_model = makeEngine(loadModel(ZSCAPE_SOURCE_DIR "/models/demo.h5"));
        m_latents = std::make_shared<const Latents>(encodeCatalog(*m_catalog, *m_model));
    }
    void init() {
        m_window = std::make_unique<MainWindow>(Theme::Light);
        m_window->setErrorsQuiet(true);
    }
    void cleanup() { m_window.reset(); }

    void theJobMakesColumnsForEveryList() {
        QVERIFY(!action("reconstructionErrors")->isEnabled());
        show();
        auto* colour = m_window->findChild<QComboBox*>(QStringLiteral("colourColumn"));
        const QString before = colour->currentData().toString();
        m_window->controller().pickStar(5);
        QCOMPARE(colour->findData(QStringLiteral("rmse_j")), -1);
        reckon();
        QVERIFY(colour->findData(QStringLiteral("rmse_j")) >= 0);
        QVERIFY(colour->findData(QStringLiteral("rmse_lambda")) >= 0);
        // What was shown stays: the axes, the picked star.
        QCOMPARE(colour->currentData().toString(), before);
        QCOMPARE(m_window->controller().pickedStar(), std::optional<std::size_t>(5));
        const auto values = m_window->session().table()->values("log10(rmse_j)");
        const auto& errors = *m_window->errors().errors();
        QVERIFY(std::abs((*values)[5] - std::log10(errors.models[0].starCoefficients[5])) < 1e-5F);
        colour->setCurrentIndex(colour->findData(QStringLiteral("rmse_lambda")));
        QCOMPARE(m_window->mapColour(), QStringLiteral("rmse_lambda"));
    }

    void anotherModelTakesTheColumnsAway() {
        show();
        reckon();
        QVERIFY(m_window->session().catalog()->find("rmse_j") != nullptr);
        QSignalSpy changed(&m_window->session(), &Session::changed);
        m_window->session().openModel(ZSCAPE_SOURCE_DIR "/models/demo.h5", {});
        QTRY_COMPARE_WITH_TIMEOUT(changed.count(), 1, 30000);
        QVERIFY(m_window->session().catalog()->find("rmse_j") == nullptr);
        QVERIFY(m_window->errors().errors() == nullptr);
    }

    void otherSpectraAreComparedAndDrawn() {
        show();
        // Every star half as bright: all its residuals are large.
        const Generated generated = m_model->decode(m_latents->muView());
        const Normalization& n = m_model->model().requireNormalization();
        NpyArray array{{2000, 110}, {}};
        for (std::size_t row = 0; row < 2000; ++row) {
            for (std::size_t j = 0; j < 110; ++j)
                array.values.push_back(0.5 * (generated.coefficientsView().row(row)[j] * n.sig[j] + n.mu[j]));
        }
        const test::TemporaryFolder folder;
        writeNpz(folder / "half.npz", std::array{NamedNpyArray{"spectra", array}});
        QSignalSpy made(&m_window->errors(), &ErrorsController::made);
        m_window->errors().compareWith(folder / "half.npz");
        QTRY_COMPARE_WITH_TIMEOUT(made.count(), 1, 30000);
        QVERIFY(m_window->session().catalog()->find("rmse_j_half") != nullptr);
        const auto& models = m_window->errors().errors()->models;
        QVERIFY(models[1].coefficients.rmse[0] > 10 * models[0].coefficients.rmse[0]);

        FigureInput input;
        input.table = m_window->session().table();
        input.model = m_model;
        m_window->errors().fill(input);
        FigureChoice choice;
        choice.style.dpi = 300;
        const Figure figure = makeFigure(figureRecipe("coefficient-errors"), input, choice);
        QVERIFY(figure.origin.command.find("--compare half=") != std::string::npos);
        QVERIFY(std::ranges::any_of(figure.panels, [](const FigurePanel& one) { return one.name == "RMSE ratio"; }));

        action("compareNone")->trigger();
        QTRY_COMPARE_WITH_TIMEOUT(made.count(), 2, 30000);
        QCOMPARE(m_window->errors().errors()->models.size(), std::size_t{1});
        QVERIFY(!action("compareNone")->isEnabled());
    }

    void aFileThatDoesNotFitIsToldAndNothingChanges() {
        show();
        const test::TemporaryFolder folder;
        writeNpz(folder / "few.npz", std::array{NamedNpyArray{"spectra", {{3, 64}, std::vector<double>(192)}}});
        QSignalSpy failed(&m_window->session(), &Session::failed);
        m_window->errors().compareWith(folder / "few.npz");
        QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, 30000);
        QVERIFY(failed[0][0].toString().contains(QStringLiteral("has 3 rows")));
        QVERIFY(m_window->session().catalog()->find("rmse_j") == nullptr);
    }

    void aPickedStarHasItsErrorBandAndSaysWhatItsResidualsAreOf() {
        show();
        m_window->panel(QStringLiteral("comparison"))->show();
        m_window->controller().pickStar(5);
        auto* text = m_window->findChild<QLabel*>(QStringLiteral("comparisonText"));
        QVERIFY(text);
        QTRY_VERIFY(text->text().contains(QStringLiteral("With the errors alone")));
        QVERIFY(text->text().contains(QStringLiteral("reduced")));
    }

private:
    QAction* action(const char* name) { return m_window->findChild<QAction*>(QLatin1String(name)); }
    void show() {
        m_window->session().setData(m_catalog, m_model, m_latents);
        m_window->resize(1200, 800);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    }
    void reckon() {
        QSignalSpy made(&m_window->errors(), &ErrorsController::made);
        action("reconstructionErrors")->trigger();
        QTRY_COMPARE_WITH_TIMEOUT(made.count(), 1, 30000);
    }

    std::shared_ptr<const Catalog> m_catalog;
    std::shared_ptr<const SpectralModel> m_model;
    std::shared_ptr<const Latents> m_latents;
    std::unique_ptr<MainWindow> m_window;
};

QTEST_MAIN(ErrorsWindowTest)
#include "errors_window_test.moc"
