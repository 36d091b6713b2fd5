// The LibTorch training engine in each of its modes: on two threads, operation by operation on a device (which may be
// the CPU), and as a CUDA graph where there is a GPU.
#include "core/base/error.h"
#include "core/catalog/released_layout.h"
#include "core/torch/device_error.h"
#include "core/torch/loader.h"
#include "core/train/devices.h"
#include "core/train/replay.h"
#include "core/train/split.h"
#include "core/train/training_engine.h"
#include "tests/support/random_model.h"
#include "tests/support/shared_data.h"
#include "tests/support/torch_test_base.h"
#include "tests/support/training_data.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <numeric>

namespace zscape {
namespace {

constexpr std::size_t stars = 700, width = 13, batch = 32;

struct Mode {
    const char* name;
    const char* device;
    StepMode step;
};

bool hasGpu() {
    const std::vector<DeviceInfo> devices = trainingDevices(true);
    return std::any_of(devices.begin(), devices.end(),
                       [](const DeviceInfo& device) { return device.device == "cuda" && device.available(); });
}

class TorchDeviceTest : public testing::TestWithParam<Mode> {
protected:
    void SetUp() override {
#ifndef ZSCAPE_HAS_TORCH
        GTEST_SKIP() << "built without LibTorch";
#endif
        if (std::string(GetParam().device) != "cpu" && !hasGpu()) GTEST_SKIP() << "no GPU here";
    }
    static TrainingOptions options(Preset preset = Preset::Released) {
        TrainingOptions options;
        options.architecture = test::smallArchitecture(preset);
        options.batchSize = batch;
        options.device = GetParam().device;
        options.threads = GetParam().step == StepMode::Automatic ? 2 : 1; // LibTorch's own threads wait spinning
        return options;
    }
    static TrainingData data() {
        std::vector<float> err = test::randomNumbers(stars * width, 52);
        for (float& value : err) {
            value = 0.1F + 0.2F * std::abs(value);
        }
        return test::plainTrainingData(width, test::randomNumbers(stars * width, 51), std::move(err));
    }
    std::unique_ptr<TrainingEngine> engine(const TrainingOptions& options) const {
        return makeTorchEngineInMode(m_data, options, test::randomModel(options.architecture, 9), GetParam().step);
    }
    std::unique_ptr<TrainingEngine> engine() const {
        return engine(options());
    }
    EpochPlan plan(std::size_t first, std::size_t count) const {
        return {m_order, static_cast<int>(batch), 3, 17, first, count, {1e-3, 0.7, 0}};
    }
    static std::vector<std::uint32_t> epoch() {
        std::vector<std::uint32_t> all(stars);
        std::iota(all.begin(), all.end(), 0U);
        return epochOrder(all, batch, 17, 3);
    }

    const TrainingData m_data = data();
    const std::vector<std::uint32_t> m_order = epoch();
};

std::string modeName(const testing::TestParamInfo<Mode>& info) {
    return info.param.name;
}

INSTANTIATE_TEST_SUITE_P(Modes, TorchDeviceTest,
                         testing::Values(Mode{"two_threads", "cpu", StepMode::Automatic},
                                         Mode{"eager_on_cpu", "cpu", StepMode::Eager},
                                         Mode{"eager_on_cuda", "cuda", StepMode::Eager},
                                         Mode{"graph_on_cuda", "cuda", StepMode::Graph}),
                         modeName);

void expectSame(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t t = 0; t < a.size(); ++t) {
        EXPECT_EQ(a[t].name, b[t].name);
        EXPECT_EQ(a[t].shape, b[t].shape) << a[t].name;
        EXPECT_EQ(a[t].values, b[t].values) << a[t].name;
        EXPECT_EQ(a[t].counter, b[t].counter) << a[t].name;
    }
}

void expectSame(const EngineState& a, const EngineState& b) {
    expectSame(a.tensors, b.tensors);
    expectSame(a.firstMoments, b.firstMoments);
    expectSame(a.secondMoments, b.secondMoments);
    EXPECT_EQ(a.steps, b.steps);
}

void expectSame(const std::vector<BatchLosses>& a, const std::vector<BatchLosses>& b) {
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t step = 0; step < a.size(); ++step) {
        EXPECT_EQ(a[step].rec, b[step].rec) << step;
        EXPECT_EQ(a[step].kl, b[step].kl) << step;
    }
}

/// Euclidean norm over all tensors.
double norm(const std::vector<Tensor>& tensors) {
    double squares = 0;
    for (const Tensor& tensor : tensors) {
        for (const float value : tensor.values) {
            squares += static_cast<double>(value) * static_cast<double>(value);
        }
    }
    return std::sqrt(squares);
}

TEST_P(TorchDeviceTest, goes_on_from_a_state_bit_for_bit) {
    const auto whole = engine(), first = engine();
    whole->trainEpoch(plan(0, 6), {});
    first->trainEpoch(plan(0, 3), {});
    const EngineState half = first->state();
    EXPECT_EQ(half.steps, 3);
    EXPECT_EQ(half.tensors[6].counter, 3) << half.tensors[6].name;
    TrainingOptions others = options();
    others.seed = 99;
    const auto second =
        makeTorchEngineInMode(m_data, others, test::randomModel(others.architecture, 1), GetParam().step);
    second->setState(half);
    expectSame(second->state(), half);
    second->trainEpoch(plan(3, 3), {});
    expectSame(second->state(), whole->state());
}

TEST_P(TorchDeviceTest, an_epoch_in_pieces_is_the_epoch) {
    const auto whole = engine(), cut = engine();
    const std::vector<BatchLosses> expected = whole->trainEpoch(plan(0, 21), {});
    ASSERT_EQ(expected.size(), 21u);
    std::vector<BatchLosses> losses;
    for (const std::size_t end : {1, 2, 9, 21}) {
        const auto piece = cut->trainEpoch(plan(losses.size(), end - losses.size()), {});
        losses.insert(losses.end(), piece.begin(), piece.end());
    }
    expectSame(losses, expected);
    expectSame(cut->state(), whole->state());
}

TEST_P(TorchDeviceTest, an_epoch_may_have_more_steps_than_a_device_queues) {
    const std::size_t steps = 600;
    TrainingOptions small = options();
    small.batchSize = 2;
    const TrainingData pairs = test::plainTrainingData(width, test::randomNumbers(2 * steps * width, 53),
                                                       std::vector<float>(2 * steps * width, 0.3F));
    const Model start = test::randomModel(small.architecture, 9);
    const auto whole = makeTorchEngineInMode(pairs, small, start, GetParam().step);
    const auto cut = makeTorchEngineInMode(pairs, small, start, GetParam().step);
    std::vector<std::uint32_t> order(2 * steps);
    std::iota(order.begin(), order.end(), 0U);
    EpochPlan plan{order, 2, 0, 5, 0, steps, {1e-4, 1, 0}};
    const std::vector<BatchLosses> expected = whole->trainEpoch(plan, {});
    ASSERT_EQ(expected.size(), steps);
    plan.stepCount = 555;
    std::vector<BatchLosses> losses = cut->trainEpoch(plan, {});
    plan.firstStep = 555;
    plan.stepCount = steps - 555;
    const std::vector<BatchLosses> rest = cut->trainEpoch(plan, {});
    losses.insert(losses.end(), rest.begin(), rest.end());
    expectSame(losses, expected);
    expectSame(cut->state(), whole->state());
}

TEST_P(TorchDeviceTest, an_epoch_is_its_steps_with_the_noise_of_every_engine) {
    const auto whole = engine(), stepwise = engine();
    const std::vector<BatchLosses> expected = whole->trainEpoch(plan(2, 5), {});
    std::vector<BatchLosses> losses;
    std::vector<float> noise(batch * 3);
    for (std::size_t step = 2; step < 7; ++step) {
        trainingNoise(17, NoiseUse::Training, 3, step * noise.size(), noise);
        losses.push_back(stepwise->step(std::span(m_order).subspan(step * batch, batch), noise, {1e-3, 0.7, 0}));
    }
    expectSame(losses, expected);
    expectSame(stepwise->state(), whole->state());
}

TEST_P(TorchDeviceTest, agrees_with_the_two_threads_and_goes_on_from_their_state) {
    for (const Preset preset : {Preset::Released, Preset::Paper}) {
        TrainingOptions cpu = options(preset);
        cpu.device = "cpu";
        const auto reference = makeTorchEngine(m_data, cpu, test::randomModel(cpu.architecture, 9));
        reference->trainEpoch(plan(0, 4), {});
        const auto other = engine(options(preset));
        other->setState(reference->state());
        const std::vector<BatchLosses> expected = reference->trainEpoch(plan(4, 8), {});
        const std::vector<BatchLosses> losses = other->trainEpoch(plan(4, 8), {});
        ASSERT_EQ(losses.size(), 8u);
        for (std::size_t step = 0; step < 8; ++step) {
            EXPECT_NEAR(losses[step].rec, expected[step].rec, 1e-5 * std::abs(expected[step].rec)) << step;
            EXPECT_NEAR(losses[step].kl, expected[step].kl, 1e-5 * std::abs(expected[step].kl)) << step;
        }
        // From one state, as a bias in front of a batch norm turns rounding into steps that eval mode sees.
        reference->setState(other->state());
        for (const std::size_t count : {batch, batch, std::size_t{50}}) {
            const std::span<const std::uint32_t> rows = std::span(m_order).subspan(count, count);
            const std::vector<float> noise = test::randomNumbers(count * 3, 33);
            const BatchLosses here = other->evaluate(rows, noise), there = reference->evaluate(rows, noise);
            EXPECT_NEAR(here.rec, there.rec, 1e-5 * std::abs(there.rec)) << count;
            EXPECT_NEAR(here.kl, there.kl, 1e-5 * std::abs(there.kl)) << count;
            other->step(rows, noise, {1e-3}); // and once more with other weights
            reference->setState(other->state());
        }
    }
}

TEST_P(TorchDeviceTest, clips_the_norm_of_the_whole_gradient) {
    const std::span<const std::uint32_t> rows = std::span(m_order).first(batch);
    const std::vector<float> noise(batch * 3, 0.5F);
    const auto free = engine(), clipped = engine();
    free->step(rows, noise, {1e-3, 1, 0});
    const double gradient = norm(free->state().firstMoments) / 0.1; // the first average is 0.1 of the gradient
    ASSERT_GT(gradient, 0.02);
    clipped->step(rows, noise, {1e-3, 1, 0.01});
    EXPECT_NEAR(norm(clipped->state().firstMoments) / 0.1, 0.01, 1e-5);
    const auto wide = engine();
    wide->step(rows, noise, {1e-3, 1, 2 * gradient});
    expectSame(wide->state().firstMoments, free->state().firstMoments);
}

TEST_P(TorchDeviceTest, weights_kl_in_the_gradient_alone) {
    const std::span<const std::uint32_t> rows = std::span(m_order).first(batch);
    const std::vector<float> noise(batch * 3, 0.5F);
    std::vector<std::vector<Tensor>> moments;
    std::vector<BatchLosses> losses;
    for (const double weight : {0.0, 0.5, 1.0}) {
        const auto trained = engine();
        losses.push_back(trained->step(rows, noise, {1e-3, weight, 0}));
        moments.push_back(trained->state().firstMoments);
    }
    EXPECT_EQ(losses[0].kl, losses[2].kl);
    const Tensor &none = moments[0][0], &half = moments[1][0], &full = moments[2][0];
    EXPECT_NE(none.values, full.values);
    for (std::size_t i = 0; i < none.values.size(); ++i) {
        EXPECT_NEAR(half.values[i], 0.5F * (none.values[i] + full.values[i]), 1e-5F);
    }
}

TEST_P(TorchDeviceTest, stops_after_a_loss_that_is_not_finite) {
    const auto trained = engine(options(Preset::Paper));
    EpochPlan wild = plan(0, 21);
    wild.step.learningRate = 1e30;
    const std::vector<BatchLosses> losses = trained->trainEpoch(wild, {});
    ASSERT_GE(losses.size(), 2u);
    EXPECT_LT(losses.size(), 21u);
    for (std::size_t step = 0; step + 1 < losses.size(); ++step) {
        EXPECT_TRUE(std::isfinite(losses[step].loss())) << step;
    }
    EXPECT_FALSE(std::isfinite(losses.back().loss()));
}

TEST_P(TorchDeviceTest, does_nothing_for_a_cancelled_job) {
    const auto trained = engine();
    const EngineState before = trained->state();
    const std::atomic<bool> cancel{true};
    EXPECT_TRUE(trained->trainEpoch(plan(0, 21), JobContext(nullptr, &cancel)).empty());
    expectSame(trained->state(), before);
}

TEST_P(TorchDeviceTest, refuses_noise_of_another_size) {
    const auto trained = engine();
    const std::vector<std::uint32_t> rows{1, 2, 3};
    const std::vector<float> noise(8);
    EXPECT_THROW(trained->step(rows, noise, {1e-3}), Error);
    EXPECT_THROW(trained->evaluate(rows, noise), Error);
    EXPECT_THROW(trained->gradients(rows, noise), Error);
}

TEST_P(TorchDeviceTest, trains_as_PyTorch_over_twenty_steps) {
    const auto recording = test::sharedData("published/golden_train_released.h5");
    if (!recording) GTEST_SKIP() << "no shared data";
    Replay replay = readReplay(*recording);
    const auto catalogue = test::sharedData("gaia/" + replay.catalogue);
    if (!catalogue) GTEST_SKIP() << "no shared data";
    replay.options.device = GetParam().device;
    const TrainingData stars2000 =
        prepareTrainingData(std::make_shared<const Catalog>(readReleasedCatalog(*catalogue)), replay.normalization);
    const EngineFactory make = [](const TrainingData& data, const TrainingOptions& options, const Model& start) {
        return makeTorchEngineInMode(data, options, start, GetParam().step);
    };
    const ReplayDifference difference = compareReplay(replay, stars2000, make);
    EXPECT_LT(difference.gradient, 1e-5);
    EXPECT_LT(difference.loss, 1e-5);
    EXPECT_LT(difference.state, 1e-5);
}

TEST_P(TorchDeviceTest, bfloat16_follows_float32) {
    if (GetParam().step == StepMode::Automatic) {
        TrainingOptions rounded = options();
        rounded.precision = Precision::Bf16;
        EXPECT_THROW(engine(rounded), Error); // two threads know float32 alone
        return;
    }
    TrainingOptions rounded = options();
    rounded.precision = Precision::Bf16;
    const auto exact = engine(), coarse = engine(rounded);
    const std::vector<BatchLosses> expected = exact->trainEpoch(plan(0, 21), {});
    const std::vector<BatchLosses> losses = coarse->trainEpoch(plan(0, 21), {});
    ASSERT_EQ(losses.size(), 21u);
    EXPECT_NE(losses[0].rec, expected[0].rec); // it does round
    for (std::size_t step = 0; step < 21; ++step) {
        EXPECT_NEAR(losses[step].loss(), expected[step].loss(), 0.03 * std::abs(expected[step].loss())) << step;
    }
}

class TorchDeviceNameTest : public test::TorchTest {};

TEST_F(TorchDeviceNameTest, refuses_what_is_not_there_and_offers_the_cpu) {
    const TrainingData data =
        test::plainTrainingData(13, test::randomNumbers(13 * 64, 1), std::vector<float>(13 * 64, 1));
    TrainingOptions options;
    options.architecture = test::smallArchitecture(Preset::Released);
    const Model start = test::randomModel(options.architecture, 9);
    for (const char* name : {"tpu", "cuda:", "cuda:x", "cuda:-1", ""}) {
        options.device = name;
        EXPECT_THROW(makeTorchEngine(data, options, start), Error) << name;
    }
    options.device = hasGpu() ? "cuda:99" : "cuda";
    try {
        makeTorchEngine(data, options, start);
        FAIL() << "no error";
    } catch (const Error& error) {
        const std::string text = error.what();
        EXPECT_NE(text.find("--device cpu"), std::string::npos) << text;
        EXPECT_EQ(text.find('\n'), std::string::npos) << text;
    }
    options.device = "cpu";
    EXPECT_THROW(makeTorchEngineInMode(data, options, start, StepMode::Graph), Error);
}

TEST_F(TorchDeviceNameTest, devices_say_what_they_are) {
    const std::vector<DeviceInfo> few = trainingDevices(false), all = trainingDevices(true);
    ASSERT_GE(few.size(), 2u);
    EXPECT_EQ(few[0].engine, "fused");
    EXPECT_EQ(few[1].engine, "libtorch");
    EXPECT_TRUE(few[1].available()) << few[1].unavailable;
    ASSERT_GT(all.size(), 2u); // a GPU, or the reason why there is none
    for (const DeviceInfo& device : all) {
        EXPECT_FALSE(device.name.empty());
        EXPECT_LE(device.memoryFree, device.memoryTotal) << device.name;
        EXPECT_TRUE(device.memoryTotal > 0 || !device.available()) << device.name;
    }
}

// Texts of LibTorch 1.13 to 2.x as they come, and what a user is told.
TEST(DeviceErrorSentence, says_what_is_wrong_and_offers_the_cpu) {
    struct Case {
        const char* libTorch;
        const char* fragment;
    };
    for (const Case& known : {
             Case{"PyTorch is not linked with support for cuda devices", "without CUDA"},
             Case{"Could not run 'aten::empty.memory_format' with arguments from the 'CUDA' backend. This could be "
                  "because the operator doesn't exist for this backend",
                  "without CUDA"},
             Case{"Found no NVIDIA driver on your system. Please check that you have an NVIDIA GPU and installed a "
                  "driver from http://www.nvidia.com/Download/index.aspx",
                  "no working NVIDIA driver"},
             Case{"CUDA driver initialization failed, you might not have a CUDA gpu.", "no working NVIDIA driver"},
             Case{"The NVIDIA driver on your system is too old (found version 10010). Please update your GPU driver",
                  "driver is too old"},
             Case{"CUDA error: CUDA driver version is insufficient for CUDA runtime version", "driver is too old"},
             Case{"No CUDA GPUs are available", "no GPU"},
             Case{"CUDA error: invalid device ordinal\nCUDA kernel errors might be asynchronously reported", "no GPU"},
             Case{"CUDA error: no kernel image is available for execution on the device", "no GPU that this LibTorch"},
             Case{"CUDA out of memory. Tried to allocate 2.00 GiB (GPU 0; 7.79 GiB total capacity; 5.20 GiB already "
                  "allocated; 1.30 GiB free; 5.31 GiB reserved in total by PyTorch)",
                  "not enough free memory"},
             Case{"CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
                  "not enough free memory"},
             Case{"CUDA error: unspecified launch failure\nCUDA kernel errors might be asynchronously reported at some "
                  "other API call, so the stacktrace below might be incorrect.",
                  "stopped working"},
             Case{"CUDA error: an illegal memory access was encountered", "stopped working"},
             Case{"CUDA error: uncorrectable ECC error encountered", "stopped working"},
             Case{"CUDA error: operation not permitted when stream is capturing\nsecond line",
                  "could not train on a batch on the GPU (CUDA error: operation not permitted when stream is "
                  "capturing)"},
         }) {
        const std::string text = deviceErrorSentence("train on a batch", known.libTorch);
        EXPECT_NE(text.find(known.fragment), std::string::npos) << text;
        EXPECT_TRUE(text.ends_with("CPU: --device cpu or --engine fused.")) << text;
        EXPECT_EQ(text.find('\n'), std::string::npos) << text;
    }
}

} // namespace
} // namespace zscape
