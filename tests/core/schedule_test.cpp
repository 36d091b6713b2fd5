// Schedules against PyTorch 1.13: numbers printed by torch.optim.lr_scheduler, stepped once an epoch.
#include "core/base/error.h"
#include "core/train/schedule.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace zscape {
namespace {

constexpr double rounding = 1e-15; // PyTorch steps recursively, which rounds differently

std::vector<double> rates(const TrainingOptions& options, int epochs) {
    std::vector<double> all;
    for (int epoch = 0; epoch < epochs; ++epoch) {
        all.push_back(epochLearningRate(options, epoch, {}));
    }
    return all;
}

void expectNear(const std::vector<double>& found, const std::vector<double>& expected) {
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        EXPECT_NEAR(found[i], expected[i], rounding) << "epoch " << i;
    }
}

TEST(Schedule, cosine_with_restarts_equals_PyTorch) {
    // CosineAnnealingWarmRestarts(AdamW(lr=1e-4), T_0=3, T_mult=1, eta_min=1e-10)
    TrainingOptions options;
    options.restartPeriod = 3;
    expectNear(rates(options, 8), {0.0001, 7.5000025e-05, 2.5000075000000013e-05, 0.0001, 7.5000025e-05,
                                   2.5000075000000013e-05, 0.0001, 7.5000025e-05});
}

TEST(Schedule, plain_cosine_equals_PyTorch) {
    // CosineAnnealingLR(AdamW(lr=1e-3), T_max=7, eta_min=1e-5)
    TrainingOptions options;
    options.schedule = Schedule::Cosine;
    options.learningRate = 1e-3;
    options.minimumLearningRate = 1e-5;
    options.epochs = 7;
    expectNear(rates(options, 7), {0.001, 0.0009509795896116975, 0.0008136274519200731, 0.0006151478623083757,
                                   0.00039485213769162444, 0.00019637254807992693, 5.902041038830257e-05});
    // CosineAnnealingLR(AdamW(lr=1e-4), T_max=5000, eta_min=1e-10)
    options = TrainingOptions();
    options.schedule = Schedule::Cosine;
    EXPECT_NEAR(epochLearningRate(options, 1, {}), 9.99999901304058e-05, rounding);
    EXPECT_NEAR(epochLearningRate(options, 1250, {}), 8.535535370398834e-05, rounding);
    EXPECT_NEAR(epochLearningRate(options, 4999, {}), 1.0986959420884554e-10, rounding);
}

TEST(Schedule, constant_stays) {
    TrainingOptions options;
    options.schedule = Schedule::Constant;
    expectNear(rates(options, 3), {1e-4, 1e-4, 1e-4});
}

/// The rate of the epoch after each of these losses.
std::vector<double> plateauRates(const TrainingOptions& options, const std::vector<double>& losses) {
    ScheduleState state;
    std::vector<double> all;
    EXPECT_EQ(epochLearningRate(options, 0, state), options.learningRate);
    for (std::size_t epoch = 0; epoch < losses.size(); ++epoch) {
        endEpoch(options, losses[epoch], state);
        all.push_back(epochLearningRate(options, static_cast<int>(epoch) + 1, state));
    }
    return all;
}

TEST(Schedule, reduce_on_plateau_equals_PyTorch) {
    // ReduceLROnPlateau(AdamW(lr=1e-3), factor=0.1, patience=2, min_lr=1e-6)
    TrainingOptions options;
    options.schedule = Schedule::ReduceOnPlateau;
    options.learningRate = 1e-3;
    options.minimumLearningRate = 1e-6;
    options.plateauPatience = 2;
    expectNear(plateauRates(options, {10.0, 9.0, 9.0, 9.5, 8.9999, 8.9, 8.9, 8.9, 8.9, 8.9, 8.9, 8.9, 8.9, 8.9}),
               {0.001, 0.001, 0.001, 0.001, 0.0001, 0.0001, 0.0001, 0.0001, 1e-05, 1e-05, 1e-05, 1e-06, 1e-06, 1e-06});
}

TEST(Schedule, reduce_on_plateau_equals_PyTorch_for_negative_losses_and_nan) {
    // ReduceLROnPlateau(AdamW(lr=1e-2), factor=0.5, patience=1, min_lr=3e-3)
    TrainingOptions options;
    options.schedule = Schedule::ReduceOnPlateau;
    options.learningRate = 1e-2;
    options.minimumLearningRate = 3e-3;
    options.plateauFactor = 0.5;
    options.plateauPatience = 1;
    const double nan = std::numeric_limits<double>::quiet_NaN();
    expectNear(plateauRates(options, {5.0, -1.0, -10.0, -9.9995, -9.9992, -9.999, -9.99, -9.98, -12.0, -11.9, -11.8,
                                      nan, -11.9}),
               {0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.005, 0.005, 0.005, 0.003, 0.003, 0.003});
}

TEST(Schedule, reduce_on_plateau_leaves_tiny_cuts_out_as_PyTorch) {
    // ReduceLROnPlateau(AdamW(lr=1e-6), factor=0.1, patience=0, min_lr=1e-10); eps=1e-8 keeps 1e-8
    TrainingOptions options;
    options.schedule = Schedule::ReduceOnPlateau;
    options.learningRate = 1e-6;
    options.plateauPatience = 0;
    expectNear(plateauRates(options, {1, 1, 1, 1, 1, 1}), {1e-06, 1e-07, 1e-08, 1e-08, 1e-08, 1e-08});
}

TEST(Schedule, weight_of_kl_grows_linearly) {
    TrainingOptions options;
    options.klWeight = 0.5;
    EXPECT_EQ(epochKlWeight(options, 0), 0.5);
    options.klWarmUpEpochs = 4;
    EXPECT_EQ(epochKlWeight(options, 0), 0.0);
    EXPECT_EQ(epochKlWeight(options, 1), 0.125);
    EXPECT_EQ(epochKlWeight(options, 4), 0.5);
    EXPECT_EQ(epochKlWeight(options, 400), 0.5);
}

TEST(Schedule, names_read_back) {
    for (const Schedule schedule :
         {Schedule::CosineRestarts, Schedule::Cosine, Schedule::Constant, Schedule::ReduceOnPlateau}) {
        EXPECT_EQ(scheduleFromName(scheduleName(schedule)), schedule);
    }
    EXPECT_THROW(scheduleFromName("weekly"), Error);
}

} // namespace
} // namespace zscape
