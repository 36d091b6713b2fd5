// The LibTorch training engine, against the float64 reference network and the formulas of the method.
#include "core/base/error.h"
#include "core/model/spectral_model.h"
#include "core/train/training_run.h"
#include "tests/support/random_model.h"
#include "tests/support/torch_test_base.h"
#include "tests/support/training_data.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>

namespace zscape {
namespace {

class TorchTrainingTest : public test::TorchTest {};

/// Stars on a two-dimensional manifold in 13 coefficients, with noise as large as their errors say.
TrainingData manifoldData(std::size_t rows) {
    const std::size_t width = 13;
    const std::vector<float> hidden = test::randomNumbers(rows * 2, 21), noise = test::randomNumbers(rows * width, 22);
    std::vector<float> x;
    for (std::size_t row = 0; row < rows; ++row) {
        const float a = hidden[2 * row], b = hidden[2 * row + 1];
        for (std::size_t j = 0; j < width; ++j) {
            const float order = static_cast<float>(j);
            x.push_back(std::sin(a + order) + 0.5F * b * std::cos(order) + 0.05F * noise[row * width + j]);
        }
    }
    return test::plainTrainingData(width, std::move(x), std::vector<float>(rows * width, 0.05F));
}

TrainingOptions shortRun(Preset preset) {
    TrainingOptions options;
    options.architecture = test::smallArchitecture(preset);
    options.epochs = 12;
    options.batchSize = 64;
    options.learningRate = 3e-3;
    options.restartPeriod = 12;
    options.seed = 4;
    options.threads = 2;
    options.engine = "libtorch";
    return options;
}

Model train(const TrainingData& data, const TrainingOptions& options, const RunObserver& observer = {},
            const JobContext& job = {}) {
    RunControl control;
    return runTraining(data, options, {}, {}, &makeTorchEngine, control, observer, job).last;
}

TEST_F(TorchTrainingTest, a_short_run_learns) {
    const TrainingData data = manifoldData(1000);
    for (const Preset preset : {Preset::Released, Preset::Paper}) {
        const Model model = train(data, shortRun(preset));
        ASSERT_EQ(model.history.size(), 12u);
        const EpochRecord &first = model.history.front(), &last = model.history.back();
        EXPECT_LT(last.rec, 0.5 * first.rec) << presetName(preset);
        EXPECT_LT(last.validationRec, 0.5 * first.validationRec) << presetName(preset);
        EXPECT_NO_THROW(model.validate());
        EXPECT_NE(model.tensor("encoder.0.0.weight").values, initialModel(model.architecture, 4).tensors[0].values);
    }
}

TEST_F(TorchTrainingTest, the_same_seed_gives_the_same_run) {
    const TrainingData data = manifoldData(500);
    TrainingOptions options = shortRun(Preset::Released);
    options.epochs = 3;
    options.threads = 1;
    const Model first = train(data, options);
    const Model again = train(data, options);
    options.seed = 5;
    const Model other = train(data, options);
    ASSERT_EQ(first.history.size(), 3u);
    for (std::size_t epoch = 0; epoch < 3; ++epoch) {
        EXPECT_EQ(first.history[epoch].loss, again.history[epoch].loss);
        EXPECT_EQ(first.history[epoch].validationLoss, again.history[epoch].validationLoss);
        EXPECT_NE(first.history[epoch].loss, other.history[epoch].loss);
    }
    EXPECT_EQ(first.tensors[0].values, again.tensors[0].values);
    options.seed = 4;
    options.threads = 2;
    EXPECT_EQ(train(data, options).tensors[0].values, first.tensors[0].values);
}

/// Float64 loss of a batch in eval mode, from the reference network.
BatchLosses referenceLosses(const Model& model, const TrainingData& data, const std::vector<std::uint32_t>& rows,
                            const std::vector<float>& noise) {
    const std::size_t width = data.inputSize, latent = 3, count = rows.size();
    std::vector<float> x32(count * width), err32(count * width);
    standardiseRows(data, rows, x32, err32);
    const std::vector<double> x(x32.begin(), x32.end()), err(err32.begin(), err32.end());
    std::vector<double> mu, logVar, decoded, scatter;
    referenceEncode(model, {x.data(), count, width}, mu, logVar);
    std::vector<double> z(mu.size());
    BatchLosses losses;
    for (std::size_t i = 0; i < z.size(); ++i) {
        z[i] = mu[i] + static_cast<double>(noise[i]) * std::exp(logVar[i] / 2);
        losses.kl -= 1 + logVar[i] - mu[i] * mu[i] - std::exp(logVar[i]);
    }
    referenceDecode(model, {z.data(), count, latent}, decoded, scatter);
    for (std::size_t i = 0; i < x.size(); ++i) {
        const double variance = err[i] * err[i] + scatter[i] * scatter[i];
        losses.rec += (x[i] - decoded[i]) * (x[i] - decoded[i]) / variance + std::log(variance);
    }
    const bool paper = model.architecture.preset == Preset::Paper;
    const double stars = static_cast<double>(count);
    losses.rec *= paper ? 1 / (stars * static_cast<double>(width)) : 0.5 / stars;
    losses.kl *= paper ? 1 / (stars * static_cast<double>(latent)) : 0.5 / stars;
    return losses;
}

TEST_F(TorchTrainingTest, losses_are_those_of_the_method_in_both_presets) {
    const TrainingData data = manifoldData(300);
    const std::vector<std::uint32_t> rows{5, 17, 255, 3, 3, 298};
    const std::vector<float> noise = test::randomNumbers(rows.size() * 3, 31);
    for (const Preset preset : {Preset::Released, Preset::Paper}) {
        const Model model = test::randomModel(test::smallArchitecture(preset), 9);
        const BatchLosses expected = referenceLosses(model, data, rows, noise);
        const auto engine = makeTorchEngine(data, shortRun(preset), model);
        const BatchLosses losses = engine->evaluate(rows, noise);
        EXPECT_NEAR(losses.rec, expected.rec, 1e-5 * std::abs(expected.rec)) << presetName(preset);
        EXPECT_NEAR(losses.kl, expected.kl, 1e-5 * std::abs(expected.kl)) << presetName(preset);
    }
}

TEST_F(TorchTrainingTest, gradients_are_the_slopes_of_the_loss) {
    // Without batch norm training and eval mode agree, so the float64 reference gives the slope by central differences.
    const TrainingData data = manifoldData(100);
    const std::vector<std::uint32_t> rows{1, 2, 3, 50, 99};
    const std::vector<float> noise = test::randomNumbers(rows.size() * 3, 32);
    Model model = test::randomModel(test::smallArchitecture(Preset::Paper), 9);
    const auto engine = makeTorchEngine(data, shortRun(Preset::Paper), model);
    const std::vector<Tensor> gradients = engine->gradients(rows, noise);
    ASSERT_EQ(gradients.size(), model.tensors.size());
    for (std::size_t t = 0; t < gradients.size(); ++t) {
        ASSERT_EQ(gradients[t].name, model.tensors[t].name);
        float& value = model.tensors[t].values[0];
        const float kept = value;
        const float up = kept + 1e-3F, down = kept - 1e-3F;
        value = up;
        const double high = referenceLosses(model, data, rows, noise).loss();
        value = down;
        const double low = referenceLosses(model, data, rows, noise).loss();
        value = kept;
        const double slope = (high - low) / (static_cast<double>(up) - static_cast<double>(down));
        EXPECT_NEAR(static_cast<double>(gradients[t].values[0]), slope, 1e-4 * std::max(1.0, std::abs(slope)))
            << gradients[t].name;
    }
}

TEST_F(TorchTrainingTest, a_step_moves_the_running_statistics_as_PyTorch) {
    const TrainingData data = manifoldData(100);
    const std::vector<std::uint32_t> rows{4, 8, 15, 16, 23, 42};
    const std::vector<float> noise(rows.size() * 3, 0.0F);
    const Model model = test::randomModel(test::smallArchitecture(Preset::Released), 9);
    const auto engine = makeTorchEngine(data, shortRun(Preset::Released), model);
    engine->step(rows, noise, {1e-3});
    Model after = model;
    after.tensors = engine->state().tensors;
    // The first layer's output over the batch: mean, and variance with n - 1; momentum 0.1.
    const std::vector<float>& weight = model.tensor("encoder.0.0.weight").values;
    for (std::size_t o = 0; o < 11; ++o) {
        double sum = 0, squares = 0;
        for (const std::uint32_t row : rows) {
            double y = static_cast<double>(model.tensor("encoder.0.0.bias").values[o]);
            for (std::size_t j = 0; j < 13; ++j) {
                y += static_cast<double>(weight[o * 13 + j]) * static_cast<double>(data.coefficients.row(row)[j]);
            }
            sum += y;
            squares += y * y;
        }
        const double mean = sum / 6, variance = (squares - sum * mean) / 5;
        const double oldMean = static_cast<double>(model.tensor("encoder.0.1.running_mean").values[o]);
        const double oldVariance = static_cast<double>(model.tensor("encoder.0.1.running_var").values[o]);
        EXPECT_NEAR(static_cast<double>(after.tensor("encoder.0.1.running_mean").values[o]), 0.9 * oldMean + 0.1 * mean,
                    1e-6);
        EXPECT_NEAR(static_cast<double>(after.tensor("encoder.0.1.running_var").values[o]),
                    0.9 * oldVariance + 0.1 * variance, 1e-6);
    }
    EXPECT_EQ(after.tensor("encoder.0.1.num_batches_tracked").counter, 1);
}

TEST_F(TorchTrainingTest, taking_gradients_changes_nothing) {
    const TrainingData data = manifoldData(100);
    const std::vector<std::uint32_t> rows{1, 2, 3, 50, 99};
    const std::vector<float> noise(rows.size() * 3, 0.0F);
    const Model model = test::randomModel(test::smallArchitecture(Preset::Released), 9);
    const auto engine = makeTorchEngine(data, shortRun(Preset::Released), model);
    engine->gradients(rows, noise);
    const std::vector<Tensor> after = engine->state().tensors;
    ASSERT_EQ(after.size(), model.tensors.size());
    for (std::size_t t = 0; t < after.size(); ++t) {
        EXPECT_EQ(after[t].name, model.tensors[t].name);
        EXPECT_EQ(after[t].values, model.tensors[t].values) << after[t].name;
        EXPECT_EQ(after[t].counter, model.tensors[t].counter) << after[t].name;
    }
}

TEST_F(TorchTrainingTest, a_cancelled_run_keeps_the_model_so_far) {
    const TrainingData data = manifoldData(500);
    std::atomic<bool> cancel{false};
    RunObserver stopAfterTwo;
    stopAfterTwo.epochDone = [&](const EpochRecord& record) { cancel = record.epoch == 2; };
    const Model model = train(data, shortRun(Preset::Released), stopAfterTwo, JobContext(nullptr, &cancel));
    EXPECT_EQ(model.epoch, 2);
    EXPECT_NO_THROW(model.validate());
}

TEST_F(TorchTrainingTest, a_run_that_diverges_stops_with_the_last_good_model) {
    const TrainingData data = manifoldData(500);
    TrainingOptions options = shortRun(Preset::Paper); // without batch norm nothing holds the outputs
    options.learningRate = 10;
    options.schedule = Schedule::Constant;
    options.epochs = 200;
    try {
        train(data, options);
        FAIL() << "no error";
    } catch (const TrainingDiverged& diverged) {
        EXPECT_NE(std::string(diverged.what()).find("epoch"), std::string::npos) << diverged.what();
        EXPECT_NO_THROW(diverged.lastGood().validate());
    }
}

} // namespace
} // namespace zscape
