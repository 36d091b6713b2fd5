// A short training on real stars comes as far as PyTorch does in as many epochs.
#include "core/catalog/released_layout.h"
#include "core/train/training_run.h"
#include "tests/support/shared_data.h"

#include <gtest/gtest.h>

#include <map>

namespace zscape {
namespace {

constexpr int epochs = 60;
/// PyTorch 1.13, float32, seeds 2 to 6: -17.3, -11.5, -17.0, -16.0, -15.1. Mean and standard deviation.
constexpr double pytorchLoss = -15.4, pytorchScatter = 2.3;

/// Training rec + kl over the last ten of 60 epochs: 1,800 stars of the field, batch 256, rate 1e-3, cosine over 500
/// epochs.
double trainedLoss(const TrainingData& data, const std::string& engine, std::int64_t seed) {
    TrainingOptions options;
    options.engine = engine;
    options.epochs = epochs;
    options.batchSize = 256;
    options.learningRate = 1e-3;
    options.restartPeriod = 500;
    options.seed = seed;
    options.threads = 2;
    RunControl control;
    const RunResult result = runTraining(data, options, {}, {}, &makeTrainingEngine, control, {}, {});
    EXPECT_EQ(result.last.history.size(), static_cast<std::size_t>(epochs));
    // Ten, as single ones jump by 1.
    double sum = 0;
    for (std::size_t i = epochs - 10; i < epochs; ++i) {
        sum += result.last.history[i].loss / 10;
    }
    return sum;
}

class TrainingQuality : public ::testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(, TrainingQuality, ::testing::Values("fused", "libtorch"),
                         [](const auto& engine) { return std::string(engine.param); });

TEST_P(TrainingQuality, ReachesTheLossOfPyTorchOnRealStars) {
    const auto stars = test::sharedData("gaia/field_2000.h5");
    if (!stars) GTEST_SKIP() << "no shared data";
#ifndef ZSCAPE_HAS_TORCH
    if (std::string(GetParam()) == "libtorch") GTEST_SKIP() << "built without LibTorch";
#endif
    const TrainingData data = prepareTrainingData(std::make_shared<const Catalog>(readReleasedCatalog(*stars)));
    const double loss = (trainedLoss(data, GetParam(), 1) + trainedLoss(data, GetParam(), 2)) / 2;
    RecordProperty("loss", std::to_string(loss));
    EXPECT_NEAR(loss, pytorchLoss, pytorchScatter);
}

} // namespace
} // namespace zscape
