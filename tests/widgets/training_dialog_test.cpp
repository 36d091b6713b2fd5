// The training dialog and the live panel, with real key and mouse events.
#include "tests/support/temporary_folder.h"
#include "widgets/training_curves.h"
#include "widgets/training_dialog.h"
#include "widgets/training_panel.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

#include <cmath>
#include <limits>

namespace zscape {

using Field = TrainingField;

class TrainingDialogTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { applyTheme(*qApp, Theme::Light); }

    void startIsOfferedOnlyForARightForm() {
        const auto dialog = shown();
        QPushButton* start = button(*dialog, "startTraining");
        QVERIFY(start->isEnabled());
        QLineEdit* batch = field(*dialog, Field::Batch);
        type(batch, QStringLiteral("70000"));
        QVERIFY(!start->isEnabled());
        QVERIFY(hasText(*dialog, QStringLiteral("▲ Larger than the 44,910 stars that train.")));
        type(batch, QStringLiteral("512"));
        QVERIFY(start->isEnabled());
        QCOMPARE(dialog->check().options.batchSize, 512);
        const QSignalSpy requested(dialog.get(), &TrainingDialog::startRequested);
        QTest::mouseClick(start, Qt::LeftButton);
        QCOMPARE(requested.count(), 1);
    }

    void anErrorBehindAdvancedIsShown() {
        const auto dialog = shown();
        QLineEdit* weight = field(*dialog, Field::KlWeight);
        QVERIFY(!weight->isVisible());
        QTest::mouseClick(dialog->findChild<QToolButton*>(QStringLiteral("advanced")), Qt::LeftButton);
        QVERIFY(weight->isVisible());
        type(weight, QStringLiteral("-2"));
        QTest::mouseClick(dialog->findChild<QToolButton*>(QStringLiteral("advanced")), Qt::LeftButton);
        QVERIFY(weight->isVisible()); // it still wants to be corrected
        type(weight, QStringLiteral("2"));
        QVERIFY(!weight->isVisible());
    }

    void onlyTheSchedulesOwnNumbersAreShown() {
        const auto dialog = shown();
        QVERIFY(field(*dialog, Field::Period)->isVisible());
        pick(*dialog, "schedule", 2); // constant
        QVERIFY(!field(*dialog, Field::Period)->isVisible());
        QCOMPARE(dialog->check().options.schedule, Schedule::Constant);
    }

    void noListOfSelectionsWithoutSelections() {
        const auto dialog = shown();
        auto* list = dialog->findChild<QComboBox*>(QStringLiteral("selection"));
        QVERIFY(!list->isVisible());
        TrainingContext context = dialog->context();
        context.selections = {{QStringLiteral("giants"), 9000}};
        dialog->setContext(context);
        QVERIFY(list->isVisible());
        pick(*dialog, "selection", 1);
        QCOMPARE(dialog->check().trainingStars, qint64{8100});
    }

    void measuresAfterAPauseInTypingAndAgainWhenTheTimeWouldChange() {
        const auto dialog = shown();
        QSignalSpy wanted(dialog.get(), &TrainingDialog::measureWanted);
        QVERIFY(wanted.wait(5000));
        dialog->setMeasured(2.0);
        auto* estimate = dialog->findChild<QLabel*>(QStringLiteral("estimate"));
        QVERIFY2(estimate->text().contains(QStringLiteral("2 h 47 min")), qPrintable(estimate->text())); // 5000 x 2 s
        wanted.clear();
        type(field(*dialog, Field::Epochs), QStringLiteral("30"));
        QVERIFY(estimate->text().contains(QStringLiteral("1 min"))); // at once: an epoch takes as long as before
        type(field(*dialog, Field::Batch), QStringLiteral("256"));
        QVERIFY(wanted.wait(5000));
        QCOMPARE(wanted.count(), 1); // not for the epochs, once for three keys
    }

    void aChangeWhileMeasuringCancelsIt() {
        const auto dialog = shown();
        QSignalSpy wanted(dialog.get(), &TrainingDialog::measureWanted);
        QSignalSpy cancelled(dialog.get(), &TrainingDialog::measureCancelled);
        QVERIFY(wanted.wait(5000));
        type(field(*dialog, Field::Layers), QStringLiteral("20,10"));
        QVERIFY(cancelled.count() >= 1);
        QVERIFY(wanted.wait(5000));
        dialog->hide();
        QVERIFY(!dialog->isMeasuring());
    }

    void quickLookFollowsTheMeasurement() {
        const auto dialog = shown();
        QTest::mouseClick(button(*dialog, "quickLook"), Qt::LeftButton);
        QSignalSpy wanted(dialog.get(), &TrainingDialog::measureWanted);
        QVERIFY(wanted.wait(5000));
        dialog->setMeasured(0.5);
        QCOMPARE(field(*dialog, Field::Epochs)->text(), QStringLiteral("360"));
        QCOMPARE(dialog->check().options.epochs, 360);
        QTest::mouseClick(button(*dialog, "paperRun"), Qt::LeftButton);
        QCOMPARE(dialog->check().options.epochs, 5000);
        QCOMPARE(dialog->check().options.learningRate, 1e-4);
    }

    void aModelToStartFromFillsItsSizesAndLocksThem() {
        const auto dialog = shown();
        TrainingContext context = dialog->context();
        context.openModel = Architecture{Preset::Paper, 110, 3, {40, 20}};
        context.openModelName = QStringLiteral("small.h5");
        dialog->setContext(context);
        pick(*dialog, "startFrom", 1);
        QCOMPARE(field(*dialog, Field::Layers)->text(), QStringLiteral("40, 20"));
        QVERIFY(!field(*dialog, Field::Layers)->isEnabled());
        QVERIFY(field(*dialog, Field::Epochs)->isEnabled());
        QVERIFY(dialog->check().ok());
    }

    void aCheckpointIsAskedForAndLocksAllButTheLength() {
        const auto dialog = shown();
        pick(*dialog, "startFrom", 3);
        QVERIFY(!dialog->check().ok()); // no file yet
        const QSignalSpy chosen(dialog.get(), &TrainingDialog::startFileChosen);
        dialog->setStartFile(QStringLiteral("/data/run.checkpoints/last.h5"));
        QCOMPARE(chosen.count(), 1);
        TrainingContext context = dialog->context();
        TrainingOptions saved;
        saved.batchSize = 128;
        saved.epochs = 9000;
        context.resumed = saved;
        context.startModel = saved.architecture;
        context.startEpoch = 4000;
        dialog->setContext(context);
        QVERIFY(dialog->check().ok());
        QCOMPARE(field(*dialog, Field::Batch)->text(), QStringLiteral("128"));
        QVERIFY(!field(*dialog, Field::Batch)->isEnabled());
        QCOMPARE(field(*dialog, Field::Epochs)->text(), QStringLiteral("9000"));
    }

    void everythingCanBeReachedByKeyboard() {
        const auto dialog = shown();
        field(*dialog, Field::Validation)->setFocus();
        QSet<QWidget*> reached;
        for (int i = 0; i < 60; ++i) {
            reached.insert(dialog->focusWidget());
            QTest::keyClick(dialog->focusWidget(), Qt::Key_Tab);
        }
        for (const Field each : {Field::Latents, Field::Epochs, Field::LearningRate, Field::Output}) {
            QVERIFY(reached.contains(field(*dialog, each)));
        }
        QVERIFY(reached.contains(button(*dialog, "startTraining")));
    }

    // ---- the live panel

    void theCurvesFollowTheRunAndStayWhereTheUserPutThem() {
        TrainingCurves curves;
        show(curves, {900, 260});
        curves.append(history(1, 100));
        curves.renderNow();
        QVERIFY(curves.shownEpochs().contains(100));
        QVERIFY2(curves.shownLosses().upper < 1000, "the first epoch's 90,000 must not flatten the rest");
        QVERIFY(curves.shownLosses().lower < -88);
        const QPoint inside(150, 130);
        QTest::mousePress(&curves, Qt::LeftButton, {}, inside);
        QTest::mouseMove(&curves, inside + QPoint(30, 20));
        QTest::mouseRelease(&curves, Qt::LeftButton, {}, inside + QPoint(30, 20));
        const QCPRange moved = curves.shownEpochs();
        curves.append(history(101, 200));
        curves.renderNow();
        QCOMPARE(curves.shownEpochs().upper, moved.upper);
        QTest::mouseDClick(&curves, Qt::LeftButton, {}, inside);
        QVERIFY(curves.shownEpochs().contains(200));
    }

    void manyEpochsAreFewFrames() {
        TrainingCurves curves;
        show(curves, {900, 260});
        const int before = curves.drawnFrames();
        for (int epoch = 1; epoch <= 500; ++epoch) {
            curves.append(history(epoch, epoch));
        }
        QCOMPARE(curves.drawnFrames(), before); // not in the caller's time
        QTRY_COMPARE(curves.drawnFrames(), before + 1);
        curves.hide();
        curves.append(history(501, 600));
        QTest::qWait(400); // longer than a frame's interval: nobody sees it, so it is not drawn
        QCOMPARE(curves.drawnFrames(), before + 1);
        curves.show();
        QVERIFY(curves.shownEpochs().contains(600));
    }

    void theBestEpochIsThatOfTheLowestValidationLoss() {
        TrainingCurves curves;
        QVERIFY(!curves.best());
        std::vector<EpochRecord> epochs = history(1, 9);
        epochs[3].validationLoss = -500;
        epochs[5].validationLoss = std::nan("");
        curves.append(epochs);
        QCOMPARE(curves.best()->epoch, 4);
        curves.setHistory({});
        QVERIFY(!curves.best());
    }

    void narrowPanelsStackThePlots() {
        TrainingCurves curves;
        show(curves, {1000, 240});
        const int wide = curves.axisRects()[0]->width();
        curves.resize(480, 300);
        QCoreApplication::processEvents();
        curves.renderNow();
        QVERIFY(curves.axisRects()[0]->width() > wide / 2);
        QVERIFY(curves.axisRects()[2]->top() > curves.axisRects()[0]->bottom());
    }

    void anotherRunIsDrawnBehindAndTakenAway() {
        TrainingCurves curves;
        show(curves, {900, 260});
        curves.append(history(1, 20));
        curves.setComparison(history(1, 50), QStringLiteral("published"));
        curves.renderNow();
        QCOMPARE(curves.legend->itemCount(), 4);
        curves.setComparison({}, {});
        QCOMPARE(curves.legend->itemCount(), 2);
    }

    void thePanelsButtonsSayWhatTheyDo() {
        TrainingPanel panel;
        show(panel, {1000, 240});
        QVERIFY(!button(panel, "pauseTraining")->isEnabled());
        panel.begin(QStringLiteral("model.h5"), 5000, {});
        RunProgress progress;
        progress.epochsPerSecond = 2;
        progress.secondsLeft = 2500;
        panel.setProgress(progress);
        QCOMPARE(panel.state(), TrainingPanel::State::Running);
        QVERIFY(!button(panel, "stopAndKeepBest")->isEnabled()); // no epoch yet
        panel.addEpochs(history(1, 3));
        QVERIFY(button(panel, "stopAndKeepBest")->isEnabled());
        QVERIFY(hasText(panel, QStringLiteral("3 of 5,000")));
        QVERIFY(hasText(panel, QStringLiteral("41 min 40 s")));
        const QSignalSpy paused(&panel, &TrainingPanel::pauseRequested);
        const QSignalSpy proceeded(&panel, &TrainingPanel::continueRequested);
        const QSignalSpy stopped(&panel, &TrainingPanel::stopRequested);
        QTest::mouseClick(button(panel, "pauseTraining"), Qt::LeftButton);
        QCOMPARE(paused.count(), 1);
        panel.setState(TrainingPanel::State::Paused);
        QTest::mouseClick(button(panel, "pauseTraining"), Qt::LeftButton);
        QCOMPARE(proceeded.count(), 1);
        QTest::mouseClick(button(panel, "stopAndKeepBest"), Qt::LeftButton);
        QCOMPARE(stopped.count(), 1);
        QVERIFY(stopped.front().front().toBool());
        panel.setState(TrainingPanel::State::Over, QStringLiteral("stopped, epoch 3"));
        QVERIFY(!button(panel, "stopTraining")->isEnabled());
    }

private:
    static std::vector<EpochRecord> history(int first, int last) {
        std::vector<EpochRecord> epochs;
        for (int epoch = first; epoch <= last; ++epoch) {
            const double loss = epoch == 1 ? 90000 : -90 + 100.0 / epoch;
            epochs.push_back({epoch, loss, loss - 8, 8, loss + 1, loss - 7, 8, 1e-4, 0.5});
        }
        return epochs;
    }
    static void show(QWidget& widget, const QSize& size) {
        widget.resize(size);
        widget.show();
        if (!QTest::qWaitForWindowExposed(&widget)) qFatal("not shown");
    }
    static TrainingContext demo() {
        TrainingContext context;
        context.catalog = QStringLiteral("demo");
        context.rows = 50000;
        context.usable = 49900;
        context.coefficientCount = 110;
        context.devices = {{QStringLiteral("libtorch"), QStringLiteral("cpu"), QStringLiteral("LibTorch"), {}}};
        return context;
    }
    std::unique_ptr<TrainingDialog> shown() {
        auto dialog = std::make_unique<TrainingDialog>();
        dialog->setContext(demo());
        TrainingForm form = dialog->form();
        form.texts[Field::Output] = QString::fromStdString((m_folder / "model.h5").string());
        dialog->setForm(form);
        dialog->show();
        if (!QTest::qWaitForWindowExposed(dialog.get())) qFatal("not shown");
        return dialog;
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
    /// Chooses an entry as the keyboard does: Home, then down.
    static void pick(QWidget& dialog, const char* name, int entry) {
        auto* list = dialog.findChild<QComboBox*>(QString::fromLatin1(name));
        list->setFocus();
        QTest::keyClick(list, Qt::Key_Home);
        for (int i = 0; i < entry; ++i) {
            QTest::keyClick(list, Qt::Key_Down);
        }
    }
    static bool hasText(const QWidget& widget, const QString& text) {
        for (const QLabel* label : widget.findChildren<QLabel*>()) {
            if (label->text() == text && label->isVisible()) return true;
        }
        return false;
    }
    test::TemporaryFolder m_folder;
};

} // namespace zscape

QTEST_MAIN(zscape::TrainingDialogTest)
#include "training_dialog_test.moc"
