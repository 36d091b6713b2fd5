// A training in the window as a person runs it: dialog, panel, moving map, closing; real catalogue, engine and files.
#include "app/window/latent_controller.h"
#include "app/window/live_latents.h"
#include "app/window/main_window.h"
#include "app/window/selection_store.h"
#include "app/window/training_controller.h"
#include "app/window/training_setup.h"
#include "core/base/embedded.h"
#include "core/catalog/released_layout.h"
#include "core/mock/mock_catalog.h"
#include "core/train/checkpoint.h"
#include "core/train/training_log.h"
#include "tests/app/own_cache.h"
#include "tests/support/temporary_folder.h"
#include "widgets/scatter_view.h"
#include "widgets/training_curves.h"
#include "widgets/training_dialog.h"
#include "widgets/training_panel.h"

#include <QAbstractButton>
#include <QComboBox>
#include <QDockWidget>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

#include <sys/resource.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <vector>

namespace zscape {

using Field = TrainingField;
using State = TrainingPanel::State;

class TrainingWindowTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() {
        applyTheme(*qApp, Theme::Light);
        writeReleasedCatalog(generateMockCatalog({2000, 3, 0}), m_folder / "mock.h5");
        saveModel(loadModelImage(embeddedDemoModel(), "the demo model"), m_folder / "demo.h5");
    }

    void trainsFromTheDialogAndClosesWithoutLosingAnEpoch() {
        const auto window = openWindow("demo.h5");
        startFromDialog(*window, "closed.h5", QStringLiteral("100000"));
        TrainingPanel& panel = window->trainingPanel();
        QVERIFY(window->findChild<QDockWidget*>(QStringLiteral("training"))->isVisible());
        QTRY_VERIFY_WITH_TIMEOUT(panel.curves().history().size() >= 5, 60000);
        QTRY_VERIFY(panel.curves().drawnFrames() > 1);

        QTest::mouseClick(button(panel, "pauseTraining"), Qt::LeftButton);
        QCOMPARE(panel.state(), State::Paused);
        QTRY_VERIFY(window->training().isPaused());
        // The epoch that was under way may still arrive, late on a busy machine; a run that goes on never comes to
        // rest.
        const auto epochs = [&] { return panel.curves().history().size(); };
        std::size_t paused = 0;
        for (int wait = 0; wait < 20 && paused != epochs(); ++wait) {
            paused = epochs();
            QTest::qWait(500);
        }
        QTest::qWait(300); // nothing to wait for: nothing must come
        QCOMPARE(panel.curves().history().size(), paused);
        QTest::mouseClick(button(panel, "pauseTraining"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(panel.curves().history().size() > paused + 2, 60000);

        // The first answer is to stay.
        window->close();
        QVERIFY(window->isVisible());
        QTRY_VERIFY(closeQuestion(*window));
        QTest::keyClick(closeQuestion(*window), Qt::Key_Escape);
        QTRY_VERIFY(!closeQuestion(*window));
        QVERIFY(window->training().isRunning() && !window->training().isStopping());

        window->close();
        QTRY_VERIFY(closeQuestion(*window));
        QTest::mouseClick(closeQuestion(*window)->findChild<QAbstractButton*>(QStringLiteral("stopAndClose")),
                          Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(!window->isVisible(), 60000);
        QVERIFY(!window->training().isRunning());
        const int shown = panel.curves().history().back().epoch;
        requireSavedEpoch("closed.h5", shown);
    }

    void resumesFromTheCheckpointInTheDialog() {
        const auto window = openWindow("demo.h5");
        startFromDialog(*window, "again.h5", QStringLiteral("100000"));
        TrainingPanel& panel = window->trainingPanel();
        QTRY_VERIFY_WITH_TIMEOUT(panel.curves().history().size() >= 4, 60000);
        QTest::mouseClick(button(panel, "stopTraining"), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(panel.state(), State::Over, 60000);
        const int stopped = panel.curves().history().back().epoch;
        QTRY_VERIFY(window->isIdle());

        window->trainingSetup().open();
        TrainingDialog& dialog = window->trainingSetup().dialog();
        auto* from = dialog.findChild<QComboBox*>(QStringLiteral("startFrom"));
        from->setFocus();
        QTest::keyClick(from, Qt::Key_End);
        dialog.setStartFile(QString::fromStdString((m_folder / "again.checkpoints").string()));
        QTRY_VERIFY_WITH_TIMEOUT(dialog.context().resumed.has_value(), 20000);
        QCOMPARE(dialog.context().startEpoch, stopped);
        type(field(dialog, Field::Epochs), QString::number(stopped + 3));
        // The run's own files go on.
        QCOMPARE(field(dialog, Field::Output)->text(), QString::fromStdString((m_folder / "again.h5").string()));
        QVERIFY2(dialog.check().ok(), "the form of a resumed run");
        QTest::mouseClick(button(dialog, "startTraining"), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(panel.state(), State::Over, 60000);
        QCOMPARE(panel.curves().history().front().epoch, 1); // the curves begin where the run did
        QCOMPARE(panel.curves().history().back().epoch, stopped + 3);
        requireSavedEpoch("again.h5", stopped + 3);
    }

    void theMapShowsTheRunningModelAndThenTheTrainedOne() {
        const auto window = openWindow("demo.h5");
        const auto before = window->session().latents();
        startFromDialog(*window, "followed.h5", QStringLiteral("100000"));
        QSignalSpy moved(&window->session(), &Session::latentsMoved);
        QVERIFY(moved.wait(60000));
        QVERIFY(window->session().trainingEpoch().has_value());
        QVERIFY(window->session().latents() != before);
        QVERIFY(window->session().modelPath().string().starts_with("training, epoch"));
        // A view the user has moved stays where it is.
        window->map().setFocus();
        QTest::keyClick(&window->map(), Qt::Key_Plus);
        const AxisRange x = window->map().xAxis();
        QVERIFY(moved.wait(60000));
        QVERIFY(window->map().xAxis() == x);
        window->controller().pickStar(17); // and its latent point follows the star
        QVERIFY(moved.wait(60000));
        const auto latent = window->session().latents()->muView().row(17);
        QVERIFY(std::equal(latent.begin(), latent.end(), window->controller().latent().begin()));

        QTest::mouseClick(button(window->trainingPanel(), "stopAndKeepBest"), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(window->trainingPanel().state(), State::Over, 60000);
        QTRY_VERIFY_WITH_TIMEOUT(window->session().modelPath() == (m_folder / "followed.h5"), 60000);
        QVERIFY(!window->session().trainingEpoch());
        QCOMPARE(window->session().model()->model().epoch, window->trainingPanel().curves().best()->epoch);
    }

    void anotherRunsHistoryIsDrawnBehind() {
        const auto window = openWindow("demo.h5");
        EpochRecord record;
        record.epoch = 1;
        writeTrainingLog({record}, m_folder / "other.history.csv");
        QCPLegend& legend = *window->trainingPanel().curves().legend;
        const int before = legend.itemCount();
        window->compareTraining(m_folder / "other.history.csv");
        QTRY_COMPARE_WITH_TIMEOUT(legend.itemCount(), before + 2, 20000);

        window->setErrorsQuiet(true);
        QSignalSpy failed(&window->session(), &Session::failed);
        std::ofstream(m_folder / "text.csv") << "not a history";
        window->compareTraining(m_folder / "text.csv");
        QVERIFY(failed.wait(20000));
        QCOMPARE(legend.itemCount(), before + 2); // what was there stays
    }

    void aModelOpenedMeanwhileStays() {
        const auto window = openWindow("demo.h5");
        startFromDialog(*window, "left.h5", QStringLiteral("100000"));
        QSignalSpy moved(&window->session(), &Session::latentsMoved);
        QVERIFY(moved.wait(60000));
        QSignalSpy changed(&window->session(), &Session::changed);
        window->session().openModel(m_folder / "demo.h5", {});
        QVERIFY(changed.wait(60000));
        QVERIFY(!window->training().live().isFollowing());
        QVERIFY(!window->trainingPanel().isFollowing());
        QTest::mouseClick(button(window->trainingPanel(), "stopTraining"), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(window->trainingPanel().state(), State::Over, 60000);
        QVERIFY(window->isIdle());
        QCOMPARE(window->session().modelPath(), m_folder / "demo.h5");
    }

    void aDivergedRunSaysSoOnce() {
        const auto window = openWindow("demo.h5");
        window->setErrorsQuiet(true);
        QSignalSpy ended(&window->training(), &TrainingController::ended);
        TrainingRequest request = directRequest(*window, "diverged.h5");
        request.options.learningRate = 1e18;
        window->training().start(request);
        QVERIFY(ended.wait(60000));
        QCOMPARE(ended.count(), 1);
        const QString sentence = ended.front().at(1).toString();
        QVERIFY2(sentence.contains(QStringLiteral("epoch")), qPrintable(sentence));
        QCOMPARE(sentence.count(u'\n'), 0);
        QCOMPARE(window->trainingPanel().state(), State::Over);
        QTRY_VERIFY(window->isIdle());
        QCOMPARE(window->session().modelPath(), m_folder / "demo.h5"); // what was open is back
    }

    void anOutputThatCannotBeWrittenSaysSoOnce() {
        const auto window = openWindow("demo.h5");
        window->setErrorsQuiet(true);
        QSignalSpy ended(&window->training(), &TrainingController::ended);
        TrainingRequest request = directRequest(*window, "model.h5");
        request.output = m_folder / "no-such-folder" / "model.h5";
        window->training().start(request);
        QVERIFY(ended.wait(60000));
        QVERIFY(ended.front().at(1).toString().contains(QStringLiteral("no-such-folder")));
        QVERIFY(!window->training().isRunning());
    }

    void destroyingTheWindowStopsWithACheckpoint() {
        auto window = openWindow("demo.h5");
        QSignalSpy epochs(&window->training(), &TrainingController::epochsDone);
        window->training().start(directRequest(*window, "destroyed.h5"));
        QVERIFY(epochs.wait(60000));
        const int seen = epochs.back().front().value<std::vector<EpochRecord>>().back().epoch;
        window.reset(); // joins the thread: a crash or a hang fails the test
        QVERIFY(findCheckpoint(m_folder / "destroyed.checkpoints").checkpoint.model.epoch >= seen);
        QCoreApplication::sendPostedEvents();
    }

    void trainingThreadsGiveWayAndNoOtherThreadDoes() {
        const auto window = openWindow("demo.h5");
        const int own = ::getpriority(PRIO_PROCESS, 0); // not 0 where the suite is run with `nice`
        QCOMPARE(niceValues(), (std::set<int>{own}));
        QSignalSpy epochs(&window->training(), &TrainingController::epochsDone);
        window->training().start(directRequest(*window, "nice.h5"));
        QVERIFY(epochs.wait(60000));
        QCOMPARE(::getpriority(PRIO_PROCESS, 0), own); // this is the window's thread
        QVERIFY(niceValues().contains(own + 5));
        window->training().stop();
        QTRY_VERIFY_WITH_TIMEOUT(!window->training().isRunning(), 60000);
        QTRY_VERIFY_WITH_TIMEOUT(window->isIdle(), 60000);
        QTRY_COMPARE(niceValues(), (std::set<int>{own}));
    }

    void encodingPausesSoLongThatItTakesThreePercent() {
        QCOMPARE(LiveLatents::pauseSeconds(0.01, 2), 2.0);
        QCOMPARE(LiveLatents::pauseSeconds(0.6, 2), 10.0);
        QCOMPARE(LiveLatents::pauseSeconds(0.6, 1), 20.0);
    }

    void theDialogMeasuresAnEpoch() {
        const auto window = openWindow("demo.h5");
        QTest::keyClick(window.get(), Qt::Key_T, Qt::ControlModifier);
        TrainingDialog& dialog = window->trainingSetup().dialog();
        QTRY_VERIFY(dialog.isVisible());
        auto* estimate = dialog.findChild<QLabel*>(QStringLiteral("estimate"));
        QTRY_VERIFY_WITH_TIMEOUT(estimate->text().startsWith(QStringLiteral("About ")), 60000);
        picture(dialog, "dialog-estimate.png");
        dialog.close();
        QVERIFY(window->isVisible());
    }

    void trainsOnANamedSelection() {
        const auto window = openWindow("demo.h5");
        SelectionStore& store = window->session().selections();
        Selection cool;
        cool.name = "cool";
        cool.definition.shape = ExpressionShape{"TEFF < 5000"};
        store.add(cool, QStringLiteral("add"));
        QTRY_VERIFY(store.stars(0));
        std::vector<std::uint32_t> expected;
        store.stars(0)->forEach([&](std::size_t row) { expected.push_back(static_cast<std::uint32_t>(row)); });
        QVERIFY(expected.size() > 600 && expected.size() < 1900);

        QTest::keyClick(window.get(), Qt::Key_T, Qt::ControlModifier);
        TrainingDialog& dialog = window->trainingSetup().dialog();
        QVERIFY(QTest::qWaitForWindowExposed(&dialog));
        auto* list = dialog.findChild<QComboBox*>(QStringLiteral("selection"));
        QCOMPARE(list->count(), 2);
        QVERIFY(list->itemText(1).startsWith(QStringLiteral("cool (")));
        list->setFocus();
        QTest::keyClick(list, Qt::Key_Down);
        // The choice stays with its selection when another comes before it, and goes with it.
        cool.name = "all";
        cool.definition.shape = ExpressionShape{"1"};
        std::vector<Selection> both{cool, store.list()[0]};
        store.replaceAll(both, QStringLiteral("replace"));
        QTRY_COMPARE(list->count(), 3);
        QCOMPARE(list->currentIndex(), 2);
        type(field(dialog, Field::Epochs), QStringLiteral("3"));
        type(field(dialog, Field::Batch), QStringLiteral("256"));
        type(field(dialog, Field::Output), QString::fromStdString((m_folder / "cool.h5").string()));
        QTest::mouseClick(button(dialog, "startTraining"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(!window->training().isRunning(), 60000);
        const Checkpoint checkpoint = findCheckpoint(m_folder / "cool.checkpoints").checkpoint;
        QCOMPARE(checkpoint.catalogRows, expected);
        store.remove(1);
        QTRY_COMPARE(list->count(), 2);
        QCOMPARE(list->currentIndex(), 0);
    }

    void bothThemesAndSizesLookRight() {
        const auto window = openWindow("demo.h5");
        window->trainingSetup().open();
        TrainingDialog& dialog = window->trainingSetup().dialog();
        for (const Theme theme : {Theme::Light, Theme::Dark}) {
            window->setTheme(theme);
            const std::string name = theme == Theme::Light ? "light" : "dark";
            QTRY_VERIFY_WITH_TIMEOUT(!window->trainingSetup().isMeasuring(), 60000);
            type(field(dialog, Field::Batch), QStringLiteral("70000"));
            type(field(dialog, Field::Layers), QStringLiteral("90, 70, ten"));
            picture(dialog, "dialog-errors-" + name + ".png");
            QCOMPARE(dialog.grab().toImage().pixelColor(4, 4).lightness() < 128, theme == Theme::Dark);
            QTest::mouseClick(button(dialog, "quickLook"), Qt::LeftButton);
            picture(dialog, "dialog-" + name + ".png");
        }
        dialog.findChild<QToolButton*>(QStringLiteral("advanced"))->click();
        QCoreApplication::processEvents();
        picture(dialog, "dialog-advanced.png");
        dialog.close();
        window->setTheme(Theme::Light);
        window->training().start(directRequest(*window, "pictures.h5"));
        QTRY_VERIFY_WITH_TIMEOUT(window->trainingPanel().curves().history().size() >= 60, 120000);
        QTRY_VERIFY_WITH_TIMEOUT(window->session().trainingEpoch().has_value(), 60000);
        for (const QSize size : {QSize(1400, 880), QSize(800, 600)}) {
            window->resize(size);
            for (const Theme theme : {Theme::Light, Theme::Dark}) {
                window->setTheme(theme);
                QTest::qWait(400); // a frame of the curves at the new size
                picture(*window, "window-" + std::to_string(size.width()) +
                                     (theme == Theme::Light ? "-light.png" : "-dark.png"));
            }
        }
    }

private:
    std::unique_ptr<MainWindow> openWindow(const std::string& model) {
        auto window = std::make_unique<MainWindow>(Theme::Light);
        window->resize(1400, 880);
        window->show();
        QSignalSpy changed(&window->session(), &Session::changed);
        QSignalSpy failed(&window->session(), &Session::failed);
        window->session().open(m_folder / "mock.h5", m_folder / model, {});
        if (!changed.wait(30000)) {
            qFatal("the window did not open its files: %s",
                   failed.isEmpty() ? "no answer" : qPrintable(failed.front().front().toString()));
        }
        return window;
    }

    /// Ctrl+T, a small network, Start.
    void startFromDialog(MainWindow& window, const std::string& output, const QString& epochs) {
        QTest::keyClick(&window, Qt::Key_T, Qt::ControlModifier);
        TrainingDialog& dialog = window.trainingSetup().dialog();
        QVERIFY(QTest::qWaitForWindowExposed(&dialog));
        type(field(dialog, Field::Epochs), epochs);
        type(field(dialog, Field::Batch), QStringLiteral("256"));
        type(field(dialog, Field::Output), QString::fromStdString((m_folder / output).string()));
        QVERIFY(button(dialog, "startTraining")->isEnabled());
        QTest::mouseClick(button(dialog, "startTraining"), Qt::LeftButton);
        QVERIFY(window.training().isRunning());
        QVERIFY(!dialog.isVisible());
    }

    TrainingRequest directRequest(MainWindow& window, const std::string& output) const {
        TrainingRequest request;
        request.catalog = window.session().catalog();
        request.options.architecture.inputSize = static_cast<int>(request.catalog->coefficientCount());
        request.options.epochs = 100000;
        request.options.batchSize = 256;
        request.options.learningRate = 1e-3;
        request.output = m_folder / output;
        return request;
    }

    /// A model of exactly this epoch, and a checkpoint not older, both whole.
    void requireSavedEpoch(const std::string& output, int epoch) const {
        const Model model = loadModel(m_folder / output);
        model.validate();
        QCOMPARE(model.epoch, epoch);
        QCOMPARE(static_cast<int>(model.history.size()), epoch);
        const std::filesystem::path folder =
            m_folder / (std::filesystem::path(output).stem().string() + ".checkpoints");
        const Checkpoint checkpoint = findCheckpoint(folder).checkpoint;
        QCOMPARE(checkpoint.model.epoch, epoch);
    }

    static std::set<int> niceValues() {
        std::set<int> values;
        std::error_code ended;
        for (const auto& entry : std::filesystem::directory_iterator("/proc/self/task", ended)) {
            errno = 0;
            const int nice =
                ::getpriority(PRIO_PROCESS, static_cast<id_t>(std::stoi(entry.path().filename().string())));
            if (errno == 0) values.insert(nice);
        }
        return values;
    }

    /// Pictures to look at, where somebody asks for them.
    static void picture(QWidget& widget, const std::string& name) {
        const QByteArray folder = qgetenv("ZSCAPE_TEST_PICTURES");
        if (folder.isEmpty()) return;
        QCoreApplication::processEvents();
        widget.grab().save(QString::fromLocal8Bit(folder) + u'/' + QString::fromStdString(name));
    }

    static QMessageBox* closeQuestion(const MainWindow& window) {
        return window.findChild<QMessageBox*>(QStringLiteral("closeQuestion"));
    }
    static QLineEdit* field(QWidget& dialog, Field which) {
        return dialog.findChild<QLineEdit*>(QStringLiteral("field%1").arg(static_cast<int>(which)));
    }
    static QPushButton* button(QWidget& widget, const char* name) {
        return widget.findChild<QPushButton*>(QString::fromLatin1(name));
    }
    static void type(QLineEdit* edit, const QString& text) {
        edit->setFocus();
        edit->selectAll();
        QTest::keyClicks(edit, text);
    }

    test::TemporaryFolder m_folder;
};

} // namespace zscape

int main(int argc, char** argv) {
    return zscape::test::runWithOwnCache<zscape::TrainingWindowTest>(argc, argv);
}

#include "training_window_test.moc"
