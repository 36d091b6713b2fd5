// A run that is interrupted and resumed ends in the same bytes as one that was not.
#include "core/base/error.h"
#include "tests/support/small_run.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <set>

namespace zscape {
namespace {

/// Runs until the end, or until so many updates were made (from the network's first on), then stops.
RunResult runUntil(const TrainingOptions& options, const RunStart& start, const RunOutput& output,
                   std::int64_t lastStep = -1, const TrainingData& data = test::smallStars()) {
    std::atomic<bool> cancel{false};
    RunControl control;
    const auto hook = [&](std::int64_t steps, double rec) {
        if (steps + 1 == lastStep) cancel = true;
        return rec;
    };
    return runTraining(data, options, start, output, test::handEngines(hook), control, {}, JobContext({}, &cancel));
}

RunStart startFrom(const std::filesystem::path& path) {
    RunStart start;
    start.checkpoint = findCheckpoint(path).checkpoint;
    return start;
}

/// Stops after each of these numbers of updates, resumes, and compares everything with a run that was left alone.
void expectSameHoweverInterrupted(const TrainingOptions& options, const std::vector<std::int64_t>& stops,
                                  RunEnd end = RunEnd::Finished) {
    const test::TemporaryFolder folder;
    RunOutput output;
    output.model = folder / "whole.h5";
    const RunResult whole = runUntil(options, {}, output);
    EXPECT_EQ(whole.end, end);

    output.model = folder / "cut.h5";
    RunResult cut = runUntil(options, {}, output, stops.front());
    for (std::size_t i = 1; i <= stops.size(); ++i) {
        ASSERT_EQ(cut.end, RunEnd::Stopped);
        const RunStart start = startFrom(folder / "cut.checkpoints");
        EXPECT_EQ(start.checkpoint->engine.steps, stops[i - 1]) << "the checkpoint is not of the step it stopped at";
        cut = runUntil(options, start, output, i < stops.size() ? stops[i] : -1);
    }
    EXPECT_EQ(cut.end, end);
    test::expectSameModel(cut.last, whole.last);
    ASSERT_EQ(cut.best.has_value(), whole.best.has_value());
    if (whole.best) test::expectSameModel(*cut.best, *whole.best);
    test::expectSameModel(loadModel(folder / "cut.h5"), loadModel(folder / "whole.h5"));

    const Checkpoint a = findCheckpoint(folder / "cut.checkpoints").checkpoint;
    const Checkpoint b = findCheckpoint(folder / "whole.checkpoints").checkpoint;
    test::expectSameTensors(a.engine.tensors, b.engine.tensors);
    test::expectSameTensors(a.engine.firstMoments, b.engine.firstMoments);
    test::expectSameTensors(a.engine.secondMoments, b.engine.secondMoments);
    EXPECT_EQ(a.engine.steps, b.engine.steps);
    EXPECT_EQ(a.schedule.plateauRate, b.schedule.plateauRate);
    EXPECT_EQ(a.schedule.plateauBadEpochs, b.schedule.plateauBadEpochs);
}

// 13 steps an epoch, 78 in all: in the middle of epochs, at their first and last steps, twice in one epoch.
const std::vector<std::int64_t> everywhere{1, 2, 9, 13, 14, 26, 30, 38, 39, 65, 77, 78};

TEST(Resume, gives_the_same_bytes) {
    expectSameHoweverInterrupted(test::smallOptions(), everywhere);
}

TEST(Resume, gives_the_same_bytes_with_every_schedule) {
    for (const Schedule schedule : {Schedule::Cosine, Schedule::Constant, Schedule::ReduceOnPlateau}) {
        TrainingOptions options = test::smallOptions();
        options.schedule = schedule;
        options.plateauPatience = 0;
        options.plateauFactor = 0.5;
        expectSameHoweverInterrupted(options, {5, 27, 41, 60});
    }
}

TEST(Resume, gives_the_same_bytes_with_a_warm_up_of_kl_and_without_validation) {
    TrainingOptions options = test::smallOptions();
    options.klWarmUpEpochs = 4;
    expectSameHoweverInterrupted(options, {5, 27, 41, 60});
    options.validationFraction = 0;
    expectSameHoweverInterrupted(options, {5, 27, 41, 60});
}

TEST(Resume, stops_early_where_the_whole_run_does) {
    TrainingOptions options = test::smallOptions();
    options.epochs = 1000;
    options.earlyStopEpochs = 3;
    expectSameHoweverInterrupted(options, {5, 20, 35}, RunEnd::EarlyStopped);
}

TEST(Resume, stops_early_so_many_epochs_after_the_best_one) {
    TrainingOptions options = test::smallOptions();
    options.epochs = 1000;
    options.earlyStopEpochs = 3;
    const RunResult result = runUntil(options, {}, {});
    ASSERT_TRUE(result.best.has_value());
    EXPECT_EQ(result.last.epoch, result.best->epoch + 3);
    const auto best = std::min_element(
        result.last.history.begin(), result.last.history.end(),
        [](const EpochRecord& a, const EpochRecord& b) { return a.validationLoss < b.validationLoss; });
    EXPECT_EQ(best->epoch, result.best->epoch);
}

TEST(Resume, lets_epochs_grow) {
    TrainingOptions options = test::smallOptions();
    const RunResult whole = runUntil(options, {}, {});
    const test::TemporaryFolder folder;
    RunOutput output;
    output.model = folder / "m.h5";
    options.epochs = 2;
    EXPECT_EQ(runUntil(options, {}, output).end, RunEnd::Finished);
    options.epochs = 6;
    test::expectSameModel(runUntil(options, startFrom(folder / "m.checkpoints"), output).last, whole.last);
}

TEST(Resume, takes_all_other_options_from_the_checkpoint) {
    TrainingOptions options = test::smallOptions();
    const RunResult whole = runUntil(options, {}, {});
    const test::TemporaryFolder folder;
    RunOutput output;
    output.model = folder / "m.h5";
    runUntil(options, {}, output, 20);
    options.learningRate = 10;
    options.batchSize = 30;
    options.seed = 99;
    options.threads = 1;
    output.model = folder / "elsewhere.h5";
    test::expectSameModel(runUntil(options, startFrom(folder / "m.checkpoints"), output).last, whole.last);
}

TEST(Resume, goes_on_with_a_selection_of_the_catalogue) {
    const auto catalog = test::smallStars().catalog;
    BitSet selection(60);
    for (std::size_t row = 0; row < 60; row += 2) {
        selection.set(row);
    }
    const TrainingData data = prepareTrainingData(catalog, {}, &selection);
    const test::TemporaryFolder folder;
    RunOutput output;
    output.model = folder / "m.h5";
    const RunResult whole = runUntil(test::smallOptions(), {}, {}, -1, data);
    runUntil(test::smallOptions(), {}, output, 20, data);
    const RunStart start = startFrom(folder / "m.checkpoints");
    const TrainingData again = resumeTrainingData(catalog, *start.checkpoint);
    EXPECT_EQ(again.catalogRows, data.catalogRows);
    test::expectSameModel(runUntil(test::smallOptions(), start, output, -1, again).last, whole.last);
}

TEST(Resume, refuses_another_catalogue) {
    const test::TemporaryFolder folder;
    RunOutput output;
    output.model = folder / "m.h5";
    runUntil(test::smallOptions(), {}, output, 20);
    const RunStart start = startFrom(folder / "m.checkpoints");
    const TrainingData other = test::plainTrainingData(3, std::vector<float>(180, 1.5F), std::vector<float>(180, 1.0F));
    EXPECT_THROW(runUntil(test::smallOptions(), start, output, -1, other), Error);
    try {
        resumeTrainingData(other.catalog, *start.checkpoint);
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_NE(std::string(error.what()).find("another catalogue"), std::string::npos) << error.what();
    }
    // The same spectra with other fluxes are other data, too.
    auto fluxes = std::make_shared<Catalog>(*test::smallStars().catalog);
    fluxes->setGFlux(std::vector<double>(60, 2.0), "test");
    EXPECT_THROW(resumeTrainingData(fluxes, *start.checkpoint), Error);
    EXPECT_NO_THROW(resumeTrainingData(test::smallStars().catalog, *start.checkpoint));
}

TEST(Resume, takes_the_checkpoint_before_a_damaged_one_and_says_so) {
    const test::TemporaryFolder folder;
    RunOutput output;
    output.model = folder / "m.h5";
    const RunResult whole = runUntil(test::smallOptions(), {}, {});
    runUntil(test::smallOptions(), {}, output, 20);
    const FoundCheckpoint newest = findCheckpoint(folder / "m.checkpoints");
    EXPECT_TRUE(newest.damaged.empty());
    std::filesystem::resize_file(newest.path, std::filesystem::file_size(newest.path) / 2);
    const FoundCheckpoint found = findCheckpoint(folder / "m.checkpoints");
    ASSERT_EQ(found.damaged.size(), 1u);
    EXPECT_NE(found.damaged[0].find(newest.path.filename().string()), std::string::npos) << found.damaged[0];
    EXPECT_NE(found.path, newest.path);
    RunStart start;
    start.checkpoint = found.checkpoint;
    test::expectSameModel(runUntil(test::smallOptions(), start, output).last, whole.last);
    EXPECT_THROW(findCheckpoint(newest.path), Error);
    EXPECT_THROW(findCheckpoint(folder.path()), Error);
}

// ---- warm start and the run's own rules

TEST(WarmStart, begins_with_the_weights_of_a_model) {
    const TrainingData data = test::smallStars();
    TrainingOptions options = test::smallOptions();
    options.epochs = 1;
    options.learningRate = 1e-12; // stays where it starts
    RunStart start;
    start.model = initialModel(options.architecture, 77);
    start.model->normalization = data.normalization;
    start.model->epoch = 5000;
    start.model->history.resize(5000);
    const RunResult result = runUntil(options, start, {});
    EXPECT_EQ(result.last.epoch, 1);
    EXPECT_EQ(result.last.history.size(), 1u);
    const Tensor& before = start.model->tensor("encoder.0.0.weight");
    const Tensor& after = result.last.tensor("encoder.0.0.weight");
    for (std::size_t i = 0; i < before.values.size(); ++i) {
        EXPECT_NEAR(after.values[i], before.values[i], 1e-6);
    }
}

TEST(WarmStart, refuses_a_model_that_does_not_fit) {
    RunStart start;
    start.model = initialModel(test::smallOptions().architecture, 77);
    EXPECT_THROW(runUntil(test::smallOptions(), start, {}), Error) << "no normalisation";
    start.model->normalization = Normalization{{0, 0, 1}, {1, 1, 1}, ""};
    EXPECT_THROW(runUntil(test::smallOptions(), start, {}), Error) << "another normalisation";
    start.model->normalization = test::smallStars().normalization;
    EXPECT_NO_THROW(runUntil(test::smallOptions(), start, {}));
    TrainingOptions options = test::smallOptions();
    options.architecture.layers = {5};
    EXPECT_THROW(runUntil(options, start, {}), Error) << "another architecture";
}

TEST(RunRules, loss_has_the_weight_of_kl_and_the_best_is_judged_at_full_weight) {
    TrainingOptions options = test::smallOptions();
    options.klWeight = 0.5;
    options.klWarmUpEpochs = 2;
    const RunResult result = runUntil(options, {}, {});
    for (const EpochRecord& record : result.last.history) {
        const double weight = 0.5 * std::min(1.0, (record.epoch - 1) / 2.0);
        EXPECT_DOUBLE_EQ(record.loss, record.rec + weight * record.kl);
        EXPECT_DOUBLE_EQ(record.validationLoss, record.validationRec + weight * record.validationKl);
    }
    double lowest = 1e300;
    int epoch = 0;
    for (const EpochRecord& record : result.last.history) {
        const double judged = record.validationRec + 0.5 * record.validationKl;
        if (judged < lowest) epoch = record.epoch;
        lowest = std::min(lowest, judged);
    }
    EXPECT_EQ(result.best->epoch, epoch);
}

TEST(RunRules, a_column_can_split_the_stars) {
    const TrainingData plain = test::smallStars();
    std::vector<double> values(60, 0.0);
    values[3] = 1;
    values[50] = -0.5;
    values[51] = std::nan("");
    std::vector<float> x(plain.coefficients.row(0).data(), plain.coefficients.row(0).data() + 180);
    std::vector<std::int64_t> ids(plain.catalog->sourceIds().begin(), plain.catalog->sourceIds().end());
    const auto catalog = std::make_shared<const Catalog>(
        "split", 3, ids, x, std::vector<float>(180, 1.0F),
        std::vector<Column>{Column("phot_g_mean_flux", "electron/s", std::vector<double>(60, 1.0)),
                            Column("is_test", "", values), Column("field", "", std::vector<std::string>(60, "a")),
                            Column("zero", "", std::vector<std::int32_t>(60, 0))});
    const TrainingData data = prepareTrainingData(catalog);
    const Split split = splitByColumn(*catalog, data.catalogRows, "IS_TEST");
    EXPECT_EQ(split.validation, (std::vector<std::uint32_t>{3, 50}));
    EXPECT_EQ(split.training.size(), 58u);
    // Star numbers count the chosen stars, not the catalogue's rows.
    EXPECT_EQ(splitByColumn(*catalog, std::vector<std::uint32_t>{2, 3, 50, 52}, "is_test").validation,
              (std::vector<std::uint32_t>{1, 2}));
    for (const char* name : {"absent", "field", "zero"}) {
        EXPECT_THROW(splitByColumn(*catalog, data.catalogRows, name), Error) << name;
    }
    try {
        splitByColumn(*catalog, data.catalogRows, "absent");
    } catch (const Error& error) {
        EXPECT_NE(std::string(error.what()).find("is_test"), std::string::npos) << error.what();
    }
    TrainingOptions options = test::smallOptions();
    options.splitColumn = "is_test";
    options.epochs = 1;
    const test::TemporaryFolder folder;
    RunOutput output;
    output.model = folder / "m.h5";
    runUntil(options, {}, output, -1, data);
    EXPECT_EQ(findCheckpoint(folder / "m.checkpoints").checkpoint.split.validation, split.validation);
}

TEST(RunRules, gives_a_snapshot_of_the_running_network_when_asked) {
    RunControl control;
    RunObserver observer;
    std::vector<int> snapshotEpochs;
    std::set<float> weights;
    observer.epochDone = [&](const EpochRecord&) { control.requestSnapshot(); };
    observer.snapshot = [&](const std::shared_ptr<const Model>& model) {
        snapshotEpochs.push_back(model->epoch);
        weights.insert(model->tensors[0].values[0]);
        EXPECT_NO_THROW(model->validate());
    };
    runTraining(test::smallStars(), test::smallOptions(), {}, {}, test::handEngines(), control, observer, {});
    EXPECT_EQ(snapshotEpochs, (std::vector<int>{1, 2, 3, 4, 5}));
    EXPECT_EQ(weights.size(), 5u);
}

TEST(RunRules, a_pause_changes_nothing_and_a_stop_ends_it) {
    const RunResult whole = runUntil(test::smallOptions(), {}, {});
    RunControl control;
    RunObserver observer;
    int pauses = 0;
    observer.epochDone = [&](const EpochRecord&) { control.pause(); };
    observer.progressed = [&](const RunProgress& progress) {
        pauses += progress.paused;
        if (progress.paused) control.proceed();
    };
    const RunResult paused =
        runTraining(test::smallStars(), test::smallOptions(), {}, {}, test::handEngines(), control, observer, {});
    EXPECT_EQ(pauses, 5);
    test::expectSameModel(paused.last, whole.last);

    control.proceed();
    observer.progressed = [&](const RunProgress& progress) {
        if (progress.paused) control.stop();
    };
    const RunResult stopped =
        runTraining(test::smallStars(), test::smallOptions(), {}, {}, test::handEngines(), control, observer, {});
    EXPECT_EQ(stopped.end, RunEnd::Stopped);
    EXPECT_EQ(stopped.last.epoch, 1);
}

TEST(RunRules, estimates_the_time_of_an_epoch) {
    const double seconds =
        estimateEpochSeconds(test::smallStars(), test::smallOptions(), test::handEngines(), 0.02, {});
    EXPECT_GT(seconds, 0);
    EXPECT_LT(seconds, 1);
    std::atomic<bool> cancel{true};
    EXPECT_THROW(
        estimateEpochSeconds(test::smallStars(), test::smallOptions(), test::handEngines(), 1, JobContext({}, &cancel)),
        Cancelled);
}

} // namespace
} // namespace zscape
