#include "core/base/error.h"
#include "core/model/instruction_set.h"
#include "core/model/spectral_model.h"
#include "tests/support/allocation_counter.h"
#include "tests/support/random_model.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <limits>
#include <numbers>
#include <thread>

namespace zscape {
namespace {

using test::randomModel;
using test::randomNumbers;

/// float32 through up to seven layers with results of order one, against float64.
constexpr double float32Tolerance = 1e-5;

std::vector<InstructionSet> availableSets() {
    std::vector<InstructionSet> sets;
    for (const InstructionSet set : {InstructionSet::Baseline, InstructionSet::Avx2, InstructionSet::Avx512}) {
        if (set <= bestInstructionSet()) sets.push_back(set);
    }
    return sets;
}

Architecture architectureOf(Preset preset, int input, int latent, std::vector<int> layers) {
    return {preset, input, latent, std::move(layers)};
}

MatrixView<const float> viewOf(const std::vector<float>& values, std::size_t cols) {
    return {std::span<const float>(values), cols};
}

double largestDifference(const std::vector<float>& found, const std::vector<double>& expected) {
    EXPECT_EQ(found.size(), expected.size());
    double largest = 0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const double difference = std::abs(found[i] - expected[i]);
        if (!(difference <= largest)) largest = difference;
    }
    return largest;
}

class Engine : public testing::TestWithParam<InstructionSet> {
protected:
    std::unique_ptr<SpectralModel> engine(const Model& model, int threads = 2) const {
        return makeFusedModel(model, threads, GetParam());
    }
};

void expectAgreement(const SpectralModel& engine, std::size_t rows) {
    const Architecture& shape = engine.model().architecture;
    const auto input = static_cast<std::size_t>(shape.inputSize);
    const auto latent = static_cast<std::size_t>(shape.latentSize);
    const std::vector<float> x = randomNumbers(rows * input, 5);
    const std::vector<float> z = randomNumbers(rows * latent, 6);
    std::vector<double> mu, logVar, coefficients, scatter;
    const std::vector<double> x64(x.begin(), x.end()), z64(z.begin(), z.end());
    referenceEncode(engine.model(), {x64.data(), rows, input}, mu, logVar);
    referenceDecode(engine.model(), {z64.data(), rows, latent}, coefficients, scatter);

    const Latents latents = engine.encode({viewOf(x, input)});
    EXPECT_EQ(latents.rows, rows);
    EXPECT_EQ(latents.latentSize, latent);
    EXPECT_LT(largestDifference(latents.mu, mu), float32Tolerance);
    EXPECT_LT(largestDifference(latents.logVar, logVar), float32Tolerance);
    const Generated generated = engine.decode(viewOf(z, latent));
    EXPECT_EQ(generated.rows, rows);
    EXPECT_EQ(generated.coefficientCount, input);
    EXPECT_LT(largestDifference(generated.coefficients, coefficients), float32Tolerance);
    EXPECT_LT(largestDifference(generated.scatter, scatter), float32Tolerance);
}

TEST_P(Engine, AgreesWithTheReferenceForAnyArchitecture) {
    const Architecture shapes[] = {
        {},
        architectureOf(Preset::Paper, 110, 6, {90, 70, 50, 30, 10}),
        architectureOf(Preset::Released, 110, 1, {32}),
        architectureOf(Preset::Paper, 1, 1, {1}),
        architectureOf(Preset::Released, 7, 3, {5, 11}),
        architectureOf(Preset::Released, 131, 17, {129, 64, 33, 2}),
        architectureOf(Preset::Paper, 16, 4, {200, 13}),
        architectureOf(Preset::Released, 13, 40, {3, 3, 3}),
    };
    std::uint64_t seed = 1;
    for (const Architecture& shape : shapes) {
        SCOPED_TRACE(testing::Message() << "input " << shape.inputSize << ", latent " << shape.latentSize << ", "
                                        << shape.layers.size() << " layers, " << presetName(shape.preset));
        expectAgreement(*engine(randomModel(shape, seed++)), 70);
    }
}

TEST_P(Engine, AgreesWithTheReferenceForAnyNumberOfRows) {
    const auto model = engine(randomModel({}, 3));
    for (const std::size_t rows : {1, 2, 3, 4, 5, 63, 64, 65, 127, 1000, 1100}) {
        SCOPED_TRACE(testing::Message() << rows << " rows");
        expectAgreement(*model, rows);
    }
}

TEST_P(Engine, GivesNothingForNoRows) {
    const auto model = engine(randomModel({}, 3));
    EXPECT_TRUE(model->encode({MatrixView<const float>(nullptr, 0, 110)}).mu.empty());
    EXPECT_TRUE(model->decode({nullptr, 0, 6}).coefficients.empty());
}

TEST_P(Engine, StandardisesRawCoefficients) {
    constexpr std::size_t rows = 131;
    const Model data = randomModel(architectureOf(Preset::Released, 30, 2, {20, 8}), 9);
    const std::vector<float> noise = randomNumbers(rows * 30, 8);
    std::vector<float> raw(noise.size());
    std::vector<double> flux(rows), x(noise.size()), mu, logVar;
    for (std::size_t i = 0; i < rows; ++i) {
        flux[i] = std::pow(10.0, 1.0 + 0.05 * static_cast<double>(i)); // 10 .. 3e7 e-/s
        for (std::size_t j = 0; j < 30; ++j) {
            const double mean = data.normalization->mu[j], sig = data.normalization->sig[j];
            raw[i * 30 + j] = static_cast<float>((noise[i * 30 + j] * sig + mean) * flux[i]);
            x[i * 30 + j] = (raw[i * 30 + j] / flux[i] - mean) / sig;
        }
    }
    referenceEncode(data, {x.data(), rows, 30}, mu, logVar);
    const Latents latents = engine(data)->encode({viewOf(raw, 30), flux});
    EXPECT_LT(largestDifference(latents.mu, mu), float32Tolerance);
    EXPECT_LT(largestDifference(latents.logVar, logVar), float32Tolerance);
}

TEST_P(Engine, DoesNotDependOnTheNumberOfThreads) {
    const Model data = randomModel({}, 4);
    const std::vector<float> x = randomNumbers(5000 * 110, 1);
    const auto one = engine(data, 1), three = engine(data, 3);
    const Latents a = one->encode({viewOf(x, 110)}), b = three->encode({viewOf(x, 110)});
    EXPECT_EQ(a.mu, b.mu);
    EXPECT_EQ(a.logVar, b.logVar);
    const Generated c = one->decode(a.muView()), d = three->decode(a.muView());
    EXPECT_EQ(c.coefficients, d.coefficients);
    EXPECT_EQ(c.scatter, d.scatter);
}

TEST_P(Engine, ValuesThatAreNotFiniteSpoilTheirOwnRowOnly) {
    constexpr float nan = std::numeric_limits<float>::quiet_NaN(), infinity = std::numeric_limits<float>::infinity();
    const auto model = engine(randomModel({}, 4));
    std::vector<float> x = randomNumbers(150 * 110, 1);
    std::vector<double> flux(150, 2.0);
    const Latents clean = model->encode({viewOf(x, 110), flux});
    x[0] = nan;              // first coefficient
    x[66 * 110 + 109] = nan; // last coefficient, past a whole tile
    x[149 * 110 + 108] = infinity;
    flux[3] = std::numeric_limits<double>::quiet_NaN();
    flux[20] = 0;
    flux[65] = -1;
    const Latents spoilt = model->encode({viewOf(x, 110), flux});
    for (std::size_t i = 0; i < 150; ++i) {
        const bool isBad = i == 0 || i == 3 || i == 20 || i == 65 || i == 66 || i == 149;
        for (std::size_t k = i * 6; k < (i + 1) * 6; ++k) {
            EXPECT_EQ(std::isnan(spoilt.mu[k]), isBad) << "row " << i;
            EXPECT_EQ(std::isnan(spoilt.logVar[k]), isBad) << "row " << i;
            if (isBad) continue;
            EXPECT_EQ(spoilt.mu[k], clean.mu[k]);
        }
    }
    const Latents plain = model->encode({viewOf(x, 110)});
    EXPECT_TRUE(std::isnan(plain.mu[0]) && std::isnan(plain.mu[149 * 6]));
    EXPECT_FALSE(std::isnan(plain.mu[6]));
}

TEST_P(Engine, OneLatentDecodesAsInATileWithoutAllocating) {
    for (const Architecture& shape : {Architecture{}, architectureOf(Preset::Released, 131, 17, {129, 64, 33, 2})}) {
        const auto input = static_cast<std::size_t>(shape.inputSize),
                   latent = static_cast<std::size_t>(shape.latentSize);
        const auto model = engine(randomModel(shape, 12));
        const std::vector<float> z = randomNumbers(70 * latent, 2);
        const Generated all = model->decode(viewOf(z, latent));
        std::vector<float> coefficients(input), scatter(input);
        const std::size_t before = test::allocationCount();
        model->decodeOne(std::span(z).subspan(69 * latent, latent), coefficients, scatter);
        EXPECT_EQ(test::allocationCount() - before, 0u);
        for (std::size_t j = 0; j < input; ++j) {
            EXPECT_NEAR(coefficients[j], all.coefficients[69 * input + j], float32Tolerance);
            EXPECT_NEAR(scatter[j], all.scatter[69 * input + j], float32Tolerance);
        }
    }
}

TEST_P(Engine, OneLatentDecodesBesideARunningEncode) {
    const auto model = engine(randomModel({}, 4));
    const std::vector<float> x = randomNumbers(5000 * 110, 1), z = randomNumbers(6, 2);
    const Latents alone = model->encode({viewOf(x, 110)});
    std::vector<float> coefficients(110), scatter(110), first(110);
    model->decodeOne(z, first, scatter);
    Latents beside;
    std::atomic<bool> isDone{false};
    std::thread worker([&] {
        beside = model->encode({viewOf(x, 110)});
        isDone = true;
    });
    do {
        model->decodeOne(z, coefficients, scatter);
        EXPECT_EQ(coefficients, first);
    } while (!isDone);
    worker.join();
    EXPECT_EQ(beside.mu, alone.mu);
}

TEST_P(Engine, RefusesWhatDoesNotFit) {
    Model data = randomModel({}, 4);
    const auto model = engine(data);
    const std::vector<float> x(2 * 110);
    const std::vector<double> flux(3, 1.0);
    std::vector<float> out(110), shortOut(109);
    EXPECT_THROW((void)model->encode({viewOf(x, 55)}), Error);
    EXPECT_THROW((void)model->encode({viewOf(x, 110), flux}), Error);
    EXPECT_THROW((void)model->decode(viewOf(x, 5)), Error);
    EXPECT_THROW(model->decodeOne(std::span(x).first(5), out, out), Error);
    EXPECT_THROW(model->decodeOne(std::span(x).first(6), shortOut, out), Error);
    EXPECT_THROW(model->decodeOne(std::span(x).first(6), out, shortOut), Error);
    data.normalization.reset();
    const auto withoutNorm = engine(data);
    EXPECT_NO_THROW((void)withoutNorm->encode({viewOf(x, 110)}));
    EXPECT_THROW((void)withoutNorm->encode({viewOf(x, 110), std::span(flux).first(2)}), Error);
    data.tensors.pop_back();
    EXPECT_THROW((void)engine(data), Error);
}

TEST_P(Engine, StopsWhenCancelledAndWorksAgain) {
    const auto model = engine(randomModel({}, 4));
    const std::vector<float> x = randomNumbers(20000 * 110, 1);
    std::atomic<bool> cancel{false};
    double last = 0;
    const JobContext cancelling([&](double fraction, std::string_view) { cancel = fraction > 0; }, &cancel);
    EXPECT_THROW((void)model->encode({viewOf(x, 110)}, cancelling), Cancelled);
    EXPECT_THROW((void)model->decode(viewOf(x, 6), cancelling), Cancelled);
    cancel = false;
    const JobContext watching(
        [&](double fraction, std::string_view text) {
            EXPECT_GT(fraction, last);
            EXPECT_LE(fraction, 1.0);
            EXPECT_EQ(text, "Encoding");
            last = fraction;
        },
        &cancel);
    EXPECT_EQ(model->encode({viewOf(x, 110)}, watching).mu.size(), 20000u * 6);
    EXPECT_GT(last, 0.3);
}

/// GELU follows a product; one without inputs gives its bias.
void applyGelu(const kernels::KernelTable& table, float (&values)[16]) {
    kernels::Product product;
    product.stride = 16;
    product.bias = values;
    product.out = 16;
    product.y = values;
    product.gelu = true;
    table.vectorProduct(product);
}

TEST_P(Engine, GeluIsTheExactOne) {
    const kernels::KernelTable& table = kernelTable(GetParam());
    alignas(64) float values[16];
    double worst = 0;
    for (int i = -140000; i < 140000; i += 16) {
        for (int k = 0; k < 16; ++k) {
            values[k] = static_cast<float>(i + k) * 1e-4f;
        }
        applyGelu(table, values);
        for (int k = 0; k < 16; ++k) {
            const double x = static_cast<float>(i + k) * 1e-4f;
            const double exact = 0.5 * x * std::erfc(-x / std::numbers::sqrt2);
            const double halfUlp = std::abs(exact) * std::numeric_limits<float>::epsilon() / 2;
            worst = std::max(worst, std::abs(values[k] - exact) - halfUlp);
        }
    }
    EXPECT_LT(worst, 2e-7);
    constexpr float infinity = std::numeric_limits<float>::infinity();
    alignas(64) float special[16] = {0.0f, -1e30f, 1e30f, std::numeric_limits<float>::quiet_NaN(), infinity, -100.0f};
    applyGelu(table, special);
    EXPECT_EQ(special[0], 0.0f);
    EXPECT_NEAR(special[1] / 1e30f, 0.0f, 1e-7f);
    EXPECT_EQ(special[2], 1e30f);
    EXPECT_TRUE(std::isnan(special[3]));
    EXPECT_NEAR(special[5], 0.0f, 1e-7f);
}

TEST_P(Engine, SigmoidIsAccurate) {
    const kernels::KernelTable& table = kernelTable(GetParam());
    alignas(64) float values[16];
    double worst = 0;
    for (int i = -100000; i < 100000; i += 16) {
        for (int k = 0; k < 16; ++k) {
            values[k] = static_cast<float>(i + k) * 1e-3f;
        }
        table.sigmoid(values, 16);
        for (int k = 0; k < 16; ++k) {
            const double x = static_cast<float>(i + k) * 1e-3f;
            worst = std::max(worst, std::abs(values[k] - 1.0 / (1.0 + std::exp(-x))));
            EXPECT_TRUE(values[k] >= 0.0f && values[k] <= 1.0f);
        }
    }
    EXPECT_LT(worst, 2e-7);
    alignas(64) float special[16] = {std::numeric_limits<float>::quiet_NaN()};
    table.sigmoid(special, 16);
    EXPECT_TRUE(std::isnan(special[0]));
    EXPECT_EQ(special[1], 0.5f);
}

TEST_P(Engine, SaysWhatItIs) {
    EXPECT_EQ(engine(randomModel({}, 1), 1)->engineName(),
              "fused " + std::string(instructionSetName(GetParam())) + ", 1 thread");
    EXPECT_EQ(engine(randomModel({}, 1), 3)->engineName(),
              "fused " + std::string(instructionSetName(GetParam())) + ", 3 threads");
}

INSTANTIATE_TEST_SUITE_P(Sets, Engine, testing::ValuesIn(availableSets()), [](const auto& set) {
    std::string name(instructionSetName(set.param));
    std::erase(name, '-');
    return name;
});

TEST(InstructionSets, RefusesASetTheProcessorDoesNotHave) {
    for (const InstructionSet set : {InstructionSet::Avx2, InstructionSet::Avx512}) {
        if (set <= bestInstructionSet()) {
            EXPECT_NO_THROW((void)kernelTable(set));
        } else {
            EXPECT_THROW((void)makeFusedModel(randomModel({}, 1), 1, set), Error);
        }
    }
}

TEST(Reference, GivesAHandWorkedNetwork) {
    // One hidden unit, no batch norm: mu = 3 gelu(2 x + 1) - 1, log_var = -gelu(2 x + 1); x = 1: gelu(3) = 3 Phi(3).
    Model model = emptyModel({Preset::Paper, 1, 1, {1}});
    const auto set = [&](std::string_view name, float value) {
        for (Tensor& tensor : model.tensors) {
            if (tensor.name == name) tensor.values.front() = value;
        }
    };
    set("encoder.0.0.weight", 2);
    set("encoder.0.0.bias", 1);
    set("mu.weight", 3);
    set("mu.bias", -1);
    set("log_var.weight", -1);
    set("decoder.0.weight", 0.5f); // z = 2: plain layers, 0.5 z = 1, then 4 * 1 - 3 = 1
    set("decoder.1.0.weight", 4);
    set("decoder.1.0.bias", -3);
    set("scatter.1.0.bias", -2); // a constant, through the sigmoid
    const double gelu3 = 3 * 0.9986501019683699;
    std::vector<double> mu, logVar, coefficients, scatter;
    const double x = 1, z = 2;
    referenceEncode(model, {&x, 1, 1}, mu, logVar);
    EXPECT_NEAR(mu.at(0), 3 * gelu3 - 1, 1e-13);
    EXPECT_NEAR(logVar.at(0), -gelu3, 1e-13);
    referenceDecode(model, {&z, 1, 1}, coefficients, scatter);
    EXPECT_NEAR(coefficients.at(0), 1.0, 1e-13);
    EXPECT_NEAR(scatter.at(0), 0.11920292202211755, 1e-13);
    EXPECT_THROW(referenceEncode(model, {&x, 1, 2}, mu, logVar), Error);
    EXPECT_THROW(referenceDecode(model, {&z, 1, 2}, coefficients, scatter), Error);
}

} // namespace
} // namespace zscape
