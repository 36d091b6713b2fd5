// Finding the LibTorch library, and its inference against the float64 reference.
#include "core/base/error.h"
#include "core/model/spectral_model.h"
#include "core/torch/loader.h"
#include "core/train/training_engine.h"
#include "tests/support/random_model.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/torch_test_base.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <limits>

namespace zscape {
namespace {

/// Float32 against float64 (PyTorch's own float32 is at 6e-6 on the published model).
constexpr double engineTolerance = 2e-5;

class TorchModelTest : public test::TorchTest {};
class TorchTest : public test::TorchTest {};

std::vector<double> widened(const std::vector<float>& values) {
    return {values.begin(), values.end()};
}

void expectNear(const std::vector<float>& values, const std::vector<double>& expected, double tolerance,
                const char* what) {
    ASSERT_EQ(values.size(), expected.size()) << what;
    for (std::size_t i = 0; i < values.size(); ++i) {
        ASSERT_NEAR(static_cast<double>(values[i]), expected[i], tolerance) << what << " " << i;
    }
}

// ---- finding the library

/// Sets an environment variable for one test.
class Variable {
public:
    Variable(const char* name, const std::string& value) : m_name(name) { setenv(name, value.c_str(), 1); }
    ~Variable() { unsetenv(m_name); }
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;

private:
    const char* m_name;
};

std::string torchErrorText() {
    try {
        torchApi();
    } catch (const Error& error) {
        return error.what();
    }
    return "no error";
}

TEST(TorchLoader, says_which_file_is_missing) {
    const Variable library("ZSCAPE_TORCH_LIBRARY", "/nowhere/libzscape_torch.so");
    EXPECT_FALSE(findTorchLibrary());
    EXPECT_NE(torchErrorText().find("/nowhere/libzscape_torch.so"), std::string::npos) << torchErrorText();
    EXPECT_THROW(makeTorchModel(emptyModel(test::smallArchitecture(Preset::Paper)), 1), Error);
    EXPECT_THROW(makeTorchEngine(TrainingData(), TrainingOptions(), Model()), Error);
}

TEST(TorchLoader, says_when_a_file_is_no_library) {
    const test::TemporaryFolder folder;
    std::ofstream(folder / "libzscape_torch.so") << "not a library";
    const Variable library("ZSCAPE_TORCH_LIBRARY", (folder / "libzscape_torch.so").string());
    EXPECT_NE(torchErrorText().find("could not be loaded"), std::string::npos) << torchErrorText();
}

TEST_F(TorchTest, is_found_beside_core) {
    ASSERT_TRUE(findTorchLibrary());
    EXPECT_STREQ(torchApi().program, ZSCAPE_VERSION_TEXT);
    EXPECT_EQ(&torchApi(), &torchApi());
}

// ---- inference

TEST_F(TorchModelTest, encodes_and_decodes_as_the_reference) {
    Architecture released;
    for (const Architecture& architecture :
         {released, test::smallArchitecture(Preset::Released), test::smallArchitecture(Preset::Paper)}) {
        const Model model = test::randomModel(architecture, 3);
        const auto width = static_cast<std::size_t>(architecture.inputSize);
        const auto latent = static_cast<std::size_t>(architecture.latentSize);
        const std::size_t rows = 1100; // several batches, the last one partial
        const std::vector<float> x = test::randomNumbers(rows * width, 1), z = test::randomNumbers(rows * latent, 2);
        const std::vector<double> xWide = widened(x), zWide = widened(z);
        std::vector<double> mu, logVar, coefficients, scatter;
        referenceEncode(model, {xWide.data(), rows, width}, mu, logVar);
        referenceDecode(model, {zWide.data(), rows, latent}, coefficients, scatter);

        const auto torch = makeTorchModel(model, 2);
        const Latents latents = torch->encode({{x.data(), rows, width}, {}});
        expectNear(latents.mu, mu, engineTolerance, "mu");
        expectNear(latents.logVar, logVar, engineTolerance, "log_var");
        const Generated generated = torch->decode({z.data(), rows, latent});
        expectNear(generated.coefficients, coefficients, engineTolerance, "coefficients");
        expectNear(generated.scatter, scatter, engineTolerance, "scatter");

        std::vector<float> one(width), oneScatter(width);
        torch->decodeOne({z.data(), latent}, one, oneScatter);
        expectNear(one, {coefficients.begin(), coefficients.begin() + static_cast<std::ptrdiff_t>(width)},
                   engineTolerance, "one");
        expectNear(oneScatter, {scatter.begin(), scatter.begin() + static_cast<std::ptrdiff_t>(width)}, engineTolerance,
                   "one scatter");
    }
}

TEST_F(TorchModelTest, standardises_raw_coefficients) {
    const Model model = test::randomModel(test::smallArchitecture(Preset::Released), 5);
    const std::size_t rows = 3, width = 13;
    const std::vector<float> raw = test::randomNumbers(rows * width, 8);
    const std::vector<double> flux{0.5, 2.0, 7.0};
    std::vector<float> x(raw.size());
    for (std::size_t i = 0; i < raw.size(); ++i) {
        const std::size_t j = i % width;
        x[i] = static_cast<float>((static_cast<double>(raw[i]) / flux[i / width] - model.normalization->mu[j]) /
                                  model.normalization->sig[j]);
    }
    const auto torch = makeTorchModel(model, 1);
    const Latents fromRaw = torch->encode({{raw.data(), rows, width}, flux});
    const Latents fromX = torch->encode({{x.data(), rows, width}, {}});
    expectNear(fromRaw.mu, widened(fromX.mu), 1e-5, "mu");
}

TEST_F(TorchModelTest, gives_NaN_for_rows_it_cannot_encode_and_leaves_the_others) {
    const Model model = test::randomModel(test::smallArchitecture(Preset::Released), 5);
    const std::size_t rows = 6, width = 13;
    std::vector<float> raw = test::randomNumbers(rows * width, 8);
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const std::vector<double> flux{1, nan, 0, 1, -3, 1};
    const auto torch = makeTorchModel(model, 1);
    const Latents clean = torch->encode({{raw.data(), rows, width}, std::vector<double>(rows, 1.0)});
    raw[3 * width + 4] = std::numeric_limits<float>::quiet_NaN();
    const Latents latents = torch->encode({{raw.data(), rows, width}, flux});
    for (std::size_t row = 0; row < rows; ++row) {
        const bool bad = row >= 1 && row <= 4;
        for (std::size_t k = 0; k < 3; ++k) {
            EXPECT_EQ(std::isnan(latents.mu[row * 3 + k]), bad) << row;
            EXPECT_EQ(std::isnan(latents.logVar[row * 3 + k]), bad) << row;
            if (!bad) {
                EXPECT_FLOAT_EQ(latents.mu[row * 3 + k], clean.mu[row * 3 + k]) << row;
            }
        }
    }
}

TEST_F(TorchModelTest, refuses_wrong_sizes_and_can_be_cancelled) {
    const auto torch = makeTorchModel(test::randomModel(test::smallArchitecture(Preset::Released), 5), 2);
    const std::vector<float> values(26, 0.0F);
    EXPECT_THROW(torch->encode({{values.data(), 2, 12}, {}}), Error);
    EXPECT_THROW(torch->encode({{values.data(), 2, 13}, std::vector<double>(3, 1.0)}), Error);
    EXPECT_THROW(torch->decode({values.data(), 2, 4}), Error);
    std::vector<float> out(13), small(12);
    EXPECT_THROW(torch->decodeOne(std::span(values).first(3), small, out), Error);
    const std::atomic<bool> cancel{true};
    EXPECT_THROW(torch->encode({{values.data(), 2, 13}, {}}, JobContext(nullptr, &cancel)), Cancelled);

    Model bare = test::randomModel(test::smallArchitecture(Preset::Released), 5);
    bare.normalization.reset();
    const auto withoutNormalization = makeTorchModel(bare, 1);
    EXPECT_THROW(withoutNormalization->encode({{values.data(), 2, 13}, std::vector<double>(2, 1.0)}), Error);
    EXPECT_NO_THROW(withoutNormalization->encode({{values.data(), 2, 13}, {}}));
}

TEST_F(TorchModelTest, takes_no_rows_and_names_itself) {
    const auto torch = makeTorchModel(test::randomModel(test::smallArchitecture(Preset::Released), 5), 2);
    EXPECT_EQ(torch->encode({{nullptr, 0, 13}, {}}).mu.size(), 0u);
    EXPECT_EQ(torch->decode({nullptr, 0, 3}).coefficients.size(), 0u);
    EXPECT_EQ(torch->engineName().rfind("LibTorch ", 0), 0u) << torch->engineName();
    EXPECT_NE(torch->engineName().find("2 threads"), std::string::npos);
}

} // namespace
} // namespace zscape
