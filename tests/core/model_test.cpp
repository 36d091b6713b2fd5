#include "core/base/error.h"
#include "core/model/model.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace zscape {
namespace {

TEST(Architecture, ReleasedModelHasTheTensorsOfThePublishedCheckpoint) {
    const std::vector<TensorSpec> specs = tensorSpecs(Architecture{});
    ASSERT_EQ(specs.size(), 103u); // len(torch.load("epoch_1000/weight.pt")["model_state_dict"])
    EXPECT_EQ(specs[0].name, "encoder.0.0.weight");
    EXPECT_EQ(specs[0].shape, (std::vector<std::size_t>{90, 110}));
    EXPECT_EQ(specs[6].name, "encoder.0.1.num_batches_tracked");
    EXPECT_TRUE(specs[6].isCounter && specs[6].shape.empty());
    EXPECT_EQ(specs[35].name, "mu.weight");
    EXPECT_EQ(specs[37].name, "log_var.weight");
    EXPECT_EQ(specs[39].name, "decoder.0.weight");
    EXPECT_EQ(specs[41].name, "decoder.1.0.weight");
    EXPECT_EQ(specs[69].name, "decoder.5.0.weight");
    EXPECT_EQ(specs[71].name, "scatter.0.weight");
    EXPECT_EQ(specs[102].name, "scatter.5.0.bias");
}

TEST(Architecture, ParameterCountIsPyTorchs) {
    EXPECT_EQ(parameterCount(Architecture{}), 67182u); // sum of numel over the published model's parameters
}

TEST(Architecture, PaperPresetHasNoBatchNorm) {
    const std::vector<TensorSpec> specs = tensorSpecs({Preset::Paper, 110, 6, {90, 70, 50, 30, 10}});
    EXPECT_EQ(specs.size(), 38u); // 19 linear layers
    EXPECT_EQ(specs[2].name, "encoder.1.0.weight");
    EXPECT_TRUE(std::none_of(specs.begin(), specs.end(), [](const TensorSpec& spec) { return spec.isBuffer; }));
    EXPECT_TRUE(networkLayers({Preset::Paper, 110, 6, {20}}).encoder[0].gelu);
}

TEST(Architecture, OtherSizesMirror) {
    const NetworkLayers layers = networkLayers({Preset::Released, 106, 8, {64, 16}});
    ASSERT_EQ(layers.decoder.size(), 3u);
    EXPECT_EQ(layers.decoder[0].in, 8);
    EXPECT_EQ(layers.decoder[0].out, 16);
    EXPECT_EQ(layers.decoder[1].batchNorm, "decoder.1.1");
    EXPECT_EQ(layers.decoder[2].linear, "decoder.2.0");
    EXPECT_EQ(layers.decoder[2].out, 106);
}

TEST(Architecture, RefusesImpossibleSizes) {
    EXPECT_THROW(tensorSpecs({Preset::Released, 0, 6, {10}}), Error);
    EXPECT_THROW(tensorSpecs({Preset::Released, 110, -1, {10}}), Error);
    EXPECT_THROW(tensorSpecs({Preset::Released, 110, 6, {}}), Error);
    EXPECT_THROW(tensorSpecs({Preset::Released, 110, 6, {10, 1 << 30}}), Error);
    EXPECT_THROW(presetFromName("published"), Error);
    EXPECT_EQ(presetFromName("paper"), Preset::Paper);
}

TEST(InitialModel, IsUniformWithinPyTorchsBoundAndSeeded) {
    const Model model = initialModel(Architecture{}, 3);
    EXPECT_NO_THROW(model.validate());
    const double bound = 1.0 / std::sqrt(110.0);
    double squares = 0;
    float largest = 0;
    const std::vector<float>& weight = model.tensor("encoder.0.0.weight").values;
    for (const float value : weight) {
        squares += double{value} * double{value};
        largest = std::max(largest, std::abs(value));
    }
    EXPECT_LE(largest, bound);
    EXPECT_GT(largest, 0.99 * bound);
    // The variance of a uniform distribution is bound^2 / 3; 9,900 values know it to about 1 %.
    EXPECT_NEAR(squares / static_cast<double>(weight.size()) / (bound * bound / 3), 1.0, 0.05);
    for (const float value : model.tensor("encoder.0.0.bias").values) {
        EXPECT_LE(std::abs(value), bound);
        EXPECT_NE(value, 0.0f);
    }
    EXPECT_EQ(model.tensor("encoder.0.1.weight").values, std::vector<float>(90, 1.0f));
    EXPECT_EQ(model.tensor("encoder.0.1.bias").values, std::vector<float>(90, 0.0f));
    EXPECT_EQ(model.tensor("encoder.0.1.running_mean").values, std::vector<float>(90, 0.0f));
    EXPECT_EQ(model.tensor("encoder.0.1.running_var").values, std::vector<float>(90, 1.0f));
    EXPECT_EQ(weight, initialModel(Architecture{}, 3).tensor("encoder.0.0.weight").values);
    EXPECT_NE(weight, initialModel(Architecture{}, 4).tensor("encoder.0.0.weight").values);
    EXPECT_NE(model.tensor("decoder.0.weight").values, model.tensor("scatter.0.weight").values);
}

TEST(Model, ValidateNamesWhatIsWrong) {
    const Model good = emptyModel({Preset::Released, 5, 2, {4, 3}});
    EXPECT_NO_THROW(good.validate());
    EXPECT_THROW(good.tensor("encoder.9.0.weight"), Error);
    EXPECT_THROW(good.requireNormalization(), Error);

    Model model = good;
    model.tensors[0].values[3] = std::numeric_limits<float>::quiet_NaN();
    EXPECT_THROW(model.validate(), Error);
    model = good;
    model.tensors.pop_back();
    EXPECT_THROW(model.validate(), Error);
    model = good;
    std::swap(model.tensors[0], model.tensors[1]);
    EXPECT_THROW(model.validate(), Error);
    model = good;
    model.tensors[0].values.pop_back();
    EXPECT_THROW(model.validate(), Error);
    model = good;
    model.tensors[5].values[0] = -1.0f; // encoder.0.1.running_var
    EXPECT_THROW(model.validate(), Error);
    model = good;
    model.normalization = Normalization{std::vector<double>(5, 0.0), std::vector<double>(5, 1.0), "test"};
    EXPECT_NO_THROW(model.validate());
    model.normalization->sig[4] = 0;
    EXPECT_THROW(model.validate(), Error);
    model.normalization->sig.pop_back();
    EXPECT_THROW(model.validate(), Error);
}

} // namespace
} // namespace zscape
