#include "core/train/training_run.h"
#include "tests/support/training_data.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>

namespace zscape {
namespace {

std::vector<std::uint32_t> sorted(std::vector<std::uint32_t> rows) {
    std::sort(rows.begin(), rows.end());
    return rows;
}

std::vector<std::uint32_t> counted(std::size_t rows) {
    std::vector<std::uint32_t> all(rows);
    std::iota(all.begin(), all.end(), 0u);
    return all;
}

// ---- split and shuffle

TEST(SplitRows, gives_every_row_to_one_side_and_a_tenth_to_validation) {
    const Split split = splitRows(2000, 0.1, 0);
    EXPECT_EQ(split.training.size(), 1800u);
    EXPECT_EQ(split.validation.size(), 200u);
    std::vector<std::uint32_t> all = split.training;
    all.insert(all.end(), split.validation.begin(), split.validation.end());
    EXPECT_EQ(sorted(all), counted(2000));
    EXPECT_TRUE(std::is_sorted(split.training.begin(), split.training.end()));
    EXPECT_TRUE(std::is_sorted(split.validation.begin(), split.validation.end()));
}

TEST(SplitRows, depends_on_the_split_seed_alone) {
    EXPECT_EQ(splitRows(5000, 0.1, 3).validation, splitRows(5000, 0.1, 3).validation);
    EXPECT_NE(splitRows(5000, 0.1, 3).validation, splitRows(5000, 0.1, 4).validation);
}

TEST(SplitRows, is_the_same_on_every_machine) {
    // From an independent Philox 4x32-10 and Fisher-Yates in Python; a change here changes every seeded run.
    EXPECT_EQ(splitRows(20, 0.25, 7).validation, (std::vector<std::uint32_t>{0, 6, 7, 9, 15}));
}

TEST(SplitRows, takes_validation_rows_evenly) {
    // 10,000 of 100,000 rows; in each tenth of the table 1000 +- 5 sigma (sigma = 30).
    std::vector<int> tenths(10, 0);
    for (const std::uint32_t row : splitRows(100000, 0.1, 11).validation) {
        ++tenths[row / 10000];
    }
    for (const int count : tenths) {
        EXPECT_NEAR(count, 1000, 150);
    }
}

TEST(SplitRows, refuses_a_fraction_that_leaves_nothing_to_train_on) {
    EXPECT_THROW(splitRows(100, 1.0, 0), Error);
    EXPECT_THROW(splitRows(100, -0.1, 0), Error);
    EXPECT_THROW(splitRows(100, std::numeric_limits<double>::quiet_NaN(), 0), Error);
    EXPECT_THROW(splitRows(2, 0.9, 0), Error);
    EXPECT_TRUE(splitRows(2, 0.0, 0).validation.empty());
}

TEST(EpochOrder, uses_stars_once_and_as_many_of_each_range_in_a_batch) {
    const std::vector<std::uint32_t> training = counted(1003);
    const std::vector<std::uint32_t> order = epochOrder(training, 48, 5, 3); // 16 parts of 62 or 63, 3 a batch
    ASSERT_EQ(batchParts(48), 16u);
    ASSERT_EQ(order.size(), 20u * 48u);
    EXPECT_EQ(std::set<std::uint32_t>(order.begin(), order.end()).size(), order.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
        const auto [first, last] = partRange(1003, 16, i % 48 / 3);
        EXPECT_TRUE(order[i] >= first && order[i] < last) << i;
    }
    EXPECT_EQ(order, epochOrder(training, 48, 5, 3));
    EXPECT_NE(order, epochOrder(training, 48, 5, 4));
    EXPECT_NE(order, epochOrder(training, 48, 6, 3));
}

TEST(EpochOrder, leaves_no_star_out_for_good) {
    std::set<std::uint32_t> seen;
    for (int epoch = 0; epoch < 50; ++epoch) {
        for (const std::uint32_t row : epochOrder(counted(1003), 48, 1, epoch)) {
            seen.insert(row);
        }
    }
    EXPECT_EQ(seen.size(), 1003u);
}

TEST(BatchParts, is_the_largest_power_of_two_up_to_16) {
    EXPECT_EQ(batchParts(1024), 16u);
    EXPECT_EQ(batchParts(250), 2u);
    EXPECT_EQ(batchParts(27), 1u);
}

TEST(ShuffleRows, permutes_differently_each_epoch_and_alike_for_a_seed) {
    std::vector<std::uint32_t> first = counted(1000), again = counted(1000), next = counted(1000);
    shuffleRows(first, 5, 0);
    shuffleRows(again, 5, 0);
    shuffleRows(next, 5, 1);
    EXPECT_EQ(first, again);
    EXPECT_NE(first, next);
    EXPECT_NE(first, counted(1000));
    EXPECT_EQ(sorted(first), counted(1000));
}

TEST(ShuffleRows, is_the_same_on_every_machine) {
    std::vector<std::uint32_t> rows = counted(10);
    shuffleRows(rows, 1, 2);
    EXPECT_EQ(rows, (std::vector<std::uint32_t>{1, 0, 2, 3, 8, 7, 6, 5, 9, 4}));
}

TEST(ShuffleRows, puts_each_row_anywhere) {
    // Row 0 of 4 over 4000 epochs lands on each place 1000 +- 5 sigma (sigma = 27) times.
    std::vector<int> places(4, 0);
    for (int epoch = 0; epoch < 4000; ++epoch) {
        std::vector<std::uint32_t> rows = counted(4);
        shuffleRows(rows, 9, epoch);
        ++places[static_cast<std::size_t>(std::find(rows.begin(), rows.end(), 0u) - rows.begin())];
    }
    for (const int count : places) {
        EXPECT_NEAR(count, 1000, 137);
    }
}

// ---- schedule

TEST(CosineRestartRate, equals_PyTorch) {
    // torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(T_0=500, T_mult=1, eta_min=1e-10), AdamW(lr=1e-4),
    // PyTorch 1.13.
    const TrainingOptions options;
    const std::vector<std::pair<int, double>> expected{{0, 0.0001},
                                                       {1, 9.999901304379382e-05},
                                                       {100, 9.045085926789766e-05},
                                                       {250, 5.0000050000000006e-05},
                                                       {499, 1.0869562061870405e-09},
                                                       {500, 0.0001},
                                                       {501, 9.999901304379382e-05},
                                                       {999, 1.0869562061870405e-09},
                                                       {1000, 0.0001}};
    for (const auto& [epoch, rate] : expected) {
        EXPECT_NEAR(cosineRestartRate(options, epoch), rate, 1e-19) << "epoch " << epoch;
    }
}

// ---- noise

TEST(TrainingNoise, is_standard_normal) {
    std::vector<float> noise(200000);
    trainingNoise(1, NoiseUse::Training, 0, 0, noise);
    double sum = 0, squares = 0, fourth = 0;
    for (const float value : noise) {
        const double v = static_cast<double>(value);
        sum += v;
        squares += v * v;
        fourth += v * v * v * v;
    }
    const double count = static_cast<double>(noise.size());
    EXPECT_NEAR(sum / count, 0.0, 5 / std::sqrt(count));
    EXPECT_NEAR(squares / count, 1.0, 5 * std::sqrt(2 / count));
    EXPECT_NEAR(fourth / count, 3.0, 5 * std::sqrt(96 / count));
}

TEST(TrainingNoise, does_not_depend_on_how_it_is_asked_for) {
    std::vector<float> whole(1003);
    trainingNoise(4, NoiseUse::Training, 7, 0, whole);
    std::vector<float> part(101);
    trainingNoise(4, NoiseUse::Training, 7, 333, part);
    EXPECT_TRUE(std::equal(part.begin(), part.end(), whole.begin() + 333));
}

TEST(TrainingNoise, differs_by_seed_use_and_epoch) {
    std::set<float> firsts;
    for (const std::int64_t seed : {0, 1}) {
        for (const NoiseUse use : {NoiseUse::Training, NoiseUse::Validation}) {
            for (const int epoch : {0, 1}) {
                float value = 0;
                trainingNoise(seed, use, epoch, 0, {&value, 1});
                firsts.insert(value);
            }
        }
    }
    EXPECT_EQ(firsts.size(), 8u);
}

// ---- standardised data

/// Four stars of two coefficients; the third has no flux. c/G of the usable ones: (1, 10), (3, 10.5), (5, 14).
Catalog smallCatalog() {
    return Catalog("small", 2, {11, 12, 13, 14}, {2, 20, 3, 10.5F, 1, 1, 20, 56}, {1, 2, 1, 2, 1, 1, 4, 8},
                   {Column("phot_g_mean_flux", "electron/s",
                           std::vector<double>{2, 1, std::numeric_limits<double>::quiet_NaN(), 4})});
}

TEST(PrepareTrainingData, standardises_the_usable_stars) {
    const TrainingData data = prepareTrainingData(std::make_shared<const Catalog>(smallCatalog()));
    ASSERT_EQ(data.rows, 3u);
    ASSERT_EQ(data.inputSize, 2u);
    EXPECT_EQ(data.catalogRows, (std::vector<std::uint32_t>{0, 1, 3}));
    // Mean 3 and 11.5; population standard deviation sqrt(8/3) and sqrt((2.25 + 1 + 6.25) / 3).
    const double sig0 = std::sqrt(8.0 / 3.0), sig1 = std::sqrt(9.5 / 3.0);
    EXPECT_DOUBLE_EQ(data.normalization.mu[0], 3.0);
    EXPECT_DOUBLE_EQ(data.normalization.mu[1], 11.5);
    EXPECT_DOUBLE_EQ(data.normalization.sig[0], sig0);
    EXPECT_DOUBLE_EQ(data.normalization.sig[1], sig1);
    const std::vector<double> x{-2 / sig0, -1.5 / sig1, 0, -1 / sig1, 2 / sig0, 2.5 / sig1};
    const std::vector<double> err{0.5 / sig0, 1 / sig1, 1 / sig0, 2 / sig1, 1 / sig0, 2 / sig1};
    std::vector<float> standardX(6), standardErr(6);
    standardiseRows(data, counted(3), standardX, standardErr);
    for (std::size_t i = 0; i < 6; ++i) {
        EXPECT_FLOAT_EQ(standardX[i], static_cast<float>(x[i])) << i;
        EXPECT_FLOAT_EQ(standardErr[i], static_cast<float>(err[i])) << i;
    }
    EXPECT_EQ(data.provenance.catalogName, "small");
    EXPECT_EQ(data.provenance.catalogHash, smallCatalog().contentHash());
}

TEST(PrepareTrainingData, keeps_the_variance_of_values_far_from_zero) {
    // 10,001 stars (several chunks) at 1000 + k/1000: mean 1005, standard deviation sqrt((n^2 - 1) / 12) / 1000.
    const std::size_t stars = 10001;
    std::vector<std::int64_t> ids(stars);
    std::iota(ids.begin(), ids.end(), 1);
    std::vector<float> coefficients(stars, 1.0F), errors(stars, 1.0F);
    std::vector<double> flux(stars);
    for (std::size_t i = 0; i < stars; ++i) {
        flux[i] = 1.0 / (1000.0 + static_cast<double>(i) / 1000.0);
    }
    const Catalog catalog("far", 1, ids, coefficients, errors, {Column("phot_g_mean_flux", "electron/s", flux)});
    const Normalization normalization = prepareTrainingData(std::make_shared<const Catalog>(catalog)).normalization;
    const double n = static_cast<double>(stars);
    EXPECT_NEAR(normalization.mu[0], 1005.0, 1e-9);
    EXPECT_NEAR(normalization.sig[0], std::sqrt((n * n - 1) / 12) / 1000, 1e-11);
}

TEST(PrepareTrainingData, says_what_cannot_be_standardised) {
    const auto flux = [](std::vector<double> values) {
        return std::vector<Column>{Column("phot_g_mean_flux", "electron/s", std::move(values))};
    };
    const auto prepare = [](Catalog catalog) {
        return prepareTrainingData(std::make_shared<const Catalog>(std::move(catalog)));
    };
    EXPECT_THROW(prepare(Catalog("one", 1, {1, 2}, {1, 2}, {1, 1}, flux({1, 0}))), Error);
    EXPECT_THROW(prepare(Catalog("constant", 1, {1, 2}, {1, 2}, {1, 1}, flux({1, 2}))), Error);
}

TEST(PrepareTrainingData, can_be_cancelled) {
    const std::atomic<bool> cancel{true};
    EXPECT_THROW(prepareTrainingData(std::make_shared<const Catalog>(smallCatalog()), JobContext(nullptr, &cancel)),
                 Cancelled);
}

// ---- the run, on an engine that records what it is asked

struct Asked {
    std::vector<std::vector<std::uint32_t>> batches;
    std::vector<double> rates;
    std::vector<float> noise;
    std::size_t evaluated = 0;
};

/// Its "loss" counts steps; with `breakAt` step number breakAt gives NaN, as a diverging network does.
class RecordingEngine : public TrainingEngine {
public:
    RecordingEngine(const Model& start, Asked& asked, int breakAt)
        : m_tensors(start.tensors),
          m_asked(asked),
          m_breakAt(breakAt) {}
    std::string name() const override { return "recording"; }
    std::size_t latentSize() const override { return 2; }
    BatchLosses step(std::span<const std::uint32_t> rows, std::span<const float> noise,
                     const StepOptions& how) override {
        m_asked.batches.emplace_back(rows.begin(), rows.end());
        m_asked.rates.push_back(how.learningRate);
        m_asked.noise.insert(m_asked.noise.end(), noise.begin(), noise.end());
        const int step = static_cast<int>(m_asked.batches.size());
        m_tensors[0].values[0] = static_cast<float>(step);
        if (step == m_breakAt) return {std::numeric_limits<double>::quiet_NaN(), 0};
        return {static_cast<double>(step), 0.5};
    }
    BatchLosses evaluate(std::span<const std::uint32_t> rows, std::span<const float> noise) override {
        EXPECT_EQ(noise.size(), rows.size() * 2);
        m_asked.evaluated += rows.size();
        return {static_cast<double>(rows.size()), 1.0};
    }
    std::vector<Tensor> gradients(std::span<const std::uint32_t>, std::span<const float>) override { return {}; }
    EngineState state() const override { return {m_tensors, {}, {}, 0}; }
    void setState(const EngineState& state) override { m_tensors = state.tensors; }

private:
    std::vector<Tensor> m_tensors;
    Asked& m_asked;
    int m_breakAt;
};

TrainingOptions smallRun() {
    TrainingOptions options;
    options.architecture.inputSize = 3;
    options.architecture.latentSize = 2;
    options.architecture.layers = {4};
    options.epochs = 3;
    options.batchSize = 4;
    options.restartPeriod = 2;
    options.seed = 5;
    return options;
}

TrainingData smallData() {
    std::vector<float> x(63);
    std::iota(x.begin(), x.end(), 0.0F);
    return test::plainTrainingData(3, x, std::vector<float>(63, 1.0F)); // 2 validate, 19 train: 4 batches of 4
}

Model runRecorded(Asked& asked, const TrainingOptions& options, const RunObserver& observer = {},
                  const JobContext& job = {}, int breakAt = 0) {
    const EngineFactory factory = [&](const TrainingData&, const TrainingOptions&, const Model& start) {
        return std::make_unique<RecordingEngine>(start, asked, breakAt);
    };
    RunControl control;
    return runTraining(smallData(), options, {}, {}, factory, control, observer, job).last;
}

TEST(RunTraining, drops_the_last_partial_batch_and_shuffles_each_epoch) {
    Asked asked;
    const TrainingOptions options = smallRun();
    const Model model = runRecorded(asked, options);
    ASSERT_EQ(asked.batches.size(), 12u);
    const std::vector<std::uint32_t> order = epochOrder(splitRows(21, 0.1, 0).training, 4, 5, 1);
    ASSERT_EQ(order.size(), 16u);
    EXPECT_EQ(asked.batches[4], std::vector<std::uint32_t>(order.begin(), order.begin() + 4));
    EXPECT_EQ(asked.batches[7], std::vector<std::uint32_t>(order.begin() + 12, order.begin() + 16));
    EXPECT_EQ(asked.evaluated, 6u);
    EXPECT_EQ(asked.rates[0], options.learningRate);
    EXPECT_EQ(asked.rates[4], cosineRestartRate(options, 1));
    EXPECT_EQ(asked.rates[8], options.learningRate);
    std::vector<float> noise(32);
    trainingNoise(5, NoiseUse::Training, 1, 0, noise);
    EXPECT_TRUE(std::equal(noise.begin(), noise.end(), asked.noise.begin() + 32));
}

TEST(RunTraining, returns_a_model_with_its_history) {
    Asked asked;
    const Model model = runRecorded(asked, smallRun());
    EXPECT_EQ(model.epoch, 3);
    ASSERT_EQ(model.history.size(), 3u);
    EXPECT_EQ(model.history[0].epoch, 1);
    EXPECT_DOUBLE_EQ(model.history[1].rec, 6.5); // mean of steps 5..8
    EXPECT_DOUBLE_EQ(model.history[1].kl, 0.5);
    EXPECT_DOUBLE_EQ(model.history[1].loss, 7.0);
    EXPECT_DOUBLE_EQ(model.history[1].validationRec, 2.0);
    EXPECT_EQ(model.tensors[0].values[0], 12.0F);
    EXPECT_EQ(model.provenance.seed, 5);
    EXPECT_EQ(model.normalization->origin, "test");
    EXPECT_EQ(model.provenance.date.size(), std::string("2025-01-01T00:00:00Z").size());
    EXPECT_NO_THROW(model.validate());
}

TEST(RunTraining, keeps_the_model_so_far_when_cancelled) {
    Asked asked;
    std::atomic<bool> cancel{false};
    RunObserver observer;
    observer.epochDone = [&](const EpochRecord& record) { cancel = record.epoch == 1; };
    const Model model = runRecorded(asked, smallRun(), observer, JobContext(nullptr, &cancel));
    EXPECT_EQ(model.epoch, 1);
    EXPECT_EQ(asked.batches.size(), 4u);
    EXPECT_EQ(model.tensors[0].values[0], 4.0F);
}

TEST(RunTraining, says_where_it_diverged_and_gives_the_last_good_model) {
    Asked asked;
    try {
        runRecorded(asked, smallRun(), {}, {}, 7);
        FAIL() << "no error";
    } catch (const TrainingDiverged& diverged) {
        EXPECT_NE(std::string(diverged.what()).find("epoch 2 at step 3 of 4"), std::string::npos) << diverged.what();
        EXPECT_EQ(diverged.lastGood().epoch, 1);
        EXPECT_EQ(diverged.lastGood().tensors[0].values[0], 4.0F);
    }
}

TEST(RunTraining, refuses_what_cannot_run) {
    Asked asked;
    const auto refused = [&](auto change) {
        TrainingOptions options = smallRun();
        change(options);
        EXPECT_THROW(runRecorded(asked, options), Error);
    };
    refused([](TrainingOptions& o) { o.batchSize = 20; });
    refused([](TrainingOptions& o) { o.batchSize = 1; });
    refused([](TrainingOptions& o) { o.epochs = 0; });
    refused([](TrainingOptions& o) { o.restartPeriod = 0; });
    refused([](TrainingOptions& o) { o.learningRate = 0; });
    refused([](TrainingOptions& o) { o.architecture.inputSize = 4; });
    EXPECT_TRUE(asked.batches.empty());
}

} // namespace
} // namespace zscape
