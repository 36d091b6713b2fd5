// When a run must end by itself, and whom it names.
#include "core/train/divergence.h"
#include "tests/support/small_run.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include <limits>

namespace zscape {
namespace {

const double nan = std::numeric_limits<double>::quiet_NaN();

std::string messageOf(const TrainingData& data, const test::HandEngine::Hook& hook, const RunOutput& output = {}) {
    RunControl control;
    try {
        runTraining(data, test::smallOptions(), {}, output, test::handEngines(hook), control, {}, {});
    } catch (const TrainingDiverged& diverged) {
        return diverged.what();
    }
    return "";
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

TEST(Divergence, names_the_absurd_stars_of_the_batch) {
    // Star 7 of the catalogue is absurd in its second coefficient; each batch that holds it gives NaN.
    std::vector<float> x(180, 0.5F);
    x[7 * 3 + 1] = -4e7F;
    const TrainingData data = test::plainTrainingData(3, x, std::vector<float>(180, 1.0F));
    const Split split = splitRows(60, 0.1, 2);
    ASSERT_TRUE(std::find(split.training.begin(), split.training.end(), 7u) != split.training.end());
    int batch = -1;
    int epoch = 0;
    for (; batch < 0; ++epoch) {
        const std::vector<std::uint32_t> order = epochOrder(split.training, 4, 5, epoch);
        const auto found = std::find(order.begin(), order.end(), 7u);
        if (found != order.end()) batch = epoch * 13 + static_cast<int>(found - order.begin()) / 4;
    }
    const std::string text = messageOf(data, [&](std::int64_t step, double rec) { return step == batch ? nan : rec; });
    EXPECT_TRUE(contains(text, "source_id 8 (row 7, coefficient 2 at 4e+07 standard deviations)")) << text;
    EXPECT_TRUE(contains(text, "at step " + std::to_string(batch % 13 + 1) + " of 13")) << text;
    EXPECT_EQ(text.find("source_id"), text.rfind("source_id")) << "ordinary stars are named, too: " << text;
}

TEST(Divergence, says_so_when_no_star_is_extreme) {
    const std::string text =
        messageOf(test::smallStars(), [](std::int64_t step, double) { return step == 20 ? nan : 1.0; });
    EXPECT_TRUE(contains(text, "epoch 2 at step 8 of 13")) << text;
    EXPECT_TRUE(contains(text, "none of the stars just seen is extreme")) << text;
    EXPECT_TRUE(contains(text, "learning rate")) << text;
}

TEST(Divergence, stops_an_explosion) {
    // Ten times worse from step to step, beginning in the second epoch.
    const std::string text = messageOf(test::smallStars(), [](std::int64_t step, double rec) {
        return step < 15 ? rec : std::pow(10.0, static_cast<double>(step - 14));
    });
    EXPECT_TRUE(contains(text, "exploded")) << text;
    EXPECT_TRUE(contains(text, "epoch 2")) << text;
}

TEST(Divergence, leaves_healthy_runs_alone) {
    const auto healthy = [](const test::HandEngine::Hook& hook) { EXPECT_EQ(messageOf(test::smallStars(), hook), ""); };
    healthy([](std::int64_t step, double) { return step < 13 ? 1e9 : -94.0; }); // the first epoch is far worse
    healthy(
        [](std::int64_t step, double) { return step % 13 == 3 ? 1e6 : -94.0; }); // a star of absurd cost, each epoch
    healthy([](std::int64_t step, double) { return step % 26 == 25 ? 4e4 : -94.0; }); // a restart's bad batch
    healthy([](std::int64_t step, double) { return step < 40 ? -94.0 : 200.0; });     // a jump after a restart
    healthy([](std::int64_t step, double) { return step < 13 ? 1e-12 : 50.0; });      // a first epoch near zero
}

TEST(Divergence, keeps_the_last_good_model_and_checkpoint_on_disk) {
    const test::TemporaryFolder folder;
    RunOutput output;
    output.model = folder / "m.h5";
    const std::string text = messageOf(
        test::smallStars(), [](std::int64_t step, double rec) { return step == 30 ? nan : rec; }, output);
    EXPECT_TRUE(contains(text, "the model after epoch 2 is kept")) << text;
    EXPECT_EQ(loadModel(folder / "m.h5").epoch, 2);
    EXPECT_NO_THROW(findCheckpoint(folder / "m.checkpoints"));
}

TEST(Divergence, finds_broken_weights_behind_a_sound_loss) {
    // The last update of epoch 2 breaks the weights; its own loss was sound.
    class Broken : public test::HandEngine {
    public:
        using HandEngine::HandEngine;
        EngineState state() const override {
            EngineState state = HandEngine::state();
            if (state.steps >= 26) state.tensors[0].values[0] = std::numeric_limits<float>::infinity();
            return state;
        }
    };
    RunControl control;
    const EngineFactory factory = [](const TrainingData&, const TrainingOptions& options, const Model& start) {
        return std::make_unique<Broken>(options, start);
    };
    try {
        runTraining(test::smallStars(), test::smallOptions(), {}, {}, factory, control, {}, {});
        FAIL() << "no error";
    } catch (const TrainingDiverged& diverged) {
        EXPECT_TRUE(contains(diverged.what(), "weights")) << diverged.what();
        EXPECT_EQ(diverged.lastGood().epoch, 1);
    }
}

} // namespace
} // namespace zscape
