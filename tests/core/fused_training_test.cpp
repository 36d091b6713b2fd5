// The fused training engine, against a training recorded with PyTorch in float64, the float64 reference network, the
// LibTorch engine and itself on other numbers of threads.
#include "core/catalog/released_layout.h"
#include "core/train/fused/fused_engine.h"
#include "core/train/kernels/train_kernels.h"
#include "core/train/replay.h"
#include "core/train/split.h"
#include "tests/support/shared_data.h"
#include "tests/support/torch_test_base.h"
#include "tests/support/training_reference.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <numbers>
#include <numeric>

namespace zscape {
namespace {

std::vector<InstructionSet> availableSets() {
    std::vector<InstructionSet> sets;
    for (const InstructionSet set : {InstructionSet::Baseline, InstructionSet::Avx2, InstructionSet::Avx512}) {
        if (set <= bestInstructionSet()) sets.push_back(set);
    }
    return sets;
}

TrainingOptions optionsFor(const Architecture& architecture, int threads) {
    TrainingOptions options;
    options.architecture = architecture;
    options.threads = threads;
    return options;
}

/// Relative Euclidean distance.
double distance(const std::vector<float>& a, const std::vector<float>& b) {
    EXPECT_EQ(a.size(), b.size());
    double difference = 0, scale = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        difference += std::pow(static_cast<double>(a[i]) - static_cast<double>(b[i]), 2);
        scale += std::pow(static_cast<double>(b[i]), 2);
    }
    return scale > 0 ? std::sqrt(difference / scale) : std::sqrt(difference);
}

void expectSameBytes(const EngineState& a, const EngineState& b) {
    EXPECT_EQ(a.steps, b.steps);
    const auto same = [](const std::vector<Tensor>& one, const std::vector<Tensor>& other) {
        ASSERT_EQ(one.size(), other.size());
        for (std::size_t t = 0; t < one.size(); ++t) {
            EXPECT_EQ(one[t].values, other[t].values) << one[t].name;
            EXPECT_EQ(one[t].counter, other[t].counter) << one[t].name;
        }
    };
    same(a.tensors, b.tensors);
    same(a.firstMoments, b.firstMoments);
    same(a.secondMoments, b.secondMoments);
}

// ---- the recording

TEST(FusedTraining, TrainsAsPyTorchOnEveryInstructionSet) {
    const auto path = test::sharedData("published/golden_train_released.h5");
    const auto stars = test::sharedData("gaia/field_2000.h5");
    if (!path || !stars) GTEST_SKIP() << "no shared data";
    const Replay replay = readReplay(*path);
    ASSERT_EQ(replay.steps, 20u);
    const auto catalog = std::make_shared<const Catalog>(readReleasedCatalog(*stars));
    const TrainingData data = prepareTrainingData(catalog, replay.normalization);
    for (const InstructionSet set : availableSets()) {
        const ReplayDifference difference = compareReplay(
            replay, data, [&](const TrainingData& rows, const TrainingOptions& options, const Model& start) {
                return makeFusedEngine(rows, options, start, set);
            });
        // PyTorch's own float32 reaches 4e-6, 1e-6, 3e-6.
        EXPECT_LT(difference.gradient, 1e-5) << instructionSetName(set);
        EXPECT_LT(difference.loss, 1e-5) << instructionSetName(set);
        EXPECT_LT(difference.state, 1e-5) << instructionSetName(set);
        EXPECT_GT(difference.state, 0.0) << "float32 cannot equal the float64 recording: nothing was compared";
    }
}

TEST(FusedTraining, BuiltForFloat64EqualsPyTorch) {
    const auto path = test::sharedData("published/golden_train_released.h5");
    const auto stars = test::sharedData("gaia/field_2000.h5");
    if (!path || !stars) GTEST_SKIP() << "no shared data";
    const ReplayDifference difference = compareReplayFloat64(readReplay(*path), *stars);
    EXPECT_LT(difference.gradient, 1e-10);
    EXPECT_LT(difference.loss, 1e-10);
    EXPECT_LT(difference.state, 1e-10);
    // Biases without a gradient wander by rounding / (rounding + 1e-8) of a learning rate even in float64.
    EXPECT_LT(difference.runningMean, 1e-8);
}

// ---- the formulas

TEST(FusedTraining, LossesAreThoseOfTheMethodInBothPresets) {
    const TrainingData data = test::manifoldData(300);
    std::vector<std::uint32_t> rows(70); // a tile and a bit
    std::iota(rows.begin(), rows.end(), 17u);
    const std::vector<float> noise = test::randomNumbers(rows.size() * 3, 31);
    for (const Preset preset : {Preset::Released, Preset::Paper}) {
        const Model model = test::randomModel(test::smallArchitecture(preset), 9);
        const BatchLosses expected = test::referenceLosses(model, data, rows, noise);
        const auto engine = makeFusedEngine(data, optionsFor(model.architecture, 2), model);
        const BatchLosses losses = engine->evaluate(rows, noise);
        EXPECT_NEAR(losses.rec, expected.rec, 1e-5 * std::abs(expected.rec)) << presetName(preset);
        EXPECT_NEAR(losses.kl, expected.kl, 1e-5 * std::abs(expected.kl)) << presetName(preset);
    }
}

TEST(FusedTraining, GradientsAreTheSlopesOfTheLoss) {
    // Without batch norm training and eval mode agree, so the float64 reference gives the slope by central differences.
    const TrainingData data = test::manifoldData(100);
    const std::vector<std::uint32_t> rows{1, 2, 3, 50, 99};
    const std::vector<float> noise = test::randomNumbers(rows.size() * 3, 32);
    Model model = test::randomModel(test::smallArchitecture(Preset::Paper), 9);
    const auto engine = makeFusedEngine(data, optionsFor(model.architecture, 1), model);
    const std::vector<Tensor> gradients = engine->gradients(rows, noise);
    ASSERT_EQ(gradients.size(), model.tensors.size());
    for (std::size_t t = 0; t < gradients.size(); ++t) {
        ASSERT_EQ(gradients[t].name, model.tensors[t].name);
        float& value = model.tensors[t].values[0];
        const float kept = value;
        const float up = kept + 1e-3F, down = kept - 1e-3F;
        value = up;
        const double high = test::referenceLosses(model, data, rows, noise).loss();
        value = down;
        const double low = test::referenceLosses(model, data, rows, noise).loss();
        value = kept;
        const double slope = (high - low) / (static_cast<double>(up) - static_cast<double>(down));
        EXPECT_NEAR(static_cast<double>(gradients[t].values[0]), slope, 1e-4 * std::max(1.0, std::abs(slope)))
            << gradients[t].name;
    }
}

/// A bias that a batch norm takes out again has no gradient but rounding.
bool isFree(const std::string& name, const Architecture& architecture) {
    const NetworkLayers layers = networkLayers(architecture);
    bool free = false;
    for (const std::vector<LayerSpec>* part : {&layers.encoder, &layers.decoder, &layers.scatter}) {
        for (const LayerSpec& layer : *part) {
            free = free || (!layer.batchNorm.empty() && name == layer.linear + ".bias");
        }
    }
    return free || name == "decoder.0.bias" || name == "scatter.0.bias";
}

/// Shapes that no kernel likes: widths above and below a vector, one layer, one latent, batches that end in a tile.
TEST(FusedTraining, TakesTheGradientsOfLibTorchInAnyShape) {
#ifndef ZSCAPE_HAS_TORCH
    GTEST_SKIP() << "built without LibTorch";
#endif
    const TrainingData data = test::manifoldData(700);
    for (const Preset preset : {Preset::Released, Preset::Paper}) {
        for (const auto& [latents, layers, batch] : {std::tuple{3, std::vector<int>{11, 7}, 130},
                                                     {1, {5}, 64},
                                                     {6, {100, 33, 17, 2}, 300},
                                                     {17, {130, 16}, 7},
                                                     {2, {1, 1, 1}, 65},
                                                     {20, {80, 64, 48}, 600}}) {
            Architecture architecture = test::smallArchitecture(preset);
            architecture.latentSize = latents;
            architecture.layers = layers;
            const Model model = test::randomModel(architecture, 9);
            std::vector<std::uint32_t> rows(static_cast<std::size_t>(batch));
            std::iota(rows.begin(), rows.end(), 5u);
            const std::vector<float> noise = test::randomNumbers(rows.size() * static_cast<std::size_t>(latents), 32);
            const auto ours = makeFusedEngine(data, optionsFor(architecture, 3), model)->gradients(rows, noise);
            const auto theirs = makeTorchEngine(data, optionsFor(architecture, 1), model)->gradients(rows, noise);
            ASSERT_EQ(ours.size(), theirs.size());
            double whole = 0; // the scale of the largest: tiny gradients beside it are rounding
            for (const Tensor& gradient : theirs) {
                for (const float value : gradient.values) {
                    whole = std::max(whole, std::abs(static_cast<double>(value)));
                }
            }
            for (std::size_t t = 0; t < ours.size(); ++t) {
                if (preset == Preset::Released && isFree(ours[t].name, architecture)) continue;
                double difference = 0;
                for (std::size_t i = 0; i < ours[t].values.size(); ++i) {
                    difference = std::max(difference, std::abs(static_cast<double>(ours[t].values[i]) -
                                                               static_cast<double>(theirs[t].values[i])));
                }
                EXPECT_TRUE(distance(ours[t].values, theirs[t].values) < 2e-5 || difference < 1e-6 * whole)
                    << ours[t].name << ", batch " << batch << ", " << presetName(preset) << ": "
                    << distance(ours[t].values, theirs[t].values);
            }
        }
    }
}

TEST(FusedTraining, KeepsTheVarianceOfOutputsFarFromZero) {
    // Outputs at 1e4 +- 0.1: the sum of squares in float32 would lose the variance altogether.
    const std::size_t width = 13;
    std::vector<float> x = test::randomNumbers(200 * width, 3);
    const TrainingData data = test::plainTrainingData(width, x, std::vector<float>(x.size(), 1.0F));
    Model model = test::randomModel(test::smallArchitecture(Preset::Released), 9);
    for (Tensor& tensor : model.tensors) {
        if (tensor.name == "encoder.0.0.weight") {
            std::fill(tensor.values.begin(), tensor.values.end(), 0.0F);
            tensor.values[0] = 0.1F;
        }
        if (tensor.name == "encoder.0.0.bias") std::fill(tensor.values.begin(), tensor.values.end(), 1e4F);
        if (tensor.name == "encoder.0.1.running_var") std::fill(tensor.values.begin(), tensor.values.end(), 0.0F);
    }
    std::vector<std::uint32_t> rows(200);
    std::iota(rows.begin(), rows.end(), 0u);
    const auto engine = makeFusedEngine(data, optionsFor(model.architecture, 2), model);
    engine->step(rows, std::vector<float>(600, 0.0F), {1e-3});
    double mean = 0, squares = 0;
    for (std::size_t i = 0; i < 200; ++i) {
        mean += static_cast<double>(0.1F * x[i * width] + 1e4F) / 200;
    }
    for (std::size_t i = 0; i < 200; ++i) {
        squares += std::pow(static_cast<double>(0.1F * x[i * width] + 1e4F) - mean, 2);
    }
    Model after = model;
    after.tensors = engine->state().tensors;
    // Float32 holds 1e4 to 1e-3, which rounds outputs that spread by 0.1.
    EXPECT_NEAR(static_cast<double>(after.tensor("encoder.0.1.running_var").values[0]), 0.1 * squares / 199, 2e-5);
}

// ---- reproducible

TEST(FusedTraining, IsTheSameOnAnyNumberOfThreads) {
    const TrainingData data = test::manifoldData(2000);
    std::vector<std::uint32_t> rows(2000);
    std::iota(rows.begin(), rows.end(), 0u);
    for (const int batch : {100, 640, 1024}) {
        const Model model = test::randomModel(test::smallArchitecture(Preset::Released), 9);
        const std::vector<std::uint32_t> order = epochOrder(rows, static_cast<std::size_t>(batch), 3, 0);
        const std::size_t steps = order.size() / static_cast<std::size_t>(batch);
        EngineState first;
        for (const int threads : {1, 2, 3, 7}) {
            const auto engine = makeFusedEngine(data, optionsFor(model.architecture, threads), model);
            engine->trainEpoch({order, batch, 0, 3, 0, steps, {1e-3, 1, 2.5}}, {});
            if (threads == 1) {
                first = engine->state();
            } else {
                expectSameBytes(engine->state(), first);
            }
        }
    }
}

TEST(FusedTraining, GoesOnFromAStateAsIfItHadNeverStopped) {
    const TrainingData data = test::manifoldData(1000);
    std::vector<std::uint32_t> rows(1000);
    std::iota(rows.begin(), rows.end(), 0u);
    const std::vector<std::uint32_t> order = epochOrder(rows, 100, 3, 4);
    const Model model = test::randomModel(test::smallArchitecture(Preset::Released), 9);
    const TrainingOptions options = optionsFor(model.architecture, 2);
    const auto whole = makeFusedEngine(data, options, model);
    const std::vector<BatchLosses> losses = whole->trainEpoch({order, 100, 4, 3, 0, 10, {1e-3}}, {});
    const auto begun = makeFusedEngine(data, options, model);
    begun->trainEpoch({order, 100, 4, 3, 0, 3, {1e-3}}, {});
    const auto resumed = makeFusedEngine(data, options, initialModel(model.architecture, 99));
    resumed->setState(begun->state());
    const std::vector<BatchLosses> rest = resumed->trainEpoch({order, 100, 4, 3, 3, 7, {1e-3}}, {});
    expectSameBytes(resumed->state(), whole->state());
    ASSERT_EQ(rest.size(), 7u);
    EXPECT_EQ(rest.back().rec, losses.back().rec);
    EXPECT_THROW(resumed->setState(EngineState{}), Error);
}

TEST(FusedTraining, AnEpochEqualsItsStepsOneByOne) {
    const TrainingData data = test::manifoldData(500);
    std::vector<std::uint32_t> rows(500);
    std::iota(rows.begin(), rows.end(), 0u);
    const std::vector<std::uint32_t> order = epochOrder(rows, 90, 3, 1);
    const Model model = test::randomModel(test::smallArchitecture(Preset::Released), 9);
    const TrainingOptions options = optionsFor(model.architecture, 2);
    const auto whole = makeFusedEngine(data, options, model), single = makeFusedEngine(data, options, model);
    const EpochPlan plan{order, 90, 1, 3, 0, 5, {1e-3}};
    const std::vector<BatchLosses> losses = whole->trainEpoch(plan, {});
    const std::vector<BatchLosses> steps = single->TrainingEngine::trainEpoch(plan, {});
    ASSERT_EQ(losses.size(), 5u);
    for (std::size_t s = 0; s < 5; ++s) {
        EXPECT_EQ(losses[s].rec, steps[s].rec) << s;
    }
    expectSameBytes(whole->state(), single->state());
}

TEST(FusedTraining, TakingGradientsChangesNothing) {
    const TrainingData data = test::manifoldData(100);
    const std::vector<std::uint32_t> rows{1, 2, 3, 50, 99};
    const std::vector<float> noise(rows.size() * 3, 0.0F);
    const Model model = test::randomModel(test::smallArchitecture(Preset::Released), 9);
    const auto engine = makeFusedEngine(data, optionsFor(model.architecture, 2), model);
    const EngineState before = engine->state();
    engine->gradients(rows, noise);
    expectSameBytes(engine->state(), before);
}

TEST(FusedTraining, StopsAfterTheStepInWhichItIsCancelled) {
    const TrainingData data = test::manifoldData(500);
    std::vector<std::uint32_t> rows(480);
    std::iota(rows.begin(), rows.end(), 0u);
    const Model model = test::randomModel(test::smallArchitecture(Preset::Released), 9);
    const auto engine = makeFusedEngine(data, optionsFor(model.architecture, 2), model);
    const std::atomic<bool> cancel{true};
    EXPECT_TRUE(engine->trainEpoch({rows, 48, 0, 0, 0, 10, {1e-3}}, JobContext(nullptr, &cancel)).empty());
}

TEST(FusedTraining, ClipsTheGradientByItsNorm) {
    const TrainingData data = test::manifoldData(100);
    const std::vector<std::uint32_t> rows{1, 2, 3, 50, 99};
    const std::vector<float> noise = test::randomNumbers(rows.size() * 3, 5);
    const Model model = test::randomModel(test::smallArchitecture(Preset::Paper), 9);
    const auto engine = makeFusedEngine(data, optionsFor(model.architecture, 2), model);
    const std::vector<Tensor> gradients = engine->gradients(rows, noise);
    double squares = 0;
    for (const Tensor& gradient : gradients) {
        for (const float value : gradient.values) {
            squares += static_cast<double>(value) * static_cast<double>(value);
        }
    }
    const double limit = 0.25 * std::sqrt(squares);
    engine->step(rows, noise, {1e-3, 1, limit});
    const std::vector<Tensor> moments = engine->state().firstMoments; // 0.1 of the clipped gradient
    for (std::size_t t = 0; t < moments.size(); ++t) {
        for (std::size_t i = 0; i < moments[t].values.size(); ++i) {
            const double expected = 0.1 * 0.25 * static_cast<double>(gradients[t].values[i]);
            EXPECT_NEAR(static_cast<double>(moments[t].values[i]), expected, 1e-5 * std::abs(expected) + 1e-9);
        }
    }
}

TEST(FusedTraining, WeighsTheKlTerm) {
    const TrainingData data = test::manifoldData(100);
    const std::vector<std::uint32_t> rows{1, 2, 3, 50, 99};
    const std::vector<float> noise(rows.size() * 3, 0.0F);
    const Model model = test::randomModel(test::smallArchitecture(Preset::Paper), 9);
    const auto moment = [&](double weight) {
        const auto engine = makeFusedEngine(data, optionsFor(model.architecture, 1), model);
        engine->step(rows, noise, {1e-3, weight, 0});
        Model after = model;
        after.tensors = engine->state().firstMoments;
        return after.tensor("log_var.bias").values;
    };
    // Without noise log_var acts through kl alone.
    const std::vector<float> none = moment(0), one = moment(1), half = moment(0.5);
    for (std::size_t k = 0; k < 3; ++k) {
        EXPECT_NEAR(static_cast<double>(none[k]), 0.0, 1e-9);
        EXPECT_NE(one[k], 0.0F);
        EXPECT_NEAR(static_cast<double>(half[k]), 0.5 * static_cast<double>(one[k]), 1e-7);
    }
}

// ---- noise

TEST(TrainingNoise, isBoxMullerOnPhiloxOnEveryInstructionSet) {
    for (const InstructionSet set : availableSets()) {
        std::vector<float> numbers(4 * 1003);
        trainKernelTable(set).data.normals(0x123456789abcdefULL, 0xfedcba987654321ULL, 0xfffffffeULL, 1003,
                                           numbers.data());
        const Philox philox(0x123456789abcdefULL, 0xfedcba987654321ULL);
        for (std::size_t block = 0; block < 1003; ++block) {
            const auto words = philox.block(0xfffffffeULL + block);
            for (std::size_t pair = 0; pair < 2; ++pair) {
                const double uniform = (static_cast<double>(words[2 * pair] / 2) + 0.5) * 0x1p-31;
                const double radius = std::sqrt(-2 * std::log(uniform));
                const double angle =
                    2 * std::numbers::pi * (static_cast<double>(words[2 * pair + 1]) - 0x1p29) * 0x1p-32;
                const std::size_t at = 4 * block + 2 * pair;
                EXPECT_NEAR(static_cast<double>(numbers[at]), radius * std::cos(angle), 3e-4) << at;
                EXPECT_NEAR(static_cast<double>(numbers[at + 1]), radius * std::sin(angle), 3e-4) << at;
            }
        }
    }
}

} // namespace
} // namespace zscape
