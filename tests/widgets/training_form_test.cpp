// The arithmetic behind the training dialog: what is wrong in a form, what follows from it, and the two presets.
#include "tests/support/temporary_folder.h"
#include "widgets/curve_range.h"
#include "widgets/number_text.h"
#include "widgets/training_form.h"

#include <QTest>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>

namespace zscape {

using Field = TrainingField;

class TrainingFormTest : public QObject {
    Q_OBJECT

private slots:
    void theReleasedDefaultsAreRightAsTheyAre() {
        const TrainingCheck check = checkTrainingForm(goodForm(), demo());
        QVERIFY2(check.ok(), qPrintable(firstError(check)));
        QCOMPARE(check.options.epochs, 5000);
        QCOMPARE(check.options.batchSize, 1024);
        QCOMPARE(check.options.learningRate, 1e-4);
        QCOMPARE(check.options.minimumLearningRate, 1e-10);
        QCOMPARE(check.options.restartPeriod, 500);
        QCOMPARE(check.options.architecture, Architecture());
        QCOMPARE(check.options.engine, std::string("libtorch"));
    }

    void countsTheStarsOfEachSideAndTheSteps() {
        const TrainingCheck check = checkTrainingForm(goodForm(), demo());
        QCOMPARE(check.validationStars, qint64{4990}); // round(49,900 / 10)
        QCOMPARE(check.trainingStars, qint64{44910});
        QCOMPARE(check.stepsPerEpoch, qint64{43});
        QVERIFY(check.notes[Field::Stars].contains(QStringLiteral("49,900 of 50,000")));
        QVERIFY(check.notes[Field::Layers].contains(QStringLiteral("67,182"))); // the published network
    }

    void saysWhatIsWrongWithEachField_data() {
        QTest::addColumn<int>("field");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("mentions");
        const auto row = [](const char* name, Field field, const char* text, const char* mentions) {
            QTest::newRow(name) << static_cast<int>(field) << QString::fromUtf8(text) << QString::fromUtf8(mentions);
        };
        row("no epochs", Field::Epochs, "0", "1");
        row("epochs in words", Field::Epochs, "many", "whole number");
        row("epochs empty", Field::Epochs, "", "whole number");
        row("half a batch", Field::Batch, "12.5", "whole number");
        row("one star a batch", Field::Batch, "1", "2");
        row("batch larger than the catalogue", Field::Batch, "50000", "44,910");
        row("no latent", Field::Latents, "0", "1");
        row("letters in layers", Field::Layers, "90,a,10", "90, 70");
        row("a layer of nothing", Field::Layers, "90,0", "90, 70");
        row("layers empty", Field::Layers, "  ", "90, 70");
        row("a huge layer", Field::Layers, "90,100000", "4,096");
        row("no learning rate", Field::LearningRate, "0", "greater than zero");
        row("learning rate below zero", Field::LearningRate, "-1e-3", "greater than zero");
        row("learning rate not a number", Field::LearningRate, "nan", "number");
        row("lowest rate above the rate", Field::MinimumRate, "0.01", "exceed");
        row("no period", Field::Period, "0", "1");
        row("all stars validate", Field::Validation, "100", "90");
        row("negative kl weight", Field::KlWeight, "-1", "negative");
        row("negative clipping", Field::ClipNorm, "-3", "negative");
        row("seed in words", Field::Seed, "x", "whole number");
        row("no threads", Field::Threads, "0", "1");
        row("no output", Field::Output, "", "where");
        row("output without ending", Field::Output, "/tmp/model", ".h5");
        row("output in a folder that is not there", Field::Output, "/nowhere-at-all/model.h5", "nowhere-at-all");
    }

    void saysWhatIsWrongWithEachField() {
        QFETCH(int, field);
        QFETCH(QString, text);
        QFETCH(QString, mentions);
        TrainingForm form = goodForm();
        form.texts[static_cast<Field>(field)] = text;
        const TrainingCheck check = checkTrainingForm(form, demo());
        QCOMPARE(check.errors.keys(), QList<Field>{static_cast<Field>(field)}); // this one, no other
        QVERIFY2(check.errors.first().contains(mentions), qPrintable(check.errors.first()));
    }

    void readsNumbersAsPeopleWriteThem() {
        TrainingForm form = goodForm();
        form.texts[Field::Epochs] = QStringLiteral("1,200");
        form.texts[Field::LearningRate] = QStringLiteral("0,001");
        form.texts[Field::MinimumRate] = QStringLiteral(" 1e−9 ");
        form.texts[Field::Layers] = QStringLiteral("64 32;16");
        form.texts[Field::Threads] = QString();
        const TrainingCheck check = checkTrainingForm(form, demo());
        QVERIFY2(check.ok(), qPrintable(firstError(check)));
        QCOMPARE(check.options.epochs, 1200);
        QCOMPARE(check.options.learningRate, 1e-3);
        QCOMPARE(check.options.minimumLearningRate, 1e-9);
        QCOMPARE(check.options.architecture.layers, (std::vector<int>{64, 32, 16}));
        QCOMPARE(check.options.threads, 0);
    }

    void fieldsWithoutAPartAreNotChecked() {
        TrainingForm form = goodForm();
        form.texts[Field::PlateauFactor] = QStringLiteral("nonsense");
        QVERIFY(checkTrainingForm(form, demo()).ok());
        form.schedule = Schedule::ReduceOnPlateau;
        QVERIFY(checkTrainingForm(form, demo()).errors.contains(Field::PlateauFactor));
        form = goodForm();
        form.texts[Field::Period] = QStringLiteral("nonsense");
        QVERIFY(!checkTrainingForm(form, demo()).ok());
        form.schedule = Schedule::Constant;
        QVERIFY(checkTrainingForm(form, demo()).ok());
    }

    void wantsACatalogueAndAnEngine() {
        TrainingContext context = demo();
        context.catalog.clear();
        QVERIFY(checkTrainingForm(goodForm(), context).errors.contains(Field::Stars));
        context = demo();
        context.devices.clear();
        QVERIFY(checkTrainingForm(goodForm(), context).errors.contains(Field::Device));
    }

    void earlyStopWantsValidation() {
        TrainingForm form = goodForm();
        form.texts[Field::EarlyStop] = QStringLiteral("20");
        QVERIFY(checkTrainingForm(form, demo()).ok());
        form.texts[Field::Validation] = QStringLiteral("0");
        QVERIFY(checkTrainingForm(form, demo()).errors.contains(Field::EarlyStop));
    }

    void aModelToStartFromGivesTheNetwork() {
        TrainingContext context = demo();
        TrainingForm form = goodForm();
        form.start = TrainingStart::OpenModel;
        QVERIFY(checkTrainingForm(form, context).errors.contains(Field::Start)); // none is open
        context.openModel = Architecture{Preset::Paper, 110, 3, {40, 20}};
        context.openModelName = QStringLiteral("small.h5");
        form.texts[Field::Layers] = QStringLiteral("nonsense"); // not asked for now
        const TrainingCheck check = checkTrainingForm(form, context);
        QVERIFY2(check.ok(), qPrintable(firstError(check)));
        QCOMPARE(check.options.architecture, *context.openModel);
        context.openModel->inputSize = 106;
        QVERIFY(checkTrainingForm(form, context).errors[Field::Start].contains(QStringLiteral("106")));
    }

    void aCheckpointGivesEverythingButTheLength() {
        TrainingContext context = demo();
        TrainingOptions saved;
        saved.batchSize = 256;
        saved.seed = 7;
        saved.epochs = 100;
        context.resumed = saved;
        context.startModel = saved.architecture;
        context.startEpoch = 60;
        TrainingForm form = goodForm();
        form.start = TrainingStart::Checkpoint;
        form.startFile = QStringLiteral("run.h5");
        form.texts[Field::Batch] = QStringLiteral("nonsense");
        form.texts[Field::Epochs] = QStringLiteral("200");
        TrainingCheck check = checkTrainingForm(form, context);
        QVERIFY2(check.ok(), qPrintable(firstError(check)));
        QCOMPARE(check.options.batchSize, 256);
        QCOMPARE(check.options.seed, std::int64_t{7});
        QCOMPARE(check.options.epochs, 200);
        form.texts[Field::Epochs] = QStringLiteral("60");
        QVERIFY(checkTrainingForm(form, context).errors.contains(Field::Epochs));
        context.startError = QStringLiteral("Not a checkpoint.");
        check = checkTrainingForm(form, context);
        QCOMPARE(check.errors[Field::Start], QStringLiteral("Not a checkpoint."));
    }

    void anExistingOutputIsSaidToBeReplaced() {
        const test::TemporaryFolder folder;
        TrainingForm form = goodForm();
        form.texts[Field::Output] = QString::fromStdString((folder / "model.h5").string());
        QVERIFY(checkTrainingForm(form, demo()).notes[Field::Output].isEmpty());
        std::ofstream(folder / "model.h5") << "x";
        const TrainingCheck check = checkTrainingForm(form, demo());
        QVERIFY(check.ok());
        QVERIFY(check.notes[Field::Output].contains(QStringLiteral("Replaces the model")));
        std::filesystem::remove(folder / "model.h5");
        std::filesystem::create_directory(folder / "model.checkpoints"); // of a run that was killed early
        QVERIFY(checkTrainingForm(form, demo()).notes[Field::Output].contains(QStringLiteral("earlier run")));
    }

    void aFormSaysItsOptionsAgain() {
        TrainingOptions options;
        options.architecture.latentSize = 3;
        options.architecture.layers = {30, 20};
        options.epochs = 123;
        options.learningRate = 2.5e-4;
        options.klWeight = 0.25;
        options.klWarmUpEpochs = 9;
        options.clipNorm = 5;
        options.earlyStopEpochs = 40;
        options.validationFraction = 0.2;
        options.seed = 11;
        options.threads = 2;
        TrainingForm form = formOf(options);
        form.texts[Field::Output] = goodForm().text(Field::Output);
        const TrainingCheck check = checkTrainingForm(form, demo());
        QVERIFY2(check.ok(), qPrintable(firstError(check)));
        QCOMPARE(check.options.architecture, options.architecture);
        QCOMPARE(check.options.epochs, 123);
        QCOMPARE(check.options.learningRate, 2.5e-4);
        QCOMPARE(check.options.klWeight, 0.25);
        QCOMPARE(check.options.klWarmUpEpochs, 9);
        QCOMPARE(check.options.clipNorm, 5.0);
        QCOMPARE(check.options.earlyStopEpochs, 40);
        QCOMPARE(check.options.validationFraction, 0.2);
        QCOMPARE(check.options.seed, std::int64_t{11});
        QCOMPARE(check.options.threads, 2);
    }

    void quickLookTakesThreeMinutesByTheMeasuredEpoch() {
        const TrainingOptions demoLook = quickLook(TrainingOptions(), 45000, 0.5);
        QCOMPARE(demoLook.epochs, 360); // 180 s / 0.5 s
        QCOMPARE(demoLook.batchSize, 1024);
        QCOMPARE(demoLook.schedule, Schedule::Cosine);
        QCOMPARE(quickLook(TrainingOptions(), 1800, 0.01).batchSize, 32); // many steps for few stars
        QCOMPARE(quickLookEpochs(60), 10);                                // never fewer
        QCOMPARE(quickLookEpochs(1e-4), 2000);                            // never more
        const TrainingOptions unmeasured = quickLook(TrainingOptions(), 450000, 0);
        QVERIFY(unmeasured.epochs >= 10 && unmeasured.epochs < 200);
    }

    void paperRunIsThePapers() {
        TrainingOptions other = quickLook(TrainingOptions(), 45000, 1);
        other.klWeight = 3;
        const TrainingOptions paper = paperRun(other);
        QCOMPARE(paper.epochs, 5000);
        QCOMPARE(paper.batchSize, 1024);
        QCOMPARE(paper.learningRate, 1e-4);
        QCOMPARE(paper.restartPeriod, 500);
        QCOMPARE(paper.schedule, Schedule::CosineRestarts);
        QCOMPARE(paper.klWeight, 1.0);
    }

    void timesAreWrittenInTheTwoUnitsThatTellMost() {
        QCOMPARE(durationText(0.0123), QStringLiteral("12 ms"));
        QCOMPARE(durationText(0.42), QStringLiteral("0.42 s"));
        QCOMPARE(durationText(4.26), QStringLiteral("4.3 s"));
        QCOMPARE(durationText(59.6), QStringLiteral("1 min"));
        QCOMPARE(durationText(200), QStringLiteral("3 min 20 s"));
        QCOMPARE(durationText(3599.9), QStringLiteral("1 h"));
        QCOMPARE(durationText(22860), QStringLiteral("6 h 21 min")); // the release's own run
        QCOMPARE(durationText(200000), QStringLiteral("2 d 8 h"));
        QCOMPARE(durationText(-1), QString(QChar(emDash)));
        QCOMPARE(durationText(std::nan("")), QString(QChar(emDash)));
    }

    void aCurveIsReadableAfterAFirstEpochAThousandTimesTheLast() {
        std::vector<double> losses{90000, 4000, 600};
        for (int epoch = 3; epoch < 100; ++epoch) {
            losses.push_back(-90 + 100.0 / epoch);
        }
        losses.push_back(std::nan(""));
        losses.push_back(std::numeric_limits<double>::infinity());
        const CurveRange range = robustCurveRange(losses);
        QVERIFY(range.lower < -89 && range.lower > -95);
        QVERIFY2(range.upper > -86 && range.upper < 0, qPrintable(QString::number(range.upper)));
    }

    void aCurveWithoutOutliersIsShownWhole() {
        const CurveRange range = robustCurveRange({5, 4, 3, 2, 1});
        QVERIFY(range.lower < 1 && range.upper > 5);
        const CurveRange two = robustCurveRange({90000, 30});
        QVERIFY(two.lower < 30 && two.upper > 90000);
        const CurveRange one = robustCurveRange({7});
        QVERIFY(one.lower < 7 && one.upper > 7);
        const CurveRange none = robustCurveRange({std::nan("")});
        QCOMPARE(none.lower, 0.0);
        QCOMPARE(none.upper, 1.0);
    }

private:
    static TrainingContext demo() {
        TrainingContext context;
        context.catalog = QStringLiteral("demo");
        context.rows = 50000;
        context.usable = 49900;
        context.coefficientCount = 110;
        context.devices = {{QStringLiteral("libtorch"), QStringLiteral("cpu"), QStringLiteral("LibTorch"), {}}};
        return context;
    }
    static TrainingForm goodForm() {
        TrainingForm form = formOf(TrainingOptions());
        form.texts[Field::Output] = QStringLiteral("/tmp/zscape-training-form-test.h5");
        return form;
    }
    static QString firstError(const TrainingCheck& check) {
        return check.errors.isEmpty() ? QString() : check.errors.first();
    }
};

} // namespace zscape

QTEST_GUILESS_MAIN(zscape::TrainingFormTest)
#include "training_form_test.moc"
