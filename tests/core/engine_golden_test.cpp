// The engines against float64 PyTorch outputs of a published checkpoint (shared data; see its README).

#include "core/io/hdf5.h"
#include "core/model/spectral_model.h"
#include "tests/support/shared_data.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace zscape {
namespace {

/// PyTorch's own float32 is within 6e-6 of these values.
constexpr double float32Tolerance = 2e-5;
constexpr double float64Tolerance = 1e-12;

template <typename T>
double largestDifference(const std::vector<T>& found, const std::vector<double>& expected) {
    EXPECT_EQ(found.size(), expected.size());
    double largest = 0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const double difference = std::abs(static_cast<double>(found[i]) - expected[i]);
        if (!(difference <= largest)) largest = difference;
    }
    return largest;
}

class Golden : public testing::Test {
protected:
    void SetUp() override {
        const auto checkpoint = test::sharedData("published/epoch_1000/weight.pt");
        const auto values = test::sharedData("published/golden_epoch_1000.h5");
        if (!checkpoint || !values) GTEST_SKIP() << "no shared data";
        model = loadModel(*checkpoint);
        file = hdf5::openFile(*values);
    }
    std::vector<double> read(const std::string& name) const { return hdf5::readDoubles(file.id(), name); }
    std::vector<float> readFloats(const std::string& name) const { return hdf5::readFloats(file.id(), name); }

    Model model;
    hdf5::Handle file;
};

TEST_F(Golden, ReferenceEqualsPyTorchInFloat64) {
    std::vector<double> mu, logVar, coefficients, scatter;
    const std::vector<double> x = read("x"), z = read("z");
    referenceEncode(model, {x.data(), x.size() / 110, 110}, mu, logVar);
    EXPECT_LT(largestDifference(mu, read("mu")), float64Tolerance);
    EXPECT_LT(largestDifference(logVar, read("log_var")), float64Tolerance);
    referenceDecode(model, {z.data(), z.size() / 6, 6}, coefficients, scatter);
    EXPECT_LT(largestDifference(coefficients, read("decoded_z")), float64Tolerance);
    EXPECT_LT(largestDifference(scatter, read("scatter_z")), float64Tolerance);
    referenceDecode(model, {mu.data(), mu.size() / 6, 6}, coefficients, scatter);
    EXPECT_LT(largestDifference(coefficients, read("decoded_mu")), float64Tolerance);
    EXPECT_LT(largestDifference(scatter, read("scatter_mu")), float64Tolerance);
}

TEST_F(Golden, FusedEngineAgreesOnEveryInstructionSet) {
    const std::vector<float> x = readFloats("x"), z = readFloats("z"), mu = readFloats("mu");
    for (const InstructionSet set : {InstructionSet::Baseline, InstructionSet::Avx2, InstructionSet::Avx512}) {
        if (set > bestInstructionSet()) continue;
        SCOPED_TRACE(instructionSetName(set));
        const auto engine = makeFusedModel(model, 0, set);
        const Latents latents = engine->encode({MatrixView<const float>(std::span(x), 110)});
        EXPECT_LT(largestDifference(latents.mu, read("mu")), float32Tolerance);
        EXPECT_LT(largestDifference(latents.logVar, read("log_var")), float32Tolerance);
        const Generated ofZ = engine->decode(MatrixView<const float>(std::span(z), 6));
        EXPECT_LT(largestDifference(ofZ.coefficients, read("decoded_z")), float32Tolerance);
        EXPECT_LT(largestDifference(ofZ.scatter, read("scatter_z")), float32Tolerance);
        const Generated ofMu = engine->decode(latents.muView());
        EXPECT_LT(largestDifference(ofMu.coefficients, read("decoded_mu")), float32Tolerance);
        EXPECT_LT(largestDifference(ofMu.scatter, read("scatter_mu")), float32Tolerance);
    }
}

TEST_F(Golden, OneLatentDecodesToTheGoldenSpectrum) {
    const auto engine = makeFusedModel(model);
    const std::vector<float> z = readFloats("z");
    const std::vector<double> expected = read("decoded_z"), expectedScatter = read("scatter_z");
    std::vector<float> coefficients(110), scatter(110);
    for (std::size_t row = 0; row < z.size() / 6; ++row) {
        engine->decodeOne(std::span(z).subspan(row * 6, 6), coefficients, scatter);
        for (std::size_t j = 0; j < 110; ++j) {
            EXPECT_NEAR(coefficients[j], expected[row * 110 + j], float32Tolerance);
            EXPECT_NEAR(scatter[j], expectedScatter[row * 110 + j], float32Tolerance);
        }
    }
}

} // namespace
} // namespace zscape
