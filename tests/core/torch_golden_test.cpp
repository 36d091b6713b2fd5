// The LibTorch backend and training engine against the paper's checkpoint and a training recorded with PyTorch in
// float64.
#include "core/catalog/released_layout.h"
#include "core/io/hdf5.h"
#include "core/model/spectral_model.h"
#include "core/train/replay.h"
#include "tests/support/shared_data.h"
#include "tests/support/torch_test_base.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace zscape {
namespace {

class TorchGoldenTest : public test::TorchTest {};

void expectNear(const std::vector<float>& values, const std::vector<double>& expected, const char* what) {
    ASSERT_EQ(values.size(), expected.size()) << what;
    double largest = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        largest = std::max(largest, std::abs(static_cast<double>(values[i]) - expected[i]));
    }
    EXPECT_LT(largest, 2e-5) << what; // PyTorch's own float32 is at 6e-6
}

TEST_F(TorchGoldenTest, runs_the_papers_checkpoint_as_PyTorch) {
    const auto path = test::sharedData("published/golden_epoch_1000.h5");
    const auto weights = test::sharedData("published/epoch_1000/weight.pt");
    if (!path || !weights) GTEST_SKIP() << "no shared data";
    const hdf5::Handle file = hdf5::openFile(*path);
    const std::vector<float> x = hdf5::readFloats(file.id(), "x"), z = hdf5::readFloats(file.id(), "z");

    const auto torch = makeTorchModel(loadModel(*weights));
    const Latents latents = torch->encode({{x, 110}, {}});
    expectNear(latents.mu, hdf5::readDoubles(file.id(), "mu"), "mu");
    expectNear(latents.logVar, hdf5::readDoubles(file.id(), "log_var"), "log_var");
    const Generated generated = torch->decode({z, 6});
    expectNear(generated.coefficients, hdf5::readDoubles(file.id(), "decoded_z"), "decoded_z");
    expectNear(generated.scatter, hdf5::readDoubles(file.id(), "scatter_z"), "scatter_z");
}

/// Tolerances of the recording; PyTorch's own float32 reaches 4e-6, 1e-6, 3e-6.
TEST_F(TorchGoldenTest, trains_as_PyTorch_over_twenty_steps) {
    const auto path = test::sharedData("published/golden_train_released.h5");
    const auto stars = test::sharedData("gaia/field_2000.h5");
    if (!path || !stars) GTEST_SKIP() << "no shared data";
    const Replay replay = readReplay(*path);
    EXPECT_EQ(replay.steps, 20u);
    EXPECT_EQ(replay.options.batchSize, 256);
    const TrainingData data =
        prepareTrainingData(std::make_shared<const Catalog>(readReleasedCatalog(*stars)), replay.normalization);
    const ReplayDifference difference = compareReplay(replay, data, &makeTorchEngine);
    EXPECT_LT(difference.gradient, 1e-5);
    EXPECT_LT(difference.loss, 1e-5);
    EXPECT_LT(difference.state, 1e-5);
    EXPECT_GT(difference.state, 0.0) << "a float32 engine cannot equal the float64 recording: nothing was compared";
    // Biases in front of a batch norm wander by up to a learning rate (1e-3) a step; PyTorch's float32 is at 5e-3.
    EXPECT_LT(difference.runningMean, 1e-2);
}

/// No engine needed: the recording's mu and sig are numpy's over the same stars (mean, std with ddof 0, float64).
TEST(PrepareTrainingData, standardises_real_stars_as_numpy) {
    const auto path = test::sharedData("published/golden_train_released.h5");
    const auto stars = test::sharedData("gaia/field_2000.h5");
    if (!path || !stars) GTEST_SKIP() << "no shared data";
    const Replay replay = readReplay(*path);
    const TrainingData data = prepareTrainingData(std::make_shared<const Catalog>(readReleasedCatalog(*stars)));
    ASSERT_EQ(data.rows, 2000u);
    for (std::size_t j = 0; j < 110; ++j) {
        // The catalogue holds float32 coefficients: 6e-8 relative.
        EXPECT_NEAR(data.normalization.mu[j], replay.normalization.mu[j], 1e-7 * replay.normalization.sig[j]) << j;
        EXPECT_NEAR(data.normalization.sig[j] / replay.normalization.sig[j], 1.0, 1e-7) << j;
    }
}

TEST(Replay, says_what_is_no_recording) {
    const auto stars = test::sharedData("gaia/field_2000.h5");
    if (!stars) GTEST_SKIP() << "no shared data";
    EXPECT_THROW(readReplay(*stars), Error);
    EXPECT_THROW(readReplay("/nowhere.h5"), Error);
}

} // namespace
} // namespace zscape
